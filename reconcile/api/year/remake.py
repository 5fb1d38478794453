"""The outputs of an archived period, made again from what lies in its folder and nothing else."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from ...archive.folder import Former
from ...archive.manifest import Outputs, Setup, inside
from ...core.findings import Finding
from ...core.i18n import language_of, speaking
from ...core.result import MergeResult
from ..inputs import layouts_of, load_style
from ..merge import Answer, write_merge
from ..status import take


@dataclass(frozen=True, slots=True)
class Remade:
    """What was made again: the merge, and the files by their ways from the folder; or why nothing was."""

    merged: MergeResult | None
    files: dict[str, Path]
    findings: tuple[Finding, ...] = ()


@contextmanager
def remade(
    folder: Path,
    setup: Setup,
    outputs: Outputs,
    *,
    period: str,
    as_of: date,
    password: str | None = None,
) -> Iterator[Remade]:
    """Make the outputs of an archive again, in a folder that is gone when the block ends.

    Broken where the setup names a file outside ``folder``.
    """
    with tempfile.TemporaryDirectory(prefix="reconcile-", ignore_cleanup_errors=True) as out:
        yield _remade(folder, setup, outputs, Path(out), period, as_of, password)


def _remade(
    folder: Path,
    setup: Setup,
    outputs: Outputs,
    out: Path,
    period: str,
    as_of: date,
    password: str | None,
) -> Remade:
    inbox = [inside(folder, name) for name in setup["inbox"]]
    plan_path = inside(folder, setup["plan"])
    template = inside(folder, setup["template"]) if setup["template"] else None
    previous = tuple(inside(folder, name) for name in setup["previous"])
    taken = take(
        plan_path, inbox, period=period, as_of=as_of, template_path=template, password=password,
        former=Former(previous, setup["closed"]),
    )  # fmt: skip
    merged = taken.merged
    if merged is None or taken.form is None:
        return Remade(None, {}, taken.findings)
    form = taken.form
    with speaking(language_of(merged.plan.settings)):
        style, findings = load_style(merged.plan, plan_path)
    if style is None:
        return Remade(None, {}, findings)
    merged = replace(merged, findings=(*merged.findings, *findings))
    answer = None
    if setup["form"]:
        from ..answer import answer as api_answer  # most plans were not made from a form

        source = inside(folder, setup["form"])
        answered = api_answer(merged, form, source, out / source.name, password=password)
        merged = replace(merged, findings=(*merged.findings, *answered.findings))
        answer = Answer(source, out / source.name, answered.content)
    write_merge(
        merged, form, inside(out, outputs["summary"]), inside(out, outputs["copies"]), inbox,
        report_path=inside(out, outputs["report"]) if outputs["report"] else None,
        circular_path=inside(out, outputs["circular"]) if outputs["circular"] else None,
        page_path=inside(out, outputs["page"]) if outputs.get("page") else None,
        style=style, password=password, contacts=setup["contacts"], answer=answer, inputs=taken.inputs,
        layouts=layouts_of(merged.plan, plan_path, template),
    )  # fmt: skip
    files = {p.relative_to(out).as_posix(): p for p in sorted(out.rglob("*")) if p.is_file()}
    if answer:
        files.pop(answer.out.name, None)  # which belongs to the level above
    return Remade(merged, files)
