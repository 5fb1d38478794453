"""Patterns that are compiled when they are first used."""

from __future__ import annotations

import pickle
import re

import pytest

from reconcile.core.patterns import late


def test_a_late_pattern_does_what_one_compiled_at_once_does() -> None:
    pattern = late("([a-z])(1)?", re.IGNORECASE)
    for _ in range(2):
        assert pattern.sub("-", "aB1!") == "--!"
        assert [found[0] for found in pattern.finditer("aB1!")] == ["a", "B1"]
        assert pattern.fullmatch("a11") is None
    assert pattern.groups == 2
    assert late(rb"\d").search(b"a1")


def test_a_late_pattern_is_compiled_by_its_first_use_and_not_before() -> None:
    pattern = late("(")
    with pytest.raises(re.error):
        pattern.search("")


def test_a_late_pattern_goes_to_another_process() -> None:
    pattern = late("a+", re.DOTALL)
    for _ in range(2):
        sent = pickle.loads(pickle.dumps(pattern))
        assert sent.search("baac")[0] == "aa"
        assert pattern.search("baac")
