"""What a mail says itself -> the part of it that looks like an answer, which belongs into the form."""

from __future__ import annotations

import re

from ..core.i18n import Listed
from ..core.text import printable, several

_LONGEST_SENTENCE, _MOST_SENTENCES, _SHOWN = 300, 500, 100
_SENTENCE = re.compile(r"[。！？!?；;\n]+|(?<=[a-z])\.\s")
# What others wrote before, which mail programs put below.
_QUOTED = re.compile(
    r"\s*(?:-{3,}|_{8,}|-- ?$|>|[|]\s|(?:发件人|寄件者|From|Sent|发送时间)\s*[:：]|在?\s*\d{4}.{0,60}写道|On .{5,80}wrote)"
)
_CONTACT = re.compile(
    r"[\w.+-]+@[\w.-]+|https?://\S+|(?:\d{3,4}[- ])?\d{7,12}|\d{4}\s*[-年/.]\s*\d{1,2}(?:\s*[-月/.]\s*\d{1,2}日?)?"
)
_MEASURE = "(?:%|％|个百分点|亿|万元|万美元|万人|万吨|元|美元|公里|千米|吨|户|座|亩|平方|percent|million|billion)"
# A task by its number, a figure that was reached, a correction of what the form says.
_ANSWER = re.compile(
    r"第\s*[0-9一二三四五六七八九十百]{1,4}\s*项|序号\s*[为是:：]?\s*\d|\btask\s+(?:no\.?\s*)?\d"
    rf"|(?:完成|达到?|实现|增长|下降|累计|进度|超过?|reached|achieved)[^\d\n]{{0,15}}\d[\d.,]{{0,12}}\s*{_MEASURE}"
    r"|(?:完成|达到?|实现|增长|下降|进度)[^\n]{0,8}百分之"
    rf"|\d[\d.,]{{0,12}}\s*{_MEASURE}[^\n]{{0,10}}(?:完成|complete)",
    re.I,
)
_CORRECTION = re.compile(
    r"更正|改[为成]|应[为改]|填错|漏填|漏报|补充如下|补充说明|以(?:本邮件|邮件|正文|下列|以下)[^\n]{0,8}为准"
)
_ENCLOSED = re.compile(r"附件|附表|见附|attach", re.I)


def answer_in(body: str) -> Listed | None:
    """Return the sentences of a mail's own text that look like an answer, shortened; None for none."""
    lines = []
    for line in body.split("\n"):
        if _QUOTED.match(line):
            break
        lines.append(line)
    found = []
    for sentence in _SENTENCE.split("\n".join(lines))[:_MOST_SENTENCES]:
        words = _CONTACT.sub(" ", sentence[:_LONGEST_SENTENCE])
        if _ANSWER.search(words) or (_CORRECTION.search(words) and not _ENCLOSED.search(words)):
            found.append(sentence.strip())
    if not found:
        return None
    return Listed((printable(str(part)) for part in several(found, "；", _SHOWN).parts), "；")
