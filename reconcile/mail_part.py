"""A part of a mail that is parsed without its long bodies; apart, as ``email`` is dear to import."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .attachments import Skeleton


class _Part(EmailMessage):
    """Has its long bodies back as soon as the parser hands its text over, before any decoding."""

    def __init__(self, skeleton: Skeleton, policy: Any = None) -> None:
        super().__init__(policy)
        self._skeleton = skeleton

    def set_payload(self, payload: Any, charset: Any = None) -> None:
        whole = self._skeleton.whole(payload) if isinstance(payload, str) else payload
        super().set_payload(whole, charset)


def parsed(text: bytes, skeleton: Skeleton) -> EmailMessage:
    """Return a letter of a skeleton, its parts holding their bodies."""
    policy = email.policy.default.clone(message_factory=partial(_Part, skeleton))
    return email.message_from_bytes(text, policy=policy)
