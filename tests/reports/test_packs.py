"""merge --packs: for each leader or unit a summary of their tasks alone, in a folder, mailed to them and nobody else."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from bench_forms import merged, template
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from little_round import fill, issue, little_plan, number
from worded import worded

from reconcile.api.merge import Written, packs_folder, write_merge
from reconcile.api.outputs import Misused
from reconcile.cli import main
from reconcile.core.findings import Place
from reconcile.core.plan import LEADER, Plan, Unit
from reconcile.core.result import MergeResult
from reconcile.mail.compose import leader_addresses, owned_packs
from reconcile.mail.message import Enclosure
from reconcile.plan import plan_bytes
from reconcile.reports.packs import (
    BY_LEADER,
    BY_UNIT,
    pack_mark,
    pack_owner,
    packs,
    restricted,
    shares,
)
from reconcile.writers.marks import read_mark

pytestmark = pytest.mark.slow  # whole rounds, command by command

TASKS = {1: "修路：甲局；乙局", 2: "建桥：乙局", 3: "办学：丙局；甲局", 4: "治水：丁局"}
LEADERS = {1: "领导甲", 2: "领导乙、领导 甲", 3: "领导乙", 4: ""}
INDICATORS = [
    number(1, "投资", "100", {"第二季度": "50"}),
    number(3, "学位", "100", {"第二季度": "50"}),
]


def plan(leaders: dict[int, str] | None = None, **settings: str) -> Plan:
    units = [
        Unit(n, email=f"{i}@example.invalid")
        for i, n in enumerate(("甲局", "乙局", "丙局", "丁局"), 1)
    ]
    made = little_plan(
        TASKS, INDICATORS, units=units, settings={"截止日期": "2022-07-05", **settings}
    )
    named = LEADERS if leaders is None else leaders
    return replace(
        made, tasks=tuple(replace(t, extras={LEADER: named.get(t.number, "")}) for t in made.tasks)
    )


def result(its_plan: Plan | None = None) -> MergeResult:
    """甲局 has a mistake in task 3, which it supports; 乙局 is behind; 丁局 is silent."""
    its_plan = its_plan or plan()
    files = {
        "a.xlsx": fill(issue(its_plan, "甲局"), {3: {"进展情况": "=1/0"}}, numbers={"投资": 60}),
        "b.xlsx": fill(
            issue(its_plan, "乙局"), {2: {"完成情况": "滞后", "存在问题": "征地没有完成"}}
        ),
        "c.xlsx": fill(issue(its_plan, "丙局"), numbers={"学位": 20}),
    }
    return merged(files, its_plan=its_plan)


RESULT = result()


def test_each_leader_has_the_tasks_that_the_plan_says() -> None:
    assert shares(RESULT, BY_LEADER) == {"领导甲": [1, 2], "领导乙": [2, 3], "": [4]}
    assert shares(RESULT, BY_UNIT) == {"甲局": [1, 3], "乙局": [1, 2], "丙局": [3], "丁局": [4]}
    assert shares(result(plan({})), BY_LEADER) == {}


def test_a_pack_counts_its_own_tasks() -> None:
    first, second, third = packs(RESULT, BY_LEADER)
    told = [
        (
            p.file,
            p.merged.plan.title,
            [*p.merged.standings],
            [i.name for i in p.merged.plan.indicators],
        )
        for p in (first, second, third)
    ]
    assert told == [
        ("领导甲.xlsx", "2022年小计划（领导甲分管）", [1, 2], ["投资"]),
        ("领导乙.xlsx", "2022年小计划（领导乙分管）", [2, 3], ["学位"]),
        ("未指定.xlsx", "2022年小计划（未指定分管领导）", [4], []),
    ]
    units = [
        [(s.unit, s.state, s.asked, s.answered) for s in p.merged.statuses] for p in (first, third)
    ]
    assert units == [
        [("甲局", "clean", 1, 1), ("乙局", "clean", 2, 2)],  # the mistake is in another's task
        [("丁局", "missing", 1, 0)],
    ]
    assert {s.unit: s.state for s in second.merged.statuses}["甲局"] == RESULT.statuses[0].state
    own = packs(RESULT, BY_UNIT)[1].merged
    assert [s.unit for s in own.statuses] == ["乙局"] and [*own.standings] == [1, 2]


@given(st.sets(st.integers(1, 4)))
def test_whatever_the_tasks_nothing_of_others_is_left(numbers: set[int]) -> None:
    own = restricted(RESULT, numbers, "部分")
    rest = restricted(RESULT, {1, 2, 3, 4} - numbers, "其余")
    for part, kept in ((own, numbers), (rest, {1, 2, 3, 4} - numbers)):
        held = [
            r.task for r in (*part.records, *part.set_aside, *part.findings) if r.task is not None
        ]
        assert set(held) <= kept and {*part.standings} == kept
    assert len(own.reached) + len(rest.reached) == len(RESULT.reached)
    assert len(own.entries) + len(rest.entries) == len(RESULT.entries)


def test_all_tasks_together_are_the_merge_itself() -> None:
    assert restricted(RESULT, {1, 2, 3, 4}, RESULT.plan.title) == RESULT


# --- the folder


def write(folder: Path, made: MergeResult = RESULT, *ways: str, force: bool = False) -> Written:
    (folder / "收回").mkdir(exist_ok=True)
    return write_merge(
        made, template().form, folder / "汇总.xlsx", folder / "退回", [folder / "收回"],
        packs=ways or (BY_LEADER,), force=force,
    )  # fmt: skip


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.glob("*.xlsx"))


def test_packs_stand_in_a_folder_and_go_when_they_are_called_for_no_more(tmp_path: Path) -> None:
    written = write(tmp_path)
    folder = packs_folder(tmp_path / "汇总.xlsx", BY_LEADER)
    assert written.packs == {folder: 3} and folder.name == "汇总_按领导"
    assert names(folder) == ["未指定.xlsx", "领导乙.xlsx", "领导甲.xlsx"]
    told = worded(f for f in written.findings if f.code.startswith("FORM-"))
    assert [(f.code, f.values) for f in told] == [("FORM-038", {"count": 1, "numbers": "第4项"})]
    book = openpyxl.load_workbook(folder / "领导甲.xlsx")
    text = "\n".join(str(c.value) for sheet in book for row in sheet.iter_rows() for c in row)
    assert "领导甲分管" in text and "征地没有完成" in text
    assert "办学" not in text and "丁局" not in text
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    write(tmp_path)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before
    (folder / "批示.xlsx").write_bytes(b"a leader's own")
    one = openpyxl.load_workbook(folder / "未指定.xlsx")
    one.save(folder / "未指定.xlsx")
    written = write(tmp_path, result(plan({1: "领导甲", 2: "领导甲", 3: "领导甲", 4: "领导甲"})))
    assert names(folder) == ["批示.xlsx", "未指定.xlsx", "领导甲.xlsx"], "领导乙 has none any more"
    left = [f.place.file for f in written.findings if f.code == "FORM-039"]
    assert sorted(left) == ["汇总_按领导/批示.xlsx", "汇总_按领导/未指定.xlsx"]


def test_nothing_is_written_where_a_pack_must_not_be(tmp_path: Path) -> None:
    folder = tmp_path / "汇总_按领导"
    folder.mkdir()
    (folder / "领导甲.xlsx").write_bytes(b"somebody's")
    with pytest.raises(Misused, match="没有覆盖"):
        write(tmp_path)
    assert not (tmp_path / "汇总.xlsx").exists()
    write(tmp_path, force=True)
    assert read_mark(folder / "领导甲.xlsx").kind == "pack"
    with pytest.raises(Misused, match="不能按领导分"):
        write(tmp_path, result(plan({})))
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    (folder).write_bytes(b"a file")
    with pytest.raises(Misused, match="是文件，不是文件夹"):
        write(tmp_path)


@pytest.mark.parametrize("name", ["../../x", "领导/甲", "CON\\..", "领" * 300, "."])
def test_a_name_is_never_a_path(tmp_path: Path, name: str) -> None:
    made = packs(result(plan({1: name, 2: "领导甲"})), BY_LEADER)
    for pack in made:
        assert Path(pack.file).name == pack.file and len(pack.file.encode()) < 250
        assert pack.file.removesuffix(".xlsx").strip(". ")


def test_whose_a_pack_is_stands_in_its_mark() -> None:
    long = "领" * 200
    for way, whose in (
        (BY_LEADER, "领导甲"),
        (BY_UNIT, "甲局"),
        (BY_LEADER, ""),
        (BY_LEADER, long),
    ):
        mark = pack_mark(RESULT.plan, 2, way, whose)
        found = pack_owner(mark, RESULT.plan, ["领导甲", "甲局", long])
        assert found is not None and (found.way, found.name, found.period) == (way, whose, 2)
        assert len(mark) < 255
        assert pack_owner(mark, replace(RESULT.plan, key="0" * 32), [whose]) is None


# --- by mail


def test_a_pack_that_is_nobody_s_is_told() -> None:
    marks = [
        pack_mark(RESULT.plan, 2, BY_LEADER, "领导甲"),
        pack_mark(RESULT.plan, 2, BY_LEADER, ""),
        "pack x",
    ]
    held = [(m, Enclosure(f"{i}.xlsx", b"", Place(f"{i}.xlsx"), "")) for i, m in enumerate(marks)]
    owned, told = owned_packs(RESULT.plan, held)
    assert [(owner.name, e.name) for owner, e in owned] == [("领导甲", "0.xlsx")]
    assert [(f.code, f.place.file) for f in worded(told)] == [
        ("MAIL-062", "1.xlsx"),
        ("MAIL-060", "2.xlsx"),
    ]


def run(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(main, [str(a) for a in arguments])
    return done.exit_code, done.output


def test_each_leader_and_unit_gets_what_is_theirs(tmp_path: Path) -> None:
    its_plan = plan(
        分管领导邮箱="领导甲=a@example.invalid；b@example.invalid；领导丙：c@example.invalid；无"
    )
    (tmp_path / "总台账.xlsx").write_bytes(plan_bytes(its_plan))
    (tmp_path / "收回").mkdir()
    for name, unit in (("a", "甲局"), ("b", "乙局")):
        (tmp_path / "收回" / f"{name}.xlsx").write_bytes(fill(issue(its_plan, unit)))
    plan_path = tmp_path / "总台账.xlsx"
    code, out = run("merge", plan_path, tmp_path / "收回", "--period", "第二季度", "-o", tmp_path / "汇总.xlsx",
                    "--packs", "按领导", "--packs", "按单位", "--as-of", "2022-07-01")  # fmt: skip
    assert code == 3 and "分开的汇总 3 份，在" in out and "分开的汇总 4 份，在" in out
    post = tmp_path / "邮件"
    code, out = run(
        "mail", tmp_path / "汇总_按领导", tmp_path / "汇总_按单位", "--plan", plan_path, "-o", post
    )
    assert code == 3 and "MAIL-061" in out and "“无”" in out and "MAIL-063" in out
    found = {}
    for path in post.glob("*.eml"):
        letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert isinstance(letter, email.message.EmailMessage)
        to = [a.addr_spec for a in letter["To"].addresses] if letter["To"] else []
        found[path.stem.rpartition("_")[2]] = (
            to,
            [a.get_filename() for a in letter.iter_attachments()],
        )
    assert found == {
        "甲局": (["1@example.invalid"], ["甲局.xlsx"]),
        "乙局": (["2@example.invalid"], ["乙局.xlsx"]),
        "丙局": (["3@example.invalid"], ["丙局.xlsx"]),
        "丁局": (["4@example.invalid"], ["丁局.xlsx"]),
        "领导甲": (["a@example.invalid", "b@example.invalid"], ["领导甲.xlsx"]),
        "领导乙": ([], ["领导乙.xlsx"]),
    }
    other = replace(its_plan, key="0" * 32)
    plan_path.write_bytes(plan_bytes(other))
    code, out = run("mail", tmp_path / "汇总_按领导", "--plan", plan_path, "-o", post)
    assert code == 3 and out.count("MAIL-060") == 3 and not list(post.glob("*.eml"))


@pytest.mark.parametrize(
    ("text", "addresses", "wrong"),
    [
        ("领导甲=a@b.cn；领导乙=c@d.cn", {"领导甲": "a@b.cn", "领导乙": "c@d.cn"}, ()),
        ("领导 甲： a@b.cn\n;", {"领导甲": "a@b.cn"}, ()),
        ("A Leader=a@b.cn; c@d.cn", {"A Leader": "a@b.cn;c@d.cn"}, ()),
        (
            "a@b.cn；领导甲=c@d.cn；领导乙；领导丙=",
            {"领导甲": "c@d.cn"},
            ("a@b.cn", "领导乙", "领导丙="),
        ),
        ("", {}, ()),
    ],
)
def test_addresses_of_leaders_are_read(
    text: str, addresses: dict[str, str], wrong: tuple[str, ...]
) -> None:
    assert leader_addresses(text) == (addresses, wrong)
