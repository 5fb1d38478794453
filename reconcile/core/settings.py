"""The settings of a plan workbook: their names, what is written beside them, what they may say.

One line of the sheet 设置 each. ``Plan.settings`` holds their texts by name, as a person typed them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum


class Setting(StrEnum):
    """A setting, by the name that it has on the sheet 设置 of a Chinese plan workbook."""

    TITLE = "计划名称"
    DOCUMENT = "文号"
    YEAR = "年度"
    OFFICE = "发文机关"
    DEADLINE = "截止日期"
    PERIOD = "本期"
    CONTACT = "联系方式"
    LANGUAGE = "语言"
    FORM_TEMPLATE = "填报表模板"
    SUMMARY_TEMPLATE = "汇总模板"
    MAIL_TEMPLATE = "邮件模板"
    SENDER = "发件邮箱"
    SMTP_SERVER = "发件服务器"
    LEADERS = "报送邮箱"
    EACH_LEADER = "分管领导邮箱"
    IMAP_SERVER = "收件服务器"
    CAPTION_WORDS = "表头用语"
    PRINTED_TOO = "表上另印"
    SUPPORT = "配合单位填报"
    UNTARGETED = "无本期目标的指标"
    SIGNED_OFF = "销号任务"
    EVIDENCE = "佐证材料"
    ADJUST = "调整申请"
    RED = "红灯界限"
    REPLY_DAYS = "督办回复天数"
    WEIGHT_GREEN = "权重：绿灯"
    WEIGHT_YELLOW = "权重：黄灯"
    WEIGHT_RED = "权重：红灯"
    WEIGHT_UNANSWERED = "权重：未报"
    WEIGHT_ON_TIME = "权重：按时"
    WEIGHT_ERROR = "权重：差错"
    HONOURED = "沿用标识"
    KEY = "校验密钥"
    # Of a plan that was made from a received form; the last two are printed on its answer.
    UPPER_FORM = "上级表单编号"
    UPPER_DEADLINE = "上级截止日期"
    UPPER_CONTACT = "上级联系方式"
    UPPER_PERSON = "填报人"
    UPPER_PHONE = "联系电话"


NOTES: Mapping[str, str] = {
    Setting.TITLE: "印在每份表的标题上",
    Setting.DOCUMENT: "",
    Setting.YEAR: "四位数字",
    Setting.OFFICE: "",
    Setting.DEADLINE: "各单位交表的最后一天，印在填报表上；有几个时段的，填在“时段”表的“报送截止”一栏",
    Setting.PERIOD: "正在填报的时段；空着则按命令或回表判断",
    Setting.CONTACT: "填报表上“交给谁”一栏",
    Setting.LANGUAGE: "zh 或 en",
    Setting.FORM_TEMPLATE: "自己改过的模板文件；空着则用自带的",
    Setting.SUMMARY_TEMPLATE: "自己改过样式、栏目的汇总模板；空着则用自带的",
    Setting.MAIL_TEMPLATE: "自己改过主题、正文的邮件模板；空着则用自带的",
    Setting.SENDER: "mail 从哪个邮箱发信；密码不写在这里",
    Setting.SMTP_SERVER: "如 smtp.example.cn:465（SSL）或 :587（STARTTLS）",
    Setting.LEADERS: "汇总报给谁；几个地址用分号分开，各发一封",
    Setting.EACH_LEADER: "按领导分开的汇总各寄给谁，如：领导甲=a@example.cn；领导乙=b@example.cn",
    Setting.IMAP_SERVER: "fetch 从哪里取信，如 imap.example.cn",
    Setting.CAPTION_WORDS: "计划表头的别的写法，如：牵头单位=落实人、总协调；目标任务=Deliverable",
    Setting.PRINTED_TOO: "填报表“类别”一格里另印任务的哪几列，如：原序号、完成时限",
    Setting.SUPPORT: "全部、只填进展（不填百分比等数字，默认）或不填（只配合的单位不发表）",
    Setting.UNTARGETED: "指标在本期没有目标时问不问数：不问（默认）或照问",
    Setting.SIGNED_OFF: "空着则已销号的任务不再填报；写“回头看”则仍列在表末，核实成效是否稳固",
    Setting.EVIDENCE: "写“是”则填报表多一栏佐证材料，随表报来的文件按单位、任务登记；空着则没有",
    Setting.ADJUST: "写“是”则填报表多两栏：申请调整、理由；空着则没有",
    Setting.RED: "落后多少个百分点亮红灯（以下亮黄灯），默认 10",
    Setting.REPLY_DAYS: "督办单发出后第几个工作日前回复（周一到周五，不计节假日和调休），默认 5",
    Setting.WEIGHT_GREEN: "“按单位”打分：牵头的任务亮绿灯得几分，默认 90",
    Setting.WEIGHT_YELLOW: "亮黄灯得几分，默认 60",
    Setting.WEIGHT_RED: "亮红灯得几分，默认 30",
    Setting.WEIGHT_UNANSWERED: "没有报得几分，默认 0",
    Setting.WEIGHT_ON_TIME: "截止日期前报来加几分，默认 10",
    Setting.WEIGHT_ERROR: "每处须改正的错误扣几分，默认 1",
    Setting.HONOURED: "改过计划名称、文号或时段以后，哪些已发的表仍然认可；照“问题清单”抄写",
    Setting.KEY: "表单编号的校验码由它算出，请勿外传、勿改动",
}
"""What is written beside each setting, in the order of the sheet."""
UPPER_NOTES: Mapping[str, str] = {
    Setting.UPPER_FORM: "这份总台账来自哪一份填报表，请勿改动",
    Setting.UPPER_DEADLINE: "上级要求交表的最后一天",
    Setting.UPPER_CONTACT: "答复交给谁",
    Setting.UPPER_PERSON: "写进给上级的答复表",
    Setting.UPPER_PHONE: "写进给上级的答复表",
}
"""The same for a plan that was made from a received form, which has these besides."""
UPPER_HEAD = (Setting.UPPER_PERSON, Setting.UPPER_PHONE)

EVERYTHING, PROGRESS, NOTHING = "全部", "只填进展", "不填"
LEFT_OUT, INCLUDED = "不问", "照问"
CHOICES: Mapping[str, Sequence[str]] = {
    Setting.SUPPORT: (PROGRESS, EVERYTHING, NOTHING),
    Setting.UNTARGETED: (LEFT_OUT, INCLUDED),
}
"""What settings may say; the first is what they say where they are empty."""
LOOK_BACK = "回头看"
YES, NO = "是", "否"
SWITCHES: Mapping[str, Sequence[str]] = {
    Setting.SIGNED_OFF: (LOOK_BACK,),
    Setting.ADJUST: (YES, NO),
    Setting.EVIDENCE: (YES, NO),
}
"""What settings may say, beside nothing, that are chosen from a few words."""
POINTS = frozenset(
    (Setting.RED, Setting.REPLY_DAYS, *(s for s in Setting if s.name.startswith("WEIGHT_")))
)
"""Settings that are numbers."""
PASSING = frozenset((Setting.DEADLINE, Setting.PERIOD, Setting.HONOURED))
"""Settings of one year's plan, or of one round: they are not taken over into the next plan."""


def lasting(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the settings that stay true for the next plan: whom to answer, language, template."""
    return {name: text for name, text in settings.items() if text and name not in PASSING}
