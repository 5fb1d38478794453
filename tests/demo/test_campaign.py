"""Four quarters as a coordinator lives them, held against an independent count.

What each unit did stands in a table beside what a fair person would say of it. The
circular may name exactly those who are silent or wrong, after all that they sent.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import campaign as city
import openpyxl
import pytest
from campaign import (
    LEADS,
    QUARTERS,
    UNITS,
    YEAR,
    answer,
    both_in_one,
    edit,
    mend,
    rule,
    setting,
    stated,
)
from click.testing import CliRunner

from reconcile.cli import main

pytestmark = pytest.mark.slow

OK, ATTENTION = 0, 3


@dataclass
class Office:
    """The coordinator's folder, and the commands run in it."""

    folder: Path

    @property
    def plan(self) -> Path:
        return self.folder / "总台账.xlsx"

    def run(self, *args: object) -> str:
        result = CliRunner().invoke(main, [str(a) for a in args], catch_exceptions=False)
        assert result.exit_code in (OK, ATTENTION), result.output
        return result.output

    def generate(self, quarter: str, deadline: date) -> dict[str, Path]:
        """Set the deadline in Excel, issue the forms; returns them by the unit in their name."""
        setting(self.plan, "截止日期", deadline.isoformat())
        out = self.folder / "发出" / quarter
        self.run("generate", self.plan, "--period", quarter, "-o", out)
        return {path.stem.split("_")[1]: path for path in sorted(out.glob("*.xlsx"))}

    def inbox(self, quarter: str) -> Path:
        folder = self.folder / "收回" / quarter
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def merge(self, quarter: str, as_of: date, *inbox: Path) -> Round:
        """Merge what has come in, with report and circular, into the quarter's own folder."""
        out = self.folder / "汇总" / quarter
        printed = self.run(
            "merge", self.plan, *(inbox or (self.inbox(quarter),)), "--period", quarter,
            "--as-of", as_of.isoformat(), "-o", out / "汇总.xlsx", "--report", out / "report.json",
            "--circular", out / "通报.docx",
        )  # fmt: skip
        return Round(
            json.loads((out / "report.json").read_text(encoding="utf-8")),
            city.circular_lines(out / "通报.docx"),
            {path.name.removeprefix("退回_") for path in out.glob("退回/退回_*.xlsx")},
            printed,
            out,
        )


@dataclass
class Round:
    """What one merge said."""

    report: dict[str, Any]
    circular: list[str]
    copies: set[str]
    printed: str
    folder: Path

    @property
    def standing(self) -> dict[str, str]:
        return {u["unit"]: u["state"] for u in self.report["units"]}

    @property
    def tasks(self) -> dict[int, str]:
        return {t["task"]: t["state"] for t in self.report["tasks"]}

    @property
    def named(self) -> dict[str, set[str]]:
        """Units by what the circular says of them."""
        words = {
            "silent": ("未按要求报送",), "refused": ("须重新报送",), "late": ("逾期报送",),
            "wrong": ("有差错，须",), "suspected": ("疑似",),
        }  # fmt: skip
        found = {kind: city.named(self.circular, *said) for kind, said in words.items()}
        return {kind: units for kind, units in found.items() if units}

    def codes(self, unit: str, *severities: str) -> set[str]:
        found = (f for f in self.report["findings"] if f["unit"] == unit)
        return {f["code"] for f in found if not severities or f["severity"] in severities}

    def balanced(self) -> bool:
        b = self.report["balance"]
        return b["received"] == b["accepted"] + b["normalised"] + b["set_aside"]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A fresh year: the plan is reviewed, nothing has gone out."""
    office = Office(tmp_path)
    city.write_plan(office.plan)
    return office


def all_clean(*but: str) -> dict[str, str]:
    return {unit: "clean" for unit in UNITS if unit not in but}


def counted(
    round_: Round, files: Mapping[str, Path], leads: Mapping[int, tuple[str, ...]] = LEADS
) -> None:
    """Hold the states that were merged against those that the files show."""
    said = {unit: stated(path) for unit, path in files.items()}
    assert round_.tasks == city.recount(said, leads)
    assert round_.balanced()


def first_quarter(office: Office) -> tuple[Round, Round, dict[str, Path]]:
    """Mistakes, corrections, a locked file, silence and lateness.

    | unit     | first comes                  | then                                     |
    | 市发改委 | a proper answer              |                                          |
    | 市财政局 | 基本完成 on task 3, 4-02     | the marked-up copy mended, dated 4-08    |
    | 市教育局 | nothing under 进展情况, 4-02 | the same file mended, the date as it was |
    | 市水利局 |                              |                                          |
    | 市商务局 | a proper answer, 4-07        |                                          |
    | 市卫健委 | a problem on task 9, 4-01    | the whole form anew without it, 4-03     |
    | 市民政局 | a file nobody can open       |                                          |
    | 市档案局 | a proper answer              |                                          |
    """
    quarter = QUARTERS[0]
    forms = office.generate(quarter, date(YEAR, 4, 5))
    inbox, day = office.inbox(quarter), date(YEAR, 4, 1)
    back = {unit: inbox / path.name for unit, path in forms.items()}
    answer(forms["市发改委"], back["市发改委"], day)
    answer(forms["市财政局"], back["市财政局"], date(YEAR, 4, 2), {(3, "完成情况"): "基本完成"})
    answer(forms["市教育局"], back["市教育局"], date(YEAR, 4, 2), {(5, "进展情况"): None})
    answer(forms["市商务局"], back["市商务局"], date(YEAR, 4, 7))
    answer(forms["市卫健委"], back["市卫健委"], day, {(9, "存在问题"): "（模拟）设备没有到货。"})
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 1024
    (inbox / "市民政局.xlsx").write_bytes(locked)
    answer(forms["市档案局"], back["市档案局"], day)
    first = office.merge(quarter, date(YEAR, 4, 8))

    copies = first.folder / "退回"
    mended = {(3, "完成情况"): "滞后", (3, "完成百分比"): 0.2, (3, "存在问题"): "（模拟）缺资金。"}
    mend(next(copies.glob("*市财政局*")), inbox / "市财政局_改.xlsx", mended, date(YEAR, 4, 8))
    mend(back["市教育局"], inbox / "市教育局_改.xlsx", {(5, "进展情况"): "（模拟）已经开工建设。"})
    answer(forms["市卫健委"], inbox / "市卫健委_新.xlsx", date(YEAR, 4, 3))
    second = office.merge(quarter, date(YEAR, 4, 9))
    counts = {
        "市发改委": back["市发改委"], "市财政局": inbox / "市财政局_改.xlsx",
        "市教育局": inbox / "市教育局_改.xlsx", "市商务局": back["市商务局"],
        "市卫健委": inbox / "市卫健委_新.xlsx", "市档案局": back["市档案局"],
    }  # fmt: skip
    return first, second, counts


def test_before_corrections_exactly_the_wrong_and_the_silent_are_named(office: Office) -> None:
    first, _, _ = first_quarter(office)
    assert first.named == {
        "silent": {"市水利局"}, "late": {"市商务局"}, "wrong": {"市财政局", "市教育局"},
        "suspected": {"市民政局"},
    }  # fmt: skip
    assert {name.split("_")[1] for name in first.copies} == {"市财政局", "市教育局"}
    assert first.standing["市财政局"] == first.standing["市教育局"] == "errors"
    assert first.balanced()


def test_after_corrections_nobody_is_named_who_has_mended(office: Office) -> None:
    _, second, counts = first_quarter(office)
    assert second.named == {
        "silent": {"市水利局"}, "late": {"市商务局"}, "suspected": {"市民政局"},
    }  # fmt: skip
    assert second.copies == set()
    expected = all_clean("市水利局", "市民政局")
    assert {u: s for u, s in second.standing.items() if u in expected} == expected
    assert second.standing["市水利局"] == "missing"
    counted(second, counts)
    problems = [
        r for r in second.report["records"] if r["unit"] == "市卫健委" and r["field"] == "存在问题"
    ]
    assert problems == [], "what the later form leaves empty is empty"
    assert second.codes("市卫健委", "warning", "note"), "and that is told"


def second_quarter(office: Office) -> tuple[Round, dict[str, Path]]:
    """The plan changes after the forms went out, and the whole year's inbox is merged.

    | unit     | what happens                                                       |
    | 市水利局 | task 7 is dropped; the old form answers 6 and 7                    |
    | 市财政局 | task 4 goes to 市发改委; the old form answers it                   |
    | 市发改委 | gets a new form with task 4 and returns that                       |
    | 市商务局 | is now 市商贸局, once 市商务局; the old form comes back            |
    | 市教育局 | two sub-departments return one row each                            |
    | 市民政局 | silent; its form of the first quarter lies in the inbox            |
    | others   | proper answers; their first quarter's forms lie in the inbox, too  |
    """
    old = office.generate(QUARTERS[0], date(YEAR, 4, 5))
    for form in old.values():
        answer(form, office.inbox(QUARTERS[0]) / form.name, date(YEAR, 4, 1))
    quarter = QUARTERS[1]
    forms = office.generate(quarter, date(YEAR, 7, 5))
    edit(office.plan, "任务", 7, {})
    edit(office.plan, "任务", 4, {"牵头单位": "市发改委"})
    edit(office.plan, "任务", 8, {"牵头单位": "市商贸局"})
    edit(office.plan, "单位", "市商务局", {"责任单位": "市商贸局", "简称": "市商务局"})
    inbox, day = office.inbox(quarter), date(YEAR, 7, 1)
    renewed = office.folder / "补发"
    office.run("generate", office.plan, "--period", quarter, "--unit", "市发改委", "-o", renewed)
    (again,) = renewed.glob("*市发改委*")
    files = {unit: inbox / path.name for unit, path in forms.items()}
    answer(again, files["市发改委"], day)
    for unit in ("市财政局", "市水利局", "市商务局", "市卫健委", "市档案局"):
        answer(forms[unit], files[unit], day)
    answer(forms["市教育局"], inbox / "基教科.xlsx", day, only=(1,))
    answer(forms["市教育局"], inbox / "规划科.xlsx", day, only=(5,))
    merged = office.merge(quarter, date(YEAR, 7, 8), office.inbox(QUARTERS[0]), inbox)
    counts = {
        unit: files[unit] for unit in ("市发改委", "市财政局", "市水利局", "市卫健委", "市档案局")
    }
    return merged, counts | {"市商贸局": files["市商务局"], "市教育局": inbox / "规划科.xlsx"}


def test_changes_of_the_plan_are_no_fault_of_units(office: Office) -> None:
    merged, counts = second_quarter(office)
    assert merged.named == {"silent": {"市民政局"}}
    assert merged.copies == set()
    expected = {("市商贸局" if u == "市商务局" else u): "clean" for u in UNITS}
    assert merged.standing == expected | {"市民政局": "missing"}
    leads = {n: u for n, u in LEADS.items() if n != 7}
    counted(merged, counts, leads | {4: ("市发改委",), 8: ("市商贸局",)})
    assert merged.codes("市水利局", "error") == set()
    assert merged.codes("市财政局", "error") == set()
    dropped = [f for f in merged.report["findings"] if f["unit"] == "市水利局" and f["task"] == 7]
    assert [f["severity"] for f in dropped] == ["note"], "one note for the row"


def third_quarter(office: Office) -> tuple[Round, dict[str, Path]]:
    """Files that are odd, none of them a fault of others.

    | unit               | what comes                                            |
    | 市卫健委           | 1.7976931348623157E+308 % on task 9                   |
    | 市财政局, 市教育局 | both forms as sheets of one workbook                  |
    | 市发改委           | 120 % on task 1, 已完成                               |
    | 市水利局           | its own form, in a file that is named after 市商务局  |
    | 市商务局           | the same form, in a zip, with a proper answer         |
    | 市档案局           | silent                                                |
    """
    quarter = QUARTERS[2]
    forms = office.generate(quarter, date(YEAR, 10, 8))
    inbox, day = office.inbox(quarter), date(YEAR, 10, 1)
    files = {unit: inbox / path.name for unit, path in forms.items()}
    answer(forms["市卫健委"], files["市卫健委"], day, {(9, "完成百分比"): 1.7976931348623157e308})
    apart = office.folder / "分开"
    for unit in ("市财政局", "市教育局"):
        answer(forms[unit], apart / f"{unit}.xlsx", day)
    both_in_one(apart / "市财政局.xlsx", apart / "市教育局.xlsx", inbox / "合并上报.xlsx")
    answer(
        forms["市发改委"], files["市发改委"], day, {(1, "完成百分比"): 1.2}, states={1: "已完成"}
    )
    files["市水利局"] = inbox / "市商务局.xlsx"
    answer(forms["市水利局"], files["市水利局"], day)
    files["市商务局"] = apart / forms["市商务局"].name
    answer(forms["市商务局"], files["市商务局"], day)
    with zipfile.ZipFile(inbox / "批次.zip", "w") as archive:
        archive.write(files["市商务局"], files["市商务局"].name)
    answer(forms["市民政局"], files["市民政局"], day)
    merged = office.merge(quarter, date(YEAR, 10, 9))
    counts = {u: files[u] for u in ("市发改委", "市水利局", "市商务局", "市卫健委", "市民政局")}
    counts |= {u: apart / f"{u}.xlsx" for u in ("市财政局", "市教育局")}
    return merged, counts


def test_odd_files_harm_nobody_else(office: Office) -> None:
    merged, counts = third_quarter(office)
    both = {"市财政局", "市教育局"}
    assert merged.named.get("silent") == {"市档案局"}
    assert merged.named.get("wrong") == {"市卫健委"}
    assert {u for units in merged.named.values() for u in units} <= {"市档案局", "市卫健委"} | both
    assert merged.standing["市发改委"] == "clean"
    assert merged.standing["市水利局"] == merged.standing["市商务局"] == "clean"
    assert all(merged.standing[u] != "missing" for u in both)
    read = {u: path for u, path in counts.items() if merged.standing[u] in ("clean", "errors")}
    counted(merged, read)
    percents = {
        r["unit"]: r["accepted"]
        for r in merged.report["records"]
        if r["field"] == "完成百分比" and r["task"] == 1
    }
    assert percents["市发改委"] == pytest.approx(1.2)


def fourth_quarter(office: Office) -> tuple[Round, dict[str, Path]]:
    """The last quarter.

    | unit     | what comes                                                             |
    | 市商务局 | 差不多 on task 8, never mended                                         |
    | 市民政局 | the final answer of 1-03, and a draft dated a year ahead, 滞后; the    |
    |          | office leaves the draft out by a ruling                                |
    | 市教育局 | late and wrong (1-07), mended with the same date in the marked-up copy |
    | others   | proper answers                                                         |
    """
    quarter, year = QUARTERS[3], YEAR + 1
    forms = office.generate(quarter, date(year, 1, 5))
    inbox, day = office.inbox(quarter), date(year, 1, 3)
    files = {unit: inbox / path.name for unit, path in forms.items()}
    for unit in UNITS:
        if unit not in ("市商务局", "市民政局", "市教育局"):
            answer(forms[unit], files[unit], day, states=dict.fromkeys(range(1, 11), "已完成"))
    answer(forms["市商务局"], files["市商务局"], day, {(8, "完成情况"): "差不多"})
    answer(forms["市民政局"], files["市民政局"], day)
    answer(
        forms["市民政局"], inbox / "市民政局_草稿.xlsx", date(year + 1, 1, 3), states={10: "滞后"}
    )
    answer(forms["市教育局"], files["市教育局"], date(year, 1, 7), {(5, "完成情况"): "√？"})
    first = office.merge(quarter, date(year, 1, 8))
    assert "市民政局" in first.named["wrong"], "a day to come decides nothing: it is asked"
    draft = (inbox / "市民政局_草稿.xlsx").read_bytes()
    rule(office.plan, "忽略文件", hashlib.sha256(draft).hexdigest()[:16])
    copy = next((first.folder / "退回").glob("*市教育局*"))
    files["市教育局"] = inbox / "市教育局_改.xlsx"
    mend(copy, files["市教育局"], {(5, "完成情况"): "达序时"})
    merged = office.merge(quarter, date(year, 1, 9))
    del files["市商务局"]
    return merged, files


def test_the_last_quarter_names_the_one_that_is_wrong_and_the_one_that_is_late(
    office: Office,
) -> None:
    merged, counts = fourth_quarter(office)
    assert merged.named == {"late": {"市教育局"}, "wrong": {"市商务局"}}
    assert merged.standing == all_clean() | {"市商务局": "errors"}
    assert {name.split("_")[1] for name in merged.copies} == {"市商务局"}
    said = {unit: stated(path) for unit, path in counts.items()}
    told = {t: s for t, s in merged.tasks.items() if t != 8}
    assert told == {t: s for t, s in city.recount(said, LEADS).items() if t != 8}
    [eighth] = [t for t in merged.report["tasks"] if t["task"] == 8]
    assert eighth["state"] not in ("未报", *city._WORST_FIRST), "a state set aside is 待核"


def test_the_inbox_and_the_plan_are_as_they_were(office: Office) -> None:
    """Merging changes nothing that came in, whatever it writes."""
    first_quarter(office)
    kept = {p: p.read_bytes() for p in [office.plan, *office.inbox(QUARTERS[0]).iterdir()]}
    office.merge(QUARTERS[0], date(YEAR, 4, 9))
    assert {p: p.read_bytes() for p in kept} == kept
    assert openpyxl.load_workbook(office.plan)["设置"].max_row > 5
