"""Texts of ours that are told before the language is known: put into words where they are shown, in any language."""

from __future__ import annotations

import ast
import pickle
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sources import nodes

import reconcile
from reconcile.core.findings import CATALOGUE, Finding, Place, Quoted, render
from reconcile.core.findings import as_fields as exported
from reconcile.core.form import Rule, describe
from reconcile.core.i18n import (
    Day,
    Listed,
    Phrase,
    Quantity,
    first_of,
    holds_chinese,
    speaking,
    worded,
)  # fmt: skip
from reconcile.core.text import several
from reconcile.extract.sandbox import read_published_plan

HOME = Path(reconcile.__file__).parent
PAGE = Phrase("第{n}页", n=2)
ROW = Phrase("{where}第{n}行", where=PAGE, n=3)


@pytest.mark.parametrize(
    ("phrase", "chinese", "english"),
    [
        (PAGE, "第2页", "page 2"),
        (ROW, "第2页第3行", "page 2, row 3"),
        (Phrase("{where}第{n}行", where=Phrase("工作表“{name}”", name="甲、乙"), n=12),
         "工作表“甲、乙”第12行", "sheet “甲、乙”, row 12"),
        (Phrase("第{n}页", n=Listed(["1-3", 7])), "第1-3、7页", "page 1-3, 7"),
        (Phrase("超过 {n} 页", n=1000), "超过 1000 页", "more than 1000 pages"),
        (Listed(map(Phrase, ("标题", "文号"))), "标题、文号", "Title, Document number"),
        (Listed([Phrase("第{n}行", n=4), Phrase("{n}列", n=2)], "和"), "第4行和2列", "row 4 and 2 columns"),
        (Listed(["甲；乙", "第2页"], "；"), "甲；乙；第2页", "甲；乙; 第2页"),
        (first_of(range(1, 4), 2), "1、2……", "1, 2 …"),
        (Day(date(2022, 7, 8)), "2022年7月8日", "8 July 2022"),
        (Listed([Quantity("45.2", "km"), Quantity(3, "%")]), "45.2km、3%", "45.2 km, 3%"),
        (describe(Rule("choice", choices=("已完成", "滞后"), required=True)), "必填。只能填：已完成、滞后",
         "Required. One of: Completed, Behind schedule"),
        (Quoted(Finding("FILE-020", values={"what": Phrase("超过 {n} 页", n=5)})),
         CATALOGUE["FILE-020"].message["zh"].format(what="超过 5 页"),
         CATALOGUE["FILE-020"].message["en"].format(what="more than 5 pages")),
        (first_of(range(1, 3), 2), "1、2", "1, 2"),
        (several(["甲、乙", "", "a\nb"]), "甲、乙；a b", "甲、乙; a b"),
        (several(["甲" * 30, "乙" * 40]), "甲" * 30 + "；" + "乙" * 28 + "…", "甲" * 30 + "; " + "乙" * 28 + "…"),
        (several(["甲" * 59, "乙"]), "甲" * 59 + "…", "甲" * 59 + "…"),
    ],
)  # fmt: skip
def test_a_phrase_is_put_into_words_where_it_is_shown(
    phrase: Phrase, chinese: str, english: str
) -> None:
    again = pickle.loads(pickle.dumps(phrase))
    for one in (phrase, again):
        assert (str(one), f"“{one}”") == (chinese, f"“{chinese}”")
        with speaking("en"):
            assert (str(one), f"“{one}”") == (english, f"“{english}”")
            assert (worded(one, "zh"), worded(one, "en")) == (chinese, english)


def test_phrases_are_compared_by_what_they_say() -> None:
    assert len({ROW, Phrase("{where}第{n}行", where=Phrase("第{n}页", n=2), n=3), PAGE}) == 2
    assert pickle.loads(pickle.dumps(Place("a.pdf", cell=ROW))) == Place("a.pdf", cell=ROW)
    assert Listed(["甲", "乙"]) != Listed(["甲、乙"]) and Phrase("、") != Listed([])


def test_a_finding_speaks_the_language_of_its_reader() -> None:
    found = Finding(
        "FILE-020", Place("a.pdf", cell=ROW), values={"what": Phrase("超过 {n} 页", n=5)}
    )
    assert "超过 5 页" in found.message and exported(found)["cell"] == "第2页第3行"
    with speaking("en"):
        assert "more than 5 pages" in found.message and exported(found)["cell"] == "page 2, row 3"
        assert "超过 5 页" in render(found, "zh").message
        assert render(found, "en") == (found.message, found.fix, found.fix_unit)


@pytest.mark.parametrize("name", ["甲、乙", "第2页", "没有权限；超过 3 页", "标题"])
def test_what_a_sender_calls_a_sheet_is_not_translated(name: str, tmp_path: Path) -> None:
    """It reads like words of ours, and stays as it is, beside words of ours in English."""
    book = openpyxl.Workbook()
    for title in (name, "Notes"):
        sheet = book.create_sheet(title)
        sheet.append(["Lead", "Colour"])
        sheet.append(["Mill", "red"])
    del book["Sheet"]
    book.save(tmp_path / "a.xlsx")
    notice, findings = read_published_plan(tmp_path / "a.xlsx")
    assert notice is None
    last = findings[-1]
    assert f"工作表“{name}”、“Notes”" in last.message
    with speaking("en"):
        assert f"sheets “{name}”, “Notes”" in last.message
        assert str(last.place.cell) in (f"sheet “{name}”, row 1", "sheet “Notes”, row 1")
        assert not holds_chinese(last.message.replace(name, ""))


# --- no finding is given a text of ours that is put together already

WORDED = {"Phrase", "Listed", "sheet_name", "sheet_name_in", "tr", "joined", "several"}


def called(node: ast.Call) -> str:
    return getattr(node.func, "id", getattr(node.func, "attr", ""))


def chinese_in(node: ast.AST) -> Iterator[str]:
    """The Chinese texts below a node, but for those that will be put into words."""
    if isinstance(node, ast.Call) and called(node) in WORDED:
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and holds_chinese(node.value):
        yield node.value
    for child in ast.iter_child_nodes(node):
        yield from chinese_in(child)


def told_values(path: Path) -> Iterator[ast.AST]:
    """What is handed to a finding: in the call, or as a reason or a "what" of its values."""
    for node in nodes(path):
        if isinstance(node, ast.Call) and called(node) in (
            "Refused",
            "Remark",
            "Unfit",
            "Unclear",
            "note",
        ):
            yield from (*node.args, *(k.value for k in node.keywords))
        elif isinstance(node, ast.Call) and called(node) == "Place":
            yield from (k.value for k in node.keywords if k.arg == "cell")
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value in (
                    "reason",
                    "what",
                    "pages",
                    "seen",
                ):
                    yield value


def test_no_finding_is_told_in_one_language() -> None:
    found: dict[str, Any] = {}
    for path in HOME.rglob("*.py"):
        if path.relative_to(HOME).parts[0] == "demo":
            continue
        texts = [text for value in told_values(path) for text in chinese_in(value)]
        if texts:
            found[path.name] = texts
    assert found == {}
