"""What the tests of delegation share: the rules of a form, read once."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import pytest

from reconcile.delegate import received_form
from reconcile.readers.child_process import apart


@pytest.fixture(scope="session", autouse=True)
def _rules_of_a_form_are_read_once() -> Iterator[None]:
    """Each reading starts a process: most of the time of these tests, which give the same forms again and again."""
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(received_form, "apart", functools.cache(_apart))
        yield


def _apart(work: str, content: bytes, busy: int) -> Any:
    return apart(work, content, busy=busy)
