"""merge --pdf: printed where a LibreOffice is, told where none is; nothing else is held up."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pypdfium2
import pytest
from bench_forms import A, changed, plan, put
from click.testing import CliRunner

from reconcile.cli import main
from reconcile.core.findings import Finding, Place
from reconcile.plan import plan_bytes
from reconcile.reports import printed_pdf
from reconcile.reports.printed_pdf import printed
from reconcile.writers.marks import PDF, mark_of, pdf_marked, read_mark

posix = pytest.mark.skipif(os.name != "posix", reason="programs as shell scripts")
MARK = mark_of(PDF, plan(), 2)


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder that is the only one in which programs are looked for."""
    programs = tmp_path / "programs"
    programs.mkdir()
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}.")
    monkeypatch.setattr(printed_pdf, "_FOLDERS", {"linux": ()})
    return programs


def program(folder: Path, script: str) -> None:
    (folder / "soffice").write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (folder / "soffice").chmod(0o755)


def reason(made: bytes | Finding) -> str:
    assert isinstance(made, Finding) and made.code == "FORM-037"
    return str(made.values["reason"])


@posix
def test_whatever_goes_wrong_is_told(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(nowhere.parent)
    program(nowhere.parent, "exit 0")  # in the folder where we work: it may be anybody's
    assert reason(printed(b"", MARK, Place("s.pdf"))) == "本机没有找到 LibreOffice"
    for script, told in (
        ("exit 3", "LibreOffice 没有转出来"),
        ('shift 10; echo "<html>" > "$1/summary.pdf"', "LibreOffice 没有转出来"),
    ):
        program(nowhere, script)
        assert reason(printed(b"", MARK, Place("s.pdf"))) == told
    (nowhere / "soffice").write_bytes(b"no program")
    assert reason(printed(b"", MARK, Place("s.pdf"))).startswith("LibreOffice 启动不了")


@pytest.mark.slow
@posix
def test_what_hangs_is_ended_with_all_that_it_started(nowhere: Path) -> None:
    living = nowhere.parent / "living"
    program(nowhere, f"(while :; do /bin/date +%s%N > '{living}'; /bin/sleep 0.05; done) & wait")
    told = reason(printed(b"", MARK, Place("s.pdf"), seconds=1.5))
    assert told == "LibreOffice 用了 1.5 秒还没有转完"
    last = living.read_text()
    time.sleep(0.3)
    assert living.read_text() == last


@posix
def test_without_libreoffice_all_else_is_written(nowhere: Path, tmp_path: Path) -> None:
    (tmp_path / "总台账.xlsx").write_bytes(plan_bytes(plan()))
    (tmp_path / "收回").mkdir()
    (tmp_path / "收回" / "01.xlsx").write_bytes(changed(put(H7="基本完成"), A))
    asked = ["merge", str(tmp_path / "总台账.xlsx"), str(tmp_path / "收回"), "-o", str(tmp_path / "s.xlsx"),
             "--period", "第二季度", "--pdf", str(tmp_path / "s.pdf")]  # fmt: skip
    (tmp_path / "s.pdf").write_bytes(pdf_marked(b"%PDF-1.6 of last time", MARK))
    result = CliRunner().invoke(main, asked)
    assert result.exit_code == 3 and "FORM-037 s.pdf：PDF 没有做成：本机没有找到" in result.output
    assert (tmp_path / "s.xlsx").exists() and list((tmp_path / "退回").iterdir())
    assert b"of last time" in (tmp_path / "s.pdf").read_bytes()
    (tmp_path / "s.pdf").write_bytes(
        pdf_marked(b"%PDF-1.6 of last time", MARK) + b"a leader's note"
    )
    result = CliRunner().invoke(main, asked)
    assert result.exit_code == 2 and "没有覆盖" in result.output


def test_a_printed_file_is_the_same_again_and_known_again(soffice: str, tmp_path: Path) -> None:
    import io

    import openpyxl

    book = openpyxl.Workbook()
    book.active["A1"] = "2022年汇总"  # type: ignore[index]
    book.create_sheet("第二张")["A1"] = "滞后12项"
    stream = io.BytesIO()
    book.save(stream)
    made = [printed(stream.getvalue(), MARK, Place("s.pdf")) for _ in range(2)]
    assert isinstance(made[0], bytes) and made[0] == made[1]
    document = pypdfium2.PdfDocument(made[0])
    texts = [re.sub(r"\s", "", page.get_textpage().get_text_bounded()) for page in document]
    assert texts == ["2022年汇总", "滞后12项"]
    path = tmp_path / "s.pdf"
    path.write_bytes(made[0])
    assert (read_mark(path).mark, read_mark(path).sealed) == (MARK, True)
    path.write_bytes(made[0].replace(b"%PDF-1", b"%PDF-2", 1))
    assert (read_mark(path).mark, read_mark(path).sealed) == (MARK, False)
