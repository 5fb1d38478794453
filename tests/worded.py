"""Texts as people read them. A finding whose message lacks one of its values fails where it is put together."""

from __future__ import annotations

from collections.abc import Iterable

from reconcile.core.findings import Finding
from reconcile.core.i18n import EN, ZH, speaking
from reconcile.reports.circular import Paragraph


def worded(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings, each with its message and fix spoken in both languages."""
    found = list(findings)
    for finding in found:
        for language in (ZH, EN):
            with speaking(language):
                assert finding.message and finding.fix, finding
    return found


def plain_text(paragraphs: Iterable[Paragraph]) -> str:
    """Return a draft as plain text, a paragraph a line."""
    return "\n".join(p.text or " | ".join(p.cells) for p in paragraphs) + "\n"
