"""The secret key of a plan: how it is made, and why another one may not do.

Keys are made here, of 160 random bits, in 32 characters of Crockford's base 32. Those
that older versions made are 32 hexadecimal digits (128 bits). Nothing else is
taken for a key of ours: how random words are cannot be measured.
"""

from __future__ import annotations

import hashlib
import itertools
import re
import secrets
from collections import Counter

from .i18n import Phrase

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no sign can be misread over the phone (no I, L, O, U)."""
_LENGTH = 32
_OURS = re.compile(rf"(?=.*[G-Z])[{SIGNS}]{{{_LENGTH}}}")
_OLDER = re.compile(r"[0-9a-fA-F]{32,}")
_PUBLISHED = frozenset(("f32d607798836992", "c81bfb795b15f7b0"))
"""Of keys that stand in what we publish: how their SHA-256 begins."""
_FEWEST_SIGNS, _PART = 8, 3
_SHORT, _STRANGE, _PATTERNED, _SAMPLE = (
    Phrase("太短，不足 32 位"), Phrase("不是程序随机生成的"), Phrase("有规律，容易猜到"), Phrase("是样例里公开的那一个"),
)  # fmt: skip


def new_key() -> str:
    """Return a key that nobody can guess."""
    while True:
        key = "".join(secrets.choice(SIGNS) for _ in range(_LENGTH))
        if not weakness(key) and not is_older(key):
            return key


def is_older(key: str) -> bool:
    """Return whether a key may have been in use before form numbers had longer check codes."""
    return not _OURS.fullmatch(key)


def weakness(key: str) -> Phrase | None:
    """Return why a key is not good enough; None for one that is."""
    if hashlib.sha256(key.encode()).hexdigest()[:16] in _PUBLISHED:
        return _SAMPLE
    if len(key) < _LENGTH:
        return _SHORT
    if not (_OURS.fullmatch(key) or _OLDER.fullmatch(key)):
        return _STRANGE
    return _PATTERNED if _is_patterned(key.lower()) else None


def _is_patterned(key: str) -> bool:
    """Return whether a key repeats itself, counts up or down, or has few characters.

    Of random keys less than one in a million does.
    """
    steps = Counter((ord(b) - ord(a)) % 32 for a, b in itertools.pairwise(key))
    parts = {key[i : i + _PART] for i in range(len(key) - _PART + 1)}
    return (
        len(set(key)) < _FEWEST_SIGNS
        or key.isdigit()
        or max(steps.values()) * 2 > len(key)
        or len(parts) * 5 < (len(key) - _PART + 1) * 4
        or key == key[::-1]
    )
