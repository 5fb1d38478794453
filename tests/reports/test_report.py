"""report.json holds what docs/report.md says, all of it and nothing else."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from bench_forms import FILED, A, changed, filled, merged, put, template

from reconcile.core.findings import to_json
from reconcile.core.plan import Ruling
from reconcile.reports.exports import report, report_texts

PAGE = (Path(__file__).parents[2] / "docs" / "report.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    content = changed(put(H7="基本完成", I8="约五成", E5="盖章", K9="/", M10="尽快"))
    ruling = Ruling("CELL-008", A, 5, "预计完成时间", "免提")
    result = merged({"a.xlsx": content, "b.xlsx": filled("市财政局", 1)}, [ruling])
    return json.loads(to_json(report(result, template().form)))


def documented() -> dict[str, Any]:
    block = re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert block
    return json.loads(block[1])


def test_the_keys_are_those_of_the_page(made: dict[str, Any]) -> None:
    shown = documented()
    assert made.keys() == shown.keys()
    for key, lines in shown.items():
        if isinstance(lines, dict):
            assert made[key].keys() == lines.keys()
        elif isinstance(lines, list) and lines:
            assert made[key], f"{key} is to be seen"
            assert all(line.keys() == lines[0].keys() for line in made[key])
    assert all(line.keys() == shown["findings"][0].keys() for line in made["waived"])


def test_every_key_is_explained(made: dict[str, Any]) -> None:
    keys = {k for lines in made.values() if isinstance(lines, list) for line in lines for k in line}
    assert [k for k in (*made, *keys) if f"`{k}`" not in PAGE and f"## {k}" not in PAGE] == []


def test_values_are_what_the_page_promises(made: dict[str, Any]) -> None:
    by_cell = {(r["unit"], r["cell"]): r for r in made["records"]}
    assert by_cell[A, "I8"]["accepted"] == 0.5 and by_cell[A, "I8"]["read"] == "约五成"
    assert by_cell[A, "M4"]["accepted"] == FILED.isoformat() == date(2022, 7, 1).isoformat()
    assert by_cell[A, "K9"]["accepted"] in ("", "/")
    assert {r["how"] for r in made["records"]} == {"accepted", "normalised"}
    assert {f["severity"] for f in made["findings"]} <= {"error", "warning", "note"}
    assert [f["code"] for f in made["waived"]] == ["CELL-008"]
    assert {u["state"] for u in made["units"]} == {"errors", "missing"}
    b = made["balance"]
    assert b["received"] == b["accepted"] + b["normalised"] + b["set_aside"]
    assert len(made["records"]) == b["accepted"] + b["normalised"]
    assert len(made["set_aside"]) == b["set_aside"]


def test_every_cell_set_aside_has_its_finding_at_its_place(made: dict[str, Any]) -> None:
    told = {(f["code"], f["file"], f["cell"]) for f in (*made["findings"], *made["waived"])}
    accepted = {f["file"] for f in made["files"] if f["accepted"]}
    cells = [(s["code"], s["file"], s["cell"]) for s in made["set_aside"] if s["file"] in accepted]
    assert cells and set(cells) <= told
    refused = {s["code"] for s in made["set_aside"] if s["file"] == "b.xlsx"}
    assert refused == {"FORM-013"}


def test_the_same_merge_gives_the_same_bytes() -> None:
    returned = changed(put(I8="约五成"))
    made = [to_json(report(merged(returned), template().form)) for _ in range(2)]
    assert made[0] == made[1]


def test_a_report_written_piece_by_piece_is_the_same() -> None:
    noted = changed(put(H7="基本完成\n第二行", I8="约五成", E5='盖"章'))
    for result in (merged(noted), merged({})):
        form = template().form
        assert "".join(report_texts(result, form)).encode() == to_json(report(result, form))
