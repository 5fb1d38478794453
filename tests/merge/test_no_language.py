"""What is judged means the same in every language: records, statuses and findings, whatever is being spoken."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from bench_forms import AS_OF, A, B, plan, put, saved, template
from little_round import fill, issue, number
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.workbook import Workbook as Book

from reconcile.core.findings import Finding, render
from reconcile.core.i18n import EN, ZH, holds_chinese, speaking
from reconcile.core.plan import Amendment, Plan, Ruling, State, Task, Unit
from reconcile.core.published_plan import PublishedPlan
from reconcile.core.result import MergeResult, Previous
from reconcile.core.units import assign_units
from reconcile.intake.reader import take_in
from reconcile.merge.run import merge
from reconcile.merge.year.history import Account, History, flags, history_of, owners
from reconcile.plan import read_plan
from reconcile.plan.diff import Change, compare, pair_tasks
from reconcile.plan.indicators.edited import edited_texts
from reconcile.plan.writer import plan_bytes

LANGUAGES = (ZH, EN)
RULINGS = (
    Ruling("CELL-003", A, 3, "完成百分比", "改为", "很多", "张主任", "2022-07-06", "电话核实"),
    Ruling("CELL-001", B, 4, "进展情况", "改为", "已入库141亿元。", "张主任", "2022-07-06", "补报"),
    Ruling("ROW-099", B, 2, "", "免提"),
    Ruling("FORM-022", "", None, "", "忽略文件", "旧表.xlsx"),
    Ruling("TASK-051", A, 1, "", "同意", "明年", "张主任", "2022-07-06", "来函"),
)


def forget() -> None:
    """Empty every cache of ours, so that nothing is remembered from the other language."""
    for name, module in list(sys.modules.items()):
        for kept in vars(module).values() if name.startswith("reconcile") else ():
            if callable(getattr(kept, "cache_clear", None)):
                kept.cache_clear()


def the_plan(language: str) -> Plan:
    """The bench's plan with indicators and rulings, good ones and bad, in one language."""
    indicators = (
        number(2, "产业投资", "1360", {"第一季度": "340", "第二季度": "680"}),
        number(1, "地区生产总值", "7", {"第二季度": "6.5"}, measure="%", basis="growth"),
        number(4, "一般公共预算收入", "280", {"第二季度": "140"}, summed=None),
    )
    settings = plan().settings | {"语言": language}
    changes = (Amendment(5, "推迟", "", "第二季度", A, "张主任", "2022-03-01", "", "2022-03-02"),)
    return replace(
        plan(), indicators=indicators, rulings=RULINGS, settings=settings, changes=changes
    )


def faulty(book: Book) -> None:
    """Many kinds of mistakes in one form."""
    sheet = book["填报表"]
    put(
        I7="一大半", H8="基本完成", J8="同上", M7="2022-02-30", I8=1.7, I9=0.5, D7="地区生产总值增长8%。",
        G8="配合", L8="见附件", Q9="盖章", B10="99", J9="短", K9="无", M9="2099-01-01", H10=State.DONE,
    )(book)  # fmt: skip
    sheet["I9"].number_format = "0"
    sheet["J8"].comment = Comment("请看批注", "某人")
    sheet["K8"].font = Font(strike=True)
    sheet["K8"] = "不要了"
    sheet["C30"] = "随手写的"


def mended(content: bytes, change: Callable[[Book], object]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book)
    return saved(book)


def inbox(folder: Path, its: Plan) -> Path:
    """Returns with faults, and files that are none."""
    folder.mkdir()
    first = fill(issue(its, A), numbers={"产业投资": 0.068, "地区生产总值": 106.5})
    second = fill(issue(its, B), {4: {"完成情况": "滞后", "完成百分比": 5000, "进展情况": None}})
    (folder / "发改委.xlsx").write_bytes(mended(first, faulty))
    earlier = put(J7="另有说法，全部推进中。", I10="很多", M4=date(2022, 6, 30))
    (folder / "市发改委（旧）.xlsx").write_bytes(mended(first, earlier))
    (folder / "财政局.xlsx").write_bytes(second)
    (folder / "市教育局.xlsx").write_bytes(b"no workbook")
    (folder / "附件.pdf").write_bytes(b"%PDF-1.4")
    return folder


def judged(path: Path, folder: Path) -> tuple[tuple[Finding, ...], MergeResult]:
    """What is read of a plan workbook, and what the inbox comes to."""
    forget()
    its, findings = read_plan(path)
    assert its is not None
    taken = take_in([folder], its, template().form)
    before = Previous({"第一季度": {(A, 1, "percent"): 0.9, (A, 2, "actual:产业投资"): 900.0}})
    result = merge(
        its, template().form, taken.returns, period=2, as_of=AS_OF, unread=taken.unread,
        findings=taken.findings, previous=before,
    )  # fmt: skip
    return (*findings, *edited_texts(its)), result


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_round_comes_to_the_same_in_every_language(language: str, tmp_path: Path) -> None:
    its = the_plan(language)
    with speaking(language):
        (tmp_path / "plan.xlsx").write_bytes(plan_bytes(its))
        folder = inbox(tmp_path / "in", its)
    found = {}
    for spoken in LANGUAGES:
        with speaking(spoken):
            found[spoken] = judged(tmp_path / "plan.xlsx", folder)
    assert found[ZH] == found[EN] and repr(found[ZH]) == repr(found[EN])
    read, result = found[ZH]
    assert len({f.code for f in (*read, *result.findings)}) > 20, "a round with many faults"
    assert result.set_aside and any(s.reasons for s in result.standings.values())
    same_words((*read, *result.findings, *result.waived), (*found[EN][0], *found[EN][1].findings))


def same_words(findings: tuple[Finding, ...], others: tuple[Finding, ...]) -> None:
    """Hold that findings read alike in a stated language, whatever is being spoken."""
    for stated in LANGUAGES:
        words = {}
        for spoken in LANGUAGES:
            with speaking(spoken):
                words[spoken] = [render(f, stated) for f in findings]
        assert words[ZH] == words[EN]
        with speaking(EN if stated == ZH else ZH):
            again = [render(f, stated) for f in others]
        assert words[ZH][: len(again)] == again


def test_a_plan_that_cannot_be_read_is_told_alike(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(plan_bytes(the_plan(ZH)))
    book = openpyxl.load_workbook(path)
    del book["单位"]
    book["设置"].append(["本期", "第九季度"])
    book["设置"].append(["配合单位填报", "随便"])
    book["时段"]["B2"] = "不知道"
    book["裁定"].append(["CELL-003", A, 1, "", "随便"])
    book.save(path)
    found = []
    for spoken in LANGUAGES:
        with speaking(spoken):
            found.append(read_plan(path))
    assert found[0] == found[1] and found[0][0] is None
    codes = {f.code for f in found[0][1]}
    assert {"PLAN-501", "PLAN-503", "PLAN-511", "PLAN-597"} <= codes
    same_words(found[0][1], found[1][1])
    [missing] = [f for f in found[0][1] if f.code == "PLAN-501"]
    # Sheets are called what they are called in that workbook, whoever reads it.
    assert "“单位”" in render(missing, ZH).message and "“单位”" in render(missing, EN).message
    names = {"sheet": "", "there": ""}
    assert not holds_chinese(render(replace(missing, values=names), EN).message)


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_in_files_are_those_of_the_file(language: str, tmp_path: Path) -> None:
    """Sheets of the plan workbook and words of a form's list, read by who speaks the other language."""
    its = the_plan(language)
    with speaking(language):
        (tmp_path / "plan.xlsx").write_bytes(plan_bytes(its))
        folder = inbox(tmp_path / "in", its)
    other = EN if language == ZH else ZH
    with speaking(other):
        _, result = judged(tmp_path / "plan.xlsx", folder)
        dead = next(f for f in result.findings if f.code == "PLAN-520")
        assert str(dead.place.sheet) == {ZH: "裁定", EN: "Rulings"}[language]
        chosen = next(f for f in result.findings if f.code == "CELL-002")
        assert {ZH: "已完成", EN: "Completed"}[language] in chosen.message
        assert {ZH: "Completed", EN: "已完成"}[language] not in chosen.message


def test_what_changed_between_plans_and_periods_is_the_same() -> None:
    old = the_plan(ZH)
    new = replace(
        old, title="另一个计划", tasks=old.tasks[1:], indicators=old.indicators[1:],
        units=(*old.units[:2], replace(old.units[2], aliases=("教育局",))), key="f" * 32,
        settings={**old.settings, "配合单位填报": "全部"},
    )  # fmt: skip
    found: list[tuple[tuple[Change, ...], History, object, object]] = []
    for spoken in LANGUAGES:
        forget()
        with speaking(spoken):
            history = history_of(new, [Account("第一季度", old.tasks, {})], pair_tasks)
            told = [flags(history, line) for line in history.lines]
            found.append((compare(old, new), history, told, owners(history)))
    assert found[0] == found[1] and repr(found[0]) == repr(found[1])
    assert found[0][0] and any(line.notes for line in found[0][1].lines)


def test_units_are_told_apart_alike() -> None:
    tasks = (Task(1, (), "修路", {}, ("市住建局和市交通局",), ("各县区", "灌云县")),)
    notice = PublishedPlan("计划", "", "", 2022, (), tasks)
    found = []
    for spoken in LANGUAGES:
        with speaking(spoken):
            found.append(assign_units(notice, (Unit("市住房和城乡建设局"), Unit("市教育局"))))
    assert found[0] == found[1] and repr(found[0]) == repr(found[1])
    assert found[0][2]
