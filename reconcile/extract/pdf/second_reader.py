"""The second reader of a PDF: pdfplumber's parser, in a process of its own.

It runs beside the first one, and a file that makes it run wild costs no more
than its limits allow: then the plan stands, and is reported as not cross-checked.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ...core.i18n import Phrase
from ...readers.child_process import environment

_MEMORY = 2 << 30
# Seconds that are allowed whatever the file, for each page, and at most.
_LEAST, _EACH, _MOST = 15.0, 1.0, 120.0
_PAGES = 1000
_GLYPHS = 50_000
"""Of one page."""
_DEPTH = 20


class Glyph(NamedTuple):
    """A glyph as the second reader sees it: its origin on the page, y up, and how far it runs."""

    text: str
    x: float
    y: float
    width: float


class SecondReading:
    """A reading that is going on; ``done`` pages so far. Close it, whatever happens."""

    def __init__(self, content: bytes) -> None:
        self.done = 0
        self._begun = time.monotonic()
        self._pages: list[list[Glyph]] = []
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._child: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None
        with contextlib.suppress(OSError):
            self._child = subprocess.Popen(
                [sys.executable, "-P", "-m", "reconcile.extract.pdf.second_reader"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment(),
            )
            self._thread = threading.Thread(target=self._exchange, args=(content,), daemon=True)
            self._thread.start()

    def _exchange(self, content: bytes) -> None:
        """Give the child the file, and take its pages as they come."""
        child = self._child
        assert child is not None and child.stdin is not None and child.stdout is not None
        with contextlib.suppress(OSError, ValueError):
            child.stdin.write(content)
            child.stdin.close()
            for line in child.stdout:
                self._lines.put(line)
                self.done += 1
        self._lines.put(b"")

    def pages(
        self, count: int, step: Callable[[], None]
    ) -> tuple[list[list[Glyph]] | None, Phrase | None]:
        """Return the glyphs of all ``count`` pages, or None and why not; ``step`` is called as they come."""
        if self._child is None:
            return None, Phrase("无法启动")
        if count > _PAGES:
            return None, Phrase("超过 {n} 页", n=_PAGES)
        end = self._begun + min(_LEAST + _EACH * count, _MOST)
        while len(self._pages) < count:
            try:
                line = self._lines.get(timeout=max(0.0, min(0.2, end - time.monotonic())))
            except queue.Empty:
                if time.monotonic() >= end:
                    return None, Phrase("太费时间")
                step()
                continue
            if not line:
                return None, Phrase("另一种方法读不了这份PDF")
            self._pages.append([Glyph(*glyph) for glyph in json.loads(line)])
            step()
        return self._pages, None

    def close(self) -> None:
        """End the reading."""
        child = self._child
        if child is None or self._thread is None:
            return
        child.kill()
        self._thread.join()
        for pipe in (child.stdin, child.stdout):
            # What the child did not take is still to be written, and nobody is there any more.
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
        child.wait()


def main() -> None:
    """Read a PDF from stdin, write the glyphs of each page to stdout as a line of JSON."""
    with contextlib.suppress(ImportError):  # Windows has no such limits
        import resource

        for kind, limit in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CPU, int(_MOST))):
            # Whoever started us may have set a lower one.
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(kind, (limit, limit))
    import pdfplumber

    with pdfplumber.open(io.BytesIO(sys.stdin.buffer.read())) as document:
        pages = document.pages
        while pages and len(pages) <= _PAGES:
            page = pages.pop(0)
            glyphs = list(_glyphs(page))
            sys.stdout.write(json.dumps(glyphs) + "\n")
            sys.stdout.flush()
            page.close()


def _glyphs(page: Any) -> Iterator[Glyph]:
    """Yield the glyphs of a page, blanks left out, on the paper as it lies before it is turned."""
    left, bottom, right, top = page.page_obj.mediabox
    turn = page.page_obj.rotate
    for count, item in enumerate(_letters(page.layout, 0)):
        if count > _GLYPHS:
            raise ValueError("too many glyphs")
        text = item.get_text()
        x, y = item.matrix[4:]
        x, y = {
            90: (right - y, x + bottom),
            180: (right - x, top - y),
            270: (y + left, top - x),
        }.get(turn, (x + left, y + bottom))
        if text.strip():
            width = abs(item.adv) * math.hypot(*item.matrix[:2])
            yield Glyph(text, round(x, 2), round(y, 2), round(width, 2))


def _letters(container: Any, depth: int) -> Iterator[Any]:
    """Yield what has a text, forms opened."""
    for item in container:
        if hasattr(item, "matrix") and hasattr(item, "get_text"):
            yield item
        elif hasattr(item, "__iter__") and depth < _DEPTH:
            yield from _letters(item, depth + 1)


if __name__ == "__main__":
    main()
