"""Whatever a stranger sends goes through ``merge``: refused by a finding or merged, in time and in memory.

The command runs in a process of its own, as a coordinator runs it; the files are made in hostile.py.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any
from xml.parsers import expat

import pytest
from books import keyed, zipped
from hostile import CASES, Case, filled
from office import convert

from reconcile.api.generate import generate
from reconcile.core.findings import Finding
from reconcile.core.i18n import Phrase, holds_chinese, speaking
from reconcile.intake.inbox import unpacked
from reconcile.readers import read_book

pytestmark = pytest.mark.slow

UNIT, PERIOD = "市地方金融监管局", "第二季度"
_KEPT = tempfile.TemporaryDirectory()
PLAN = str(Path(_KEPT.name) / "plan.xlsx")
Path(PLAN).write_bytes(keyed(Path(str(resources.files("reconcile.samples") / "plan.xlsx"))))
MEGABYTES = 512
# Runs merge and says, whatever comes of it, what it cost: VmHWM is the most memory ever used.
_RUN = """
import json, re, sys, time, types
from pathlib import Path
from reconcile.readers import limits
limits.time = types.SimpleNamespace(monotonic=time.process_time)  # as conftest.py has it
plan, inbox, out = sys.argv[1:]
try:
    from reconcile.cli import main
    main(["merge", plan, inbox, "-o", f"{out}/汇总.xlsx", "--report", f"{out}/report.json",
          "--period", "第二季度", "--as-of", "2022-07-08"])
finally:
    status = Path("/proc/self/status")
    peak = re.search(r"VmHWM:\\s+(\\d+)", status.read_text()) if status.exists() else None
    print()
    print(json.dumps({"seconds": time.process_time(), "peak": int(peak[1]) >> 10 if peak else 0}))
"""
COMMAND = [sys.executable, "-X", "utf8", "-c", _RUN]
_GROUPS = 4


def form_of(plan: str) -> bytes:
    """Return a form as it is issued, its task rows filled in properly."""
    with tempfile.TemporaryDirectory() as folder:
        made = generate(Path(plan), Path(folder), PERIOD, only=(UNIT,))
        return filled(made.files[UNIT].read_bytes())


@pytest.fixture(scope="module")
def form() -> bytes:
    return form_of(PLAN)


def merged(inbox: Path, out: Path, timeout: float = 600) -> dict[str, Any]:
    """Run ``merge`` on an inbox folder; return its report. A hang, an abort or a traceback is a failure."""
    ended = subprocess.run(
        [*COMMAND, PLAN, str(inbox), str(out)],
        capture_output=True, encoding="utf-8", errors="replace", timeout=timeout, check=False,
    )  # fmt: skip
    assert "Traceback" not in ended.stderr, ended.stderr[-3000:]
    assert ended.returncode in (0, 3), ended.stderr[-3000:]
    assert json.loads(ended.stdout.splitlines()[-1])["peak"] < MEGABYTES
    report: dict[str, Any] = json.loads((out / "report.json").read_text(encoding="utf-8"))
    balance = report["balance"]
    assert balance["received"] == sum(balance[k] for k in ("accepted", "normalised", "set_aside"))
    return report


def told(report: dict[str, Any], file: str) -> list[str]:
    """Return the codes of the findings about a file as such, and about what came in it.

    A form that was refused while others of its unit were taken (FORM-062) says why in its verdict.
    """
    mended = {f["file"] for f in report["findings"] if f["code"] == "FORM-062"}
    why = [c for f in report["files"] if f["file"] in mended & {file} for c in f["why"]]
    return sorted(why) or sorted(
        f["code"]
        for f in report["findings"]
        if (f["file"] == file or f["file"].startswith(f"{file}/"))
        and (f["code"][:4] in ("FILE", "HEAD") or f["code"] == "FORM-081")
    )


def well_formed(path: Path) -> None:
    """Assert that every part of a workbook that we wrote is XML that Excel can read."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels", ".vml")):
                expat.ParserCreate().Parse(archive.read(name), True)


@pytest.mark.parametrize("group", range(_GROUPS))
def test_hostile_files(group: int, form: bytes, tmp_path: Path) -> None:
    inbox, out = tmp_path / "in", tmp_path / "out"
    inbox.mkdir()
    cases: dict[str, Case] = {}
    for number, one in enumerate(case for case in CASES if case.often):
        if number % _GROUPS == group:
            file = f"{number:03d}.{one.name.rpartition('.')[2]}"
            (inbox / file).write_bytes(one.make(form))
            cases[f"in/{file}"] = one
    report = merged(inbox, out)
    wrong = {
        one.name: (told(report, file), sorted(one.codes.split()))
        for file, one in cases.items()
        if told(report, file) != sorted(one.codes.split())
    }
    assert wrong == {}
    listed = {f["file"] for f in report["files"]}
    for file, one in cases.items():
        refused = any(code.startswith("FILE") for code in one.codes.split())
        assert refused or file in listed, one.name
    for path in (out / "汇总.xlsx", *(out / "退回").glob("*.xlsx")):
        well_formed(path)


def test_a_clean_form_beside_them_is_merged(form: bytes, tmp_path: Path) -> None:
    inbox = tmp_path / "in"
    inbox.mkdir()
    (inbox / "a.xlsx").write_bytes(form)
    for number, one in enumerate(c for c in CASES if c.often and "FILE-023" in c.codes):
        (inbox / f"b{number}.{one.name.rpartition('.')[2]}").write_bytes(one.make(form))
    report = merged(inbox, tmp_path / "out")
    taken = [r for r in report["records"] if r["file"] == "in/a.xlsx"]
    assert len(taken) == len(report["records"]) == report["balance"]["received"] == 34


@pytest.mark.skipif(sys.platform != "linux", reason="names, links and pipes of Unix")
def test_odd_names_links_and_pipes(form: bytes, tmp_path: Path) -> None:
    inbox, out = tmp_path / "in", tmp_path / "out"
    deep = inbox.joinpath(*"d" * 600)
    deep.mkdir(parents=True)
    (deep / "x.xlsx").write_bytes(b"")
    names = (
        b"a\nb\x1b[31m.xlsx", b"\xff\xfe\xb5.xlsx", b"=cmd|' C calc'!A1.xlsx", b"-rf.xlsx",
        "甲".encode() * 83 + b".x", b"..xlsx", b" .xlsx", "\u202exslx.xlsx".encode(),
    )  # fmt: skip
    for name in names:
        Path(os.fsdecode(os.fsencode(inbox) + b"/" + name)).write_bytes(b"")
    os.mkfifo(inbox / "pipe.xlsx")
    (inbox / "self").symlink_to(inbox / "self")
    (inbox / "up").symlink_to(inbox)
    (inbox / "null.xlsx").symlink_to("/dev/zero")
    report = merged(inbox, out)
    codes = Counter(f["code"] for f in report["findings"] if f["file"])
    # Empty files; a link to itself; a pipe; a device outside the inbox.
    assert codes == {"FILE-001": len(names) + 1, "FILE-040": 1, "FILE-049": 1, "FILE-041": 1}
    json.dumps(report).encode()
    well_formed(out / "汇总.xlsx")


def test_many_files_of_one_long_name_each_get_a_copy(form: bytes, tmp_path: Path) -> None:
    inbox, out = tmp_path / "in", tmp_path / "out"
    inbox.mkdir()
    wrong = next(c for c in CASES if c.name == "number '-1' in J.xlsx").make(form)
    name = "甲" * 300
    (inbox / "a.zip").write_bytes(zipped({f"{i}/{name}.xlsx": wrong for i in range(12)}))
    merged(inbox, out)
    copies = list((out / "退回").glob("*.xlsx"))
    assert len(copies) == len({c.name for c in copies}) == 12
    assert all(len(os.fsencode(c.name)) < 256 for c in copies)


def test_what_only_looks_like_a_cell(form: bytes, tmp_path: Path) -> None:
    from hostile import rows

    inbox = tmp_path / "in"
    inbox.mkdir()
    for name, xml in (
        ("a", '<?x <c r="K7" t="str"><v>不该看见</v></c>?>'),
        ("b", '<c r="K9999" t="str"><f>1+1</f><is><t>看得见</t></is></c>'),
    ):
        (inbox / f"{name}.xlsx").write_bytes(rows(form, f'<row r="9999">{xml}</row>'))
    report = merged(inbox, tmp_path / "out")
    found = [(f["file"], f["code"]) for f in report["findings"] if f["cell"] == "K9999"]
    assert found == [("in/b.xlsx", "ROW-008")]
    assert "不该看见" not in json.dumps(report, ensure_ascii=False)


def test_soffice_opens_what_was_written(form: bytes, tmp_path: Path, soffice: str) -> None:
    out, copies = tmp_path / "out", []
    for number, name in enumerate((
        "names of sheets with strange signs.xlsx",
        "marks in K8.xlsx",
        "right to left in K6.xlsx",
    )):  # fmt: skip
        one = next(c for c in CASES if c.name == name)
        inbox = tmp_path / f"in{number}"
        inbox.mkdir()
        (inbox / one.name).write_bytes(one.make(form))
        merged(inbox, out)
        copies += [path.rename(tmp_path / path.name) for path in (out / "退回").glob("*.xlsx")]
    assert copies
    opened = convert("csv", out / "汇总.xlsx", *copies, into=tmp_path / "csv")
    assert all(path.exists() for path in opened)
    assert copies[0].read_bytes()[:2] == b"PK"


# --- in English


def _spoken(value: object) -> Iterator[object]:
    """The words in a value that are not ours: a sender's."""
    if isinstance(value, Phrase):
        for _, one in value.values:
            yield from _spoken(one)
    else:
        yield value


def test_what_is_told_in_english_has_no_chinese_but_the_senders(form: bytes) -> None:
    wrong = set()
    for one in [case for case in CASES if case.often][::3]:
        found: list[Finding] = []
        for arrival in unpacked(one.name.replace("/", "_"), one.make(form)):
            told = read_book(arrival.name, arrival.content)[1] if arrival.content else ()
            found += (*arrival.findings, *told)
        for finding in found:
            with speaking("en"):
                message = finding.message
            for word in (w for value in finding.values.values() for w in _spoken(value)):
                message = message.replace(str(word), "")
            # What is neither a phrase nor from a file's content is a reason in one language.
            ours = [finding.values.get(name) for name in ("reason", "what", "part")]
            if holds_chinese(message) or any(isinstance(v, str) and holds_chinese(v) for v in ours):
                wrong.add((one.name, finding.code, finding.message[:80]))
    assert wrong == set()
