"""Mails as Outlook and Apple Mail keep them, mails that break off, and what a mail says itself."""

from __future__ import annotations

import email.policy
import struct
from datetime import date
from email.message import EmailMessage

import pytest
from bench_forms import filled
from books import zipped
from outlook_mails import container, mail_tree, outlook_mail

from reconcile.core.findings import Finding
from reconcile.intake.inbox import Arrival, unpacked
from reconcile.intake.mail_body import answer_in
from reconcile.intake.reader import read_arrival
from reconcile.intake.submission_reader import Captions
from reconcile.readers import read_book


def mail(*attachments: tuple[str, bytes], body: str = "见附件。", html: str = "") -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "zj@example.org", "回表"
    message.set_content(body)
    if html:
        message.add_alternative(html, subtype="html")
    for name, content in attachments:
        message.add_attachment(content, "application", "octet-stream", filename=name)
    return message.as_bytes(policy=email.policy.SMTP)


def arrivals(name: str, content: bytes) -> list[Arrival]:
    return list(unpacked(name, content))


def codes(name: str, content: bytes) -> list[tuple[str, str]]:
    return [(a.name, f.code) for a in arrivals(name, content) for f in a.findings]


def apple(content: bytes, *, count: int | None = None) -> bytes:
    length = len(content) if count is None else count
    return b"%-10d\n" % length + content + b'<?xml version="1.0"?><plist/>'


FORM = ("市住建局.xlsx", filled())


# --- containers


@pytest.mark.parametrize("name", ["12.emlx", "mail", "12.partial.emlx"])
def test_a_mail_of_apple_is_read(name: str) -> None:
    (one,) = arrivals(name, apple(mail(FORM)))
    assert (one.name, one.content, one.sender) == (f"{name}/{FORM[0]}", FORM[1], "zj@example.org")


@pytest.mark.parametrize("counted", ["10", "999999", "0"])
def test_a_mail_of_apple_with_a_wrong_count_is_read(counted: str) -> None:
    """Who changes the line ends of a file leaves the count of its bytes behind."""
    content = apple(mail(FORM))
    other = counted.encode() + content[content.index(b"\n") :]
    assert [a.content for a in arrivals("1.emlx", other)] == [FORM[1]]


def test_a_mail_of_apple_without_its_attachments_says_so() -> None:
    assert codes("1.partial.emlx", apple(mail(("a.xlsx", b"")))) == [
        ("1.partial.emlx/a.xlsx", "FILE-112")
    ]


def test_a_mail_of_outlook_is_read() -> None:
    content = outlook_mail(
        FORM, ("扫描.pdf", b"%PDF-1.4"), **{"5D01": "zj@example.org", "1035": "<7@x>"}
    )
    form, scan = arrivals("回复.msg", content)
    assert (form.name, form.content) == (f"回复.msg/{FORM[0]}", FORM[1])
    assert (form.sender, form.message_id, form.mailed) == (
        "zj@example.org",
        "<7@x>",
        date(2022, 6, 30),
    )
    assert [f.code for f in scan.findings] == ["FILE-045"]


def test_a_mail_forwarded_within_a_mail_of_outlook_is_read() -> None:
    inner = mail_tree(FORM, body="见附件")
    assert [a.content for a in arrivals("转发.msg", outlook_mail(("原信", inner)))] == [FORM[1]]


def test_a_mail_of_outlook_without_attachments_is_named() -> None:
    assert codes("回复.msg", outlook_mail()) == [("回复.msg", "FILE-107")]
    assert [a.content for a in arrivals("a.xlsx", outlook_mail(FORM))] == [FORM[1]], (
        "whatever it is called"
    )
    book, findings = read_book("a.xlsx", outlook_mail(FORM))
    assert book is None and [f.code for f in findings] == ["FILE-107"]


@pytest.mark.parametrize("cut", [600, 1500, 5000])
def test_a_mail_of_outlook_that_breaks_off_is_refused(cut: int) -> None:
    (one,) = arrivals("a.msg", outlook_mail(FORM)[:cut])
    told = one.findings or read_book("a.msg", one.content or b"")[1]
    assert [f.code for f in told] == ["FILE-022"]


def test_attachments_that_share_their_bytes_cost_no_more_than_others() -> None:
    """Each of two thousand attachments says that the same sectors are its own."""
    attachments = [(f"{n}.xlsx", b"") for n in range(500)]
    content = bytearray(outlook_mail(("a.xlsx", bytes(200_000)), *attachments))
    own = content.find("__substg1.0_37010102".encode("utf-16-le"))
    start, size = struct.unpack_from("<IQ", content, own + 116)
    at = own
    while (at := content.find("__substg1.0_37010102".encode("utf-16-le"), at + 1)) > 0:
        struct.pack_into("<IQ", content, at + 116, start, size * 1)
    found = codes("a.msg", bytes(content))
    assert {code for _, code in found} <= {"FILE-011", "FILE-022"}


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("表.numbers", {"Index/Document.iwa": b"x", "Metadata/Properties.plist": b"x"}),
        ("表.numbers", {"buildVersionHistory.plist": b"x", "index.xml": b"x"}),
    ],
)
def test_a_table_of_numbers_is_named(name: str, files: dict[str, bytes]) -> None:
    (one,) = arrivals(name, zipped(files))
    assert one.content is not None
    assert [f.code for f in read_book(name, one.content)[1]] == ["FILE-108"]


def test_a_table_of_numbers_packed_as_a_folder_is_named_once() -> None:
    files = {"表.numbers/Index.zip": b"x", "表.numbers/Data/a.jpg": b"x", "市住建局.xlsx": FORM[1]}
    assert codes("批次.zip", zipped(files)) == [("批次.zip/表.numbers", "FILE-108")]
    assert [a.content for a in arrivals("批次.zip", zipped(files)) if a.content] == [FORM[1]]


@pytest.mark.parametrize(
    ("name", "told"),
    [("a.xls", ["FILE-109"]), ("a.ods", ["FILE-109"]), ("a.xlsx", []), ("a.xlsm", []), ("a", []), ("a.et", [])],
)  # fmt: skip
def test_a_name_that_says_another_kind_is_noted(
    name: str, told: list[str], captions: Captions
) -> None:
    returned, findings = read_arrival(Arrival(name, FORM[1]), captions, None)
    assert returned is not None
    assert [f.code for f in findings] == told


@pytest.fixture
def captions() -> Captions:
    from bench_forms import plan, template

    return Captions.of(template().form, plan())


# --- mails that break off


@pytest.mark.parametrize("missing", range(1, 7))
@pytest.mark.parametrize("wrap", [bytes, apple])
def test_a_mail_cut_off_in_its_attachment_says_so(missing: int, wrap: type[bytes]) -> None:
    whole = mail(FORM)
    cut = whole[: len(whole) // 2 - missing]
    content = cut if wrap is bytes else apple(whole)[: len(cut)]
    assert codes("回复.eml", content) == [(f"回复.eml/{FORM[0]}", "FILE-105")]


def test_a_mail_cut_off_before_its_attachment_says_so() -> None:
    whole = mail(FORM)
    body, headers = whole.index("见附件".encode()), whole.index(b"\r\n\r\n") + 4
    for cut in (headers, body - 3, body + 12):
        assert codes("回复.eml", whole[:cut]) == [("回复.eml", "FILE-106")], whole[:cut]


def test_a_mail_that_only_lacks_its_last_line_is_read() -> None:
    whole = mail(FORM)
    cut = whole[: whole.rindex(b"\r\n--")]
    (one,) = arrivals("回复.eml", cut)
    assert (one.content, one.findings) == (FORM[1], ())


@pytest.mark.parametrize(
    "before", [b"\xef\xbb\xbf", b"\r\n\r\n", b"\0\0\0\x01" * 10, b"\xef\xbb\xbf\r\n"]
)
def test_what_stands_before_a_mail_is_passed_by(before: bytes) -> None:
    assert [a.content for a in arrivals("回复.eml", before + mail(FORM))] == [FORM[1]]


def test_the_line_ends_of_old_macs_are_read() -> None:
    content = mail(FORM).replace(b"\r\n", b"\r")
    assert [a.content for a in arrivals("回复.eml", content)] == [FORM[1]]


# --- what a mail says itself


@pytest.mark.parametrize(
    "body",
    [
        "您好：\n第8项的进展应为：已完成投资3.2亿元。",
        "另：社零1-6月增长7.2%。",
        "表里漏填一格，完成百分比改为62",
        "外贸进出口累计完成70亿美元，请补录。\n\n-----原始邮件-----\n请报送填报表",
        "Task 8 has reached 62% by June.",
    ],
)
def test_a_mail_that_looks_like_an_answer_is_told(body: str) -> None:
    page = "<html><head><style>p{width:62%}</style></head><body><p>" + body.replace("\n", "<br>")
    for content in (
        mail(FORM, body=body), mail(FORM, body=" ", html=page + "</p></body></html>"),
        outlook_mail(FORM, body=body),
    ):  # fmt: skip
        (one,) = arrivals("回复.eml" if content[:1] != b"\xd0" else "回复.msg", content)
        assert one.content == FORM[1]
        assert [f.code for f in one.findings] == ["FILE-104"]


@pytest.mark.parametrize(
    "body",
    [
        "见附件。",
        "二季度填报表已填好，见附件，请查收。联系电话0518-85800001，13812345678",
        "我局承担的5项任务填报表见附件，共5份。",
        "更正后的表见附件，以此份为准。",
        "按照连政办发〔2022〕18号文件要求，现报送2022年第二季度填报表，截止6月30日。",
        "收到，谢谢！\n\n-----原始邮件-----\n发件人：市政府办\n第8项目前完成60%，请核对。",
        "> 第8项目前完成60%",
        "Please find attached the form for Q2. Phone: 0518 85800001.",
    ],
)
def test_a_mail_that_only_hands_over_is_not_told(body: str) -> None:
    assert answer_in(body) is None
    assert codes("回复.eml", mail(FORM, body=body)) == []


def test_an_answer_in_a_mail_without_a_form_is_told_beside_that() -> None:
    assert [code for _, code in codes("a.eml", mail(body="第8项已完成60%"))] == [
        "FILE-046",
        "FILE-104",
    ]


def test_long_bodies_cost_little() -> None:
    for body in (
        "<style>" * 9_000,
        "<" * 60_000,
        "完成" * 30_000,
        "第1项" * 20_000,
        "&#x4e2d;" * 8_000,
    ):
        content = mail(FORM, body=" ", html=body)
        assert [a.content for a in arrivals("a.eml", content)] == [FORM[1]]


def test_the_findings_name_the_mail() -> None:
    (one,) = arrivals("回复.eml", mail(FORM, body="第8项已完成60%"))
    told: Finding = one.findings[0]
    assert (told.place.file, str(told.values["text"])) == ("回复.eml", "第8项已完成60%")


def test_a_container_of_ours_is_one() -> None:
    """The tests' own writer is held against olefile."""
    import olefile

    tree = {"a": b"x" * 10, "b": {"c": b"y" * 5000, "d": b"z"}}
    with olefile.OleFileIO(container(tree)) as found:
        assert found.openstream("a").read() == b"x" * 10
        assert found.openstream("b/c").read() == b"y" * 5000
        assert found.openstream("b/d").read() == b"z"
