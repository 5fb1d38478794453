"""Records that nobody changes, at the price of plain ones."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """Make a dataclass that the type checker holds frozen, while a run does not pay for it.

    ``dataclass(frozen=True)`` takes four times as long to make one, and some of
    ours are made for every cell of every return. It also writes and compiles six
    methods for each class, of which we have close to a hundred, before a verb
    does anything: only ``__init__``, which has to be fast, is made so here. A
    ``__hash__`` of the class's own stays. Use ``dataclasses.replace``.
    """
    made = dataclass(slots=True, repr=False, eq=False)(cls)
    compared = attrgetter(*(f.name for f in fields(made) if f.compare))  # type: ignore[arg-type]

    def equal(self: T, other: object) -> bool:
        return compared(self) == compared(other) if type(other) is made else NotImplemented

    def hashed(self: T) -> int:
        return hash(compared(self))

    for name, method in (("__eq__", equal), ("__hash__", hashed), ("__repr__", _shown)):
        if name not in vars(made):
            setattr(made, name, method)
    return made


def _shown(record: Any) -> str:
    told = (f"{f.name}={getattr(record, f.name)!r}" for f in fields(record) if f.repr)
    return f"{type(record).__qualname__}({', '.join(told)})"
