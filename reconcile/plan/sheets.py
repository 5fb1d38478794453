"""The sheets of a plan workbook: their names, captions, settings, and what a ruling may say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..core.form import SUPPORT, UNTARGETED
from ..core.keys import HONOURED
from ..core.plan import LEADER, Amendment, Plan, Task
from ..core.prefill import PRINTED_NUMBER, PRINTED_TOO
from ..core.text import task_number
from ..core.values.deadlines import REPLY_DAYS
from ..core.values.deadlines import SETTING as DEADLINE
from . import indicator_sheet

UPPER_FORM, UPPER_DEADLINE, UPPER_CONTACT = "上级表单编号", "上级截止日期", "上级联系方式"


UPPER_HEAD = ("填报人", "联系电话")


"""Settings of a plan that was made from a received form; the last are printed on its answer."""


UPPER_NUMBER, UPPER_ROLE, UPPER_LEAD, UPPER_SUPPORT = (
    "上级序号", "上级角色", "上级牵头单位", "上级配合单位",
)  # fmt: skip


"""Further columns of such a plan's tasks."""

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
FORMER_END = DEADLINE
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
TOLD: Mapping[str, tuple[str, str]] = {
    "chosen": ("确定", "按您的选择"),
    "word": ("确定", "按栏目的写法"),
    "part": ("大致", "按写法中的字样"),
    "content": ("请核对", "按格子里的内容"),
    "none": ("请核对", "写法不认识，原样放在附加列"),
}
"""How sure a column's role is, and why, by how it was told."""
CAPTION_WORDS = "表头用语"
RED = "红灯界限"
SETTING_NOTES: Mapping[str, str] = {
    "计划名称": "印在每份表的标题上",
    "文号": "",
    "年度": "四位数字",
    "发文机关": "",
    DEADLINE: "各单位交表的最后一天，印在填报表上；有几个时段的，填在“时段”表的“报送截止”一栏",
    "本期": "正在填报的时段；空着则按命令或回表判断",
    "联系方式": "填报表上“交给谁”一栏",
    "语言": "zh 或 en",
    "填报表模板": "自己改过的模板文件；空着则用自带的",
    "汇总模板": "自己改过样式、栏目的汇总模板；空着则用自带的",
    "邮件模板": "自己改过主题、正文的邮件模板；空着则用自带的",
    "发件邮箱": "mail 从哪个邮箱发信；密码不写在这里",
    "发件服务器": "如 smtp.example.cn:465（SSL）或 :587（STARTTLS）",
    "报送邮箱": "汇总报给谁；几个地址用分号分开，各发一封",
    "分管领导邮箱": "按领导分开的汇总各寄给谁，如：领导甲=a@example.cn；领导乙=b@example.cn",
    "收件服务器": "fetch 从哪里取信，如 imap.example.cn",
    CAPTION_WORDS: "计划表头的别的写法，如：牵头单位=落实人、总协调；目标任务=Deliverable",
    PRINTED_TOO: "填报表“类别”一格里另印任务的哪几列，如：原序号、完成时限",
    SUPPORT: "全部、只填进展（不填百分比等数字，默认）或不填（只配合的单位不发表）",
    UNTARGETED: "指标在本期没有目标时问不问数：不问（默认）或照问",
    "销号任务": "空着则已销号的任务不再填报；写“回头看”则仍列在表末，核实成效是否稳固",
    "佐证材料": "写“是”则填报表多一栏佐证材料，随表报来的文件按单位、任务登记；空着则没有",
    "调整申请": "写“是”则填报表多两栏：申请调整、理由；空着则没有",
    RED: "落后多少个百分点亮红灯（以下亮黄灯），默认 10",
    REPLY_DAYS: "督办单发出后第几个工作日前回复（周一到周五，不计节假日和调休），默认 5",
    "权重：绿灯": "“按单位”打分：牵头的任务亮绿灯得几分，默认 90",
    "权重：黄灯": "亮黄灯得几分，默认 60",
    "权重：红灯": "亮红灯得几分，默认 30",
    "权重：未报": "没有报得几分，默认 0",
    "权重：按时": "截止日期前报来加几分，默认 10",
    "权重：差错": "每处须改正的错误扣几分，默认 1",
    HONOURED: "改过计划名称、文号或时段以后，哪些已发的表仍然认可；照“问题清单”抄写",
    "校验密钥": "表单编号的校验码由它算出，请勿外传、勿改动",
}
UPPER_NOTES: Mapping[str, str] = {
    UPPER_FORM: "这份总台账来自哪一份填报表，请勿改动",
    UPPER_DEADLINE: "上级要求交表的最后一天",
    UPPER_CONTACT: "答复交给谁",
    "填报人": "写进给上级的答复表",
    "联系电话": "写进给上级的答复表",
}
"""Settings of a plan that was made from a received form."""
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
# Settings of one year's plan, or of one round: they are not taken over into the next plan.
PASSING = frozenset((DEADLINE, "本期", HONOURED))
GROUP = "集合单位"
KINDS = ("单位", GROUP)
YES_NO = ("是", "否")
SWITCHES: Mapping[str, Sequence[str]] = {
    "销号任务": ("回头看",),
    "调整申请": YES_NO,
    "佐证材料": YES_NO,
}
"""What settings may say, beside nothing, that are chosen from a few words."""
DATED = ("销号", "恢复", "同意", "不同意")
"""Decisions that need a task, a day, a person and a reason."""
WEIGHT = "权重："
"""Begins the name of each weight of the scoreboard."""
ASSIGNED = ("牵头单位", "共同责任单位")
DECISIONS: Mapping[str, str] = {
    "照收": "答复按原文收下",
    "改为": "用“采用值”一栏的值",
    "不收": "答复不收",
    "免提": "这个问题不再提示",
    "忽略文件": "“采用值”一栏写明文件摘要的那个文件不收",
    "销号": "这项任务已完成并经认可，以后的时段不再填报；写明序号、裁定人、裁定日期、理由",
    "恢复": "销号收回，重新填报；写法同上",
    "同意": "同意调整：编码 TASK-051，栏目写总台账的栏目（或“推迟”），采用值写改成什么；再运行 amend",
    "不同意": "不同意调整：编码 TASK-051",
}


def change_row(c: Amendment) -> list[object]:
    """Return the line of an amendment as it stands on 变更记录."""
    return [c.entered, c.task, c.column, c.before, c.after, c.unit, c.who, c.when, c.why]


def lasting_settings(plan: Plan) -> dict[str, str]:
    """Return the settings that stay true for the next plan: whom to answer, language, template."""
    return {name: text for name, text in plan.settings.items() if text and name not in PASSING}


def upper_number(task: Task) -> int | None:
    """Return the number that a task, or the task it is a part of, has one level up.

    The task's own number where the plan does not tell; None where what it tells is no number.
    """
    text = task.extras.get(UPPER_NUMBER, "")
    return task_number(text) if text else task.number
