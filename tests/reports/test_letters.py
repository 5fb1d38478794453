"""督办单: a letter for each red task or unit says what the summary says, and goes to whoever leads it."""

from __future__ import annotations

import email
import email.policy
import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest
from little_round import fill, issue, little_plan, number
from post_servers import run

from reconcile.api.status import take
from reconcile.core.i18n import holds_chinese, speaking
from reconcile.core.plan import Ruling, Unit
from reconcile.core.result import MergeResult, Previous, Standing
from reconcile.core.values.deadlines import reply_day
from reconcile.forms.shipped_forms import read_form
from reconcile.merge.year.open_letters import Issued, goal_hash, tracked
from reconcile.plan import plan_bytes, read_plan
from reconcile.reports.letters import BY_TASK, Stood
from reconcile.reports.letters import letters as all_letters
from reconcile.writers.marks import read_mark

pytestmark = pytest.mark.slow  # whole rounds, command by command

BEHIND = {
    "完成情况": "未启动",
    "完成百分比": 0,
    "存在问题": "征地未完成。",
    "下一步措施": "七月开工。",
}
DETAILS = "汇总_明细_第二季度.xlsx"


@pytest.fixture(scope="module")
def closed_round(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """甲局 and 乙局 lead a red task, 丙局 a red indicator, 甲局 a green task."""
    folder = tmp_path_factory.mktemp("督办")
    units = [
        Unit(n, email=f"{i}@example.invalid") for i, n in enumerate(("甲局", "乙局", "丙局"), 1)
    ]
    plan = little_plan(
        {1: "修路：甲局、乙局", 2: "架桥：甲局", 3: "产业投资1360亿元：丙局"},
        [number(3, "产业投资", "1360", {"第二季度": "680"})],
        units=units,
        settings={"截止日期": "2022-07-05", "本期": "第二季度", "联系方式": "督查室"},
    )
    plan = replace(plan, document="测政办〔2022〕1号")
    (folder / "总台账.xlsx").write_bytes(plan_bytes(plan))
    (folder / "收回").mkdir()
    for unit, answers, numbers in (
        ("甲局", {1: BEHIND}, None), ("乙局", {1: BEHIND}, None), ("丙局", {}, {"产业投资": 500}),
    ):  # fmt: skip
        content = fill(issue(plan, unit), answers, numbers)
        (folder / "收回" / f"{unit}.xlsx").write_bytes(content)
    made = run("merge", folder / "总台账.xlsx", folder / "收回", "--as-of", "2022-07-08")
    assert made.exit_code in (0, 3), made.output
    return folder


def letters(folder: Path, out: Path, *more: object, status: int = 0) -> str:
    result = run(
        "letters",
        folder / "总台账.xlsx",
        folder / DETAILS,
        "-o",
        out,
        "--as-of",
        "2022-07-08",
        *more,
    )
    assert result.exit_code == status, result.output
    return result.output


def lines(path: Path) -> list[str]:
    return [p.text for p in docx.Document(str(path)).paragraphs]


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_a_letter_for_each_red_task(closed_round: Path, tmp_path: Path) -> None:
    assert "督办单 2 份" in letters(closed_round, tmp_path)
    assert names(tmp_path) == ["督办单_1_甲局、乙局.docx", "督办单_3_丙局.docx"]
    told = lines(tmp_path / "督办单_1_甲局、乙局.docx")
    assert told[:3] == ["督办单", "督办〔2022〕第二季度第1号", "甲局、乙局："]
    assert told[5:7] == ["目标任务（第1项）：修路。", "截至2022年6月30日应达到：修路到6成。"]
    assert told[7].startswith("甲局报送：完成情况：未启动；完成百分比：0%；")
    assert told[8].startswith("乙局报送：") and "存在问题：征地未完成；" in told[8]
    assert told[-3].endswith("于2022年7月15日前书面回复某市政府办（联系方式：督查室）。")
    assert told[-2:] == ["某市政府办", "2022年7月8日"]
    third = lines(tmp_path / "督办单_3_丙局.docx")
    assert third[7].endswith("产业投资实际500亿元。")
    assert third[8] == "滞后情况和依据：产业投资滞后序时目标13.2个百分点。"


def test_a_letter_for_each_unit_tells_none_of_another_units_words(
    closed_round: Path, tmp_path: Path
) -> None:
    letters(closed_round, tmp_path, "--by", "unit")
    assert names(tmp_path) == [
        f"督办单_0{i}_{u}.docx" for i, u in enumerate(("甲局", "乙局", "丙局"), 1)
    ]
    told = "\n".join(lines(tmp_path / "督办单_01_甲局.docx"))
    assert "甲局报送：" in told and "乙局报送" not in told and "共同牵头：乙局。" in told


def test_a_letter_goes_by_mail_to_whoever_leads_whatever_its_name(
    closed_round: Path, tmp_path: Path
) -> None:
    out = tmp_path / "单"
    letters(closed_round, out)
    (out / "督办单_1_甲局、乙局.docx").rename(out / "丙局.docx")
    made = run("mail", out, "--plan", closed_round / "总台账.xlsx", "-o", tmp_path / "邮件")
    assert made.exit_code == 0, made.output
    drafts = [
        email.message_from_bytes(p.read_bytes(), policy=email.policy.default)
        for p in sorted((tmp_path / "邮件").glob("*.eml"))
    ]
    assert [(d["To"], [a.get_filename() for a in d.iter_attachments()]) for d in drafts] == [
        ("甲局 <1@example.invalid>", ["丙局.docx"]), ("乙局 <2@example.invalid>", ["丙局.docx"]),
        ("丙局 <3@example.invalid>", ["督办单_3_丙局.docx"]),
    ]  # fmt: skip
    assert drafts[0]["Subject"] == "【督办】第二季度《2022年小计划》滞后任务（甲局）"
    other = little_plan({1: "别的：丁局"}, settings={"本期": "第二季度"})
    (tmp_path / "别的.xlsx").write_bytes(plan_bytes(other))
    told = run("mail", out, "--plan", tmp_path / "别的.xlsx", "-o", tmp_path / "另")
    assert told.output.count("MAIL-067") == 2


def test_where_no_current_period_is_set_the_files_tell_it(
    closed_round: Path, tmp_path: Path
) -> None:
    plan, _ = read_plan(closed_round / "总台账.xlsx")
    assert plan is not None
    settings = {name: text for name, text in plan.settings.items() if name != "本期"}
    (tmp_path / "总台账.xlsx").write_bytes(plan_bytes(replace(plan, settings=settings)))
    letters(closed_round, tmp_path / "单")
    made = run("mail", tmp_path / "单", "--plan", tmp_path / "总台账.xlsx")
    assert made.exit_code == 0 and "第二季度：3 封" in made.output, made.output
    assert len(list((tmp_path / "邮件").glob("*_督办_*.eml"))) == 3


def test_what_a_person_changed_is_not_lost(closed_round: Path, tmp_path: Path) -> None:
    letters(closed_round, tmp_path)
    first = tmp_path / "督办单_1_甲局、乙局.docx"
    before = first.read_bytes()
    letters(closed_round, tmp_path)
    assert first.read_bytes() == before and read_mark(first).sealed
    edited = docx.Document(str(first))
    edited.add_paragraph("请张局长阅。")
    edited.save(str(first))
    assert "有人改过" in letters(closed_round, tmp_path, status=2)
    told = letters(closed_round, tmp_path, "--by", "单位", status=3)
    assert f"LETT-003 {first.name}" in told and "删去了上次留下" in told
    third = tmp_path / "督办单_03_丙局.docx"
    third.write_bytes(b"a letter of somebody else")
    assert "不是这个时段的督办单" in letters(closed_round, tmp_path, "--by", "单位", status=2)
    assert third.read_bytes() == b"a letter of somebody else"
    assert first.name in names(tmp_path) and len(names(tmp_path)) == 4


def test_what_is_no_such_summary_and_what_nobody_leads(closed_round: Path, tmp_path: Path) -> None:
    wrong = run(
        "letters", closed_round / "总台账.xlsx", closed_round / "汇总_第二季度.xlsx", "-o", tmp_path
    )
    assert wrong.exit_code == 1 and "LETT-001" in wrong.output and not names(tmp_path)
    plan, _ = read_plan(closed_round / "总台账.xlsx")
    assert plan is not None
    tasks = tuple(replace(t, lead=(), support=t.lead) if t.number == 1 else t for t in plan.tasks)
    changed = tmp_path / "总台账.xlsx"
    changed.write_bytes(plan_bytes(replace(plan, tasks=tasks)))
    told = run("letters", changed, closed_round / DETAILS, "--as-of", "2022-07-08")
    assert told.exit_code == 3 and "LETT-002" in told.output and "第 1 项" in told.output
    assert names(tmp_path / "督办单_第二季度") == ["督办单_3_丙局.docx"]


def again(folder: Path, unit: str, answers: dict[int, dict[str, object]], day: date | None) -> None:
    """The unit sends its form once more, filled in on this day."""
    plan, _ = read_plan(folder / "总台账.xlsx")
    assert plan is not None
    numbers = {"产业投资": 600} if unit == "丙局" else None
    content = fill(issue(plan, unit), answers, numbers, M4=day)
    (folder / "收回" / f"{unit}改.xlsx").write_bytes(content)


def status(folder: Path, day: str, *more: object) -> str:
    made = run("status", folder / "总台账.xlsx", folder / "收回", "--as-of", day, *more)
    assert made.exit_code in (0, 3), made.output
    return made.output


@pytest.fixture
def sent(closed_round: Path, tmp_path: Path) -> Path:
    """The round with its letters of 8 July at their usual place, to be answered by the 15th."""
    folder = tmp_path / "办"
    shutil.copytree(closed_round, folder)
    letters(folder, folder / "督办单_第二季度")
    return folder


def test_status_tells_which_letters_no_return_has_answered(sent: Path) -> None:
    third = sent / "督办单_第二季度" / "督办单_3_丙局.docx"
    edited = docx.Document(str(third))
    edited.add_paragraph("请王局长阅。")
    edited.save(str(third.with_name("给丙局的.docx")))
    told = status(sent, "2022-07-15")
    assert "督办单 2 份：未回复 2，其中逾期 0" in told
    assert "待回复：第二季度第1项，甲局、乙局，2022-07-15前回复" in told
    assert "督办单 2 份：未回复 2，其中逾期 2" in status(sent, "2022-07-16")
    for name in ("坏.docx", "~$办.docx"):  # neither is a letter
        third.with_name(name).write_bytes(b"PK\x03\x04")
    docx.Document().save(str(third.with_name("会议纪要.docx")))
    third.unlink()  # what was edited and renamed still counts
    again(sent, "丙局", {}, date(2022, 7, 8))  # crossed the letter, or was what it is about
    again(sent, "甲局", {1: BEHIND}, date(2022, 7, 11))
    told = status(sent, "2022-07-16")
    assert "未回复 2，其中逾期 2" in told and "逾期：第二季度第1项，乙局，2022-07-15前" in told
    again(sent, "丙局", {}, date(2022, 7, 12))
    told = status(sent, "2022-07-16", "-o", sent / "进度.xlsx")
    assert "未回复 1，其中逾期 1" in told and "丙局，2022-07-15" not in told
    rows = list(openpyxl.load_workbook(sent / "进度.xlsx")["督办"].iter_rows(values_only=True))
    assert [(r[1], r[2], r[5], r[6], r[7]) for r in rows if r[0] == "第二季度"] == [
        (1, "甲局、乙局", "逾期", "乙局", "甲局：第二季度回表（2022-07-11）"),
        (3, "丙局", "已回复", None, "丙局：第二季度回表（2022-07-12）"),
    ]
    found = json.loads(status(sent, "2022-07-16", "--json"))["letters"]
    assert [(f["tasks"], f["open"], f["overdue"], f["due"]) for f in found] == [
        ([1], True, True, "2022-07-15"), ([3], False, False, "2022-07-15"),
    ]  # fmt: skip
    assert found[1]["file"] == "督办单_第二季度/给丙局的.docx"


def test_a_return_without_a_day_is_for_a_person_to_look_at(sent: Path) -> None:
    (sent / "收回" / "丙局.xlsx").unlink()
    again(sent, "丙局", {}, None)
    told = json.loads(status(sent, "2022-07-12", "-o", sent / "进度.xlsx", "--json"))["letters"]
    assert [(f["tasks"], f["waiting"]) for f in told] == [([1], ["甲局", "乙局"]), ([3], ["丙局"])]
    rows = openpyxl.load_workbook(sent / "进度.xlsx")["督办"].iter_rows(values_only=True)
    assert "丙局：第二季度回表（日期不明，请核对）" in [r[7] for r in rows]


def test_no_letters_no_words_of_them(closed_round: Path) -> None:
    assert "督办单" not in status(closed_round, "2022-07-16")


def test_a_later_period_answers_and_what_was_dropped_need_not_be(closed_round: Path) -> None:
    taken = take(closed_round / "总台账.xlsx", [closed_round / "收回"], as_of=date(2022, 7, 16))
    assert taken.merged is not None
    plan = taken.merged.plan
    road, bridge = (goal_hash(t) for t in plan.tasks[:2])
    day, due = date(2022, 4, 8), date(2022, 4, 15)

    def stood(
        merged: MergeResult, *units: str, tasks: tuple[int, str], before: Previous | None = None
    ) -> list[object]:
        [one] = tracked([Issued("单.docx", 1, units, (tasks,), day, due)], merged, before)
        return [one.state, one.tasks, one.waiting, [r.period for r in one.replies]]

    assert stood(taken.merged, "甲局", tasks=(1, road)) == ["已回复", (1,), (), ["第二季度"]]
    # The task has another number now, the unit of then leads it no more, or the answer was not taken.
    assert stood(taken.merged, "甲局", tasks=(9, bridge)) == ["已回复", (2,), (), ["第二季度"]]
    assert stood(taken.merged, "丙局", tasks=(1, road)) == ["不用再回", (1,), (), []]
    nothing = replace(taken.merged, records=())
    assert stood(nothing, "甲局", tasks=(1, road)) == ["逾期", (1,), ("甲局",), []]
    done = replace(nothing, signed_off={1: Ruling("", "甲局", 1, "", "销号", "")})
    assert stood(done, "甲局", tasks=(1, road)) == ["不用再回", (1,), (), []]
    # A period that lies between has answered already: its summary tells.
    first, second = plan.periods
    third = replace(second, caption="第三季度", end=date(2022, 9, 30))
    later = replace(nothing, plan=replace(plan, periods=(first, second, third)), period=3)
    before = Previous({"第一季度": {("甲局", 1, "percent"): 0.0}, "第二季度": {}})
    assert stood(later, "甲局", tasks=(1, road), before=before)[0] == "逾期"
    before = Previous({"第二季度": {("甲局", 1, "percent"): 0.0}})
    assert stood(later, "甲局", tasks=(1, road), before=before) == [
        "已回复",
        (1,),
        (),
        ["第二季度"],
    ]


@pytest.mark.parametrize(
    ("days", "start", "end"),
    [("", 8, 15), ("1", 8, 11), ("0", 8, 8), ("十天", 8, 15), ("2", 9, 12)],
)
def test_a_reply_is_due_after_so_many_working_days(days: str, start: int, end: int) -> None:
    """8 July 2022 is a Friday."""
    plan = little_plan({1: "修路：甲局"}, settings={"督办回复天数": days})
    assert reply_day(plan, date(2022, 7, start)) == date(2022, 7, end)


def test_in_english() -> None:
    plan = little_plan({1: "Road：Works"}, settings={"语言": "en", "本期": "第二季度"})
    plan = replace(plan, title="Plan", office="Office", units=(Unit("Works"),))
    stood = Standing(1, "未启动", "红", ("Reported: Not started",))
    held = Previous({"第二季度": {("Works", 1, "percent"): 0.0}}, {"第二季度": {1: stood}})
    with speaking("en"):
        form, _ = read_form(Path(__file__).parents[2] / "templates" / "form-en.xlsx")
        assert form is not None
        [letter] = all_letters(Stood(plan, form, 2, held), BY_TASK, date(2022, 7, 8))
    assert letter.file == "letter_1_Works.docx" and letter.units == ("Works",)
    told = [p.text for p in letter.paragraphs]
    assert told[0] == "Request for action" and told[2] == "To: Works"
    assert not [t for t in told if holds_chinese(t.replace("第二季度", "").replace("到6成", ""))]
    assert any("answer Office in writing by 15 July 2022." in t for t in told)
