"""The stage for measuring: an invented province, its forms, and the returns that came back.

Everything is invented and follows from the numbers given; the same numbers give the same
plan, forms and answers.
"""

from __future__ import annotations

import io
import random
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path

import openpyxl

from reconcile.api.generate import generate
from reconcile.core.form import NOT_ASKED
from reconcile.core.plan import Period, Plan, Task, Unit
from reconcile.core.values.synonyms import synonym_map
from reconcile.plan import plan_bytes
from reconcile.writers.atomic import write_file

PERIOD = "第二季度"
AS_OF = date(2022, 7, 8)
TASKS_EACH = 8
FIRST_ROW = 7
_PERIODS = (
    Period("第一季度", date(2022, 3, 31), 3),
    Period("第二季度", date(2022, 6, 30), 6),
    Period("第三季度", date(2022, 9, 30), 9),
)
_WORDS = (
    "推进产业项目建设", "完善公共服务设施", "开展专项整治行动", "优化营商环境", "加强生态修复",
    "实施老旧小区改造", "提升粮食产能", "建设智慧交通",
)  # fmt: skip
_STATES = ("达序时", "达序时", "超序时", "滞后")


def province(units: int) -> Plan:
    """Return an invented plan: every unit has eight tasks, leads two of them; four units lead a task."""
    chance = random.Random(units)
    names = [f"第{i:04d}单位" for i in range(1, units + 1)]
    count = max(units // 2, TASKS_EACH)
    lead: list[list[str]] = [[] for _ in range(count)]
    support: list[list[str]] = [[] for _ in range(count)]
    for i, name in enumerate(names):
        for k in range(TASKS_EACH):
            (lead if k < 2 else support)[(i * 3 + k * 7) % count].append(name)
    tasks = tuple(
        Task(
            n,
            (f"{'一二三四五六七八'[n * 8 // (count + 1)]}、重点工作",),
            f"{chance.choice(_WORDS)}{n}项，确保年内全面完成各项年度目标任务，形成长效机制。",
            {p.caption: _milestone(chance, p.caption, 20 * i) for i, p in enumerate(_PERIODS, 1)},
            tuple(lead[n - 1]),
            tuple(support[n - 1]),
        )
        for n in range(1, count + 1)
    )  # fmt: skip
    return Plan(
        title="重点工作任务分解表（测速用，虚构）",
        document="",
        office="省政府办公厅（虚构）",
        year=2022,
        periods=_PERIODS,
        tasks=tasks,
        units=tuple(Unit(name) for name in names),
        key="0X4RN9KDT7VH2GMZ6YQ8C5WSBJ3PFEA1",
        synonyms=synonym_map(),
        settings={"语言": "zh", "本期": PERIOD},
    )


def _milestone(chance: random.Random, caption: str, percent: int) -> str:
    """Return an invented milestone of 48 characters or so, the mean of the real plan's."""
    first, second = chance.choice(_WORDS), chance.choice(_WORDS)
    return (
        f"{caption}完成年度任务的{percent}%以上：{first}{chance.randrange(100)}项，"
        f"{second}{chance.randrange(100)}项，完成投资{chance.randrange(100)}亿元。"
    )


def set_up(folder: Path, units: int) -> None:
    """Write plan, forms (``sent``) and filled returns (``back``) of a province into ``folder``."""
    if (folder / "done").exists():
        return
    write_file(folder / "plan.xlsx", plan_bytes(province(units)))
    made = generate(folder / "plan.xlsx", folder / "sent", PERIOD)
    (folder / "back").mkdir(exist_ok=True)
    forms = sorted(made.files.values())
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(fill, (forms[i::2] for i in range(2)), (folder / "back",) * 2))
    (folder / "done").touch()


def fill(forms: Sequence[Path], back: Path) -> None:
    """Fill forms in as a clerk's program would, and save them under ``back``."""
    for path in forms:
        book = openpyxl.load_workbook(path)
        sheet = book["填报表"]
        columns = {str(c.value): c.column for c in sheet[FIRST_ROW - 1]}
        for row in range(FIRST_ROW, sheet.max_row + 1):
            if sheet.cell(row, columns["序号"]).value is None:  # a heading
                continue
            number = int(str(sheet.cell(row, columns["序号"]).value))
            chance = random.Random(f"{path.name}{number}")
            state = _STATES[number % len(_STATES)]
            answers = {
                "完成情况": state,
                "完成百分比": chance.randrange(30, 60) / 100,
                "进展情况": f"（测速用）已完成{number}项中的{chance.randrange(9)}项，其余按计划推进，"
                f"资金到位{chance.randrange(100, 999)}万元。",
                "存在问题": f"（测速用）审批较慢（{chance.randrange(10**6)}）。" if state == "滞后" else None,
                "下一步措施": f"（测速用）加强调度，第{chance.randrange(10**6)}号督办。",
                "预计完成时间": date(2022, 12, 1 + chance.randrange(30)),
            }  # fmt: skip
            for caption, value in answers.items():
                if sheet.cell(row, columns[caption]).value != NOT_ASKED:
                    sheet.cell(row, columns[caption]).value = value
        for row in range(1, FIRST_ROW):
            for column in range(1, sheet.max_column):
                label = str(sheet.cell(row, column).value)
                if label in ("填报人", "联系电话", "填报日期"):
                    answer = {"填报人": "（测速用）", "联系电话": "0000-0000000"}.get(label)
                    sheet.cell(row, column + 1).value = answer or date(2022, 7, 1)
        book.save(back / path.name)


_INLINE = re.compile(
    r'(<c r="[A-Z]+\d+"(?: s="\d+")?) t="inlineStr"><is>(<t(?: xml:space="preserve")?>[^<]*</t>)</is></c>'
)
_BLANK = re.compile(r'(<c r="[A-Z]+\d+"(?: s="\d+")?) t="(?:n|inlineStr)"(?:></c>| ?/>)')
_REFERENCE = re.compile(r"&#(\d{3,});")
_STRINGS = "xl/sharedStrings.xml"
_ADDED = {
    "[Content_Types].xml": f'<Override PartName="/{_STRINGS}" ContentType="application/vnd.openxmlformats-'
    'officedocument.spreadsheetml.sharedStrings+xml"/></Types>',
    "xl/_rels/workbook.xml.rels": '<Relationship Id="rIdStrings" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
}


def share(folder: Path) -> Path:
    """Return a folder of the same returns with their texts in one table, in UTF-8, as Excel saves them.

    openpyxl writes each text into its cell, sign by sign as a number.
    """
    shared = folder / "shared"
    shared.mkdir(exist_ok=True)
    for path in (folder / "back").glob("*.xlsx"):
        if not (shared / path.name).exists():
            write_file(shared / path.name, _shared(path.read_bytes()))
    return shared


def _shared(content: bytes) -> bytes:
    out = io.BytesIO()
    strings: dict[str, int] = {}

    def moved(cell: re.Match[str]) -> str:
        number = strings.setdefault(cell[2], len(strings))
        return f'{cell[1]} t="s"><v>{number}</v></c>'

    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            part = old.read(name).decode()
            if name.startswith("xl/worksheets/sheet"):
                part = _REFERENCE.sub(lambda found: chr(int(found[1])), part)
                part = _BLANK.sub(r"\1/>", _INLINE.sub(moved, part)).replace(' t="n"', "")
            if name in _ADDED:
                part = part[: part.rindex("</")] + _ADDED[name]
            new.writestr(name, part)
        told = "".join(f"<si>{text}</si>" for text in strings)
        space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        new.writestr(_STRINGS, f'<sst xmlns="{space}" uniqueCount="{len(strings)}">{told}</sst>')
    return out.getvalue()


def resave(folder: Path) -> Path | None:
    """Return a folder of the same returns as LibreOffice saves them, None where it is not installed.

    It keeps texts beside the sheets, and those of mixed scripts in runs with a font each.
    """
    office, saved = shutil.which("soffice"), folder / "libreoffice"
    if office is None:
        return None
    if not (saved / "done").exists():
        paths = sorted((folder / "back").glob("*.xlsx"))
        with ProcessPoolExecutor(2) as pool:
            list(pool.map(_resave, (paths[i::2] for i in range(2)), (saved,) * 2, (office,) * 2))
        if len(list(saved.glob("*.xlsx"))) != len(paths):
            raise SystemExit("LibreOffice did not save every file")
        (saved / "done").touch()
    return saved


def _resave(paths: Sequence[Path], saved: Path, office: str) -> None:
    with tempfile.TemporaryDirectory() as profile:
        start = [office, f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to"]
        for i in range(0, len(paths), _AT_ONCE):
            command = [*start, "xlsx", "--outdir", saved, *paths[i : i + _AT_ONCE]]
            subprocess.run(command, check=True, capture_output=True)


_AT_ONCE = 100
"""LibreOffice leaves files out when it is given more than 247."""
