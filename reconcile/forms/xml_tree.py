"""An XML part -> a tree, for the small parts of which much is asked; sheets of returns are streamed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ..readers.limits import Clock, parse_xml
from ..readers.xlsx_texts import NO, unescape


class Node:
    """One element: its attributes, its children in order, the text directly in it."""

    __slots__ = ("attributes", "children", "tag", "words")

    def __init__(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.children: list[Node] = []
        self.words: list[str] = []

    def __bool__(self) -> bool:
        return bool(self.tag)

    def all(self, tag: str) -> Iterator[Node]:
        """Yield the children with this tag."""
        return (child for child in self.children if child.tag == tag)

    def child(self, *path: str) -> Node:
        """Return the first child with this tag, its first child with the next one, …; a false node without."""
        node = self
        for tag in path:
            node = next(node.all(tag), _NOTHING)
        return node

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute as written."""
        return self.attributes.get(name, default)

    def on(self, name: str, default: str = "0") -> bool:
        """Tell whether an attribute that is a switch is on."""
        return self.attributes.get(name, default) not in NO

    @property
    def text(self) -> str:
        """The text directly in the element, as written."""
        return "".join(self.words)

    @property
    def rich(self) -> str:
        """The text of its <t> and of those in its runs, phonetic guides left out."""
        runs = (self, *self.all("r"))
        return "".join(unescape(t.text) for run in runs for t in run.all("t"))


_NOTHING = Node("", {})


def tree(
    part: bytes,
    name: str,
    clock: Clock,
    taken: Mapping[str, Callable[[Node], object]] | None = None,
) -> Node:
    """Return the root element of a part that check_xml returned.

    An element with a tag in ``taken`` is handed over when it is whole, and not
    kept. Raises Refused as :func:`grid.guard.parse_xml` does.
    """
    top = Node("", {})
    path = [top]

    def start(tag: str, attributes: dict[str, str]) -> None:
        path.append(Node(tag, attributes))

    def end(_: str) -> None:
        node = path.pop()
        take = taken.get(node.tag) if taken else None
        if take:
            take(node)
        else:
            path[-1].children.append(node)

    parse_xml(part, name, start, end, lambda words: path[-1].words.append(words), clock)
    return top.children[0]
