"""A round in English: every word of ours, what clerks may write, and a whole round without a Chinese sign.

The plan, its units and all answers are invented (simulated).
"""

from __future__ import annotations

import ast
import io
import re
import string
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from books import opened
from click.testing import CliRunner
from english_plan import TASKS, published, reviewed
from openpyxl.worksheet.worksheet import Worksheet
from sources import nodes

import reconcile
from reconcile import plan as plan_module
from reconcile.api.extract import extract
from reconcile.api.generate import Generated, generate
from reconcile.api.merge import write_merge
from reconcile.api.status import take as api_take
from reconcile.cli import main
from reconcile.core.findings import CATALOGUE, Finding
from reconcile.core.i18n import holds_chinese, language_named, speaking, spoken, tr
from reconcile.core.plan import STATES, State
from reconcile.core.result import MergeResult
from reconcile.core.settings import Setting
from reconcile.core.values.dates import read_date
from reconcile.core.values.numbers import read_percent
from reconcile.core.values.periods import end_month
from reconcile.core.values.synonyms import ENGLISH_SYNONYMS
from reconcile.plan import read_plan
from reconcile.reports.marked_copies import prefix
from reconcile.reports.sheets import CAPTIONS
from reconcile.writers.theme import LOOKS

HOME = Path(reconcile.__file__).parent
LOCALE = HOME / "locale" / "en" / "LC_MESSAGES"
CATALOG = read_po(io.BytesIO((LOCALE / "reconcile.po").read_bytes()))
WORDS = {str(m.id): str(m.string) for m in CATALOG if m.id and not m.context}
SHEETS = {str(m.id): str(m.string) for m in CATALOG if m.context == "sheet"}
AS_OF = date(2025, 7, 8)
STATE = {2: "Ahead of schedule", 3: "Completed", 4: "Behind schedule", 5: "Not started"}


# --- the words


def literals(node: ast.expr) -> Iterator[str]:
    """The texts that an expression may be; parts that are added up are one text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*literals(node.body), *literals(node.orelse))
    elif isinstance(node, ast.BinOp):
        left, right = list(literals(node.left)), list(literals(node.right))
        yield from (a + b for a in left or [""] for b in right or [""])


def asked_for() -> Iterator[tuple[str, str]]:
    """(module, text) of every text that is handed to tr(), Phrase(), joined(), Listed() or Column(), or kept to be."""
    for path in HOME.rglob("*.py"):
        for node in nodes(path):
            if isinstance(node, ast.Assign):
                yield from ((path.name, t) for t in literals(node.value) if re.search("{[a-z]", t))
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", "")
            at = {"tr": 0, "Phrase": 0, "Column": 0, "joined": 1, "Listed": 1}.get(
                name, len(node.args)
            )
            if at < len(node.args):
                yield from ((path.name, text) for text in literals(node.args[at]))


def test_every_text_that_is_translated_has_an_english() -> None:
    # The names of units and what they failed to do are put together.
    parts = {"。", "{units}等{count}个单位"}
    lacking = {
        (module, text)
        for module, text in asked_for()
        if holds_chinese(text) and text not in WORDS and text not in parts
    }
    assert lacking == set()


def names_in(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_no_english_holds_a_chinese_sign_or_other_words_than_the_chinese() -> None:
    wrong = [k for k, v in WORDS.items() if holds_chinese(v) or names_in(v) != names_in(k)]
    assert wrong == []


def test_the_english_of_a_finding_has_the_same_words() -> None:
    for code, entry in CATALOGUE.items():
        for texts in (entry.message, entry.fix):
            assert names_in(texts["en"]) == names_in(texts["zh"]), code
            assert not holds_chinese(texts["en"]), code
        assert not entry.message["en"].endswith("."), "the full stop is added where it is printed"


def test_the_compiled_texts_are_those_of_the_source() -> None:
    compiled = io.BytesIO()
    write_mo(compiled, CATALOG)
    assert (LOCALE / "reconcile.mo").read_bytes() == compiled.getvalue(), (
        "pybabel compile -D reconcile -d reconcile/locale"
    )


def test_what_is_read_back_has_one_meaning() -> None:
    settings = tuple(Setting)
    groups = (CAPTIONS, LOOKS, STATES, settings, *plan_module.CAPTIONS.values())
    for words in groups:
        counted = Counter(WORDS[word].casefold() for word in words)
        assert [w for w, n in counted.items() if n > 1] == []
    names = {name: SHEETS.get(name, WORDS[name]) for name in (*SHEETS, *plan_module.CAPTIONS)}
    assert len({name.casefold() for name in names.values()}) == len(names)


def test_a_number_picks_its_word_and_clerks_words_stay() -> None:
    one, two = (Finding("UNIT-009", values={"unit": "单位", "count": n}) for n in (1, 2))
    with speaking("en"):
        assert one.message == "“单位” has not answered (1 task)"
        assert two.message == "“单位” has not answered (2 tasks)"
    assert one.message == "“单位”没有回表（1 项任务）"


@pytest.mark.parametrize(
    ("name", "language"),
    [("", "zh"), ("中文", "zh"), ("EN", "en"), ("English", "en"), ("英文", "en"), ("fr", None)],
)
def test_languages_by_name(name: str, language: str | None) -> None:
    assert language_named(name) == language


# --- what English clerks write


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("30 June 2025", "2025-06-30"), ("June 30, 2025", "2025-06-30"), ("30 June", "2025-06-30"),
        ("30th of June 2025", "2025-06-30"), ("Monday, 30 June 2025", "2025-06-30"),
        ("end of June", "2025-06-30"), ("by the end of June 2025", "2025-06-30"),
        ("June 2025", "2025-06-30"), ("end of Q3", "2025-09-30"), ("second quarter", "2025-06-30"),
        ("by 30 June", "2025-06-30"), ("year-end", "2025-12-31"), ("end of the year", "2025-12-31"),
        # These may be meant one way or another, and are asked.
        ("June", ""), ("by June", ""), ("mid-June", ""), ("2025", ""), ("June 31", ""), ("soon", ""),
        ("3/4/2025", ""), ("n/a", ""),
    ],
)  # fmt: skip
def test_english_dates(text: str, day: str) -> None:
    found = read_date(text, year=2025)
    assert (found.value.isoformat() if found else "") == day


@pytest.mark.parametrize(
    ("text", "share", "how"),
    [
        ("50 percent", 0.5, "exact"), ("50 per cent", 0.5, "exact"), ("half", 0.5, "normalised"),
        ("about half", 0.5, "approximate"), ("more than 50%", 0.5, "approximate"),
        ("three quarters", 0.75, "normalised"), ("~40%", 0.4, "approximate"),
        ("fifty", None, ""), ("half done", None, ""), ("most of it", None, ""),
    ],
)  # fmt: skip
def test_english_shares(text: str, share: float | None, how: str) -> None:
    found = read_percent(text)
    assert (found.value if found else None, found.how if found else "") == (share, how)


@pytest.mark.parametrize(
    ("caption", "month"),
    [("Q2", 6), ("3Q", 9), ("first quarter", 3), ("2nd Quarter", 6), ("H1", 6), ("Second half", 12),
     ("Jan-Jun", 6), ("September", 9), ("Phase one", None)],
)  # fmt: skip
def test_english_periods(caption: str, month: int | None) -> None:
    assert end_month(caption) == month


# --- a round


def chinese_in(path: Path) -> list[str]:
    """Where a workbook or document holds a Chinese sign, in any part but the Office theme's font lists."""
    with zipfile.ZipFile(path) as archive:
        return [
            f"{path.name} {name}: {found[0]}"
            for name in archive.namelist()
            if "theme" not in name
            for found in re.finditer(
                "[\u3000-\u303f\u3400-\u9fff\uff01-\uffee].{0,20}", archive.read(name).decode("utf-8", "replace")
            )
        ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["xlsx", "docx", "pdf"])
def test_a_plan_without_chinese_is_extracted_into_english(tmp_path: Path, kind: str) -> None:
    made = extract(published(tmp_path, kind), tmp_path / "plan.xlsx")
    assert made.plan is not None and made.plan.settings["语言"] == "en"
    assert [t.goal for t in made.plan.tasks] == [row[2] for row in TASKS]
    assert chinese_in(tmp_path / "plan.xlsx") == []
    again, findings = read_plan(tmp_path / "plan.xlsx")
    assert findings == () and again is not None
    sources = ([replace(t, source="") for t in plan.tasks] for plan in (again, made.plan))
    assert next(sources) == next(sources)
    assert (again.units, again.synonyms, again.periods) == (
        made.plan.units, made.plan.synonyms, made.plan.periods
    )  # fmt: skip
    assert spoken() == "zh"


Spoil = Callable[[Worksheet, Mapping[str, int]], None]


def fill(source: Path, target: Path, period: int = 2, spoil: Spoil | None = None) -> None:
    """Fill a form as a clerk does (simulated)."""
    book = openpyxl.load_workbook(source)
    sheet = book["Form"]
    columns = {str(sheet.cell(6, c).value): c for c in range(1, sheet.max_column + 1)}
    for row in range(7, sheet.max_row + 1):
        if sheet.cell(row, 2).value is None:  # a heading
            continue
        number = int(str(sheet.cell(row, columns["No."]).value))
        state = STATE.get(number, "On schedule")
        behind = state in ("Behind schedule", "Not started")
        unit = source.name[3:10]
        answers = {
            "State": state,
            "Per cent done": {"Completed": 1.0, "Not started": 0.0}.get(state, 0.1 + period / 5),
            "Progress": f"(simulated) {unit}: part {period} of task {number} was finished in time.",
            "Problems": f"(simulated) {unit} waits for land in period {period}."
            if behind
            else None,
            "Next steps": f"(simulated) {unit} meets weekly on task {number}, period {period}.",
            "Expected completion": date(2025, 12, 1),
        }
        for caption, value in answers.items():
            if sheet.cell(row, columns[caption]).value != "(not asked)":
                sheet.cell(row, columns[caption]).value = value
    head: dict[str, Any] = {
        "Filled in by": "(simulated)",
        "Telephone": "000-0000",
        "Date filed": date(2025, 7, 1),
    }
    for row in range(1, 6):
        for column in range(1, sheet.max_column):
            if str(sheet.cell(row, column).value) in head:
                sheet.cell(row, column + 1).value = head[str(sheet.cell(row, column).value)]
    if "Indicators" in book.sheetnames:
        numbers = book["Indicators"]
        captions = {str(numbers.cell(4, c).value): c for c in range(1, numbers.max_column + 1)}
        for row in range(5, numbers.max_row + 1):
            task = int(str(numbers.cell(row, captions["No."]).value))
            numbers.cell(row, captions["Actual this period"]).value = {4: 25, 7: 80}[task]
    if spoil:
        spoil(sheet, columns)
    book.save(target)


@pytest.fixture(scope="module")
def round_(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Generated]:
    """A folder with the plan workbook, forms of Q2 sent out, and all of them filled in properly."""
    folder = tmp_path_factory.mktemp("english")
    made = generate(reviewed(folder), folder / "out", "Q2", as_of=date(2025, 7, 1))
    (folder / "in").mkdir()
    for path in made.files.values():
        fill(path, folder / "in" / path.name)
    return folder, made


def take(folder: Path, inbox: str = "in", **more: Any) -> tuple[MergeResult, Any]:
    taken = api_take(folder / "plan.xlsx", [folder / inbox], as_of=AS_OF, **more)
    assert taken.merged is not None and taken.form is not None, taken.findings
    assert taken.language == "en"
    return taken.merged, taken.form


@pytest.mark.slow
def test_forms_are_english_throughout(round_: tuple[Path, Generated]) -> None:
    _, made = round_
    assert (made.failed, made.findings, made.language) == (False, (), "en")
    assert [p.name for p in made.files.values()][3] == "04_Commerce_Bureau_2025_Q2_form.xlsx"
    assert [c for p in made.files.values() for c in chinese_in(p)] == []
    book = openpyxl.load_workbook(made.files["Transport Bureau"])
    assert book.sheetnames == ["How to fill in", "Form", "Indicators", "_meta"]
    rules = {str(r.sqref).split(":")[0]: r for r in book["Form"].data_validations.dataValidation}
    assert (
        rules["J7"].formula1
        == '"Completed,Ahead of schedule,On schedule,Behind schedule,Not started"'
    )
    assert rules["K7"].error == "Required. A percentage, 0% to 500%, e.g. 50%"
    assert book["Form"]["F6"].value == "Q2 milestone (this period)"


def test_a_clean_round_has_no_finding_and_no_chinese(round_: tuple[Path, Generated]) -> None:
    folder, _ = round_
    merged, form = take(folder)
    # 25 of 30 km and "Behind schedule" agree; so does all else.
    assert [f.code for f in merged.findings] == []
    assert {merged.standings[n].state for n in (3, 4)} == {State.DONE, State.BEHIND}
    write_merge(
        merged, form, folder / "summary.xlsx", folder / "returned", [folder / "in"],
        report_path=folder / "report.json", circular_path=folder / "circular.docx",
    )  # fmt: skip
    assert chinese_in(folder / "summary.xlsx") == [] == chinese_in(folder / "circular.docx")
    assert chinese_in(folder / "summary_details.xlsx") == []
    assert not holds_chinese((folder / "report.json").read_text(encoding="utf-8"))
    book = openpyxl.load_workbook(folder / "summary.xlsx")
    assert book.sheetnames == [
        "Overview", "Summary table", "Behind", "Indicators", "By unit", "Circular",
    ]  # fmt: skip
    assert book["Behind"]["A5"].value == "● Red" and book["Behind"]["B5"].hyperlink is not None
    assert openpyxl.load_workbook(folder / "summary_details.xlsx").sheetnames == [
        "Findings", "Reminders", "Files received", "Support answers", "Task standings", "Records",
    ]  # fmt: skip
    assert book["Behind"]["B5"].hyperlink.location == "'Summary table'!A8"
    letter = "\n".join(p.text for p in docx.Document(str(folder / "circular.docx")).paragraphs)
    assert (
        "reported as “Behind schedule”; Rural roads: 25 km achieved (41.7% of the year's target),"
        " 8.3 percentage points behind schedule" in letter
    )
    assert (
        "Open two new bus lines (task 5, Transport Bureau): reported as “Not started”; problems: (sim"
        in letter
    )
    assert "8 July 2025" in letter


def mostly_done(sheet: Worksheet, columns: Mapping[str, int]) -> None:
    sheet.cell(7, columns["State"]).value = "mostly done"
    sheet.cell(7, columns["Per cent done"]).value = "most of it"
    sheet.cell(7, columns["Expected completion"]).value = "end of November"


def lower_case(sheet: Worksheet, columns: Mapping[str, int]) -> None:
    sheet.cell(7, columns["State"]).value = "delayed"
    sheet.cell(8, columns["State"]).value = "not started"
    sheet.cell(8, columns["Progress"]).value = None


@pytest.mark.slow
def test_wrong_cells_come_back_in_english_and_can_be_sent_again(
    round_: tuple[Path, Generated], tmp_path: Path
) -> None:
    folder, made = round_
    spoiled = {"Commerce Bureau": mostly_done, "Transport Bureau": lower_case}
    (tmp_path / "in").mkdir()
    for unit, path in made.files.items():
        fill(path, tmp_path / "in" / path.name, spoil=spoiled.get(unit))
    (tmp_path / "plan.xlsx").write_bytes((folder / "plan.xlsx").read_bytes())
    merged, form = take(tmp_path)
    with speaking("en"):
        told = {f"{f.code} {f.place.cell}": f.message for f in merged.findings}
    assert told["CELL-002 J7"].startswith(
        "“State” says “mostly done”; it must be one of: Completed, Ahead"
    )
    assert (
        told["CELL-003 K7"]
        == "“Per cent done” says “most of it”, which is not a percentage that can be read"
    )
    assert (
        told["CELL-012 O7"]
        == "“Expected completion” says “end of November”; it was accepted as “2025-11-30”"
    )
    assert told["CELL-012 J7"] == "“State” says “delayed”; it was accepted as “Behind schedule”"
    assert told["CELL-001 L8"] == "“Progress” is required but empty"
    assert set(told) == {"CELL-002 J7", "CELL-003 K7", "CELL-012 O7", "CELL-012 J7", "CELL-001 L8"}
    write_merge(merged, form, tmp_path / "summary.xlsx", tmp_path / "back", [tmp_path / "in"])
    copies = sorted(p.name for p in (tmp_path / "back").iterdir())
    assert copies == [
        "returned_04_Commerce_Bureau_2025_Q2_form.xlsx", "returned_05_Transport_Bureau_2025_Q2_form.xlsx",
    ]  # fmt: skip
    assert [c for name in copies for c in chinese_in(tmp_path / "back" / name)] == []
    assert (
        chinese_in(tmp_path / "summary.xlsx") == chinese_in(tmp_path / "summary_details.xlsx") == []
    )
    copy = openpyxl.load_workbook(tmp_path / "back" / copies[0])
    assert copy.sheetnames[0] == "Returned for correction"
    assert copy["Form"]["J7"].comment is not None
    assert copy["Form"]["J7"].comment.text.startswith("[Returned] “State” says “mostly done”")
    # The clerk mends the copy and sends that.
    copy["Form"]["J7"].value, copy["Form"]["K7"].value = "Completed", 1
    copy.save(tmp_path / "in" / "04_Commerce_Bureau_2025_Q2_form.xlsx")
    merged, _ = take(tmp_path)
    assert [f.code for f in merged.findings if f.unit == "Commerce Bureau"] == ["CELL-012"]


def test_last_period_is_read_back(round_: tuple[Path, Generated], tmp_path: Path) -> None:
    folder, _ = round_
    merged, form = take(folder)
    write_merge(merged, form, tmp_path / "q2.xlsx", tmp_path / "back", [folder / "in"])
    made = generate(
        folder / "plan.xlsx", tmp_path / "out", "Q3", previous_paths=[tmp_path / "q2_details.xlsx"]
    )
    assert [c for p in made.files.values() for c in chinese_in(p)] == []
    sheet = openpyxl.load_workbook(made.files["Commerce Bureau"])["Form"]
    assert sheet["J7"].value == (
        "Completed, 100%\nNext: (simulated) Commerc meets weekly on task 3, period 2."
    )
    (tmp_path / "in").mkdir()
    for path in made.files.values():
        fill(path, tmp_path / "in" / path.name, period=3)
    (tmp_path / "plan.xlsx").write_bytes((folder / "plan.xlsx").read_bytes())
    merged, _ = take(tmp_path, previous_paths=[tmp_path / "q2_details.xlsx"])
    assert getattr(merged.standings[4].before, "state", "") == State.BEHIND
    assert merged.reached[0].before == 25


def test_states_stay_the_same_words_inside(round_: tuple[Path, Generated]) -> None:
    folder, _ = round_
    merged, form = take(folder)
    assert {e.values["state"] for e in merged.entries.values()} <= set(STATES)
    state = form.field("state")
    assert state is not None and state.rule.choices == STATES
    assert (state.caption, state.aliases[:2]) == ("State", ("完成情况", "完成状态"))


@pytest.mark.parametrize(("state", "words"), ENGLISH_SYNONYMS.items())
def test_words_for_states_are_understood_in_any_case(
    round_: tuple[Path, Generated], state: str, words: tuple[str, ...]
) -> None:
    folder, _ = round_
    plan, _ = read_plan(folder / "plan.xlsx")
    assert plan is not None
    for word in words:
        assert plan.synonyms[word.replace(" ", "").lower()] == state


def test_a_chinese_plan_workbook_can_be_switched(sample_plan_path: Path, tmp_path: Path) -> None:
    book = opened(sample_plan_path.read_bytes())
    for row in book["设置"].iter_rows(min_row=2):
        if row[0].value == "语言":
            row[1].value = "English"
    book.save(tmp_path / "plan.xlsx")
    plan, findings = read_plan(tmp_path / "plan.xlsx")
    assert findings == () and plan is not None
    assert plan.synonyms["delayed"] == State.BEHIND and plan.synonyms["按期推进"] == State.ON_TIME
    made = generate(tmp_path / "plan.xlsx", tmp_path / "out", "第二季度", only=["市科技局"])
    sheet = openpyxl.load_workbook(made.files["市科技局"])["Form"]
    assert [sheet.cell(6, c).value for c in (2, 4, 9)] == ["No.", "Task", "State"]
    assert holds_chinese(str(sheet["D8"].value)), "the plan's own texts stay"
    fill_one(made.files["市科技局"], tmp_path / "in.xlsx")
    taken = api_take(tmp_path / "plan.xlsx", [tmp_path / "in.xlsx"], as_of=date(2022, 7, 8))
    assert taken.merged is not None and taken.language == "en"
    assert [v.accepted for v in taken.merged.verdicts] == [True]
    assert {e.values.get("state") for e in taken.merged.entries.values()} == {State.ON_TIME}


def fill_one(source: Path, target: Path) -> None:
    book = openpyxl.load_workbook(source)
    sheet = book["Form"]
    for row in range(7, sheet.max_row + 1):
        if sheet.cell(row, 2).value is None:  # a heading
            continue
        sheet.cell(row, 9).value = "on track"
    book.save(target)


def test_english_captions_are_read_in_a_chinese_plan_workbook(
    round_: tuple[Path, Generated], tmp_path: Path
) -> None:
    folder, _ = round_
    book = openpyxl.load_workbook(folder / "plan.xlsx")
    for row in book["Settings"].iter_rows(min_row=2):
        if row[0].value == "Language":
            row[1].value = "zh"
    book.save(tmp_path / "plan.xlsx")
    made = generate(tmp_path / "plan.xlsx", tmp_path / "发出", "Q2")
    assert made.language == "zh"
    assert made.files["Land Bureau"].name == "03_LandBureau_2025年Q2填报表.xlsx"


def test_a_language_that_is_not_spoken_is_told(sample_plan_path: Path, tmp_path: Path) -> None:
    book = opened(sample_plan_path.read_bytes())
    for row in book["设置"].iter_rows(min_row=2):
        if row[0].value == "语言":
            row[1].value, at = "français", row[0].row
    book.save(tmp_path / "plan.xlsx")
    plan, findings = read_plan(tmp_path / "plan.xlsx")
    assert plan is not None
    assert [(f.code, f.place.sheet, str(f.place.cell)) for f in findings] == [
        ("PLAN-512", "设置", f"第{at}行")
    ]


def test_names_that_an_earlier_version_wrote_are_still_read(
    round_: tuple[Path, Generated], tmp_path: Path
) -> None:
    folder, _ = round_
    book = openpyxl.load_workbook(folder / "plan.xlsx")
    assert [c.value for c in book["Periods"][1]] == [
        "Period",
        "Ends on",
        "Answers due",
        "Months elapsed",
    ]
    now, _ = read_plan(folder / "plan.xlsx")
    book["Status words"].title = "State words"
    book["Periods"]["B1"].value = "Deadline"
    rulings = {c.value: c for c in book["Rulings"][1]}
    rulings["Accepted value"].value = "Value taken"
    book["Rulings"].append(["CELL-002", "Commerce Bureau", 3, "State", "Use value", "Completed"])
    book.save(tmp_path / "plan.xlsx")
    plan, findings = read_plan(tmp_path / "plan.xlsx")
    assert plan is not None and now is not None and findings == ()
    assert (plan.periods, plan.synonyms) == (now.periods, now.synonyms)
    assert [r.value for r in plan.rulings] == ["Completed"]


def test_findings_on_an_english_plan_workbook_name_its_own_sheets(
    round_: tuple[Path, Generated], tmp_path: Path
) -> None:
    folder, _ = round_
    book = openpyxl.load_workbook(folder / "plan.xlsx")
    book["Tasks"]["A3"].value = "two"
    book["Rulings"].append(["CELL-002", "Land Bureau", 2, "State", "Perhaps"])
    book.save(tmp_path / "plan.xlsx")
    arguments = ["generate", str(tmp_path / "plan.xlsx"), "-o", str(tmp_path / "out")]
    result = CliRunner().invoke(main, ["--lang", "en", *arguments])
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "Failed: Error PLAN-504 plan.xlsx Tasks row 3: The number “two” is not a whole number. Number the tasks 1, 2, 3 and so on.",
        "Failed: Error PLAN-511 plan.xlsx Rulings row 2: There is no ruling “Perhaps”. Choose from the list: Accept as is, Use value, Reject, Do not mention, Ignore file, Sign off, Resume, Agree, Decline.",
    ]  # fmt: skip


def test_a_ruling_in_english_holds(round_: tuple[Path, Generated], tmp_path: Path) -> None:
    folder, made = round_
    book = openpyxl.load_workbook(folder / "plan.xlsx")
    book["Rulings"].append(["CELL-002", "Commerce Bureau", 3, "State", "use value", "Completed"])
    book.save(tmp_path / "plan.xlsx")
    (tmp_path / "in").mkdir()
    path = made.files["Commerce Bureau"]
    fill(path, tmp_path / "in" / path.name, spoil=mostly_done)
    merged, _ = take(tmp_path)
    assert merged.entries["Commerce Bureau", 3].values["state"] == State.DONE
    assert [f.code for f in merged.waived] == ["CELL-002"]


@pytest.mark.slow
def test_the_terminal_speaks_its_own_language(
    round_: tuple[Path, Generated], tmp_path: Path
) -> None:
    folder, _ = round_
    run = CliRunner(env={"RECONCILE_LANG": "en"}).invoke
    plan, inbox = str(folder / "plan.xlsx"), str(folder / "in")
    told = [
        run(main, ["extract", str(folder / "published.xlsx"), "-o", str(tmp_path / "plan.xlsx")]),
        run(main, ["generate", plan, "--period", "Q2", "-o", str(tmp_path / "out")]),
        run(main, ["status", plan, inbox, "--as-of", "2025-07-08"]),
        run(main, ["merge", plan, inbox, "--as-of", "2025-07-08", "-o", str(tmp_path / "s.xlsx")]),
        run(main, ["diff", plan, str(tmp_path / "plan.xlsx"), "-o", str(tmp_path / "diff.xlsx")]),
    ]
    assert [r.exception for r in told if r.exit_code not in (0, 3)] == []
    assert [line for r in told for line in r.output.splitlines() if holds_chinese(line)] == []
    shown = told[3].output.splitlines()
    assert "Cells received 113 = accepted 113 + normalised 0 + set aside 0" in shown
    assert chinese_in(tmp_path / "diff.xlsx") == []
    assert spoken() == "zh" and prefix() == "退回_" and tr("完成情况") == "完成情况"
