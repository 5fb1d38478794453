"""The web page and the mail to leaders in a real browser, on a phone and on a desk; one browser for all tests here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import browser
import pypdfium2
import pytest
from test_summary import answered, written
from test_web_page import HOSTILE, hostile

from reconcile.core.plan import Plan
from reconcile.forms.template import Template
from reconcile.mail.report_body import read_overview, report_html
from reconcile.readers import read_book
from reconcile.reports.web.page import page_bytes

pytestmark = pytest.mark.slow
PHONE, DESK = 375, 1280
VISIBLE = """
    return Array.from(document.querySelectorAll(arguments[0] + ' tbody.task'))
        .filter(body => body.offsetParent !== null || body.getClientRects().length > 0)
        .map(body => [Number(body.dataset.number), body.dataset.light, body.textContent]);
"""
TYPE = """
    const input = document.querySelector('.tools input');
    input.value = arguments[0];
    input.dispatchEvent(new Event('input'));
"""


@dataclass(frozen=True)
class Window:
    """The browser, and the folder of the pages that it is to show."""

    browser: browser.Browser
    folder: Path

    def show(self, width: int, **more: Any) -> browser.Browser:
        """Open the page of the round."""
        self.browser.show(self.folder / "round.html", width, **more)
        return self.browser

    def tasks(self, section: str = "#tasks") -> list[tuple[int, str, str]]:
        """(number, light, text) of the tasks that are to be seen, as they stand."""
        return [tuple(one) for one in self.browser.run(VISIBLE, section)]


@pytest.fixture(scope="module")
def window(
    sample_plan: Plan, template: Template, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Window]:
    if not (browser.PROGRAM and browser.DRIVER):
        pytest.skip("Chromium and its driver (chromium, chromium-driver) are not installed")
    folder = tmp_path_factory.mktemp("page")
    pages = {"round": answered(sample_plan, longest=150), "hostile": hostile()}
    for name, merged in pages.items():
        (folder / f"{name}.html").write_bytes(page_bytes(merged, template.form))
    book, _ = read_book("汇总.xlsx", written(hostile(HOSTILE[:9]), template))
    assert book
    letter = report_html(
        "{unit}\n{overview}", {"unit": HOSTILE[1]}, read_overview(book), HOSTILE[0]
    )
    (folder / "mail.html").write_text(letter, encoding="utf-8")
    with browser.browsing(folder / "profile") as opened:
        yield Window(opened, folder)


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("page", ["round", "hostile", "mail"])
def test_nothing_is_wider_than_the_window_or_fetched_or_complained_of(
    window: Window, width: int, page: str
) -> None:
    path = window.folder / f"{page}.html"
    window.browser.show(path, width)
    wide, alerted = window.browser.run(
        "return [document.documentElement.scrollWidth, typeof window.alerted]"
    )
    assert wide == width and alerted == "undefined"
    assert window.browser.logged("browser") == []
    assert window.browser.requests() == [path.as_uri()]
    cut = window.browser.run("""
        return Array.from(document.querySelectorAll('td, th, p, h1, h2, li, svg text, button, select'))
            .filter(one => { const box = one.getBoundingClientRect();
                return box.width && (box.left < -1 || box.right > innerWidth + 1) && !one.closest('thead'); })
            .map(one => one.textContent.slice(0, 40));
    """)
    assert cut == []


@pytest.mark.parametrize(("width", "shown"), [(PHONE, "block"), (600, "table-cell"), (DESK, "table-cell")])  # fmt: skip
def test_tasks_are_cards_on_a_phone_and_rows_on_a_desk(
    window: Window, width: int, shown: str
) -> None:
    cell = "return getComputedStyle(document.querySelector('#t7 td')).display"
    assert window.show(width).run(cell) == shown
    label = (
        "return getComputedStyle(document.querySelector('#t7 td[data-label]'), '::before').content"
    )
    assert ("牵头单位" in window.browser.run(label)) == (shown == "block")


def test_the_filter_leaves_the_tasks_of_one_light(window: Window) -> None:
    page = window.show(PHONE)
    everything = window.tasks()
    assert [number for number, *_ in everything] == list(range(1, 141))
    page.run("document.querySelector('button[data-light=red]').click()")
    red = [one for one in everything if one[1] == "red"]
    assert window.tasks() == red and 0 < len(red) < 140
    assert {light for _, light, _ in window.tasks("#behind")} == {"red"}
    assert page.run("return document.querySelector('.count').textContent") == f"显示 {len(red)} 项，共 140 项"  # fmt: skip
    pressed = "return Array.from(document.querySelectorAll('[aria-pressed=true]')).map(b => b.textContent)"
    assert page.run(pressed) == [f"●红灯 {len(red)}"]
    page.run("document.querySelector('button[data-light=\"\"]').click()")
    assert window.tasks() == everything


def test_the_search_finds_units_and_words_together(window: Window) -> None:
    page = window.show(DESK)
    everything = window.tasks()
    page.run(TYPE, "市教育局")
    found = window.tasks()
    assert found == [one for one in everything if "市教育局" in one[2]] and 0 < len(found) < 70
    bands = page.run("""return Array.from(document.querySelectorAll('#tasks tbody.band'))
        .filter(one => !one.hidden && one.nextElementSibling).length""")
    assert 0 < bands <= len(found) * 2
    page.run(TYPE, "市教育局  ●红灯")
    assert window.tasks() == [one for one in found if one[1] == "red"]
    page.run(TYPE, "没有这样的话")
    assert window.tasks() == []
    assert page.run("return document.querySelector('#tasks .nothing').checkVisibility()")
    page.run("document.querySelector('#behind a').click()")
    assert len(window.tasks()) == 140, "a link leads to its task, whatever was searched for"


def test_tasks_can_be_put_in_another_order(window: Window) -> None:
    page = window.show(DESK)
    choose = """const order = document.querySelector('.tools select'); order.value = arguments[0];
        order.dispatchEvent(new Event('change'));"""
    page.run(choose, "rank")
    rank = {"red": 0, "yellow": 1, "green": 2, "unjudged": 3}
    order = [(rank[light], number) for number, light, _ in window.tasks()]
    assert order == sorted(order) and len(order) == 140
    page.run(choose, "plan")
    assert [number for number, *_ in window.tasks()] == list(range(1, 141))


def test_without_script_all_is_there_and_the_tools_are_not(window: Window) -> None:
    page = window.show(PHONE, script=False)
    top = page.command("DOM.getDocument", depth=0)["root"]["nodeId"]
    counts = [
        len(page.command("DOM.querySelectorAll", nodeId=top, selector=selector)["nodeIds"])
        for selector in ("#tasks tbody.task:not([hidden])", ".tools[hidden]")
    ]
    assert counts == [140, 1]


def test_it_prints_with_headings_on_every_page_and_no_task_cut(
    window: Window, sample_plan: Plan
) -> None:
    """What is shown prints, so that a leader may print his own unit's tasks."""
    units = [u.name for u in sample_plan.units]
    page = window.show(DESK)
    page.run(TYPE, "市发改委 ●红灯")
    shown = [number for section in ("#behind", "#tasks") for number, *_ in window.tasks(section)]
    with pypdfium2.PdfDocument(page.printed()) as pdf:
        assert {tuple(map(round, one.get_size())) for one in pdf} == {(842, 595)}, "A4"
        pages = [one.get_textpage().get_text_range().splitlines() for one in pdf]
    assert "查找" not in str(pages) and len(pages) > 3
    assert [lines.pop(0) for lines in pages] == [
        f"{n} / {len(pages)}" for n in range(1, len(pages) + 1)
    ]
    assert "推进情况总览" in pages[0][0]
    start = next(at for at, lines in enumerate(pages) if "滞后清单" in lines)
    for at, lines in enumerate(pages[start + 1 :], start + 1):
        if lines[0] == "汇总表":
            lines = lines[1:]
        assert lines[0].split()[:2] == ["目标任务", "牵头单位"], at
        # A page begins with a task, with a section, or with the next unit of a task higher than a page.
        begins = re.match(r"第\d+项 ●红灯|[一二三四五六七八九（]", lines[1])
        assert begins or any(unit.startswith(lines[1]) for unit in units), (at, lines[1])
    said = re.findall(
        r"第(\d+)项 ●红灯",
        "\n".join(line for lines in pages for line in lines).partition("滞后清单\n")[2],
    )
    assert sorted(map(int, said)) == sorted(shown)
