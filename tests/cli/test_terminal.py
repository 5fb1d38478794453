"""What comes from outside cannot act on a terminal: the commands run in a real one, over a hostile inbox."""

from __future__ import annotations

import email
import email.policy
import json
import os
import re
import select
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from bench_forms import A, B, changed, plan
from openpyxl.workbook import Workbook as Book

import reconcile
from reconcile.core.plan import Plan
from reconcile.core.text import json_printable, printable
from reconcile.forms.form_writer import file_name as form_name
from reconcile.mail.journal import Journal
from reconcile.plan import plan_bytes
from reconcile.reports.marked_copies import file_name as copy_name
from reconcile.writers.atomic import safe_name

pytestmark = pytest.mark.slow

pty = pytest.importorskip("pty", reason="this system has no pseudo-terminals")

TITLE = "\x1b]0;owned\x07"
SIGNS = {
    "a title for the window": TITLE,
    "a command of one character": "\x9b31m",
    "a direction turned round": "\u202e",
    "a direction isolated": "\u2066\u2069",
    "a line separator": "\u2028没有做成：假的",
    "a next line": "\u0085没有做成：假的",
    "a line break": "\n没有做成：假的",
    "a return": "\r没有做成：假的",
    "a backspace": "\b\b\b",
    "a delete": "\x7f",
    "an invisible": "\u200b\ufeff",
    "a tag": "\U000e0041",
}
PLAIN = "文字"
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": str(Path(reconcile.__file__).parents[1]),
    "PYTHONUTF8": "1",
    "TERM": "dumb",  # no progress bar, which moves the cursor, and no colours
}


def acting(text: str) -> list[str]:
    """The characters of a text that act on a terminal, or cannot be seen on it."""
    kinds = ("Cc", "Cf", "Cs", "Zl", "Zp")
    return [ascii(sign) for sign in text if unicodedata.category(sign) in kinds and sign != "\n"]


def in_terminal(*arguments: object, folder: Path) -> tuple[int, str]:
    """Run the command in a pseudo-terminal; returns (exit status, all that it showed)."""
    screen, theirs = pty.openpty()
    program = subprocess.Popen(
        [sys.executable, "-m", "reconcile", *map(str, arguments)],
        stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder, env=ENVIRONMENT,
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    while select.select([screen], [], [], 120)[0]:
        try:
            piece = os.read(screen, 65536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        shown += piece
    os.close(screen)
    # A terminal's own line end is \r\n.
    return program.wait(), shown.decode().replace("\r\n", "\n")


def hostile_plan() -> Plan:
    """A plan whose unit carries every sign that a workbook can hold in its name, and its task in its goal."""
    sign = "\u202e\u2066\u009b31m\u2028假的"
    strange = f"{B}{sign}"

    def named(units: Sequence[str]) -> tuple[str, ...]:
        return tuple(strange if u == B else u for u in units)

    tasks = tuple(
        replace(t, goal=t.goal + sign, lead=named(t.lead), support=named(t.support))
        for t in plan().tasks
    )
    units = tuple(replace(u, name=strange) if u.name == B else u for u in plan().units)
    return replace(plan(), tasks=tasks, units=units)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan, and an inbox in which file names, sheet names and cells hold what acts on terminals."""
    folder = tmp_path_factory.mktemp("terminal")
    (folder / "总台账.xlsx").write_bytes(plan_bytes(hostile_plan()))
    inbox = folder / "收回"
    inbox.mkdir()

    def spoil(book: Book) -> None:
        sheet = book["填报表"]
        sheet["H7"] = "未知\u202e\u009b31m\u2028没有做成：假的\u0085x"
        sheet["I7"] = "五\u2066\u200f成"
        sheet["D4"] = "张\u202e三"
        sheet.title = "填报\u202e\u2028表\u009b"

    for number, sign in enumerate(SIGNS.values()):
        name = f"{number:02d}{sign}.xlsx"
        (inbox / name).write_bytes(changed(spoil, A) if number < 2 else b"no workbook")
    return folder


RUNS: list[tuple[str, int, tuple[str, ...]]] = [
    ("status", 3, ("status", "总台账.xlsx", "收回", "--period", "第二季度")),
    ("status --json", 3, ("status", "总台账.xlsx", "收回", "--period", "第二季度", "--json")),
    ("merge", 3, ("merge", "总台账.xlsx", "收回", "--period", "第二季度", "-o", "汇总.xlsx",
               "--report", "report.json")),
    ("generate", 0, ("generate", "总台账.xlsx", "--period", "第二季度", "-o", "发出")),
    ("generate for nobody", 1, ("generate", "总台账.xlsx", "--period", f"季{TITLE}", "-o", "发出2")),
    ("export", 3, ("export", "总台账.xlsx", "收回", "--period", "第二季度", "--to", "明细.csv")),
    ("mail", 3, ("mail", "收回", "--plan", "总台账.xlsx", "-o", "邮件")),
    ("diff", 1, ("diff", "总台账.xlsx", f"收回/00{TITLE}.xlsx")),
    ("a file that is not there", 2, ("status", f"没有{TITLE}\u202e.xlsx", "收回")),
    ("a file in the way", 2, ("extract", "总台账.xlsx", "-o", f"收回/00{TITLE}.xlsx")),
    ("a verb that is none", 2, (f"merge{TITLE}\u202e",)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("expected", "arguments"), [run for _, *run in RUNS], ids=[name for name, *_ in RUNS]
)
def test_nothing_from_outside_acts_on_the_terminal(
    place: Path, expected: int, arguments: tuple[str, ...]
) -> None:
    status, shown = in_terminal(*arguments, folder=place)
    assert shown.strip() and "Traceback" not in shown and status == expected
    assert acting(shown) == []
    assert not re.search(r"(?m)^ *(?:没有做成：)?假的", shown), "a line of ours was forged"


def test_the_json_on_the_terminal_says_the_same_as_the_report(place: Path) -> None:
    _, shown = in_terminal(*RUNS[1][2], folder=place)
    told = json.loads(shown)
    in_terminal(*RUNS[2][2], folder=place)
    text = (place / "report.json").read_text("utf-8")
    assert acting(text) == []
    assert json.loads(text)["files"] == told["files"] and len(told["files"]) == len(SIGNS)
    sheets = {f["sheet"] for f in told["findings"]}
    assert any("\u202e" in sheet for sheet in sheets), "to a program nothing is lost"


def test_names_of_what_is_written_hold_nothing_that_acts(place: Path) -> None:
    in_terminal(*RUNS[2][2], folder=place)
    in_terminal(*RUNS[3][2], folder=place)
    names = [p.name for d in ("发出", "退回") for p in (place / d).iterdir()]
    assert len(names) > 3
    assert [acting(name) for name in names if acting(name)] == []
    assert not [name for name in names if "\n" in name or "?" in name]


def test_drafts_hold_nothing_that_acts(place: Path) -> None:
    in_terminal(*RUNS[2][2], folder=place)
    _, shown = in_terminal("mail", "退回", "--plan", "总台账.xlsx", "-o", "草稿", folder=place)
    drafts = list((place / "草稿").glob("*.eml"))
    assert drafts, shown
    for path in drafts:
        assert acting(path.name) == []
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        body = mail.get_body()
        assert body is not None and "未知" in body.get_content(), "it quotes what was filled in"
        names = [str(part.get_filename()) for part in mail.iter_attachments()]
        for text in (mail["Subject"], mail["To"] or "", body.get_content(), *names):
            assert acting(str(text).replace("\r\n", "\n")) == []


@pytest.mark.parametrize("sign", SIGNS.values(), ids=list(SIGNS))
@pytest.mark.parametrize(
    "shown",
    [
        printable,
        lambda text: printable(text, breaks=True).replace("\n", ""),
        safe_name,
        copy_name,
        lambda text: form_name(1, 2, plan(), "第二季度", text),
        lambda text: json_printable(json.dumps(text, ensure_ascii=False)),
    ],
    ids=["printable", "with breaks", "safe_name", "copy_name", "form_name", "json"],
)
def test_one_function_makes_text_printable(sign: str, shown: Callable[[str], str]) -> None:
    made = shown(f"{PLAIN}{sign}{PLAIN}")
    assert acting(made) == [] and "\n" not in made
    assert made.count(PLAIN) == 2


@pytest.mark.parametrize(
    "text", ["市发改委", "⚠️ 👨‍👩‍👧 ok", "（一）ＡＢＣ　全角", "𠮷野", "é ü ñ", "50%～60%"]
)
def test_what_people_write_is_shown_as_it_is(text: str) -> None:
    assert printable(text) == text == json.loads(json_printable(json.dumps(text)))


def test_a_lone_surrogate_is_shown_too() -> None:
    assert printable("文\ud800字\udc80") == "文?字?"


def test_the_journal_holds_nothing_that_acts(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "发送记录.jsonl")
    said = "".join(SIGNS.values())
    journal.append(reply=said)
    assert acting((tmp_path / "发送记录.jsonl").read_text("utf-8")) == []
    assert [line["reply"] for line in journal.lines()] == [said]
