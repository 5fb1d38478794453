"""The forms that the templates of the package declare, as they were read, by the content of their files.

A merge needs of a template its form alone. To read one takes openpyxl, whose import alone is 0.17 s
of the 0.5 s that a merge of a hundred returns takes; so those that come with the package are read
when they are changed: ``python -m bench.reference`` writes ``shipped_forms.json``, and a test compares it
with the templates. Any other template is read.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from ..core.findings import Finding
from ..core.form import Field, Form, Rule
from ..writers.atomic import read_regular
from .template import read_template

KEPT = "shipped_forms.json"


def read_form(path: Path) -> tuple[Form | None, tuple[Finding, ...]]:
    """Return the form that a template declares, and findings; see :func:`read_template`."""
    form = shipped_form(path)
    if form:
        return form, ()
    template, findings = read_template(path)
    return template.form if template else None, findings


def shipped_form(path: Path) -> Form | None:
    """Return the form of a template that came with the package, None for any other file."""
    try:
        content = read_regular(path)
    except (OSError, ValueError):  # who reads it reports why it cannot be read
        return None
    kept = json.loads(resources.files(__package__).joinpath(KEPT).read_text(encoding="utf-8"))
    found = kept.get(_name_of(content))
    return _form(found) if found else None


def kept_text(templates: Iterable[Path]) -> str:
    """Return what the file of kept forms holds for these templates."""
    forms = {
        _name_of(path.read_bytes()): template.form
        for path in templates
        if (template := read_template(path)[0])
    }
    return json.dumps(forms, ensure_ascii=False, indent=1, default=_data) + "\n"


def _name_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _data(value: object) -> object:
    if isinstance(value, Form | Field | Rule):
        return {one.name: getattr(value, one.name) for one in dataclasses.fields(value) if one.init}
    assert isinstance(value, date)
    return value.isoformat()


def _form(kept: Mapping[str, Any]) -> Form:
    fields, head, indicators = (
        tuple(map(_field, kept[name])) for name in ("fields", "head", "indicators")
    )
    sheets, texts, footers = (tuple(kept[name]) for name in ("sheets", "texts", "footers"))
    return Form(fields, head, sheets, texts, indicators, footers)


def _field(kept: Mapping[str, Any]) -> Field:
    rule = kept["rule"]
    ends = {name: _bound(rule[name]) for name in ("low", "high")}
    rule = Rule(**rule | ends | {"choices": tuple(rule["choices"])})
    return Field(**{**kept, "rule": rule, "aliases": tuple(kept["aliases"])})


def _bound(kept: float | str | None) -> float | date | None:
    return date.fromisoformat(kept) if isinstance(kept, str) else kept
