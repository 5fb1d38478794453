"""Captions, sheet names, standard words and looks in English."""

from __future__ import annotations

from collections.abc import Mapping

SHEETS: Mapping[str, str] = {
    # the plan workbook
    "任务": "Tasks", "单位": "Units", "量化指标": "Indicators", "时段": "Periods", "设置": "Settings",
    "状态词": "State words", "裁定": "Rulings", "待核": "To review",
    # the summary
    "总览": "Overview", "汇总表": "Summary table", "按单位": "By unit", "滞后清单": "Behind",
    "催报名单": "Reminders", "通报": "Circular", "问题清单": "Findings", "配合答复": "Support answers",
    "明细": "Records", "附表": "Annex",
    # others
    "退回说明": "Returned for correction", "回表情况": "Returns", "差异": "Changes",
    "涉及单位": "Units concerned", "发送清单": "Send list", "校对": "Proof", "分页": "Pages",
    "样式": "Looks", "栏目": "Columns",
}  # fmt: skip
"""Names of sheets, where they are not the word that a caption has."""

STATES: Mapping[str, str] = {
    "已完成": "Completed", "超序时": "Ahead of schedule", "达序时": "On schedule",
    "滞后": "Behind schedule", "未启动": "Not started", "未报": "Not reported", "未判定": "Not rated",
    "绿灯": "Green", "黄灯": "Yellow", "红灯": "Red",
    "●绿灯": "● Green", "●黄灯": "● Yellow", "●红灯": "● Red",
    "已报": "Received", "有错": "With errors", "未收": "Refused", "疑似已报": "To be verified", "错误": "Error", "提醒": "Warning",
    "牵头": "Lead", "配合": "Support", "牵头和配合": "Lead and support",
    "增幅": "Growth", "累计": "Cumulative", "当期": "This period", "水平": "Level",
    "合计": "Sum", "各自": "Each", "待定": "Undecided", "是": "Yes", "否": "No", "不明": "Unknown", "无": "none",
    "收下": "Accepted", "规范化": "Normalised", "单位": "Unit", "集合单位": "Group",
    "照收": "Accept as is", "改为": "Use value", "不收": "Reject", "免提": "Do not mention",
    "忽略文件": "Ignore file", "绿": "Green", "黄": "Yellow", "红": "Red", "序时目标": "milestone", "日历进度": "calendar", "其他": "Other",
}  # fmt: skip

COLUMNS: Mapping[str, str] = {
    "序号": "No.", "类别": "Section", "目标任务": "Task", "任务": "Task", "牵头单位": "Lead unit",
    "共同责任单位": "Supporting units", "配合单位": "Supporting units", "出处": "Read from",
    "责任单位": "Unit", "类型": "Kind", "牵头任务数": "Tasks led", "配合任务数": "Tasks supported",
    "简称": "Other names", "集合单位成员": "Members of the group", "联系人": "Contact person",
    "联系电话": "Telephone", "电子邮箱": "E-mail", "是否发表": "Gets a form", "并入": "Merged into", "备注": "Remark",
    "编码": "Code", "栏目": "Field", "裁定": "Ruling", "采用值": "Value taken", "裁定人": "Ruled by",
    "裁定日期": "Ruled on", "理由": "Reason", "时段": "Period", "截止日期": "Deadline",
    "已过月数": "Months elapsed", "名称": "Name", "值": "Value", "说明": "Note", "写法": "Written as",
    "标准状态": "Standard state", "级别": "Severity", "位置": "Where", "问题": "What is wrong",
    "怎么办": "What to do", "怎么改": "How to mend it", "已核": "Checked", "指标": "Indicator",
    "计量单位": "Unit of measure", "口径": "Basis", "比较": "Compare", "全年目标": "Year's target",
    "填报单位": "Asked of", "多家时": "If several", "存疑": "Doubts", "完成情况": "State",
    "任务数": "Tasks", "占比": "Share", "亮灯": "Light", "上期": "Last period", "依据": "Grounds",
    "存在问题": "Problems", "下一步措施": "Next steps", "本期目标": "Target this period",
    "本期实际": "Actual this period", "上期实际": "Actual last period", "较上期": "Change",
    "完成率": "Share of target", "比序时目标（百分点）": "Against the milestone (points)",
    "比日历进度（百分点）": "Against the calendar (points)", "名次": "Rank", "得分": "Score",
    "牵头任务": "Tasks led", "应答任务": "Tasks asked", "已答任务": "Tasks answered",
    "情况": "Status", "按时": "In time", "须改正": "To be corrected", "填报日期": "Date filed", "首报": "First filed",
    "改报": "Corrected",
    "其中牵头": "Of these, led", "文件": "File", "文件摘要": "Fingerprint", "工作表": "Sheet", "单元格": "Cell",
    "原文": "Original", "处理": "Taken as", "未收格": "Set aside", "未收格数": "Cells set aside",
    "校验码": "Check code", "总台账": "the plan workbook", "待核": "To review",
    "问题清单": "Findings", "退回": "returned", "回表": "return", "差错": "error",
    # other workbooks
    "疑点": "Doubts", "页": "Page", "编号": "No.", "还差": "Left", "核对人": "Checked by",
    "日期": "Date", "变动": "Change", "原序号": "Number as printed", "新序号": "New no.",
    "目标任务（或名称）": "Task (or name)", "变动的任务数": "Tasks changed",
    "任务（新序号）": "Tasks (new no.)", "用途": "Purpose", "主题": "Subject", "附件": "Attachments",
    "草稿": "Draft", "发送情况": "Sent", "上级序号": "No. one level up", "上级角色": "Role one level up",
    "原文栏目": "Printed column", "当作": "Taken as", "改作": "Change to", "把握": "How sure",
    "例": "Example", "序时进度": "Milestones", "附加列": "Further column",
    "责任单位（第一个牵头）": "Units (the first leads)", "确定": "Sure", "大致": "Likely", "请核对": "Please check",
    "按您的选择": "As you chose", "按栏目的写法": "By its caption", "按写法中的字样": "By words in its caption",
    "按格子里的内容": "By what its cells hold", "写法不认识，原样放在附加列": "Caption not known; carried along as it is",
    "上级牵头单位": "Lead unit one level up", "上级配合单位": "Supporting units one level up",
}  # fmt: skip

LOOKS: Mapping[str, str] = {
    "标题": "Title", "表头": "Header", "正文": "Text", "图中绿灯": "Green in charts",
    "图中黄灯": "Yellow in charts", "图中红灯": "Red in charts", "通报标题": "Circular title",
    "通报正文": "Circular text", "通报一级标题": "Circular heading",
    "通报二级标题": "Circular subheading", "样式": "Look",
}  # fmt: skip

SETTINGS: Mapping[str, str] = {
    "计划名称": "Plan title", "文号": "Document number", "年度": "Year", "发文机关": "Issuing office",
    "本期": "Current period", "联系方式": "Contact", "语言": "Language",
    "填报表模板": "Form template", "汇总模板": "Summary template", "邮件模板": "Mail template",
    "发件邮箱": "Sender's address", "发件服务器": "Mail server (sending)",
    "报送邮箱": "Summary goes to", "收件服务器": "Mail server (receiving)",
    "红灯界限": "Red light from", "表上另印": "Also printed on forms",
    "填报表“类别”一格里另印任务的哪几列，如：原序号、完成时限":
        "Which further columns forms print under a task's section, e.g. Number as printed, Due date",
    "表头用语": "Caption words",
    "计划表头的别的写法，如：牵头单位=落实人、总协调；目标任务=Deliverable":
        "Other captions of the published plan, e.g. Lead unit=Coordinator, Sponsor; Task=Deliverable", "权重：绿灯": "Weight: green light",
    "权重：黄灯": "Weight: yellow light", "权重：红灯": "Weight: red light",
    "权重：未报": "Weight: not reported", "权重：按时": "Weight: in time", "权重：差错": "Weight: error",
    "校验密钥": "Secret key", "沿用标识": "Codes still honoured", "填报人": "Filled in by", "上级表单编号": "Form number one level up",
    "上级截止日期": "Deadline one level up", "上级联系方式": "Contact one level up",
    # what stands beside them
    "印在每份表的标题上": "Printed as the title of every form", "四位数字": "Four digits",
    "各单位交表的最后一天，印在填报表上": "Last day for units to answer; printed on the forms",
    "正在填报的时段；空着则按命令或回表判断": "The period being reported; if empty, the command or the returns decide",
    "填报表上“交给谁”一栏": "Whom to return the form to, printed on it",
    "zh 或 en": "zh or en",
    "自己改过的模板文件；空着则用自带的": "A template of your own; if empty, the built-in one",
    "自己改过样式、栏目的汇总模板；空着则用自带的": "A summary template with your own looks and captions; if empty, the built-in one",
    "自己改过主题、正文的邮件模板；空着则用自带的": "A mail template with your own words; if empty, the built-in one",
    "mail 从哪个邮箱发信；密码不写在这里": "The address that mails go out from; never write the password here",
    "如 smtp.example.cn:465（SSL）或 :587（STARTTLS）": "e.g. smtp.example.org:465 (SSL) or :587 (STARTTLS)",
    "汇总报给谁；几个地址用分号分开，各发一封": "Who gets the summary; several addresses parted by semicolons, one mail each",
    "fetch 从哪里取信，如 imap.example.cn": "Where fetch collects mail, e.g. imap.example.org",
    "落后多少个百分点亮红灯（以下亮黄灯），默认 10": "From how many percentage points behind a light is red (below: yellow); default 10",
    "“按单位”打分：牵头的任务亮绿灯得几分，默认 90": "Scores on the sheet By unit: points for a green light on a task led; default 90",
    "亮黄灯得几分，默认 60": "Points for a yellow light; default 60",
    "亮红灯得几分，默认 30": "Points for a red light; default 30",
    "没有报得几分，默认 0": "Points for a task not reported; default 0",
    "截止日期前报来加几分，默认 10": "Points added for answering within the deadline; default 10",
    "每处须改正的错误扣几分，默认 1": "Points taken off for each error to be corrected; default 1",
    "表单编号的校验码由它算出，请勿外传、勿改动": "The check codes of form numbers are made with it: do not pass it on or change it",
    "改过计划名称、文号或时段以后，哪些已发的表仍然认可；照“问题清单”抄写": "Which forms already issued still count after title, document number or periods were changed; copy it from the list of problems",
    "这份总台账来自哪一份填报表，请勿改动": "The form that this plan was made from; do not change",
    "上级要求交表的最后一天": "Last day for our answer to the level above",
    "答复交给谁": "Whom our answer goes to",
    "写进给上级的答复表": "Printed on our answer to the level above",
}  # fmt: skip

CAPTIONS: Mapping[str, str] = {**LOOKS, **SETTINGS, **COLUMNS, **STATES}
