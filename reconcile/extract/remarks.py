"""What the reader was not sure of, as findings; and numbers for tasks that have none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ..core.findings import Finding, Place
from ..core.i18n import Listed, Phrase, first_of
from ..core.plan import PrintedColumn, Task
from ..core.prefill import PRINTED_NUMBER as PRINTED
from ..core.text import fold, short
from .columns.heads import Layout
from .columns.roles import CHOSEN, CONTENT, Column
from .columns.wording import FIRST, ROLE_NAMES, TICK
from .drafts import Draft
from .front_matter import Front
from .headings import EXTRA, GOAL, LEAD, MILESTONE, SECTION, SUPPORT
from .task_rows import Stitcher


def column_findings(stitcher: Stitcher, place: Place, periods: Sequence[str]) -> list[Finding]:
    """Return what the head left open: no such column, or a guess."""
    findings = list(_layout_findings(stitcher, place, periods))
    heads = {
        tuple(c.caption for c in head.columns if c.role == MILESTONE) for head in stitcher.layouts
    }
    if len(heads) > 1:
        values = {"periods": Listed(periods)}
        findings.append(Finding("PLAN-037", place, values=values))
    return findings


def _layout_findings(stitcher: Stitcher, place: Place, periods: Sequence[str]) -> Iterator[Finding]:
    """Yield what each kind of head left open, once; the head of a further table names its place."""
    seen = set[tuple[Column, ...]]()
    for layout in stitcher.layouts:
        if layout.columns in seen:
            continue
        at = Place(place.file, cell=layout.where if seen else "")
        seen.add(layout.columns)
        yield from _head_findings(layout, at, periods)


def _head_findings(layout: Layout, place: Place, periods: Sequence[str]) -> Iterator[Finding]:
    codes = {
        "guessed": "PLAN-021",
        "none": "PLAN-022",
        "lead": "PLAN-017",
        "support": "PLAN-018",
        "number": "PLAN-019",
        "goals": "PLAN-023",
        "category": "PLAN-072",
    }
    roles = {column.role: column.caption for column in layout.columns}
    values = {
        "periods": Listed(periods), "goal": roles.get(GOAL, ""), "caption": roles.get(SECTION, ""),
    }  # fmt: skip
    for doubt in sorted(layout.doubts):
        yield Finding(codes[doubt], place, values=values)
    if GOAL not in roles:
        yield Finding("PLAN-024", place)
    for column in layout.columns:
        if column.basis == CONTENT and column.role not in (MILESTONE, EXTRA):
            guess = {"caption": column.caption, "role": Phrase(ROLE_NAMES[column.role])}
            yield Finding("PLAN-073", place, field=column.role, values=guess)
    extras = [c.caption for c in layout.columns if c.role == EXTRA and c.kind != TICK]
    if extras:
        yield Finding("PLAN-025", place, values={"captions": Listed(extras)})


def printed_columns(stitcher: Stitcher) -> tuple[PrintedColumn, ...]:
    """Return the columns of all tables, each caption once, as the sheet 栏目 shows them."""
    columns: dict[str, PrintedColumn] = {}
    for layout in stitcher.layouts:
        for column in layout.columns:
            role = ROLE_NAMES[FIRST if column.kind == FIRST else column.role]
            columns.setdefault(
                column.caption,
                PrintedColumn(
                    column.caption, role, column.basis, short(column.sample), layout.where,
                    role if column.basis == CHOSEN else "",
                ),
            )  # fmt: skip
    return tuple(columns.values())


def number_drafts(stitcher: Stitcher, name: str) -> list[Finding]:
    """Give every draft a number of its own; return what is odd.

    Numbers that start again in each section are replaced by 1 to n; a number
    that comes twice, or was not printed, by the next free one.
    """
    drafts = stitcher.drafts
    labels = [draft.printed for draft in drafts if draft.number is None and draft.printed]
    shared = any(draft.share for draft in drafts)
    if shared or len(labels) * 2 > len(drafts) or _starts_again(drafts):
        return _renumbered(drafts, name, labels, shared=shared)
    numbered = "number" not in stitcher.layouts[0].doubts
    taken = {draft.number for draft in drafts if draft.number is not None}
    top, used, before, findings = max(taken, default=0), set[int](), 0, []
    for draft in drafts:
        place = Place(file=name, cell=draft.source)
        printed = draft.number
        if printed is None or printed in used:
            draft.number = before + 1 if printed is None else top + 1
            while draft.number in taken:
                draft.number += 1
            taken.add(draft.number)
            label = draft.printed
            draft.printed = label if printed is None else str(printed)
            if label:
                findings.append(
                    Finding("PLAN-013", place, task=draft.number, values={"text": label})
                )
            elif printed is not None or numbered:
                code = "PLAN-011" if printed is None else "PLAN-014"
                values = {"number": draft.number, "printed": printed}
                findings.append(Finding(code, place, task=draft.number, values=values))
            # Our own number does not count for the order of those printed.
            continue
        if printed < before:
            values = {"number": printed, "before": before}
            findings.append(Finding("PLAN-015", place, task=printed, values=values))
        used.add(printed)
        before = printed
    gaps = sorted(set(range(1, max(taken, default=0) + 1)) - taken)
    if gaps:
        findings.append(Finding("PLAN-016", Place(file=name), values={"numbers": first_of(gaps)}))
    return findings


def _renumbered(
    drafts: Sequence[Draft], name: str, labels: Sequence[str], *, shared: bool
) -> list[Finding]:
    """Number the drafts from 1 on and keep what was printed; return the findings about it."""
    findings = []
    groups: list[list[Draft]] = []
    for number, draft in enumerate(drafts, 1):
        draft.printed = draft.printed or ("" if draft.number is None else str(draft.number))
        draft.number = number
        if draft.share > 1 and groups:
            groups[-1].append(draft)
        else:
            groups.append([draft])
    for group in groups:
        if len(group) > 1:
            first, last = group[0], group[-1]
            values = {
                "printed": first.printed, "count": len(group), "first": first.number, "last": last.number,
            }  # fmt: skip
            place = Place(file=name, cell=first.source)
            findings.append(Finding("PLAN-070", place, task=first.number, values=values))
    values = {"last": len(drafts), "caption": PRINTED}
    if labels:
        findings.append(Finding("PLAN-071", Place(file=name), values={**values, "text": labels[0]}))
    elif not shared:
        findings.append(Finding("PLAN-044", Place(file=name), values=values))
    return findings


def _starts_again(drafts: Sequence[Draft]) -> bool:
    """Return whether numbers come twice because they start from 1 in each section, sheet or table."""
    counted = Counter(draft.number for draft in drafts if draft.number is not None)
    if max(counted.values(), default=0) < 2:
        return False
    before: Draft | None = None
    for draft in drafts:
        if draft.number is None:
            continue
        falls = before is not None and draft.number <= (before.number or 0)
        if before is not None and falls and (draft.number != 1 or draft.part == before.part):
            return False
        before = draft
    return True


def task_findings(tasks: Sequence[Task], stitcher: Stitcher, name: str) -> list[Finding]:
    """Return tasks without goal, lead or milestones, and brackets without a partner, as findings."""
    findings = []
    parted = any(column.role == SECTION for column in stitcher.layouts[0].columns)
    has_lead = "lead" not in stitcher.layouts[0].doubts
    for task in tasks:
        place = Place(file=name, cell=task.source)
        values: dict[str, object] = {"number": task.number}
        if parted and not task.sections:
            findings.append(Finding("PLAN-061", place, task=task.number, values=values))
        if not task.goal:
            findings.append(Finding("PLAN-033", place, task=task.number, field=GOAL, values=values))
        if has_lead and not task.lead:
            findings.append(Finding("PLAN-034", place, task=task.number, field=LEAD, values=values))
        if task.milestones and not any(task.milestones.values()):
            findings.append(
                Finding("PLAN-035", place, task=task.number, field=MILESTONE, values=values)
            )
        for role, texts in ((LEAD, task.lead), (SUPPORT, task.support)):
            if any(_unbalanced(text) for text in texts):
                values = {"number": task.number, "text": texts[0].replace("\n", "")}
                findings.append(
                    Finding("PLAN-036", place, task=task.number, field=role, values=values)
                )
    return findings


def _unbalanced(text: str) -> bool:
    """Return whether a bracket of a text has no partner."""
    depth = 0
    for character in fold(text):
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return True
    return depth != 0


def front_findings(front: Front, place: Place) -> list[Finding]:
    """Return what of the front matter was not found."""
    captions = (("标题", front.title), ("文号", front.document), ("发文单位", front.office))
    missing = [Phrase(word) for word, value in captions if not value]
    findings = []
    if missing:
        findings.append(Finding("PLAN-038", place, values={"missing": Listed(missing)}))
    if front.year is None:
        findings.append(Finding("PLAN-039", place))
    return findings
