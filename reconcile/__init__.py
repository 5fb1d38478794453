"""Reconcile a yearly plan with the answers of the units responsible for it.

As a library, see docs/api.md::

    import reconcile
    reconcile.merge("总台账.xlsx", "收回", as_of="2022-06-30").units
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import delegate as _delegate_package
from . import extract as _extract_package
from . import merge as _merge_package
from .library import (
    Comparison,
    PlanFile,
    Progress,
    Refused,
    Returned,
    Round,
    Sent,
    delegate,
    diff,
    export,
    extract,
    generate,
    merge,
    read_form,
    read_plan,
    status,
)

if TYPE_CHECKING:
    from .api.outputs import Misused

# Three packages have the name of a function. They are imported before the functions, so that
# ``reconcile.merge`` is the function; ``from reconcile.merge.run import …`` finds the package still.
_PACKAGES = (_delegate_package, _extract_package, _merge_package)

__version__ = "0.2.0"
__all__ = [
    "Comparison",
    "Misused",
    "PlanFile",
    "Progress",
    "Refused",
    "Returned",
    "Round",
    "Sent",
    "delegate",
    "diff",
    "export",
    "extract",
    "generate",
    "merge",
    "read_form",
    "read_plan",
    "status",
]


def __getattr__(name: str) -> Any:
    if name == "Misused":  # what it stands among takes a while to load
        from .api.outputs import Misused

        return Misused
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
