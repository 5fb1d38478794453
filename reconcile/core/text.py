"""Words: folding for comparison, cleaning for keeping, showing values, wording rules.

``fold`` is for comparing and never shown; ``clean`` is what may be kept. Row
hashes and check codes are made of folded text: changing ``fold`` makes issued
forms look edited.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from .i18n import Listed

# Excel counts UTF-16 code units (LEN of an emoji is 2) and holds so many in a cell.
CELL_LIMIT = 32_767

_SIGNS = str.maketrans(
    {
        **dict.fromkeys("[{<〈【〔〖〘〚｟❨❲", "("),
        **dict.fromkeys("]}>〉】〕〗〙〛｠❩❳", ")"),
        **dict.fromkeys("“”‘’„‟‚‛'`´「」『』〝〞〟＂＇", '"'),
        **dict.fromkeys("−─━", "-"),
        **dict.fromkeys("、،", ","),
        **dict.fromkeys("•・‧∙⋅", "·"),
        "。": ".",
        "〜": "~",
        # Each would become a sentence, of 18 characters and of 8.
        "\ufdfa": "ص",
        "\ufdfb": "ج",
    }
)
_RUNS = re.compile(r"(-)-+|(\")\"+")

# A picture may carry selectors and joiners (👨‍👩‍👧, ✔️, 1️⃣); anywhere else they are dirt.
_PICTURE = "[\u2190-\u21ff\u2300-\u27bf\u2900-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
_INVISIBLE = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff"
)
_DIRT = re.compile(
    rf"({_PICTURE}[\ufe0e\ufe0f\u200d\u20e3\U000e0020-\U000e007f]*|[0-9#*]\ufe0f\u20e3)|[{_INVISIBLE}]"
)
# A vertical tab is the line break that Word leaves inside a paragraph.
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# All that str.isspace() names, and an empty sign of Braille.
_BLANKS = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\u2800"
)


def words(text: str) -> tuple[str, ...]:
    """Return the words of a text, parted by blanks."""
    return tuple(text.split())


NOTHING = frozenset(
    words(
        r"""
        无 没有 暂无 暂时没有 无内容 空 空白 无此项 不适用 不涉及 未涉及 无问题 没有问题 暂无问题 不存在问题
        / // \ - ~ * . ... n/a na none null nil nothing nothingtoreport notapplicable
        noproblems noproblem noissues noissue
        """
    )
)


def fold(text: str) -> str:
    """Return the form in which captions, unit names and goal texts are compared.

    Compatibility forms are unified (NFKC), case is folded, all white space,
    control and invisible characters are gone; brackets, quotes, dashes, commas
    and full stops each have one form. Folding twice changes nothing.
    """
    # The same captions, names and goals come back in every file; long answers come once.
    return _remembered(text) if len(text) <= 400 else fold_answer(text)


_LONGEST_STACK = 30
# A run of other characters than those that most texts are made of, none of which is stacked.
_UNUSUAL = re.compile(
    f"[^\0-\u02ff\u2000-\u206f\u3000-\u3020一-龥\uff01-\uff5e]{{{_LONGEST_STACK + 1},}}+"
)


@functools.lru_cache(maxsize=20_000)
def _is_stacked(sign: str) -> bool:
    return unicodedata.combining(unicodedata.normalize("NFKD", sign)[0]) > 0


def _unstacked(run: re.Match[str]) -> str:
    """A run of characters without those piled higher than any script needs: NFKC takes hours to sort them."""
    stacked = frozenset(filter(_is_stacked, set(run[0])))
    return _piles_of(stacked).sub(r"\1", run[0]) if stacked else run[0]


@functools.lru_cache(maxsize=200)
def _piles_of(stacked: frozenset[str]) -> re.Pattern[str]:
    signs = "".join(sorted(stacked))
    return re.compile(f"([{signs}]{{{_LONGEST_STACK}}})[{signs}]+")


# What nearly all texts are made of: characters that fold to themselves, and these few, which
# are sooner replaced one after the other than every sign of a text is looked up.
_USUALLY = (
    ("，", ","), ("。", "."), ("、", ","), ("：", ":"), ("；", ";"), ("（", "("), ("）", ")"),
    ("％", "%"), ("“", '"'), ("”", '"'), (" ", ""), ("\n", ""),
)  # fmt: skip
_USUAL = re.compile(f"[-0-9a-z一-龥%,.:;()+{''.join(sign for sign, _ in _USUALLY)}]*+")


def fold_answer(text: str) -> str:
    """Return what :func:`fold` does, and remember nothing: answers come once."""
    if _USUAL.fullmatch(text):
        for sign, folded in _USUALLY:
            text = text.replace(sign, folded)
        return _collapsed(text)
    if _PLAIN_WORDS.fullmatch(text):  # no sign of it depends on its neighbours
        return _collapsed(text.translate(_PLAINLY))
    return _folded_by_rule(text)


class _Plainly(dict[int, str]):
    """What a sign of a plain text folds to, worked out when it first turns up."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)  # Chinese characters fold to themselves
        self[code] = folded = sign if "一" <= sign <= "龥" else _folded_by_rule(sign)
        return folded


_PLAINLY = _Plainly()


def _collapsed(text: str) -> str:
    """A text with each run of dashes or of quotation marks as one."""
    if "--" not in text and '""' not in text:
        return text
    return _RUNS.sub(lambda run: run[1] or run[2], text)


def _folded_by_rule(text: str) -> str:
    for _ in range(4):  # rare characters need a second round; none is known to need a third
        folded = _fold_once(text)
        if folded == text:
            break
        text = folded
    return text


_remembered = functools.lru_cache(maxsize=20_000)(fold_answer)


def _fold_once(text: str) -> str:
    text = clean(text).translate(_SIGNS)
    text = unicodedata.normalize("NFKC", text).casefold()
    return _collapsed(unicodedata.normalize("NFKC", text).translate(_SEEN))


class _Seen(dict[int, str | None]):
    """What remains of a sign when a text is folded; worked out when the sign first turns up."""

    def __missing__(self, code: int) -> str | None:
        sign = chr(code).translate(_SIGNS)
        kind = unicodedata.category(sign)
        unseen = kind in ("Cc", "Cf", "Cs", "Zs", "Zl", "Zp") or sign in _BLANKS
        kept = None if unseen or has_dirt(sign) else sign
        self[code] = "-" if kind == "Pd" else kept
        return self[code]


_SEEN = _Seen()


def clean(text: str) -> str:
    r"""Return a text as it may be kept and shown.

    Line ends become \n, control characters, invisible characters and outer blanks go,
    and so do characters piled on one another by the dozen. Emoji, full-width characters, inner blanks
    and a ``_x000D_`` that somebody typed stay: Excel's escapes are decoded where a file is
    read, once. Cleaning twice changes nothing.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    if _PLAIN_WORDS.fullmatch(text):  # in a third of the time: as nearly all answers
        return text
    text = _DIRT.sub(lambda found: found[1] or "", text)
    if len(text) > _LONGEST_STACK:
        text = _UNUSUAL.sub(_unstacked, text)
    return _LINE_END.sub("\n", text).strip(_BLANKS)


def has_dirt(text: str) -> bool:
    """Return whether ``clean`` takes out more than outer blanks and forms of line end."""
    return any(not found[1] for found in _DIRT.finditer(text)) or any(
        _unstacked(run) != run[0] for run in _UNUSUAL.finditer(text)
    )


def task_number(text: str) -> int | None:
    """Return the number that a 序号 cell names ("7", "７", "第7项", "7."), or None."""
    found = re.fullmatch(r"(?:第|no\.?)?(\d{1,6})(?:\.0*)?[项,.]?", fold(text))
    return int(found[1]) if found else None


def is_blank(value: object) -> bool:
    """Return whether a cell holds nothing: None, or a text without a visible sign."""
    if not isinstance(value, str):
        return value is None
    if "一" <= value[:1] <= "龥":
        return False
    return not (_PLAINLY_SEEN.search(value) or fold(value[:_LOOKED_AT]) or fold(value))


_PLAINLY_SEEN = re.compile("[0-9A-Za-z]")
_LOOKED_AT = 40


_LONGEST_NOTHING = 3 * max(map(len, NOTHING))


def is_nothing(text: str) -> bool:
    """Return whether a text only says that there is nothing: 无, 暂无, /, —, N/A. A blank does not."""
    if len(text) > _LONGEST_NOTHING and len("".join(text.split())) > _LONGEST_NOTHING:
        return False
    word = fold(text)
    return word in NOTHING or word.strip('.,;!"()') in NOTHING


# Without "(": a picture of WPS's comes as the text =DISPIMG(…).
_SIMPLE = "[!-')-^`-~·—‘’“”…、。〈-】〔〕一-龥！（），．／：；？％～＋－０-９]"
# The characters stand in it but once: to compile their widest range takes as long as reading a small file.
_PLAIN_WORDS = re.compile(rf"(?![ \n])(?:[ \n]*+{_SIMPLE}++)++")


def plain(value: object) -> str:
    """Return a cell value as text for messages and records.

    48.0 is "48"; other numbers have at most 15 digits and no exponent below
    1e21; dates are ISO (with hh:mm:ss only where there is a time); True is
    "TRUE"; None is "".
    """
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return _figure(value)
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float():
            return _figure(float(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ", "seconds")
        case date():
            return value.isoformat()
        case time():
            return value.isoformat("seconds")
        case timedelta():
            return str(value)
    return str(value)


def _figure(number: float) -> str:
    shown = f"{number:.15g}"
    if "e" not in shown:
        return "0" if shown == "-0" else shown
    if abs(number) >= 1e21:
        return shown
    return format(Decimal(shown), "f")


def percent(fraction: float) -> str:
    """Return a fraction as a percentage: 0.5 is "50%"."""
    return _figure(float(f"{fraction * 100:.15g}")) + "%"


def printable(text: str, *, breaks: bool = False) -> str:
    r"""Return a text as it may be shown anywhere: a terminal, a file name, a mail, a CSV file.

    "?" stands for what acts on the screen or cannot be seen: control characters (ESC,
    C1), overrides and isolates of direction, joiners outside a picture, lone surrogates.
    Line ends of every kind and tabs are blanks; with ``breaks`` line ends are \n.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _DIRT.sub(lambda found: found[1] or "?", text)
    text = _LINE_END.sub("\n", text).replace("\t", " ")
    return text if breaks else text.replace("\n", " ")


_UNSEEN = re.compile(f"[\x85\u2028\u2029{_INVISIBLE}]")


def json_printable(text: str) -> str:
    """Return JSON with what :func:`printable` does not show as it is escaped: the same values to a program."""
    return _UNSEEN.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))


OPENERS = "=+@⁺⁻⁼₊₋₌﬩﹢﹣﹦﹫＋－＝＠-"
"""The characters that a formula begins with, in all their forms (those that NFKC makes one of = + - @)."""
_LEADING = re.compile(rf"[{_BLANKS}{_INVISIBLE}]*+[{OPENERS}]")


def is_formula_like(text: str) -> bool:
    """Return whether a program may take a text for a formula: by its first sign, after blanks and unseen ones."""
    first = text[:1]
    if "一" <= first <= "龥" or first.isalnum():  # as nearly always
        return False
    return bool(_LEADING.match(text))


def length(text: str) -> int:
    """Return the length as Excel counts it: in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def short(text: str, limit: int = 60) -> str:
    """Return a text on one line, cut with … where it is longer than ``limit``."""
    line = " ".join(clean(text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def several(texts: Iterable[str], sign: str = "；", limit: int = 60) -> Listed:
    """Return texts on one line, cut with … where together they are longer than ``limit``."""
    kept: list[str] = []
    left = limit
    for text in filter(None, texts):
        if left <= 0:
            kept[-1] = kept[-1].removesuffix("…") + "…"
            break
        kept.append(short(text, left))
        left -= len(kept[-1]) + len(sign)
    return Listed(kept, sign)
