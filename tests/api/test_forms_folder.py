"""The folders that runs share with people: 发出 keeps no stale forms, 退回 is ours only as far as we wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from bench_forms import A, B, C, changed, filled, issued, plan, put, saved
from click.testing import CliRunner, Result

from reconcile.api.merge import write_merge
from reconcile.api.status import take
from reconcile.cli import main
from reconcile.core.plan import Plan
from reconcile.plan import plan_bytes
from reconcile.writers.marks import read_mark

pytestmark = pytest.mark.slow  # whole rounds, command by command

Q1, Q2 = "第一季度", "第二季度"
WRONG = {"H7": "基本完成"}
"""What a clerk gets a form back for."""


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir()) if folder.is_dir() else []


def edit(path: Path, cells: Mapping[str, Any]) -> bytes:
    """Write into the form of a workbook, as Excel would; return what the file is then."""
    book = openpyxl.load_workbook(path)
    for address, value in cells.items():
        book["填报表"][address] = value
    book.save(path)
    return path.read_bytes()


# --- generate


def generate(folder: Path, its_plan: Plan, *more: object, period: str = Q2) -> Result:
    (folder / "总台账.xlsx").write_bytes(plan_bytes(its_plan))
    return run(
        "generate",
        folder / "总台账.xlsx",
        "--period",
        period,
        "-o",
        folder / "发出",
        "--as-of",
        "2022-07-01",
        *more,
    )


def form(number: int, unit: str, period: str = Q2) -> str:
    return f"{number:02d}_{unit}_2022年{period}填报表.xlsx"


def without(unit: str, *, registered: bool = True) -> Plan:
    """The plan after a unit was withdrawn: it gets no form, or has left the register as well."""
    whole = plan()
    if registered:
        units = tuple(replace(u, gets_form=u.gets_form and u.name != unit) for u in whole.units)
        return replace(whole, units=units)
    tasks = (
        replace(t, lead=tuple(n for n in t.lead if n != unit) or (B,),
                support=tuple(n for n in t.support if n != unit))
        for t in whole.tasks
    )  # fmt: skip
    return replace(whole, units=tuple(u for u in whole.units if u.name != unit), tasks=tuple(tasks))


@pytest.mark.parametrize("registered", [True, False])
def test_a_withdrawn_unit_leaves_no_stale_forms(tmp_path: Path, registered: bool) -> None:
    assert generate(tmp_path, plan()).exit_code == 0
    assert names(tmp_path / "发出") == [form(1, A), form(2, B), form(3, C)]
    result = generate(tmp_path, without(A, registered=registered))
    assert result.exit_code == 0, result.output
    assert names(tmp_path / "发出") == [form(1, B), form(2, C)]
    [told] = [line for line in result.output.splitlines() if "空表" in line]
    assert all(name in told for name in (form(1, A), form(2, B), form(3, C)))


def test_a_filled_form_is_never_touched_and_told(tmp_path: Path) -> None:
    generate(tmp_path, plan())
    content = edit(tmp_path / "发出" / form(2, B), {"H7": "达序时"})
    result = generate(tmp_path, without(A))
    assert result.exit_code == 3 and f"FORM-050 {form(2, B)}" in result.output
    assert set(names(tmp_path / "发出")) == {form(1, B), form(2, B), form(2, C)}
    assert (tmp_path / "发出" / form(2, B)).read_bytes() == content


@pytest.mark.parametrize(
    "cells", [{"D4": "张三"}, {"H7": "达序时"}, {"P20": "请注意"}], ids=["head", "answer", "beside"]
)
def test_whatever_was_written_makes_a_form_filled(tmp_path: Path, cells: Mapping[str, Any]) -> None:
    generate(tmp_path, plan())
    edit(tmp_path / "发出" / form(1, A), cells)
    assert "FORM-031" in generate(tmp_path, replace(plan(), title="改名")).output
    assert form(1, A) in names(tmp_path / "发出")
    generate(tmp_path, without(A))
    assert form(1, A) in names(tmp_path / "发出")


def test_a_note_on_a_cell_makes_a_form_filled(tmp_path: Path) -> None:
    from openpyxl.comments import Comment

    generate(tmp_path, plan())
    path = tmp_path / "发出" / form(1, A)
    book = openpyxl.load_workbook(path)
    book["填报表"]["H7"].comment = Comment("等财政局的数", "某科员")
    book.save(path)
    generate(tmp_path, without(A))
    assert form(1, A) in names(tmp_path / "发出")


def test_what_is_not_of_this_plan_and_period_stays(tmp_path: Path) -> None:
    other = replace(plan(), key="6d1f0b83c94e7a25d8e31c5f90b7a46c")
    generate(tmp_path, other)
    (tmp_path / "发出" / form(1, A)).rename(tmp_path / "发出" / "别的计划.xlsx")
    generate(tmp_path, plan(), period=Q1)
    (tmp_path / "发出" / "自己的.xlsx").write_bytes(saved(openpyxl.Workbook()))
    (tmp_path / "发出" / "不是表.xlsx").write_bytes(b"?")
    result = generate(tmp_path, without(A))
    assert result.exit_code == 3 and "别的计划.xlsx" in result.output
    assert result.output.count("FORM-052") == 1, "told once for all"
    kept = {"别的计划.xlsx", "自己的.xlsx", "不是表.xlsx", form(1, A, Q1), form(2, B, Q1)}
    assert kept <= set(names(tmp_path / "发出"))


def test_a_run_for_one_unit_removes_only_its_own_stale_form(tmp_path: Path) -> None:
    generate(tmp_path, plan())
    result = generate(tmp_path, without(A), "--unit", B)
    assert result.exit_code == 0
    assert names(tmp_path / "发出") == [form(1, A), form(1, B), form(3, C)]


def test_somebodys_file_of_a_forms_name_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "发出").mkdir()
    mine = tmp_path / "发出" / form(2, B)
    mine.write_bytes(saved(openpyxl.Workbook()))
    result = generate(tmp_path, plan())
    assert result.exit_code == 1 and f"FORM-051 {mine.name}" in result.output
    assert names(tmp_path / "发出") == [mine.name], "none was written"


# --- 退回


def merge(folder: Path, *more: object, period: str = Q2, its_plan: Plan | None = None) -> Result:
    (folder / "总台账.xlsx").write_bytes(plan_bytes(its_plan or plan()))
    out = folder / f"汇总{period}.xlsx"
    given = (folder / "总台账.xlsx", folder / "收回", *more)
    return run("merge", *given, "--period", period, "-o", out, "--as-of", "2022-07-08", "--force")


def returned(folder: Path, files: Mapping[str, bytes]) -> Path:
    """The inbox with these files, and the folder of copies as the first merge left it."""
    (folder / "收回").mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / "收回" / name).write_bytes(content)
    assert merge(folder).exit_code == 3
    return folder / "退回"


def test_our_own_copies_come_and_go(tmp_path: Path) -> None:
    copies = returned(tmp_path, {"甲.xlsx": changed(put(**WRONG), A), "乙.xlsx": filled(B)})
    assert names(copies) == ["退回_甲.xlsx"]
    first = (copies / "退回_甲.xlsx").read_bytes()
    (tmp_path / "收回" / "甲.xlsx").write_bytes(changed(put(H8="大概"), A))
    merge(tmp_path)
    assert names(copies) == ["退回_甲.xlsx"] and (copies / "退回_甲.xlsx").read_bytes() != first
    (tmp_path / "收回" / "甲.xlsx").write_bytes(filled(A))
    result = merge(tmp_path)
    assert names(copies) == [] and "FILE-06" not in result.output


def test_a_corrected_copy_is_left_standing_and_told(tmp_path: Path) -> None:
    """It lies in 退回 only: the clerk mended it there, and it is the only copy of the answers."""
    copies = returned(tmp_path, {"甲.xlsx": changed(put(**WRONG), A)})
    mended = edit(copies / "退回_甲.xlsx", {"H7": "达序时"})
    again = merge(tmp_path)
    assert "FILE-060 退回/退回_甲.xlsx" in again.output
    assert names(copies) == ["退回_甲.xlsx", "退回_甲_2.xlsx"], "the new copy has another name"
    assert (copies / "退回_甲.xlsx").read_bytes() == mended
    (tmp_path / "收回" / "甲.xlsx").write_bytes(filled(A))
    assert "FILE-060 退回/退回_甲.xlsx" in merge(tmp_path).output
    assert names(copies) == ["退回_甲.xlsx"], "our own second copy went"


def test_a_reply_on_the_list_of_faults_is_not_lost(tmp_path: Path) -> None:
    copies = returned(tmp_path, {"甲.xlsx": changed(put(**WRONG), A)})
    book = openpyxl.load_workbook(copies / "退回_甲.xlsx")
    book["退回说明"]["F5"] = "我们认为没有错"
    book.save(copies / "退回_甲.xlsx")
    assert "FILE-060" in merge(tmp_path).output
    assert openpyxl.load_workbook(copies / "退回_甲.xlsx")["退回说明"]["F5"].value


def test_a_copy_that_was_only_saved_again_may_be_replaced(tmp_path: Path) -> None:
    copies = returned(tmp_path, {"甲.xlsx": changed(put(**WRONG), A)})
    edit(copies / "退回_甲.xlsx", {})
    assert not read_mark(copies / "退回_甲.xlsx").sealed
    assert "FILE-060" not in merge(tmp_path).output
    assert names(copies) == ["退回_甲.xlsx"] and read_mark(copies / "退回_甲.xlsx").sealed


def test_a_copy_that_was_merged_from_where_it_lies_is_not_removed(tmp_path: Path) -> None:
    copies = returned(tmp_path, {"甲.xlsx": changed(put(**WRONG), A)})
    mended = edit(copies / "退回_甲.xlsx", {"H7": "达序时", "M4": "2022-07-02"})
    (tmp_path / "收回" / "甲.xlsx").unlink()
    result = merge(tmp_path, copies / "退回_甲.xlsx")
    assert (copies / "退回_甲.xlsx").read_bytes() == mended
    assert names(copies) == ["退回_甲.xlsx"], result.output


def test_an_untouched_copy_that_is_an_input_is_not_replaced(tmp_path: Path) -> None:
    copies = returned(tmp_path, {"甲.xlsx": changed(put(**WRONG), A)})
    before = (copies / "退回_甲.xlsx").read_bytes()
    assert merge(tmp_path, copies / "退回_甲.xlsx").exit_code == 3
    assert (copies / "退回_甲.xlsx").read_bytes() == before
    assert "退回_甲_2.xlsx" in names(copies)


def test_an_output_of_a_copys_name_is_not_lost(tmp_path: Path) -> None:
    returned(tmp_path, {"甲.xlsx": changed(put(**WRONG), A)})
    out = tmp_path / "退件" / "退回_甲.xlsx"
    given = ("merge", tmp_path / "总台账.xlsx", tmp_path / "收回", "--period", Q2, "-o", out)
    for _ in range(2):
        assert run(*given, "--returns", tmp_path / "退件").exit_code == 3
        assert read_mark(out).kind == "summary"
        assert names(tmp_path / "退件") == ["退回_甲.xlsx", "退回_甲_2.xlsx", "退回_甲_明细.xlsx"]


@pytest.mark.parametrize("inbox", ["", "退回", "收回/里面"])
def test_copies_are_never_written_where_returns_are_read(tmp_path: Path, inbox: str) -> None:
    copies = returned(tmp_path, {"甲.xlsx": changed(put(**WRONG), A)})
    mended = edit(copies / "退回_甲.xlsx", {"H7": "达序时"})
    more = ("--returns", tmp_path / inbox) if "里面" in inbox else (tmp_path / inbox,)
    assert merge(tmp_path, *more).exit_code == 2
    assert (copies / "退回_甲.xlsx").read_bytes() == mended and names(copies) == ["退回_甲.xlsx"]


def test_copies_of_another_period_or_plan_stay_and_are_told(tmp_path: Path) -> None:
    copies = returned(tmp_path, {"甲.xlsx": changed(put(**WRONG), A)})
    before = (copies / "退回_甲.xlsx").read_bytes()
    (tmp_path / "收回" / "甲.xlsx").write_bytes(changed(put(**WRONG), A, 1))
    result = merge(tmp_path, period=Q1)
    assert names(copies) == ["退回_甲.xlsx", "退回_甲_2.xlsx"], result.output
    assert (copies / "退回_甲.xlsx").read_bytes() == before
    assert "FILE-061" in result.output and "退回/退回_甲.xlsx" in result.output
    left = [f for f in _left(tmp_path, Q1) if f[0] == "FILE-061"]
    assert left == [("FILE-061", "退回/退回_甲.xlsx")]
    merge(tmp_path, its_plan=replace(plan(), key="6d1f0b83c94e7a25d8e31c5f90b7a46c"))
    assert set(names(copies)) >= {"退回_甲.xlsx", "退回_甲_2.xlsx"}
    assert (copies / "退回_甲.xlsx").read_bytes() == before


def test_somebodys_own_file_in_the_folder_stays(tmp_path: Path) -> None:
    copies = returned(tmp_path, {"甲.xlsx": changed(put(**WRONG), A)})
    (copies / "退回_备忘.xlsx").write_bytes(saved(openpyxl.Workbook()))
    (copies / "退回_甲.xlsx").unlink()
    (copies / "退回_甲.xlsx").write_bytes(issued(A))
    merge(tmp_path)
    assert names(copies) == ["退回_备忘.xlsx", "退回_甲.xlsx", "退回_甲_2.xlsx"]
    assert (copies / "退回_甲.xlsx").read_bytes() == issued(A)


def test_an_input_that_lies_in_the_folder_is_told(tmp_path: Path) -> None:
    copies = returned(tmp_path, {"甲.xlsx": changed(put(**WRONG), A)})
    [told] = [
        f for f in _left(tmp_path, Q2, copies / "退回_甲.xlsx") if f[1] == "退回/退回_甲.xlsx"
    ]
    assert told == ("FILE-062", "退回/退回_甲.xlsx")


def _left(folder: Path, period: str, *more: Path) -> list[tuple[str, str]]:
    """Code and file of what is told about files that were left standing."""
    from datetime import date

    inbox = [folder / "收回", *more]
    taken = take(folder / "总台账.xlsx", inbox, period=period, as_of=date(2022, 7, 8))
    assert taken.merged is not None and taken.form is not None
    out = folder / f"汇总{period}.xlsx"
    form_, copies = taken.form, folder / "退回"
    written = write_merge(taken.merged, form_, out, copies, inbox, inputs=taken.inputs)
    return [(f.code, f.place.file) for f in written.findings]


def test_a_copy_of_a_copy_bears_one_mark(tmp_path: Path) -> None:
    copies = returned(tmp_path, {"甲.xlsx": changed(put(**WRONG), A)})
    (tmp_path / "收回" / "甲.xlsx").write_bytes((copies / "退回_甲.xlsx").read_bytes())
    assert merge(tmp_path).exit_code == 3
    book = openpyxl.load_workbook(copies / "退回_甲.xlsx")
    assert book.custom_doc_props.names.count("reconcile.output") == 1
    assert read_mark(copies / "退回_甲.xlsx").sealed
