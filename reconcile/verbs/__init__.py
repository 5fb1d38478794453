"""What each verb does, without the terminal: paths in, results and findings out.

Verbs that write many files plan everything first, then act. A verb's module is
imported when the verb is first asked for: ``status`` runs after every mail, and
need not load what only ``extract`` needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .chain import Answered, answer, delegate
    from .composing import Asked
    from .delivery import Sending, send, server_of
    from .fetching import Fetched, account_of, fetch
    from .intake import Intake, Taken, read_arrival, take, take_in
    from .issue import Generated, generate
    from .laying import write_bats
    from .outcome import Answer, Written, usual_places, write_merge, write_status, write_table
    from .plans import Extracted, diff, extract, write_changes
    from .post import Mailed, mail
    from .rotation import Rotated, rotate_key
    from .sources import load_style, load_template, period_number
    from .trust import confirmed

__all__ = [
    "Answer", "Answered", "Asked", "Extracted", "Fetched", "Generated", "Intake", "Mailed", "Rotated",
    "Sending", "Taken", "Written", "account_of", "answer", "confirmed", "delegate", "diff", "extract", "fetch",
    "generate", "load_style", "load_template", "mail", "period_number", "read_arrival", "rotate_key",
    "send", "server_of", "take", "take_in", "usual_places", "write_bats", "write_changes", "write_merge",
    "write_status", "write_table",
]  # fmt: skip

_ROOMS = {
    "chain": ("Answered", "answer", "delegate"),
    "composing": ("Asked",),
    "delivery": ("Sending", "send", "server_of"),
    "fetching": ("Fetched", "account_of", "fetch"),
    "intake": ("Intake", "Taken", "read_arrival", "take", "take_in"),
    "issue": ("Generated", "generate"),
    "laying": ("write_bats",),
    "outcome": (
        "Answer", "Written", "usual_places", "write_merge", "write_status", "write_table",
    ),
    "plans": ("Extracted", "diff", "extract", "write_changes"),
    "post": ("Mailed", "mail"),
    "rotation": ("Rotated", "rotate_key"),
    "sources": ("load_style", "load_template", "period_number"),
    "trust": ("confirmed",),
}  # fmt: skip


def __getattr__(name: str) -> Any:
    for room, names in _ROOMS.items():
        if name == room:
            return import_module(f".{room}", __name__)
        if name in names:
            return getattr(import_module(f".{room}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
