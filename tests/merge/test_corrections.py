"""A mended answer mends, an emptied cell is empty, and on time is the first return.

The forms are those of bench_forms: tasks 1, 2, 3 and 5 in rows 7 to 10, H 完成情况, I 完成百分比,
J 进展情况, K 存在问题, L 下一步措施, M 预计完成时间; 填报日期 in M4 is 2022-07-01, the deadline 07-05.
"""

from __future__ import annotations

import io
import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from bench_forms import A, B, aside, changed, copy_of, filled, issued, merged, plan, put, saved
from hops import city, template
from hops import issued as with_indicators
from worded import plain_text

from reconcile.api.merge import write_merge
from reconcile.api.status import take
from reconcile.core.plan import Ruling
from reconcile.core.result import Filed, MergeResult
from reconcile.core.values.periods import begin_of
from reconcile.forms.summary_template import read_style
from reconcile.merge.run import merge
from reconcile.merge.scores import score_units
from reconcile.plan import plan_bytes
from reconcile.reports.circular import draft
from reconcile.reports.exports import report
from reconcile.reports.sheets import CAPTIONS
from reconcile.reports.status import status_text

LATER = date(2022, 7, 4)
TOO_LATE = date(2022, 7, 7)


def found(result: MergeResult, code: str) -> list[tuple[str, str]]:
    """Where a code is told: (file, cell)."""
    return sorted((f.place.file, f.place.cell) for f in result.findings if f.code == code)


def errors(result: MergeResult, unit: str = A) -> list[tuple[str, str, str]]:
    return [
        (f.code, f.place.file, f.place.cell)
        for f in result.findings
        if f.severity.name == "ERROR" and f.unit in ("", unit)
    ]


def standing(result: MergeResult, unit: str = A) -> str:
    return next(s.state for s in result.statuses if s.unit == unit)


def score(result: MergeResult, unit: str = A) -> Any:
    return next(s for s in score_units(result) if s.unit == unit)


def circular(result: MergeResult) -> str:
    return plain_text(draft(result, score_units(result)))


def wrong(**cells: Any) -> bytes:
    return changed(put(**cells))


# --- 7: a mended answer mends


@pytest.mark.parametrize("filed", [date(2022, 7, 1), LATER], ids=["equal dates", "a later date"])
@pytest.mark.parametrize(
    ("spoilt", "code", "cell"),
    [
        ({"H7": "基本完成"}, "CELL-002", "H7"),
        ({"I8": "一大半"}, "CELL-003", "I8"),
        ({"M10": "尽快"}, "CELL-008", "M10"),
        ({"J9": None}, "CELL-001", "J9"),
        (
            {"H7": None, "I7": None, "J7": None, "K7": None, "L7": None, "M7": None},
            "TASK-002",
            "A7",
        ),
    ],
    ids=["state", "percent", "date", "required and missing", "a whole row missing"],
)
def test_a_later_return_mends(spoilt: Mapping[str, Any], code: str, cell: str, filed: date) -> None:
    alone = merged({"v1.xlsx": wrong(**spoilt)})
    assert (code, "v1.xlsx", cell) in errors(alone) and standing(alone) == "errors"
    both = merged({"v1.xlsx": wrong(**spoilt), "v2.xlsx": wrong(M4=filed)})
    assert errors(both) == []
    assert standing(both) == "clean"
    assert score(both).errors == 0 and score(both).on_time
    assert f"{A}报送内容有差错" in circular(alone) and f"{A}报送内容有差错" not in circular(both)
    assert values_of_tasks(both)[1, "state"] == "达序时"


def test_what_was_wrong_becomes_a_note_that_says_by_what() -> None:
    result = merged({"收回/v1.xlsx": wrong(H7="基本完成"), "收回/v2.xlsx": wrong(M4=LATER)})
    assert found(result, "CELL-041") == [("收回/v1.xlsx", "H7")]
    [note] = [f for f in result.findings if f.code == "CELL-041"]
    assert "基本完成" in note.message and "已由 v2.xlsx H7 的答复取代" in note.message
    assert [s.code for s in result.set_aside if s.text == "基本完成"] == ["CELL-041"]
    assert not any(f.code == "CELL-002" for f in result.findings)


@pytest.mark.parametrize("name", ["退回_v1.xlsx", "再报.xlsx"])
@pytest.mark.parametrize("filed", ["same", "none", "future"])
def test_a_marked_up_copy_comes_after_what_it_was_made_from(name: str, filed: str) -> None:
    """Equal dates, or none that tells: the copy is made from what came before."""
    first = wrong(H7="基本完成", J8="旧的进展情况。")
    book = openpyxl.load_workbook(io.BytesIO(copy_of(first, merged(first))))
    cells = {"H7": "已完成", "I7": 1, "J8": "新的进展情况。"}
    cells |= {"none": {"M4": None}, "future": {"M4": date(2023, 7, 1)}}.get(filed, {})
    for address, value in cells.items():
        book["填报表"][address] = value
    result = merged({"v1.xlsx": first, name: saved(book)})
    assert errors(result) == []
    found_ = values_of_tasks(result)
    assert found_[1, "state"] == "已完成" and found_[2, "progress"] == "新的进展情况。"
    assert standing(result) == "clean"


def values_of_tasks(result: MergeResult, unit: str = A) -> dict[tuple[int, str], Any]:
    return {(r.task, r.field): r.value for r in result.records if r.unit == unit and r.task}


def test_a_copy_is_known_by_its_marks_where_the_list_was_deleted() -> None:
    first = wrong(H7="基本完成", J8="旧的进展情况。")
    book = openpyxl.load_workbook(io.BytesIO(copy_of(first, merged(first))))
    del book["退回说明"]
    book["填报表"]["H7"], book["填报表"]["J8"] = "达序时", "新的进展情况。"
    result = merged({"v1.xlsx": first, "再报.xlsx": saved(book)})
    assert values_of_tasks(result)[2, "progress"] == "新的进展情况。"


def test_a_mistake_in_the_later_return_stays_one() -> None:
    result = merged({"v1.xlsx": filled(), "v2.xlsx": wrong(M4=LATER, H7="基本完成")})
    assert errors(result) == [("CELL-002", "v2.xlsx", "H7")]
    assert standing(result) == "errors"
    assert (1, "state") not in values_of_tasks(result), "what it said before is no answer now"
    assert found(result, "TASK-030") == [("v1.xlsx", "H7")]


def test_two_wrong_answers_are_one_mistake_at_the_later_one() -> None:
    """Still wrong in the second return: only there, and what the first said is a note."""
    result = merged({"v1.xlsx": wrong(H7="基本完成"), "v2.xlsx": wrong(M4=LATER, H7="差不多")})
    assert errors(result) == [("CELL-002", "v2.xlsx", "H7")]
    assert found(result, "FORM-062") == [("v1.xlsx", "H7")]


def test_what_a_later_version_no_longer_has_is_mended_too() -> None:
    """A row of another unit's pasted into the first return, a column of its own, a remark."""
    first = wrong(B7=4, D7="一般公共预算收入280亿元。", A7=None, N8="备注", E5="盖章")
    result = merged({"v1.xlsx": first, "v2.xlsx": wrong(M4=LATER)})
    assert errors(merged({"v1.xlsx": first})) != []
    assert errors(result) == [] and standing(result) == "clean"
    assert {f.code for f in result.findings if f.unit == A} <= {"FORM-062", "TASK-012", "CELL-041"}


def test_a_refused_form_is_mended_by_a_good_one() -> None:
    strange = wrong(B2="责任单位：市财政局")
    alone = merged({"v1.xlsx": strange})
    both = merged({"v1.xlsx": strange, "v2.xlsx": filled()})
    assert standing(alone) == "refused"
    assert errors(both) == [] and standing(both) == "clean"
    later = merged({"v1.xlsx": wrong(B2="责任单位：市财政局", M4=LATER), "v2.xlsx": filled()})
    assert [c for c, *_ in errors(later)] == ["FORM-014"], "the newest one could not be taken"


@pytest.mark.parametrize("spoilt", [{"D4": None}, {"M4": "不详"}, {"M4": None}])
def test_what_was_wrong_above_the_table_is_mended_too(spoilt: dict[str, Any]) -> None:
    result = merged({"v1.xlsx": wrong(**spoilt), "v2.xlsx": filled()})
    assert len(merged({"v1.xlsx": wrong(**spoilt)}).findings) > 2
    assert {f.code for f in result.findings if f.unit == A} == {"TASK-012", "CELL-041"}


def test_a_part_mends_what_it_supplies_and_no_more() -> None:
    first = wrong(H7="基本完成", I8="一大半")
    part = {f"{c}{r}": None for c in "HIJKLM" for r in (8, 9, 10)}
    result = merged({"v1.xlsx": first, "v2.xlsx": wrong(M4=LATER, **part)})
    assert errors(result) == [("CELL-003", "v1.xlsx", "I8")]
    assert found(result, "CELL-041") == [("v1.xlsx", "H7")]


def test_a_ruling_on_what_was_mended_is_not_dead() -> None:
    ruling = Ruling("CELL-002", A, 1, "完成情况", "免提")
    result = merged({"v1.xlsx": wrong(H7="基本完成"), "v2.xlsx": wrong(M4=LATER)}, [ruling])
    assert not any(f.code == "PLAN-520" for f in result.findings)


def test_no_new_copy_goes_back_for_what_is_mended(tmp_path: Path) -> None:
    first = wrong(H7="基本完成")
    assert copies(tmp_path / "1", {"v1.xlsx": first}) == ["退回_v1.xlsx"]
    mended = {"v1.xlsx": first, "v2.xlsx": wrong(M4=LATER)}
    assert copies(tmp_path / "2", mended) == []


def copies(office: Path, files: Mapping[str, bytes]) -> list[str]:
    """Merge an inbox through the verbs; returns the names of the marked-up copies."""
    (office / "收回").mkdir(parents=True)
    (office / "总台账.xlsx").write_bytes(plan_bytes(plan()))
    for name, content in files.items():
        (office / "收回" / name).write_bytes(content)
    inbox = [office / "收回"]
    taken = take(office / "总台账.xlsx", inbox, period="第二季度", as_of=date(2022, 7, 8))
    assert taken.merged and taken.form
    written = write_merge(taken.merged, taken.form, office / "汇总.xlsx", office / "退回", inbox)
    return sorted(path.name for path in written.copies)


def test_the_copy_asks_for_a_new_date() -> None:
    first = wrong(H7="基本完成")
    sheet = openpyxl.load_workbook(io.BytesIO(copy_of(first, merged(first))))["退回说明"]
    assert "把“填报日期”改成改好的那一天" in str(sheet["A2"].value)


# --- 8: an emptied cell is an emptied cell


def test_a_later_version_empties_a_text() -> None:
    first = wrong(K9="资金没有到位。")
    result = merged({"v1.xlsx": first, "v2.xlsx": wrong(M4=LATER)})
    assert (3, "problem") not in values_of_tasks(result)
    assert found(result, "TASK-030") == [("v1.xlsx", "K9")]
    [told] = [f for f in result.findings if f.code == "TASK-030"]
    assert "v1.xlsx K9 写有“资金没有到位。”" in told.message and "v2.xlsx K9 为空" in told.message
    assert aside(result)["K9"] == "资金没有到位。"


def test_a_ruling_takes_the_former_text_all_the_same() -> None:
    ruling = Ruling("TASK-030", A, 3, "存在问题", "照收")
    files = {"v1.xlsx": wrong(K9="资金没有到位。", K8="缺钱。"), "v2.xlsx": wrong(M4=LATER)}
    result = merged(files, [ruling])
    assert values_of_tasks(result)[3, "problem"] == "资金没有到位。"
    assert found(result, "TASK-030") == [("v1.xlsx", "K8")]
    assert not any(f.code == "PLAN-520" for f in result.findings)


def test_a_later_version_empties_a_required_cell() -> None:
    result = merged({"v1.xlsx": filled(), "v2.xlsx": wrong(M4=LATER, I8=None)})
    assert (2, "percent") not in values_of_tasks(result)
    assert errors(result) == [("CELL-001", "v2.xlsx", "I8")]


def test_an_emptied_cell_of_an_earlier_version_says_nothing() -> None:
    result = merged({"v1.xlsx": wrong(K9="资金没有到位。", M4=LATER), "v2.xlsx": filled()})
    assert values_of_tasks(result)[3, "problem"] == "资金没有到位。"
    assert found(result, "TASK-030") == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"H": None, "I": None}, {"J": None, "K": None, "L": None, "M": None}),  # columns
        ({"J": None, "K": None, "L": None, "M": None}, {"H": None, "I": None}),
        ({"J": None, "L": None, "M": None, "I": None}, {"K": None}),  # state and problems, the rest
    ],
)
def test_parts_of_columns_stay_joined(first: dict[str, None], second: dict[str, None]) -> None:
    def without(columns: dict[str, None], **more: Any) -> bytes:
        blank = {f"{c}{r}": None for c in columns for r in range(7, 11)}
        texts = {} if "K" in columns else {f"K{r}": f"第{r}行的问题。" for r in range(7, 11)}
        return wrong(**texts, **blank, **more)

    result = merged({"v1.xlsx": without(first), "v2.xlsx": without(second, M4=LATER)})
    assert errors(result) == [] and found(result, "TASK-030") == []
    now = values_of_tasks(result)
    assert {f for _, f in now} == {"state", "percent", "progress", "problem", "next", "due"}
    assert all((n, f) in now for n in (1, 2, 3, 5) for f in ("state", "problem", "progress"))


def test_parts_of_rows_stay_joined() -> None:
    upper = {f"{c}{r}": None for c in "HIJKLM" for r in (9, 10)}
    lower = {f"{c}{r}": None for c in "HIJKLM" for r in (7, 8)}
    files = {"v1.xlsx": wrong(K7="缺钱。", **upper), "v2.xlsx": wrong(M4=LATER, **lower)}
    result = merged(files)
    assert errors(result) == [] and values_of_tasks(result)[1, "problem"] == "缺钱。"
    assert found(result, "TASK-030") == found(result, "TASK-031") == []


def test_what_a_later_part_leaves_empty_in_a_row_of_both_is_told() -> None:
    """It answers not all that the first answers: a part. What it lacks is taken, and said to be."""
    part = {f"{c}{r}": None for c in "HIJKLM" for r in (8, 9, 10)}
    result = merged(
        {"v1.xlsx": wrong(K7="缺钱。"), "v2.xlsx": wrong(M4=LATER, J7="新的进展情况。", **part)}
    )
    assert values_of_tasks(result)[1, "problem"] == "缺钱。"
    assert values_of_tasks(result)[1, "progress"] == "新的进展情况。"
    assert ("v1.xlsx", "K7") in found(result, "TASK-031")


def numbers(**cells: Any) -> bytes:
    """The form of 甲县 with two indicators (rows 5 and 6 of 量化指标, number in H), filled in."""
    book = openpyxl.load_workbook(io.BytesIO(with_indicators()))
    sheet, table = book["填报表"], book["量化指标"]
    sheet["D4"], sheet["M4"] = "张三", cells.pop("M4", date(2022, 7, 1))
    for row in range(7, 10):
        answer = {"H": "达序时", "I": 0.5, "J": f"第{row}行本期开了会，完成一半。"}
        for letter, value in answer.items():
            sheet[f"{letter}{row}"] = value
    for address, value in {"H5": 6, "H6": 98.5, **cells}.items():
        table[address] = value
    return saved(book)


def merge_city(files: Mapping[str, bytes]) -> MergeResult:
    from bench_forms import read

    returns = [read(content, name, city()) for name, content in files.items()]
    return merge(city(), template().form, returns, period=2, as_of=date(2022, 7, 8))


@pytest.mark.parametrize("emptied", [{"H5": None}, {"H5": None, "H6": None}])
def test_a_later_version_empties_a_number(emptied: dict[str, None]) -> None:
    result = merge_city({"v1.xlsx": numbers(), "v2.xlsx": numbers(M4=LATER, **emptied)})
    assert {(r.indicator.name, float(r.value)) for r in result.reached} == (
        set() if len(emptied) > 1 else {("入学率", 98.5)}
    )
    assert found(result, "TASK-030") == [("v1.xlsx", cell) for cell in emptied]
    assert found(result, "IND-011") == [("v2.xlsx", cell) for cell in emptied]


def test_a_later_number_counts_and_stands_at_its_own_place() -> None:
    result = merge_city({"v1.xlsx": numbers(), "v2.xlsx": numbers(M4=LATER, H5=7)})
    [school] = [r for r in result.reached if r.indicator.name == "新建学校"]
    assert float(school.value) == 7 and school.actuals[0].place.file == "v2.xlsx"


def test_numbers_of_one_part_and_tasks_of_another_stay_joined() -> None:
    tasks = numbers(H5=None, H6=None, M4=LATER)
    book = openpyxl.load_workbook(io.BytesIO(numbers()))
    for row in range(7, 10):
        for letter in "HIJ":
            book["填报表"][f"{letter}{row}"] = None
    result = merge_city({"a.xlsx": saved(book), "b.xlsx": tasks})
    assert len(result.reached) == 2 and found(result, "TASK-030") == []


# --- 9: on time is the first accepted return


def test_a_correction_is_not_late() -> None:
    result = merged({"v1.xlsx": wrong(H7="基本完成"), "v2.xlsx": wrong(M4=TOO_LATE)})
    one = score(result)
    assert one.on_time is True and f"{A}逾期" not in circular(result)
    assert one.first == Filed(date(2022, 7, 1)) and one.last == Filed(TOO_LATE)
    [line] = [x for x in status_text(result).splitlines() if x.startswith(A)]
    assert line.split()[-2:] == ["2022-07-01", "2022-07-07"]
    [unit] = [u for u in report(result, template().form)["units"] if u["unit"] == A]
    assert (unit["first_filed"], unit["last_filed"]) == ("2022-07-01", "2022-07-07")


def test_the_first_return_late_is_late() -> None:
    result = merged({"v1.xlsx": wrong(M4=TOO_LATE)})
    assert score(result).on_time is False and f"{A}逾期报送" in circular(result)
    assert score(result).last is None


@pytest.mark.parametrize(
    ("typed", "code"),
    [(date(2023, 6, 20), "FORM-060"), (date(2022, 7, 9), "FORM-060"), (date(2022, 3, 31), "FORM-061"),
     (date(2021, 7, 1), "FORM-061")],
)  # fmt: skip
def test_a_date_that_cannot_be_true_decides_nothing(typed: date, code: str) -> None:
    draft_ = wrong(J7="草稿的进展情况。", M4=typed)
    result = merged({"草稿.xlsx": draft_, "终稿.xlsx": wrong(J7="终稿的进展情况。")})
    assert found(result, code) == [("草稿.xlsx", "M4")]
    [finding] = [f for f in result.findings if f.code == "TASK-011"]
    assert finding.values["count"] == 2, "told once for the task"
    assert (1, "progress") not in values_of_tasks(result), "nobody can tell which one counts"
    alone = merged({"草稿.xlsx": draft_})
    assert score(alone).on_time is None, "neither in time nor late"
    assert standing(alone) == "clean"


def test_dates_on_the_edges_are_sound() -> None:
    for typed in (date(2022, 4, 1), date(2022, 7, 8)):
        result = merged({"v1.xlsx": wrong(M4=typed)})
        assert found(result, "FORM-060") == found(result, "FORM-061") == []
    assert begin_of(plan().periods, 1) == date(2022, 1, 1)


def test_a_return_without_a_date_leaves_it_open_whether_the_first_was_late() -> None:
    result = merged({"v1.xlsx": wrong(M4=None), "v2.xlsx": wrong(M4=TOO_LATE)})
    assert score(result).on_time is None


def test_the_day_of_the_mail_stands_beside_the_typed_one(tmp_path: Path) -> None:
    inbox = {
        "一.eml": mail("v1.xlsx", wrong(M4=date(2023, 1, 1), J7="先写的。"), "Sat, 2 Jul 2022 09:00:00 +0800"),
        "二.eml": mail("v2.xlsx", wrong(M4=date(2023, 1, 1), J7="后写的。"), "Wed, 6 Jul 2022 09:00:00 +0800"),
    }  # fmt: skip
    for name, content in inbox.items():
        (tmp_path / "收回").mkdir(exist_ok=True)
        (tmp_path / "收回" / name).write_bytes(content)
    (tmp_path / "总台账.xlsx").write_bytes(plan_bytes(plan()))
    taken = take(
        tmp_path / "总台账.xlsx", [tmp_path / "收回"], period="第二季度", as_of=date(2022, 7, 8)
    )
    assert taken.merged is not None
    assert values_of_tasks(taken.merged)[1, "progress"] == "后写的。", (
        "the mails tell which was later"
    )
    one = score(taken.merged)
    assert one.on_time is True, "its mail came in time"
    assert one.first == Filed(date(2023, 1, 1), date(2022, 7, 2), sound=False)
    [line] = [x for x in status_text(taken.merged).splitlines() if x.startswith(A)]
    assert "2023-01-01（存疑）；2022-07-02来信" in line
    [first, _] = report(taken.merged, template().form)["files"]
    assert (first["filed"], first["mailed"], first["sound"]) == ("2023-01-01", "2022-07-02", False)


def mail(name: str, content: bytes, day: str) -> bytes:
    from email.message import EmailMessage

    message = EmailMessage()
    message["From"], message["Date"], message["Subject"] = "发改委 <fg@example.org>", day, "回表"
    message.set_content("附上填报表")
    message.add_attachment(content, "application", "octet-stream", filename=name)
    return message.as_bytes()


def test_three_versions_of_two_units_and_the_books_balance() -> None:
    files = {
        "a1.xlsx": wrong(H7="基本完成", K8="缺钱。"), "a2.xlsx": wrong(M4=LATER, I9="一半多"),
        "a3.xlsx": wrong(M4=TOO_LATE), "b1.xlsx": filled(B), "空.xlsx": issued(),
    }  # fmt: skip
    result = merged(files)
    b = result.balance
    assert b.received == b.accepted + b.normalised + b.set_aside
    assert len(result.records) == b.accepted + b.normalised
    assert errors(result) == [] and standing(result) == standing(result, B) == "clean"
    assert told_of_all(result)


def told_of_all(result: MergeResult) -> bool:
    """Whether every cell set aside has its finding: at the cell, or once for its task."""
    every = (*result.findings, *result.waived)
    at, of = {(f.code, f.place) for f in every}, {(f.code, f.unit, f.task) for f in every}
    return all(
        (s.code, s.place) in at or (s.task and (s.code, s.unit, s.task) in of)
        for s in result.set_aside
    )


def test_a_blank_form_beside_an_answer_changes_nothing() -> None:
    result = merged({"空.xlsx": issued(), "v1.xlsx": filled()})
    alone = merged({"v1.xlsx": filled()})
    assert values_of_tasks(result) == values_of_tasks(alone)
    assert errors(result) == [] and replace(result.statuses[0], files=(), filed=()) == replace(
        alone.statuses[0], files=(), filed=()
    )


@pytest.mark.parametrize("seed", range(8))
def test_whatever_comes_twice_balances_in_any_order(seed: int) -> None:
    """Random versions, parts and marked-up copies: the books balance, and the order of files tells nothing."""
    chance = random.Random(seed)
    told = [
        None,
        "基本完成",
        "达序时",
        0.4,
        "约五成",
        date(2022, 9, 1),
        "一些文字，说明情况。",
        "无",
    ]
    files: dict[str, bytes] = {}
    for number in range(chance.randrange(2, 5)):
        cells = {f"{c}{r}": chance.choice(told) for c in "HIJKLM" for r in range(7, 11)}
        cells = {cell: v for cell, v in cells.items() if chance.random() < 0.3}
        cells["M4"] = chance.choice([date(2022, 7, 1), LATER, None, date(2023, 1, 1), "不详"])
        content = wrong(**cells)
        if chance.random() < 0.3:
            content = copy_of(content, merged(content))
        files[f"{number}.xlsx"] = content
    result, other = merged(files), merged(dict(reversed(files.items())))
    b = result.balance
    assert b.received == b.accepted + b.normalised + b.set_aside
    assert len(result.records) == b.accepted + b.normalised
    assert told_of_all(result)
    assert values_of_tasks(result) == values_of_tasks(other)
    assert [(s.state, s.errors) for s in result.statuses] == [
        (s.state, s.errors) for s in other.statuses
    ]


def test_an_older_summary_template_still_fits(tmp_path: Path) -> None:
    """It lists 填报日期, which is 首报 now: it renames nothing, and stops nothing."""
    book = openpyxl.load_workbook(str(resources.files("reconcile.templates") / "summary.xlsx"))
    book["栏目"].append(["填报日期", "日期"])
    book.save(tmp_path / "汇总模板.xlsx")
    style, findings = read_style(tmp_path / "汇总模板.xlsx", CAPTIONS)
    assert findings == () and style is not None
