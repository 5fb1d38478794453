"""佐证材料: files beside a form are put to unit and task by their names, and never opened."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Mapping
from copy import copy
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pytest
from bench_forms import template
from click.testing import CliRunner
from little_round import codes, fill, little_plan
from openpyxl.worksheet.worksheet import Worksheet

from reconcile.api.generate import generate
from reconcile.api.status import take
from reconcile.cli import main
from reconcile.core.i18n import speaking
from reconcile.core.plan import Plan
from reconcile.core.result import MergeResult
from reconcile.plan import plan_bytes
from reconcile.reports.details import details_bytes
from reconcile.reports.previous_summary import read_previous
from reconcile.reports.status import status_bytes

pytestmark = pytest.mark.slow  # whole rounds, command by command

DONE = {"完成情况": "已完成", "完成百分比": 1}
PDF, JPG = b"%PDF-1.7 whatever follows is nobody's business", b"\xff\xd8\xff\xe0 a picture"
TASKS = {1: "修路：甲局", 7: "架桥：甲局", 12: "植树：乙局"}


def the_plan(asking: str = "是") -> Plan:
    return little_plan(TASKS, settings={"佐证材料": asking})


class Office:
    """A plan with its forms, filled in and brought back in whatever way."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.folder, self.inbox = folder, folder / "收回"
        (folder / "总台账.xlsx").write_bytes(plan_bytes(plan))
        made = generate(folder / "总台账.xlsx", folder / "发出", "第二季度", as_of=date(2022, 6, 1))
        self.forms = {unit: path.read_bytes() for unit, path in made.files.items()}

    def put(self, files: Mapping[str, bytes]) -> None:
        for name, content in files.items():
            path = self.inbox / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def merged(self) -> MergeResult:
        plan = self.folder / "总台账.xlsx"
        taken = take(plan, [self.inbox], period="第二季度", as_of=date(2022, 7, 8))
        assert taken.merged is not None, taken.findings
        return taken.merged


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Plan and forms as most tests have them, made once."""
    return Office(tmp_path_factory.mktemp("office"), the_plan())


@pytest.fixture
def office(usual: Office, tmp_path: Path) -> Office:
    shutil.copytree(usual.folder, tmp_path, dirs_exist_ok=True)
    own = copy(usual)
    own.folder, own.inbox = tmp_path, tmp_path / "收回"
    return own


def evidence(result: MergeResult) -> list[tuple[str, int, str]]:
    return [(e.unit, e.task, e.file) for e in result.evidence]


def mail(sender: str, *attachments: tuple[str, bytes]) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = sender, "报表"
    message.set_content("见附件")
    for name, content in attachments:
        message.add_attachment(
            content, maintype="application", subtype="octet-stream", filename=name
        )
    return message.as_bytes()


def zipped(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "task"),
    [
        ("（7）验收报告.pdf", 7), ("(７) 照片.jpg", 7), ("第7项验收.docx", 7), ("【1】批复.png", 1),
        ("7/照片.jpg", 7), ("第7项/1.jpg", 7), ("（7）桥/现场/2.jpg", 7), ("7、验收报告.pdf", 7), ("1_批复.pdf", 1),
        ("7/（1）批复.pdf", 1), ("12、别人的.pdf", None), ("1-15照片.jpg", None), ("2022年总结.pdf", None),
        ("1.jpg", None), ("验收报告.pdf", None), ("71、报告.pdf", None),
    ],
)  # fmt: skip
def test_what_a_name_says(office: Office, name: str, task: int | None) -> None:
    office.put({"甲局/表.xlsx": fill(office.forms["甲局"]), f"甲局/{name}": PDF})
    result = office.merged()
    file = f"收回/甲局/{name}"
    assert evidence(result) == ([("甲局", task, file)] if task else [])
    assert (file in {v.file for v in result.verdicts}) is (task is None), (
        "what is evidence is no return"
    )
    assert [f.code for f in result.findings if f.place.file == file and task] == []


def test_mails_archives_and_the_form_s_own_column(office: Office) -> None:
    first = fill(office.forms["甲局"], {1: {**DONE, "佐证材料": "批复；《竣工照片.jpg》"}, 7: DONE})
    office.put({
        "来信.eml": mail("a@example.cn", ("表.xlsx", first), ("（7）验收.pdf", PDF), ("批复.pdf", PDF + b"1")),
        "补.eml": mail("a@example.cn", ("竣工照片.jpg", JPG)),
        "乙局.zip": zipped({"表.xlsx": fill(office.forms["乙局"], {12: DONE}), "12/苗木.jpg": JPG}),
    })  # fmt: skip
    result = office.merged()
    assert evidence(result) == [
        ("甲局", 1, "收回/来信.eml/批复.pdf"), ("甲局", 1, "收回/补.eml/竣工照片.jpg"),
        ("甲局", 7, "收回/来信.eml/（7）验收.pdf"), ("乙局", 12, "收回/乙局.zip/12/苗木.jpg"),
    ]  # fmt: skip
    found = {e.file: (e.size, e.sha256) for e in result.evidence}
    assert found["收回/来信.eml/（7）验收.pdf"] == (len(PDF), hashlib.sha256(PDF).hexdigest())
    assert codes(result, "TASK-05", "FILE-045", "FILE-002") == []
    assert {s.unit: s.state for s in result.statuses} == {"甲局": "clean", "乙局": "clean"}
    sheet = openpyxl.load_workbook(io.BytesIO(status_bytes(result)))["佐证材料"]
    assert [c.value for c in sheet[4]][:5] == [
        1, "甲局", "批复.pdf", "收回/来信.eml/批复.pdf", len(PDF) + 1,
    ]  # fmt: skip


def test_what_is_done_and_not_shown_is_told(office: Office) -> None:
    rows = {1: {**DONE, "佐证材料": "没有来的.pdf"}, 7: DONE}
    office.put(
        {"甲局.xlsx": fill(office.forms["甲局"], rows), "乙局.xlsx": fill(office.forms["乙局"])}
    )
    assert codes(office.merged(), "TASK-05") == [
        ("TASK-052", "甲局", 1, ""),
        ("TASK-053", "甲局", 7, ""),
    ]


def test_whose_a_file_is_nobody_guesses(office: Office) -> None:
    """In one folder with the forms of two units it is nobody's, unless it names one."""
    office.put({
        "甲局.xlsx": fill(office.forms["甲局"]), "乙局.xlsx": fill(office.forms["乙局"]),
        "（7）验收.pdf": PDF, "（7）甲局_验收.pdf": PDF, "县里/（1）批复.pdf": PDF,
    })  # fmt: skip
    result = office.merged()
    assert evidence(result) == [("甲局", 7, "收回/（7）甲局_验收.pdf")]
    assert "收回/（7）验收.pdf" in {v.file for v in result.verdicts}


def test_a_form_under_a_false_name_is_still_read(office: Office) -> None:
    office.put({"（1）表.pdf": fill(office.forms["甲局"])})
    assert [v.unit for v in office.merged().verdicts if v.accepted] == ["甲局"]


def test_without_the_setting_nothing_changes(tmp_path: Path) -> None:
    office = Office(tmp_path, the_plan(""))
    office.put({"甲局/表.xlsx": fill(office.forms["甲局"], {7: DONE}), "甲局/（7）验收.pdf": PDF})
    result = office.merged()
    assert result.evidence == () and codes(result, "TASK-05") == []
    assert "佐证材料" not in [c.value for c in openpyxl.load_workbook(io.BytesIO(office.forms["甲局"]))["填报表"][6]]  # fmt: skip


def test_an_archive_keeps_them_by_unit_and_task(office: Office) -> None:
    office.put({
        "甲局/表.xlsx": fill(office.forms["甲局"], {7: DONE}), "甲局/（7）验收.pdf": PDF,
        "乙局.xlsx": fill(office.forms["乙局"]),
    })  # fmt: skip
    plan = str(office.folder / "总台账.xlsx")
    period = ["--period", "第二季度"]
    for command in (
        ["merge", plan, str(office.inbox), *period, "--as-of", "2022-07-08"],
        ["close", plan, *period],
    ):
        done = CliRunner().invoke(main, command)
        assert done.exit_code in (0, 3), done.output
    archive = office.folder / "归档" / "第二季度"
    assert (archive / "收回" / "甲局" / "（7）验收.pdf").read_bytes() == PDF
    manifest = json.loads((archive / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["evidence"] == [
        {"unit": "甲局", "task": 7, "file": "收回/甲局/（7）验收.pdf", "size": len(PDF),
         "sha256": hashlib.sha256(PDF).hexdigest()}
    ]  # fmt: skip
    assert CliRunner().invoke(main, ["verify", plan]).exit_code == 0


def details(result: MergeResult) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(details_bytes(result, template().form)))


def column(sheet: Worksheet, caption: str) -> list[tuple[object, str]]:
    """What stands below a caption of the first row, with where it leads."""
    at = next(cell.column for cell in sheet[1] if cell.value == caption)
    cells = [sheet.cell(row, at) for row in range(2, sheet.max_row + 1)]
    return [(c.value, c.hyperlink.location if c.hyperlink else "") for c in cells]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_details_link_tasks_and_evidence(tmp_path: Path, language: str) -> None:
    """A sheet lists the files; 任务评定 and 明细 count them, each led to the first of a task's."""
    named = {"zh": ("佐证材料", "任务评定", "明细", "佐证"), "en": ("Evidence", "Task standings", "Records", "Evidence")}  # fmt: skip
    proofs, standings, records, count = named[language]
    office = Office(tmp_path, the_plan())
    office.put({
        "甲局/表.xlsx": fill(office.forms["甲局"], {7: DONE}), "甲局/（7）验收.pdf": PDF, "甲局/7/桥.jpg": JPG,
        "乙局/表.xlsx": fill(office.forms["乙局"]), "乙局/（12）=苗木.pdf": PDF,
    })  # fmt: skip
    result = office.merged()
    with speaking(language):
        book = details(result)
    assert book.sheetnames[-1] == proofs
    sheet = book[proofs]
    assert [[c.value for c in row] for row in sheet["A4:E6"]] == [
        [7, "甲局", "桥.jpg", "收回/甲局/7/桥.jpg", len(JPG)],
        [7, "甲局", "（7）验收.pdf", "收回/甲局/（7）验收.pdf", len(PDF)],
        [12, "乙局", "（12）=苗木.pdf", "收回/乙局/（12）=苗木.pdf", len(PDF)],
    ]
    assert sheet["F6"].value == hashlib.sha256(PDF).hexdigest()
    assert [sheet.cell(row, 1).hyperlink.location for row in (4, 5, 6)] == [
        f"'{standings}'!A3", f"'{standings}'!A3", f"'{standings}'!A4",
    ]  # fmt: skip
    assert column(book[standings], count) == [
        (None, ""), (2, f"'{proofs}'!A4"), (1, f"'{proofs}'!A6"),
    ]  # fmt: skip
    told = [cell for cell in column(book[records], count) if cell[0]]
    assert sorted(told, reverse=True) == [(2, f"'{proofs}'!A4"), (1, f"'{proofs}'!A6")], (
        "once a unit and task"
    )


def test_the_next_period_reads_details_with_evidence_as_without(tmp_path: Path) -> None:
    read = []
    for asking in ("是", ""):
        folder = tmp_path / (asking or "否")
        folder.mkdir()
        office = Office(folder, the_plan(asking))
        office.put({"甲局/表.xlsx": fill(office.forms["甲局"], {7: DONE}), "甲局/（7）.pdf": PDF})
        result = office.merged()
        path = folder / "汇总_明细.xlsx"
        path.write_bytes(details_bytes(result, template().form))
        assert ("佐证材料" in details(result).sheetnames) is bool(asking)
        assert ("佐证" in [c.value for c in details(result)["任务评定"][1]]) is bool(asking)
        read.append(read_previous([path], template().form, ["第一季度", "第二季度"]))
    assert read[0] == read[1] and read[0][0] is not None
    assert read[0][0].standings["第二季度"][7].state == "已完成"
