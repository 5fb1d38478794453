"""Merged -> summary workbook: 总览, 汇总表, 未报单位, 问题清单, 明细."""

from __future__ import annotations

from collections import Counter

from xlsxwriter.worksheet import Worksheet

from .layout import row_height, split_text
from .listing import A4, SIZE, Column, Listing, new_workbook, page
from .merged import Merged
from .model import AHEAD, BEHIND, DONE, NOT_BEGUN, ON_TIME, Form
from .points import GREEN, RED, YELLOW, shares
from .summary_lists import (
    read_previous,
    write_behind,
    write_indicators,
    write_missing,
    write_problems,
    write_records,
)
from .summary_table import FILLS, UNANSWERED, light_word, write_table

OVERVIEW, TABLE = "总览", "汇总表"

__all__ = ["balance_line", "read_previous", "summary_bytes"]


def summary_bytes(merged: Merged, form: Form) -> bytes:
    """Return the summary workbook. The same merge gives the same bytes."""
    book, stream = new_workbook(f"{merged.plan.title}（{merged.caption}）汇总")
    listing = Listing(book)
    _overview(book.add_worksheet(OVERVIEW), listing, merged)
    write_table(book.add_worksheet(TABLE), listing, merged, form)
    if merged.plan.indicators:
        write_indicators(listing, merged)
    write_behind(listing, merged)
    write_missing(listing, merged)
    write_problems(listing, merged)
    write_records(listing, merged, form)
    book.close()
    return stream.getvalue()


def balance_line(merged: Merged) -> str:
    """Return the balance as people read it."""
    b = merged.balance
    return f"收到 {b.received} 格 = 收下 {b.accepted} 格 + 规范化 {b.normalised} 格 + 未收 {b.set_aside} 格"


# --- 总览


def _overview(sheet: Worksheet, listing: Listing, merged: Merged) -> None:
    for column, width in enumerate((16, 12, 12, 44)):
        sheet.set_column(column, column, width)
    plan = merged.plan
    title = listing.format(font_name="方正小标宋简体", font_size=18, align="center", text_wrap=True)
    heading = f"{plan.title}（{merged.caption}）推进情况总览"
    sheet.merge_range(0, 0, 0, 3, heading, title)
    sheet.set_row(0, row_height([(heading, 84, 18)], 36))
    states = Counter(s.state for s in merged.standings.values())
    row = _paragraph(
        sheet, listing, 1, f"截至 {merged.as_of.isoformat()}，{_units_sentence(merged)}"
    )
    row = _paragraph(sheet, listing, row, balance_line(merged)) + 1
    for column, caption in enumerate(("完成情况", "任务数", "占比", "任务序号")):
        sheet.write_string(row, column, caption, listing.head)
    sheet.set_row(row, 22)
    columns = [
        Column("", 16, True),
        Column("", 12, True),
        Column("", 12, True, "0.0%"),
        Column("", 44),
    ]
    by_state: dict[str, list[int]] = {}
    for standing in merged.standings.values():
        by_state.setdefault(standing.state, []).append(standing.task)
    known = [DONE, AHEAD, ON_TIME, BEHIND, NOT_BEGUN, UNANSWERED]
    listed = [*known, *(s for s in states if s not in known)]
    parts = shares([states[s] for s in listed])
    for state, part in zip(listed, parts, strict=True):
        row += 1
        numbers = "、".join(map(str, by_state.get(state, [])))
        look = {"bg_color": FILLS[state]} if state in FILLS else {}
        for at, value in enumerate((state, states[state], float(part) / 100)):
            listing.write(sheet, row, at, value, columns[at], **(look if at == 0 else {}))
        listing.write(sheet, row, 3, numbers, columns[3])
        sheet.set_row(row, row_height([(numbers, 44, SIZE)], 20))
    row += 1
    for at, value in enumerate(("合计", len(plan.tasks), 1.0 if plan.tasks else 0.0, "")):
        listing.write(sheet, row, at, value, columns[at], bold=True)
    row = _paragraph(sheet, listing, row + 2, _lights_sentence(merged))
    missing = [s.unit for s in merged.statuses if s.state == "missing"]
    row = _paragraph(
        sheet, listing, row, f"未报单位（{len(missing)} 个）：" + ("、".join(missing) or "无")
    )
    refused = [v for v in merged.verdicts if not v.accepted]
    if refused:
        names = "；".join(f"{v.file}（{'、'.join(v.why)}）" for v in refused)
        row = _paragraph(sheet, listing, row, f"没有收的文件（{len(refused)} 个）：{names}")
    _paragraph(
        sheet,
        listing,
        row,
        "完成情况以牵头单位的答复为准；有几个牵头单位的，取最差的一个。逐条出处见“明细”，需要处理的见“问题清单”。",
    )
    page(sheet, A4, landscape=False)
    sheet.hide_gridlines(2)


def _lights_sentence(merged: Merged) -> str:
    lights = {
        light: [s for s in merged.standings.values() if s.light == light]
        for light in (RED, YELLOW, GREEN)
    }
    told = "、".join(f"{light_word(light)} {len(found)} 项" for light, found in lights.items())
    red = "；".join(f"第{s.task}项（{'，'.join(s.reasons)}）" for s in lights[RED])
    return f"{told}。" + (f"红灯：{red}。" if red else "")


def _units_sentence(merged: Merged) -> str:
    count = Counter(s.state for s in merged.statuses)
    total = len(merged.statuses)
    answered = count["clean"] + count["errors"]
    return (
        f"应报 {total} 个单位，已报 {answered} 个（其中 {count['errors']} 个有问题需要改正），"
        f"回表没有收的 {count['refused']} 个，未报 {count['missing']} 个。"
    )


def _paragraph(sheet: Worksheet, listing: Listing, row: int, text: str) -> int:
    style = listing.format(text_wrap=True, font_size=12)
    for part in split_text(text, 84, 12):
        sheet.merge_range(row, 0, row, 3, part, style)
        sheet.set_row(row, row_height([(part, 84, 12)], 22))
        row += 1
    return row
