"""Change an xlsx in place: parts are added or spliced, every other one stays as it came, byte by byte.

Parts are changed as texts, not as trees: what another program wrote in them keeps its
prefixes, its order and its extensions. What is not as programs write it is :class:`Unlike`,
and whoever called has another way.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from html import escape, unescape
from typing import NamedTuple
from xml.etree import ElementTree
from xml.parsers import expat

from ..core.i18n import Phrase
from .marks import OUTPUT, SEAL, seal

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ENCODING = re.compile(r"""\s*<\?xml[^<>]*\bencoding=["']([^"']*)["']""")
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES, _ROOT, _CUSTOM = "[Content_Types].xml", "_rels/.rels", "docProps/custom.xml"
_VARIANT = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_OWN = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
"""Properties that a user gives a document are in this set (MS-OSHARED 2.3.3.2.1.2)."""
BOOK_ORDER = (
    "fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets",
    "functionGroups", "externalReferences", "definedNames", "calcPr", "oleSize",
    "customWorkbookViews", "pivotCaches", "smartTagPr", "smartTagTypes", "webPublishing",
    "fileRecoveryPr", "webPublishObjects", "extLst",
)  # fmt: skip
SHEET_ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr",
    "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState",
    "dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting",
    "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter",
    "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags",
    "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects",
    "controls", "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
STYLE_ORDER = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs",
    "tableStyles", "colors", "extLst",
)  # fmt: skip
"""The order of what workbook, worksheet and styleSheet hold (ECMA-376 part 1, annex A)."""


class Unlike(ValueError):
    """A file that is not as programs write one: ``reason`` says how."""

    def __init__(self, reason: Phrase) -> None:
        super().__init__(str(reason))
        self.reason = reason


class Link(NamedTuple):
    """One relationship of a part: the last word of its type, and the name of the part it leads to."""

    id: str
    kind: str
    target: str


class Parts:
    """The parts of an xlsx: as they came, or as they were changed."""

    def __init__(self, members: Iterable[tuple[zipfile.ZipInfo, bytes]]) -> None:
        """Take the members of an archive in their order."""
        self._members = list(members)
        self._came = {info.filename: content for info, content in self._members}
        if len(self._came) < len(self._members):
            raise Unlike(Phrase("压缩包里有同名的条目"))
        self._changed: dict[str, str] = {}
        self._dropped: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name in self._changed or (name in self._came and name not in self._dropped)

    @property
    def names(self) -> Sequence[str]:
        """The names of all parts, those that were added last."""
        return [n for n in dict.fromkeys((*self._came, *self._changed)) if n in self]

    def text(self, name: str) -> str:
        """Return a part as text. Raises :class:`Unlike` where there is none, or none in UTF-8."""
        if name in self._changed:
            return self._changed[name]
        try:
            text = self._came[name].decode("utf-8-sig")
        except (KeyError, UnicodeDecodeError) as error:
            raise Unlike(Phrase("“{name}”没有或读不出来", name=name)) from error
        declared = _ENCODING.match(text[:200])
        if declared and declared[1].lower() != "utf-8":
            raise Unlike(Phrase("“{name}”没有或读不出来", name=name))
        return text

    def put(self, name: str, text: str) -> None:
        """Change a part, or add one."""
        if name not in self or self.text(name) != text:
            self._changed[name] = text
            self._dropped.discard(name)

    def drop(self, name: str) -> None:
        """Leave a part out, with what it leads to by a relationship."""
        self._changed.pop(name, None)
        self._dropped.add(name)
        types = self.text(_TYPES)
        path = re.escape(f"/{name}")
        self.put(_TYPES, re.sub(rf'<(?:\w+:)?Override\b[^<>]*PartName="{path}"[^<>]*/>', "", types))

    def free(self, pattern: str) -> str:
        """Return the first name that no part has, ``pattern`` with a number for {n}."""
        taken = {name.lower() for name in (*self._came, *self._changed)}
        return next(
            name for n in range(1, len(taken) + 2)
            if (name := pattern.replace("{n}", str(n))).lower() not in taken
        )  # fmt: skip

    @property
    def book(self) -> str:
        """The name of the part that is the workbook."""
        targets = [link.target for link in self._links(_ROOT) if link.kind == "officeDocument"]
        if len(targets) != 1 or targets[0] not in self:
            raise Unlike(Phrase("找不到工作簿本身"))
        return targets[0]

    def links(self, part: str) -> Sequence[Link]:
        """Return the relationships of a part within the package."""
        return self._links(_links_of(part)) if _links_of(part) in self else ()

    def _links(self, part: str) -> Sequence[Link]:
        folder = posixpath.dirname(posixpath.dirname(part))
        return [
            Link(
                element.get("Id", ""), element.get("Type", "").rpartition("/")[2],
                posixpath.normpath(posixpath.join("/" + folder, element.get("Target", "")))[1:],
            )
            for element in ElementTree.fromstring(self.text(part))
            if element.get("TargetMode") != "External"
        ]  # fmt: skip

    def lead(self, part: str, kind: str, target: str) -> str:
        """Add a relationship of a part to another one; returns its id. ``kind`` is the URI of its type."""
        name = _links_of(part) if part else _ROOT
        empty = f'<Relationships xmlns="{_PACKAGE}/relationships"></Relationships>'
        text = self.text(name) if name in self else empty
        taken = {relation.get("Id") for relation in ElementTree.fromstring(text)}
        new = next(i for n in range(1, len(taken) + 2) if (i := f"rId{n}") not in taken)
        relation = (
            f'<Relationship xmlns="{_PACKAGE}/relationships" Id="{new}" Type="{kind}"'
            f' Target="/{target}"/>'
        )
        self.put(name, _closed(text, "Relationships", relation))
        return new

    def unlead(self, part: str, link: str) -> None:
        """Take away a relationship of a part."""
        name = _links_of(part)
        pattern = rf'<(?:\w+:)?Relationship\b[^<>]*\bId="{re.escape(link)}"[^<>]*/>'
        self.put(name, re.sub(pattern, "", self.text(name)))

    def declare(self, part: str, kind: str) -> None:
        """Declare the content type of a part."""
        override = (
            f'<Override xmlns="{_PACKAGE}/content-types" PartName="/{part}" ContentType="{kind}"/>'
        )
        self.put(_TYPES, _closed(self.text(_TYPES), "Types", override))

    def packed(self, mark: str = "") -> bytes:
        """Return the file. With a ``mark`` it says which output it is, and bears a seal."""
        if mark:
            self._put_properties({OUTPUT: mark, SEAL: ""})
        for text in self._changed.values():
            check_formed(text.encode())  # Excel is stricter than what reads it again
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as new:
            last: list[tuple[zipfile.ZipInfo, str]] = []
            for info, content in self._members:
                changed = self._changed.get(info.filename)
                if mark and info.filename == _CUSTOM:
                    last.append((info, changed or ""))
                elif changed is not None:
                    new.writestr(_like(info), changed.encode(), info.compress_type)
                elif info.filename not in self._dropped:
                    new.writestr(_like(info), content, info.compress_type)
            for name in self._changed.keys() - self._came.keys() - {_CUSTOM}:
                last.insert(0, (zipfile.ZipInfo(name), self._changed[name]))
            last.sort(key=lambda one: (one[0].filename == _CUSTOM, one[0].filename))
            if _CUSTOM in self._changed and _CUSTOM not in self._came:
                last.append((zipfile.ZipInfo(_CUSTOM), self._changed[_CUSTOM]))
            for info, text in last:
                if mark and info.filename == _CUSTOM:
                    text = _property(text, SEAL, seal(new.infolist()))
                new.writestr(_like(info), text.encode(), zipfile.ZIP_DEFLATED)
        return out.getvalue()

    def _put_properties(self, properties: Mapping[str, str]) -> None:
        """Set properties of the document."""
        if _CUSTOM not in self:
            self.put(
                _CUSTOM, f'<Properties xmlns="{_PROPERTIES}" xmlns:vt="{_VARIANT}"></Properties>'
            )
            self.declare(
                _CUSTOM, "application/vnd.openxmlformats-officedocument.custom-properties+xml"
            )
            self.lead("", f"{OFFICE}/custom-properties", _CUSTOM)
        text = self.text(_CUSTOM)
        for name, value in properties.items():
            text = _property(text, name, value)
        self.put(_CUSTOM, text)


def _property(text: str, name: str, value: str) -> str:
    """The part of the properties with one of them set."""
    there = rf'<((?:\w+:)?)property\b[^<>]*\bname="{re.escape(name)}"[^<>]*(?:/>|>.*?</\1property>)'
    text = re.sub(there, "", text, flags=re.DOTALL)
    taken = [int(n) for n in re.findall(r'\bpid="(\d{1,9})"', text)]
    element = (
        f'<property xmlns="{_PROPERTIES}" fmtid="{_OWN}" pid="{max(taken, default=1) + 1}"'
        f' name={quoted(name)}><vt:lpwstr xmlns:vt="{_VARIANT}">'
        f"{escaped(value)}</vt:lpwstr></property>"
    )
    return _closed(text, "Properties", element)


def _like(info: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """A member of the same name and time as one that came."""
    copy = zipfile.ZipInfo(info.filename, info.date_time)
    copy.compress_type, copy.external_attr = info.compress_type, info.external_attr
    return copy


def _links_of(part: str) -> str:
    folder, _, last = part.rpartition("/")
    return posixpath.join(folder, "_rels", f"{last}.rels")


def check_formed(part: bytes) -> None:
    """Raise ElementTree.ParseError where a part, free of a document type, is no whole XML.

    What is whole can be searched: no element is without its end.
    """
    try:
        expat.ParserCreate().Parse(part, True)
    except expat.ExpatError as error:
        raise ElementTree.ParseError(str(error)) from error


def escaped(text: str) -> str:
    """Return a text as it stands in a part: what looks like one of Office's escapes is kept from being one."""
    return escape(re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text), quote=False)


def quoted(text: str) -> str:
    """Return a text as the value of an attribute, with its quotes."""
    return f'"{escape(text)}"'


def attribute(tag: str, name: str) -> str:
    """Return an attribute of the tag that a text begins with, "" where it has none."""
    found = re.search(rf'\s{name}="([^"]*)"', tag.partition(">")[0])
    return unescape(found[1]) if found else ""


def prefix_of(text: str) -> str:
    """Return the prefix of a part's root element with its colon, "" where it has none."""
    found = re.search(r"<((?:\w+:)?)\w+[\s>/]", text)
    return found[1] if found else ""


def _closed(text: str, root: str, more: str) -> str:
    """A part with something more at the end of its root element, which may have been empty."""
    whole, count = re.subn(rf"</((?:\w+:)?){root}\s*>\s*$", lambda f: more + f[0], text)
    if count:
        return whole
    empty = re.search(rf"<((?:\w+:)?){root}\b([^<>]*)/>\s*$", text)
    if not empty:
        raise Unlike(Phrase("“{name}”没有或读不出来", name=root))
    return f"{text[: empty.start()]}<{empty[1]}{root}{empty[2]}>{more}</{empty[1]}{root}>"


def inserted(text: str, name: str, element: str, order: Sequence[str], after: str = "") -> str:
    """Return a part with a child of its root put where the schema wants one of this ``name``.

    ``after`` is where to begin to look, such as the end of the cells, which hold nothing else.
    """
    begin = text.rfind(after) if after else 0
    if after:  # views of single users repeat what belongs to the page
        begin = max(begin, text.rfind("</customSheetViews"))
    later = "|".join(order[order.index(name) + 1 :])
    prefix = prefix_of(text)
    found = re.compile(rf"<{prefix}(?:{later})[\s/>]").search(text, max(begin, 0))
    if found:
        return text[: found.start()] + element + text[found.start() :]
    close = re.search(r"</(?:\w+:)?(?:worksheet|workbook|styleSheet)\s*>\s*$", text)
    if not close:
        raise Unlike(Phrase("内容不完整"))
    return text[: close.start()] + element + text[close.start() :]


def contents(text: str, name: str) -> str:
    """Return what a child of the root of this ``name`` holds, "" where there is none."""
    found = re.search(rf"<((?:\w+:)?){name}(?:\s[^<>]*)?>(.*?)</\1{name}\s*>", text, re.DOTALL)
    return found[2] if found else ""


def prefixed(xml: str, prefix: str) -> str:
    """Return XML that XlsxWriter wrote with the prefix that another program gives to its elements."""
    return re.sub(r"<(/?)(\w+)", rf"<\1{prefix}\2", xml) if prefix else xml


def appended(styles: str, group: str, items: Sequence[str]) -> tuple[str, int]:
    """Return the styles with more items in a group ("fonts"), and how many it had before."""
    prefix = prefix_of(styles)
    found = re.search(
        rf"<{prefix}{group}\b([^<>]*?)(?:/>|>(.*?)</{prefix}{group}\s*>)", styles, re.DOTALL
    )
    more = "".join(items)
    if not found:
        whole = f'<{prefix}{group} count="{len(items)}">{more}</{prefix}{group}>'
        return inserted(styles, group, whole, STYLE_ORDER), 0
    had = found[2] or ""
    root = re.search(r"<(?![?!])[^<>]*>", styles)
    assert root is not None, "there is an element in it"
    name = root[0][1:-1].split()[0]
    count = len(ElementTree.fromstring(f"{root[0]}{had}</{name}>"))
    rest = re.sub(r'\s*\bcount="\d*"', "", found[1])
    whole = f'<{prefix}{group}{rest} count="{count + len(items)}">{had}{more}</{prefix}{group}>'
    return styles[: found.start()] + whole + styles[found.end() :], count


def sheets_of(parts: Parts) -> dict[str, str]:
    """Return the names of the parts of the sheets, by the names of the sheets in their order."""
    targets = {link.id: link.target for link in parts.links(parts.book)}
    sheets = {}
    for element in ElementTree.fromstring(parts.text(parts.book)).iter():
        if element.tag.rpartition("}")[2] == "sheet":
            link = next((v for k, v in element.attrib.items() if k.rpartition("}")[2] == "id"), "")
            if link not in targets:
                raise Unlike(Phrase("找不到工作表的内容"))
            sheets[element.get("name", "")] = targets[link]
    return sheets
