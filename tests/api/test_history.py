"""A year that was closed is told as it was told then: recounted here from the archives, by another program."""

from __future__ import annotations

import email
import email.policy
import hashlib
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from closed_year import AMENDED, GOALS, Q1, Q2, Q3, Q4, closed_year, run, the_plan

from reconcile.api.year.history import history as api_history
from reconcile.archive.manifest import MANIFEST, manifest_bytes, read_manifest
from reconcile.core.plan import Amendment, Ruling, Task, Unit
from reconcile.core.result import Score, Standing
from reconcile.merge.year.history import (
    Account,
    History,
    back_and_forth,
    flags,
    history_of,
    owners,
)
from reconcile.plan import plan_bytes
from reconcile.plan.diff import pair_tasks
from reconcile.writers.marks import read_mark

# openpyxl says that it would lose the small charts, which are counted in the XML.
pytestmark = [
    pytest.mark.slow,  # whole rounds, command by command
    pytest.mark.filterwarnings("ignore:Sparkline Group extension"),
]

CLOSED = (Q1, Q2, Q3)
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def _year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("year")
    closed_year(folder)
    run("history", folder / "总台账.xlsx", "-o", folder / "走势.xlsx", "--contacts", status=0)
    return folder


@pytest.fixture
def office(_year: Path, tmp_path: Path) -> Path:
    """A copy of the year, to be changed."""
    return Path(shutil.copytree(_year, tmp_path / "office"))


def sheet(path: Path, name: str, first: str) -> Rows:
    """The rows of a table as a clerk sees them, by caption; its header begins with ``first``."""
    rows = list(openpyxl.load_workbook(path)[name].iter_rows(values_only=True))
    top = next(i for i, row in enumerate(rows) if row and row[0] == first)
    return [dict(zip(rows[top], row, strict=True)) for row in rows[top + 1 :] if any(row)]


def archived(folder: Path, caption: str, name: str, first: str) -> Rows:
    """The same of an archived summary, whichever of its two workbooks has the sheet."""
    inside = folder / "归档" / caption
    for path in (inside / f"汇总_明细_{caption}.xlsx", inside / f"汇总_{caption}.xlsx"):
        if name in openpyxl.load_workbook(path).sheetnames:
            return sheet(path, name, first)
    raise AssertionError(name)


def test_every_state_light_and_percentage_is_that_of_its_archive(_year: Path) -> None:
    told = {r["目标任务"]: r for r in sheet(_year / "走势.xlsx", "走势", "序号")}
    seen = 0
    for caption in CLOSED:
        percents = {
            (r["责任单位"], r["序号"]): r["采用值"]
            for r in archived(_year, caption, "明细", "时段")
            if r["栏目"] == "完成百分比"
        }
        for was in archived(_year, caption, "任务评定", "时段"):
            goal = {GOALS[6].partition("：")[0]: "改造老旧小区20个"}.get(
                was["目标任务"], was["目标任务"]
            )
            row = told[goal]
            assert row[caption] == f"{was['亮灯']} {was['完成情况']}"
            assert row[f"{caption}完成"] == percents.get((was["牵头单位"], was["序号"]))
            seen += 1
    assert seen == 6 + 6 + 7


def test_lights_are_counted_as_the_overview_of_each_period_counts_them(_year: Path) -> None:
    told = {r["项目"]: r for r in sheet(_year / "走势.xlsx", "各期", "项目")}
    for caption in CLOSED:
        book = openpyxl.load_workbook(_year / "归档" / caption / f"汇总_{caption}.xlsx")
        text = "\n".join(str(c.value or "") for row in book["总览"] for c in row)
        found = dict(re.findall(r"(绿灯|黄灯|红灯|未判定)(\d+)项", text.partition("。")[0]))
        for light in ("绿灯", "黄灯", "红灯", "未判定"):
            assert told[light][caption] == int(found.get(light, 0)), (caption, light)
        for words in ("由黄转红", "新增滞后", "连续两期红灯", "转好"):
            said = re.search(rf"{words}(\d+)项", text)
            assert (told[words][caption] or 0) == (int(said[1]) if said else 0), (caption, words)
    assert [told["新增滞后"][c] for c in CLOSED] == [None, 1, 3]


def test_scores_of_the_year_are_the_average_of_those_that_were_published(_year: Path) -> None:
    published: dict[str, dict[str, float]] = {}
    asked: Counter[str] = Counter()
    answered: Counter[str] = Counter()
    times: dict[str, Counter[str]] = {}
    for caption in CLOSED:
        for r in archived(_year, caption, "按单位", "名次"):
            unit = r["责任单位"]
            asked[unit] += r["应答任务"]
            answered[unit] += r["已答任务"]
            times.setdefault(unit, Counter())[r["情况"] if r["情况"] == "未报" else r["按时"]] += 1
            if r["名次"] != "配合":
                published.setdefault(unit, {})[caption] = r["得分"]
    rows = sheet(_year / "走势.xlsx", "年度考核", "名次")
    assert {r["责任单位"] for r in rows} == set(asked) == {"甲局", "乙局", "丙局", "丁局"}
    for r in rows:
        own = published[r["责任单位"]]
        assert {c: r[f"{c}得分"] for c in CLOSED if r[f"{c}得分"] is not None} == own
        assert r["年度得分"] == pytest.approx(sum(own.values()) / len(own), abs=0.05)
        unit = r["责任单位"]
        assert (r["应答任务"], r["已答任务"]) == (asked[unit], answered[unit])
        assert [r["按时"], r["迟报"], r["未报"]] == [times[unit][w] for w in ("是", "否", "未报")]
    assert [(r["名次"], r["责任单位"], r["年度得分"]) for r in rows] == [
        (1, "丁局", 100), (2, "甲局", 81.7), (3, "乙局", 57.5), (4, "丙局", 53),
    ]  # fmt: skip


def test_tasks_that_were_dropped_split_added_or_given_away_keep_their_line(_year: Path) -> None:
    told = {r["序号"]: r for r in sheet(_year / "走势.xlsx", "走势", "序号")}
    assert list(told) == [1, 2, 4, 3, 6, 7, 8, "原5"]
    assert {n: r["变动"] for n, r in told.items() if r["变动"]} == {
        3: "第三季度起牵头单位由乙局改为丙局",
        6: "第三季度起目标有修改",
        7: "第三季度起新增，可能由原第6项拆分，请核对",
        8: "第三季度起新增",
        "原5": "第三季度起取消",
    }
    assert told["原5"][Q3] == "不在计划中" == told[8][Q1]
    assert {n: r["提示"] for n, r in told.items() if r["提示"]} == {
        1: "新增滞后；反复", 2: "新增滞后", 3: "转好", 6: "新增滞后",
    }  # fmt: skip
    assert (
        told[2]["实绩"]
        == "第一季度：产业投资340亿元\n第二季度：产业投资700亿元\n第三季度：产业投资1000亿元"
    )
    figures = sheet(_year / "走势.xlsx", "指标走势", "序号")
    assert [[r["责任单位"], *(r[c] for c in CLOSED)] for r in figures] == [["甲局", 340, 700, 1000]]


def test_a_reminder_says_to_the_office_alone_what_history_tells(office: Path) -> None:
    inbox = office / "收回4"
    inbox.mkdir()
    asked = ("mail", "--remind", inbox, "--plan", office / "总台账.xlsx", "--period", Q4)
    run(*asked, "--as-of", "2023-01-06", "-o", office / "催报", status=3)
    notes = {
        r["责任单位"]: r["说明"]
        for r in sheet(office / "催报" / "发送清单.xlsx", "发送清单", "序号")
    }
    assert notes.keys() == {"甲局", "乙局", "丙局", "丁局"}
    assert "第三季度没有回表" in str(notes["乙局"])
    drafts = [p.read_bytes() for p in (office / "催报").glob("*.eml")]
    assert len(drafts) == 4
    bodies = [email.message_from_bytes(d, policy=email.policy.default).get_body() for d in drafts]
    assert not any("没有回表" in str(b and b.get_content()) for b in bodies)


def test_the_reminder_list_says_why_and_whom_to_call(_year: Path, tmp_path: Path) -> None:
    told = {r["责任单位"]: r for r in sheet(_year / "走势.xlsx", "该提醒谁", "责任单位")}
    assert {u: r["提醒什么"] for u, r in told.items()} == {
        "甲局": "第三季度照抄计划或上期的答复 2 项",
        "乙局": "第三季度没有回表",
        "丙局": "第三季度有 1 处须改正；牵头的第4项连续两期没有答复",
        "丁局": "不用提醒",
    }
    # 乙局: four days late, then two early; 甲局: 3, 3 and 2 days early.
    assert told["乙局"]["首报比截止（天）"] == 1
    assert told["甲局"]["首报比截止（天）"] == pytest.approx(-8 / 3)
    assert (told["甲局"]["照抄计划"], told["甲局"]["照抄上期"]) == (1, 3)
    assert told["甲局"]["联系电话"] == "0518-1111111"
    plain = tmp_path / "走势.xlsx"
    run("history", _year / "总台账.xlsx", "-o", plain, status=0)
    with ZipFile(plain) as parts:
        texts = b"".join(parts.read(name) for name in parts.namelist())
    assert b"0518-1111111" not in texts and "张三".encode() not in texts
    run("history", _year / "总台账.xlsx", "-o", tmp_path / "走势.html", "--contacts", status=0)
    assert "0518-1111111" not in (tmp_path / "走势.html").read_text(encoding="utf-8")


def test_small_charts_stand_beside_their_numbers(_year: Path) -> None:
    with ZipFile(_year / "走势.xlsx") as parts:
        xml = parts.read("xl/worksheets/sheet1.xml").decode()
    assert xml.count("<x14:sparkline>") == 8
    assert "<xm:f>走势!G4:I4</xm:f>" in xml.replace("'", "")


def test_the_page_draws_a_light_for_every_period(_year: Path, tmp_path: Path) -> None:
    page = tmp_path / "走势.html"
    run("history", _year / "总台账.xlsx", "-o", page, status=0)
    text = page.read_text(encoding="utf-8")
    assert len(re.findall('<circle [^>]*class="(?:green|yellow|red|unjudged)"', text)) == 19
    assert (
        "第一季度：●红灯 未启动 0%；第二季度：●红灯 未启动 0%；第三季度：●绿灯 达序时 60%" in text
    )
    assert "<script" not in text and "style=" not in text
    assert read_mark(page).kind == "history" == read_mark(_year / "走势.xlsx").kind
    run("history", _year / "总台账.xlsx", "-o", page, status=0)  # its own page may be replaced


def test_json_tells_the_same(_year: Path) -> None:
    told = json.loads(run("history", _year / "总台账.xlsx", "--json", status=0).output)
    assert told["periods"][Q1] == {
        "任务": 6, "绿灯": 4, "黄灯": 1, "红灯": 1, "未判定": 0, "应报单位": 3, "未报单位": 0, "须改正": 0,
    }  # fmt: skip
    third = next(t for t in told["tasks"] if t["task"] == 3)
    assert third["periods"][Q2] == {
        "number": 3, "state": "未启动", "light": "红", "percent": 0, "figures": "",
    }  # fmt: skip
    assert third["flags"] == ["转好"]


def test_the_same_archives_give_the_same_bytes(_year: Path, tmp_path: Path) -> None:
    out = tmp_path / "又.xlsx"
    run("history", _year / "总台账.xlsx", "-o", out, "--contacts", status=0)
    assert out.read_bytes() == (_year / "走势.xlsx").read_bytes()


@pytest.mark.parametrize("name", [f"汇总_{Q2}.xlsx", f"汇总_明细_{Q2}.xlsx", "总台账.xlsx"])
def test_an_archive_that_was_changed_is_refused_and_named(office: Path, name: str) -> None:
    path = office / "归档" / Q2 / name
    path.write_bytes(path.read_bytes() + b"x")
    before = (office / "走势.xlsx").read_bytes()
    told = run("history", office / "总台账.xlsx", "-o", office / "走势.xlsx", status=1).output
    assert f"ARCH-010 第二季度/{name}" in told and "verify" in told
    assert (office / "走势.xlsx").read_bytes() == before


def test_a_manifest_that_leads_elsewhere_is_refused(office: Path) -> None:
    manifest = read_manifest(office / "归档" / Q2)
    manifest["outputs"]["records"] = "../../总台账.xlsx"
    (office / "归档" / Q2 / MANIFEST).write_bytes(manifest_bytes(manifest))
    assert "ARCH-004" in run("history", office / "总台账.xlsx", status=1).output


def test_a_forged_sheet_with_a_fitting_hash_does_no_harm(office: Path) -> None:
    """Formulas and markup in what is read stay text; a sheet without its captions is told (HIST-004)."""
    inside = office / "归档" / Q2
    details, scores = inside / f"汇总_明细_{Q2}.xlsx", inside / f"汇总_{Q2}.xlsx"
    book = openpyxl.load_workbook(details)
    for row in book["任务评定"].iter_rows(min_row=2):
        row[4].value, row[5].value = "<script>alert(1)</script>", "=1+1"
    book.save(details)
    book = openpyxl.load_workbook(scores)
    del book["按单位"]
    book.save(scores)
    manifest = read_manifest(inside)
    for file in manifest["files"]:
        file["sha256"] = hashlib.sha256((inside / file["path"]).read_bytes()).hexdigest()
    (inside / MANIFEST).write_bytes(manifest_bytes(manifest))
    told = run("history", office / "总台账.xlsx", "-o", office / "走势.html", status=3).output
    assert f"HIST-004 汇总_明细_{Q2}.xlsx" in told
    assert "<script" not in (office / "走势.html").read_text(encoding="utf-8")


def test_summaries_that_are_not_archived_are_named(office: Path) -> None:
    details = office / f"汇总_明细_{Q1}.xlsx"
    plan_path = office / "总台账.xlsx"
    assert "HIST-003" in run("history", plan_path, "--previous", details, status=0).output
    with_archive = json.loads(run("history", plan_path, "--json").output)
    shutil.rmtree(office / "归档" / Q1)
    named = json.loads(run("history", plan_path, "--previous", details, "--json").output)
    assert named["periods"] == with_archive["periods"] and named["units"] == with_archive["units"]
    assert (
        "HIST-007" in run("history", plan_path, "--previous", office / "走势.xlsx", status=1).output
    )
    (office / f"汇总_{Q1}.xlsx").unlink()
    told = run("history", plan_path, "--previous", details, status=3).output
    assert "“第一季度”的汇总里没有可读的“按单位”表" in told


def test_what_there_is_to_know_of_the_archives_is_told(office: Path, tmp_path: Path) -> None:
    plan = the_plan(AMENDED, **{"权重：黄灯": "50"})
    (office / "总台账.xlsx").write_bytes(plan_bytes(plan))
    assert run("history", office / "总台账.xlsx", status=0).output.count("HIST-005") == 3
    manifest = read_manifest(office / "归档" / Q3)
    manifest["events"].append({"what": "reopened", "when": "2022-10-20T09:00:00", "who": "甲某"})
    (office / "归档" / Q3 / MANIFEST).write_bytes(manifest_bytes(manifest))
    assert "HIST-002 第三季度" in run("history", office / "总台账.xlsx", status=0).output
    manifest["period"] = "三季度末"
    (office / "归档" / Q3 / MANIFEST).write_bytes(manifest_bytes(manifest))
    assert "HIST-006 第三季度" in run("history", office / "总台账.xlsx", status=3).output
    alone = tmp_path / "空" / "总台账.xlsx"
    alone.parent.mkdir()
    alone.write_bytes(plan_bytes(plan))
    assert "HIST-001" in run("history", alone, status=1).output


@pytest.mark.parametrize(
    ("out", "why"),
    [
        ("总台账.xlsx", "要读的文件"),
        ("汇总_第一季度.xlsx", "不是这份计划的走势"),
        ("归档/第一季度/走势.xlsx", "在归档里，不能写"),
        ("走势.csv", "结尾"),
    ],
)
def test_nothing_of_anybody_s_is_overwritten(office: Path, out: str, why: str) -> None:
    before = {p: p.read_bytes() for p in office.rglob("*") if p.is_file()}
    assert why in run("history", office / "总台账.xlsx", "-o", office / out, status=2).output
    assert {p: p.read_bytes() for p in office.rglob("*") if p.is_file()} == before


def test_an_english_office_reads_english(office: Path) -> None:
    plan = the_plan(AMENDED, 语言="English")
    (office / "总台账.xlsx").write_bytes(plan_bytes(plan))
    run("history", office / "总台账.xlsx", "-o", office / "history.xlsx", status=0)
    book = openpyxl.load_workbook(office / "history.xlsx")
    names = {row.goal for row in plan.tasks} | {u.name for u in plan.units} | {"张三"}
    known = [
        *names,
        plan.title,
        plan.office,
        "2022年小计划",
        *CLOSED,
        "产业投资",
        "亿元",
        "举办招商大会3场",
        "乙局",
    ]
    for text in texts(book):
        for name in sorted(known, key=len, reverse=True):
            text = text.replace(name, "")
        assert not re.search("[\u4e00-\u9fff]", text), text


def texts(book: openpyxl.Workbook) -> Iterator[str]:
    yield from book.sheetnames
    for each in book:
        yield from (str(c.value) for row in each for c in row if c.value is not None)


def test_units_that_were_renamed_or_merged_keep_what_they_did(office: Path) -> None:
    """甲局 is 新甲局 now; 丁局, which had a row of its own in the third period, became a part of it."""
    plan = the_plan(AMENDED)
    units = (Unit("新甲局", aliases=("甲局", "丁局")), Unit("乙局"), Unit("丙局"))
    gone = {"甲局": "新甲局", "丁局": "新甲局"}
    tasks = tuple(replace(t, lead=tuple(gone.get(n, n) for n in t.lead)) for t in plan.tasks)
    (office / "总台账.xlsx").write_bytes(plan_bytes(replace(plan, units=units, tasks=tasks)))
    told = json.loads(run("history", office / "总台账.xlsx", "--json", status=0).output)
    rows = {u["unit"]: [u[c] for c in CLOSED] for u in told["units"]}
    assert rows["新甲局"][:2] == [85, 100]
    third = sorted(rows[u][2] for u in rows if rows[u][2] is not None and u != "丙局")
    assert third == [60, 100], "both rows of the third period are there"


# --- what lies between periods, without files


def one_task(*lights: str, periods: tuple[str, ...] = (Q1, Q2, Q3, Q4)) -> History:
    """A plan of one task, its lights period by period, "-" for a period that was not closed."""
    plan = the_plan({1: "修路：甲局"})
    accounts = [
        Account(caption, plan.tasks, {1: Standing(1, "", light)})
        for caption, light in zip(periods, lights, strict=False)
        if light != "-"
    ]
    return history_of(plan, accounts, pair_tasks)


@pytest.mark.parametrize(
    ("lights", "told"),
    [
        (("红", "红"), ("连续两期红灯",)),
        (("红", "-", "红"), ()),
        (("黄", "红"), ("由黄转红",)),
        (("绿", "黄"), ("新增滞后",)),
        (("", "红"), ("新增滞后",)),
        (("红", "黄"), ("转好",)),
        (("黄", ""), ("上期滞后、本期未报",)),
        (("绿", "绿"), ()),
        (("红", "绿", "红"), ("新增滞后", "反复")),
        (("绿", "红", "绿"), ("转好",)),
        (("红", "黄", "", "红"), ("新增滞后", "反复")),
        (("红",), ()),
    ],
)
def test_flags(lights: tuple[str, ...], told: tuple[str, ...]) -> None:
    history = one_task(*lights)
    assert tuple(map(str, flags(history, history.lines[0]))) == told


def test_back_and_forth_passes_over_periods_without_a_light() -> None:
    assert back_and_forth(["红", "", "绿", "", "黄"])
    assert not back_and_forth(["绿", "黄", "红", "", "绿"])


def test_a_renumbered_task_keeps_its_line() -> None:
    plan = the_plan({1: "修路：甲局", 2: "植树造林：甲局"})
    former = tuple(
        Task(n, (), goal, {}, ("甲局",), ()) for n, goal in ((1, "植树造林"), (9, "修路"))
    )
    (road, trees) = history_of(plan, [Account(Q1, former, {})], pair_tasks).lines
    assert (road.tasks[Q1].number, trees.tasks[Q1].number) == (9, 1)
    assert tuple(map(str, road.notes)) == ("现在的总台账起改号，原第9项",)


def test_what_was_decided_on_a_task_stands_in_its_line() -> None:
    plan = replace(
        the_plan({1: "修路：甲局", 2: "植树：甲局", 3: "架桥：甲局"}),
        rulings=(Ruling("", "", 1, "", "销号", when="2022-04-20"),),
        changes=(
            Amendment(2, "推迟", "", "第四季度", when="2022-07-07"),
            Amendment(3, "目标任务", "架桥", "架桥2座", when="2022-07-08"),
        ),
    )
    lines = history_of(plan, [Account(Q1, plan.tasks, {})], pair_tasks).lines
    assert [tuple(map(str, line.notes)) for line in lines] == [
        ("2022-04-20销号",), ("2022-07-07同意推迟到第四季度",), ("2022-07-08同意调整：目标任务改为架桥2座",),
    ]  # fmt: skip


def test_a_unit_whose_file_was_not_taken_is_not_called_silent(office: Path) -> None:
    """丙局 sent something in the second period that could not be taken."""
    told = api_history(office / "总台账.xlsx")
    assert told.history is not None
    second = told.history.accounts[1]
    score = replace(second.scores["丙局"], state="refused")
    accounts = list(told.history.accounts)
    accounts[1] = replace(second, scores={**second.scores, "丙局": score})
    for history, silent in (
        (told.history, (4,)),
        (replace(told.history, accounts=tuple(accounts)), ()),
    ):
        assert {o.year.unit: o.silent for o in owners(history)}["丙局"] == silent


def test_of_several_leads_the_lowest_percentage_counts_and_no_supporter_s() -> None:
    plan = the_plan({1: "修路：甲局、乙局；丙局"})
    given = {("甲局", 1, "percent"): 0.6, ("乙局", 1, "percent"): 0.4, ("丙局", 1, "percent"): 0.1}
    account = Account(Q1, plan.tasks, {}, given, leads={1: ["甲局", "乙局"]})
    assert account.percent(1) == 0.4 and account.percent(2) is None


def test_a_figure_is_missed_only_where_it_was_asked_for_and_never_came() -> None:
    plan = the_plan({2: "产业投资1360亿元：甲局"})
    score = Score(1, "甲局", "clean", 1, {}, 0, 1, 1, None, None, None, 0, Decimal(90))

    def never(*given: float | None, asked: bool = True, state: str = "clean") -> tuple[object, ...]:
        accounts = [
            Account(
                caption, plan.tasks, {},
                answers={} if value is None else {("甲局", 2, "actual:产业投资"): value},
                scores={"甲局": replace(score, state=state)}, indicators=plan.indicators,
                asked={(2, "产业投资"): ["甲局"]} if asked else {},
            )
            for caption, value in zip(CLOSED, given, strict=False)
        ]  # fmt: skip
        (owner,) = owners(history_of(plan, accounts, pair_tasks))
        return owner.never

    assert never(None, None) == ((2, "产业投资"),) == never(None, state="missing")
    assert never(None, 5.0) == () == never(5.0, None)
    assert never(None, None, asked=False) == () == never(None, state="refused")
