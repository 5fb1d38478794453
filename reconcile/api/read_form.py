"""read_form: a form as a unit holds it, read without the plan that it was issued from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from ..core.findings import Finding
from ..core.form import Form
from ..core.i18n import EN, ZH, speaking
from ..core.plan import Plan
from ..delegate.received_form import Received, read_received
from ..readers import read_book
from ..writers.atomic import read_regular
from .inputs import load_form

_NOBODY = Plan("", "", "", 0, (), (), ())


@dataclass(frozen=True, slots=True)
class Opened:
    """Result of :func:`read_form`: what was received, and the form that it was read by; or why not."""

    received: Received | None
    form: Form | None
    findings: tuple[Finding, ...]
    language: str = ZH


def read_form(
    source: Path, *, template_path: Path | None = None, password: str | None = None
) -> Opened:
    """Read a form by its own template, or by the built-in one of the language that it is in.

    OSError when the file cannot be read.
    """
    # A form's language shows in which built-in template it was made of.
    for language in (ZH, EN):
        with speaking(language):
            form, form_findings = load_form(_NOBODY, source, template_path)
            if form is None:
                return Opened(None, None, form_findings, language)
            received, findings, _ = read_by(source, form, password)
        if received is not None or "PLAN-550" not in {f.code for f in findings}:
            break
    return Opened(received, form, findings, language)


def read_by(
    path: Path, form: Form, password: str | None
) -> tuple[Received | None, tuple[Finding, ...], bytes]:
    """Return a form read by ``form`` (None where a finding says why not), findings and the file's bytes."""
    content = read_regular(path)
    book, findings = read_book(path.name, content, password=password)
    if book is None:
        return None, findings, content
    digest = hashlib.sha256(content).hexdigest()
    received, more_findings = read_received(path.name, digest, content, book, form)
    return received, (*findings, *more_findings), content
