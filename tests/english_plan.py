"""An invented plan in English, published and reviewed."""

from __future__ import annotations

from pathlib import Path

import docx
import openpyxl
from printed import print_plan

from reconcile.api.extract import extract

HEAD = ["No.", "Section", "Task", "Q1", "Q2", "Q3", "Q4", "Lead unit", "Supporting units"]
TASKS = [
    ["1", "Economy", "Keep retail sales growing", "Plan", "2 fairs", "3 fairs", "4 fairs", "Finance Bureau", ""],
    ["2", "Economy", "Invest in industry", "Tenders", "Half", "Most", "All", "Industry Bureau", "Finance Bureau, Land Bureau"],
    ["3", "Economy", "Win new exporters", "10", "20", "30", "40", "Commerce Bureau", ""],
    ["4", "Transport", "Build rural roads", "Tenders", "30 km", "50 km", "60 km", "Transport Bureau", "Finance Bureau"],
    ["5", "Transport", "Open two new bus lines", "Plan approved", "Vehicles ordered", "Line 1", "Line 2", "Transport Bureau", ""],
    ["6", "Environment", "Plant forests", "Nursery", "Half", "Most", "All", "Forestry Bureau", "Water Bureau"],
    ["7", "Environment", "Clean the air", "Survey", "Filters", "Filters", "Report", "Environment Bureau", ""],
    ["8", "Environment", "Clean up five rivers", "Survey", "2 rivers", "4 rivers", "5 rivers", "Water Bureau", "Environment Bureau"],
    ["9", "Daily life", "Renovate old estates", "3", "6", "9", "12", "Housing Bureau", ""],
    ["10", "Daily life", "Build three schools", "Sites", "Begun", "Half", "Open", "Education Bureau", "Housing Bureau, Land Bureau"],
]  # fmt: skip


def published(folder: Path, kind: str) -> Path:
    """The plan as it was published."""
    path = folder / f"published.{kind}"
    if kind == "pdf":
        return print_plan(
            path,
            [25, 60, 120, 70, 80, 60, 60, 80, 90],
            [[HEAD, *TASKS]],
            before=["Annual Plan 2025"],
        )
    if kind == "docx":
        document = docx.Document()
        document.add_paragraph("Annual Plan 2025")
        table = document.add_table(rows=0, cols=len(HEAD))
        for row in (HEAD, *TASKS):
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
        document.save(str(path))
        return path
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Annual Plan 2025"])
    sheet.merge_cells("A1:I1")
    for row in (HEAD, *TASKS):
        sheet.append(row)
    book.save(path)
    return path


def reviewed(folder: Path) -> Path:
    """The plan workbook with deadline, contact and two indicators."""
    path = folder / "plan.xlsx"
    extract(published(folder, "xlsx"), path)
    book = openpyxl.load_workbook(path)
    own = {
        "Issuing office": "City Office (simulated)",
        "Deadline": "2025-07-05",
        "Contact": "Room 2",
    }
    for row in book["Settings"].iter_rows(min_row=2):
        if row[0].value in own:
            row[1].value = own[row[0].value]
    # What was read from the texts is reviewed: these two stand for it.
    book["Indicators"].delete_rows(2, book["Indicators"].max_row)
    for number, name, measure, basis, annual, targets in (
        (4, "Rural roads", "km", "Cumulative", 60, (None, 30, 50, 60)),
        (7, "Days with good air", "%", "Level", 82, (78, 78, 80, 82)),
    ):
        book["Indicators"].append(
            [number, name, measure, basis, "≥", annual, *targets, "Lead", "Each"]
        )
    book.save(path)
    return path
