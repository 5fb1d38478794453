"""The language of the terminal, and how click's own strings follow it.

The terminal's language is one thing, the plan's (setting 语言) another: what is printed follows the
terminal, what is written into files follows the plan.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from ...core.i18n import EN, ZH, language_named, speaking
from ...locale import CLICK, FOLDER

OPTION, VARIABLE = "--lang", "RECONCILE_LANG"
_LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")
_NONE = ("", "c", "posix")
"""Locales that name no language."""


def terminal_language(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """Return "zh" or "en": as ``--lang`` says, RECONCILE_LANG, the locale, or else Chinese.

    Any other language of the locale is answered in English. What --lang or RECONCILE_LANG
    says wrong is refused later, where options are read.
    """
    for text in (_asked(arguments), environment.get(VARIABLE, "")):
        if text.strip() and (named := language_named(text)):
            return named
    for name in _LOCALES:
        locale = environment.get(name, "").partition(".")[0].partition("@")[0].strip().casefold()
        if locale not in _NONE:
            return ZH if locale.startswith("zh") else EN
    return ZH


def _asked(arguments: Sequence[str]) -> str:
    """What --lang says, the last one before a bare ``--``."""
    asked = ""
    for at, text in enumerate(arguments):
        if text == "--":
            break
        option, equals, value = text.partition("=")
        if option == OPTION:
            asked = value if equals else "".join(arguments[at + 1 : at + 2])
    return asked


@contextmanager
def terminal_speaking(language: str) -> Iterator[None]:
    """Speak a language on the terminal, click's own strings too, for as long as the block lasts.

    click asks gettext's current domain; that and LANGUAGE are what gettext lets a program set.
    """
    former, variable = gettext.textdomain(), os.environ.get("LANGUAGE")
    gettext.bindtextdomain(CLICK, str(FOLDER))
    gettext.textdomain(CLICK)
    os.environ["LANGUAGE"] = language
    try:
        with speaking(language):
            yield
    finally:
        gettext.textdomain(former)
        if variable is None:
            os.environ.pop("LANGUAGE", None)
        else:
            os.environ["LANGUAGE"] = variable
