"""What journals are called, in either language."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconcile.api.fetch import log_of
from reconcile.api.mail import sent_log_of


@pytest.mark.parametrize(
    ("there", "language", "name"),
    [
        ((), "zh", "发送记录.jsonl"),
        ((), "en", "sent-mail.jsonl"),
        (("发送记录.jsonl",), "en", "发送记录.jsonl"),
        (("sent-mail.jsonl",), "zh", "sent-mail.jsonl"),
    ],
)
def test_a_plan_keeps_its_journal_when_its_language_changes(
    tmp_path: Path, there: tuple[str, ...], language: str, name: str
) -> None:
    for one in there:
        (tmp_path / one).write_bytes(b"")
    assert sent_log_of(tmp_path / "plan.xlsx", language) == tmp_path / name


@pytest.mark.parametrize(
    ("language", "name"), [("zh", "in_取信记录.jsonl"), ("en", "in_fetched.jsonl")]
)
def test_what_was_fetched_stands_beside_the_inbox(tmp_path: Path, language: str, name: str) -> None:
    (tmp_path / "in").mkdir()
    assert log_of(tmp_path / "in", language) == tmp_path / name
