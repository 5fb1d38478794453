"""Records that nobody changes, at the price of plain ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """Make a dataclass that the type checker holds frozen, while a run does not pay for it.

    ``dataclass(frozen=True)`` takes four times as long to make one, and some of
    ours are made for every cell of every return. Use ``dataclasses.replace``.
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)
