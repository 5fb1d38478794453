"""Whatever way a file comes in, it is found, named and read once, in the same order every time."""

from __future__ import annotations

import email.policy
import os
import sys
from email.errors import InvalidBase64LengthDefect
from email.message import EmailMessage
from pathlib import Path

import pytest
from books import form, zipped
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reconcile.intake import eml
from reconcile.intake.eml import Effort, letter_of, letters_in
from reconcile.intake.inbox import Arrival, collect, unpacked
from reconcile.readers.limits import LIMITS, Clock, Limits, Refused
from reconcile.readers.zip_archive import Archive


def arrivals(*paths: Path) -> list[Arrival]:
    return list(collect(paths))


def listing(*paths: Path) -> list[str]:
    """Return "name" of each file that came in, and "name CODE ..." where there are findings."""
    lines = []
    for arrival in arrivals(*paths):
        for finding in arrival.findings:
            assert finding.place.file == arrival.name
            assert finding.message and finding.fix
        assert (arrival.content is None) == (not arrival.sha256)
        codes = [f.code for f in arrival.findings]
        lines.append(" ".join([arrival.name, *codes]))
    return lines


def mail(*attachments: tuple[str, bytes], body: str = "附上填报表") -> bytes:
    message = EmailMessage()
    message["From"] = "市住建局 <zj@example.org>"
    message["Message-ID"] = "<1@example.org>"
    message["Subject"] = "回表"
    message.set_content(body)
    for name, content in attachments:
        message.add_attachment(content, "application", "octet-stream", filename=name)
    return message.as_bytes(policy=email.policy.SMTP)


def test_folders_are_walked_in_order(tmp_path: Path) -> None:
    inbox = tmp_path / "收回"
    for name in (
        "b.xlsx", "a.xlsx", "县/c.xlsx", "~$a.xlsx", ".~a.xlsx", ".~lock.a.xlsx#", ".DS_Store",
        "Thumbs.db", "县/desktop.ini", "__MACOSX/x.xlsx", "._a.xlsx",
    ):  # fmt: skip
        (inbox / name).parent.mkdir(parents=True, exist_ok=True)
        (inbox / name).write_bytes(name.encode())
    assert listing(inbox) == ["收回/a.xlsx", "收回/b.xlsx", "收回/县/c.xlsx"]
    assert arrivals(inbox)[0].content == b"a.xlsx"
    assert listing(inbox / "b.xlsx", inbox / "a.xlsx") == ["b.xlsx", "a.xlsx"]
    assert arrivals(inbox)[2].source == inbox / "县" / "c.xlsx"


def test_only_what_is_asked_for_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = tmp_path / "收回"
    (inbox / "县").mkdir(parents=True)
    (inbox / "批.zip").write_bytes(zipped({"07.xlsx": form(), "08.xlsx": form()}))
    for name in ("a.xlsx", "b.xlsx", "县/c.xlsx"):
        (inbox / name).write_bytes(name.encode())
    opened: list[str] = []
    usual = Path.open
    monkeypatch.setattr(
        Path, "open", lambda self, *a, **k: (opened.append(self.name), usual(self, *a, **k))[1]
    )
    names = [a.name for a in collect([inbox], only=["收回/b.xlsx", "收回/批.zip/07.xlsx"])]
    assert names == ["收回/b.xlsx", "收回/批.zip/07.xlsx", "收回/批.zip/08.xlsx"]
    assert opened == ["b.xlsx", "批.zip"]
    assert [a.name for a in collect([inbox / "a.xlsx"], only=["a.xlsx"])] == ["a.xlsx"]
    assert list(collect([inbox / "a.xlsx"], only=["b.xlsx"])) == []


def test_what_is_not_there(tmp_path: Path) -> None:
    assert listing(tmp_path / "无") == [f"{tmp_path / '无'} FILE-047"]


def test_zips_are_opened_and_workbooks_are_not(tmp_path: Path) -> None:
    inner = zipped({"07_市住建局.xlsx": form(), "__MACOSX/._x": b"", "~$07.xlsx": b"x", "空/": b""})
    (tmp_path / "批次.zip").write_bytes(zipped({"内/二.zip": inner, "a.xlsx": form()}))
    (tmp_path / "其实是表.zip").write_bytes(form())
    root = tmp_path.name
    assert listing(tmp_path) == [
        f"{root}/其实是表.zip",
        f"{root}/批次.zip/a.xlsx",
        f"{root}/批次.zip/内/二.zip/07_市住建局.xlsx",
    ]
    assert all(arrival.content == form() for arrival in arrivals(tmp_path))


@pytest.mark.parametrize(
    "files", [{"a.xlsx": b"1", "b.xlsx": b"2"}, {"b": b"", "xl/c": b"", "d": b""}]
)
def test_a_zip_of_files_is_told_as_its_whole_directory_tells_it(files: dict[str, bytes]) -> None:
    whole = zipped(files)
    start = whole.index(b"PK\x01\x02")
    seen = set()
    for at in range(start, len(whole)):
        for byte in (0, 1, 0xFF, ord("x")):
            spoilt = whole[:at] + bytes((byte,)) + whole[at + 1 :]
            try:
                members = Archive(spoilt, LIMITS).members
                batch = not any(m.part.startswith("xl/") for m in members)
            except Refused:
                batch = False
            itself = [arrival.content for arrival in unpacked("a.zip", spoilt)] == [spoilt]
            assert batch != itself, (at, byte)
            seen.add(batch)
    assert seen == {False, True}


def test_gbk_names_in_a_zip(tmp_path: Path) -> None:
    raw = "市住建局.xlsx".encode("gbk")
    content = zipped({"x" * len(raw): b"1"}).replace(b"x" * len(raw), raw)
    (tmp_path / "a.zip").write_bytes(content)
    assert listing(tmp_path / "a.zip") == ["a.zip/市住建局.xlsx"]


def test_names_in_a_zip_never_become_paths(tmp_path: Path) -> None:
    content = zipped({"../../etc/x.xlsx": b"1", "/abs.xlsx": b"2", "C:\\w\\y.xlsx": b"3"})
    (tmp_path / "a.zip").write_bytes(content)
    assert listing(tmp_path / "a.zip") == [
        "a.zip/etc/x.xlsx FILE-044", "a.zip/abs.xlsx FILE-044", "a.zip/w/y.xlsx FILE-044",
    ]  # fmt: skip


@pytest.mark.slow
def test_zips_that_are_not_unpacked(tmp_path: Path) -> None:
    deep = form()
    for level in range(5):
        deep = zipped({f"{level}.zip": deep})
    (tmp_path / "a深.zip").write_bytes(deep)
    (tmp_path / "b空.zip").write_bytes(zipped({"x/": b""}))
    (tmp_path / "c弹.zip").write_bytes(zipped({"x.xlsx": bytes(100 << 20)}))
    broken = zipped({"x.xlsx": b"12345678", "y.xlsx": b"ok"}).replace(b"12345678", b"1234567")
    locked = bytearray(zipped({"x.xlsx": b"1"}))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "d密.zip").write_bytes(locked)
    (tmp_path / "e断.zip").write_bytes(zipped({"x.xlsx": form()})[:-300])
    assert broken
    root = tmp_path.name
    assert listing(tmp_path) == [
        f"{root}/a深.zip/4.zip/3.zip/2.zip FILE-042",
        f"{root}/b空.zip FILE-043",
        f"{root}/c弹.zip/x.xlsx FILE-011",
        f"{root}/d密.zip/x.xlsx FILE-024",
        f"{root}/e断.zip",  # read_book says that it is broken
    ]


def test_too_big(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(bytes(5000))
    found = list(collect([tmp_path / "a.xlsx"], limits=Limits(file_bytes=1000)))
    assert [f.code for f in found[0].findings] == ["FILE-010"]
    assert found[0].content is None


@pytest.mark.skipif(sys.platform == "win32", reason="links and fifos of Unix")
def test_links_and_odd_files(tmp_path: Path) -> None:
    inbox = tmp_path / "in"
    inbox.mkdir()
    (tmp_path / "out.xlsx").write_bytes(b"secret")
    (inbox / "a.xlsx").write_bytes(b"1")
    (inbox / "b外.xlsx").symlink_to(tmp_path / "out.xlsx")
    (inbox / "c外").symlink_to(tmp_path)
    (inbox / "d内.xlsx").symlink_to(inbox / "a.xlsx")
    (inbox / "e圈").symlink_to(inbox)
    (inbox / "f断").symlink_to(inbox / "无")
    os.mkfifo(inbox / "g管")
    assert listing(inbox) == [
        "in/a.xlsx",
        "in/b外.xlsx FILE-041",
        "in/c外 FILE-041",
        "in/d内.xlsx",
        "in/f断 FILE-040",
        "in/g管 FILE-049",
    ]


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"1")
    (tmp_path / "b.xlsx").write_bytes(b"2")
    real = Path.open

    def refuse(self: Path, *rest: str, **more: int) -> object:
        if self.name == "a.xlsx":
            raise PermissionError(13, "denied")
        return real(self, *rest, **more)

    monkeypatch.setattr(Path, "open", refuse)
    root = tmp_path.name
    assert listing(tmp_path) == [f"{root}/a.xlsx FILE-040", f"{root}/b.xlsx"]
    assert "没有权限" in arrivals(tmp_path)[0].findings[0].message


def test_mail(tmp_path: Path) -> None:
    batch = zipped({"县.xlsx": form()})
    content = mail(("07_市住建局.xlsx", form()), ("签名.png", b"\x89PNG"), ("批.zip", batch))
    (tmp_path / "m.eml").write_bytes(content)
    assert listing(tmp_path / "m.eml") == [
        "m.eml/07_市住建局.xlsx", "m.eml/签名.png FILE-045", "m.eml/批.zip/县.xlsx",
    ]  # fmt: skip
    for arrival in arrivals(tmp_path / "m.eml"):
        assert arrival.message_id == "<1@example.org>"
        assert arrival.sender == "市住建局 <zj@example.org>"
    assert arrivals(tmp_path / "m.eml")[0].content == form()


def test_mail_in_a_maildir_and_in_an_mbox(tmp_path: Path) -> None:
    (tmp_path / "cur").mkdir()
    (tmp_path / "cur" / "1700000000.M1P2.host:2,S").write_bytes(mail(("a.xlsx", b"1")))
    both = b"From x Mon\n" + mail(("a.xlsx", b"1")) + b"\nFrom y Tue\n" + mail(("b.xlsx", b"2"))
    (tmp_path / "收件箱").write_bytes(both)
    root = tmp_path.name
    assert listing(tmp_path) == [
        f"{root}/cur/1700000000.M1P2.host:2,S/a.xlsx",
        f"{root}/收件箱/第1封/a.xlsx",
        f"{root}/收件箱/第2封/b.xlsx",
    ]


@pytest.mark.parametrize(
    "header",
    [
        b'Content-Disposition: attachment; filename="=?gb18030?B?ytDXob2ov9gueGxzeA==?="',
        b"Content-Disposition: attachment;\r\n filename*=gb18030''%CA%D0%D7%A1%BD%A8%BF%D8.xlsx",
        b"Content-Disposition: attachment;\r\n filename*0*=utf-8''%E5%B8%82%E4%BD%8F;\r\n filename*1*=%E5%BB%BA%E6%8E%A7.xlsx",
        b'Content-Disposition: attachment; filename="' + "市住建控.xlsx".encode("gbk") + b'"',
        b'Content-Disposition: attachment; filename="' + "市住建控.xlsx".encode() + b'"',
        b'Content-Type: application/octet-stream; name="=?utf-8?B?5biC5L2P5bu65o6nLnhsc3g=?="',
    ],
)
def test_names_of_attachments(header: bytes, tmp_path: Path) -> None:
    kind = (
        b"" if header.startswith(b"Content-Type") else b"Content-Type: application/octet-stream\r\n"
    )
    content = b"From: a@b\r\nMIME-Version: 1.0\r\n" + kind + header + b"\r\n\r\n1"
    (tmp_path / "m.eml").write_bytes(content)
    assert listing(tmp_path / "m.eml") == ["m.eml/市住建控.xlsx"]


def test_attachments_never_become_paths(tmp_path: Path) -> None:
    (tmp_path / "m.eml").write_bytes(
        mail(("../../a.xlsx", b"1"), ("b.xlsx", b"2"), ("b.xlsx", b"3"))
    )
    assert listing(tmp_path / "m.eml") == [
        "m.eml/a.xlsx FILE-044", "m.eml/b.xlsx", "m.eml/(2)b.xlsx",
    ]  # fmt: skip


def test_mails_without_a_workbook(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(mail())
    (tmp_path / "b.eml").write_bytes(mail(("扫描.pdf", b"%PDF")))
    (tmp_path / "c.eml").write_bytes(b"\xff\xfe")
    root = tmp_path.name
    assert listing(tmp_path) == [
        f"{root}/a.eml FILE-046",
        f"{root}/b.eml/扫描.pdf FILE-045",
        f"{root}/b.eml FILE-046",
        f"{root}/c.eml FILE-048",
    ]


def test_forwarded_mail(tmp_path: Path) -> None:
    outer = EmailMessage()
    outer["From"], outer["Message-ID"] = "a@b", "<2@b>"
    outer.set_content("转发")
    outer.add_attachment(
        email.message_from_bytes(mail(("a.xlsx", b"1")), policy=email.policy.default)
    )
    (tmp_path / "m.eml").write_bytes(outer.as_bytes())
    assert listing(tmp_path / "m.eml") == ["m.eml/a.xlsx"]


BODIES = st.one_of(
    st.binary(max_size=20_000),
    st.integers(0, 30_000).map(lambda size: b"A" * size),
    # Text that looks like base64, its lines ended this way and that.
    st.lists(st.sampled_from([b"Ab3/" * 15, b"c=" * 40, b"x", b""]), max_size=150).flatmap(
        lambda lines: st.sampled_from([b"\n", b"\r\n"]).map(lambda end: end.join(lines) + end)
    ),
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(
    letters=st.lists(
        st.lists(st.tuples(BODIES, st.booleans()), max_size=4), min_size=1, max_size=3
    ),
    end=st.sampled_from([b"\n", b"\r\n"]),
    cut=st.integers(0, 400),
)
def test_a_mail_is_parted_as_the_standard_library_does_it(
    letters: list[list[tuple[bytes, bool]]], end: bytes, cut: int
) -> None:
    written, expected = [], []
    cut = cut if len(letters) == 1 else 0  # a mailbox parts its letters by lines
    for bodies in letters:
        message = EmailMessage()
        message["Message-ID"] = "<1@example.org>"
        message.set_content("附上填报表")
        for i, (body, as_text) in enumerate(bodies):
            if as_text:
                message.add_attachment(body.decode("latin-1"), filename=f"{i}.csv")
            else:
                message.add_attachment(body, "application", "octet-stream", filename=f"{i}.xlsx")
        whole = message.as_bytes(policy=email.policy.SMTP).replace(b"\r\n", end)
        written.append(whole[: max(len(whole) - cut, 40)])
        theirs = email.message_from_bytes(written[-1], policy=email.policy.default)
        parts = [part for part in theirs.walk() if part.get_filename()]
        expected += [(part.get_filename(), part.get_payload(decode=True)) for part in parts]
        # Where base64 breaks off within four characters, the standard library decodes nothing of it.
        assume(not any(isinstance(d, InvalidBase64LengthDefect) for p in parts for d in p.defects))
    content = written[0] if len(written) == 1 else b"".join(b"From x" + end + w for w in written)
    ours = [
        attachment
        for letter in letters_in(content, LIMITS)[0]
        for attachment in letter_of(content, letter, Effort(LIMITS, Clock(LIMITS))).attachments
        if not attachment[0].startswith("附件")  # a part that lost its name
    ]
    assert ours == expected


def test_a_mail_of_more_than_a_return_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eml, "_MAIL_BYTES", 1 << 20)
    content = mail(("a.xlsx", bytes(range(256)) * 4000), ("b.xlsx", b"PK" * 10))
    (finding,) = [f for a in unpacked("m.eml", content) for f in a.findings]
    assert (finding.code, str(finding.values["reason"])) == ("FILE-048", "超过 1 MB")


@pytest.mark.parametrize("encoding", ["binary", "8bit"])
def test_an_attachment_sent_raw_is_the_same(encoding: str) -> None:
    sent = zipped({"a": bytes(range(256)) * 4}) + b"\r\n" + (b"A=20" * 15 + b"\r\n") * 90
    mail = (
        b"From: a@example.org\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="BB"\r\n\r\n'
        b"--BB\r\nContent-Type: application/octet-stream\r\n"
        b'Content-Disposition: attachment; filename="a.bin"\r\n'
        b"Content-Transfer-Encoding: " + encoding.encode() + b"\r\n\r\n" + sent + b"\r\n--BB--\r\n"
    )
    letters, _ = letters_in(mail, LIMITS)
    letter = letter_of(mail, letters[0], Effort(LIMITS, Clock(LIMITS)))
    assert letter.attachments == [("a.bin", sent)]
