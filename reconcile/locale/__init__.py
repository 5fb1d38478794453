"""The words of both languages, as data: ``findings.toml``, and interface texts by gettext.

A text of ours is its own key, in Chinese; ``en/LC_MESSAGES/reconcile.po`` has the English. After a
change to it: ``pybabel compile -D reconcile -d reconcile/locale``; after one to ``findings.toml``:
``python -m bench.reference``. What runs reads what these make: to parse the TOML takes 30 ms of the
0.5 s that a merge of a hundred returns takes, the JSON 2 ms. ``zh/LC_MESSAGES/click.po`` has the Chinese of click's own strings, which gettext reads
by itself: ``pybabel compile -D click -d reconcile/locale``.
"""

from __future__ import annotations

import gettext
import json
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

CLICK = "click"
"""The domain of click's own strings."""
FOLDER = Path(__file__).parent
"""Where gettext finds catalogues, by language."""

_HOME = resources.files(__name__)
with _HOME.joinpath("en", "LC_MESSAGES", "reconcile.mo").open("rb") as _compiled:
    _ENGLISH = gettext.GNUTranslations(_compiled)


def english(text: str) -> str:
    """Return the English of a text of ours; what is none of ours as it is."""
    return _ENGLISH.gettext(text) if text else text


def english_in(context: str, text: str) -> str:
    """Return the English of a text where it has another word in one place, e.g. on the sheet of periods."""
    return _ENGLISH.pgettext(context, text)


def english_sheet(name: str) -> str:
    """Return the English name of a sheet, which may be another word than that of a caption."""
    found = _ENGLISH.pgettext("sheet", name)
    return found if found != name else english(name)


def findings() -> Mapping[str, Mapping[str, Any]]:
    """Return the entries of ``findings.toml`` by code: ``severity``; ``message``, ``fix``, ``fix_unit`` by language."""
    kept: Mapping[str, Mapping[str, Any]] = json.loads(_HOME.joinpath(COMPILED).read_bytes())
    return kept


COMPILED = "findings.json"


def written_findings() -> Mapping[str, Mapping[str, Any]]:
    """Return the same as they are written, which takes longer: for who compiles them."""
    import tomllib  # nothing else needs it

    return tomllib.loads(_HOME.joinpath("findings.toml").read_text(encoding="utf-8"))
