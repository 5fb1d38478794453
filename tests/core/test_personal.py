"""What leaves the house: the summary, which leaders read, names no clerk and no telephone number unless asked."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from bench_forms import HEAD, A, B, C, changed, plan, put
from openpyxl.comments import Comment
from openpyxl.workbook import Workbook as Book
from post_servers import run

from reconcile.core.plan import Unit
from reconcile.plan import plan_bytes

pytestmark = pytest.mark.slow  # whole rounds, command by command

CLERK, PHONE = str(HEAD["D4"]), str(HEAD["J4"])
# Of the register, of the forms, and of a form whose number is told in findings.
CONTACT, CONTACT_PHONE = "（模拟）联系人", "0000-1112223"
ODD_CLERK, ODD_PHONE = "（模拟）改口人", "0000-4445556"
PRIVATE = (CLERK, PHONE, CONTACT, CONTACT_PHONE, ODD_CLERK, ODD_PHONE)


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A plan with contacts, two returns of one unit by two clerks, one of another; the third is silent."""
    units = tuple(
        replace(u, contact=CONTACT, phone=CONTACT_PHONE, email="zhb@example.invalid")
        for u in plan().units
    )
    settings = {**plan().settings, "报送邮箱": "boss@example.invalid"}
    register: tuple[Unit, ...] = units
    whole = replace(plan(), units=register, settings=settings)
    (tmp_path / "总台账.xlsx").write_bytes(plan_bytes(whole))
    (tmp_path / "收回").mkdir()
    (tmp_path / "收回" / "a1.xlsx").write_bytes(changed(put(H7="基本完成"), A))

    def odd(book: Book) -> None:
        put(D4=ODD_CLERK, J4=ODD_PHONE)(book)
        book["填报表"]["D4"].comment = Comment(f"代{ODD_CLERK}填", "x")

    (tmp_path / "收回" / "a2.xlsx").write_bytes(changed(odd, A))
    (tmp_path / "收回" / "b.xlsx").write_bytes(changed(put(D4="'=张" + CLERK), B))
    return tmp_path


def merge(office: Path, *more: str) -> bytes:
    done = run(
        "merge", office / "总台账.xlsx", office / "收回", "-o", office / "汇总.xlsx", "--period",
        "第二季度", "--as-of", "2022-07-08", "--circular", office / "通报.docx", *more,
    )  # fmt: skip
    assert done.exit_code == 3, done.output
    return (office / "汇总_明细.xlsx").read_bytes()


def texts(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "".join(archive.read(n).decode() for n in archive.namelist() if n.endswith("xml"))


def column(content: bytes, sheet: str, caption: str) -> list[object]:
    rows = list(openpyxl.load_workbook(io.BytesIO(content))[sheet].iter_rows(values_only=True))
    assert caption in rows[0], rows[0]
    return [row[rows[0].index(caption)] for row in rows[1:]]


def test_summary_and_circular_name_no_clerk(office: Path) -> None:
    found = texts(merge(office))
    assert [private for private in PRIVATE if private in found] == []
    assert C in found, "who is silent is told all the same"
    merge(office, "--contacts")
    leaders = texts((office / "汇总.xlsx").read_bytes())
    kept = (*PRIVATE, "@", ".xlsx", "收到 ")
    assert [word for word in kept if word in leaders] == [], "nor a file, nor the balance"
    assert C in leaders
    circular = texts((office / "通报.docx").read_bytes())
    assert [private for private in PRIVATE if private in circular] == []


def test_the_books_balance_all_the_same(office: Path) -> None:
    content = merge(office)
    shown = merge(office, "--contacts")
    for caption in ("责任单位", "栏目", "处理", "文件", "单元格"):
        assert column(content, "明细", caption) == column(shown, "明细", caption)
    captions = column(content, "明细", "栏目")
    values = column(content, "明细", "采用值")
    told = {c: v for c, v in zip(captions, values, strict=True) if c in ("填报人", "联系电话")}
    assert told == {"填报人": "（未列出）", "联系电话": "（未列出）"}
    assert "填报日期" in captions and "（未列出）" not in [
        v for c, v in zip(captions, values, strict=True) if c not in told
    ]


def test_asked_for_they_are_there(office: Path) -> None:
    content = merge(office, "--contacts")
    assert set(column(content, "催报名单", "联系电话")) == {CONTACT_PHONE}
    assert set(column(content, "催报名单", "联系人")) == {CONTACT}
    assert ODD_CLERK in column(content, "明细", "采用值")


def test_problems_about_a_clerks_cell_do_not_quote_it(office: Path) -> None:
    hidden = merge(office)
    shown = merge(office, "--contacts")
    assert column(hidden, "问题清单", "编码") == column(shown, "问题清单", "编码")
    quoted = [
        text for text in column(shown, "问题清单", "问题")
        if any(private in str(text) for private in PRIVATE)
    ]  # fmt: skip
    assert quoted, "the note at the clerk's cell is told"
    told = column(hidden, "问题清单", "问题")
    assert sum("（未列出）" in str(text) for text in told) >= len(quoted)
    # What the units wrote about their tasks is quoted as before.
    assert any("基本完成" in str(text) for text in told)


def test_the_office_finds_whom_to_call_in_the_workbook_of_status(office: Path) -> None:
    done = run(
        "status", office / "总台账.xlsx", office / "收回", "-o", office / "进度.xlsx", "--period",
        "第二季度", "--as-of", "2022-07-08",
    )  # fmt: skip
    assert done.exit_code == 3, done.output
    content = (office / "进度.xlsx").read_bytes()
    units = column(content, "催报名单", "责任单位")
    assert C in units and set(column(content, "催报名单", "联系电话")) == {CONTACT_PHONE}


def test_mailing_contacts_to_leaders_is_told(office: Path) -> None:
    def mailed(name: str = "汇总.xlsx") -> str:
        return run(
            "mail", office / name, "--plan", office / "总台账.xlsx", "-o", office / "邮件",
            "--period", "第二季度",
        ).output  # fmt: skip

    merge(office)
    assert "MAIL-058" not in mailed() and "MAIL-065" not in mailed()
    assert "MAIL-065" in mailed("汇总_明细.xlsx"), "the office's own"
    merge(office, "--contacts")
    assert "MAIL-058" not in mailed()
    book = openpyxl.load_workbook(office / "汇总_明细.xlsx")
    book.create_sheet("总览")  # as summaries were when there was one workbook for all
    book.save(office / "旧汇总.xlsx")
    assert "MAIL-058" in mailed("旧汇总.xlsx")


def test_the_report_for_programs_is_whole(office: Path) -> None:
    merge(office, "--report", str(office / "report.json"))
    records = json.loads((office / "report.json").read_text("utf-8"))["records"]
    assert ODD_CLERK in {r["accepted"] for r in records}
