"""What is said in English: our words and sentences by their Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from .captions_en import CAPTIONS, SHEETS
from .phrases_en import PHRASES, REASONS
from .sentences_en import SENTENCES

# A caption's word stands before a sheet's name of the same Chinese, and both before a mere phrase.
WORDS: Mapping[str, str] = {**REASONS, **SENTENCES, **SHEETS, **CAPTIONS}

__all__ = ["PHRASES", "SHEETS", "WORDS"]
