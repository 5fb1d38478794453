"""Texts that stand where an answer should and are none: 同上, 见附件, ……, √, 1.38E+10. Pure."""

from __future__ import annotations

import re

from ..text import fold, words

_LONGEST = 40
"""What says more than this is an answer, whatever it begins with."""
_LONGEST_NAMED = 120
_DITTO = frozenset(
    map(
        fold,
        words(
            """
            同上 仝上 同前 同上行 同上一行 同上格 同上一格 同上项 同上一项 〃 〃〃 " ″ ,, 々 々々
            ditto do. sameasabove asabove seeabove sameasbefore sameaspreviousrow
            """
        ),
    )
)
_ABOVE = re.compile(
    r"(?:内容|情况|进展|措施|问题)?(?:与|和|同|跟)?上(?:面|一?行|一?项|一?格|述)?(?:内容|情况)?(?:相同|一致|一样)"
)
_OTHER_ROW = re.compile(
    r"(?:内容|情况)?(?:详?见|参见|参照|同|与|和|跟)(?:本?表)?(?:序号|第)?[0-9一二三四五六七八九十]{1,6}[项行条]?"
    r"(?:任务|内容|情况)?(?:相同|一致|一样)?"
    r"|(?:see|sameas|as|asin|seeunder)(?:task|item|row|no\.?|number|line)[0-9]{1,6}"
)
_ATTACHED = re.compile(
    r"(?:具体|详情|详细|内容|情况)*(?:请|另|可|详|参)?(?:见|看|参见|参看|参阅|查看|参考)"
    r"(?:所|随|后|邮件|本)?(?:附件|附表|附页|附后|另附|附上|附文|附|附材料|报告|材料|邮件|正文|工作总结)(?:材料|表格|文档|报告|[0-9一二三四五六七八九十]{0,3})"
    r"|(?:见|另|随|后)附(?:材料|表|页|后|件)?|附后|附件"
    r"|(?:(?:please|pls)?(?:see|refer(?:to)?)(?:the)?)?attach(?:ed|ment)s?(?:file|report|document)?"
    r"|see(?:the)?(?:annex|appendix|enclosure|enclosed|report|mail|email)"
)
_SEE = r"(?:请|另|可)?(?:[详参]?[见看阅]|查看|参考)|(?:please)?(?:see|referto)"
_NAMED = re.compile(
    rf"(?:{_ATTACHED.pattern}|{_SEE})[:(\"]*"
    r"(?:《[^》]+》|<[^>]+>|(?:[a-z]:|https?:|[\\/])\S*"
    r"|[^。,;]+\.(?:docx?|xlsx?|pptx?|pdf|wps|et|ofd|zip|rar|7z|jpe?g|png))[)\"]*"
)
"""见附件 with the name of the document behind it."""
_POWER = re.compile(r"[0-9](?:\.[0-9]+)?E\+[0-9]{2,3}", re.I)
_PICTURE = re.compile(r".{0,2}=[^\"(]{0,40}?(?<![A-Z])(?:DISPIMG|IMAGE)\(", re.I | re.S)
_ALPHANUMERIC = re.compile(r"[^\W_]")
_ZERO = frozenset(words("0 00 0.0 0.00 〇 零 x xx xxx"))


def is_ditto(text: str) -> bool:
    """Return whether a text only repeats what stands above it: 同上, 〃, ditto."""
    return _repeats(_word(text))


def refers_elsewhere(text: str) -> bool:
    """Return whether a text only says where the answer stands: 同上, 与第8项相同, 详见附件."""
    if len(text) <= _LONGEST_NAMED and _NAMED.fullmatch(fold(text)):
        return True
    word = _word(text)
    return bool(word) and (
        _repeats(word) or bool(_OTHER_ROW.fullmatch(word) or _ATTACHED.fullmatch(word))
    )


def says_nothing(text: str) -> bool:
    """Return whether a text is made of characters alone (……, ？, √), or of nothing but a zero."""
    if len(text) > _LONGEST:
        return False
    word = fold(text)
    return bool(word) and (word in _ZERO or not _ALPHANUMERIC.search(word))


def loses_digits(text: str) -> bool:
    """Return whether a text is a number as Excel shortens it, with digits gone: 1.38E+10."""
    return bool(_POWER.fullmatch(text.strip()))


def shows_picture(formula: str) -> bool:
    """Return whether a formula puts a picture into its cell: DISPIMG as WPS has it, IMAGE as Excel does."""
    return "=" in formula[:3] and bool(_PICTURE.match(formula))


def _repeats(word: str) -> bool:
    return word in _DITTO or bool(_ABOVE.fullmatch(word))


def _word(text: str) -> str:
    """A short text folded, without the characters around it; "" for a longer one."""
    if len(text) > _LONGEST:
        return ""
    word = fold(text)
    return word if word in _DITTO else word.strip('.,;!:()"~')
