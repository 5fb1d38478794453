"""The English sample plan: an invented county's plan as a PDF, and its plan workbook as a person reviewed it.

``python -m bench.english_sample`` writes samples/plan-en.pdf and samples/plan-en.xlsx; a test holds that the
PDF is what it would write. Nobody in it exists.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import openpyxl
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

from reconcile.api.extract import extract

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
TITLE = "Harbour County Priority Work Plan 2025"
NOTE = "Invented for demonstration: this county, its offices and its figures do not exist."
HEAD = (
    "No.",
    "Task",
    "Q1",
    "Q2",
    "Q3",
    "Q4",
    "Lead unit",
    "Supporting units",
)
WIDTHS = (10, 62, 32, 36, 36, 36, 30, 32)
"""Millimetres."""
Row = tuple[str, ...]
PLAN: Sequence[str | Row] = (
    "I. Economy",
    ("Keep retail sales growing by 6% over the year.", "Growth of 5%", "Growth of 5.5%", "Growth of 5.8%", "Growth of 6%", "Commerce Bureau", "Statistics Office, All districts"),
    ("Invest 850 million yuan in industrial projects.", "Invest 150 million yuan", "Invest 400 million yuan", "Invest 620 million yuan", "Invest 850 million yuan", "Industry Bureau", "Finance Bureau"),
    ("Win 40 new exporters.", "Win 8 new exporters", "Win 18 new exporters", "Win 30 new exporters", "Win 40 new exporters", "Commerce Bureau", "Port Authority"),
    ("Open the second container berth of the harbour.", "Piles driven", "Quay wall finished", "Cranes set up", "Trial operation", "Port Authority", "Transport Bureau, Environment Bureau"),
    ("Hold the spring trade fair.", "Invitations sent out", "Fair held, report submitted", "", "", "Commerce Bureau", "Culture Bureau"),
    "II. Transport and water",
    ("Build 60 km of rural roads.", "Tenders awarded", "Build 25 km of rural roads", "Build 45 km of rural roads", "Build 60 km of rural roads", "Transport Bureau", "Finance Bureau, All districts"),
    ("Open two new bus lines to the hill villages.", "Routes approved", "Vehicles ordered", "First line open", "Second line open", "Transport Bureau", ""),
    ("Renew 12 pumping stations before the flood season of 2026.", "Survey finished", "Renew 4 pumping stations", "Renew 8 pumping stations", "Renew 12 pumping stations", "Water Bureau", "Emergency Office"),
    ("Cut water losses in the network to 9% at most.", "Losses of at most 11%", "Losses of at most 10.5%", "Losses of at most 10%", "Losses of at most 9%", "Water Bureau", "Housing Bureau"),
    "III. Environment",
    ("Keep the share of days with good air at 82% or more.", "At least 78%", "At least 80%", "At least 81%", "At least 82%", "Environment Bureau", "Industry Bureau, Transport Bureau"),
    ("Plant 900 hectares of forest.", "Plant 300 hectares", "Plant 500 hectares", "Plant 600 hectares", "Plant 900 hectares", "Agriculture Bureau", "All districts"),
    ("Clean up five rivers.", "Survey of all five rivers", "Two rivers clean", "Four rivers clean", "Five rivers clean", "Environment Bureau", "Water Bureau"),
    ("Close the old landfill and cover it; seal the basin, collect the gas and keep the ground water under observation for at least ten years.", "Design approved", "Basin sealed", "Gas collected", "Cover finished", "Environment Bureau", "Housing Bureau"),
    "IV. Daily life",
    ("Renovate 24 old housing estates.", "Residents heard", "Renovate 8 housing estates", "Renovate 16 housing estates", "Renovate 24 housing estates", "Housing Bureau", "Finance Bureau"),
    ("Build three primary schools.", "Sites secured", "Foundations laid", "Shell finished", "Opened by 1 September 2026", "Education Bureau", "Housing Bureau"),
    ("Create 5,000 new jobs.", "Create 1,000 new jobs", "Create 2,600 new jobs", "Create 3,900 new jobs", "Create 5,000 new jobs", "Labour Bureau", "Commerce Bureau, All districts"),
    ("Train 120 village doctors.", "", "Train 60 village doctors", "Train 90 village doctors", "Train 120 village doctors", "Health Bureau", "Education Bureau"),
    ("Each district opens a day centre for the elderly.", "Sites chosen", "Rebuilding begun", "Two centres open", "All centres open", "All districts", "Health Bureau"),
    ("Restore the old customs house as a museum.", "Roof repaired", "Inside restored", "Exhibition set up", "Open to the public", "Culture Bureau", "Housing Bureau"),
    "V. Safety and administration",
    ("Practise the evacuation of all harbour quarters once.", "Plans revised", "Rehearsal held", "Shortcomings mended", "Report submitted", "Emergency Office", "Port Authority, Health Bureau"),
    ("Put 80% of all applications online.", "Put 60% online", "Put 70% online", "Put 75% online", "Put 80% online", "County Office", "All districts"),
    ("Publish the budget in plain language.", "Published by 31 March", "", "Half-year report published", "Outline of the next year published", "Finance Bureau", "Statistics Office"),
)  # fmt: skip


def pdf_bytes() -> bytes:
    """Return the plan as it was published."""
    stream = io.BytesIO()
    document = SimpleDocTemplate(
        stream, pagesize=landscape(A4), leftMargin=12 * mm, rightMargin=12 * mm, topMargin=14 * mm,
        bottomMargin=14 * mm, title=TITLE, author="Harbour County Office (invented)", invariant=1,
    )  # fmt: skip
    document.build(list(_flow()))
    return stream.getvalue()


def _flow() -> Iterator[Flowable]:
    text = ParagraphStyle("text", fontName="Helvetica", fontSize=8.5, leading=10.5)
    bold = ParagraphStyle("bold", text, fontName="Helvetica-Bold")
    title = ParagraphStyle("title", fontName="Helvetica-Bold", fontSize=15, leading=20, alignment=1)
    yield Paragraph(TITLE, title)
    yield Paragraph(NOTE, ParagraphStyle("note", text, alignment=1))
    yield Spacer(1, 4 * mm)
    rows: list[list[Paragraph | str]] = [[Paragraph(caption, bold) for caption in HEAD]]
    spans = []
    number = 0
    for row in PLAN:
        if isinstance(row, str):
            spans.append(("SPAN", (0, len(rows)), (-1, len(rows))))
            rows.append([Paragraph(row, bold), *[""] * (len(HEAD) - 1)])
            continue
        number += 1
        rows.append([Paragraph(part, text) for part in (str(number), *row)])
    rules = [("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("VALIGN", (0, 0), (-1, -1), "TOP")]
    yield Table(
        rows, colWidths=[width * mm for width in WIDTHS], repeatRows=1, style=[*rules, *spans]
    )


SETTINGS = {
    "Document number": "HCO 2025-3 (invented)",
    "Issuing office": "Harbour County Office (invented)",
    "Deadline": "2025-07-05",
    "Contact": "County Office, room 12 (invented)",
    "Secret key": "sample-key-for-the-demo-only-2022",  # known to everybody; the demo makes its own
}
DISTRICTS = ("North District", "Harbour District", "Hill District")
INDICATORS = (
    (1, "Retail sales", "%", "Growth", "≥", 6, 5, 5.5, 5.8, 6, "Each"),
    (2, "Industrial investment", "million yuan", "Cumulative", "≥", 850, 150, 400, 620, 850, "Sum"),
    (3, "New exporters", "firms", "Cumulative", "≥", 40, 8, 18, 30, 40, "Sum"),
    (6, "Rural roads", "km", "Cumulative", "≥", 60, None, 25, 45, 60, "Sum"),
    (8, "Pumping stations", "stations", "Cumulative", "≥", 12, None, 4, 8, 12, "Sum"),
    (9, "Water losses", "%", "Level", "≤", 9, 11, 10.5, 10, 9, "Each"),
    (10, "Days with good air", "%", "Level", "≥", 82, 78, 80, 81, 82, "Each"),
    (11, "Forest planted", "hectares", "Cumulative", "≥", 900, 300, 500, 600, 900, "Sum"),
    (14, "Housing estates", "estates", "Cumulative", "≥", 24, None, 8, 16, 24, "Sum"),
    (16, "New jobs", "jobs", "Cumulative", "≥", 5000, 1000, 2600, 3900, 5000, "Sum"),
    (17, "Village doctors", "doctors", "Cumulative", "≥", 120, None, 60, 90, 120, "Sum"),
    (21, "Applications online", "%", "Level", "≥", 80, 60, 70, 75, 80, "Each"),
)  # fmt: skip
"""As a person left them after the review."""


def write_reviewed(published: Path, out: Path) -> None:
    """Write the plan workbook: extracted, then reviewed as a person would in Excel."""
    with tempfile.TemporaryDirectory() as folder:
        extracted = Path(folder) / "plan.xlsx"
        if extract(published, extracted).plan is None:
            raise AssertionError("the sample is part of the program")
        book = openpyxl.load_workbook(extracted)
    for row in book["Settings"].iter_rows(min_row=2):
        if row[0].value in SETTINGS:
            row[1].value = SETTINGS[str(row[0].value)]
    units = book["Units"]
    columns = {cell.value: cell.column for cell in units[1]}
    last = units.max_row
    for row in range(2, last + 1):
        if units.cell(row, 1).value == "All districts":
            units.cell(row, columns["Members of the group"]).value = ", ".join(DISTRICTS)
        else:
            units.cell(row, columns["E-mail"]).value = f"unit{row - 1:02d}@example.invalid"
    for row, name in enumerate(DISTRICTS, last + 1):
        units.cell(row, 1).value, units.cell(row, 2).value = name, "Unit"
        units.cell(row, columns["Gets a form"]).value = "Yes"
        units.cell(row, columns["E-mail"]).value = f"unit{row - 1:02d}@example.invalid"
    indicators = book["Indicators"]
    indicators.delete_rows(2, indicators.max_row)
    for *told, several in INDICATORS:
        indicators.append([*told, "Lead", several])
    review = book["To review"]
    for row in range(2, review.max_row + 1):
        review.cell(row, 7).value = "Yes"
    book.save(out)


if __name__ == "__main__":
    (SAMPLES / "plan-en.pdf").write_bytes(pdf_bytes())
    write_reviewed(SAMPLES / "plan-en.pdf", SAMPLES / "plan-en.xlsx")
