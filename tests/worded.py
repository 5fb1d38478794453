"""Findings whose words were put together: a message that lacks one of its values fails where it is found."""

from __future__ import annotations

from collections.abc import Iterable

from reconcile.core.findings import Finding
from reconcile.core.i18n import EN, ZH, speaking


def worded(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings, each with its message and fix spoken in both languages."""
    found = list(findings)
    for finding in found:
        for language in (ZH, EN):
            with speaking(language):
                assert finding.message and finding.fix, finding
    return found
