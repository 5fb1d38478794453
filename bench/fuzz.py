"""Spoilt forms by the thousand: nothing but findings may come of them, in time and in balance.

    python -m bench.fuzz [--seconds 600] [--seed 1] [--keep FOLDER]

Properly filled forms (as issued, saved by openpyxl, and by LibreOffice as xlsx, xls and ods where
it is installed) are spoilt in their zip or in their XML, read and merged. Case ``n`` of a seed is
always the same. What must hold: no exception, no FILE-999, no ten seconds, the books balance.
Batches run in processes of their own, so that an abort ends a batch and is told.
"""

from __future__ import annotations

import argparse
import faulthandler
import io
import multiprocessing
import random
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import openpyxl

from reconcile.api.generate import generate
from reconcile.api.inputs import load_template, period_number
from reconcile.api.rotate_key import rotate_key
from reconcile.core.findings import Finding, Severity
from reconcile.core.form import NOT_ASKED, Form
from reconcile.core.plan import Plan
from reconcile.intake.captions import Captions
from reconcile.intake.inbox import unpacked
from reconcile.intake.reader import read_arrival
from reconcile.merge.run import merge
from reconcile.plan import read_plan

PERIOD, UNIT = "第二季度", "市地方金融监管局"
AS_OF = date(2022, 7, 8)
SECONDS = 10
BATCH = 250
_FIRST_ROW = 7


class Stage(NamedTuple):
    """What every case is held against: the plan, its form, and properly filled forms by name."""

    plan: Plan
    form: Form
    captions: Captions
    forms: Mapping[str, bytes]


class Wrong(Exception):
    """Something that must not happen."""


def stage(*, office: bool = True) -> Stage:
    """Return the sample plan and one of its forms, filled in, as several programs write it."""
    with (
        resources.as_file(resources.files("reconcile.samples") / "plan.xlsx") as sample,
        tempfile.TemporaryDirectory() as kept,
    ):
        path = Path(kept) / "plan.xlsx"
        rotate_key(sample, path)
        plan, findings = read_plan(path)
        assert plan is not None, findings
        template, findings = load_template(plan, path, None)
        assert template is not None, findings
        with tempfile.TemporaryDirectory() as folder:
            made = generate(path, Path(folder), PERIOD, only=(UNIT,))
            issued = made.files[UNIT].read_bytes()
    forms = {"issued.xlsx": issued, "openpyxl.xlsx": _filled(issued)}
    if office and shutil.which("soffice"):
        forms |= _converted(forms["openpyxl.xlsx"])
    return Stage(plan, template.form, Captions.of(template.form, plan), forms)


def _filled(issued: bytes) -> bytes:
    """Return a form with its answers filled in, as openpyxl saves it."""
    book = openpyxl.load_workbook(io.BytesIO(issued))
    sheet = book["填报表"]
    columns = {str(c.value): c.column for c in sheet[_FIRST_ROW - 1]}
    answers = {
        "完成情况": "达序时", "完成百分比": 0.5, "进展情况": "（虚构）开了两次会", "预计完成时间": date(2022, 12, 31),
        "下一步措施": "（虚构）继续 <推进> & 督办",
    }  # fmt: skip
    for row in range(_FIRST_ROW, sheet.max_row + 1):
        if sheet.cell(row, columns["序号"]).value is None:  # a heading
            continue
        for caption, answer in answers.items():
            if sheet.cell(row, columns[caption]).value != NOT_ASKED:
                sheet.cell(row, columns[caption]).value = answer
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _converted(content: bytes) -> dict[str, bytes]:
    """Return the form as LibreOffice writes it."""
    found = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "form.xlsx").write_bytes(content)
        for kind in ("xls", "ods", "xlsx"):
            command = [
                "soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless",
                "--convert-to", kind, "--outdir", str(folder / kind), str(folder / "form.xlsx"),
            ]  # fmt: skip
            subprocess.run(command, check=True, capture_output=True, timeout=180)
            found[f"office.{kind}"] = (folder / kind / f"form.{kind}").read_bytes()
    return found


# --- spoiling

_TAG = re.compile(rb"<[^<>]*>")
_ATTRIBUTE = re.compile(rb'([A-Za-z:]+)="([^"]*)"')
_ELEMENT = re.compile(rb"<([A-Za-z:]+)(?: [^<>]*)?(?:/>|>[^<]*</\1>)")
_VALUES = (
    b"", b"0", b"1", b"-1", b"999999", b"99999999999", b"true", b"A1", b"ZZZ9999999", b"A0", b"XFD1048576",
    b"A1:XFD1048576", b"s", b"str", b"inlineStr", b"b", b"d", b"e", b"n", b"&#28857;", b"&#xD800;", b"&bad;",
    b"..", b"../../x", b"file:///etc/passwd", b"rId1", b"x" * 300, b"\xff", b"1e308", b"NaN", b"General", b"yyyy",
)  # fmt: skip
_PIECES = (
    b"<!-- x -->", b"<![CDATA[5]]>", b"<?x <c r=\"K8\"><v>5</v></c>?>", b"<?x <si><t>q</t></si>?>", b"<v>5</v>", b"<v/>", b"<v></v>", b"<f>1+1</f>",
    b"<f/>", b"<is><t>z</t></is>", b'<is><t xml:space="preserve"> z </t></is>', b"<is><r><t>a</t></r><r><t>b</t></r></is>",
    b'<c r="K9" t="inlineStr"><is><t>z</t></is></c>', b'<c r="J9" t="n"><v>0.25</v></c>', b'<c r="J8" s="3" />',
    b"<c><v>1</v></c>", b"&#28857;", b"&#100000;", b"&#55296;", b"&amp;", b"&", b"_x000D_", b"_xD800_", b"]]>",
    b"\r\n", b"\0", b"\x1b", b"\xef\xbf\xbe", b"</row>", b"<row>", b"<t/>", b"<rPh><t>q</t></rPh>", b"<strike/>",
    b'<mc:AlternateContent xmlns:mc="m">', b"<x:c xmlns:x=\"y\" r=\"K8\"/>", "\u202e".encode(), b"  ", b"\n",
)  # fmt: skip


def _spoilt_xml(chance: random.Random, part: bytes) -> bytes:
    """Return the part with a few tags, attributes or texts spoilt."""
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        tags = list(_TAG.finditer(part))
        if not tags:
            return part
        tag = chance.choice(tags)
        start, end = tag.span()
        other = chance.choice(tags)
        attributes = list(_ATTRIBUTE.finditer(tag[0]))
        match chance.randrange(11):
            case 0 | 1:  # a whole element, mostly: what is not well-formed is refused at once
                if chance.random() < 0.9 and (elements := list(_ELEMENT.finditer(part))):
                    tag = chance.choice(elements)
                    start, end = tag.span()
                twice = tag[0] if chance.random() < 0.5 else b""
                part = part[:start] + twice * 2 + part[end:]
            case 2 if chance.random() < 0.3:  # move a piece from one tag to another
                low, high = sorted((start, other.start()))
                piece = part[low : min(high, low + 400)]
                part = part[:low] + part[low + len(piece) :]
                at = chance.randrange(len(part) + 1)
                part = part[:at] + piece + part[at:]
            case 3 | 4 | 5 if attributes:
                found = chance.choice(attributes)
                new = chance.choice((*_VALUES, _ATTRIBUTE.search(other[0] + b' x="2"')[2]))  # type: ignore[index]
                spelt = b'%s="%s"' % (found[1], new)
                spelt = chance.choice((spelt, spelt, spelt, b"", b"%s='%s'" % (found[1], new)))
                part = part[: start + found.start()] + spelt + part[start + found.end() :]
            case 6 if attributes:
                found = chance.choice(attributes)
                name = chance.choice((b"r", b"s", b"t", b"x:r", b"hidden", b"ref", b"R"))
                part = part[: start + found.start(1)] + name + part[start + found.end(1) :]
            case 7:
                name = chance.choice((b"c", b"v", b"f", b"is", b"t", b"row", b"si", b"r", b"x:c"))
                element = chance.choice(list(_ELEMENT.finditer(part)) or [tag])
                start, end = element.span()
                new = re.sub(rb"(</?)[A-Za-z:]+", rb"\g<1>" + name, element[0])
                part = part[:start] + new + part[end:]
            case 8 | 9:
                part = part[:end] + chance.choice(_PIECES) + part[end:]
            case _:  # the same, spelt otherwise
                new = chance.choice((
                    tag[0].replace(b"/>", b" />"), tag[0].replace(b'"', b"'"), tag[0].replace(b" ", b"\n"),
                    tag[0].replace(b" ", b"  "), tag[0].replace(b">", b" >"), tag[0].replace(b"=", b" = "),
                ))  # fmt: skip
                part = part[:start] + new + part[end:]
    return part


def _xml_level(chance: random.Random, content: bytes) -> bytes:
    """Return the workbook with one or two of its parts spoilt and packed anew."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    likely = [n for n in parts if n.endswith((".xml", ".rels"))]
    sheets = [
        n for n in likely if "worksheets/sheet" in n or n.endswith(("content.xml", "Strings.xml"))
    ]
    for _ in range(chance.choice((1, 1, 2))):
        name = chance.choice(sheets if chance.random() < 0.7 and sheets else likely)
        parts[name] = _spoilt_xml(chance, parts[name])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", 8) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


_WHOLE_TAG = re.compile(rb"<([A-Za-z][^\s/<>]*)((?:\s[^<>]*?)?)\s*(/?)>")
_ANY_ATTRIBUTE = re.compile(rb'([^\s=]+)="([^"]*)"')
_WAYS = ("quotes", "equals", "blanks", "order", "end", "open end", "pair")


def respelt(chance: random.Random, content: bytes) -> bytes:
    """Return the workbook with its tags spelt otherwise: the same to whoever reads XML."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    xml = [name for name in parts if name.endswith((".xml", ".rels"))]
    names = sorted({tag for name in xml for tag, _, _ in _WHOLE_TAG.findall(parts[name])})
    some = set(names) if chance.random() < 0.3 else set(chance.sample(names, min(len(names), 9)))
    ways = [way for way in _WAYS if chance.random() < 0.3] or ["end"]  # as .NET ends empty tags
    often = chance.choice((0.02, 1.0, 1.0))

    def other(match: re.Match[bytes]) -> bytes:
        name, attributes, empty = match.groups()
        if name not in some or chance.random() > often:
            return match[0]
        found = _ANY_ATTRIBUTE.findall(attributes)
        if len(found) * 2 != attributes.count(b'"'):
            return match[0]
        if "order" in ways:
            chance.shuffle(found)
        blank, equals = b"\n " if "blanks" in ways else b" ", b" =" if "equals" in ways else b"="
        spelt = b""
        for attribute, value in found:
            quote = b"'" if "quotes" in ways and b"'" not in value else b'"'
            spelt += blank + attribute + equals + quote + value + quote
        ended = "end" in ways if empty else "open end" in ways
        spelt = b"<" + name + spelt + (b" " if ended else b"")
        if empty and "pair" in ways:
            return spelt + b"></" + name + b">"
        return spelt + empty + b">"

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", 8) as packed:
        for name, part in parts.items():
            packed.writestr(name, _WHOLE_TAG.sub(other, part) if name in xml else part)
    return out.getvalue()


def _bytes_level(chance: random.Random, content: bytes) -> bytes:
    """Return the file with bytes flipped, cut, doubled or swapped; any kind of file."""
    out = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        at, length = chance.randrange(len(out) or 1), chance.choice((1, 2, 4, 40, 400, 4000))
        match chance.randrange(6):
            case 0:
                out[at : at + 1] = bytes((chance.randrange(256),))
            case 1:
                del out[at : at + length]
            case 2:
                out[at:at] = out[at : at + length]
            case 3:
                word = chance.choice((0, 1, 0x7F, 0xFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 0xFFFFFFFE))
                width = chance.choice(("<B", "<H", "<L"))
                packed = struct.pack(width, word & (1 << 8 * struct.calcsize(width)) - 1)
                out[at : at + len(packed)] = packed
            case 4:
                there = chance.randrange(len(out) or 1)
                a, b = bytes(out[at : at + length]), bytes(out[there : there + length])
                if len(a) == len(b):
                    out[at : at + length], out[there : there + length] = b, a
            case _:
                del out[chance.randrange(len(out) or 1) :]
    return bytes(out)


def _zip_level(chance: random.Random, content: bytes) -> bytes:
    """Return the zip with the directory or the headers of its entries spoilt, its content whole."""
    out = bytearray(content)
    signs = (b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06")
    for _ in range(chance.choice((1, 1, 2, 3))):
        heads = [m.start() for m in re.finditer(b"|".join(map(re.escape, signs)), bytes(out))]
        if not heads:
            break
        at = chance.choice(heads)
        match chance.randrange(5):
            case 0 | 1:  # flags, method, times, sum, sizes, lengths, offset
                field = at + chance.choice((4, 6, 8, 10, 14, 16, 18, 20, 22, 24, 26, 28, 30, 42))
                width = chance.choice(("<H", "<L"))
                word = chance.choice(
                    (0, 1, 8, 9, 12, 0x800, 0xFFFF, 0xFFFFFFFF, chance.randrange(1 << 16))
                )
                packed = struct.pack(width, word & (1 << 8 * struct.calcsize(width)) - 1)
                out[field : field + len(packed)] = packed
            case 2:
                other = chance.choice(heads)
                out[at : at + 30], out[other : other + 30] = (
                    out[other : other + 30],
                    out[at : at + 30],
                )
            case 3:
                out[at:at] = out[at : at + chance.choice((30, 46, 100))]
            case _:
                del out[at : at + chance.choice((4, 30, 46))]
    return bytes(out)


def _deflated_anew(chance: random.Random, content: bytes) -> bytes:
    """Return the zip with some entries stored or packed otherwise, names doubled or changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        names = old.namelist()
        chance.shuffle(names)
        for name in names:
            part = old.read(name)
            match chance.randrange(30):
                case 0:
                    name = chance.choice(
                        (
                            name.upper(),
                            name.replace("/", "\\"),
                            "/" + name,
                            "../" + name,
                            name + "/",
                        )
                    )
                case 1:
                    continue
                case 2:
                    with warnings.catch_warnings():
                        warnings.simplefilter("ignore")
                        new.writestr(name, part)
                case 3:
                    part = zlib.compress(part)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                new.writestr(name, part, compress_type=chance.choice((0, 8, 8, 8, 12)))
    return out.getvalue()


def spoilt(place: Stage, seed: int, number: int) -> tuple[str, bytes]:
    """Return the file of one case, and the name of the form that it was made from."""
    chance = random.Random(f"{seed}/{number}")
    name = chance.choice(sorted(place.forms))
    content = place.forms[name]
    if name.endswith(".xls"):
        return name, _bytes_level(chance, content)
    ways = (_xml_level,) * 12 + (respelt, _zip_level, _zip_level, _deflated_anew, _bytes_level)
    return name, chance.choice(ways)(chance, content)


# --- what must hold


def held(place: Stage, name: str, content: bytes) -> tuple[int, Sequence[Finding]]:
    """Read and merge one file; return the number of records and the findings about it.

    Raises Wrong, or whatever it ran into.
    """
    returns, told = [], []
    for arrival in unpacked(name, content):
        returned, findings = read_arrival(arrival, place.captions, None)
        told += [*arrival.findings, *findings]
        if returned is not None:
            returns.append(returned)
    if any(f.code == "FILE-999" for f in told):
        raise Wrong(next(f.message for f in told if f.code == "FILE-999"))
    number, _ = period_number(place.plan, PERIOD)
    merged = merge(place.plan, place.form, returns, period=number, as_of=AS_OF, findings=told)
    balance = merged.balance
    if balance.received != balance.accepted + balance.normalised + balance.set_aside:
        raise Wrong(f"out of balance: {balance}")
    if not returns and not any(f.severity is Severity.ERROR for f in told):
        raise Wrong("refused without saying why")
    for finding in merged.findings:
        f"{finding.message}{finding.fix}".encode()
    return len(merged.records), [f for f in merged.findings if f.place.file]


def _late(*_: object) -> None:
    raise Wrong(f"more than {SECONDS} seconds")


def tried(
    place: Stage, seed: int, numbers: Sequence[int], keep: Path | None = None
) -> Counter[str]:
    """Try these cases; return how often each outcome came. Lines about what is wrong go to stderr."""
    counted: Counter[str] = Counter()
    if alarms := hasattr(signal, "SIGALRM"):
        before = signal.signal(signal.SIGALRM, _late)
    try:
        for number in numbers:
            name, content = spoilt(place, seed, number)
            if alarms:
                signal.alarm(SECONDS)
            try:
                records, findings = held(place, name, content)
                counted["records"] += records
                refused = any(
                    f.code.startswith("FILE") and f.severity is Severity.ERROR for f in findings
                )
                counted["refused" if refused else "read"] += 1
                counted["findings"] += len(findings)
            except Exception as error:
                counted["WRONG"] += 1
                print(
                    f"seed {seed} case {number} ({name}): {type(error).__name__}: {error}",
                    file=sys.stderr,
                )
                if keep:
                    (keep / f"{seed}-{number}-{name}").write_bytes(content)
            finally:
                if alarms:
                    signal.alarm(0)
    finally:
        if alarms:
            signal.signal(signal.SIGALRM, before)
    return counted


def _batch(
    place: Stage,
    seed: int,
    first: int,
    keep: Path | None,
    answers: multiprocessing.Queue[Counter[str]],
) -> None:
    faulthandler.enable()
    answers.put(tried(place, seed, range(first, first + BATCH), keep))


def main() -> int:
    """Run until the time is up; return 1 when something was wrong."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="folder for the files that went wrong")
    asked = parser.parse_args()
    if asked.keep:
        asked.keep.mkdir(parents=True, exist_ok=True)
    place = stage()
    end, first, counted = time.monotonic() + asked.seconds, 0, Counter[str]()
    while time.monotonic() < end:
        answers: multiprocessing.Queue[Counter[str]] = multiprocessing.Queue()
        child = multiprocessing.Process(
            target=partial(_batch, place, asked.seed, first, asked.keep, answers)
        )
        child.start()
        try:
            counted += answers.get(timeout=BATCH * SECONDS)
        except Exception:
            child.kill()
        child.join()
        if child.exitcode:
            counted["ABORTED"] += 1
            print(f"batch from case {first} ended with {child.exitcode}", file=sys.stderr)
        first += BATCH
        print(first, dict(counted), flush=True)
    return 1 if counted["WRONG"] or counted["ABORTED"] else 0


if __name__ == "__main__":
    sys.exit(main())
