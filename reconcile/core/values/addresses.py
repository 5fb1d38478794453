"""E-mail addresses as people write them into a cell: several, with names, in full-width characters."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from ..text import clean

# The name begins where another cannot have: else a long text without "<" is searched for ages.
_ANGLED = re.compile(r"(?<![^<>;,、/|\s])[^<>;,、/|\s]*+ ?<([^<>]*)>")
_PARTED = re.compile(r"[;:,、/|\s]+")
# Full-width characters between addresses are no part of one.
_PARTING = "；：，｜／＜＞（）"
# What mail servers take without quoting (RFC 5321); "/" parts addresses here.
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+=?^_`{}~-]+(?:\.[A-Za-z0-9!#$%&'*+=?^_`{}~-]+)*")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")


class Addresses(NamedTuple):
    """What a cell says: ``good`` addresses, each once; ``wrong`` pieces that are none; ``foreign`` ones.

    ``foreign`` have other than ASCII characters before or after the @: few servers take them.
    ``widened`` tells that full-width characters (＠) were read as plain ones.
    """

    good: tuple[str, ...]
    wrong: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    widened: bool = False


def read_addresses(text: str) -> Addresses:
    """Return the addresses in the text of a cell: a@b.cn；张三 <c@d.cn>，mailto:e@f.cn."""
    cleaned = clean(text)
    plain = unicodedata.normalize("NFKC", cleaned)
    plain = re.sub(r"\bmailto:", " ", plain, flags=re.I)
    pieces = _PARTED.split(_ANGLED.sub(r" \1 ", " ".join(plain.split())))
    good: dict[str, str] = {}
    wrong, foreign = [], []
    for piece in pieces:
        address = piece.rstrip(".。")
        if not address:
            continue
        local, _, domain = address.rpartition("@")
        if _LOCAL.fullmatch(local) and len(local) <= 64 and _DOMAIN.fullmatch(domain):
            good.setdefault(address.casefold(), address)
        elif "@" in address and not address.isascii():
            foreign.append(address)
        else:
            wrong.append(address)
    widened = any("！" <= sign <= "～" and sign not in _PARTING for sign in cleaned)
    return Addresses(tuple(good.values()), tuple(wrong), tuple(foreign), widened)
