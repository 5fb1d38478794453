"""Hostile plans, templates and names in plan workbooks: limited, told in one sentence, and ended."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from datetime import date
from importlib import resources
from pathlib import Path

import openpyxl
import pytest
from hostile_plans import DOCX, PDFS, STOPPED, one_page, text
from post_servers import issue, run, small_plan
from printed import print_plan

from reconcile.api import marked_copies as api_copies
from reconcile.api.delegate import delegate
from reconcile.api.extract import extract as api_extract
from reconcile.api.inputs import load_style, load_template
from reconcile.api.merge import write_merge
from reconcile.api.status import take
from reconcile.core.plan import Plan
from reconcile.extract import published, sandbox
from reconcile.forms.template import read_template
from reconcile.intake import reader
from reconcile.plan import plan_bytes, read_plan
from reconcile.readers import child_process
from reconcile.reports.previous_summary import read_previous
from reconcile.writers.atomic import Unfit, beside, read_regular

pytestmark = pytest.mark.slow

SAMPLE = Path(str(resources.files("reconcile.samples") / "plan.pdf"))
TEMPLATE = Path(str(resources.files("reconcile.templates") / "form.xlsx"))
HEAD = ["序号", "目标任务", "第一季度", "第二季度", "牵头单位", "共同责任单位"]
WIDTHS = [30, 160, 160, 160, 80, 120]
unix = pytest.mark.skipif(sys.platform == "win32", reason="pipes, devices and limits of Unix")


def codes(path: Path) -> list[str]:
    """Return the findings about a published plan, each code once."""
    return sorted({f.code for f in sandbox.read_published_plan(path)[1]})


# --- the published plan


@unix
@pytest.mark.parametrize("name", [*PDFS, *DOCX])
def test_hostile_plans_are_told_and_ended(name: str, tmp_path: Path) -> None:
    make, expected = {**PDFS, **DOCX}[name]
    path = tmp_path / ("a.pdf" if name in PDFS else "a.docx")
    path.write_bytes(make())
    told = codes(path)
    if expected == STOPPED:
        assert told in (["PLAN-064"], ["PLAN-065"])
    else:
        assert told == expected.split()


def test_a_plan_is_read_apart_as_it_is_read_here() -> None:
    steps: list[tuple[int, int]] = []
    there = sandbox.read_published_plan(
        SAMPLE, progress=lambda done, all: steps.append((done, all))
    )
    assert there == published.read_published_plan(SAMPLE)
    assert there[1], "findings pass through"
    assert steps == [(n, 36) for n in range(1, 37)], "and so does the progress bar"


def test_a_proof_is_drawn_apart(tmp_path: Path) -> None:
    pdf = print_plan(
        tmp_path / "a.pdf", WIDTHS, [[HEAD, ["1", "修路", "开工", "完工", "市交通局", ""]]]
    )
    made = api_extract(pdf, tmp_path / "总台账.xlsx", proof_path=tmp_path / "校对.xlsx")
    assert made.plan is not None
    assert openpyxl.load_workbook(tmp_path / "校对.xlsx").sheetnames == ["分页", "校对"]


@unix
def test_a_page_too_large_to_draw_costs_the_proof_and_not_the_plan(tmp_path: Path) -> None:
    pdf = print_plan(
        tmp_path / "a.pdf", WIDTHS, [[HEAD, ["1", "修路", "开工", "完工", "市交通局", ""]]]
    )
    large = tmp_path / "b.pdf"
    box = re.compile(rb"(/MediaBox\s*\[\s*\S+\s+\S+)[^\]]*")
    large.write_bytes(box.sub(rb"\1 60000 60000 ", pdf.read_bytes()))
    made = api_extract(large, tmp_path / "总台账.xlsx", proof_path=tmp_path / "校对.xlsx")
    assert made.plan is not None and len(made.plan.tasks) == 1
    assert "PLAN-068" in [f.code for f in made.findings]
    assert not (tmp_path / "校对.xlsx").exists() and (tmp_path / "总台账.xlsx").exists()


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a process of its own find the work that comes to no good end."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))


@pytest.mark.usefixtures("jobs")
def test_what_shows_no_progress_is_ended_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_process, "_SLOWEST", 0.1)
    with pytest.raises(child_process.Ended) as ended:
        child_process.apart("hostile_jobs:sleep", 60.0)
    assert ended.value.why == child_process.TIME


@unix
@pytest.mark.usefixtures("jobs")
@pytest.mark.parametrize(
    ("work", "why"),
    [
        ("spin", child_process.TIME),
        ("hoard", child_process.MEMORY),
        ("crash", child_process.MEMORY),
        ("fail", child_process.FAULT),
    ],
)
def test_how_work_may_end(work: str, why: str) -> None:
    with pytest.raises(child_process.Ended) as ended:
        child_process.apart(f"hostile_jobs:{work}", 0.0)
    assert ended.value.why == why
    assert ("ValueError" in ended.value.reason) == (why == child_process.FAULT)


def test_a_fault_of_ours_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object, **__: object) -> object:
        raise child_process.Ended(child_process.FAULT, "ValueError: x")

    monkeypatch.setattr(sandbox, "apart", failing)
    (finding,) = sandbox.read_published_plan(SAMPLE)[1]
    assert (finding.code, finding.values["reason"]) == ("PLAN-066", "ValueError: x")


@unix
def test_the_child_finds_us_and_nothing_that_lies_where_it_is_started(tmp_path: Path) -> None:
    (tmp_path / "reconcile.py").write_text("raise SystemExit('a stranger')")
    (tmp_path / "pickle.py").write_text("raise SystemExit('a stranger')")
    (tmp_path / "a.pdf").write_bytes(one_page(text(5)))
    script = (
        "import sys; sys.path.pop(0); sys.path.insert(0, sys.argv[1]);"
        "from pathlib import Path; from reconcile.extract.sandbox import read_published_plan;"
        "print([f.code for f in read_published_plan(Path('a.pdf'))[1]])"
    )
    home = str(Path(child_process.__file__).parents[2])
    ended = subprocess.run(
        [sys.executable, "-c", script, home],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout.strip() == "['PLAN-008']"


def test_extract_says_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(PDFS["a page 100000 times"][0]())
    ended = run("extract", tmp_path / "a.pdf", "-o", tmp_path / "b.xlsx")
    assert ended.exit_code == 1 and ended.output.count("\n") == 1
    assert "PLAN-063" in ended.output and "超过 500 页" in ended.output
    assert not (tmp_path / "b.xlsx").exists()


def test_a_workbook_of_too_many_cells_is_no_plan(tmp_path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("计划")
    for _ in range(1200):
        sheet.append([1] * 100)
    book.save(tmp_path / "a.xlsx")
    assert codes(tmp_path / "a.xlsx") == ["PLAN-063"]


# --- only regular files


@pytest.fixture(params=["pipe", "device", "folder", "large"])
def unfit(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A path at which no file lies that may be read."""
    path = tmp_path / "x.xlsx"
    if request.param in ("pipe", "device") and sys.platform == "win32":
        pytest.skip("there are none below a folder")
    if request.param == "pipe":
        os.mkfifo(path)
    elif request.param == "device":
        path.symlink_to("/dev/zero")
    elif request.param == "folder":
        path.mkdir()
    else:
        with path.open("wb") as stream:
            stream.truncate(300 << 20)
    return path


def test_nothing_but_a_file_is_read(unfit: Path) -> None:
    assert codes(unfit) == ["PLAN-067"]
    assert [f.code for f in read_plan(unfit)[1]] == ["PLAN-500"]
    assert [f.code for f in read_template(unfit)[1]] == ["FORM-001"]
    form = load_template(small_plan(1), Path("x.xlsx"), None)[0]
    assert form is not None
    with pytest.raises(Unfit):
        read_previous([unfit], form.form, [])


def test_the_sentence_says_what_is_there_instead(unfit: Path, tmp_path: Path) -> None:
    words = ("不是普通文件", "这是文件夹", "超过 64 MB")
    for finding in (*read_plan(unfit)[1], *read_template(unfit)[1]):
        assert any(word in finding.message for word in words), finding.message


@unix
@pytest.mark.parametrize("option", ["--template", "--previous"])
def test_a_pipe_on_the_command_line_is_one_sentence(option: str, tmp_path: Path) -> None:
    plan = issue(tmp_path, small_plan(1))
    os.mkfifo(tmp_path / "pipe.xlsx")
    ended = run(
        "merge", plan, tmp_path / "发出", "-o", tmp_path / "汇总.xlsx", "--period", "第二季度",
        option, tmp_path / "pipe.xlsx",
    )  # fmt: skip
    assert ended.exit_code == 1 and "不是普通文件" in ended.output


# --- names in a plan workbook

NAMES = (
    "../x.xlsx", "a/../../x.xlsx", "/etc/x.xlsx", "//server/share/x.xlsx", r"\\server\share\x.xlsx", r"..\x.xlsx",
    "C:x.xlsx", r"C:\x.xlsx", r"\\.\pipe\x", "NUL", "con.xlsx", "a/COM1", "x.xlsx:stream", "a//x.xlsx", "\0",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_plan_names_no_file_outside_its_folder(name: str, tmp_path: Path) -> None:
    with pytest.raises(Unfit):
        beside(tmp_path, name)


@pytest.mark.parametrize("name", ["x.xlsx", "a/x.xlsx", r"模板\x.xlsx", "./x.xlsx", "console.xlsx"])
def test_a_plan_may_name_what_lies_with_it(name: str, tmp_path: Path) -> None:
    assert beside(tmp_path, name).is_relative_to(tmp_path)


@unix
def test_a_link_does_not_lead_out(tmp_path: Path) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    (tmp_path / "x.xlsx").write_bytes(b"")
    (inside / "out.xlsx").symlink_to(tmp_path / "x.xlsx")
    (inside / "loop").symlink_to(inside / "loop")
    (inside / "here.xlsx").symlink_to(inside / "y.xlsx")
    for name in ("out.xlsx", "loop/x.xlsx"):
        with pytest.raises(Unfit):
            beside(inside, name)
    assert beside(inside, "here.xlsx").name == "here.xlsx"


SETTINGS: Mapping[str, str] = {"填报表模板": "generate", "汇总模板": "merge", "邮件模板": "mail"}


@pytest.mark.parametrize("caption", SETTINGS)
def test_each_setting_that_names_a_file_is_held_to_it(caption: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "x.xlsx").write_bytes(TEMPLATE.read_bytes())
    path = issue(home, small_plan(1))
    path.write_bytes(plan_bytes(small_plan(1, **{caption: "../x.xlsx"})))
    period = ("--period", "第二季度")
    ended = {
        "generate": lambda: run("generate", path, *period, "-o", home / "新"),
        "merge": lambda: run("merge", path, home / "发出", *period, "-o", home / "汇总.xlsx"),
        "mail": lambda: run("mail", home / "发出", "--plan", path, "-o", home / "邮件"),
    }[SETTINGS[caption]]()
    assert ended.exit_code == 1, ended.output
    assert f"PLAN-069 “设置”表的“{caption}”写的“../x.xlsx”没有打开" in ended.output


def test_a_template_on_the_command_line_may_lie_anywhere(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "x.xlsx").write_bytes(TEMPLATE.read_bytes())
    plan = small_plan(1, 填报表模板="../x.xlsx")
    found, told = load_template(plan, home / "总台账.xlsx", tmp_path / "x.xlsx")
    assert found is not None and told == ()
    assert load_style(small_plan(1), home / "总台账.xlsx")[0] is not None


def _received(folder: Path, plan: Plan) -> Path:
    """A form, as one level down receives it."""
    return next(iter(sorted((issue(folder, plan).parent / "发出").glob("*.xlsx"))))


def test_delegate_copies_the_template_beside_the_plan(tmp_path: Path) -> None:
    form = _received(tmp_path, small_plan(1))
    elsewhere, home = tmp_path / "模板" / "我的.xlsx", tmp_path / "县" / "我的总台账.xlsx"
    for folder in (elsewhere.parent, home.parent):
        folder.mkdir()
    elsewhere.write_bytes(TEMPLATE.read_bytes())
    made = delegate(form, home, template_path=elsewhere)
    assert made.plan is not None
    assert made.plan.settings["填报表模板"] == "我的.xlsx"
    assert [f.values["name"] for f in made.findings if f.code == "FILE-081"] == ["我的.xlsx"]
    assert (home.parent / "我的.xlsx").read_bytes() == elsewhere.read_bytes()
    plan, _ = read_plan(home)
    assert plan is not None
    assert load_template(plan, home, None)[0] is not None
    # The same again uses the copy; another template of the same name overwrites neither copy nor plan.
    again = delegate(form, home, template_path=elsewhere, force=True)
    assert again.plan and again.plan.settings["填报表模板"] == "我的.xlsx"
    (home.parent / "我的.xlsx").write_bytes(b"mine")
    third = delegate(form, home, template_path=elsewhere, force=True)
    assert third.plan and third.plan.settings["填报表模板"] == "我的_2.xlsx"
    assert (home.parent / "我的.xlsx").read_bytes() == b"mine"
    named = elsewhere.with_name(home.name)
    named.write_bytes(TEMPLATE.read_bytes())
    fourth = delegate(form, home, template_path=named, force=True)
    assert fourth.plan and fourth.plan.settings["填报表模板"] == "我的总台账_2.xlsx"


def test_delegate_names_a_template_below_the_plan_by_its_way(tmp_path: Path) -> None:
    form = _received(tmp_path, small_plan(1))
    (tmp_path / "模板").mkdir()
    (tmp_path / "模板" / "我的.xlsx").write_bytes(TEMPLATE.read_bytes())
    made = delegate(
        form, tmp_path / "我的总台账.xlsx", template_path=tmp_path / "模板" / "我的.xlsx"
    )
    assert made.plan is not None and made.plan.settings["填报表模板"] == "模板/我的.xlsx"
    assert "FILE-081" not in [f.code for f in made.findings]


def test_a_template_of_too_many_cells(tmp_path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("填报表")
    for _ in range(2500):
        sheet.append([1] * 100)
    book.save(tmp_path / "t.xlsx")
    template, (finding,) = read_template(tmp_path / "t.xlsx")
    assert template is None and finding.code == "FORM-001"


def test_read_regular_reads_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert read_regular(tmp_path / "a", 3) == b"abc"
    with pytest.raises(Unfit):
        read_regular(tmp_path / "a", 2)
    with pytest.raises(FileNotFoundError):
        read_regular(tmp_path / "b")


# --- one clock for all that is done with a return


def test_the_clock_covers_what_comes_after_the_parser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    path = issue(tmp_path, small_plan(1))
    read = reader.read_book

    def slow(name: str, content: bytes, *, password: str | None, clock: object) -> object:
        book = read(name, content, password=password)
        clock.end = 0.0  # type: ignore[attr-defined]
        return book

    monkeypatch.setattr(reader, "read_book", slow)
    monkeypatch.setattr(reader.Clock, "left", lambda clock: clock.end)
    taken = take(path, [tmp_path / "发出"], period="第二季度", as_of=date(2022, 7, 8))
    assert taken.merged is not None
    assert [f.code for f in taken.merged.findings if f.place.file] == ["FILE-021", "UNIT-012"]


def test_a_copy_that_cannot_be_read_again_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hostile import said

    from reconcile.core.findings import Finding, Place

    path = issue(tmp_path, small_plan(1))
    (form,) = (tmp_path / "发出").glob("*.xlsx")
    form.write_bytes(said(form.read_bytes(), "I", "不知道", row=7))
    taken = take(path, [form], period="第二季度", as_of=date(2022, 7, 8))
    assert taken.merged and taken.form
    late = Finding("FILE-021", Place(form.name), values={"seconds": "10"})
    monkeypatch.setattr(api_copies, "read_again", lambda *_: (None, None, (late,)))
    written = write_merge(
        taken.merged, taken.form, tmp_path / "汇总.xlsx", tmp_path / "退回", [form]
    )
    assert written.copies == ()
    assert [(f.code, f.values["reason"]) for f in written.findings] == [("FILE-082", "FILE-021")]


def test_no_copy_is_painted_of_a_file_whose_other_sheets_are_large(tmp_path: Path) -> None:
    path = issue(tmp_path, small_plan(1))
    (form,) = (tmp_path / "发出").glob("*.xlsx")
    book = openpyxl.load_workbook(form)
    sheet = book["填报表"]
    row = next(r for r in range(1, 30) if sheet.cell(r, 2).value == 1)
    sheet.cell(row, 9).value = "不知道"
    other = book.create_sheet("底稿")
    for _ in range(450):
        other.append([7] * 100)
    book.save(form)
    with zipfile.ZipFile(form, "a") as archive:  # one without goes back as it came
        archive.writestr("xl/vbaProject.bin", b"MZ")
    taken = take(path, [form], period="第二季度", as_of=date(2022, 7, 8))
    assert taken.merged and taken.form
    written = write_merge(
        taken.merged, taken.form, tmp_path / "汇总.xlsx", tmp_path / "退回", [form]
    )
    assert written.copies == ()
    assert [(f.code, f.values["count"]) for f in written.findings] == [("FILE-083", 45_000)]
    assert written.findings[0].unit == "模拟一局"
