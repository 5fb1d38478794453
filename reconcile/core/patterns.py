"""Regular expressions that are compiled when they are first used."""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


class _Late:
    """Stands for a pattern until one of its methods is asked for; from then on hands that out as it is."""

    def __init__(self, source: str | bytes, flags: int) -> None:
        self._source, self._flags = source, flags

    def __reduce__(self) -> tuple[type[_Late], tuple[str | bytes, int]]:
        return _Late, (self._source, self._flags)  # another process compiles it for itself

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(self._source, self._flags), name)
        setattr(self, name, found)  # found there the next time, before Python asks here
        return found


def late(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return a pattern that is compiled when it is first used.

    To compile takes a tenth of a millisecond, and a whole one where a wide range
    of signs is in it. A round needs only some of those that read what people
    write, and a small one feels it.
    """
    return cast(re.Pattern[AnyStr], _Late(source, flags))
