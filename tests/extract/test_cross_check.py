"""Two readers of a PDF must agree; where they do not, the cell is told with both readings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("reportlab", reason="reportlab prints the invented plans (pip install .[test])")

from click.testing import CliRunner
from openpyxl import load_workbook
from printed import FONT, Style
from reportlab.pdfgen.canvas import Canvas
from test_glyphs import (
    HEAD,
    ROWS,
    WIDTHS,
    cells,
    level_watermark,
    place,
    printed,
    raw_pdf,
    unicode_map,
)

from reconcile.cli import main
from reconcile.core.findings import Finding
from reconcile.core.published_plan import PublishedPlan
from reconcile.extract.pdf import second_reader as second_module
from reconcile.extract.pdf.second_reader import Glyph, SecondReading
from reconcile.extract.published import read_published_plan

pytestmark = pytest.mark.slow

DATA = Path(__file__).parents[1] / "data"


def read(path: Path) -> tuple[PublishedPlan, list[Finding]]:
    notice, findings = read_published_plan(path, cross_check=True)
    assert notice is not None, [f.message for f in findings]
    return notice, list(findings)


def told(findings: list[Finding]) -> list[tuple[object, ...]]:
    """The findings of the cross-check: code, place, task, column and both readings."""
    return [
        (f.code, str(f.place.cell), f.task, *(f.values[k] for k in ("column", "ours", "theirs")))
        for f in findings
        if f.code in ("PLAN-150", "PLAN-153")
    ]


def checks(findings: list[Finding]) -> list[str]:
    return [f.code for f in findings if f.code.startswith("PLAN-15")]


def other_text(path: Path, old: str, new: str) -> Callable[[Canvas], None]:
    """Print over the plan a text that says ``old`` to readers who believe what is written beside it."""
    _, x1, base = place(printed(path), "开工10个。")

    def over(canvas: Canvas) -> None:
        marked = f"/Span <</ActualText <feff{old.encode('utf-16-be').hex()}>>> BDC"
        canvas._code.append(marked)
        canvas.setFont("Helvetica", 9)
        canvas.drawString(x1 + 2, base, new)
        canvas._code.append("EMC")

    return over


def test_a_cell_that_the_readers_read_differently_is_told_with_both(tmp_path: Path) -> None:
    over = other_text(tmp_path / "plain.pdf", "60", "58")
    notice, findings = read(printed(tmp_path / "a.pdf", over=over))
    assert notice.tasks[1].milestones["第二季度"] == "开工10个。60"
    assert told(findings) == [
        ("PLAN-150", "第1页第2行", 2, "第二季度", "开工10个。60", "开工10个。58")
    ]


def changed(
    monkeypatch: pytest.MonkeyPatch, change: Callable[[list[list[Glyph]]], list[list[Glyph]]]
) -> None:
    """Make the second reader read otherwise."""
    pages = SecondReading.pages

    def other(
        self: SecondReading, count: int, step: Callable[[], None] = lambda: None
    ) -> tuple[list[list[Glyph]] | None, str]:
        found, reason = pages(self, count, step)
        return (change(found) if found is not None else None), reason

    monkeypatch.setattr(SecondReading, "pages", other)


@pytest.mark.parametrize(
    ("change", "theirs"),
    [
        (lambda g: [g._replace(text="8" if g.text == "6" else g.text)], "完成80亿元。"),
        (lambda g: [] if g.text == "6" else [g], "完成0亿元。"),
        (
            lambda g: [g, g._replace(text="7", x=g.x + g.width / 2)] if g.text == "6" else [g],
            "完成670亿元。",
        ),
    ],
)
def test_other_missing_and_further_letters_are_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Glyph], list[Glyph]],
    theirs: str,
) -> None:
    changed(monkeypatch, lambda pages: [[h for g in page for h in change(g)] for page in pages])
    notice, findings = read(printed(tmp_path / "a.pdf"))
    assert cells(notice) == ROWS
    assert told(findings) == [("PLAN-150", "第1页第1行", 1, "第二季度", "完成60亿元。", theirs)]


def test_a_head_that_is_read_differently_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change(pages: list[list[Glyph]]) -> list[list[Glyph]]:
        return [[g._replace(text="叁") if g.text == "二" else g for g in page] for page in pages]

    changed(monkeypatch, change)
    _, findings = read(printed(tmp_path / "a.pdf"))
    assert told(findings) == [("PLAN-153", "第1页", None, "", "第二季度", "第叁季度")]


def test_a_line_outside_the_table_that_is_read_differently_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change(pages: list[list[Glyph]]) -> list[list[Glyph]]:
        return [[g._replace(text="1") if g.text == "7" else g for g in page] for page in pages]

    def over(canvas: Canvas) -> None:
        canvas.setFont(FONT, 16)
        canvas.drawString(300, 550, "2027年重点任务")

    changed(monkeypatch, change)
    notice, findings = read(printed(tmp_path / "a.pdf", over=over))
    assert notice.title == "2027年重点任务"
    assert told(findings) == [("PLAN-153", "第1页", None, "", "2027年重点任务", "2021年重点任务")]


def test_what_the_second_reader_has_no_sign_for_is_counted_and_no_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change(pages: list[list[Glyph]]) -> list[list[Glyph]]:
        return [[g._replace(text="(cid:9)") if g.text == "园" else g for g in p] for p in pages]

    changed(monkeypatch, change)
    notice, findings = read(printed(tmp_path / "a.pdf"))
    assert cells(notice) == ROWS
    assert checks(findings) == ["PLAN-152"]
    (found,) = (f for f in findings if f.code == "PLAN-152")
    assert (str(found.values["pages"]), found.values["count"]) == ("第1页", 1)


def spaced_out(canvas: Canvas) -> None:
    """Letter-spacing: one of the readers forgets it at the end of each string."""
    canvas._code.append(".7 Tc")


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("rotate", [0, 90])
def test_readers_agree_however_the_page_is_turned(tmp_path: Path, turn: int, rotate: int) -> None:
    from printed import print_plan

    path = print_plan(
        tmp_path / "a.pdf", WIDTHS, [[HEAD, *ROWS]], style=Style(turn=turn, rotate=rotate)
    )
    notice, findings = read(path)
    assert cells(notice) == ROWS
    assert checks(findings) == []


def test_readers_agree_on_letter_spacing_watermarks_and_false_bold(tmp_path: Path) -> None:
    def over(canvas: Canvas) -> None:
        level_watermark(canvas)
        canvas.setFont(FONT, 9)
        canvas.drawString(x0 + 0.3, base, "改造老旧小区30个。")

    x0, _, base = place(printed(tmp_path / "plain.pdf"), "改造老旧")
    notice, findings = read(printed(tmp_path / "a.pdf", under=spaced_out))
    assert cells(notice) == ROWS
    assert checks(findings) == []
    notice, findings = read(printed(tmp_path / "b.pdf", over=over))
    assert cells(notice) == ROWS
    assert checks(findings) == []


def test_readers_agree_on_marks_printed_twice_at_one_place(tmp_path: Path) -> None:
    rows = [["1", "种树。", "", "", "市林业局", ""], *ROWS[1:]]
    x0, _, base = place(printed(tmp_path / "plain.pdf", rows), "种树")

    def over(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 9)
        for _ in range(2):
            canvas.drawString(x0 + 165, base, "*")
            canvas.drawString(x0 + 325, base, "*")

    notice, findings = read(printed(tmp_path / "a.pdf", rows, over=over))
    assert list(notice.tasks[0].milestones.values()) == ["*", "*"]
    assert checks(findings) == []


def lettered(path: Path, signs: list[str]) -> Path:
    """A table of five columns and two rows, printed in a font whose letters stand for these signs."""
    codes = {0x41 + at: sign for at, sign in enumerate(signs)}
    rules = b"".join(
        b"%d 200 m %d 300 l S " % (x, x) for x in (20, 80, 140, 200, 260, 320)
    ) + b"".join(b"20 %d m 320 %d l S " % (y, y) for y in (200, 250, 300))
    words = [(30, 270, "A"), (90, 270, "B"), (150, 270, "C"), (210, 270, "D"), (270, 270, "E")]
    words += [(30, 220, "F"), (90, 220, "GHI"), (150, 220, "J"), (210, 220, "K"), (270, 220, "L")]
    text = b"".join(b"BT /F 10 Tf %d %d Td (%s) Tj ET " % (x, y, t.encode()) for x, y, t in words)
    path.write_bytes(raw_pdf(rules + text, unicode_map(codes)))
    return path


def test_readers_agree_on_ligatures_and_radicals(tmp_path: Path) -> None:
    """One letter of a font may stand for several; radicals stand for the usual signs."""
    signs = ["No.", "Task", "Q1", "Q2", "Lead", "1", "o", "ffi", "ce", "⽤⼾", "x", "Parks"]
    path = lettered(tmp_path / "a.pdf", signs)
    notice, findings = read(path)
    assert [(t.goal, *t.milestones.values(), *t.lead) for t in notice.tasks] == [
        ("office", "用户", "x", "Parks")
    ]
    assert checks(findings) == []


def test_readers_agree_on_the_real_plan(sample_pdf: Path) -> None:
    _, findings = read(sample_pdf)
    assert checks(findings) == []


@pytest.mark.parametrize("path", sorted(DATA.glob("*.pdf")), ids=lambda p: p.stem)
def test_readers_agree_on_plans_of_other_shapes(path: Path) -> None:
    _, findings = read_published_plan(path, cross_check=True)
    assert checks(list(findings)) == []


def test_a_letter_missing_in_a_ligature_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change(pages: list[list[Glyph]]) -> list[list[Glyph]]:
        return [[g._replace(text="fi") if g.text == "ffi" else g for g in p] for p in pages]

    def split(pages: list[list[Glyph]]) -> list[list[Glyph]]:
        return [[part for glyph in page for part in letters(glyph)] for page in pages]

    def letters(glyph: Glyph) -> list[Glyph]:
        width = glyph.width / len(glyph.text)
        return [
            Glyph(sign, glyph.x + at * width, glyph.y, width) for at, sign in enumerate(glyph.text)
        ]

    signs = ["No.", "Task", "Q1", "Q2", "Lead", "1", "o", "ffi", "ce", "z", "x", "Parks"]
    path = lettered(tmp_path / "a.pdf", signs)
    with monkeypatch.context() as patch:
        changed(patch, split)
        assert checks(read(path)[1]) == []
    changed(monkeypatch, change)
    assert told(read(path)[1]) == [("PLAN-150", "第1页第1行", 1, "Task", "office", "ofice")]


# When there is no second reading


def unchecked(path: Path) -> str:
    """Why the plan, which stands, was not cross-checked."""
    notice, findings = read(path)
    assert cells(notice) == ROWS
    assert checks(findings) == ["PLAN-151"]
    return str(next(f.values["reason"] for f in findings if f.code == "PLAN-151"))


def test_a_second_reading_that_takes_too_long_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_module, "_LEAST", 0.0)
    monkeypatch.setattr(second_module, "_EACH", 0.0)
    assert "时间" in unchecked(printed(tmp_path / "a.pdf"))


def test_a_second_reader_that_fails_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_module.sys, "executable", "/no/such/program")
    assert unchecked(printed(tmp_path / "a.pdf")) == "无法启动"


def test_a_second_reader_that_cannot_read_the_file_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reconcile.readers.child_process._PLACE", tmp_path)
    package = tmp_path / "reconcile" / "extract" / "pdf"
    package.mkdir(parents=True)
    for folder in (package, package.parent, package.parents[1]):
        (folder / "__init__.py").touch()
    (package / "second_reader.py").write_text("raise MemoryError")
    assert "读不了" in unchecked(printed(tmp_path / "a.pdf"))


def test_a_file_of_very_many_pages_is_not_read_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_module, "_PAGES", 0)
    assert "页" in unchecked(printed(tmp_path / "a.pdf"))


def test_a_refused_file_waits_for_no_second_reader(tmp_path: Path) -> None:
    """What the first reader refuses ends the second one at once, whatever it is doing."""
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.5\nbroken")
    children: list[SecondReading] = []
    begin = SecondReading.__init__

    def noted(self: SecondReading, content: bytes) -> None:
        begin(self, content)
        children.append(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SecondReading, "__init__", noted)
        notice, findings = read_published_plan(path, cross_check=True)
    assert notice is None
    assert [f.code for f in findings] == ["PLAN-003"]
    (child,) = children
    assert child._child is not None and child._child.poll() is not None


def test_both_readings_are_counted_in_the_progress(tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    path = printed(tmp_path / "a.pdf", pages=3)
    read_published_plan(
        path, progress=lambda done, total: steps.append((done, total)), cross_check=True
    )
    assert {total for _, total in steps} == {6}
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)
    assert steps[-1] == (6, 6)


def extracted(path: Path, *options: str) -> list[str]:
    """The codes in 待核 of the plan workbook that the command writes."""
    out = path.with_name("总台账.xlsx")
    run = CliRunner().invoke(main, ["extract", str(path), "-o", str(out), "--force", *options])
    assert run.exit_code == 0, run.output
    return [
        str(row[0]) for row in load_workbook(out)["待核"].iter_rows(min_row=2, values_only=True)
    ]


def test_the_command_reads_twice_unless_told_otherwise(tmp_path: Path) -> None:
    over = other_text(tmp_path / "plain.pdf", "60", "58")
    path = printed(tmp_path / "a.pdf", over=over)
    assert "PLAN-150" in extracted(path)
    assert "PLAN-150" not in extracted(path, "--no-cross-check")
