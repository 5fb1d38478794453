"""A plan as it was published, before units are told apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from .findings import Finding
from .plan import PrintedColumn, Task


@dataclass(frozen=True, slots=True)
class PublishedPlan:
    """The plan as it was published, before units are told apart.

    ``tasks`` carry in ``lead`` and ``support`` one string each: the raw cell
    text with its hard line breaks ("灌云县\\n东海县"), or nothing when the
    cell was empty. ``periods`` are the captions of the milestone columns in the order printed.
    ``findings`` name what the reader was not sure of. ``areas`` are the rows of
    each task on the pages, by its number; ``columns`` the table's columns as
    printed: (role, caption, width). ``first_leads``: of several units in a cell the first
    leads, as the plan or a person says; ``all_lead``: a person says that all do.
    ``printed`` are the columns of all tables, for a person to look over; ``printed_on_forms`` the
    captions of those further ones that a clerk has to see: by when, which step.
    """

    title: str
    document: str
    office: str
    year: int | None
    periods: tuple[str, ...]
    tasks: tuple[Task, ...]
    findings: tuple[Finding, ...] = ()
    areas: Mapping[int, tuple[Area, ...]] = field(default_factory=dict)
    columns: tuple[tuple[str, str, float], ...] = ()
    first_leads: bool = False
    all_lead: bool = False
    printed: tuple[PrintedColumn, ...] = ()
    printed_on_forms: tuple[str, ...] = ()


class Area(NamedTuple):
    """Where something stands on a page of a PDF, in points from the upper left corner.

    The page is to be turned back by ``turned`` quarters first, for its text to be level.
    """

    page: int
    turned: int
    left: float
    top: float
    right: float
    bottom: float
