"""The program's own source, parsed once for all the tests that look at it."""

from __future__ import annotations

import ast
import functools
from collections.abc import Sequence
from pathlib import Path


@functools.cache
def nodes(path: Path) -> Sequence[ast.AST]:
    """Return all nodes of a module's syntax tree, the module first."""
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
