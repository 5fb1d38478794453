"""Records: what ``frozen`` makes behaves as ``dataclass(frozen=True)`` would have it, but for the price."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field, replace

import pytest

from reconcile.core.records import frozen


@frozen
class Point:
    """Two numbers, and one that does not count."""

    x: int
    y: float = 0.0
    seen: list[int] = field(default_factory=list, compare=False, repr=False)


@frozen
class Twin:
    """The same fields under another name."""

    x: int
    y: float = 0.0


@frozen
class Named:
    """A single field, and a hash of its own."""

    names: list[str]

    def __hash__(self) -> int:
        return len(self.names)


@dataclass(frozen=True)
class Usual:
    x: int
    y: float = 0.0


def test_records_are_equal_by_what_they_hold_and_only_to_their_kind() -> None:
    assert Point(1, 2.0, [3]) == Point(1, 2.0) != Point(2, 2.0)
    assert Point(1) != Twin(1)
    assert Point(1) != (1, 0.0)
    assert Named(["甲"]) == Named(["甲"]) != Named(["乙"])


def test_records_are_hashed_by_what_they_hold_unless_they_say_how() -> None:
    assert len({Point(1, seen=[1]), Point(1), Point(2)}) == 2
    assert hash(Point(1)) == hash(Usual(1))
    assert hash(Named(["甲", "乙"])) == 2


def test_records_are_shown_as_other_dataclasses_are() -> None:
    assert repr(Point(1, 2.0, [3])) == "Point(x=1, y=2.0)"
    assert repr(Twin(1)) == repr(Usual(1)).replace("Usual", "Twin")


def test_records_can_be_replaced_and_sent_to_another_process_but_hold_nothing_more() -> None:
    assert replace(Point(1), x=2) == Point(2)
    assert pickle.loads(pickle.dumps(Point(1, 2.0))) == Point(1, 2.0)
    with pytest.raises(AttributeError):
        Point(1).z = 2  # type: ignore[attr-defined]
