"""The circular: the published wordings out of their numbers, the sentences, the Word document."""

from __future__ import annotations

import importlib.util
import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from worded import plain_text

from reconcile.cli import main
from reconcile.core.findings import Place
from reconcile.core.plan import Amount, Assignment, Indicator, Period, Plan, Task, Unit
from reconcile.core.result import (
    Actual,
    Balance,
    Entry,
    Filed,
    MergeResult,
    Previous,
    Reached,
    SetAside,
    Standing,
    UnitStatus,
)
from reconcile.core.values.deadlines import deadline_day
from reconcile.merge.progress import measure
from reconcile.merge.scores import score_units, weights
from reconcile.merge.task_status import changes_since, judge
from reconcile.reports import circular_docx
from reconcile.reports.circular import (
    BODY,
    HEADING,
    SIGNATURE,
    TITLE,
    Paragraph,
    draft,
    indicator_words,
)
from reconcile.reports.circular_docx import letter_bytes

AS_OF = date(2022, 7, 8)


def stand(
    name: str, actual: str, annual: str, months: float, basis: str = "cumulative", unit: str = "亿元",
    due: str = "", sign: str = ">=",
) -> str:  # fmt: skip
    """Say how an indicator stands so many months into the year; ``due`` is the plan's milestone."""
    period = Period("本期", date(2021, 9, 30), months)
    later = Period("全年", date(2021, 12, 31), 12)
    target = Amount.read(due)
    indicator = Indicator(
        7, name, unit, basis, sign, Amount.read(annual), {"本期": target} if target else {}
    )
    found = measure(indicator, (period, later), "本期", {"本期": Decimal(actual)})
    told = Actual("市发改委", Decimal(actual), "", Place())
    return indicator_words(Reached(indicator, (told,), Decimal(actual), found), "本期")


@pytest.mark.parametrize(
    ("told", "words"),
    [
        # 连云港 2021, nine months: the milestone is 75 % of the implied 1350.
        (stand("产业投资", "852.9", "1350", 9, due="1012.5"),
         "产业投资（第7项，市发改委）：完成852.9亿元（占全年目标的63.2%），滞后序时进度11.8个百分点"),
        # 珠海 2016, seven months, against the calendar.
        (stand("省重点项目投资", "89.55", "173.55", 7),
         "省重点项目投资（第7项，市发改委）：完成89.55亿元（占全年目标的51.6%），落后时间进度6.7个百分点"),
        # Full precision gives 7.0; the printed 7.1 subtracted rounded figures.
        (stand("市重点项目投资", "324.5", "496.37", 7),
         "市重点项目投资（第7项，市发改委）：完成324.5亿元（占全年目标的65.4%），超过时间进度7.0个百分点"),
        # 连云港 2019, nine months: growth is not prorated.
        (stand("地区生产总值", "6.1", "7", 9, "growth", "%", due="7"),
         "地区生产总值（第7项，市发改委）：增长6.1%，低于目标0.9个百分点"),
        (stand("外贸进出口总额", "-8", "7", 9, "growth", "%", due="7"),
         "外贸进出口总额（第7项，市发改委）：下降8%，低于目标15.0个百分点"),
        (stand("工业技改投资", "-1.8", "8", 8, "growth", "%"),
         "工业技改投资（第7项，市发改委）：下降1.8%，低于全年目标9.8个百分点"),
        (stand("新开工", "70", "100", 6, unit="个", due="60"),
         "新开工（第7项，市发改委）：完成70个（占全年目标的70.0%），超序时进度10.0个百分点"),
        (stand("新开工", "60", "100", 6, unit="个", due="60"),
         "新开工（第7项，市发改委）：完成60个（占全年目标的60.0%），与序时进度持平"),
        (stand("失业率", "4.5", "4", 6, "level", "%", due="4", sign="<="),
         "失业率（第7项，市发改委）：达到4.5%，偏离控制目标0.5个百分点"),
        (stand("贸易额", "0.8", "", 6, due="2"),
         "贸易额（第7项，市发改委）：完成0.8亿元，序时目标为2亿元"),
    ],
)  # fmt: skip
def test_published_wordings_come_out_of_their_numbers(told: str, words: str) -> None:
    assert told == words


# --- a small round

PERIODS = (Period("第二季度", date(2022, 6, 30), 6), Period("第三季度", date(2022, 9, 30), 9))
GOALS = ("修路10公里。绿化其余。", "建桥", "办学", "治水")
LEADS = ("甲局", "乙局", "丙局", "甲局")


def task(number: int) -> Task:
    milestones = {"第二季度": "开工", "第三季度": f"完成第{number}段。"}
    return Task(number, (), GOALS[number - 1], milestones, (LEADS[number - 1],), ())


PLAN = Plan(
    "2022年重点任务序时进度安排表", "测政〔2022〕1号", "测试市政府办", 2022, PERIODS,
    tuple(task(n) for n in range(1, 5)), tuple(Unit(u) for u in ("甲局", "乙局", "丙局")),
    settings={"截止日期": "2022年7月5日"},
)  # fmt: skip


def small(
    said: Mapping[int, str], plan: Plan = PLAN, filed: Mapping[str, date] | None = None,
    errors: Mapping[str, int] | None = None, period: int = 1,
) -> MergeResult:  # fmt: skip
    """A round in which the leads of these tasks said these states."""
    wanted = tuple(Assignment(t.lead[0], t, "lead") for t in plan.tasks)
    entries = {
        (a.unit, a.task.number): Entry(a, {"state": state, "problem": "缺\n钱。"})
        for a in wanted
        if (state := said.get(a.task.number))
    }
    units = list(dict.fromkeys(a.unit for a in wanted))
    here = {u for u, _ in entries}
    wrong = errors or {}
    days = filed or dict.fromkeys(here, date(2022, 7, 1))
    statuses = tuple(
        UnitStatus(
            u, "missing" if u not in here else "errors" if wrong.get(u) else "clean",
            sum(a.unit == u for a in wanted), sum(k[0] == u for k in entries), 0, wrong.get(u, 0), 0,
            filed=(Filed(days[u]),) if u in days else (),
        )
        for u in units
    )  # fmt: skip
    judged = judge(plan, period, entries, {}, {}, {})
    return MergeResult(
        plan, period, AS_OF, wanted, (), (), (), (), (), statuses,
        Balance(0, 0, 0, 0), entries, judged.standings, (),
    )  # fmt: skip


def test_the_whole_draft() -> None:
    merged = small({1: "未启动", 2: "滞后", 4: "达序时"})
    assert plain_text(draft(merged, score_units(merged))).splitlines() == [
        "关于2022年重点任务第二季度推进情况的通报",
        "各责任单位：",
        "根据《2022年重点任务序时进度安排表》（测政〔2022〕1号），对截至2022年6月30日（第二季度）的"
        "推进情况进行了汇总，现将有关情况通报如下：",
        "一、总体情况",
        "全部4项任务中，按牵头单位自报，达序时1项（25.0%）、滞后1项（25.0%）、未启动1项（25.0%）、未报1项（25.0%）。",
        "按红黄绿灯评定，绿灯1项（25.0%）、黄灯1项（25.0%）、红灯1项（25.0%）、未判定1项（25.0%）。",
        "本通报所称滞后，以牵头单位自报为准：自报滞后的亮黄灯，自报未启动的亮红灯，没有报送的不作评定。",
        "二、进度滞后的任务",
        "（一）红灯任务（1项）",
        "1.修路10公里（第1项，甲局）：自报未启动；存在问题：缺钱。",
        "（二）黄灯任务（1项）",
        "1.建桥（第2项，乙局）：自报滞后；存在问题：缺钱。",
        "三、报送情况",
        "截至2022年7月8日，应报送单位3个，其中已报送2个、未报送1个。",
        "丙局未按要求报送。",
        "四、下一步工作要求",
        "尚未报送的单位要尽快补报。",
        "第三季度有序时进度的任务共4项，各牵头单位要对照序时进度抓好落实；其中本期滞后的2项要倒排工期、"
        "迎头赶上，其第三季度序时进度为：",
        "1.修路10公里（第1项，甲局）：完成第1段。",
        "2.建桥（第2项，乙局）：完成第2段。",
        "测试市政府办",
        "2022年7月8日",
    ]


def test_who_was_late_and_who_has_to_correct_is_named() -> None:
    merged = small(
        {1: "达序时", 2: "达序时", 3: "达序时"}, errors={"乙局": 2},
        filed={"甲局": date(2022, 7, 6), "乙局": date(2022, 7, 5), "丙局": date(2022, 7, 7)},
    )  # fmt: skip
    text = plain_text(draft(merged, score_units(merged)))
    assert "\n甲局、丙局等2个单位逾期报送。\n" in text
    assert "\n乙局报送内容有差错，须按退回说明改正。\n" in text
    assert "滞后的任务" not in text


def test_the_last_period_asks_for_reasons() -> None:
    merged = small({1: "滞后"}, period=2)
    assert "本期为年度最后一个时段" in plain_text(draft(merged, score_units(merged)))


def many(count: int, *, problem: str = "缺钱。") -> MergeResult:
    """A round in which so many tasks, each of a unit of its own, are behind; every third not begun."""
    tasks = tuple(replace(task(1), number=n, lead=(f"第{n}局",)) for n in range(1, count + 1))
    plan = replace(PLAN, tasks=tasks, units=tuple(Unit(t.lead[0]) for t in tasks))
    merged = small({t.number: "滞后" if t.number % 3 else "未启动" for t in tasks}, plan)
    entries = {
        key: replace(e, values={**e.values, "problem": problem if key[1] != 2 else "无"})
        for key, e in merged.entries.items()
    }
    return replace(merged, entries=entries)


@pytest.mark.parametrize("count", [1, 8, 9, 45])
def test_headings_count_the_lines_below_them_and_the_rest(count: int) -> None:
    merged = many(count)
    lines = plain_text(draft(merged, score_units(merged))).splitlines()
    found: dict[str, tuple[int, int]] = {}
    heading = ""
    for line in lines:
        if told := re.match(r"（[一二]）(.灯)任务（(\d+)项）", line):
            heading, found[told[1]] = told[1], (int(told[2]), 0)
        elif line.startswith("三、"):
            break
        elif heading and re.match(r"\d+\.", line):
            found[heading] = (found[heading][0], found[heading][1] + 1)
        elif heading and (told := re.match(r"其余(\d+)项的牵头单位为.*，详见附件。", line)):
            found[heading] = (found[heading][0], found[heading][1] + int(told[1]))
    assert sum(number for number, _ in found.values()) == count
    assert all(number == told for number, told in found.values()), found


def test_each_line_gives_unit_and_reason_or_says_that_there_is_none() -> None:
    merged = many(9, problem="缺钱" * 100)
    paragraphs = draft(merged, score_units(merged))
    lines = [p.text for p in paragraphs if p.kind == BODY and p.text.startswith(("1.", "2."))]
    assert lines[0].startswith("1.修路10公里（第3项，第3局）：自报未启动；存在问题：缺钱缺")
    assert lines[0].endswith("缺…。") and "缺钱" * 100 in "".join(
        c for p in paragraphs for c in p.cells
    )
    assert lines[3] == "2.修路10公里（第2项，第2局）：自报滞后；未说明原因。"


def test_a_problem_that_was_set_aside_is_not_held_against_its_unit() -> None:
    merged = small({1: "滞后", 2: "滞后"})
    entries = {**merged.entries}
    entries["甲局", 1] = replace(entries["甲局", 1], values={"state": "滞后"})
    aside = SetAside("甲局", 1, "problem", "#REF!", "CELL-001", Place("a.xlsx"))
    for kept, told in (((), True), ((aside,), False)):
        text = plain_text(draft(replace(merged, entries=entries, set_aside=kept), ()))
        assert ("自报滞后；未说明原因" in text) is told


def test_the_numbers_of_units_add_up() -> None:
    merged = small({1: "达序时", 2: "达序时", 3: "达序时", 4: "达序时"}, errors={"乙局": 1})
    states = {"甲局": "refused", "丙局": "suspected"}
    statuses = tuple(replace(s, state=states.get(s.unit, s.state)) for s in merged.statuses)
    text = plain_text(draft(replace(merged, statuses=statuses), ()))
    told = "其中已报送1个、未报送0个、报送的填报表未采用1个、疑似已报送、待核实1个。"
    assert told in text
    assert "\n填报表未采用的单位要重新报送；报送内容有差错的单位要按退回说明改正后重报。\n" in text
    assert "尚未报送" not in text
    assert "\n甲局报送的填报表未采用，须重新报送。\n" in text
    assert "\n丙局疑似已报送，文件无法打开或无法确认，待核实。\n" in text
    assert "\n乙局报送内容有差错，须按退回说明改正。\n" in text


def test_the_rest_is_counted_for_units_that_lead_several_of_it() -> None:
    leads = [*range(1, 40), 40, 40, 41]
    tasks = tuple(replace(task(1), number=n, lead=(f"第{u}局",)) for n, u in enumerate(leads, 1))
    its = replace(PLAN, tasks=tasks, units=tuple(Unit(f"第{u}局") for u in dict.fromkeys(leads)))
    merged = small({t.number: "滞后" for t in tasks}, its)
    text = plain_text(draft(merged, score_units(merged)))
    assert "、第39局、第40局（2项）、第41局，详见附件。" in text


def compared(then: Mapping[int, str], now: Mapping[int, str]) -> list[str]:
    """The lines of a circular where tasks had these lights the period before."""
    merged = small(now, period=2)
    before = {n: Standing(n, "达序时", light) for n, light in then.items()}
    standings = {n: replace(s, before=before.get(n)) for n, s in merged.standings.items()}
    previous = Previous({"第二季度": {}}, {"第二季度": before})
    changes = changes_since(PLAN, 2, standings, previous)
    merged = replace(merged, standings=standings, changes=changes)
    return plain_text(draft(merged, ())).splitlines()


def test_the_circular_compares_with_the_last_period() -> None:
    lines = compared(
        {1: "红", 2: "黄", 3: "绿", 4: "黄"}, {1: "未启动", 2: "未启动", 3: "滞后", 4: "达序时"}
    )
    told = "与第二季度相比，滞后任务仍为3项：由黄转红1项（第2项）、新增滞后1项（第3项）、连续两期红灯1项（第1项）、转好1项（第4项）。"
    assert told in lines
    assert "1.修路10公里（第1项，甲局）：自报未启动；连续两期红灯；存在问题：缺钱。" in lines
    assert "2.建桥（第2项，乙局）：自报未启动；由黄转红；存在问题：缺钱。" in lines
    lines = compared({1: "红"}, {1: "达序时"})
    assert "与第二季度相比，滞后任务由1项变为0项：转好1项（第1项）。" in lines
    lines = compared({1: "黄"}, {1: "滞后"})
    assert "与第二季度相比，滞后任务仍为1项：各项任务的亮灯没有变化。" in lines


# --- scores


def test_scores_rank_with_ties_by_the_plan_s_weights() -> None:
    merged = small({1: "未启动", 2: "达序时", 4: "达序时"}, errors={"乙局": 1})
    shown = [(s.rank, s.unit, str(s.score), s.on_time) for s in score_units(merged)]
    assert shown == [
        (1, "乙局", "99.0", True),  # 90 for green + 10 in time - 1 error
        (2, "甲局", "70.0", True),  # (30 + 90) / 2 + 10
        (3, "丙局", "0.0", False),
    ]
    plan = replace(PLAN, settings={**PLAN.settings, "权重：差错": "29", "权重：红灯": "无"})
    merged = small({1: "未启动", 2: "达序时", 4: "达序时"}, plan, errors={"乙局": 1})
    scores = score_units(merged)
    ranks = [(s.rank, s.unit, str(s.score)) for s in scores]
    assert ranks == [(1, "乙局", "71.0"), (2, "甲局", "70.0"), (3, "丙局", "0.0")]
    assert weights(plan)["权重：红灯"] == 30, "what is no number leaves the default"
    everyone = score_units(small({1: "达序时", 2: "达序时", 3: "达序时", 4: "达序时"}))
    assert [s.rank for s in everyone] == [1, 1, 1]


def test_without_a_deadline_every_answer_is_in_time() -> None:
    open_end = replace(PLAN, settings={})
    assert deadline_day(open_end, 2) is None and deadline_day(PLAN, 2) == date(2022, 7, 5)
    late = {"甲局": date(2022, 12, 1)}
    scores = {s.unit: s for s in score_units(small({1: "达序时"}, open_end, late))}
    assert scores["甲局"].on_time is True
    unknown = {s.unit: s for s in score_units(small({1: "达序时"}, PLAN, {"丙局": AS_OF}))}
    assert unknown["甲局"].on_time is None, "no date on the form: it cannot be told"
    assert str(unknown["甲局"].score) == "45.0", "one of two tasks answered, nothing for time"


# --- the Word document

PARAGRAPHS = (
    Paragraph(TITLE, "关于<b>&测试</b>的通报"), Paragraph(HEADING, "一、总体情况"),
    Paragraph(BODY, "=HYPERLINK(\"x\") {PAGE}"), Paragraph(SIGNATURE, "2022年7月8日"),
)  # fmt: skip


def test_the_letter_is_set_as_the_standard_asks() -> None:
    docx = pytest.importorskip("docx")
    document = docx.Document(io.BytesIO(letter_bytes(PARAGRAPHS)))
    assert [p.text for p in document.paragraphs] == [p.text for p in PARAGRAPHS]
    section = document.sections[0]
    sides = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(side.mm) for side in sides] == [37, 35, 28, 26]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert [p.style.name for p in document.paragraphs] == [
        "Title",
        "Heading 1",
        "Body Text",
        "Signature",
    ]
    levels = [
        p.style.element.xpath("string(w:pPr/w:outlineLvl/@w:val)") for p in document.paragraphs
    ]
    assert levels == ["", "0", "", ""], "the outline shows the headings"
    spoken = document.styles.element.xpath("//w:docDefaults//w:lang/@w:eastAsia")
    assert [str(language) for language in spoken] == ["zh-CN"]
    fonts = [(p.style.font.size.pt, eastern(p.style)) for p in document.paragraphs]
    assert fonts == [(22, "方正小标宋简体"), (16, "黑体"), (16, "仿宋"), (16, "仿宋")]
    assert "PAGE" in section.footer._element.xml and "PAGE" in section.even_page_footer._element.xml


def eastern(style: object) -> str:
    from docx.oxml.ns import qn

    return str(style.element.rPr.rFonts.get(qn("w:eastAsia")))  # type: ignore[attr-defined]


def test_the_same_paragraphs_give_the_same_letter() -> None:
    pytest.importorskip("docx")
    content = letter_bytes(PARAGRAPHS)
    assert letter_bytes(PARAGRAPHS) == content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {i.date_time for i in archive.infolist()} == {(2000, 1, 1, 0, 0, 0)}
        assert b"2000-01-01T00:00:00Z" in archive.read("docProps/core.xml")


def test_without_python_docx_merge_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sample_plan_path: Path
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert [f.code for f in circular_docx.missing()] == ["FORM-030"]
    arguments = ["merge", str(sample_plan_path), str(tmp_path), "-o", str(tmp_path / "s.xlsx"),
                 "--circular", str(tmp_path / "通报.docx")]  # fmt: skip
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1
    assert "FORM-030" in result.output and 'pip install ".[docx]"' in result.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_merge_writes_the_letter(tmp_path: Path, sample_plan_path: Path) -> None:
    docx = pytest.importorskip("docx")
    (tmp_path / "收回").mkdir()
    arguments = ["merge", str(sample_plan_path), str(tmp_path / "收回"), "-o", str(tmp_path / "s.xlsx"),
                 "--period", "第二季度", "--circular", str(tmp_path / "通报.docx")]  # fmt: skip
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code in (0, 3), result.output
    assert "通报.docx" in result.output
    document = docx.Document(str(tmp_path / "通报.docx"))
    assert document.paragraphs[0].text == "关于2022年政府工作报告重点任务第二季度推进情况的通报"
