"""mail: who gets what, as bytes; nothing of anybody else's; every fault named with its place."""

from __future__ import annotations

import email
import email.policy
import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from email.mime.application import MIMEApplication
from pathlib import Path

import openpyxl
import pytest
from books import form as other_form
from post_servers import PERIOD, issue, run, small_plan, unit_name

from reconcile.api.generate import generate
from reconcile.api.mail import Asked
from reconcile.api.mail import mail as api_mail
from reconcile.core.findings import Place
from reconcile.core.plan import Unit
from reconcile.core.values.addresses import read_addresses
from reconcile.intake.inbox import collect
from reconcile.mail.message import Enclosure, Message, fill_words, unknown_words
from reconcile.mail.mime import mail_bytes
from reconcile.mail.template import read_wordings

pytestmark = pytest.mark.slow  # whole rounds, command by command

AS_OF = date(2022, 7, 8)
NAME = "07_市住建局_2022年第二季度填报表.xlsx"


def message(**changed: object) -> Message:
    values: dict[str, object] = {
        "plan": "ABCD", "kind": "发表", "unit": "市住建局", "period": PERIOD,
        "to": ("a@example.invalid",), "subject": "请填报", "body": "正文\n",
        "enclosures": (Enclosure(NAME, b"PK\x03\x04content", Place(), ""),),
    }  # fmt: skip
    return Message(**(values | changed))  # type: ignore[arg-type]


def parsed(content: bytes) -> email.message.EmailMessage:
    read = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(read, email.message.EmailMessage)
    return read


def head(content: bytes) -> list[str]:
    """The header lines of the mail itself, unfolded."""
    lines = content.partition(b"\r\n\r\n")[0].decode("ascii")
    return re.sub(r"\r\n[ \t]", " ", lines).split("\r\n")


def mail(folder: Path, *more: object, files: object = None) -> tuple[int, str]:
    arguments = (files or folder / "发出", "--plan", folder / "总台账.xlsx", "-o", folder / "邮件")
    result = run("mail", *arguments, *more)
    return result.exit_code, result.output


def drafts(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted((folder / "邮件").glob("*.eml"))}


def said(draft: bytes) -> str:
    """Everything that a mail says: headers decoded, body, and the parts of its workbooks."""
    letter = parsed(draft)
    texts = [*map(str, letter.values()), draft.decode("ascii")]
    for part in letter.walk():
        payload = part.get_payload(decode=True)
        if not isinstance(payload, bytes):
            continue
        texts.append(payload.decode("utf-8", "replace"))
        if payload.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(payload)) as book:
                texts += [book.read(name).decode("utf-8", "replace") for name in book.namelist()]
    return "\n".join(texts)


# --- bytes


def test_names_of_attachments_are_written_for_every_mail_program(tmp_path: Path) -> None:
    content = mail_bytes(message(), "me@example.invalid", "（模拟）办公室")
    assert b'name="=?utf-8?b?' in content
    assert b"filename*=utf-8''07_%E5%B8%82%E4%BD%8F" in content
    assert b"filename*0" not in content
    [part] = parsed(content).iter_attachments()
    assert part.get_filename() == NAME and part.get_content() == b"PK\x03\x04content"
    assert part.get_content_type().endswith("spreadsheetml.sheet")
    (tmp_path / "a.eml").write_bytes(content)
    [arrival] = collect([tmp_path / "a.eml"])
    assert arrival.name == f"a.eml/{NAME}" and arrival.content == b"PK\x03\x04content"


@pytest.mark.parametrize("name", ["a b.xlsx", "报" * 240 + ".xlsx", '引"号;=?.xlsx', "𠮷.pdf"])
def test_any_name_comes_back_and_no_line_is_too_long(name: str, tmp_path: Path) -> None:
    content = mail_bytes(message(enclosures=(Enclosure(name, b"PK\x03\x04", Place(), ""),)))
    assert [p.get_filename() for p in parsed(content).iter_attachments()] == [name]
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_a_draft_is_unsent_undated_and_the_same_each_time() -> None:
    content = mail_bytes(message(), "me@example.invalid", "办公室")
    assert content == mail_bytes(message(), "me@example.invalid", "办公室")
    assert content.startswith(b"X-Unsent: 1\r\n")
    assert not any(line.startswith("Date:") for line in head(content))
    first, second = (
        next(line for line in head(mail_bytes(m)) if line.startswith("Message-ID"))
        for m in (message(), message(body="另一封\n"))
    )
    assert first != second


def test_only_the_name_of_an_address_is_encoded() -> None:
    content = mail_bytes(message(to=("a@example.invalid", "b@example.invalid")))
    [to] = (line for line in head(content) if line.startswith("To:"))
    assert to.endswith("<a@example.invalid>, b@example.invalid")
    assert parsed(content)["To"] == "市住建局 <a@example.invalid>, b@example.invalid"


@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028"])
def test_no_header_can_be_smuggled_in(ending: str) -> None:
    evil = f"市住建局{ending}Bcc: spy@example.invalid{ending}{ending}body"
    content = mail_bytes(
        message(
            unit=evil, subject=evil, enclosures=(Enclosure(evil + ".xlsx", b"PK", Place(), ""),)
        ),
        "me@example.invalid",
        evil,
    )
    names = [line.partition(":")[0] for line in head(content)]
    assert names == [
        "X-Unsent", "From", "To", "Subject", "Message-ID", "MIME-Version", "Content-Type",
    ]  # fmt: skip
    assert parsed(content)["Bcc"] is None
    assert not any(line.lower().startswith(b"bcc") for line in content.split(b"\r\n"))


# --- addresses


@pytest.mark.parametrize(
    ("text", "good", "wrong", "foreign"),
    [
        ("a@b.cn", ["a@b.cn"], [], []),
        ("a@b.cn；c@d.cn,e@f.cn、g@h.cn，i@j.cn/k@l.cn", [*"acegik"], [], []),
        ("a@b.cn\nA@B.cn c@d.cn", ["a@b.cn", "c@d.cn"], [], []),
        ("张三 <a@b.cn>；李四<c@d.cn>", ["a@b.cn", "c@d.cn"], [], []),
        ("mailto:a@b.cn", ["a@b.cn"], [], []),
        ("ａ＠ｂ．ｃｎ", ["a@b.cn"], [], []),
        ("张三：a@b.cn", ["a@b.cn"], ["张三"], []),
        ("a@b", [], ["a@b"], []),
        ("a@@b.cn", [], ["a@@b.cn"], []),
        (".a@b.cn", [], [".a@b.cn"], []),
        ("a@-b.cn", [], ["a@-b.cn"], []),
        ("a@b.cn\x00", ["a@b.cn"], [], []),
        ("王五@b.cn", [], [], ["王五@b.cn"]),
        ("a@市局.cn", [], [], ["a@市局.cn"]),
        ("", [], [], []),
    ],
)
def test_addresses(text: str, good: list[str], wrong: list[str], foreign: list[str]) -> None:
    found = read_addresses(text)
    whole = any("@" in expected for expected in good)
    shown = [a if whole else a.partition("@")[0] for a in found.good]
    assert (shown, list(found.wrong), list(found.foreign)) == (good, wrong, foreign)
    assert found.widened == (text == "ａ＠ｂ．ｃｎ")


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("", "MAIL-002"),
        ("张三", "MAIL-003"),
        ("a@b.cn；电话 123", "MAIL-003"),
        ("张三@example.invalid", "MAIL-004"),
        ("u2@example.invalid", "MAIL-005"),
        ("ａ＠example.invalid", "MAIL-006"),
    ],
)
def test_what_is_wrong_with_an_address_is_told(tmp_path: Path, cell: str, code: str) -> None:
    plan = issue(tmp_path, small_plan(2, emails={1: cell}))
    made = api_mail(Asked((tmp_path / "发出",), plan, tmp_path / "邮件", AS_OF))
    found = {(f.code, f.place.sheet, f.place.cell) for f in made.findings}
    row = "" if code == "MAIL-005" else "“模拟一局”一行"
    assert found == {(code, "单位", row)}
    assert len(drafts(tmp_path)) == 2, "the draft is there all the same"


# --- who gets what


def test_one_message_for_each_unit_with_its_own_form_only(tmp_path: Path) -> None:
    issue(tmp_path, small_plan(3))
    code, out = mail(tmp_path)
    assert code == 0 and "可发 3" in out
    for i, (name, draft) in enumerate(drafts(tmp_path).items(), 1):
        letter = parsed(draft)
        assert name == f"0{i}_发表_{unit_name(i)}.eml"
        assert letter["To"] == f"{unit_name(i)} <u{i}@example.invalid>"
        assert letter["Subject"] == (
            f"【第二季度】请填报《2022年重点任务（模拟）》推进情况（{unit_name(i)}）"
        )
        [part] = letter.iter_attachments()
        assert part.get_content() == (tmp_path / "发出" / str(part.get_filename())).read_bytes()
        body = letter.get_body()
        assert body is not None and "2022年7月5日" in body.get_content()


def test_the_form_number_decides_and_not_the_file_name(tmp_path: Path) -> None:
    issue(tmp_path, small_plan(2))
    one, two = sorted((tmp_path / "发出").iterdir())
    one.rename(tmp_path / "发出" / "x.xlsx")
    two.rename(one)  # the second unit's form under the first one's name
    mail(tmp_path)
    got = {
        str(parsed(d)["To"]): [a.get_filename() for a in parsed(d).iter_attachments()]
        for d in drafts(tmp_path).values()
    }
    assert got == {
        "模拟一局 <u1@example.invalid>": ["x.xlsx"],
        "模拟二局 <u2@example.invalid>": [one.name],
    }


def test_nobody_sees_another_units_address(tmp_path: Path) -> None:
    plan = issue(tmp_path, small_plan(3, 报送邮箱="boss1@example.invalid;boss2@example.invalid"))
    (tmp_path / "收回").mkdir()
    merged = run("merge", plan, tmp_path / "收回", "-o", tmp_path / "汇总.xlsx", "--period", PERIOD)
    assert merged.exit_code == 3, merged.output
    mail(tmp_path)
    for i, draft in enumerate(drafts(tmp_path).values(), 1):
        found = set(re.findall(r"(\w+)@example\.invalid", said(draft))) - {"zhb"}
        assert {f for f in found if len(f) < 32} == {f"u{i}"}
    code, _ = mail(tmp_path, "--period", PERIOD, files=tmp_path / "汇总.xlsx")
    assert code == 0
    for i, draft in enumerate(drafts(tmp_path).values(), 1):
        found = set(re.findall(r"(\w+)@example\.invalid", said(draft))) - {"zhb"}
        assert {f for f in found if len(f) < 32} == {f"boss{i}"}, (
            "no unit's, nor the other leader's"
        )


def test_marked_up_copies_go_back_with_their_findings(tmp_path: Path) -> None:
    plan = issue(tmp_path, small_plan(2))
    (tmp_path / "收回").mkdir()
    path = sorted((tmp_path / "发出").iterdir())[1]
    book = openpyxl.load_workbook(path)
    sheet = book["填报表"]
    captions = {sheet.cell(6, c).value: c for c in range(1, sheet.max_column + 1)}
    sheet.cell(7, captions["完成情况"]).value = "基本完成"
    book.save(tmp_path / "收回" / "二局.xlsx")
    run("merge", plan, tmp_path / "收回", "-o", tmp_path / "汇总.xlsx", "--period", PERIOD)
    mail(tmp_path, files=tmp_path / "退回")
    [(name, draft)] = drafts(tmp_path).items()
    assert name == "01_退回_模拟二局.eml"
    letter = parsed(draft)
    assert [a.get_filename() for a in letter.iter_attachments()] == ["退回_二局.xlsx"]
    body = letter.get_body()
    assert body is not None
    assert "，第2项：“完成情况”填的是“基本完成”，只能填：已完成、" in body.get_content()


def test_reminders_go_only_to_units_from_which_nothing_came(tmp_path: Path) -> None:
    issue(tmp_path, small_plan(3))
    (tmp_path / "收回").mkdir()
    one, two, _ = sorted((tmp_path / "发出").iterdir())
    one.rename(tmp_path / "收回" / "回表.xlsx")
    two.unlink()
    (tmp_path / "收回" / "不明.xlsx").write_bytes(other_form())
    made = api_mail(
        Asked(
            (tmp_path / "发出",),
            tmp_path / "总台账.xlsx",
            tmp_path / "邮件",
            AS_OF,
            remind=(tmp_path / "收回",),
        )
    )
    assert [(m.kind, m.unit, len(m.enclosures)) for m in made.messages] == [
        ("催报", "模拟二局", 0),
        ("催报", "模拟三局", 1),
    ]
    assert "截至2022年7月8日，尚未收到你单位的第二季度填报表" in made.messages[0].body
    assert [(f.code, f.place.file, f.unit) for f in made.findings] == [
        ("MAIL-025", "收回/不明.xlsx", ""),
        ("MAIL-026", "", "模拟二局"),
    ]


def test_leaders_get_summary_and_papers_one_message_each(tmp_path: Path) -> None:
    issue(tmp_path, small_plan(1, 报送邮箱="boss1@example.invalid；boss2@example.invalid"))
    (tmp_path / "报").mkdir()
    (tmp_path / "报" / "通报.docx").write_bytes(b"PK\x03\x04")
    assert "MAIL-022 报/通报.docx" in mail(tmp_path, "--period", PERIOD, files=tmp_path / "报")[1]
    mail(tmp_path, "--kind", "报送", "--period", PERIOD, files=tmp_path / "报")
    letters = [parsed(d) for d in drafts(tmp_path).values()]
    assert [str(m["To"]) for m in letters] == ["boss1@example.invalid", "boss2@example.invalid"]
    assert [a.get_filename() for a in letters[1].iter_attachments()] == ["通报.docx"]


def test_without_an_address_for_leaders_it_says_where_to_put_one(tmp_path: Path) -> None:
    issue(tmp_path, small_plan(1))
    (tmp_path / "通报.pdf").write_bytes(b"%PDF-1.7")
    code, out = mail(tmp_path, "--kind", "报送", "--period", PERIOD, files=tmp_path / "通报.pdf")
    assert code == 3 and "MAIL-010 总台账.xlsx 设置 报送邮箱" in out


# --- files that are not mailed


def test_a_file_that_is_nobodys_is_named(tmp_path: Path) -> None:
    issue(tmp_path, small_plan(1))
    (tmp_path / "发出" / "别的.xlsx").write_bytes(other_form())
    code, out = mail(tmp_path)
    assert code == 3 and "MAIL-001 发出/别的.xlsx" in out and "没有表单编号" in out
    assert len(drafts(tmp_path)) == 1


def test_a_form_that_is_filled_is_not_sent_out(tmp_path: Path) -> None:
    issue(tmp_path, small_plan(1))
    path = next((tmp_path / "发出").iterdir())
    book = openpyxl.load_workbook(path)
    sheet = book["填报表"]
    column = next(c for c in range(1, 20) if sheet.cell(6, c).value == "完成情况")
    sheet.cell(7, column).value = "达序时"
    book.save(path)
    code, out = mail(tmp_path)
    cell = sheet.cell(7, column).coordinate
    assert code == 3 and f"MAIL-013 发出/{path.name} 填报表 {cell}" in out and "达序时" in out
    assert drafts(tmp_path) == {}


def test_two_different_forms_for_one_unit(tmp_path: Path) -> None:
    issue(tmp_path, small_plan(2))
    one = sorted((tmp_path / "发出").iterdir())[0]
    one.rename(tmp_path / "旧.xlsx")
    issue(tmp_path, small_plan(2, 截止日期="2022年7月9日"))
    (tmp_path / "旧.xlsx").rename(tmp_path / "发出" / "旧.xlsx")
    code, out = mail(tmp_path)
    assert code == 3 and f"MAIL-011 发出/{one.name}" in out and "旧.xlsx" in out
    assert list(drafts(tmp_path)) == ["01_发表_模拟二局.eml"]


def test_the_same_form_twice_goes_once(tmp_path: Path) -> None:
    issue(tmp_path, small_plan(1))
    path = next((tmp_path / "发出").iterdir())
    (tmp_path / "发出" / "副本.xlsx").write_bytes(path.read_bytes())
    assert mail(tmp_path)[0] == 0
    [draft] = drafts(tmp_path).values()
    assert len(list(parsed(draft).iter_attachments())) == 1


def test_forms_of_two_periods_need_a_word(tmp_path: Path) -> None:
    plan = issue(tmp_path, small_plan(1))
    generate(plan, tmp_path / "发出", "第三季度")
    code, out = mail(tmp_path)
    assert code == 1 and "MAIL-023" in out and "第二季度、第三季度" in out
    assert mail(tmp_path, "--period", "第三季度")[0] == 0
    assert "【第三季度】" in parsed(next(iter(drafts(tmp_path).values())))["Subject"]


def test_of_two_periods_the_current_one_goes_out_and_the_other_is_told(tmp_path: Path) -> None:
    plan = issue(tmp_path, small_plan(2, 本期="第三季度"))
    generate(plan, tmp_path / "发出")
    code, out = mail(tmp_path)
    assert code == 3 and "MAIL-066" in out and "2 份表是别的时段的（第二季度）" in out
    assert {"【第三季度】" in parsed(d)["Subject"] for d in drafts(tmp_path).values()} == {True}
    assert len(drafts(tmp_path)) == 2


def test_too_large_a_message_is_not_sent(tmp_path: Path) -> None:
    issue(tmp_path, small_plan(1, 报送邮箱="boss@example.invalid"))
    (tmp_path / "通报.pdf").write_bytes(b"%PDF-1.7" + bytes(7 * 2**20))
    code, out = mail(tmp_path, "--kind", "报送", "--period", PERIOD, files=tmp_path / "通报.pdf")
    assert code == 3 and "MAIL-028" in out and "可发 0" in out and "发不了 1" in out


# --- the template


def template(folder: Path, *rows: tuple[str, str, str, str]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("用途", "语言", "主题", "正文"), *rows):
        sheet.append(row)
    book.save(folder / "我的邮件.xlsx")
    return folder / "我的邮件.xlsx"


def test_the_plan_may_name_a_template_of_its_own(tmp_path: Path) -> None:
    template(tmp_path, ("发表", "zh", "{unit}的表", "{tasks}项，｛deadline｝前，{ contact }"))
    issue(tmp_path, small_plan(1, 邮件模板="我的邮件.xlsx", 联系方式="（模拟）办公室"))
    assert mail(tmp_path)[0] == 0
    letter = parsed(next(iter(drafts(tmp_path).values())))
    body = letter.get_body()
    assert letter["Subject"] == "模拟一局的表" and body is not None
    assert body.get_content().strip() == "1项，2022年7月5日前，（模拟）办公室"


@pytest.mark.parametrize(
    ("row", "code", "cell"),
    [
        (("发表", "zh", "{单位}", "x"), "MAIL-007", "C2"),
        (("发表", "zh", "x", "{unit} {nonsense}"), "MAIL-007", "D2"),
        (("发表", "zh", "x", "{unit"), "MAIL-007", "D2"),
        (("发送", "zh", "x", "y"), "MAIL-008", "A2"),
        (("发表", "zh", "x", ""), "MAIL-012", "D2"),
    ],
)
def test_a_fault_in_the_template_stops_it(
    tmp_path: Path, row: tuple[str, str, str, str], code: str, cell: str
) -> None:
    path = template(tmp_path, row)
    issue(tmp_path, small_plan(1))
    status, out = mail(tmp_path, "--wording", path)
    assert status == 1 and f"{code} 我的邮件.xlsx Sheet {cell}" in out
    assert drafts(tmp_path) == {}


def test_a_template_without_lines_for_it(tmp_path: Path) -> None:
    path = template(tmp_path, ("退回", "zh", "x", "y"))
    issue(tmp_path, small_plan(1))
    status, out = mail(tmp_path, "--wording", path)
    assert status == 1 and "MAIL-031" in out and "“发表”" in out
    (tmp_path / "坏.xlsx").write_bytes(other_form())
    status, out = mail(tmp_path, "--wording", tmp_path / "坏.xlsx")
    assert status == 1 and "MAIL-009 坏.xlsx" in out
    issue(tmp_path, small_plan(1, 邮件模板="没有.xlsx"))
    assert "MAIL-009 没有.xlsx" in mail(tmp_path)[1]


def test_a_fault_is_found_however_far_right_the_table_stands(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for column, texts in enumerate((("用途", "发表"), ("主题", "{期}"), ("正文", "请填报")), 27):
        for row, text in enumerate(texts, 3):
            book.worksheets[0].cell(row, column, text)
    book.save(tmp_path / "宽.xlsx")
    wordings, (finding,) = read_wordings(tmp_path / "宽.xlsx", "zh")
    assert wordings is None
    assert (finding.code, finding.place.cell, finding.values["word"]) == ("MAIL-007", "AB4", "{期}")


def test_the_builtin_template_speaks_both_languages() -> None:
    path = Path(__file__).resolve().parents[2] / "templates" / "mail.xlsx"
    for language in ("zh", "en"):
        wordings, findings = read_wordings(path, language)
        assert findings == () and wordings is not None
        assert list(wordings) == ["发表", "退回", "催报", "报送", "督办"]
        chinese = any("\u4e00" <= sign <= "\u9fff" for w in wordings.values() for sign in w.body)
        assert chinese == (language == "zh")


def test_a_plan_in_english_is_mailed_in_english(tmp_path: Path) -> None:
    issue(tmp_path, small_plan(1, 语言="en"))
    mail(tmp_path)
    [draft] = drafts(tmp_path).values()
    assert parsed(draft)["Subject"].startswith("[第二季度] Please report on")


def test_words_are_filled_once_and_unknown_ones_named() -> None:
    assert fill_words("{unit}{ period }", {"unit": "{title}", "period": "p"}) == "{title}p"
    assert unknown_words("{unit} {x} {y} {x} }") == ("{x}", "{y}", "}")
    assert unknown_words("{unit}｛period｝") == ()


# --- what is written


def test_the_list_names_everything_for_mailing_by_hand(tmp_path: Path) -> None:
    issue(tmp_path, small_plan(2))
    mail(tmp_path)
    sheet = openpyxl.load_workbook(tmp_path / "邮件" / "发送清单.xlsx").active
    assert sheet is not None
    rows = [[c.value for c in row] for row in sheet.iter_rows()]
    assert rows[0] == [
        "序号", "责任单位", "用途", "电子邮箱", "主题", "正文", "附件", "草稿", "发送情况",
    ]  # fmt: skip
    assert rows[2][:4] == [2, "模拟二局", "发表", "u2@example.invalid"]
    enclosed = tmp_path / "邮件" / str(rows[2][6])
    assert not Path(str(rows[2][6])).is_absolute() and enclosed.is_file()
    assert (tmp_path / "邮件" / str(rows[2][7])).is_file() and rows[2][8] == "待发"


def test_the_same_round_gives_the_same_bytes(tmp_path: Path) -> None:
    issue(tmp_path, small_plan(2))
    mail(tmp_path)
    before = {p.name: p.read_bytes() for p in (tmp_path / "邮件").iterdir()}
    mail(tmp_path)
    assert {p.name: p.read_bytes() for p in (tmp_path / "邮件").iterdir()} == before


def test_drafts_no_longer_called_for_go_and_others_stay(tmp_path: Path) -> None:
    issue(tmp_path, small_plan(2))
    mail(tmp_path)
    (tmp_path / "邮件" / "03_发表_回信.eml").write_bytes(b"From: a@example.invalid\r\n\r\n")
    mail(tmp_path, "--unit", "模拟二局")
    assert list(drafts(tmp_path)) == ["01_发表_模拟二局.eml", "03_发表_回信.eml"]


def test_the_drafts_of_an_earlier_run_are_not_mailed(tmp_path: Path) -> None:
    issue(tmp_path, small_plan(1))
    (tmp_path / "邮件").mkdir()
    mail(tmp_path)
    _, out = mail(tmp_path, files=tmp_path)
    assert "PLAN-" not in out and "可发 1" in out


@pytest.mark.parametrize("option", ["--unit", "--resend"])
def test_a_unit_that_the_register_does_not_have_is_named(tmp_path: Path, option: str) -> None:
    issue(tmp_path, small_plan(2))
    code, out = mail(tmp_path, option, "模拟壹局", option, unit_name(1))
    assert code == 3 and "UNIT-010 “模拟壹局”" in out and out.count("UNIT-010") == 1
    wanted = {"--unit": [f"01_发表_{unit_name(1)}.eml"]}
    assert list(drafts(tmp_path)) == wanted.get(option, list(drafts(tmp_path)))


def test_a_run_for_one_unit_leaves_the_leaders_alone(tmp_path: Path) -> None:
    plan = issue(tmp_path, small_plan(2, 报送邮箱="boss1@example.invalid"))
    merged = run("merge", plan, tmp_path / "发出", "-o", tmp_path / "汇总.xlsx", "--period", PERIOD)
    assert merged.exit_code == 3, merged.output
    (tmp_path / "汇总.xlsx").rename(tmp_path / "发出/汇总.xlsx")
    mail(tmp_path, "--unit", unit_name(2), "--kind", "报送", "--period", PERIOD)
    assert list(drafts(tmp_path)) == []
    mail(tmp_path, "--unit", "boss1@example.invalid", "--kind", "报送", "--period", PERIOD)
    assert list(drafts(tmp_path)) == ["01_报送_boss1@example.invalid.eml"]


def test_a_name_longer_than_a_file_name_can_be_is_cut(tmp_path: Path) -> None:
    long = "很" * 150
    plan = small_plan(1)
    plan = replace(
        plan, units=(Unit(long, email="u1@example.invalid"),),
        tasks=tuple(replace(t, lead=(long,)) for t in plan.tasks),
    )  # fmt: skip
    path = issue(tmp_path, plan)
    [form] = (tmp_path / "发出").iterdir()
    assert form.name == f"01_{long[:60]}_2022年第二季度填报表.xlsx"
    mail(tmp_path)
    [name] = drafts(tmp_path)
    assert name == f"01_发表_{long[:60]}.eml"
    book = openpyxl.load_workbook(form)
    book["填报表"]["H7"] = "基本完成"
    book.save(form)
    attached = MIMEApplication(form.read_bytes())
    attached.add_header("Content-Disposition", "attachment", filename=f"{long * 2}.xlsx")
    (tmp_path / "收回").mkdir()
    (tmp_path / "收回/a.eml").write_bytes(attached.as_bytes())
    merged = run("merge", path, tmp_path / "收回", "-o", tmp_path / "汇总.xlsx", "--period", PERIOD)
    assert merged.exit_code == 3 and "CELL-002" in merged.output
    assert [p.name for p in (tmp_path / "退回").iterdir()] == [f"退回_{long[:60]}.xlsx"]


def test_usage(tmp_path: Path) -> None:
    plan = issue(tmp_path, small_plan(1))
    nothing = run("mail", "--plan", plan, "--period", PERIOD, "-o", tmp_path / "邮件")
    both = run(
        "mail", tmp_path / "发出", "--plan", plan, "-o", tmp_path / "邮件", "--kind", "退回",
        "--remind", tmp_path / "发出",
    )  # fmt: skip
    alone = run(
        "mail", tmp_path / "发出", "--plan", plan, "-o", tmp_path / "邮件", "--kind", "催报"
    )
    assert (nothing.exit_code, both.exit_code, alone.exit_code) == (2, 2, 2)
