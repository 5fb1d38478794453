"""No output is ever an input, and nothing of anybody's is overwritten: every verb, every way of naming a file."""

from __future__ import annotations

import atexit
import functools
import json
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from importlib import resources
from pathlib import Path

import openpyxl
import pytest
from bench_forms import A, B, changed, filled, issued, plan, put
from click.testing import CliRunner, Result
from office import convert

from reconcile.api.delegate import delegate
from reconcile.api.extract import extract
from reconcile.api.generate import generate as api_generate
from reconcile.api.merge import write_merge
from reconcile.api.outputs import Misused
from reconcile.api.status import Taken, take, write_status
from reconcile.cli import main
from reconcile.demo import walk_through
from reconcile.mail.journal import Journal
from reconcile.plan import plan_bytes, read_plan
from reconcile.writers.atomic import write_file
from reconcile.writers.marks import COPY, mark_of, read_mark

pytestmark = pytest.mark.slow  # whole rounds, command by command

Q1, Q2 = "第一季度", "第二季度"
posix = pytest.mark.skipif(os.name != "posix", reason="links and modes as POSIX has them")


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result


def office(folder: Path) -> Path:
    """What a coordinator has in one folder in the second period."""
    return shutil.copytree(_prepared(), folder, dirs_exist_ok=True)


@functools.cache
def _prepared() -> str:
    """The same, to be copied for each test."""
    place = tempfile.mkdtemp(prefix="prepared-")
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    _prepare(Path(place))
    return place


def _prepare(folder: Path) -> None:
    templates = resources.files("reconcile.templates")
    for name in ("form", "summary", "mail"):
        (folder / f"{name}.xlsx").write_bytes((templates / f"{name}.xlsx").read_bytes())
    named = {"填报表模板": "form.xlsx", "汇总模板": "summary.xlsx", "邮件模板": "mail.xlsx"}
    ours = plan().__class__(**{**_fields(plan()), "settings": {**plan().settings, **named}})
    (folder / "总台账.xlsx").write_bytes(plan_bytes(ours))
    (folder / "别的总台账.xlsx").write_bytes(plan_bytes(plan()))
    (folder / "自己的.xlsx").write_bytes(_somebodys())
    (folder / "我_明细.xlsx").write_bytes(_somebodys())
    back = folder / "收回"
    back.mkdir()
    (back / "01.xlsx").write_bytes(changed(put(H7="基本完成"), A))
    (folder / "收到的.xlsx").write_bytes(issued(B))
    (folder / "form2.xlsx").write_bytes((templates / "form.xlsx").read_bytes())
    before = folder / "上期收回"
    before.mkdir()
    (before / "01.xlsx").write_bytes(filled(A, 1))
    made = run("merge", folder / "总台账.xlsx", before, "--period", Q1, "-o", folder / "上期.xlsx")
    assert made.exit_code == 3, made.output
    shutil.rmtree(folder / "退回", ignore_errors=True)


def _fields(one: object) -> dict[str, object]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__}  # type: ignore[attr-defined]


def _somebodys() -> bytes:
    import io

    stream = io.BytesIO()
    openpyxl.Workbook().save(stream)
    return stream.getvalue()


def everything(folder: Path) -> dict[str, bytes]:
    files = (p for p in sorted(folder.rglob("*")) if p.is_file())
    return {str(p.relative_to(folder)): p.read_bytes() for p in files}


MERGE = "merge {o}/总台账.xlsx {o}/收回 --period 第二季度 --previous {o}/上期_明细.xlsx"
MISUSED = """
    {merge} -o {o}/总台账.xlsx
    {merge} -o {o}/总台账.xlsx --force
    {merge} -o {o}/总台账.XLSX
    {merge} -o {o}/收回/../总台账.xlsx
    {merge} -o {o}/别的总台账.xlsx --force
    {merge} -o {o}/form.xlsx --force
    {merge} -o {o}/summary.xlsx --force
    {merge} -o {o}/mail.xlsx --force
    {merge} -o {o}/上期.xlsx --force
    {merge} -o {o}/上期_明细.xlsx --force
    {merge} -o {o}/我.xlsx
    {merge} -o {o}/收回/01.xlsx --force
    {merge} -o {o}/收回/新.xlsx
    {merge} -o {o}/自己的.xlsx
    {merge} -o {o}/收回
    {merge} -o {o}/s.xlsx --report {o}/总台账.xlsx --force
    {merge} -o {o}/s.xlsx --report {o}/S.xlsx
    {merge} -o {o}/s.xlsx --circular {o}/上期_明细.xlsx --force
    {merge} -o {o}/s.xlsx --circular {o}/r.json --report {o}/r.json
    {merge} -o {o}/s.xlsx --circular {o}/自己的.xlsx
    {merge} -o {o}/s.xlsx --html {o}/上期_明细.xlsx --force
    {merge} -o {o}/s.xlsx --html {o}/自己的.xlsx
    {merge} -o {o}/s.xlsx --pdf {o}/总台账.xlsx --force
    {merge} -o {o}/s.xlsx --pdf {o}/S.xlsx
    {merge} -o {o}/s.xlsx --pdf {o}/自己的.xlsx
    {merge} -o {o}/s.xlsx --pdf {o}/收回/汇总.pdf
    {merge} -o {o}/s.xlsx --returns {o}/收回
    {merge} -o {o}/s.xlsx --returns {o}/收回/退回
    {merge} -o {o}/s.xlsx --template {o}/form2.xlsx --report {o}/form2.xlsx --force
    status {o}/总台账.xlsx {o}/收回 -o {o}/总台账.xlsx
    status {o}/总台账.xlsx {o}/收回 -o {o}/收回/01.xlsx --force
    status {o}/总台账.xlsx {o}/收回 -o {o}/上期.xlsx
    status {o}/总台账.xlsx {o}/收回 -o {o}/别的总台账.xlsx --force
    export {o}/总台账.xlsx {o}/收回 --to {o}/收回/明细.csv
    diff {o}/总台账.xlsx {o}/别的总台账.xlsx -o {o}/总台账.xlsx --force
    diff {o}/总台账.xlsx {o}/别的总台账.xlsx -o {o}/别的总台账.xlsx
    diff {o}/总台账.xlsx {o}/总台账.xlsx -o {o}/别的总台账.xlsx --force
    diff {o}/总台账.xlsx {o}/别的总台账.xlsx -o {o}/自己的.xlsx
    delegate {o}/收到的.xlsx -o {o}/收到的.xlsx --force
    delegate {o}/收到的.xlsx -o {o}/别的总台账.xlsx
    delegate {o}/收到的.xlsx -o {o}/总台账.xlsx --units {o}/总台账.xlsx --force
    delegate {o}/收到的.xlsx -o {o}/form.xlsx --template {o}/form.xlsx --force
    extract {o}/自己的.xlsx -o {o}/自己的.xlsx --force
    extract {o}/自己的.xlsx -o {o}/新.xlsx --proof {o}/自己的.xlsx --force
    extract {o}/自己的.xlsx -o {o}/新.xlsx --proof {o}/新.xlsx
    extract {o}/自己的.xlsx -o {o}/总台账.xlsx --units {o}/总台账.xlsx --amended --force
    mail {o}/发出 --plan {o}/总台账.xlsx -o {o}/发出
    mail --remind {o}/收回 --plan {o}/总台账.xlsx -o {o}/收回
    mail {o}/发出 --plan {o}/总台账.xlsx -o {o}
    demo -o {o}
"""


@pytest.mark.parametrize("line", [li.strip() for li in MISUSED.strip().splitlines()])
def test_wrong_usage_is_one_sentence_and_nothing_changes(line: str, tmp_path: Path) -> None:
    pytest.importorskip("docx")
    office(tmp_path)
    (tmp_path / "发出").mkdir()
    (tmp_path / "发出" / "01.xlsx").write_bytes(issued(A))
    before = everything(tmp_path)
    arguments = line.replace("{merge}", MERGE).format(o=tmp_path).split()
    result = run(*arguments)
    assert result.exit_code == 2, result.output
    assert result.output.count("用法不对：") == 1 and "\n" not in result.output.partition(
        "用法不对："
    )[2].strip("\n")
    assert everything(tmp_path).items() - before.items() <= {("发送记录.lock", b"")}
    assert before.items() <= everything(tmp_path).items()


def test_the_sentence_is_english_where_the_terminal_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECONCILE_LANG", "en")
    ours = plan().__class__(**{**_fields(plan()), "settings": {**plan().settings, "语言": "en"}})
    (tmp_path / "plan.xlsx").write_bytes(plan_bytes(ours))
    (tmp_path / "in").mkdir()
    arguments = ("merge", tmp_path / "plan.xlsx", tmp_path / "in", "--period", Q2, "-o")
    told = run(*arguments, tmp_path / "plan.xlsx")
    assert told.exit_code == 2 and "is read by this command" in told.output
    (tmp_path / "key.xlsx").write_bytes(plan_bytes(plan()))
    assert "secret key" in run(*arguments, tmp_path / "key.xlsx").output
    assert "lies in the inbox" in run(*arguments, tmp_path / "in" / "s.xlsx").output


@posix
@pytest.mark.parametrize(
    ("kind", "target"),
    [("symbolic", "不在.xlsx")]
    + [
        (k, t)
        for k in ("symbolic", "hard")
        for t in ("总台账.xlsx", "上期_明细.xlsx", "收回/01.xlsx")
    ],
)
def test_links_are_seen_through(kind: str, target: str, tmp_path: Path) -> None:
    office(tmp_path)
    link = tmp_path / "链接.xlsx"
    if kind == "symbolic":
        link.symlink_to(tmp_path / target)
    else:
        os.link(tmp_path / target, link)
    before = everything(tmp_path)
    merge = MERGE.format(o=tmp_path).split()
    for arguments in (
        (*merge, "-o", link, "--force"),
        (*merge, "-o", tmp_path / "s.xlsx", "--report", link, "--force"),
    ):
        assert run(*arguments).exit_code == 2
    assert everything(tmp_path) == before


@posix
def test_a_linked_inbox_is_the_inbox(tmp_path: Path) -> None:
    office(tmp_path)
    (tmp_path / "别处").symlink_to(tmp_path / "收回", target_is_directory=True)
    merge = MERGE.format(o=tmp_path).split()
    assert run(*merge, "-o", tmp_path / "别处" / "s.xlsx").exit_code == 2
    linked = [str(tmp_path / "别处") if a.endswith("收回") else a for a in merge]
    assert run(*linked, "-o", tmp_path / "收回" / "s.xlsx").exit_code == 2
    assert run(*linked, "-o", tmp_path / "s.xlsx", "--returns", tmp_path / "收回").exit_code == 2


def _taken(folder: Path, period: str = Q2) -> Taken:
    plan_path, back = folder / "总台账.xlsx", folder / "收回"
    taken = take(plan_path, [back], period=period, as_of=date(2022, 7, 8))
    assert taken.merged is not None and taken.form is not None
    return taken


CALLS: list[tuple[str, Callable[[Path, Taken], object]]] = [
    ("write_merge over the plan", lambda o, t: _write(o, t, "总台账.xlsx")),
    ("write_merge over a return", lambda o, t: _write(o, t, "收回/01.xlsx")),
    ("write_merge over a template", lambda o, t: _write(o, t, "form.xlsx")),
    ("write_merge over the period before", lambda o, t: _write(o, t, "上期_明细.xlsx")),
    ("write_merge, report", lambda o, t: _write(o, t, "s.xlsx", report_path=o / "总台账.xlsx")),
    ("write_status", lambda o, t: write_status(t.merged, o / "总台账.xlsx", [o / "收回"])),  # type: ignore[arg-type]
    ("extract", lambda o, _: extract(o / "自己的.xlsx", o / "总台账.xlsx")),
    ("delegate", lambda o, _: delegate(o / "收到的.xlsx", o / "收到的.xlsx", force=True)),
    ("generate", lambda o, _: api_generate(o / "总台账.xlsx", _form_named_plan(o), Q2)),
    ("demo", lambda o, _: list(walk_through.run_demo(o))),
]  # fmt: skip


def _write(folder: Path, taken: Taken, out: str, **more: Path) -> object:
    assert taken.merged is not None and taken.form is not None
    form, places = taken.form, (folder / out, folder / "退回", [folder / "收回"])
    return write_merge(taken.merged, form, *places, **more)  # type: ignore[arg-type]


def _form_named_plan(folder: Path) -> Path:
    """The plan workbook itself under the name that a form would get."""
    out = folder / "发出"
    out.mkdir()
    os.link(folder / "总台账.xlsx", out / f"01_{A}_2022年{Q2}填报表.xlsx")
    return out


@pytest.mark.parametrize(("name", "call"), CALLS, ids=[name for name, _ in CALLS])
def test_whoever_calls_the_verbs_is_guarded_too(
    name: str, call: Callable[[Path, Taken], object], tmp_path: Path
) -> None:
    taken = _taken(office(tmp_path))
    before = everything(tmp_path)
    with pytest.raises(Misused):
        call(tmp_path, taken)
    assert before.items() <= everything(tmp_path).items()


def test_the_received_form_is_written_by_the_answer_alone(tmp_path: Path) -> None:
    (tmp_path / "收到的.xlsx").write_bytes(issued(A))
    arguments = ("delegate", tmp_path / "收到的.xlsx", "-o", tmp_path / "总台账.xlsx")
    assert run(*arguments).exit_code == 0
    (tmp_path / "收回").mkdir()
    merge = (
        "merge",
        tmp_path / "总台账.xlsx",
        tmp_path / "收回",
        "--answer",
        tmp_path / "收到的.xlsx",
    )
    for out in ("-o", "--report", "--circular", "--html"):
        more = () if out == "-o" else ("-o", tmp_path / "s.xlsx")
        assert run(*merge, *more, out, tmp_path / "收到的.xlsx", "--force").exit_code == 2
    both = ("-o", tmp_path / "s.xlsx", "--answer-out", tmp_path / "s.xlsx")
    assert run(*merge, *both).exit_code == 2
    assert run(*merge, "--answer-out", tmp_path / "总台账.xlsx", "--force").exit_code == 2
    assert (tmp_path / "收到的.xlsx").read_bytes() == issued(A)
    done = run(*merge, "-o", tmp_path / "s.xlsx", "--answer-out", tmp_path / "收到的.xlsx")
    assert done.exit_code == 3, done.output


# --- extract and delegate over a plan workbook


@pytest.mark.parametrize("verb", ["extract", "delegate"])
def test_the_only_copy_of_a_key_is_kept_whatever_is_forced(verb: str, tmp_path: Path) -> None:
    out, source = tmp_path / "总台账.xlsx", tmp_path / "来源.xlsx"
    former = plan_bytes(plan())
    out.write_bytes(former)
    source.write_bytes(issued(A) if verb == "delegate" else _published())
    assert run(verb, source, "-o", out).exit_code == 2
    for number in (1, 2):
        result = run(verb, source, "-o", out, "--force")
        assert result.exit_code == 0, result.output
        assert (
            f"PLAN-570 {out.name}" in result.output and f"总台账_旧{number}.xlsx" in result.output
        )
    assert (tmp_path / "总台账_旧1.xlsx").read_bytes() == former
    keys = {p.name: read_plan(p)[0].key for p in tmp_path.glob("总台账*.xlsx")}  # type: ignore[union-attr]
    assert len(set(keys.values())) == 3


def test_that_the_former_plan_was_kept_is_told_before_all_doubts(
    tmp_path: Path, sample_pdf: Path
) -> None:
    """A real plan has more to review than the terminal shows."""
    out = tmp_path / "总台账.xlsx"
    out.write_bytes(plan_bytes(plan()))
    assert "PLAN-570" in run("extract", sample_pdf, "-o", out, "--force").output


def _published() -> bytes:
    import io

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ("2022年重点任务", None, None, None),
        ("序号", "目标任务", "一季度", "牵头单位"),
        (1, "推进重点项目建设。", "开工", A),
        (2, "完成财政收入目标。", "过半", B),
    ):
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


# --- another period's


def test_names_carry_the_period_where_nobody_named_them(tmp_path: Path) -> None:
    office(tmp_path)
    for period in (Q1, Q2):
        arguments = ("merge", tmp_path / "总台账.xlsx", tmp_path / "收回", "--period", period)
        assert run(*arguments).exit_code == 3
    for period in (Q1, Q2):
        kinds = [read_mark(tmp_path / f"{n}_{period}.xlsx").kind for n in ("汇总", "汇总_明细")]
        assert kinds == ["summary", "details"]
    assert [p.name for p in (tmp_path / f"退回_{Q2}").iterdir()] == ["退回_01.xlsx"]
    assert not (tmp_path / "退回").exists()


@pytest.mark.parametrize("option", ["-o", "--report", "--circular", "--html"])
def test_another_period_or_plan_is_not_overwritten(option: str, tmp_path: Path) -> None:
    pytest.importorskip("docx")
    office(tmp_path)
    endings = {"-o": "xlsx", "--report": "json", "--circular": "docx", "--html": "html"}
    out = tmp_path / f"s.{endings[option]}"

    def merge(period: str, *more: object, plan_name: str = "总台账.xlsx") -> Result:
        own = () if option == "-o" else ("-o", tmp_path / f"{period}{plan_name}")
        given = ("merge", tmp_path / plan_name, tmp_path / "收回", "--period", period)
        return run(*given, *own, option, out, *more)

    assert merge(Q1).exit_code == 3
    first = out.read_bytes()
    assert merge(Q1, "--as-of", "2022-07-01").exit_code == 3, "our own of the same plan and period"
    again = out.read_bytes()
    refused = merge(Q2)
    assert refused.exit_code == 2 and "--force" in refused.output
    assert out.read_bytes() == again and first
    other = plan().__class__(**{**_fields(plan()), "key": "ffffffffffffffffffffffffffffffff"})
    (tmp_path / "县.xlsx").write_bytes(plan_bytes(other))
    assert merge(Q1, plan_name="县.xlsx").exit_code == 2, "the same title, another plan"
    last_year = plan().__class__(**{**_fields(plan()), "year": 2021})
    (tmp_path / "去年.xlsx").write_bytes(plan_bytes(last_year))
    assert merge(Q1, plan_name="去年.xlsx").exit_code == 2, "the same key, another year"
    assert out.read_bytes() == again
    assert merge(Q2, "--force").exit_code == 3
    assert merge(Q2).exit_code == 3


def test_a_circular_that_somebody_worked_on_is_not_overwritten(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    office(tmp_path)
    letter = tmp_path / "通报.docx"
    merge = (*MERGE.format(o=tmp_path).split(), "-o", tmp_path / "s.xlsx", "--circular", letter)
    assert run(*merge).exit_code == 3
    assert run(*merge).exit_code == 3, "a draft that nobody touched"
    document = docx.Document(str(letter))
    document.paragraphs[0].text = "关于进展的通报（修改稿）"
    document.save(str(letter))
    edited, summary = letter.read_bytes(), (tmp_path / "s.xlsx").read_bytes()
    refused = run(*merge, "--as-of", "2022-07-01")
    assert refused.exit_code == 2 and "有人改过" in refused.output
    assert letter.read_bytes() == edited and (tmp_path / "s.xlsx").read_bytes() == summary
    assert run(*merge, "--force").exit_code == 3
    assert letter.read_bytes() != edited


def test_a_summary_that_was_saved_by_another_program_is_still_known(tmp_path: Path) -> None:
    office(tmp_path)
    out = tmp_path / "s.xlsx"
    assert run(*MERGE.format(o=tmp_path).split(), "-o", out).exit_code == 3
    book = openpyxl.load_workbook(out)
    book["总览"]["A40"] = "领导批示"
    book.save(out)
    assert read_mark(out).kind == "summary" and not read_mark(out).sealed
    assert run(*MERGE.format(o=tmp_path).split(), "-o", out).exit_code == 3


def test_a_summary_into_which_somebody_moved_the_key_is_no_summary(tmp_path: Path) -> None:
    office(tmp_path)
    out = tmp_path / "s.xlsx"
    assert run(*MERGE.format(o=tmp_path).split(), "-o", out).exit_code == 3
    book = openpyxl.load_workbook(out)
    sheet = book.create_sheet("设置")
    sheet.append(("名称", "值"))
    sheet.append(("校验密钥", "0123456789abcdef0123456789abcdef"))
    book.save(out)
    refused = run(*MERGE.format(o=tmp_path).split(), "-o", out, "--force")
    assert refused.exit_code == 2 and "校验密钥" in refused.output


def test_libreoffice_keeps_the_mark_and_breaks_the_seal(tmp_path: Path, soffice: str) -> None:
    office(tmp_path)
    assert run(*MERGE.format(o=tmp_path).split(), "-o", tmp_path / "s.xlsx").exit_code == 3
    path = tmp_path / "退回" / "退回_01.xlsx"
    assert read_mark(path).sealed and read_mark(path).mark == mark_of(COPY, plan(), 2)
    [again] = convert("xlsx", path, into=tmp_path / "存过")
    saved = read_mark(again)
    assert saved.mark == mark_of(COPY, plan(), 2) and not saved.sealed


def test_status_diff_and_tables_are_replaced_by_their_own_kind_only(tmp_path: Path) -> None:
    office(tmp_path)
    given = (tmp_path / "总台账.xlsx", tmp_path / "收回")
    both = (tmp_path / "总台账.xlsx", tmp_path / "别的总台账.xlsx")
    for verb, arguments in (
        ("status", (*given, "--period", Q2, "-o", tmp_path / "进度.xlsx")),
        ("diff", (*both, "-o", tmp_path / "差异.xlsx")),
        ("export", (*given, "--period", Q2, "--to", tmp_path / "明细.csv")),
        ("export", (*given, "--period", Q2, "--to", tmp_path / "明细.sqlite")),
    ):
        out = Path(str(arguments[-1]))
        for _ in range(2):
            assert run(verb, *arguments).exit_code in (0, 3)
        out.write_bytes(b"somebody's own")
        assert run(verb, *arguments).exit_code == 2 and out.read_bytes() == b"somebody's own"
        assert run(verb, *arguments, "--force").exit_code in (0, 3)


def test_the_report_says_which_output_it_is(tmp_path: Path) -> None:
    office(tmp_path)
    report = tmp_path / "r.json"
    merge = (*MERGE.format(o=tmp_path).split(), "-o", tmp_path / "s.xlsx", "--report", report)
    assert run(*merge).exit_code == 3
    assert json.loads(report.read_bytes())["output"] == mark_of("report", plan(), 2)


def test_bat_files_that_say_something_else_are_not_overwritten(tmp_path: Path) -> None:
    for _ in range(2):
        assert run("windows", tmp_path / "w").exit_code == 0
    own = tmp_path / "w" / "一键汇总.bat"
    own.write_bytes(b"@echo off\r\n")
    assert run("windows", tmp_path / "w").exit_code == 2
    assert own.read_bytes() == b"@echo off\r\n"
    assert run("windows", tmp_path / "w", "--force").exit_code == 0


# --- who may read, and where nothing is written


@posix
def test_what_holds_the_key_and_the_forms_is_its_owners(tmp_path: Path) -> None:
    (tmp_path / "来源.xlsx").write_bytes(_published())
    assert run("extract", tmp_path / "来源.xlsx", "-o", tmp_path / "新.xlsx").exit_code == 0
    office(tmp_path)
    generate = (
        "generate",
        tmp_path / "总台账.xlsx",
        "--period",
        Q2,
        "-o",
        tmp_path / "发出",
        "--as-of",
        "2022-07-01",
    )
    assert run(*generate).exit_code == 0
    assert run(*MERGE.format(o=tmp_path).split(), "-o", tmp_path / "s.xlsx").exit_code == 3
    mail = ("mail", tmp_path / "发出", "--plan", tmp_path / "总台账.xlsx", "-o", tmp_path / "邮件")
    assert run(*mail).exit_code in (0, 3)
    Journal(tmp_path / "发送记录.jsonl").append(what="sent")
    owners = [tmp_path / "新.xlsx", tmp_path / "发送记录.jsonl", tmp_path / "发送记录.lock"]
    owners += [*(tmp_path / "发出").iterdir(), *(tmp_path / "退回").iterdir()]
    owners += [*(tmp_path / "邮件").glob("*.eml")]
    assert len(owners) > 6
    assert {stat.S_IMODE(path.stat().st_mode) for path in owners} == {0o600}
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE((tmp_path / "s.xlsx").stat().st_mode) == 0o666 & ~mask


@posix
def test_no_writer_follows_a_link(tmp_path: Path) -> None:
    precious = tmp_path / "别人的"
    precious.write_bytes(b"precious")
    for name in ("汇总.xlsx", "发送记录.jsonl", "发送记录.lock"):
        (tmp_path / name).symlink_to(precious)
    with pytest.raises(OSError, match="链接"):
        write_file(tmp_path / "汇总.xlsx", b"ours")
    with pytest.raises(OSError, match="链接"):
        Journal(tmp_path / "发送记录.jsonl").append(what="sent")
    with pytest.raises(OSError, match="链接"), Journal(tmp_path / "发送记录.jsonl").alone():
        pass
    assert precious.read_bytes() == b"precious" and (tmp_path / "汇总.xlsx").is_symlink()


@posix
def test_a_log_that_is_a_link_is_one_sentence(tmp_path: Path) -> None:
    office(tmp_path)
    precious = tmp_path / "别人的"
    precious.write_bytes(b"precious")
    (tmp_path / "发送记录.lock").symlink_to(precious)
    result = run("mail", "--remind", tmp_path / "收回", "--plan", tmp_path / "总台账.xlsx", "-o", tmp_path / "催报")  # fmt: skip
    assert result.exit_code == 1 and "链接" in result.output
    assert precious.read_bytes() == b"precious"


@pytest.mark.skipif(sys.platform == "win32", reason="a file name on Windows has no such signs")
def test_a_period_with_signs_that_no_file_name_has(tmp_path: Path) -> None:
    named = tuple(
        p.__class__(p.caption.replace("第一", "1/2:"), p.end, p.months) for p in plan().periods
    )
    tasks = tuple(
        t.__class__(**{**_fields(t), "milestones": {k.replace("第一", "1/2:"): v for k, v in t.milestones.items()}})
        for t in plan().tasks
    )  # fmt: skip
    ours = plan().__class__(**{**_fields(plan()), "periods": named, "tasks": tasks})
    (tmp_path / "总台账.xlsx").write_bytes(plan_bytes(ours))
    (tmp_path / "收回").mkdir()
    merge = ("merge", tmp_path / "总台账.xlsx", tmp_path / "收回", "--period", "1/2:季度")
    assert run(*merge).exit_code == 3
    assert (tmp_path / "汇总_12季度.xlsx").exists()
