"""The words by which a published plan captions its columns, in both languages. Only data.

A caption is compared folded (no blanks, small letters, one form of each character) and
without bracketed remarks. A word missing here costs a question on the sheet 栏目;
the coordinator's own stand in 设置. Best first: with both 工作任务 and 年度目标 in
a plan, the first is the goal.
"""

from __future__ import annotations

from collections.abc import Mapping

NUMBER, SECTION, GOAL, MILESTONE = "number", "section", "goal", "milestone"
LEAD, SUPPORT, LEADER, EXTRA = "lead", "support", "leader", "extra"

# Kinds of columns that are carried along; they help to decide what the rows are.
MEASURE, DUE, PERSON, STATUS, STEP = "measure", "due", "person", "status", "step"
# Of a column of leads: the first of several units in a cell leads, the others support.
FIRST = "first"
# A column named after a unit, with marks in it.
TICK = "tick"

ROLE_NAMES: Mapping[str, str] = {
    NUMBER: "序号",
    SECTION: "类别",
    GOAL: "目标任务",
    MILESTONE: "序时进度",
    LEAD: "牵头单位",
    SUPPORT: "共同责任单位",
    FIRST: "责任单位（第一个牵头）",
    LEADER: "分管领导",
    EXTRA: "附加列",
}
"""What a role is called where a person reads or chooses it."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


WORDS: Mapping[str, tuple[str, ...]] = {
    NUMBER: _words("""
        序号 编号 项次 项目序号 任务序号 任务编号 项目编号 问题序号 问题编号 no no. # 号 s/n sn number serialno.
        serialno itemno. itemno ref ref. reference refno refno. id
    """),
    SECTION: _words("""
        类别 分类 领域 板块 类型 大类 小类 方面 工作类别 任务类别 任务分类 项目类别 工作领域 重点领域 专项 专班
        一级指标 二级指标 指标类别 指标类型 所属领域 category section area field theme pillar priority priorityarea
        strategicpriority focusarea workstream programme program domain
    """),
    GOAL: _words("""
        目标任务 任务目标 重点任务 工作任务 主要任务 年度任务 改革任务 整改任务 任务名称 任务内容 具体任务 任务 重点工作 重点工作任务
        重点工作内容 工作内容 主要工作 工作事项 具体事项 事项 重点事项 实事项目 民生实事 重点项目 项目名称 建设项目 工作名称
        工作项目 工作要点 项目 项目内容 指标名称 主要指标 考核指标 工作指标 指标 工作目标 年度目标 年度目标任务 主要目标 全年目标
        目标 存在问题 反馈问题 问题 问题描述 问题内容 问题表现 具体问题 主要问题
        task tasks keytask keytasks annualtask action actions actionitem actionitems keyaction keyactions
        actionrequired actiondescription taskdescription initiative initiatives keyinitiative keyinitiatives activity
        activities keyactivity keyactivities deliverable deliverables keydeliverable keydeliverables commitment commitments
        recommendation recommendations whatwewilldo whatwe'lldo project projects projectname workitem
        performanceindicator performanceindicators performancemeasure indicator indicators kpi keyperformanceindicator
        measure measures goal annualgoal goals objective objectives target strategy strategies outcome outcomes
        item description weaknessdescription weakness issue issues finding findings
    """),
    LEAD: _words("""
        牵头单位 牵头责任单位 牵头部门 牵头 主办单位 主办部门 主责单位 主责部门 主要责任单位 第一责任单位 责任主体 责任单位
        责任部门 落实单位 落实部门 责任落实单位 实施主体 实施单位 承担单位 主管部门 主管单位 承办单位 承办部门 整改单位 整改责任单位
        责任科室 牵头科室 责任处室 牵头处室 项目单位 业主单位 建设单位 项目业主 单位 部门 责任单位及责任人 责任单位和责任人
        leadunit leadunits lead leaddepartment leadagency responsibleunit leadingunit owner owners actionowner taskowner
        responsibility responsible responsibleparty responsibleagency accountable who bywhom actionby
        sponsor champion department agency organisation organization team service directorate pointofcontact poc
        负责人 责任人 项目负责人 assignedto assignee contact
    """),
    SUPPORT: _words("""
        共同责任单位 配合单位 配合部门 配合 协办单位 协办部门 协助单位 协同单位 协作单位 参与单位 参与部门 参加单位 配合责任单位
        协同部门 其他责任单位 责任单位 责任部门 落实单位 配合科室 supportingunits supportingunit supportunits supportunit
        supporting support supportingdepartments supportedby cooperatingunits partners partner keypartners
        deliverypartners workingwith contributors contributing involved others
    """),
    MILESTONE: _words("""
        形象进度 年度形象进度 年底形象进度 年度建设内容 年度工作内容 年度建设目标 年度进度目标 年度工作计划 年度计划 年内目标
        本年度目标 年度主要建设内容
    """),
    LEADER: _words("""
        分管领导 分管市领导 分管区领导 分管县领导 分管副市长 牵头领导 责任领导 挂钩领导 包保领导 包联领导 市领导 区领导 县领导
        leaderincharge portfolioholder
    """),
    EXTRA: _words("""
        备注 说明 资金来源 总投资 依据 计量单位 单位名称 分值 权重 电话 联系电话 建设内容 建设规模 建设内容及规模 建设年限
        建设地点 项目地点 建设性质 年度投资 年度计划投资 整改目标 工作标准 评价标准 考核标准 预期成果 成果形式 创新点
        remarks remark notes note comments comment output outputs budget cost costs resources funding
        unit unitofmeasure baseline successmeasure successmeasures evidence start startdate kpis 启动时间 开始时间 年度目标值 目标值 risk risks controls
    """),
}
"""Whole captions by role."""

KINDS: Mapping[str, tuple[str, ...]] = {
    MEASURE: _words("""
        工作举措 具体举措 主要举措 重点举措 工作措施 具体措施 主要措施 重点措施 推进措施 整改措施 落实措施 保障措施 举措 措施
        工作举措及目标 具体内容 具体工作 工作要求 任务分解 具体工作内容 分解任务 subaction subactions subtask subtasks
        keysteps steps tactics
    """),
    DUE: _words("""
        完成时限 完成时间 完成期限 时限 期限 时间节点 时间要求 时限要求 整改时限 整改期限 整改完成时限 计划完成时间 办结时限 办理时限
        完成日期 截止时间 截止日期 截止 时间 时间进度要求 推进时限 due duedate deadline targetdate targetcompletion targetcompletiondate
        completiondate timeline timescale timescales timeframe timeframes timing bywhen when end enddate finish finishdate
        scheduledcompletiondate plannedcompletion plannedcompletiondate
    """),
    PERSON: _words("""
        负责人 责任人 项目负责人 联系人 联络员 具体责任人 responsiblelead contact contactperson
    """),
    STATUS: _words("""
        完成情况 进展情况 工作进展 目前进展 整改进展 整改情况 进展 状态 亮灯 status rag ragstatus progress progressupdate
        currentstatus update updates state %complete percentcomplete
    """),
    STEP: _words("""
        里程碑 里程碑节点 节点任务 阶段任务 阶段目标 milestone milestones keymilestone keymilestones plannedmilestones
        interimmilestone nextsteps
    """),
}
"""Captions of columns that are carried along, by what their cells hold."""

PARENTS = frozenset(
    _words("""
        序时进度 进度安排 时序进度 序时进度安排 时间进度 时间节点 进度计划 节点进度 进度目标 阶段目标 季度目标 月度目标 工作进度
        推进计划 序时目标 序时计划 进度要求 年度进度安排 时间安排 milestones milestone schedule progress plannedprogress
        timeline timetable quarterlymilestones quarterlytargets targets
    """)
)
"""Captions that stand over several columns of milestones."""

UNIT_PARENTS = frozenset(
    _words(
        "责任单位 责任分工 责任部门 责任主体 单位 units unit responsibility responsibilities who"
    )
)
"""Captions that stand over the columns of units."""

# Parts of folded captions: (role or kind, pattern), the first that matches counts.
PARTS: tuple[tuple[str, str], ...] = (
    (STATUS, r"完成情况|进展|落实情况"),
    (LEADER, r"领导(同志|姓名)?$"),
    (PERSON, r"领导|责任人$|负责人$|联系人|联络员|分管"),
    (
        SUPPORT,
        r"(配合|共同|协办|协助|协同|协作|参与|参加|会办|支持).{0,6}(单位|部门|方|机构|机关|科室|处室)$",
    ),
    (
        LEAD,
        r"(牵头|主办|主责|主要责任|责任|落实|实施|承办|承担|主管|整改|督办|负责).{0,6}(单位|部门|主体|机构|机关|科室|处室|方)$",
    ),
    (
        DUE,
        r"(完成|整改|办理|办结|截止|推进|竣工|达标).{0,4}(时限|时间|期限|日期|节点)$|时限$|期限$",
    ),
    (EXTRA, r"投资|资金|预算|金额|万元|亿元|占比|依据|备注|规模|地点|年限|上年|去年|基数|同期"),
    (NUMBER, r"(序|编)号$"),
    (MEASURE, r"(举措|措施|[做作]法)$"),
    (MILESTONE, r"形象进度"),
    (GOAL, r"(任务|事项|工作|项目|问题)(名称|内容|清单|描述|表现|概述|表述)?$"),
)
"""Chinese captions by their parts."""

CONTENTS = frozenset(_words("内容 主要内容 具体内容 描述"))
"""Captions of what a task consists of: the goal where no other column names the task."""

TRADITIONAL = str.maketrans(
    "號項類別領標務內單牽頭責協辦關時間點進實體業參與備註說資來總額處電話預導負聯絡員層級長計畫劃執機構組織規開發結審報狀況舉題問節權屬區縣圖據評專條產現場術運應",
    "号项类别领标务内单牵头责协办关时间点进实体业参与备注说资来总额处电话预导负联络员层级长计划划执机构组织规开发结审报状况举题问节权属区县图据评专条产现场术运应",
)
"""Signs of captions in traditional writing, as the words here are written."""

ENGLISH_PARTS: tuple[tuple[str, str], ...] = (
    (STATUS, r"\b(status|rag|progress|update|% complete)\b"),
    (NUMBER, r"^(?:[a-z&]+ ){1,2}(?:no\.?|number|ref\.?|reference|id|#)$|^(?:id|ref|no|item|action)\W*(?:no\.?|number|#)?$"),
    (
        SUPPORT,
        r"\b(support(?:ing|ed by|s)?(?! (?:doc|evid|info|mater|data|text))|partner\w*|assist\w*|contribut\w*|co-?operat\w*|collaborat\w*|consult\w*"
        r"|participat\w*|working with|co-?lead|other (?:agenc|depart|organi|unit)\w*)\b",
    ),
    (DUE, r"\b(due|deadline|target (?:completion )?date|completion|time ?scales?|time ?frames?|by when|end date|finish)\b"),
    (
        LEAD,
        r"\b(lead|leading|leads?|responsib\w*|accountab\w*|owners?|owned|sponsor|champion|assigned)\b",
    ),
    (STEP, r"\bmilestones?\b"),
    (MEASURE, r"\b(?:sub-?(?:task|action)|steps?)s?\b"),
    (EXTRA, r"\b(budget|cost|fund\w*|resource\w*|baseline|evidence|comment\w*|notes?|risk\w*|rating|date|start|version|output|success)\b"),
    (SECTION, r"\b(areas?|theme|pillar|category|section)\b"),
    (
        GOAL,
        r"\b(tasks?|actions?|initiatives?|activit(?:y|ies)|deliverables?|commitments?|recommendations?|projects?"
        r"|what we will do|what will be done)\b",
    ),
    (SECTION, r"\b(theme|pillar|priority|category|section|focus area|strategic objective|strategic goal)\b"),
)  # fmt: skip
"""English captions by their words, in small letters with single blanks."""
