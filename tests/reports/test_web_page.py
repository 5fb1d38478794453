"""The web page: what the workbook says, in its words; nothing of the office's; nothing alive."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from english_plan import reviewed
from little_round import little_plan
from test_summary import answered, written

from reconcile.api.merge import write_merge
from reconcile.api.outputs import Misused
from reconcile.core.i18n import EN, holds_chinese, speaking
from reconcile.core.plan import Plan, Unit
from reconcile.core.result import Balance, Changes, MergeResult
from reconcile.core.text import plain
from reconcile.forms.template import Template, read_template
from reconcile.plan import read_plan
from reconcile.reports.web.page import page_bytes
from reconcile.writers.cells import printed
from reconcile.writers.markup import Markup, element

pytestmark = pytest.mark.slow  # whole rounds, command by command

VOID = {"br", "col", "input", "link", "meta"}


@dataclass
class Node:
    """An element as a browser sees it."""

    tag: str
    attributes: Mapping[str, str | None] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)

    def all(self, tag: str = "", **wanted: str) -> Iterator[Node]:
        """The elements within, itself among them, with this tag and a class or id."""
        classes = (self.attributes.get("class") or "").split()
        if (not tag or tag == self.tag) and all(
            value in classes if key == "class_" else self.attributes.get(key) == value
            for key, value in wanted.items()
        ):
            yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.all(tag, **wanted)

    def one(self, tag: str = "", **wanted: str) -> Node:
        """The first of these elements."""
        return next(self.all(tag, **wanted))

    @property
    def text(self) -> str:
        """All that stands in it."""
        return "".join(c if isinstance(c, str) else c.text for c in self.children)


class Tree(HTMLParser):
    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.top = Node("")
        self._open = [self.top]
        self.feed(page.decode())
        assert self._open == [self.top], "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), attrs
        node = Node(tag, dict(attrs))
        self._open[-1].children.append(node)
        if tag not in VOID:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


@pytest.fixture(scope="module")
def merged(sample_plan: Plan) -> MergeResult:
    return answered(sample_plan)


@pytest.fixture(scope="module")
def page(merged: MergeResult, template: Template) -> Node:
    return Tree(page_bytes(merged, template.form)).top


@pytest.fixture(scope="module")
def book(merged: MergeResult, template: Template) -> Any:
    return openpyxl.load_workbook(io.BytesIO(written(merged, template)))


def rows(sheet: Any) -> Iterator[dict[str, Any]]:
    """The rows of a table, below the lines above it, as they are shown."""
    head = next(r for r in range(1, 9) if "序号" in [c.value for c in sheet[r]])
    captions = [c.value for c in sheet[head]]
    for row in sheet.iter_rows(min_row=head + 1):
        yield {
            caption: printed(c.value, c.number_format)
            for caption, c in zip(captions, row, strict=True)
        }


# --- the same numbers and words as in the workbook


def test_the_counts_are_those_of_the_overview(page: Node, book: Any) -> None:
    """The table of states cell by cell, the lights as the sheet's own chart names them."""
    said = [[c.text for c in row.all("td")] for row in page.one("table", class_="brief").all("tr")]
    sheet = book["总览"]
    shown = {
        str(r[0].value): [str(r[1].value), f"{r[2].value:.1%}"]
        for r in sheet.iter_rows()
        if isinstance(r[2].value, int | float)
    }
    assert {row[0]: row[1:] for row in said if row} == shown and len(shown) == 7
    everything = "\n".join(plain(c.value) for row in sheet.iter_rows() for c in row if c.value)
    lights = [re.sub("[● ]", "", li.text) for li in page.one("ul", class_="key").all("li")]
    assert len(lights) == 4 and all(told in everything for told in lights)
    for part in page.one("section", id="overview").all("p"):
        assert part.text in everything or part.one("a").attributes["href"] == "#behind"


def test_every_task_says_what_its_rows_in_the_table_say(page: Node, book: Any) -> None:
    tasks = {
        str(b.attributes["id"]): b.text
        for b in page.one("section", id="tasks").all("tbody", class_="task")
    }
    bands = [b.text for b in page.all("tbody", class_="band")]
    found = 0
    number = ""
    for row in rows(book["汇总表"]):
        number = (re.match(r"\d*", row["序号"]) or [""])[0] or number
        said = tasks[f"t{number}"]
        for caption, words in row.items():
            if caption != "序号":
                assert words in (["", *bands] if caption == "类别" else said), (number, caption)
                found += bool(words)
    assert found > 1500
    assert list(tasks) == [f"t{n}" for n in range(1, 141)]
    bodies = list(page.one("section", id="tasks").all("tbody", class_="task"))
    lights = Counter(r["亮灯"] for r in rows(book["汇总表"]) if "灯" in r["亮灯"])
    words = {"red": "●红灯", "yellow": "●黄灯", "green": "●绿灯"}
    assert (
        Counter(words[str(b.attributes["data-light"])] for b in bodies if b.attributes["data-light"] in words)
        == lights
    )  # fmt: skip


def test_what_is_behind_stands_first_and_in_the_same_order(page: Node, book: Any) -> None:
    listed: list[dict[str, str]] = []
    for row in rows(book["滞后清单"]):
        if row["序号"]:
            listed.append(row)
        else:  # a long text goes on
            listed[-1] = {k: v + row[k] for k, v in listed[-1].items()}
    bodies = list(page.one("section", id="behind").all("tbody"))
    assert [b.attributes["data-number"] for b in bodies] == [r["序号"] for r in listed]
    for body, row in zip(bodies, listed, strict=True):
        said = "".join(body.text.split())
        for words in row.values():
            assert "".join(words.split()) in said, row["序号"]
    sections = [s.attributes["id"] for s in page.all("section")]
    assert sections == ["overview", "behind", "tasks"]


def test_what_changed_since_the_last_period_is_told(template: Template) -> None:
    merged = answered(little_plan({n: f"目标{n}：甲局" for n in range(1, 8)}))
    changes = Changes("第四季度", True, (2,), (3, 4), (5,), (), (6,), (7,))
    told = Tree(page_bytes(replace(merged, changes=changes), template.form)).top.one("section", id="overview")  # fmt: skip
    assert [li.text for li in told.one("ul", class_="changes").all("li")] == [
        "由黄转红1项：第2项", "新增滞后2项：第3、4项", "连续两期红灯1项：第5项", "上期滞后、本期未报1项：第6项", "本期完成1项：第7项",
    ]  # fmt: skip
    nothing = Changes("第四季度", True, (), (), (), (), (), ())
    page = page_bytes(replace(merged, changes=nothing), template.form).decode()
    assert "与第四季度相比：没有变化" in page


def test_the_same_merge_gives_the_same_bytes(template: Template) -> None:
    one, other = (answered(little_plan({1: "修路：甲局；乙局", 2: "架桥：乙局"})) for _ in range(2))
    assert page_bytes(one, template.form) == page_bytes(other, template.form)


def test_a_plan_without_tasks_has_a_page_too(merged: MergeResult, template: Template) -> None:
    bare = replace(merged.plan, tasks=(), indicators=())
    nothing = MergeResult(bare, 1, merged.as_of, (), (), (), (), (), (), (), Balance(0, 0, 0, 0))
    top = Tree(page_bytes(nothing, template.form)).top
    assert not list(top.all("tbody", class_="task")) and "0项任务" in top.text


# --- charts


def test_the_charts_say_in_words_what_they_show(page: Node) -> None:
    charts = list(page.all("svg", role="img"))
    assert len(charts) == 2
    for chart in charts:
        title, told = (chart.one(tag).attributes["id"] for tag in ("title", "desc"))
        assert chart.attributes["aria-labelledby"] == f"{title} {told}"
        assert re.search(r"红灯 \d+项", chart.one("desc").text)
    ring, bars = charts
    drawn = sum(float(str(c.attributes["stroke-dasharray"]).split()[0]) for c in ring.all("circle", class_="arc"))  # fmt: skip
    assert drawn == pytest.approx(100, abs=0.05)
    assert sum(int(t.text) for t in bars.all("text", class_="sum")) == 140


def test_colour_is_never_alone(page: Node) -> None:
    for body in page.all("tbody", class_="task"):
        light = body.attributes["data-light"]
        words = {"red": "●红灯", "yellow": "●黄灯", "green": "●绿灯", "unjudged": "—"}
        assert words[str(light)] in body.text


# --- what leaders have no use for


def test_no_address_number_name_or_file_of_anybody(sample_plan: Plan, template: Template) -> None:
    units = tuple(
        replace(u, contact="模拟联系人", phone="0518-00000000", email="simulated@example.com")
        for u in sample_plan.units
    )
    merged = answered(replace(sample_plan, units=units))
    page = page_bytes(merged, template.form).decode()
    words = Tree(page.encode()).top.one("body").text
    for private in ("模拟联系人", "0518-00000000", "example.com", "@", ".xlsx", "收到 "):
        assert private not in words
    assert "simulated" not in page


# --- nothing alive

HOSTILE = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onmouseover='alert(1)", "javascript:alert(1)",
    "</title></style></script><script>alert(1)</script>", "<!--", "]]>", "&lt;b&gt;", "\u202e倒\u2066序", "a\x00b\x1bc\x85d",
    "<svg onload=alert(1)>", "{{7*7}}", "\ud800",
)  # fmt: skip


def hostile(texts: Sequence[str] = HOSTILE) -> MergeResult:
    """A round whose plan and answers are live all over."""
    tasks = {n: f"{text}：甲局；乙局" for n, text in enumerate(texts, 1)}
    plan = little_plan(tasks, units=[Unit("甲局"), Unit("乙局")])
    plan = replace(
        plan,
        title=HOSTILE[4],
        office=HOSTILE[1],
        tasks=tuple(
            replace(
                t, sections=(HOSTILE[t.number % 5],), milestones=dict.fromkeys(t.milestones, t.goal)
            )
            for t in plan.tasks
        ),
    )
    merged = answered(plan)
    entries = {
        key: replace(e, values={**e.values, **dict.fromkeys(("progress", "next", "problem"), HOSTILE[key[1] - 1])})
        for key, e in merged.entries.items()
    }  # fmt: skip
    return replace(merged, entries=entries)


def test_what_comes_from_outside_stays_text(template: Template) -> None:
    top = Tree(page_bytes(hostile(), template.form)).top
    assert len(list(top.all("script"))) == 1 and len(list(top.all("style"))) == 1
    assert not list(top.all("img")) and not [n for n in top.all() if "onload" in n.attributes]
    for node in top.all():
        assert not any(name.startswith("on") or name == "style" for name in node.attributes)
        assert str(node.attributes.get("href", "#")).startswith(("#", "data:,"))
    words = top.one("section", id="tasks").text
    for text in HOSTILE[:8]:
        assert text in words
    assert "?倒?序" in words and "a?b?c" in words
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x1b\x85]", top.text)


def test_the_policy_lets_nothing_but_our_own_style_and_script_work(page: Node) -> None:
    metas = {str(m.attributes.get("http-equiv")): m.attributes for m in page.all("meta")}
    policy = dict(
        part.split(" ", 1) for part in str(metas["Content-Security-Policy"]["content"]).split("; ")
    )
    assert policy.keys() == {
        "default-src", "style-src", "script-src", "img-src", "base-uri", "form-action",
    }  # fmt: skip
    assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == "'none'"
    for tag in ("style", "script"):
        digest = hashlib.sha256(page.one(tag).text.encode()).digest()
        assert policy[f"{tag}-src"] == f"'sha256-{base64.b64encode(digest).decode()}'"
    assert not re.search(r"https?:|//[a-z]|url\((?!#)|@import", page.one("style").text)
    assert not re.search(r"innerHTML|eval|fetch|XMLHttp|https?:", page.one("script").text)


def test_an_address_that_leads_out_of_the_page_is_refused() -> None:
    with pytest.raises(ValueError, match="leads out"):
        element("a", "x", href="javascript:alert(1)")
    assert element("a", "<", Markup("<b>"), title='"', href="#t1") == '<a title="&quot;" href="#t1">&lt;<b></a>'  # fmt: skip


# --- languages and files


def test_an_english_page_has_no_chinese_sign(tmp_path: Path) -> None:
    plan, _ = read_plan(reviewed(tmp_path))
    english, _ = read_template(Path(str(resources.files("reconcile.templates") / "form-en.xlsx")))
    assert plan and english
    with speaking(EN):
        page = page_bytes(answered(plan), english.form)
    top = Tree(page).top
    assert top.one("html").attributes["lang"] == "en"
    body = top.one("body")
    told = [n.text for n in body.all() if n.tag not in ("script",)] + [str(v) for n in body.all() for v in n.attributes.values()]  # fmt: skip
    assert not [t for t in told if holds_chinese(t.replace("=1+1，", ""))]


def test_a_file_that_is_not_this_period_s_page_is_not_overwritten(
    tmp_path: Path, template: Template
) -> None:
    merged = answered(little_plan({1: "修路：甲局"}))
    page = tmp_path / "汇总.html"
    places = (merged, template.form, tmp_path / "汇总.xlsx", tmp_path / "退回", [])
    write_merge(*places, page_path=page)
    first = page.read_bytes()
    write_merge(*places, page_path=page)
    assert page.read_bytes() == first
    for other in (
        first.replace("第一季度".encode(), "第二季度".encode()),
        b"<!doctype html>\n<p>mine</p>",
    ):
        page.write_bytes(other)
        (tmp_path / "汇总.xlsx").unlink(missing_ok=True)
        with pytest.raises(Misused, match=r"不是这个时段的网页"):
            write_merge(*places, page_path=page)
        assert page.read_bytes() == other and not (tmp_path / "汇总.xlsx").exists()
    write_merge(*places, page_path=page, force=True)
    assert page.read_bytes() == first
