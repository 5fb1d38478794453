"""What is said in English: our words and sentences by their Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from .captions import CAPTIONS, SHEETS
from .phrases import PHRASES, REASONS
from .sentences import SENTENCES

# A caption's word stands before a sheet's name of the same Chinese, and both before a mere phrase.
WORDS: Mapping[str, str] = {**REASONS, **SENTENCES, **SHEETS, **CAPTIONS}

__all__ = ["PHRASES", "SHEETS", "WORDS"]
