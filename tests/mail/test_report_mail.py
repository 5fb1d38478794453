"""The mail to leaders: its body is 总览 of the summary that goes along, as text and as HTML."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest
from post_servers import PERIOD, issue, run, small_plan

from reconcile.core.plan import Plan
from reconcile.mail.message import Message
from reconcile.mail.mime import mail_bytes
from reconcile.mail.report_body import overview_text, report_html

BOSS = "boss@example.invalid"
VALUES = {"period": PERIOD, "files": "汇总.xlsx", "overview": ""}
WORDING = "您好！\n{period}见下：\n\n{overview}\n\n附件：{files}"
TAGS = {"html", "head", "meta", "title", "body", "table", "tr", "td", "p", "br", "b"}


def sent(folder: Path, *more: object, plan: Plan | None = None) -> list[EmailMessage]:
    """The drafts to leaders about a summary of a round that nobody has answered yet."""
    issue(folder, plan or small_plan(2, 报送邮箱=BOSS))
    (folder / "收回").mkdir()
    made = run("merge", folder / "总台账.xlsx", folder / "收回", "--as-of", "2022-07-08", "--period", PERIOD,
               "-o", folder / "报" / "汇总.xlsx", "--html", folder / "报" / "汇总.html")  # fmt: skip
    assert made.exit_code in (0, 3), made.output
    told = run("mail", folder / "报" / "汇总.html", folder / "报" / "汇总.xlsx", "--plan", folder / "总台账.xlsx",
               "-o", folder / "邮件", "--period", PERIOD, *more)  # fmt: skip
    assert told.exit_code == 0, told.output
    found = []
    for path in sorted((folder / "邮件").glob("*.eml")):
        read = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert isinstance(read, EmailMessage)
        found.append(read)
    return found


def body(letter: EmailMessage, kind: str) -> str:
    part = letter.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def seen(path: Path) -> Iterator[str]:
    """What can be seen on 总览, as Excel shows it."""
    sheet = openpyxl.load_workbook(path)["总览"]
    hidden = {
        n for d in sheet.column_dimensions.values() if d.hidden for n in range(d.min, d.max + 1)
    }
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value not in (None, "") and cell.column not in hidden:
                yield f"{cell.value:.1%}" if cell.number_format == "0.0%" else str(cell.value)


def squeezed(text: str) -> str:
    return "".join(text.split())


class Elements(HTMLParser):
    """Tags and attributes of a page, and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_body_says_what_the_overview_says(tmp_path: Path) -> None:
    [letter] = sent(tmp_path)
    kinds = [part.get_content_type() for part in letter.walk()]
    assert kinds[:4] == ["multipart/mixed", "multipart/alternative", "text/plain", "text/html"]
    assert [a.get_filename() for a in letter.iter_attachments()] == ["汇总.html", "汇总.xlsx"]
    text, page = body(letter, "plain"), Elements(body(letter, "html"))
    shown = list(seen(tmp_path / "报" / "汇总.xlsx"))
    assert len(shown) > 20
    for words in shown:
        assert squeezed(words) in squeezed(text) and squeezed(words) in squeezed(page.words)
    assert "总览如下，全文见附件（汇总.html、汇总.xlsx）" in text
    assert "{overview}" not in text + page.words


def test_the_page_is_one_that_outlook_shows(tmp_path: Path) -> None:
    """Word draws it: tables, styles at the elements, nothing to be fetched or run."""
    [letter] = sent(tmp_path)
    page = Elements(body(letter, "html"))
    assert page.tags == TAGS - {"b"}
    assert page.attributes == {
        "lang", "charset", "name", "content", "style", "role", "width", "cellpadding", "cellspacing",
        "border", "nowrap",
    }  # fmt: skip
    assert not re.search(r"https?:|url\(|cid:", body(letter, "html"))
    assert max(map(len, letter.as_bytes().split(b"\n"))) <= 998


def test_no_clerk_s_address_or_number_is_in_it(tmp_path: Path) -> None:
    plan = small_plan(2, 报送邮箱=BOSS)
    units = tuple(replace(u, contact="模拟联系人", phone="0518-00000000") for u in plan.units)
    [letter] = sent(tmp_path, plan=replace(plan, units=units))
    told = body(letter, "plain") + body(letter, "html")
    assert not re.search(r"模拟联系人|0518|@", told)


def test_a_wording_of_one_s_own_decides_whether_it_is_there(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (("用途", "语言", "主题", "正文"), ("报送", "zh", "汇总", "见附件（{files}）")):
        book.worksheets[0].append(row)
    book.save(tmp_path / "我的邮件.xlsx")
    [letter] = sent(tmp_path, "--wording", tmp_path / "我的邮件.xlsx")
    assert body(letter, "plain").strip() == "见附件（汇总.html、汇总.xlsx）"
    assert letter.get_body(("html",)) is None


def test_a_page_that_is_not_ours_is_not_sent(tmp_path: Path) -> None:
    issue(tmp_path, small_plan(1, 报送邮箱=BOSS))
    (tmp_path / "报").mkdir()
    (tmp_path / "报" / "别的.html").write_text("<!doctype html>\n<p>x</p>", encoding="utf-8")
    told = run("mail", tmp_path / "报", "--plan", tmp_path / "总台账.xlsx", "-o", tmp_path / "邮件", "--period", PERIOD)  # fmt: skip
    assert "FILE-" in told.output and not list((tmp_path / "邮件").glob("*.eml"))


def test_the_english_mail_has_the_english_overview(tmp_path: Path) -> None:
    [letter] = sent(tmp_path, plan=small_plan(2, 报送邮箱=BOSS, 语言="en"))
    assert "Its overview:" in body(letter, "plain") and "Not reported" in body(letter, "plain")
    page = body(letter, "html")
    assert '<html lang="en">' in page and "Not reported" in page


@pytest.mark.parametrize("evil", ["<script>alert(1)</script>", '"><img src=x>', "\u202eabc", "a\x00b"])  # fmt: skip
def test_what_comes_from_outside_stays_text(evil: str) -> None:
    rows = ((evil,), (evil,), (evil, evil), ("●" + evil,), (evil, "b", evil))
    values = {**VALUES, "period": evil, "files": evil, "overview": overview_text(rows)}
    page = report_html(WORDING, values, rows, evil)
    assert Elements(page).tags <= TAGS
    shown = evil if evil.isprintable() else re.sub("[\u202e\x00]", "?", evil)
    assert Elements(page).words.count(shown) == 10


def test_the_same_message_gives_the_same_bytes_and_another_page_another_key() -> None:
    def made(page: str) -> Message:
        return Message("ABCD", "报送", BOSS, PERIOD, (BOSS,), "汇总", "正文\n", html=page)

    assert mail_bytes(made("<p>一</p>")) == mail_bytes(made("<p>一</p>"))
    assert made("<p>一</p>").key != made("<p>二</p>").key
    assert made("").key == replace(made("<p>一</p>"), html="").key
