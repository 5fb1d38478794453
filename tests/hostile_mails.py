"""Mails that cost a parser minutes or gigabytes; each is made in a moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping

_MIB = 1 << 20
_FROM = b"From: a@example.org\r\n"
_SHEET = b"Content-Type: application/octet-stream; name=a.xlsx\r\n"


def parts(count: int, one: bytes) -> bytes:
    """Return a mail with the same part again and again."""
    head = _FROM + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n"
    return head + one * count + b"--x--\r\n"


def coded(code: bytes, body: bytes) -> bytes:
    """Return a mail that is one attachment in a transfer encoding."""
    return _FROM + _SHEET + b"Content-Transfer-Encoding: " + code + b"\r\n\r\n" + body


def _pieces(parameter: bytes, count: int) -> bytes:
    """Return a name that RFC 2231 cut in pieces."""
    return b"".join(b" %s*%d=a;\r\n" % (parameter, n) for n in range(count))


def _disposition(parameter: bytes) -> bytes:
    return b"--x\r\nContent-Disposition: attachment; " + parameter + b"\r\n\r\nx\r\n"


def _nested(levels: int) -> bytes:
    one = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n"
    return _FROM + b"".join(one % (level, level) for level in range(levels))


MAILS: Mapping[str, tuple[Callable[[], bytes], str]] = {
    "millions of empty headers": (lambda: _FROM + b"X:\r\n" * (8 * _MIB) + b"\r\nx", "FILE-048"),
    "a header of millions of lines": (
        lambda: _FROM + b"X: a\n" + b" a\n" * (15 * _MIB) + b"\nx", "FILE-048",
    ),
    "empty headers in 900 parts": (
        lambda: parts(900, b"--x\r\n" + b"X:\r\n" * 10_000 + b"\r\n\r\n"), "FILE-046",
    ),
    "a name in 250 pieces in 990 parts": (
        lambda: parts(990, b"--x\r\nContent-Type: a/b;\r\n" + _pieces(b"name", 250) + b"\r\nx\r\n"),
        "FILE-048",
    ),
    "a name in 90 pieces in 990 parts": (
        lambda: parts(990, b"--x\r\nContent-Type: a/b;\r\n" + _pieces(b"name", 90) + b"\r\nx\r\n"),
        "FILE-045 FILE-046",
    ),
    "950 parameters in 990 parts": (
        lambda: parts(990, b"--x\r\nContent-Type: a/b; name=x" + b";a=b" * 950 + b"\r\n\r\nx\r\n"),
        "FILE-048",
    ),
    "names of encoded words": (
        lambda: parts(990, _disposition(b'filename="' + b"=?utf-8?B?5biC?= " * 200 + b'"')),
        "FILE-045 FILE-046",
    ),
    "names in punycode": (
        lambda: parts(990, _disposition(b"filename*=punycode''a-" + b"99" * 1800)),
        "FILE-045 FILE-046",
    ),
    "names of half a character": (
        lambda: parts(9, _disposition(b'filename="=?utf-7?Q?+2AA-.docx?="')), "FILE-045 FILE-046",
    ),
    "tiny lines of base64": (lambda: coded(b"base64", b"QQ\r\n" * (15 * _MIB)), ""),
    "base64 and as much that is none": (lambda: coded(b"base64", b"A?" * (30 * _MIB)), ""),
    "tiny lines of quoted-printable": (lambda: coded(b"quoted-printable", b"=\n" * (31 * _MIB)), ""),
    "tiny lines of uuencode": (
        lambda: coded(b"x-uuencode", b"begin 644 a\n" + b"#86)C\n" * (9 * _MIB)), "FILE-048",
    ),
    "empty lines": (lambda: _FROM + _SHEET + b"\r\n" + b"\n" * (63 * _MIB), ""),
    "carriage returns": (lambda: _FROM + _SHEET + b"\r\n" + b"\r" * (63 * _MIB), ""),
    "headers ended by carriage returns": (
        lambda: _FROM + b"Content-Type: multipart/mixed; boundary=x\r\r" + b"--x\r\r" * (2 * _MIB),
        "FILE-048",
    ),
    "empty lines before the first header": (lambda: b"\n" * (63 * _MIB) + _FROM, "FILE-046"),
    "300 nested multiparts of 2 MB": (lambda: _nested(300) + b"a\n" * _MIB, "FILE-048"),
    "2000 nested multiparts": (lambda: _nested(2000), "FILE-020"),
    "900 nested letters": (
        lambda: _FROM + b"Content-Type: message/rfc822\r\n\r\n" * 900 + b"x\r\n" * _MIB, "FILE-046",
    ),
    "millions of parts": (lambda: parts(12 * _MIB, b"--x\n"), "FILE-020"),
    "millions of parts with a blank line": (lambda: parts(10 * _MIB, b"--x\n\n"), "FILE-020"),
    "millions of parts with a letter": (lambda: parts(9 * _MIB, b"--x\na\n"), "FILE-020"),
    "millions of lines like a boundary": (lambda: parts(12 * _MIB, b"--xa\n"), "FILE-020"),
    "a digest of 300000 parts": (
        lambda: _FROM + b"Content-Type: multipart/digest; boundary=x\r\n\r\n" + b"--x\r\n\r\n" * 300_000,
        "FILE-020",
    ),
}  # fmt: skip
"""By name: how the mail is made, and the findings that it must bring (each once); none where it is opened."""

MAILBOXES: Mapping[str, tuple[Callable[[], bytes], str]] = {
    "4900 letters of empty headers": (
        lambda: (b"From x\n" + _FROM + b"X:\n" * 5000 + b"\nx\n") * 4900, "FILE-046",
    ),
    "4900 letters from brackets": (
        lambda: (b"From x\nFrom: " + b"(" * 3900 + b"\n\nx\n") * 4900, "FILE-046 FILE-048",
    ),
    "4900 letters from many": (
        lambda: (b"From x\nFrom: " + b"a@b," * 970 + b"\n\nx\n") * 4900, "FILE-046 FILE-048",
    ),
    "millions of lines that begin with From": (
        lambda: b"From x\nA: b\n\n" + b"From x\n\n" * (8 * _MIB), "FILE-020",
    ),
}  # fmt: skip
