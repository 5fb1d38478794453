"""Filled forms saved again by a real LibreOffice as xlsx, xls and ods merge as they were filled."""

from __future__ import annotations

import functools
from collections.abc import Mapping

import pytest
from bench_forms import (
    A,
    B,
    C,
    Change,
    changed,
    copy_of,
    filled,
    merged,
    put,
    told,
)
from office import all_saved_again

from reconcile.core.result import MergeResult

pytestmark = pytest.mark.slow

KINDS = ("xlsx", "xls", "ods")
SPOILT: Mapping[str, object] = {
    "H7": "基本完成", "I8": "约五成", "J9": "第一行\n第二行", "K9": "'=引号", "M10": "年底前", "E8": "完成350亿元。", "P7": "页边的话",
}  # fmt: skip
FORMS: Mapping[str, tuple[Change | None, str]] = {
    "clean-a": (None, A), "clean-b": (None, B), "clean-c": (None, C), "spoilt": (put(**SPOILT), A),
}  # fmt: skip


def as_xlsx(stem: str) -> bytes:
    change, unit = FORMS[stem]
    return filled(unit) if change is None else changed(change, unit)


@functools.cache
def office(kind: str) -> dict[str, bytes]:
    """All forms, and a marked-up copy, as LibreOffice saves them in a format."""
    spoilt = as_xlsx("spoilt")
    forms = {stem: as_xlsx(stem) for stem in FORMS}
    return all_saved_again({**forms, "copy": copy_of(spoilt, merged(spoilt))}, kind)


def records(result: MergeResult) -> set[tuple[object, ...]]:
    return {(r.unit, r.task, r.field, r.value, r.how, r.place.cell) for r in result.records}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("stem", FORMS)
def test_records_are_those_of_the_direct_fill(soffice: str, kind: str, stem: str) -> None:
    unit = FORMS[stem][1]
    direct = merged(as_xlsx(stem))
    again = merged({f"{stem}.{kind}": office(kind)[stem]})
    assert records(again) == records(direct)
    assert sorted(told(again, of=unit)) == sorted(told(direct, of=unit))
    assert {(s.place.cell, s.text, s.code) for s in again.set_aside} == {
        (s.place.cell, s.text, s.code) for s in direct.set_aside
    }
    assert again.balance == direct.balance


@pytest.mark.parametrize("kind", KINDS)
def test_a_marked_up_copy_saved_again_says_the_same(soffice: str, kind: str) -> None:
    direct = merged(as_xlsx("spoilt"))
    again = merged({f"copy.{kind}": office(kind)["copy"]})
    assert {(r[1], r[2], r[3]) for r in records(again)} == {
        (r[1], r[2], r[3]) for r in records(direct)
    }
    assert sorted(told(again)) == sorted(told(direct))


@pytest.mark.parametrize("kind", ("xls", "ods"))
def test_the_copy_of_an_old_format_mends_and_merges(soffice: str, kind: str) -> None:
    import io

    import openpyxl
    from bench_forms import saved

    content = office(kind)["spoilt"]
    book = openpyxl.load_workbook(io.BytesIO(copy_of(content, merged(content))))
    sheet = book["填报表"]
    for address, value in {
        "H7": "达序时",
        "I8": 0.5,
        "E8": "完成340亿元。",
        "P7": None,
        "M10": None,
    }.items():
        sheet[address] = value
    result = merged(saved(book))
    assert told(result) == []
