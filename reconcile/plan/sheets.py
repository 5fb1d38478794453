"""The sheets of a plan workbook: their names, captions, and what a ruling may say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..core.plan import LEADER, Amendment, Decision, Task
from ..core.prefill import PRINTED_NUMBER
from ..core.settings import Setting
from ..core.text import task_number
from . import indicator_sheet

UPPER_NUMBER, UPPER_ROLE, UPPER_LEAD, UPPER_SUPPORT = (
    "上级序号", "上级角色", "上级牵头单位", "上级配合单位",
)  # fmt: skip


"""Further columns of the tasks of a plan that was made from a received form."""

CHANGES = "变更记录"
"""The sheet on which amend writes what it changed."""
GUIDE, TASKS, UNITS, PERIODS, SETTINGS, STATES, RULINGS, REVIEW, COLUMNS = (
    "说明", "任务", "单位", "时段", "设置", "状态词", "裁定", "待核", "栏目",
)  # fmt: skip
FIXED = ("序号", "类别", "目标任务", "牵头单位", "共同责任单位", "出处")
UNIT_COLUMNS = (
    "责任单位", "类型", "牵头任务数", "配合任务数", "简称", "集合单位成员", "联系人", "联系电话",
    "电子邮箱", "是否发表", "并入", "备注",
)  # fmt: skip
RULING_COLUMNS = (
    "编码", "责任单位", "序号", "栏目", "裁定", "采用值", "裁定人", "裁定日期", "理由",
)  # fmt: skip
PERIOD_COLUMNS = ("时段", "时段结束", "报送截止", "已过月数")
FORMER_END = Setting.DEADLINE
"""What plan workbooks of earlier versions call 时段结束."""
CHANGE_COLUMNS = (
    "登记日期", "序号", "栏目", "原内容", "改后内容", "申请单位", "裁定人", "裁定日期", "依据",
)  # fmt: skip
CHANGE_WIDTHS = (12, 7, 20, 40, 40, 18, 10, 12, 36)
PRINTED_COLUMNS = ("原文栏目", "当作", "改作", "把握", "依据", "例", "位置")
TICK = "已核"
REVIEW_COLUMNS = ("编码", "级别", "位置", "序号", "问题", "怎么办", TICK)
ROLES = (
    "序号", "类别", "目标任务", "序时进度", "牵头单位", "共同责任单位", "责任单位（第一个牵头）", LEADER, "附加列",
)  # fmt: skip
"""What a column of the published plan may be taken for, as a person chooses it."""
CERTAINTY: Mapping[str, tuple[str, str]] = {
    "chosen": ("确定", "按您的选择"),
    "word": ("确定", "按栏目的写法"),
    "part": ("大致", "按写法中的字样"),
    "content": ("请核对", "按格子里的内容"),
    "none": ("请核对", "写法不认识，原样放在附加列"),
}
"""How sure a column's role is, and why, by what it goes by."""
CAPTIONS: Mapping[str, Sequence[str]] = {
    TASKS: (*FIXED, UPPER_NUMBER, PRINTED_NUMBER, LEADER),
    UNITS: UNIT_COLUMNS,
    indicator_sheet.SHEET: indicator_sheet.CAPTIONS,
    PERIODS: (*PERIOD_COLUMNS, FORMER_END),
    SETTINGS: ("名称", "值", "说明"),
    STATES: ("写法", "标准状态"),
    RULINGS: RULING_COLUMNS,
    CHANGES: CHANGE_COLUMNS,
    COLUMNS: PRINTED_COLUMNS,
    REVIEW: REVIEW_COLUMNS,
}
"""Our captions by sheet; any of them may be written in English."""
GROUP = "集合单位"
KINDS = ("单位", GROUP)
ASSIGNED = ("牵头单位", "共同责任单位")
DECISIONS: Mapping[str, str] = {
    Decision.ACCEPT: "答复按原文收下",
    Decision.USE: "用“采用值”一栏的值",
    Decision.REJECT: "答复不收",
    Decision.WAIVE: "这个问题不再提示",
    Decision.IGNORE: "“采用值”一栏写明文件摘要的那个文件不收",
    Decision.SIGN_OFF: "这项任务已完成并经认可，以后的时段不再填报；写明序号、裁定人、裁定日期、理由",
    Decision.RESUME: "销号收回，重新填报；写法同上",
    Decision.AGREE: "同意调整：编码 TASK-051，栏目写总台账的栏目（或“推迟”），采用值写改成什么；再运行 amend",
    Decision.DECLINE: "不同意调整：编码 TASK-051",
}


def change_row(c: Amendment) -> list[object]:
    """Return the line of an amendment as it stands on 变更记录."""
    return [c.entered, c.task, c.column, c.before, c.after, c.unit, c.who, c.when, c.why]


def upper_number(task: Task) -> int | None:
    """Return the number that a task, or the task it is a part of, has one level up.

    The task's own number where the plan does not tell; None where what it tells is no number.
    """
    text = task.extras.get(UPPER_NUMBER, "")
    return task_number(text) if text else task.number
