"""Attacks on identity: borrowed and guessed keys, other plans and periods, renamed files, weak keys."""

from __future__ import annotations

import hashlib
import io
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from bench_forms import (
    AS_OF,
    FILE,
    A,
    B,
    C,
    Change,
    changed,
    copy_of,
    filled,
    fingerprint_of,
    issued,
    merged,
    plan,
    put,
    read,
    saved,
    template,
    told,
)
from books import keyed, opened
from click.testing import CliRunner
from office import convert
from openpyxl.workbook import Workbook as Book

from reconcile.api.extract import extract
from reconcile.api.generate import generate
from reconcile.api.status import take
from reconcile.cli import main
from reconcile.core import keys as core_keys
from reconcile.core.keys import FormNumber, form_number, parse_form_number, parse_row_key, row_key
from reconcile.core.plan import Amount, Indicator, Period, Plan, Ruling
from reconcile.core.result import MergeResult
from reconcile.core.secret_key import SIGNS, is_older, new_key, weakness
from reconcile.core.units import assignments
from reconcile.forms.form_writer import form_bytes
from reconcile.merge.run import merge
from reconcile.plan import plan_bytes, read_plan
from reconcile.reports.details import details_bytes

FIRST, LAST = 7, 10
"""The task rows of the form of A."""


def numberless(keys: Sequence[str | None] | None = None, unit: str = A, **cells: str) -> bytes:
    """A filled form without its number, hidden identity included, with these keys in its rows."""

    def change(book: Book) -> None:
        sheet = book["填报表"]
        for row in sheet.iter_rows(max_row=6):
            for cell in row:
                if str(cell.value).startswith("表单编号"):
                    cell.value = None
        del book["_meta"]
        for name in list(book.custom_doc_props.names):
            del book.custom_doc_props[name]
        for row, key in enumerate(keys or (), FIRST):
            sheet[f"A{row}"] = key
        for address, text in cells.items():
            sheet[address] = text

    return changed(change, unit)


def keys_of(unit: str = A, period: int = 2) -> list[str]:
    return [row.key for row in read(issued(unit, period)).tables[0].rows]


def guessed(count: int) -> list[str]:
    """Keys that look right and are nobody's."""
    chance = random.Random(22)

    def signs(length: int) -> str:
        return "".join(chance.choice(SIGNS) for _ in range(length))

    unit = core_keys.unit_code(B)
    return [f"{n % 5 + 1:03d}.{signs(6)}.{unit}{signs(12)}" for n in range(count)]


def taken(result: MergeResult) -> set[int | None]:
    return {r.task for r in result.records} - {None}


def why(result: MergeResult) -> tuple[str, ...]:
    """Why the one file was refused; nothing of it may have been taken, and all of it is accounted for."""
    [verdict] = result.verdicts
    assert not result.records and not verdict.accepted
    assert result.balance.received == result.balance.set_aside > 0
    return verdict.why


# --- 1. a form without its number


@pytest.mark.parametrize(
    "keys",
    [
        [0, None, None, None],  # one genuine key of twelve once gave all twelve tasks
        [0, 1, None, None],  # half, but neither three nor all
        [0, 0, 0, 0],  # one key in every row is one key
        [0, "guess", "guess", "guess"],
        [0, 1, "foreign", "foreign"],
    ],
)
def test_too_few_keys_make_no_form(keys: list[int | str | None]) -> None:
    own, foreign, guess = keys_of(), iter(keys_of(B)), iter(guessed(9))
    others = {"guess": guess, "foreign": foreign}
    made = [
        own[k] if isinstance(k, int) else next(others[k]) if k is not None else None for k in keys
    ]
    result = merged(numberless(made))
    assert why(result) == ("FORM-080",)
    [finding] = [f for f in result.findings if f.code == "FORM-080"]
    assert (finding.unit, finding.place.file) == ("", FILE)


def test_a_row_alone_speaks_for_no_unit_with_more() -> None:
    """Who got hold of one row of another unit's form has not got its form."""

    book = openpyxl.load_workbook(io.BytesIO(numberless()))
    book["填报表"].delete_rows(FIRST + 1, LAST - FIRST)
    assert why(merged(saved(book))) == ("FORM-080",)


def test_all_that_a_small_unit_has_is_enough() -> None:
    result = merged(numberless(unit=C))
    assert taken(result) == {5} and {r.unit for r in result.records} == {C}
    assert taken(merged(numberless(unit=B))) == {2, 4}


def test_rows_without_a_key_of_their_own_are_not_taken() -> None:
    keys: list[str | None] = [*keys_of()[:3], None]
    result = merged(numberless(keys))
    assert taken(result) == {1, 2, 3}
    lines = {(f.code, f.place.cell) for f in result.findings if f.task is None and f.unit == A}
    assert ("ROW-030", "H10") in lines and ("FORM-016", "") in lines
    assert {s.place.cell for s in result.set_aside} >= {"H10", "I10", "J10", "L10", "M10"}


def test_a_key_beside_another_tasks_text_does_not_speak_for_that_task() -> None:
    """Three keys of a unit, the number and goal of its fourth task beside one of them."""
    keys: list[str | None] = [*keys_of()[:3], None]
    goal = plan().tasks[4].goal
    result = merged(numberless(keys, B9="5", D9=goal, B10="", D10="", H10="", J10=""))
    assert taken(result) == {1, 2}
    assert "ROW-030" in {f.code for f in result.findings if f.place.cell == "H9"}


def test_keys_of_another_period_are_no_keys_of_this_one() -> None:
    assert why(merged(numberless([*keys_of(period=1)]))) == ("FORM-013",), "and it is told"


def test_indicators_of_a_form_without_number_need_their_keys() -> None:
    ten = Amount(Decimal(10), Decimal(10))
    wanted = Indicator(1, "增速", "%", "level", ">=", ten, {"第二季度": ten})
    other = replace(wanted, number=3, name="开工数", measure="个")
    measured = replace(plan(), indicators=(wanted, other))
    own = [a for a in assignments(measured)[0] if a.unit == A]
    book = opened(form_bytes(template(), measured, 2, A, own))
    numbers = book["量化指标"]
    asked = next(c.column for r in numbers.iter_rows() for c in r if c.value == "本期实际")
    rows = [r[0].row for r in numbers.iter_rows() if parse_row_key(str(r[0].value))]
    for row in rows:
        numbers.cell(row, asked).value = 7
    numbers.cell(rows[1], 1).value = None
    for sheet in book.worksheets:
        for line in sheet.iter_rows(max_row=6):
            for cell in line:
                if str(cell.value).startswith("表单编号"):
                    cell.value = None
    for row in range(FIRST, LAST + 1):
        book["填报表"][f"H{row}"] = "达序时"
    result = merged(saved(book), its_plan=measured)
    assert {r.field for r in result.records if r.field.startswith("actual")} == {"actual:增速"}
    assert "ROW-030" in {f.code for f in result.findings if f.place.sheet == "量化指标"}


# --- 2. plan and period are in the code

NEXT_YEAR = replace(
    plan(),
    year=2023,
    title="2023年重点任务",
    document="测政办〔2023〕2号",
    periods=tuple(replace(p, end=p.end.replace(year=2023)) for p in plan().periods),
)
SPRING = Period("一二月份", date(2022, 2, 28), 2)


@pytest.mark.parametrize(
    ("its_plan", "code"),
    [
        (NEXT_YEAR, "FORM-082"),
        (replace(plan(), year=2023), "FORM-082"),
        (replace(plan(), title="2022年民生实事"), "FORM-083"),
        (replace(plan(), document="测政办〔2022〕9号"), "FORM-083"),
        (
            replace(plan(), periods=(plan().periods[0], Period("第二季度", date(2022, 6, 29), 6))),
            "FORM-083",
        ),
        (
            replace(plan(), periods=(plan().periods[0], Period("二季度", date(2022, 6, 30), 6))),
            "FORM-083",
        ),
    ],
    ids=["rolled over", "year", "title", "document", "end", "caption"],
)
def test_a_return_of_another_plan_or_period_with_the_same_key(its_plan: Plan, code: str) -> None:
    result = merged(filled(), its_plan=its_plan)
    assert why(result) == (code,)
    [finding] = [f for f in result.findings if f.code == code]
    assert finding.unit == A and plan().title in finding.message
    assert why(merged(numberless(), its_plan=its_plan)) == ("FORM-080",), "its keys are nobody's"


def test_what_differs_in_spacing_alone_is_the_same_plan() -> None:
    spaced = replace(
        plan(),
        title=" 2022年 重点任务",
        document="测政办〔２０２２〕 1号",
    )
    assert told(merged(filled(), its_plan=spaced)) == []


@pytest.mark.parametrize(
    "periods",
    [plan().periods[1:], (SPRING, *plan().periods), plan().periods[::-1]],
    ids=["deleted", "inserted", "turned round"],
)
def test_a_form_stays_of_its_period_wherever_that_stands(periods: tuple[Period, ...]) -> None:
    moved = replace(plan(), periods=periods)
    at = [p.caption for p in periods].index("第二季度") + 1
    result = merged(filled(), its_plan=moved, period=at)
    assert taken(result) == {1, 2, 3, 5}
    assert not {f.code for f in result.findings} & {"FORM-017", "ROW-017", "ROW-018"}


@pytest.mark.parametrize("periods", [plan().periods[1:], (SPRING, *plan().periods)])
def test_a_form_of_the_first_period_is_not_taken_for_what_stands_first_now(
    periods: tuple[Period, ...],
) -> None:
    moved = replace(plan(), periods=periods)
    assert why(merged(filled(A, 1), its_plan=moved, period=1)) in (("FORM-013",), ("FORM-083",))


def test_numbers_and_keys_have_sixty_bits() -> None:
    number, key = form_number(plan(), 2, A, "ABCD"), row_key(plan(), 2, A, 1, "ABCDEF")
    assert len(number.check) == 12 and len(key.check) == 4 + 12
    assert parse_form_number(f"表单编号：{number}") == number
    assert parse_row_key(str(key)) == key


def named_in(result: MergeResult, code: str) -> str:
    """The entry for 沿用标识 that a finding tells."""
    [finding] = [f for f in result.findings if f.code == code]
    return str(finding.values["entry"])


def test_a_slip_corrected_after_issue_is_mended_by_one_line() -> None:
    slip = replace(plan(), title="2022年重点任务安排")
    entry = named_in(merged(filled(), its_plan=slip), "FORM-083")
    assert entry.startswith("第二季度=2022-")
    honoured = replace(slip, settings={**slip.settings, "沿用标识": f"第一季度=2022-02；{entry}"})
    assert told(merged(filled(), its_plan=honoured)) == []
    assert taken(merged(filled(), its_plan=honoured)) == {1, 2, 3, 5}
    # What was honoured last year is not honoured in the next year's copy of the workbook.
    rolled = replace(NEXT_YEAR, settings=honoured.settings)
    assert why(merged(filled(), its_plan=rolled)) == ("FORM-082",)


def test_forms_of_a_former_title_still_tell_which_period_is_merged(tmp_path: Path) -> None:
    """Else a corrected slip would be told as a period that cannot be seen."""
    path, inbox = tmp_path / "总台账.xlsx", tmp_path / "收回"
    path.write_bytes(plan_bytes(replace(plan(), title="2022年重点任务安排")))
    inbox.mkdir()
    (inbox / FILE).write_bytes(filled())
    taken_in = take(path, [inbox], as_of=AS_OF)
    assert taken_in.merged is not None and taken_in.merged.caption == "第二季度"
    assert why(taken_in.merged) == ("FORM-083",)


def test_an_entry_that_is_not_understood_is_told(tmp_path: Path) -> None:
    path = tmp_path / "总台账.xlsx"
    settings = {**plan().settings, "沿用标识": "第二季度=?；第九季度=2022-02；第二季度＝2022-02"}
    path.write_bytes(plan_bytes(replace(plan(), settings=settings)))
    _, findings = read_plan(path)
    assert [(f.code, f.values["value"]) for f in findings] == [
        ("PLAN-593", "第二季度=?"),
        ("PLAN-593", "第九季度=2022-02"),
    ]


def test_who_lies_about_what_a_form_was_issued_for_proves_nothing() -> None:
    def lie(book: Book) -> None:
        for row in book["_meta"].iter_rows():
            if row[0].value == "title":
                row[1].value = "2022年民生实事"

    other = replace(plan(), title="2022年民生实事")
    assert why(merged(changed(lie), its_plan=other)) == ("FORM-012",)
    assert taken(merged(changed(lie))) == {1, 2, 3, 5}


# --- forms of older versions


def older(content: bytes, its_plan: Plan | None = None, unit: str = A, period: int = 2) -> bytes:
    """The form as an older version would have issued it: shorter codes, less on the hidden sheet."""
    made = its_plan or plan()
    book = openpyxl.load_workbook(io.BytesIO(content))
    bare = FormNumber(core_keys.plan_code(made), period, core_keys.unit_code(unit), "ABCD", "0" * 8)
    number = replace(bare, check=core_keys._form_check(made, bare, unit, ""))
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                text = str(cell.value)
                key = parse_row_key(text)
                if key:
                    short = core_keys._older_row_check(made, period, unit, key)
                    cell.value = str(replace(key, check=short))
                elif parse_form_number(text):
                    start = "表单编号：" if text.startswith("表单编号") else ""
                    cell.value = f"{start}{number}"
    for row in list(book["_meta"].iter_rows()):
        if row[0].value in ("year", "end"):
            row[0].value = row[1].value = None
    for name in list(book.custom_doc_props.names):
        if name == "reconcile.form":
            book.custom_doc_props[name].value = str(number)
    return saved(book)


def forgetful(content: bytes) -> bytes:
    """The same, copied into a new workbook: what is hidden is gone."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    del book["_meta"]
    for name in list(book.custom_doc_props.names):
        del book.custom_doc_props[name]
    return saved(book)


def test_a_form_that_an_older_version_issued_stays_valid() -> None:
    form = older(filled())
    assert "-ABCD-" in read(form).numbers[0][0] and len(read(form).numbers[0][0]) == 26
    assert told(merged(form)) == []
    assert taken(merged(form)) == taken(merged(forgetful(form))) == {1, 2, 3, 5}
    assert why(merged(older(filled(A, 1), period=1))) == ("FORM-013",)


def test_a_key_of_ours_never_made_short_codes() -> None:
    """So nobody can go back to guessing 40 bits where 60 are asked."""
    newer = replace(plan(), key=new_key())
    form = older(filled(), newer)
    assert is_older(plan().key) and not is_older(newer.key)
    assert why(merged(form, its_plan=newer)) == ("FORM-012",)


@pytest.mark.parametrize(
    ("its_plan", "period"),
    [
        (replace(plan(), periods=plan().periods[1:]), 1),
        (replace(plan(), periods=(SPRING, *plan().periods)), 3),
        (replace(plan(), periods=(SPRING, *plan().periods)), 2),
        (NEXT_YEAR, 2),
    ],
    ids=["deleted", "inserted", "inserted before another", "rolled over"],
)
def test_an_older_form_that_says_it_is_of_another_plan_or_period(
    its_plan: Plan, period: int
) -> None:
    result = merged(older(filled()), its_plan=its_plan, period=period)
    assert why(result) == ("FORM-084",)


def test_an_older_form_of_a_period_that_moved_is_mended_by_one_line() -> None:
    moved = replace(plan(), periods=(SPRING, *plan().periods))
    entry = named_in(merged(older(filled()), its_plan=moved, period=3), "FORM-084")
    assert entry == "第二季度=2022-02"
    told_so = replace(moved, settings={**moved.settings, "沿用标识": entry})
    result = merged(older(filled()), its_plan=told_so, period=3)
    assert taken(result) == {1, 2, 3, 5}
    assert not {f.code for f in result.findings} & {"FORM-017", "ROW-018"}
    rolled = replace(NEXT_YEAR, settings={"沿用标识": entry})
    assert why(merged(older(filled()), its_plan=rolled)) == ("FORM-084",)


@pytest.mark.slow
def test_an_amended_plan_keeps_what_went_out(tmp_path: Path, sample_pdf: Path) -> None:
    """The amendment has a title and a number of its own; another year is no amendment."""
    first = extract(sample_pdf, tmp_path / "a.xlsx", cross_check=False).plan
    assert first is not None
    before = replace(
        first, key=plan().key, title="调整以前的名称", periods=(SPRING, *first.periods),
        tasks=tuple(replace(t, milestones={"一二月份": "", **t.milestones}) for t in first.tasks),
    )  # fmt: skip
    (tmp_path / "b.xlsx").write_bytes(plan_bytes(before))
    last, _ = read_plan(tmp_path / "b.xlsx")
    assert last is not None
    once = {"amended": True, "cross_check": False}
    made = extract(sample_pdf, tmp_path / "c.xlsx", last_path=tmp_path / "b.xlsx", **once)
    again, findings = read_plan(tmp_path / "c.xlsx")
    assert again is not None and findings == ()
    assert "PLAN-594" not in {f.code for f in made.findings}
    unit = first.units[0].name
    own = [a for a in assignments(last)[0] if a.unit == unit]
    form = form_bytes(template(), last, 2, unit, own)
    number = parse_form_number(read(form, its_plan=last).numbers[0][0])
    assert number is not None and number.period == 2
    assert core_keys.whose_number(again, number) == core_keys.Issue(unit, 1)
    old = parse_form_number(read(older(form, last, unit), its_plan=last).numbers[0][0])
    assert old is not None and core_keys.whose_number(again, old) == core_keys.Issue(unit, 1)
    (tmp_path / "d.xlsx").write_bytes(plan_bytes(replace(before, year=2021)))
    made = extract(sample_pdf, tmp_path / "e.xlsx", last_path=tmp_path / "d.xlsx", **once)
    assert "PLAN-594" in {f.code for f in made.findings} and made.plan is not None
    assert made.plan.settings["沿用标识"] == ""


# --- 3. rulings on files


NAMELESS = [
    Ruling("FORM-010", A, None, "", "照收", FILE),
    Ruling("FORM-010", A, None, "", "照收", hashlib.sha256(b"").hexdigest()),
    Ruling("FORM-010", A, None, "", "照收", f"{'0' * 16}@第九季度"),
    Ruling("", "", None, "", "忽略文件", FILE),
    Ruling("TASK-011", A, 1, "", "照收", FILE),
]


@pytest.mark.parametrize("ruling", NAMELESS)
def test_a_ruling_that_names_no_content_does_nothing_and_is_told(ruling: Ruling) -> None:
    files = {FILE: filled(), "乙.xlsx": changed(put(J7="乙说的另一件事。"))}
    if ruling.code == "FORM-010":
        files = {FILE: numberless([None] * 4)}
    before, after = merged(files), merged(files, [ruling])
    assert [v.why for v in after.verdicts] == [v.why for v in before.verdicts]
    assert len(after.records) == len(before.records)
    [finding] = [f for f in after.findings if f.code.startswith("PLAN")]
    assert (finding.code, str(finding.place.sheet)) == ("PLAN-592", "裁定")


def test_a_ruling_on_a_file_is_on_its_content_and_its_period() -> None:
    ours, other = numberless([None] * 4), numberless([None] * 4, J7="后来换进去的内容。")
    adopt = Ruling("FORM-010", A, None, "", "照收", f"{FILE} {fingerprint_of(ours)}")
    assert taken(merged(ours, [adopt])) == {1, 2, 3, 5}
    assert why(merged(other, [adopt])) == ("FORM-010",)
    assert why(merged(ours, [adopt], period=1)) == ("FORM-010",)
    whole = hashlib.sha256(ours).hexdigest().upper()
    wider = replace(adopt, value=f"{whole}＠第二季度")
    assert taken(merged(ours, [wider])) == {1, 2, 3, 5}


def test_a_file_of_the_name_that_was_ignored_is_taken() -> None:
    ignore = Ruling("", "", None, "", "忽略文件", f"{FILE} {fingerprint_of(filled())}")
    assert why(merged(filled(), [ignore])) == ("FORM-022",)
    later = merged(changed(put(J7="改正以后重新报来的内容。")), [ignore])
    assert taken(later) == {1, 2, 3, 5}
    assert [f.code for f in later.findings if f.code.startswith("PLAN")] == ["PLAN-520"]
    renamed = merged({"换个名字.xlsx": filled()}, [ignore])
    assert renamed.verdicts[0].why == ("FORM-022",)


def test_a_form_with_too_few_keys_may_be_ruled_on() -> None:
    content = numberless([keys_of()[0], None, None, None])
    adopt = Ruling("FORM-010", A, None, "", "照收", fingerprint_of(content))
    assert taken(merged(content, [adopt])) == {1, 2, 3, 5}


def test_the_list_of_problems_shows_what_to_copy() -> None:
    content = numberless([None] * 4)
    result = merged(content)
    made = details_bytes(result, template().form)
    sheet = openpyxl.load_workbook(io.BytesIO(made))["问题清单"]
    captions = {c.value: c.column - 1 for c in sheet[1]}
    [row] = [
        r for r in sheet.iter_rows(min_row=2, values_only=True) if r[captions["编码"]] == "FORM-010"
    ]
    copied = str(row[captions["文件摘要"]])
    assert copied == fingerprint_of(content)
    assert taken(merged(content, [Ruling("FORM-010", A, None, "", "照收", copied)])) == {1, 2, 3, 5}


# --- 4. the key


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("sample-key-for-the-demo-only-2022", "样例"),
        ("abc", "太短"),
        ("9c41e7d0b85f2a3669d1c07e4fb3a85", "太短"),
        ("重点工作督查用的一句很长很长的口令谁也猜不到真的猜不到信我吧没错", "不是程序"),
        ("Xk29-plq7-77ab-QQz1-mmn3-kkl0-9a8s", "不是程序"),
        ("0" * 32, "规律"),
        ("0123456789abcdef" * 2, "规律"),
        ("fedcba9876543210" * 2, "规律"),
        ("deadbeef" * 4, "规律"),
        ("ABCDEFGHJKMNPQRSTVWXYZ0123456789", "规律"),
        ("9C41E7D0B85F2A3669D1C07E4FB3A852"[:16] * 2, "规律"),
    ],
)
def test_a_key_that_may_be_guessed_is_an_error_at_generate(
    tmp_path: Path, key: str, reason: str
) -> None:
    assert reason in str(weakness(key))
    path = tmp_path / "总台账.xlsx"
    path.write_bytes(plan_bytes(replace(plan(), key=key)))
    made = generate(path, tmp_path / "发出", "第二季度")
    assert made.failed and not (tmp_path / "发出").exists()
    assert {f.code for f in made.findings} & {"PLAN-590", "PLAN-507"}
    if len(key) >= 16:
        again = take(path, [tmp_path], period="第二季度", as_of=AS_OF)
        assert again.merged is not None
        [finding] = [f for f in again.merged.findings if f.code == "PLAN-591"]
        assert str(finding.place.sheet) == "设置" and key not in finding.message


def test_keys_that_we_make_are_good_and_differ() -> None:
    keys = {new_key() for _ in range(2_000)}
    assert len(keys) == 2_000
    assert not [k for k in keys if weakness(k) or is_older(k) or len(k) != 32]
    chance = random.Random(1)
    older_keys = (f"{chance.getrandbits(128):032x}" for _ in range(2_000))
    assert not [k for k in older_keys if weakness(k) or not is_older(k)]


def test_the_shipped_sample_issues_nothing(shipped_plan_path: Path, tmp_path: Path) -> None:
    run = ["generate", str(shipped_plan_path), "--period", "第二季度", "-o", str(tmp_path / "发出")]
    result = CliRunner().invoke(main, run)
    assert result.exit_code == 1 and "PLAN-590" in result.output and "rotate-key" in result.output


@pytest.mark.slow
def test_rotate_key_writes_a_copy_and_tells_what_is_void(
    sample_plan_path: Path, tmp_path: Path
) -> None:
    path, out = tmp_path / "总台账.xlsx", tmp_path / "新.xlsx"
    path.write_bytes(sample_plan_path.read_bytes())
    (tmp_path / "发送记录.jsonl").write_text(
        '{"what": "sent", "kind": "发表", "unit": "市住建局", "period": "第二季度", "about": "EM2N|x"}\n',
        encoding="utf-8",
    )
    result = CliRunner().invoke(main, ["rotate-key", str(path), "-o", str(out)])
    assert result.exit_code == 0, result.output
    assert "作废" in result.output and "第二季度、第三季度、第四季度" in result.output
    assert "86 个单位" in result.output and "第二季度 1 个单位" in result.output
    assert path.read_bytes() == sample_plan_path.read_bytes()
    old, new = read_plan(path)[0], read_plan(out)[0]
    assert old is not None and new is not None
    assert old.key not in result.output and new.key not in result.output
    assert new.key != old.key and not weakness(new.key)
    assert replace(new, key=old.key) == old
    for target in (path, out):
        assert CliRunner().invoke(main, ["rotate-key", str(path), "-o", str(target)]).exit_code == 2
    forced = ["rotate-key", str(path), "-o", str(path), "--force"]
    assert CliRunner().invoke(main, forced).exit_code == 2, "never in place"


@pytest.mark.slow
def test_rotate_key_gives_a_key_where_there_is_none(tmp_path: Path, sample_plan_path: Path) -> None:
    path, out = tmp_path / "总台账.xlsx", tmp_path / "新.xlsx"
    path.write_bytes(keyed(sample_plan_path, "x"))
    assert read_plan(path)[0] is None
    assert CliRunner().invoke(main, ["rotate-key", str(path), "-o", str(out)]).exit_code == 0
    again = read_plan(out)[0]
    assert again is not None and not weakness(again.key)


def test_rotate_key_says_why_it_cannot(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(plan_bytes(plan())))
    for row in book["设置"].iter_rows():
        if row[0].value == "校验密钥":
            row[0].value = "钥匙"
    book.save(tmp_path / "总台账.xlsx")
    run = ["rotate-key", str(tmp_path / "总台账.xlsx"), "-o", str(tmp_path / "新.xlsx")]
    result = CliRunner().invoke(main, run)
    assert result.exit_code == 1 and "FORM-086" in result.output
    assert not (tmp_path / "新.xlsx").exists()


@pytest.mark.slow
def test_rotate_key_of_another_kind_of_workbook(
    tmp_path: Path, sample_plan_path: Path, soffice: str
) -> None:
    convert("ods", sample_plan_path, into=tmp_path)
    out = tmp_path / "新.xlsx"
    result = CliRunner().invoke(main, ["rotate-key", str(tmp_path / "plan.ods"), "-o", str(out)])
    assert result.exit_code == 1 and "FORM-086" in result.output and not out.exists()


def with_keys(keys: Sequence[str], also: Change | None = None) -> bytes:
    """A's filled form, its number in place, with further rows that bear these keys."""

    def change(book: Book) -> None:
        for row, key in enumerate(keys, LAST + 1):
            book["填报表"][f"A{row}"] = key
            book["填报表"][f"H{row}"] = "达序时"
        if also:
            also(book)

    return changed(change)


def test_whose_a_key_is_is_never_told() -> None:
    content = with_keys([keys_of(B)[1], keys_of(C)[0], keys_of(period=1)[0]])
    result = merged(content)
    assert [f.place.cell for f in result.findings if f.code == "ROW-017"][:1] == ["H11"]
    own = [f for f in result.findings if f.unit == A]
    said = "".join(f.message + f.fix for f in own)
    assert B not in said and C not in said and "第一季度" not in said
    book = openpyxl.load_workbook(io.BytesIO(copy_of(content, result)))
    texts = [str(c.value) for s in book.worksheets for r in s.iter_rows() for c in r if c.value]
    notes = [c.comment.text for s in book.worksheets for r in s.iter_rows() for c in r if c.comment]
    assert not [t for t in (*texts, *notes) if B in t or C in t]


@pytest.mark.parametrize("number", [True, False])
def test_guesses_are_counted(number: bool) -> None:
    guesses = guessed(21)
    few = with_keys(guesses[:20]) if number else numberless([*keys_of(), *guesses[:3]])
    assert taken(merged(few)) == {1, 2, 3, 5}
    many = with_keys(guesses) if number else numberless([*keys_of(), *guesses])
    result = merged(many)
    assert why(result) == ("FORM-081",)
    assert not {f.code for f in result.findings} & {"ROW-017", "ROW-018", "FORM-080"}


def test_a_guess_in_many_rows_is_one_guess() -> None:
    assert taken(merged(with_keys(guessed(1) * 30))) == {1, 2, 3, 5}


def test_rows_of_another_period_are_no_guesses() -> None:
    """A clerk who pastes last period's rows below tries out nothing."""
    many = replace(
        plan(),
        tasks=tuple(replace(plan().tasks[0], number=n, goal=f"目标{n}。") for n in range(1, 31)),
    )
    own = [a for a in assignments(many)[0] if a.unit == A]
    first, second = (opened(form_bytes(template(), many, p, A, own)) for p in (1, 2))
    for row in range(FIRST, FIRST + 30):
        second["填报表"][f"H{row}"] = "达序时"
        second["填报表"][f"A{row + 40}"] = first["填报表"][f"A{row}"].value
        second["填报表"][f"H{row + 40}"] = "滞后"
    result = merged(saved(second), its_plan=many)
    assert taken(result) == set(range(1, 31))
    assert "ROW-017" in {f.code for f in result.findings}


# --- 6. what it costs


@pytest.mark.slow
@pytest.mark.parametrize("number", [True, False])
@pytest.mark.parametrize("short", [True, False])
def test_guesses_cost_few_check_codes(
    monkeypatch: pytest.MonkeyPatch, number: bool, short: bool
) -> None:
    """1,900 keys once took one check code for each unit and period, each."""
    keys = guessed(1_900)
    if short:
        keys = [key[:17] for key in keys]
    content = with_keys(keys) if number else numberless(keys)
    returned = read(content)
    counted = 0
    made = core_keys._mac

    def counting(key: str, message: str) -> bytes:
        nonlocal counted
        counted += 1
        return made(key, message)

    monkeypatch.setattr(core_keys, "_mac", counting)
    result = merge(plan(), template().form, [returned], period=2, as_of=AS_OF)
    assert why(result) == ("FORM-081",)
    assert counted < 250
