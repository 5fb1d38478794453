"""The charts of the overview as SVG that stands in the page: no picture file, no script.

Each says in words what it shows (title and desc). Colours come from the page's style sheet by
class, and never alone: numbers stand in the pieces, names beside them.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...core.i18n import joined, tr
from ...core.lights import Light
from ...writers.markup import Markup, element
from ..counts import Count, light_name
from ..overview import LIGHTS, Bar

CLASSES = {Light.GREEN: "green", Light.YELLOW: "yellow", Light.RED: "red", "": "unjudged"}
"""What a light is called in the style sheet."""
_ROW, _LABEL, _BAR = 46, 15, 20
"""Heights in pixels: of a bar with its label above, of that label's line, and of the bar alone."""
_ROOM = 6.0
"""Least share of the width, in percent, that a number has room in."""


def doughnut(counts: Sequence[Count]) -> Markup:
    """Return the tasks by light as a ring; ``counts`` as :func:`~..counts.light_counts` gives them."""
    total = sum(c.number for c in counts)
    pieces = []
    start = 0.0
    for light, count in zip(LIGHTS, counts, strict=True):
        share = 100 * count.number / total if total else 0.0
        if share:
            pieces.append(
                element(
                    "circle", class_=f"arc {CLASSES[light]}", cx=50, cy=50, r=38, pathLength=100,
                    stroke_dasharray=f"{share:.2f} {100 - share:.2f}", stroke_dashoffset=f"{25 - start:.2f}",
                )
            )  # fmt: skip
        start += share
    description = joined(
        (tr("{word} {number}项", word=tr(c.word), number=c.number) for c in counts), "，"
    )
    inside = (
        element("text", total, class_="total", x=50, y=53),
        element("text", tr("项任务"), class_="of", x=50, y=66),
    )
    return _picture("lights", tr("亮灯"), description, *pieces, *inside, class_="doughnut", viewBox="0 0 100 100")  # fmt: skip


def bars(groups: Sequence[Bar]) -> Markup:
    """Return a bar a group; the picture is as wide as the page, and its letters keep their size."""
    most = max((sum(bar.counts) for bar in groups), default=0)
    drawn, descriptions = [], []
    for row, bar in enumerate(groups):
        top = row * _ROW
        named = [
            tr("{word} {number}项", word=tr(light_name(light)), number=number)
            for light, number in zip(LIGHTS, bar.counts, strict=True)
            if number
        ]
        descriptions.append(tr("{name}：{told}", name=bar.name, told=joined(named, "，")))
        drawn.append(element("text", bar.name, class_="label", x=0, y=top + _LABEL))
        drawn.append(element("text", sum(bar.counts), class_="sum", x="100%", y=top + _LABEL))
        start = 0.0
        for light, number in zip(LIGHTS, bar.counts, strict=True):
            share = 100 * number / most if most else 0.0
            if not number:
                continue
            place = {"x": f"{start:.2f}%", "y": top + _LABEL + 6}
            drawn.append(
                element("rect", class_=CLASSES[light], **place, width=f"{share:.2f}%", height=_BAR)
            )
            if share >= _ROOM:
                middle = {"x": f"{start + share / 2:.2f}%", "y": top + _LABEL + 20}
                drawn.append(element("text", number, class_=f"on {CLASSES[light]}", **middle))
            start += share
    return _picture(
        "groups", tr("各类任务亮灯情况"), joined(descriptions, "；"), *drawn, class_="bars", width="100%",
        height=len(groups) * _ROW,
    )  # fmt: skip


def hatching() -> Markup:
    """Return the pattern of what is not judged, which both charts draw with; it takes no room."""
    lines = element("path", d="M0 6L6 0", class_="hatch")
    ground = element("rect", width=6, height=6, class_="ground")
    pattern = element(
        "pattern", ground, lines, id="hatched", width=6, height=6, patternUnits="userSpaceOnUse"
    )
    return element(
        "svg", element("defs", pattern), class_="defs", width=0, height=0, aria_hidden="true"
    )


def _picture(
    name: str, title: str, description: str, *children: Markup, **attributes: object
) -> Markup:
    words = (
        element("title", title, id=f"{name}-title"),
        element("desc", description, id=f"{name}-desc"),
    )
    return element(
        "svg", *words, *children, role="img", aria_labelledby=f"{name}-title {name}-desc", **attributes
    )  # fmt: skip
