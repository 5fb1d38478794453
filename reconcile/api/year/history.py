"""history: the closed periods of a plan side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...archive.folder import Archive, archives_in, archives_of, home, unchanged
from ...archive.manifest import Broken, inside, is_of
from ...core.findings import Finding, Place, Severity
from ...core.i18n import ZH, language_of, speaking
from ...core.plan import Plan
from ...merge.scores import weights
from ...merge.year.history import Account, History, history_of
from ...plan import read_plan, spoken_in
from ...plan.diff import pair_tasks
from ...reports.previous_summary import details_name, holds_records
from ...reports.year.reader import Source, read_account
from ...writers.atomic import write_file
from ...writers.marks import DETAILS, SUMMARY, mark_of, read_mark
from ..inputs import load_form, load_style, templates_of
from ..outputs import check_former, check_places


@dataclass(frozen=True, slots=True)
class HistoryResult:
    """Result of :func:`history`: the history, or None and why not; in which language, and the files it was read from."""

    history: History | None
    findings: tuple[Finding, ...]
    language: str = ZH
    inputs: tuple[Path, ...] = ()


def history(plan_path: Path, previous: Sequence[Path] = ()) -> HistoryResult:
    """Return the history of a plan from its archives, and from ``previous`` summaries of what is not archived.

    Of these the office's workbook is named; the leaders' one is found beside it by its name. An
    archive of which a file that is read was changed is refused, and everything with it.
    """
    plan, findings = read_plan(plan_path)
    language = language_of(plan.settings) if plan else spoken_in(plan_path)
    if plan is None:
        return HistoryResult(None, findings, language)
    with speaking(language):
        findings = tuple(f for f in findings if f.severity is Severity.ERROR)
        sources, more_findings = _archived(plan_path, plan)
        findings = (*findings, *more_findings)
        if not any(f.severity is Severity.ERROR for f in more_findings):
            named, more_findings = _named(plan_path, plan, previous, [s.period for s in sources])
            sources, findings = [*sources, *named], (*findings, *more_findings)
        if any(f.severity is Severity.ERROR for f in findings):
            return HistoryResult(None, findings, language)
        if not sources:
            return HistoryResult(None, (Finding("HIST-001", Place(plan_path.name)),), language)
        order = [p.caption for p in plan.periods]
        accounts: list[Account] = []
        for source in sorted(sources, key=lambda s: order.index(s.period)):
            account, more_findings = read_account(source, plan)
            findings = (*findings, *more_findings)
            if account is None:
                return HistoryResult(None, findings, language)
            accounts.append(account)
        inputs = (plan_path, *templates_of(plan, plan_path), *previous)
        return HistoryResult(history_of(plan, accounts, pair_tasks), findings, language, inputs)


def write_history(
    result: HistoryResult, out: Path, *, contacts: bool = False, force: bool = False
) -> None:  # fmt: skip
    """Write what :func:`history` found as a workbook, or as a web page where ``out`` ends so.

    Whom to call stands in the workbook only with ``contacts``, and never in the page. OSError when it
    cannot be written, Misused when it must not be.
    """
    from ...reports.year.page import page_bytes
    from ...reports.year.workbook import mark, workbook_bytes

    if result.history is None:
        raise ValueError("there is no history to write")
    with speaking(result.language):
        check_places([out], result.inputs)
        kind = mark(result.history)
        check_former(out, kind, "这份计划的走势", force=force)
        if out.suffix.lower() == ".html":
            write_file(out, page_bytes(result.history))
        else:
            write_file(out, workbook_bytes(result.history, contacts=contacts))


def _archived(plan_path: Path, plan: Plan) -> tuple[list[Source], tuple[Finding, ...]]:
    """The closed periods, or findings where an archive is not as it was written."""
    archives, broken = archives_of(plan_path, plan)
    if broken:
        return [], broken
    sources, findings = [], list(_renamed(plan_path, plan))
    for archive in archives.values():
        if archive.reopened:
            place = Place(archive.folder.name)
            findings.append(Finding("HIST-002", place, values={"period": archive.period}))
        source, more_findings = _of_archive(archive, plan)
        findings += more_findings
        if source:
            sources.append(source)
    return sources, tuple(findings)


def _renamed(plan_path: Path, plan: Plan) -> Iterator[Finding]:
    """Yield findings on archives of the plan whose period it does not have any more."""
    captions = {p.caption for p in plan.periods}
    for archive in archives_in(home(plan_path)):
        if isinstance(archive, Finding) or not is_of(archive.manifest, plan):
            continue
        if archive.period not in captions:
            place = Place(archive.folder.name)
            yield Finding("HIST-006", place, values={"period": archive.period})


def _of_archive(archive: Archive, plan: Plan) -> tuple[Source | None, tuple[Finding, ...]]:
    setup, outputs = archive.manifest["setup"], archive.manifest["outputs"]
    named = dict.fromkeys(
        (outputs["records"], outputs["summary"], setup["plan"], setup["template"])
    )
    names = [name for name in named if name]
    place = Place(archive.folder.name)
    try:
        for name in names:
            if not unchanged(archive, name):
                return None, (Finding("ARCH-010", Place(f"{archive.folder.name}/{name}")),)
        paths = {name: inside(archive.folder, name) for name in names}
    except Broken as broken:
        return None, (Finding("ARCH-004", place, values={"reason": str(broken)}),)
    then, findings = read_plan(paths[setup["plan"]])
    if then is None:
        return None, findings
    form, form_findings = load_form(then, paths[setup["plan"]], paths.get(setup["template"]))
    if form is None:
        return None, form_findings
    others = tuple(paths[n] for n in (outputs["summary"],) if n != outputs["records"])
    if weights(then) != weights(plan):
        findings = (Finding("HIST-005", place, values={"period": archive.period}),)
    else:
        findings = ()
    names_then = _captions(then, paths[setup["plan"]])
    source = Source(archive.period, paths[outputs["records"]], others, then, form, names_then)
    return source, findings


def _captions(plan: Plan, plan_path: Path) -> Mapping[str, str]:
    """Our captions by those that the plan's summary template gives them."""
    style, _ = load_style(plan, plan_path)
    return {shown: caption for caption, shown in style.captions.items()} if style else {}


def _named(
    plan_path: Path, plan: Plan, paths: Sequence[Path], known: Sequence[str]
) -> tuple[list[Source], tuple[Finding, ...]]:
    """Summaries that were named, of periods that are not archived."""
    if not paths:
        return [], ()
    form, form_findings = load_form(plan, plan_path, None)
    if form is None:
        return [], form_findings
    captions = [p.caption for p in plan.periods]
    names = _captions(plan, plan_path)
    sources: dict[str, Source] = {}
    findings = []
    for path in paths:
        mark = read_mark(path)
        ours = (
            mark_of(kind, plan, n)
            for n in range(1, len(captions) + 1)
            for kind in (DETAILS, SUMMARY)
        )
        period = next((c for c in captions if mark.mark.endswith(f" {c[:100]}")), "")
        values: dict[str, object] = {"period": period}
        if mark.mark not in ours or not holds_records(path):
            findings.append(Finding("HIST-007", Place(path.name)))
        elif period in known or period in sources:
            findings.append(Finding("HIST-003", Place(path.name), values=values))
        else:
            sources[period] = Source(period, path, tuple(_beside(path)), None, form, names)
    return list(sources.values()), tuple(findings)


def _beside(records: Path) -> Iterator[Path]:
    """The leaders' summary beside the office's workbook, known by its name and by its mark."""
    ours = read_mark(records).mark.partition(" ")[2]
    for path in sorted(records.parent.glob("*.xlsx")):
        if details_name(path.stem) == records.stem and path != records:
            kind, _, other = read_mark(path).mark.partition(" ")
            if kind == SUMMARY and other == ours:
                yield path
