"""What the eye sees on a PDF page is what is read: not one letter lost, not one invented."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

pytest.importorskip("reportlab", reason="reportlab prints the invented plans (pip install .[test])")

from printed import FONT, Cell, Style, print_table
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from reconcile.core.findings import Finding
from reconcile.core.published_plan import PublishedPlan
from reconcile.extract.pdf.pages import read_pages
from reconcile.extract.published import read_published_plan
from reconcile.extract.tables.ruled import line_text, text_lines

DATA = Path(__file__).parents[1] / "data"
HEAD: list[Cell] = ["序号", "目标任务", "第一季度", "第二季度", "牵头单位", "共同责任单位"]
WIDTHS = [30, 160, 160, 160, 80, 120]
ROWS: list[list[Cell]] = [
    ["1", "工业投资完成120亿元。", "完成25亿元。", "完成60亿元。", "市工信局", "市统计局"],
    ["2", "改造老旧小区30个。", "完成方案。", "开工10个。", "市住建局", "市财政局"],
    ["3", "新建公园5座。", "选址。", "开工2座。", "市城管局", "市财政局"],
]
PAPER = landscape(A4)
Draw = Callable[[Canvas], None]


def nothing(_: Canvas) -> None:
    pass


def printed(
    path: Path,
    rows: Sequence[Sequence[Cell]] = ROWS,
    *,
    under: Draw = nothing,
    over: Draw = nothing,
    head: Sequence[Cell] = HEAD,
    widths: Sequence[float] = WIDTHS,
    pages: int = 1,
    style: Style | None = None,
) -> Path:
    """Print a plan; ``under`` and ``over`` draw on each page before and after the table."""
    canvas = Canvas(str(path), pagesize=PAPER, invariant=1)
    size = math.ceil(len(rows) / pages)
    for page in range(pages):
        own = rows[page * size : (page + 1) * size]
        under(canvas)
        print_table(canvas, widths, [head, *own], PAPER[1] - 70, style or Style(), last=True)
        over(canvas)
        canvas.showPage()
    canvas.save()
    return path


def place(path: Path, text: str) -> tuple[float, float, float]:
    """Return from where to where (x) a text stands in a printed plan, and its base line."""
    pages, _ = read_pages("", path.read_bytes())
    assert pages is not None
    for line in text_lines(pages[0].chars):
        at = line_text(line).find(text)
        if at >= 0:
            own = line[at : at + len(text)]
            return own[0].x0, own[-1].x1, -own[0].base
    raise AssertionError(f"{text} is not there")


def read(path: Path) -> tuple[PublishedPlan, list[Finding]]:
    notice, findings = read_published_plan(path)
    assert notice is not None, [f.message for f in findings]
    return notice, list(findings)


def cells(notice: PublishedPlan) -> list[list[str]]:
    """The tasks as rows: number, goal, milestones, lead, support."""
    return [
        [str(t.number), t.goal, *t.milestones.values(), "".join(t.lead), "".join(t.support)]
        for t in notice.tasks
    ]


def told(findings: Sequence[Finding]) -> list[str]:
    """Code, place and task of the findings, without those on the missing front matter."""
    return [
        " ".join(filter(None, (f.code, str(f.place.cell), str(f.task or ""))))
        for f in findings
        if f.code not in ("PLAN-038", "PLAN-039")
    ]


def quoted(findings: Sequence[Finding], code: str) -> list[object]:
    return [f.values["text"] for f in findings if f.code == code]


def lines_of(path: Path) -> list[str]:
    """The text of the first page, line by line."""
    pages, _ = read_pages("", path.read_bytes())
    assert pages is not None
    return [line_text(line) for line in text_lines(pages[0].chars)]


# Letters


@pytest.mark.parametrize(
    "text", ["million skills all", "III", "II......", "0.11111 illicit", "ffll !!!! ||| :::"]
)
@pytest.mark.parametrize("size", [5, 9, 30])
def test_narrow_letters_stand_side_by_side(tmp_path: Path, text: str, size: int) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), invariant=1)
    canvas.setFont("Helvetica", size)
    canvas.drawString(50, 500, text)
    canvas.save()
    assert lines_of(tmp_path / "a.pdf") == [text]


@pytest.mark.parametrize("shift", [0.1, 0.3, 0.6])
@pytest.mark.parametrize("text", ["III类million", "Ⅲ类......"])
def test_false_bold_counts_once(tmp_path: Path, text: str, shift: float) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), invariant=1)
    for x in (50, 50 + shift):
        for at, sign in enumerate(text):
            canvas.setFont(FONT if sign > "\u2000" else "Helvetica", 10)
            canvas.drawString(x + at * 10.5, 500, sign)
    canvas.save()
    assert [line.replace(" ", "") for line in lines_of(tmp_path / "a.pdf")] == [text]


def raw_pdf(content: bytes, unicode_map: bytes) -> bytes:
    """A page with one font of 500 wide glyphs, whose codes mean what the map says."""
    widths = b" ".join([b"500"] * 256)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 400]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/TrueType/BaseFont/Invented/FirstChar 0/LastChar 255/Widths[%s]"
        b"/FontDescriptor 7 0 R/ToUnicode 6 0 R>>" % widths,
        b"<</Length %d>>stream\n%s\nendstream" % (len(unicode_map), unicode_map),
        b"<</Type/FontDescriptor/FontName/Invented/Flags 32/FontBBox[0 -200 1000 800]/Ascent 800"
        b"/Descent -200/CapHeight 700/ItalicAngle 0/StemV 80>>",
    ]
    out, places = b"%PDF-1.5\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % at for at in places)
    return out + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )


def unicode_map(pairs: dict[int, str]) -> bytes:
    lines = "".join(
        f"<{code:02x}> <{text.encode('utf-16-be').hex()}>\n" for code, text in pairs.items()
    )
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "1 begincodespacerange <00> <ff> endcodespacerange\n"
        f"{len(pairs)} beginbfchar\n{lines}endbfchar\nendcmap end end\n"
    ).encode()


def test_the_letters_of_a_ligature_are_all_kept(tmp_path: Path) -> None:
    marks = {0x41: "o", 0x42: "ffi", 0x43: "ce", 0x44: "ff"}
    content = b"BT /F 10 Tf 50 300 Td (ABC) Tj 0 -20 Td (ADD) Tj ET"
    path = tmp_path / "a.pdf"
    path.write_bytes(raw_pdf(content, unicode_map(marks)))
    assert lines_of(path) == ["office", "offff"]


def test_a_ligature_in_false_bold_counts_once(tmp_path: Path) -> None:
    marks = {0x41: "o", 0x42: "ff", 0x43: "i"}
    content = (
        b"BT /F 10 Tf 50 300 Td (ABC) Tj ET 0.4 0 0 0.4 0 0 cm BT /F 25 Tf 125.9 750 Td (ABC) Tj ET"
    )
    path = tmp_path / "a.pdf"
    path.write_bytes(raw_pdf(content, unicode_map(marks)))
    assert lines_of(path) == ["offi"]


def test_no_letter_of_a_browser_s_arial_is_lost() -> None:
    rows = lines_of(DATA / "double_letters_arial.pdf")[2:20]
    for sign, row in zip("liIjtfr1.',:/|!()-", rows, strict=True):
        assert f"fund{sign}{sign}ing" in row
        assert f"wall {sign}{sign} end" in row


def test_marks_in_a_row_are_kept_in_a_cell(tmp_path: Path) -> None:
    rows = [["1", "水质达到III类，II级以上。", "......", "million", "市工信局", ""]]
    notice, findings = read(printed(tmp_path / "a.pdf", rows))
    assert cells(notice) == rows
    assert told(findings) == []


@pytest.mark.parametrize("rise", [3.3, 4])
def test_raised_and_lowered_figures_stay_in_their_place(tmp_path: Path, rise: float) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), invariant=1)
    for y, sign in ((500, 1), (450, -1)):
        x = 50.0
        parts = (("1200m", 10, 0.0), ("23", 5.8, sign * rise), ("e", 10, 0), (" of CO", 10, 0))
        for text, size, height in parts:
            canvas.setFont("Helvetica", size)
            canvas.drawString(x, y + height, text)
            x += canvas.stringWidth(text, "Helvetica", size)
    canvas.save()
    assert lines_of(tmp_path / "a.pdf") == ["1200m²³e of CO", "1200m23e of CO"]


# What is not seen


def test_clipped_text_is_not_read(tmp_path: Path) -> None:
    def over(canvas: Canvas) -> None:
        path = canvas.beginPath()
        path.rect(x1 + 1, base - 3, 30, 14)
        canvas.clipPath(path, stroke=0, fill=0)
        canvas.setFont(FONT, 9)
        canvas.drawString(x1 + 1, base, "甲乙丙丁戊")

    plain = printed(tmp_path / "plain.pdf")
    _, x1, base = place(plain, "完成60亿元。")
    notice, findings = read(printed(tmp_path / "a.pdf", over=over))
    assert notice.tasks[0].milestones["第二季度"] == "完成60亿元。甲乙丙"
    assert told(findings) == ["PLAN-141 第1页第1行 1"]
    assert quoted(findings, "PLAN-141") == ["丁戊"]


def test_what_is_clipped_outside_the_table_is_not_told(tmp_path: Path) -> None:
    """Office programs print a merged text on each page, and clip it to the page's own rows."""

    def over(canvas: Canvas) -> None:
        path = canvas.beginPath()
        path.rect(40, 100, 700, 30)
        canvas.clipPath(path, stroke=0, fill=0)
        canvas.setFont(FONT, 9)
        canvas.drawString(80, 550, "上一页的合并单元格")

    notice, findings = read(printed(tmp_path / "a.pdf", over=over))
    assert cells(notice) == ROWS
    assert told(findings) == []


def beside(path: Path, text: str, draw: Callable[[Canvas, float, float], None]) -> Draw:
    """Draw right after a text of the plain plan."""
    _, x1, base = place(printed(path), text)

    def over(canvas: Canvas) -> None:
        canvas.setFont(FONT, 9)
        draw(canvas, x1, base)

    return over


def invisible(canvas: Canvas, x: float, y: float) -> None:
    text = canvas.beginText(x, y)
    text.setTextRenderMode(3)
    text.textOut("内部55亿")
    canvas.drawText(text)


def clip_only(canvas: Canvas, x: float, y: float) -> None:
    text = canvas.beginText(x, y)
    text.setTextRenderMode(7)
    text.textOut("内部55亿")
    canvas.drawText(text)


def white(canvas: Canvas, x: float, y: float) -> None:
    canvas.setFillColorRGB(1, 1, 0.99)
    canvas.drawString(x, y, "内部55亿")


def tiny(canvas: Canvas, x: float, y: float) -> None:
    canvas.setFont(FONT, 0.5)
    canvas.drawString(x, y, "内部55亿")


def clear(canvas: Canvas, x: float, y: float) -> None:
    canvas.setFillColorRGB(0, 0, 0, alpha=0)
    canvas.drawString(x, y, "内部55亿")


def covered(canvas: Canvas, x: float, y: float) -> None:
    canvas.drawString(x, y, "内部55亿")
    canvas.setFillColorRGB(1, 1, 1)
    canvas.rect(x, y - 3, 50, 13, stroke=0, fill=1)


def black_on_black(canvas: Canvas, x: float, y: float) -> None:
    canvas.rect(x, y - 3, 50, 13, stroke=0, fill=1)
    canvas.drawString(x, y, "内部55亿")


@pytest.mark.parametrize("how", [invisible, clip_only, white, tiny, clear, covered, black_on_black])
def test_what_the_eye_does_not_see_is_left_out_and_told(
    tmp_path: Path, how: Callable[[Canvas, float, float], None]
) -> None:
    over = beside(tmp_path / "plain.pdf", "完成60亿元。", how)
    notice, findings = read(printed(tmp_path / "a.pdf", over=over))
    assert cells(notice) == ROWS
    assert told(findings) == ["PLAN-140 第1页第1行 1"]
    assert quoted(findings, "PLAN-140") == ["内部55亿"]


def on_colour(canvas: Canvas, x: float, y: float) -> None:
    canvas.setFillColorRGB(0.1, 0.2, 0.5)
    canvas.rect(x, y - 3, 50, 13, stroke=0, fill=1)
    canvas.setFillColorRGB(1, 1, 1)
    canvas.drawString(x, y, "内部55亿")


def on_round_shape(canvas: Canvas, x: float, y: float) -> None:
    canvas.setFillColorRGB(0.1, 0.2, 0.5)
    canvas.roundRect(x, y - 3, 50, 13, 4, stroke=0, fill=1)
    canvas.setFillColorRGB(1, 1, 1)
    canvas.drawString(x, y, "内部55亿")


def marked_over(canvas: Canvas, x: float, y: float) -> None:
    canvas.drawString(x, y, "内部55亿")
    canvas.setFillColorRGB(1, 1, 0, alpha=0.4)
    canvas.rect(x, y - 3, 50, 13, stroke=0, fill=1)


def framed(canvas: Canvas, x: float, y: float) -> None:
    canvas.drawString(x, y, "内部55亿")
    path = canvas.beginPath()
    path.rect(x - 5, y - 8, 60, 20)
    path.rect(x - 2, y - 5, 54, 14)
    canvas.drawPath(path, stroke=0, fill=1, fillMode=0)


def outlined(canvas: Canvas, x: float, y: float) -> None:
    canvas.setFillColorRGB(1, 1, 1)
    text = canvas.beginText(x, y)
    text.setTextRenderMode(2)
    text.textOut("内部55亿")
    canvas.drawText(text)


@pytest.mark.parametrize("how", [outlined, on_colour, on_round_shape, marked_over, framed])
def test_what_the_eye_sees_is_read(
    tmp_path: Path, how: Callable[[Canvas, float, float], None]
) -> None:
    over = beside(tmp_path / "plain.pdf", "完成60亿元。", how)
    notice, _ = read(printed(tmp_path / "a.pdf", over=over))
    assert notice.tasks[0].milestones["第二季度"] == "完成60亿元。内部55亿"


def test_white_letters_on_one_of_very_many_areas_are_read(tmp_path: Path) -> None:
    def under(canvas: Canvas) -> None:
        canvas.setFillColorRGB(0.9, 0.9, 0.9)
        for at in range(1200):
            canvas.rect(10 + at % 40 * 20, 10 + at // 40 * 12, 16, 10, stroke=0, fill=1)
        canvas.setFillColorRGB(0.1, 0.2, 0.5)
        canvas.rect(300, 560, 12, 8, stroke=0, fill=1)
        canvas.setFillColorRGB(1, 1, 1)
        canvas.setFont("Helvetica", 6)
        canvas.drawString(301, 562, "abc")
        canvas.setFillColorRGB(0, 0, 0)

    assert "abc" in lines_of(printed(tmp_path / "a.pdf", under=under))


def test_a_form_object_shows_what_its_box_lets_through(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), invariant=1)
    canvas.beginForm("F", 0, 0, 50, 20)
    canvas.setFont("Helvetica", 10)
    canvas.drawString(0, 5, "shown and hidden")
    canvas.endForm()
    canvas.translate(200, 300)
    canvas.doForm("F")
    canvas.save()
    assert lines_of(tmp_path / "a.pdf") == ["shown and"]


@pytest.mark.parametrize("first", [True, False])
def test_recognised_text_is_read_and_told(tmp_path: Path, first: bool) -> None:
    """A scan with what a recogniser read from it: without ink on the picture, or in ink under it."""
    from PIL import Image

    picture = tmp_path / "scan.png"
    Image.new("L", (60, 40), 200).save(picture)
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=PAPER, invariant=1)

    def scan() -> None:
        canvas.drawImage(str(picture), 0, 0, *PAPER)

    if first:
        scan()
        canvas._code.append("3 Tr")
    print_table(canvas, WIDTHS, [HEAD, *ROWS], PAPER[1] - 70, Style(), last=True)
    if not first:
        scan()
    canvas.save()
    notice, findings = read(tmp_path / "a.pdf")
    assert cells(notice) == ROWS
    assert told(findings) == ["PLAN-143"]


def test_text_under_a_seal_is_text_like_any_other(tmp_path: Path) -> None:
    from PIL import Image

    picture = tmp_path / "seal.png"
    Image.new("RGBA", (60, 60), (200, 0, 0, 90)).save(picture)

    def over(canvas: Canvas) -> None:
        canvas.drawImage(str(picture), 60, 440, 120, 120, mask="auto")

    notice, findings = read(printed(tmp_path / "a.pdf", over=over))
    assert cells(notice) == ROWS
    assert told(findings) == []


# Struck text


def line_through(canvas: Canvas, x0: float, x1: float, base: float) -> None:
    canvas.setLineWidth(0.6)
    canvas.line(x0, base + 3, x1, base + 3)


def box_through(canvas: Canvas, x0: float, x1: float, base: float) -> None:
    canvas.rect(x0, base + 2.5, x1 - x0, 0.7, stroke=0, fill=1)


def two_lines(canvas: Canvas, x0: float, x1: float, base: float) -> None:
    line_through(canvas, x0, x1, base)
    line_through(canvas, x0, x1, base + 1.5)


def marked_out(canvas: Canvas, x0: float, x1: float, base: float) -> None:
    top, bottom = base + 8, base - 2
    corners = [x0, top, x1, top, x0, bottom, x1, bottom]
    canvas._addAnnotation(
        pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("Annot"),
                "Subtype": pdfdoc.PDFName("StrikeOut"),
                "Rect": pdfdoc.PDFArray([x0, bottom, x1, top]),
                "QuadPoints": pdfdoc.PDFArray(corners),
            }
        )
    )


@pytest.mark.parametrize("how", [line_through, box_through, two_lines, marked_out])
def test_struck_text_is_left_out_and_told(
    tmp_path: Path, how: Callable[[Canvas, float, float, float], None]
) -> None:
    rows = [
        ["1", "工业投资。", "完成25亿元。", "60亿元58亿元。", "市工信局", "市统计局"],
        *ROWS[1:],
    ]
    x0, x1, base = place(printed(tmp_path / "plain.pdf", rows), "60亿元")
    path = printed(tmp_path / "a.pdf", rows, over=lambda canvas: how(canvas, x0, x1, base))
    notice, findings = read(path)
    assert notice.tasks[0].milestones["第二季度"] == "58亿元。"
    assert cells(notice)[1:] == ROWS[1:]
    assert told(findings) == ["PLAN-052 第1页第1行 1"]
    assert quoted(findings, "PLAN-052") == ["60亿元"]


@pytest.mark.parametrize("height", [-1.5, 9.5])
def test_a_line_under_or_over_text_strikes_nothing_out(tmp_path: Path, height: float) -> None:
    x0, x1, base = place(printed(tmp_path / "plain.pdf"), "完成60亿元。")
    path = printed(
        tmp_path / "a.pdf", over=lambda canvas: canvas.line(x0, base + height, x1, base + height)
    )
    notice, findings = read(path)
    assert cells(notice) == ROWS
    assert "PLAN-052" not in {f.code for f in findings}


# Rules that are none


def white_lines(canvas: Canvas) -> None:
    canvas.setStrokeColorRGB(1, 1, 1)
    for at in range(30):
        canvas.line(40, 400 + at * 5, 750, 400 + at * 5)
        canvas.line(75 + at * 20, 400, 75 + at * 20, 560)


def seal(canvas: Canvas) -> None:
    canvas.setStrokeColorRGB(0.9, 0, 0)
    canvas.setLineWidth(2)
    canvas.circle(400, 470, 60)


def polygon_seal(canvas: Canvas) -> None:
    path = canvas.beginPath()
    for at in range(181):
        x, y = 400 + 80 * math.cos(at * math.pi / 90), 470 + 80 * math.sin(at * math.pi / 90)
        (path.lineTo if at else path.moveTo)(x, y)
    canvas.setStrokeColorRGB(0.9, 0, 0)
    canvas.drawPath(path, stroke=1, fill=0)


@pytest.mark.parametrize("how", [white_lines, seal, polygon_seal])
def test_white_lines_and_seals_are_no_rules(tmp_path: Path, how: Draw) -> None:
    def over(canvas: Canvas) -> None:
        canvas.saveState()
        how(canvas)
        canvas.restoreState()

    notice, findings = read(printed(tmp_path / "a.pdf", under=over, over=over))
    assert cells(notice) == ROWS
    assert told(findings) == []


def test_white_rules_between_coloured_cells_are_rules(tmp_path: Path) -> None:
    def under(canvas: Canvas) -> None:
        canvas.setFillColorRGB(0.8, 0.85, 0.95)
        canvas.rect(40, 300, sum(WIDTHS), PAPER[1] - 370, stroke=0, fill=1)
        canvas.setFillColorRGB(0, 0, 0)
        canvas.setStrokeColorRGB(1, 1, 1)

    notice, findings = read(printed(tmp_path / "a.pdf", under=under))
    assert cells(notice) == ROWS
    assert told(findings) == []


def test_rules_reach_as_far_as_they_are_seen(tmp_path: Path) -> None:
    """Rules that are clipped away would part cells; the rest of long ones still does."""

    def over(canvas: Canvas) -> None:
        canvas.saveState()
        path = canvas.beginPath()
        path.rect(0, 0, 20, 595)
        canvas.clipPath(path, stroke=0, fill=0)
        for y in range(450, 530, 4):
            canvas.line(10, y, 700, y)
        canvas.restoreState()

    notice, findings = read(printed(tmp_path / "a.pdf", over=over))
    assert cells(notice) == ROWS
    assert told(findings) == []


# Marks, watermarks, hyphens


def test_a_mark_that_hangs_over_the_rule_stays_with_its_line(tmp_path: Path) -> None:
    rows = [["1", "工业投资完成", "完成25亿元", "完成60亿元", "市工信局", ""], *ROWS[1:]]
    plain = printed(tmp_path / "plain.pdf", rows)
    right = 40 + sum(WIDTHS[:2])
    _, _, base = place(plain, "工业投资完成")

    def over(canvas: Canvas) -> None:
        canvas.setFont(FONT, 9)
        for at, sign in enumerate("一百二十亿元。"):
            # The full stop stands on the far side of the rule.
            canvas.drawString(right - 54 + at * 9 + (at > 5), base - 11, sign)

    rows[0][1] = "工业投资完成\n　"
    notice, _ = read(printed(tmp_path / "a.pdf", rows, over=over))
    assert notice.tasks[0].goal == "工业投资完成一百二十亿元。"
    assert notice.tasks[0].milestones["第一季度"] == "完成25亿元"


def level_watermark(canvas: Canvas) -> None:
    canvas.saveState()
    canvas.setFillColorRGB(0.8, 0.8, 0.8)
    canvas.setFont(FONT, 60)
    canvas.drawCentredString(400, 480, "内部资料")
    canvas.restoreState()


@pytest.mark.parametrize("pages", [1, 2, 3])
def test_a_level_watermark_is_no_text_of_a_cell(tmp_path: Path, pages: int) -> None:
    notice, findings = read(printed(tmp_path / "a.pdf", over=level_watermark, pages=pages))
    assert cells(notice) == ROWS
    assert told(findings) == ["PLAN-142"]
    assert quoted(findings, "PLAN-142") == ["内部资料"]


def test_a_large_title_is_no_watermark(tmp_path: Path) -> None:
    def over(canvas: Canvas) -> None:
        canvas.setFont(FONT, 24)
        canvas.drawCentredString(400, 545, "2022年重点任务")

    notice, findings = read(printed(tmp_path / "a.pdf", over=over, pages=3))
    assert notice.title == "2022年重点任务"
    assert cells(notice) == ROWS
    assert "PLAN-142" not in {f.code for f in findings}


ENGLISH_HEAD: list[Cell] = ["No.", "Task", "Q1", "Q2", "Lead", "Support"]


def test_a_printer_s_hyphen_goes_where_the_word_stands_without_it(tmp_path: Path) -> None:
    rows = [
        ["1", "Publish the informa-\ntion, and long-\nterm plans", "information", "x", "Parks", ""],
        ["2", "A long-term view of hous-\ning, pav-\ning", "b", "y", "Parks", ""],
    ]

    def over(canvas: Canvas) -> None:
        canvas.drawString(60, 60, "Paving is told elsewhere")

    notice, findings = read(printed(tmp_path / "a.pdf", rows, head=ENGLISH_HEAD, over=over))
    assert [task.goal for task in notice.tasks] == [
        "Publish the information, and long-term plans",
        "A long-term view of hous-ing, paving",
    ]
    found = [str(f.values["words"]) for f in findings if f.code == "PLAN-147"]
    assert found == ["hous-ing"]


def test_a_word_that_a_narrow_column_breaks_is_whole(tmp_path: Path) -> None:
    rows = [
        ["1", "informatio\nn about\nan\nother", "no information is there", "x", "Parks", ""],
        ["2", "an item for other people, another one", "fund\nraising", "y", "Parks", ""],
    ]
    notice, findings = read(printed(tmp_path / "a.pdf", rows, head=ENGLISH_HEAD))
    goals = [(task.goal, task.milestones["Q1"]) for task in notice.tasks]
    assert goals == [
        ("information about an other", "no information is there"),
        ("an item for other people, another one", "fund raising"),
    ]
    assert "PLAN-147" not in {f.code for f in findings}


# What was added to the page


def test_what_is_filled_into_fields_is_read_and_told(tmp_path: Path) -> None:
    rows = [["1", "工业投资完成120亿元。", "", "", "市工信局", ""], *ROWS[1:]]
    _, _, base = place(printed(tmp_path / "plain.pdf", rows), "工业投资")

    def over(canvas: Canvas) -> None:
        canvas.acroForm.textfield(
            name="q1", value="finish 25", x=40 + 195, y=base - 4, width=120, height=14
        )
        canvas.acroForm.checkbox(name="q2", checked=True, x=40 + 360, y=base - 4, size=12)

    notice, findings = read(printed(tmp_path / "a.pdf", rows, over=over))
    assert list(notice.tasks[0].milestones.values()) == ["finish 25", "√"]
    assert told(findings) == ["PLAN-144 第1页第1行 1"]


def test_a_note_on_the_page_is_told(tmp_path: Path) -> None:
    def over(canvas: Canvas) -> None:
        canvas.textAnnotation("请核对这一项", Rect=[300, 450, 320, 470])

    notice, findings = read(printed(tmp_path / "a.pdf", over=over))
    assert cells(notice) == ROWS
    assert told(findings) == ["PLAN-145 第1页"]
    assert quoted(findings, "PLAN-145") == ["请核对这一项"]


@pytest.mark.parametrize(
    ("name", "milestone", "code"),
    [
        ("struck.pdf", "58亿元。", "PLAN-052"),
        ("white-text.pdf", "累计完成60亿元。", "PLAN-140"),
    ],
)
def test_unseen_text_as_it_was_printed(name: str, milestone: str, code: str) -> None:
    notice, findings = read(DATA / name)
    assert list(notice.tasks[0].milestones.values())[1] == milestone
    assert told(findings) == [f"{code} 第1页第1行 1"]
