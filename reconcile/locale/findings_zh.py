"""The catalogue of findings: each code with its severity, what is wrong, and how to mend it.

Codes are never renumbered and never reused; the words may be improved.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import NamedTuple


class Severity(enum.Enum):
    """ERROR: set aside. WARNING: merged and marked. NOTE: told."""

    ERROR = "错误"
    WARNING = "提醒"
    NOTE = "说明"


class Entry(NamedTuple):
    """One line of the catalogue; message and fix are format strings."""

    severity: Severity
    message: str
    fix: str


ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

CATALOGUE: Mapping[str, Entry] = {
    # FILE: a file as such, before anything in it is understood
    "FILE-001": Entry(ERROR, "文件是空的（0 字节）", "请重新发送原文件"),
    "FILE-002": Entry(ERROR, "这不是电子表格：{what}", "请发送 Excel 或 WPS 表格文件（.xlsx）"),
    "FILE-003": Entry(
        ERROR, "这是网页（HTML），不是电子表格", "请用 Excel 或 WPS 打开，另存为 .xlsx 后重新发送"
    ),
    "FILE-004": Entry(
        ERROR,
        "这是纯文本（如 CSV），不是电子表格",
        "请在原来发放的填报表里填写，保存为 .xlsx 后重新发送",
    ),
    "FILE-005": Entry(
        ERROR, "文件不完整或已损坏（{reason}）", "请在自己电脑上确认能打开，再重新发送原文件"
    ),
    "FILE-006": Entry(
        ERROR, "文件设了打开密码", "请取消密码后重新发送，或在命令中用 --password 给出密码"
    ),
    "FILE-007": Entry(ERROR, "打开密码不对", "请核对密码，或取消密码后重新发送"),
    "FILE-008": Entry(
        ERROR,
        "文件设了打开密码，本机没有安装解密组件",
        '请在程序所在的文件夹里运行 pip install ".[crypto]"（有 .whl 文件的：pip install "文件名.whl[crypto]"），或取消密码后重新发送',
    ),
    "FILE-009": Entry(
        ERROR,
        "旧格式（.xls 或 .ods）文件设了打开密码",
        "请取消密码，另存为 .xlsx 后重新发送；.xls 也可用 --password 给出密码",
    ),
    "FILE-010": Entry(
        ERROR, "文件太大（{size} MB，最多 {limit} MB）", "请删去图片等无关内容后重新发送"
    ),
    "FILE-011": Entry(
        ERROR,
        "文件解压后大得不正常（最多 {limit} MB），没有读取",
        "请把内容复制到新的填报表后重新发送",
    ),
    "FILE-012": Entry(
        ERROR,
        "文件里含有文档类型定义（DTD），正常的表格不会有，没有读取",
        "请用 Excel 或 WPS 打开，另存为 .xlsx 后重新发送",
    ),
    "FILE-013": Entry(ERROR, "文件里没有工作表", "请用 Excel 或 WPS 打开，另存为 .xlsx 后重新发送"),
    "FILE-014": Entry(ERROR, "这是{what}，不是电子表格", "请在发放的填报表里填写后重新发送"),
    "FILE-015": Entry(ERROR, "这是 PDF，不是电子表格", "请发送可以编辑的填报表原件（.xlsx）"),
    "FILE-016": Entry(ERROR, "这是图片，不是电子表格", "请发送可以编辑的填报表原件（.xlsx）"),
    "FILE-017": Entry(
        ERROR,
        "这是 winmail.dat（Outlook 打包的附件），里面的表格取不出来",
        "请对方把邮件格式改为 HTML 或纯文本后重发，或打成 .zip 发送",
    ),
    "FILE-018": Entry(NOTE, "文件带有宏，没有运行", "不必处理"),
    "FILE-019": Entry(NOTE, "文件引用了别的文件，没有打开那些文件", "不必处理"),
    "FILE-020": Entry(
        ERROR,
        "内容太多，整个文件都没有读取：{what}",
        "请删去填报表以外的内容，或复制到新的填报表后重新发送",
    ),
    "FILE-021": Entry(
        ERROR,
        "读了 {seconds} 秒还没有读完，整个文件都没有读取",
        "请把内容复制到新的填报表后重新发送",
    ),
    "FILE-022": Entry(
        ERROR,
        "文件内部已损坏，无法完整读取（{part}：{reason}）",
        "请用 Excel 或 WPS 打开，另存为 .xlsx 后重新发送",
    ),
    "FILE-023": Entry(
        ERROR,
        "文件的结构不正常，没有读取（{reason}）",
        "请用 Excel 或 WPS 打开，另存为 .xlsx 后重新发送",
    ),
    "FILE-024": Entry(
        ERROR, "压缩包无法解开（{reason}）", "请不设密码、用普通 .zip 格式重新打包，或直接发送表格"
    ),
    "FILE-025": Entry(
        ERROR,
        "这是{what}，不能直接读取",
        "请用 Excel 或 WPS 打开，另存为 .xlsx 后重新发送",
    ),
    "FILE-027": Entry(
        ERROR, "这是 {what} 压缩包，不能直接读取", "请解开后发送，或改用 .zip 格式打包"
    ),
    "FILE-028": Entry(
        NOTE,
        "这个文件只读取了单元格的值，批注、数字格式、删除线和错误值没有读出",
        "如有这些内容，请另存为 .xlsx 后重新发送",
    ),
    "FILE-029": Entry(
        WARNING,
        "工作表“{caption}”的文本框或图形里写了“{text}”，没有收",
        "要上报的内容请填进填报表的格子",
    ),
    "FILE-040": Entry(ERROR, "文件无法读取（{reason}）", "请检查权限，或复制到别处再试"),
    "FILE-041": Entry(NOTE, "这是指向收件目录之外的链接，没有读取", "如确需读取，请把文件复制进来"),
    "FILE-042": Entry(
        ERROR, "压缩包套得太深（超过 {depth} 层），没有解开", "请解开后把表格直接放进收件目录"
    ),
    "FILE-043": Entry(ERROR, "压缩包里没有文件", "请重新打包后发送"),
    "FILE-044": Entry(NOTE, "名称里含有路径（{original}），只当作名称，没有当作路径", "不必处理"),
    "FILE-045": Entry(NOTE, "邮件里的附件不是表格（{what}），没有读取", "不必处理"),
    "FILE-046": Entry(WARNING, "邮件里没有表格附件", "请联系发件人补发填报表"),
    "FILE-047": Entry(ERROR, "找不到这个文件或目录", "请核对路径"),
    "FILE-048": Entry(ERROR, "邮件无法读取（{reason}）", "请另存附件后放进收件目录"),
    "FILE-049": Entry(NOTE, "这不是普通文件，没有读取", "不必处理"),
    "FILE-050": Entry(
        WARNING, "文件读过之后又变了，没有做它的退回件", "请等文件放好后，再运行一次 merge"
    ),
    "FILE-060": Entry(
        WARNING,
        "这份退回件写好以后有人改过，没有动它",
        "如果是改好的回表，请移到收回的文件夹再汇总；不要的请自己删去",
    ),
    "FILE-061": Entry(
        NOTE,
        "这份文件不是本计划本时段的退回件，没有动它",
        "不再要的请自己删去；不同时段的退回件最好放在不同的文件夹（--returns）",
    ),
    "FILE-062": Entry(NOTE, "这份退回件这次当作回表读了，没有动它", "不必处理"),
    "FILE-080": Entry(
        ERROR,
        "拆了 {seconds} 秒还没有拆完，后面的内容都没有读取",
        "请把里面的表格取出来，直接放进收件目录",
    ),
    "FILE-081": Entry(
        NOTE, "模板“{name}”已复制到总台账所在的文件夹", "请和总台账放在一起，不要删去"
    ),
    "FILE-082": Entry(
        WARNING, "这个文件再读时没有读成（{reason}），没有做它的退回件", "请再运行一次 merge"
    ),
    "FILE-083": Entry(
        WARNING,
        "这个文件里填报表以外的工作表有 {count} 格（超过 {limit} 格），没有做它的退回件",
        "请把问题清单里这个单位的几行发给它，并请它删去填报表以外的工作表",
    ),
    "FILE-090": Entry(
        ERROR,
        "写 .parquet 要用pyarrow，本机没有安装",
        '请在程序所在的文件夹里运行 pip install ".[parquet]"（有 .whl 文件的：pip install "文件名.whl[parquet]"），或写成 .csv、.sqlite',
    ),
    "FILE-100": Entry(
        WARNING,
        "这里放了图片（{count} 张），里面的内容读不出来，没有收",
        "请打开看一看；要上报的内容请写成文字，填进填报表的格子",
    ),
    "FILE-101": Entry(
        WARNING,
        "这里嵌入了{what}，里面的内容没有读",
        "请打开看一看；要上报的内容请填进填报表的格子",
    ),
    "FILE-102": Entry(
        WARNING, "页眉或页脚里写了“{text}”，没有收", "要上报的内容请填进填报表的格子"
    ),
    "FILE-103": Entry(NOTE, "文件带有数据连接，没有连接，也没有更新", "不必处理"),
    "FILE-104": Entry(
        WARNING,
        "邮件正文里写了“{text}”，像是答复，没有收",
        "请打开邮件看一看；要上报的内容请对方填进填报表",
    ),
    "FILE-105": Entry(
        ERROR,
        "邮件没有收全，断在附件“{what}”中间，附件读不出来",
        "请重新下载或导出这封邮件，或请对方重新发送",
    ),
    "FILE-106": Entry(
        ERROR,
        "邮件没有收全，后面的内容断了，里面没有表格附件",
        "请重新下载或导出这封邮件，或请对方重新发送",
    ),
    "FILE-107": Entry(
        ERROR,
        "这是 Outlook 邮件（.msg），里面没有读出附件",
        "请在 Outlook 里打开它，把附件存进收件目录，或另存为 .eml",
    ),
    "FILE-108": Entry(
        ERROR,
        "这是苹果 Numbers 表格（.numbers），不能直接读取",
        "请在 Numbers 里用“文件—导出为—Excel”存成 .xlsx 后重新发送",
    ),
    "FILE-109": Entry(
        NOTE,
        "文件名以 {named} 结尾，里面其实是 {kind} 格式，照常读取了",
        "不必处理；Excel 打开时会提示，可另存为 .xlsx",
    ),
    "FILE-112": Entry(
        ERROR,
        "这封苹果邮件（.partial.emlx）里没有附件“{what}”本身",
        "请在“邮件”程序里打开它，用“存储为”存成 .eml，或把附件存进收件目录",
    ),
    "FILE-999": Entry(
        ERROR, "处理这个文件时程序出错（{reason}），其他文件不受影响", "请把文件发给维护人员"
    ),
    # PLAN: the published plan (001-499) and the plan workbook (500-999)
    "PLAN-001": Entry(ERROR, "找不到这个文件", "请检查文件名和所在的文件夹"),
    "PLAN-002": Entry(
        ERROR,
        "这个文件不是PDF、Excel或Word文件，读不了",
        "请换成计划的PDF、Excel（.xlsx）或Word（.docx）文件",
    ),
    "PLAN-003": Entry(ERROR, "PDF已损坏，打不开", "请重新下载或重新导出PDF"),
    "PLAN-004": Entry(ERROR, "PDF第{page}页已损坏，读不出来", "请重新下载或重新导出PDF"),
    "PLAN-005": Entry(ERROR, "PDF要输入密码才能打开", "请用密码打开后另存一份不加密的PDF"),
    "PLAN-006": Entry(
        ERROR, "文件读不出来（可能是文件夹，或没有读取权限）", "请检查文件，或复制到别的文件夹再试"
    ),
    "PLAN-007": Entry(
        ERROR,
        "{pages}都没有文字，可能是扫描件",
        "请向发文单位要Word导出的PDF，或先做文字识别（OCR）",
    ),
    "PLAN-008": Entry(
        ERROR,
        "{seen}没有找到任务表，表头应有序号、目标任务、牵头单位等",
        "请确认是否选对了文件；表头写法特殊的，请改为通用的写法",
    ),
    "PLAN-009": Entry(ERROR, "找到了表头，但{seen}没有任务", "请确认文件是否完整"),
    "PLAN-010": Entry(NOTE, "任务{number}跨页，已把两页的内容接起来", "请对照PDF看一眼接得对不对"),
    "PLAN-011": Entry(WARNING, "这一行没有序号，暂编为{number}", "请对照PDF核对序号"),
    "PLAN-012": Entry(
        WARNING,
        "这一行没有序号也没有目标任务，已并入任务{number}",
        "请对照PDF核对，不对的请在总台账中改正",
    ),
    "PLAN-013": Entry(
        WARNING, "序号“{text}”不是整数，另行编号，原序号放在附加列", "请在总台账中核对序号"
    ),
    "PLAN-014": Entry(
        WARNING,
        "序号{printed}重复，这一项暂编为{number}，原序号放在附加列",
        "请在总台账中核对序号",
    ),
    "PLAN-015": Entry(WARNING, "序号{number}排在{before}之后，次序颠倒", "请对照PDF核对序号"),
    "PLAN-016": Entry(WARNING, "缺少序号：{numbers}", "请对照PDF，看是原文跳号还是漏读"),
    "PLAN-017": Entry(WARNING, "表头中没有牵头单位一列", "请在总台账中补填牵头单位"),
    "PLAN-018": Entry(NOTE, "表头中没有共同责任单位一列", "没有就不用改"),
    "PLAN-019": Entry(WARNING, "表头中没有序号一列，已按次序编号", "请在总台账中核对序号"),
    "PLAN-020": Entry(
        WARNING, "{pages}是图片，没有文字，没有读入", "请看这几页有没有任务，有的请补到总台账中"
    ),
    "PLAN-021": Entry(
        WARNING, "表头中没有能认出的时段，暂把这几列当作序时进度：{periods}", "请在总台账中核对时段"
    ),
    "PLAN-022": Entry(WARNING, "表头中没有序时进度的列", "请在总台账中补上时段和序时进度"),
    "PLAN-023": Entry(
        WARNING, "有几列都像目标任务，取了“{goal}”，其余放在附加列", "请在总台账中核对目标任务"
    ),
    "PLAN-024": Entry(WARNING, "表头中没有目标任务一列", "请在总台账中补填目标任务"),
    "PLAN-025": Entry(NOTE, "另有这几列，原样放在附加列：{captions}", "不用改"),
    "PLAN-026": Entry(
        WARNING,
        "这一页有{count}个字的方向与其余的字不同（如水印），没有读入",
        "请对照PDF看这些字是否属于任务表",
    ),
    "PLAN-027": Entry(WARNING, "这一页有{count}个字认不出来", "请对照PDF，在总台账中改正"),
    "PLAN-028": Entry(
        NOTE, "这一页有{count}个字用了部首字形（如⽤），已换成通用字（用）", "不用改"
    ),
    "PLAN-029": Entry(
        WARNING,
        "这一页的表格与任务表的列对不上，没有读入",
        "请看这个表格是否属于任务表，是的请补到总台账中",
    ),
    "PLAN-030": Entry(
        WARNING,
        "{pages}什么也没有读到（空白页，或文件损坏）",
        "请打开PDF看这几页是否真是空白；不是的，请重新下载",
    ),
    "PLAN-031": Entry(
        NOTE, "类别“{text}”的合并单元格跨页，已用于两页的任务", "请对照PDF看一眼类别对不对"
    ),
    "PLAN-032": Entry(
        WARNING, "标题“{text}”没有编号，暂当作上一个标题的下级", "请在总台账中核对类别"
    ),
    "PLAN-033": Entry(WARNING, "任务{number}没有目标任务", "请对照PDF补填"),
    "PLAN-034": Entry(WARNING, "任务{number}没有牵头单位", "请对照PDF补填"),
    "PLAN-035": Entry(WARNING, "任务{number}的序时进度全是空的", "请对照PDF核对"),
    "PLAN-036": Entry(WARNING, "任务{number}的单位“{text}”括号不成对", "请对照PDF核对单位名称"),
    "PLAN-037": Entry(
        WARNING, "各页表头的时段不一样，已合在一起：{periods}", "请在总台账中核对时段"
    ),
    "PLAN-038": Entry(NOTE, "没有找到{missing}", "请在总台账中补填"),
    "PLAN-039": Entry(WARNING, "看不出是哪一年的计划", "请在总台账中填写年份"),
    "PLAN-040": Entry(
        NOTE, "这一行有与上一行合并的单元格，已把内容也用于这一行", "请对照PDF看一眼"
    ),
    "PLAN-041": Entry(
        NOTE,
        "这一行有横跨几列的单元格，横跨几个时段的，每个时段都填了同样的内容",
        "请对照PDF看一眼",
    ),
    "PLAN-043": Entry(NOTE, "任务表以外还有文字，没有读入：{text}", "请看这些文字是否属于任务表"),
    "PLAN-042": Entry(NOTE, "表格没有竖线，列是按文字的位置分的", "请对照PDF抽查几行"),
    "PLAN-044": Entry(
        WARNING,
        "各部分的序号都从1起，已统一编为1到{last}，原来的序号放在附加列“{caption}”",
        "请在总台账中核对序号",
    ),
    "PLAN-045": Entry(
        ERROR,
        "这是旧格式的Word文档（.doc、.wps、.rtf），不能直接读取",
        "请用Word或WPS打开，另存为 .docx",
    ),
    "PLAN-046": Entry(
        ERROR,
        "读Word文档要用python-docx，本机没有安装",
        '请在程序所在的文件夹里运行 pip install ".[docx]"（有 .whl 文件的：pip install "文件名.whl[docx]"），或把文档另存为PDF',
    ),
    "PLAN-047": Entry(
        ERROR, "Word文档打不开（{reason}）", "请用Word或WPS打开，另存为 .docx（或PDF）再试"
    ),
    "PLAN-048": Entry(
        WARNING,
        "文档里有修订痕迹，已按“接受全部修订”读取",
        "请确认应以修订后的文字为准",
    ),
    "PLAN-049": Entry(NOTE, "序号是Word自动编的，已照显示的数字读取", "请对照原文看一眼序号"),
    "PLAN-050": Entry(
        WARNING, "这张工作表没有任务表的表头，没有读入", "请看里面有没有任务，有的请补到总台账中"
    ),
    "PLAN-051": Entry(NOTE, "有隐藏的行或列（{what}），照常读入", "请看这些内容是否属于计划"),
    "PLAN-052": Entry(WARNING, "划掉的“{text}”没有读入", "请核对这一格"),
    "PLAN-053": Entry(WARNING, "公式没有算出结果（{text}），没有读入", "请对照原文补填"),
    "PLAN-054": Entry(NOTE, "这一格有批注“{text}”，没有读入", "请看批注是否要紧"),
    "PLAN-055": Entry(NOTE, "工作表的名称“{text}”已用作类别", "不对的请在总台账的“类别”栏改正"),
    "PLAN-058": Entry(
        WARNING,
        "这一页的表格里有{count}个字与别的字重叠，或压在线上（行高不够），可能读到了别的格子里",
        "请对照PDF逐格核对这一页",
    ),
    "PLAN-059": Entry(
        WARNING, "表格没有横线，行是按序号和空白分的", "请对照PDF逐行核对，可用 --proof 做校对表"
    ),
    "PLAN-062": Entry(
        WARNING, "表格的线不全，看不出每个类别到哪一行为止，类别可能归错", "请对照PDF逐项核对类别"
    ),
    "PLAN-061": Entry(WARNING, "任务{number}没有类别", "请对照原文补填类别"),
    "PLAN-060": Entry(
        WARNING,
        "PDF的末尾不完整（没有下载完？），后面的任务可能丢了",
        "请重新下载，或核对最后一项任务",
    ),
    "PLAN-057": Entry(
        WARNING, "原文件不是PDF，没有图可以对照，没有做校对表", "请直接对照原文件核对总台账"
    ),
    "PLAN-056": Entry(WARNING, "隐藏的工作表没有读入", "请看里面有没有任务，有的请补到总台账中"),
    "PLAN-063": Entry(
        ERROR, "计划太大，没有读取：{what}", "请只留任务表所在的几页，另存成一份文件再提取"
    ),
    "PLAN-064": Entry(
        ERROR,
        "读这份计划用的时间太长，已经停下，没有读取",
        "这样的文件多半不正常：请用阅读器打开，重新打印成PDF（或另存为.xlsx）再提取",
    ),
    "PLAN-065": Entry(
        ERROR,
        "读这份计划占用的内存太多，或者文件使读的程序崩溃，已经停下，没有读取",
        "这样的文件多半不正常：请用阅读器打开，重新打印成PDF（或另存为.xlsx）再提取",
    ),
    "PLAN-066": Entry(ERROR, "读这份计划时程序出错（{reason}），没有读取", "请把文件发给维护人员"),
    "PLAN-067": Entry(ERROR, "没有读这个文件：{reason}", "请指定计划本身的文件"),
    "PLAN-068": Entry(
        WARNING,
        "总台账写好了，校对表没有做成：PDF的页面画不出来（{reason}）",
        "请直接对照PDF核对总台账",
    ),
    "PLAN-069": Entry(
        ERROR,
        "“设置”表的“{caption}”写的“{value}”没有打开：{reason}",
        "请把这个文件复制到总台账所在的文件夹，“设置”里只写它的名称；在别处的文件可以在命令里用 --template 写明",
    ),
    "PLAN-070": Entry(
        NOTE,
        "序号{printed}旁边的{count}行各有自己的内容和责任单位（或期限），分成{count}项任务，编为{first}到{last}",
        "请对照原文看一眼；本是一项的，请在总台账中合并",
    ),
    "PLAN-071": Entry(
        NOTE,
        "原文的序号（如“{text}”）不是整数，任务另编为1到{last}，原来的序号放在“{caption}”一栏，照印在填报表上",
        "不用改",
    ),
    "PLAN-072": Entry(
        WARNING,
        "几行同属一个“{caption}”（合并或重复印出），而各行的“{goal}”不同：前者用作类别，后者作目标任务",
        "请在“栏目”表核对；不对的，在“改作”一栏选好，用 extract --columns 重做",
    ),
    "PLAN-073": Entry(
        WARNING,
        "“{caption}”一列的写法不认识，按格子里的内容暂当作{role}",
        "请在“栏目”表核对；不对的，在“改作”一栏选好，用 extract --columns 重做",
    ),
    "PLAN-074": Entry(
        WARNING,
        "只有“{caption}”一列，{count}项任务各有几个单位，看不出是否第一个牵头；暂时都作牵头单位",
        "都牵头的，在“栏目”表把这一列选为“牵头单位”；第一个牵头的，选“责任单位（第一个牵头）”；再用 extract --columns 重做",
    ),
    "PLAN-075": Entry(
        NOTE,
        "{count}个格子里用“{mark}”这样的字样区分了牵头和配合，已照此分开",
        "请对照原文抽查几项",
    ),
    "PLAN-076": Entry(
        WARNING,
        "这些名称可能是同一个单位：{names}",
        "是的话，在“单位”表把别的写法填进“简称”，删去多余的行；不是就不用改",
    ),
    "PLAN-077": Entry(
        NOTE,
        "计划没有序时进度的列，只有{captions}；已按季度拟了时段（{periods}），序时进度留空，{captions}照印在填报表的“类别”一格里",
        "在“时段”表核对；要按别的时段填报的，改时段名称和日期，“任务”表的栏目跟着改；要写序时进度的，填进去",
    ),
    "PLAN-078": Entry(
        WARNING,
        "计划是一段段的文字，不是表格；按“牵头单位”“责任单位”等字样读出{count}项任务",
        "请对照原文逐项核对任务、单位和时限",
    ),
    "PLAN-079": Entry(
        NOTE,
        "表格太宽，一部分列印在了{pages}，已按行的位置接到前面的列旁边",
        "请对照PDF抽查几行",
    ),
    "PLAN-080": Entry(
        NOTE, "各单位一列、用符号打勾的表：照说明，{marks}是牵头，其余是配合", "请对照原文抽查几项"
    ),
    "PLAN-081": Entry(
        ERROR,
        "{seen}没有找到任务表。最像表头的一行是：{captions}；认得的写法：{known}；不认得的：{unknown}",
        '请用 --column 说明各列是什么，如 --column "{example}=目标任务"（可写：序号、类别、目标任务、序时进度、牵头单位、共同责任单位）；'
        "长期用的写法，写进“设置”表的“表头用语”，用 --units 带来",
    ),
    "PLAN-082": Entry(
        WARNING,
        "计划里没有“{caption}”这一列，您的选择没有用上；表头有：{captions}",
        "请照原文写栏目的名称",
    ),
    "PLAN-083": Entry(
        ERROR,
        "这份工作簿没有“{sheet}”表，或表里是空的",
        "请用 extract 写的总台账，或照它的“栏目”表做一份",
    ),
    "PLAN-084": Entry(WARNING, "“改作”一栏填的是“{value}”，不认识", "从下拉框中选择：{choices}"),
    "PLAN-085": Entry(ERROR, "--column 里的“{value}”不是一种栏目", "可以写：{choices}"),
    "PLAN-086": Entry(
        WARNING,
        "“{unit}”可能是几个单位连写的，已分成：{parts}",
        "对照原文核对；本是一个单位的，请在“任务”和“单位”表改回来",
    ),
    "PLAN-087": Entry(
        NOTE,
        "“{caption}”一列有几个单位的，第一个作牵头单位，其余作共同责任单位（计划里这样说，或您这样选的）",
        "请对照原文抽查几项",
    ),
    "PLAN-088": Entry(
        WARNING,
        "计划里看不出时段和期限，已按季度拟了时段：{periods}，序时进度留空",
        "在“时段”表核对；要按别的时段填报的，改时段名称和日期，“任务”表的栏目跟着改",
    ),
    "PLAN-089": Entry(
        WARNING,
        "各单位一列、用符号打勾的表，没有找到符号的说明；暂把{marks}当作牵头，其余当作配合",
        "请对照原文核对，不对的在总台账中改正",
    ),
    "PLAN-090": Entry(
        WARNING, "标题和正文里没有年份，按任务的日期暂定为{year}年", "在“设置”表和“时段”表核对"
    ),
    "PLAN-091": Entry(
        NOTE,
        "英文里有{count}处数字（如“{text}”），读出量化指标{read}项，英文的读法较粗",
        "请逐项核对“量化指标”表；不考核的删去，没有读出的补上名称、计量单位、口径和目标",
    ),
    "PLAN-092": Entry(
        NOTE,
        "任务{number}在表上占{count}行，没有各自的责任单位或期限，已合为一项",
        "请对照原文看一眼；本是几项的，请在总台账中分开",
    ),
    "PLAN-093": Entry(
        WARNING,
        "表格没有看得见的框线，或者框线不全；按底纹的边缘和与纸同色的线分出了格子",
        "请对照原文逐项核对，特别是格子的分界",
    ),
    "PLAN-094": Entry(
        NOTE,
        "有{count}行只有编号和名称，下面各行的编号接着它（如“{text}”），已作下面任务的类别",
        "请对照原文看一眼；本身也是任务的，请在总台账中补上",
    ),
    "PLAN-095": Entry(
        NOTE,
        "“{unit}”在这一项里既是牵头单位又是共同责任单位，只作牵头单位",
        "请对照原文看一眼，不对的在总台账中改正",
    ),
    "PLAN-140": Entry(
        WARNING,
        "有看不见的文字“{text}”（白字、隐藏字，或被盖住），没有读入",
        "请看这些文字是否属于计划，是的请补到总台账中",
    ),
    "PLAN-141": Entry(
        NOTE,
        "“{text}”在版面以外（被裁去，看不见），没有读入",
        "请看这一格的内容在PDF上是否完整",
    ),
    "PLAN-142": Entry(NOTE, "{pages}的水印“{text}”没有读入", "请看它是否真是水印"),
    "PLAN-143": Entry(
        WARNING,
        "{pages}的文字是软件从图片上识别出来的，可能认错",
        "请对照PDF逐字核对，可用 --proof 做校对表",
    ),
    "PLAN-144": Entry(
        NOTE, "“{text}”是另外填写或标注在PDF上的，已读入", "请看一眼这些字读到了哪一格"
    ),
    "PLAN-145": Entry(NOTE, "这一页有批注“{text}”，没有读入", "请看批注是否要紧"),
    "PLAN-146": Entry(NOTE, "公式“{text}”已按一行文字读入", "请对照原文核对这个公式"),
    "PLAN-147": Entry(
        NOTE,
        "行末断开的词，看不出连字符是否原有，照样保留：{words}",
        "请对照原文，多余的连字符请在总台账中删去",
    ),
    "PLAN-148": Entry(WARNING, "有符号认不出来，写作“{text}”", "请对照原文，在总台账中改正"),
    "PLAN-150": Entry(
        WARNING,
        "“{column}”栏两种方法读出的文字不一样：读入的是“{ours}”，另一种读作“{theirs}”",
        "请对照PDF，以看到的为准，在总台账中改正",
    ),
    "PLAN-151": Entry(
        WARNING,
        "没有用第二种方法复读（{reason}），文字没有互相核对",
        "请抽查几页，可用 --proof 做校对表",
    ),
    "PLAN-152": Entry(
        NOTE, "{pages}有{count}个字第二种方法读不出来，没有互相核对", "请对照PDF抽查这几页"
    ),
    "PLAN-153": Entry(
        WARNING,
        "两种方法读出的文字不一样：读入的是“{ours}”，另一种读作“{theirs}”",
        "请对照PDF，以看到的为准",
    ),
    "PLAN-500": Entry(ERROR, "打不开总台账：{reason}", "核对路径和文件名"),
    "PLAN-501": Entry(
        ERROR, "总台账里没有“{sheet}”这张表", "恢复这张表，或用 extract 重新生成总台账"
    ),
    "PLAN-502": Entry(ERROR, "“{sheet}”表没有“{caption}”这一栏", "恢复这一栏的标题，一字不差"),
    "PLAN-503": Entry(ERROR, "时段没有写全", "填上时段名称、截止日期（日期）和已过月数（数字）"),
    "PLAN-504": Entry(ERROR, "序号“{value}”不是整数", "序号填 1、2、3 这样的数字"),
    "PLAN-505": Entry(ERROR, "序号 {number} 出现了两次", "改正其中一个序号"),
    "PLAN-506": Entry(ERROR, "年度“{value}”不是四位数字", "在“设置”表填上年度，如 2022"),
    "PLAN-507": Entry(
        ERROR,
        "没有校验密钥，发出的表就没有校验码",
        "用 reconcile rotate-key 另存一份有新密钥的总台账",
    ),
    "PLAN-508": Entry(WARNING, "第 {number} 项没有牵头单位", "在“任务”表填上牵头单位"),
    "PLAN-509": Entry(ERROR, "“任务”表里一项任务也没有", "用 extract 重新生成总台账"),
    "PLAN-510": Entry(
        ERROR, "“{unit}”在“单位”表里出现了两次（名称或简称）", "删去重复的一行，或改正简称"
    ),
    "PLAN-511": Entry(ERROR, "裁定“{value}”不认识", "从下拉框中选择：{choices}"),
    "PLAN-512": Entry(
        WARNING, "“语言”填的是“{value}”，不认识，按中文处理", "填 zh（中文）或 en（英文）"
    ),
    "PLAN-520": Entry(
        WARNING,
        "裁定（{code}，第 {task} 项，{field}）没有对上任何问题",
        "问题已经消失或键写错了；核对后删去这一行",
    ),
    "PLAN-521": Entry(
        ERROR, "裁定给“{header}”的值“{value}”不符合这一栏的规则", "改正裁定里的采用值"
    ),
    "PLAN-522": Entry(
        WARNING,
        "裁定（{code}，{unit}，第 {task} 项，{field}）写了两行，以后一行为准",
        "删去其中一行",
    ),
    "PLAN-530": Entry(
        ERROR, "没有“{period}”这个时段；总台账里有：{choices}", "用 --period 写其中一个"
    ),
    "PLAN-531": Entry(
        ERROR, "看不出要汇总哪个时段：{choices}", "用 --period 写明，或在“设置”表填上本期"
    ),
    "PLAN-540": Entry(
        WARNING, "看不出“{period}”到哪天为止，暂按 {end}", "在“时段”表核对截止日期和已过月数"
    ),
    "PLAN-541": Entry(WARNING, "计划里看不出年度，暂按 {year}", "在“设置”表和“时段”表核对"),
    "PLAN-550": Entry(
        ERROR, "这是{what}，不是收到的填报表", "请用上级发来的那份填报表，一字不改地作为输入"
    ),
    "PLAN-551": Entry(
        ERROR,
        "表上没有表单编号，填好了上级也不认",
        "请用上级发来的原表，不要用抄录或另存出来的内容",
    ),
    "PLAN-552": Entry(
        WARNING,
        "表里已经有 {count} 格答复（第一处是“{text}”），没有带进总台账，原表没有改动",
        "请看这些答复要不要告诉下属单位；merge --answer 也不会盖掉它们",
    ),
    "PLAN-553": Entry(
        WARNING,
        "“{caption}”一栏模板里没有，像是要填的，下属单位的表里就没有这一栏",
        "请向上级要填报表模板，用 --template 重做；或汇总后自己在答复表里补填",
    ),
    "PLAN-554": Entry(
        NOTE,
        "“{caption}”一栏模板里没有，内容放进了“任务”表的同名栏",
        "要印在下属单位的表上，在自己的模板里加占位词 {{{caption}}}",
    ),
    "PLAN-555": Entry(
        WARNING, "第 {number} 项在表里有两行，取了前一行（{cell}）", "请对照上级发来的原表核对"
    ),
    "PLAN-556": Entry(
        WARNING,
        "第 {number} 项的目标或序时进度与发表时不同（校验码对不上），照表上的文字放进了总台账",
        "请对照上级发来的原表核对这一项的文字",
    ),
    "PLAN-557": Entry(WARNING, "上级发的第 {number} 项在表上找不到了", "请用上级发来的原表"),
    "PLAN-558": Entry(
        WARNING,
        "第 {number} 项的上级序号“{upper}”不在答复表里，它的答复没有写进答复表",
        "在“任务”表的“上级序号”一栏填上级表里的序号",
    ),
    "PLAN-559": Entry(
        NOTE,
        "上级的截止日期是 {deadline}，下属单位的截止日期还没有定",
        "在“设置”表填“截止日期”，要早于上级的",
    ),
    "PLAN-570": Entry(
        WARNING,
        "原来的总台账没有覆盖，改名留着：{kept}；新的总台账是另一个校验密钥或另一次指派",
        "已发出的表只认原来那份的密钥：要沿用，请用 --units 指明那份、加 --amended 重做；确实不要的请自己删去",
    ),
    "PLAN-575": Entry(
        ERROR,
        "裁定照收的“{value}”看不出是哪一个数，收不进“{header}”",
        "把裁定换成“改为”，在采用值一栏写上数字",
    ),
    "PLAN-576": Entry(
        WARNING,
        "“{name}”填的是“{value}”，读不出零以上的数，按默认值算",
        "填零或零以上的数字，如 10；用默认值的就空着",
    ),
    "PLAN-577": Entry(
        WARNING,
        "截止日期“{value}”看不出是哪一天，没有评谁按时、谁逾期",
        "填日期，如 2022-07-10；没有期限的就空着",
    ),
    "PLAN-578": Entry(
        WARNING,
        "“本期”填的是“{value}”，总台账里没有这个时段",
        "填其中一个：{choices}；或空着",
    ),
    "PLAN-579": Entry(
        WARNING,
        "单位的类型“{value}”不认识，有成员的按集合单位、没有的按单位处理",
        "从下拉框中选择：{choices}",
    ),
    "PLAN-580": Entry(
        WARNING,
        "“是否发表”填的是“{value}”，不认识，按“是”处理",
        "从下拉框中选择：{choices}",
    ),
    "PLAN-581": Entry(
        WARNING,
        "标准状态“{value}”不是填报表里的状态，这一行不起作用",
        "填其中一个：{choices}",
    ),
    "PLAN-582": Entry(
        WARNING,
        "“{word}”写了两行，意思不同（{other}、{state}），以后一行为准",
        "删去其中一行",
    ),
    "PLAN-583": Entry(
        WARNING,
        "“单位”表的这一行没有单位名称，没有读",
        "补上单位名称，或删去这一行",
    ),
    "PLAN-584": Entry(
        ERROR,
        "时段“{period}”写了两行",
        "删去其中一行，或改正名称",
    ),
    "PLAN-585": Entry(
        WARNING,
        "“{name}”不是认识的设置，不起作用",
        "对照说明改正名称；自己的备注请写在别的表里",
    ),
    "PLAN-586": Entry(
        WARNING,
        "设置“{name}”写了两行，以后一行为准",
        "删去其中一行",
    ),
    "PLAN-587": Entry(
        ERROR,
        "“{unit}”并入“{into}”对不上：“{into}”不在“单位”表里、绕了一圈，或有一方是集合单位",
        "在“并入”一栏写接收单位的名称",
    ),
    "PLAN-588": Entry(
        WARNING,
        "裁定的序号“{value}”不是数字，这项裁定对不上任何任务",
        "填任务的序号，如 3；不针对某一项的就空着",
    ),
    "PLAN-589": Entry(
        WARNING,
        "“量化指标”表没有“{caption}”这一栏，这个时段的目标都没有读",
        "恢复这一栏的标题，与“时段”表一字不差",
    ),
    "PLAN-590": Entry(
        ERROR,
        "校验密钥{reason}，用它发出的表可以伪造，没有发",
        "用 reconcile rotate-key 另存一份有新密钥的总台账，再发；它会说明哪些已发的表作废",
    ),
    "PLAN-591": Entry(
        WARNING,
        "校验密钥{reason}，别人可以伪造填报表，照常汇总了",
        "本期收齐后用 reconcile rotate-key 换密钥，下期用新的总台账",
    ),
    "PLAN-592": Entry(
        WARNING,
        "裁定（{code}，{field}）没有写明是内容怎样的文件、哪一时段，没有起作用；文件名谁都可以起，不作数",
        "采用值照抄“问题清单”里“文件摘要”一栏，如 1a2b3c4d5e6f7a8b@第二季度；前面可以再写文件名",
    ),
    "PLAN-593": Entry(
        WARNING,
        "“沿用标识”里的“{value}”看不懂，没有起作用",
        "写“时段=标识”，照抄“问题清单”里的；几个之间用分号",
    ),
    "PLAN-594": Entry(
        WARNING,
        "写了 --amended，可是原总台账是 {before} 年的，这份是 {year} 年的：已发的表不再认可",
        "新的一年不要写 --amended，密钥和裁定也就是新的；年度看错了的，在“设置”表改正",
    ),
    # FORM: whose form it is, which plan, which period
    "FORM-031": Entry(
        ERROR,
        "这里已有一份同名的、填过的表，没有覆盖，这次一份也没有写",
        "把填过的表移到收回的文件夹，或换一个文件夹（-o）",
    ),
    "FORM-029": Entry(
        ERROR,
        "这份汇总是“{period}”的，不是本期之前的时段（{periods}）",
        "--previous 请用本计划以前各期的汇总",
    ),
    "FORM-024": Entry(
        ERROR, "这不是汇总工作簿，没有“明细”表", "--previous 请用上期 merge 写出的汇总"
    ),
    "FORM-030": Entry(
        ERROR,
        "写Word版通报要用python-docx，本机没有安装",
        '请在程序所在的文件夹里运行 pip install ".[docx]"（有 .whl 文件的：pip install "文件名.whl[docx]"），或从汇总的“通报”一页复制',
    ),
    "FORM-034": Entry(
        ERROR,
        "汇总模板里没有“{name}”这种样式",
        "A列只写：{choices}；改B列的字体和颜色",
    ),
    "FORM-036": Entry(
        ERROR,
        "汇总里没有“{name}”这个栏目，不能改名",
        "原名照自带汇总模板的“栏目”表抄写；填报表的栏目在填报表模板里改，“明细”的栏目不能改",
    ),
    "FORM-001": Entry(ERROR, "打不开模板：{reason}", "模板须是 .xlsx 工作簿；可换回自带的模板"),
    "FORM-002": Entry(
        ERROR,
        "模板里有的下拉选项取自另一张表，写法读不出来",
        "把选项放在同一张表，或直接写在数据验证里（用英文逗号分开）",
    ),
    "FORM-003": Entry(
        ERROR,
        "模板里没有填报表：须有一行全是占位词，至少含 {{number}}、{{goal}} 和一个未锁定的格子",
        "对照自带的模板改",
    ),
    "FORM-004": Entry(ERROR, "占位词“{field}”出现了两次", "每个占位词只用一次"),
    "FORM-005": Entry(
        ERROR,
        "这个格子的数据验证没法用来检查回表",
        "改用：序列、小数（介于、大于等于、小于等于、等于）、日期、文本长度；界限直接写数值",
    ),
    "FORM-006": Entry(
        WARNING,
        "“{caption}”下面是没有锁定的空格，却没有占位词，填在里面的不会收",
        "在标题下面的格子写一个没用过的占位词，如 {{money}}；不要填的就锁定它",
    ),
    "FORM-007": Entry(
        NOTE,
        "模板里有的内容没有读出，发出的表或汇总里也不会有：{what}",
        "不影响填报的，不需要处理；要用的，在模板里换一种写法",
    ),
    "FORM-008": Entry(
        NOTE,
        "表里自带的填写规则没有读出（{reason}），按模板的规则核对",
        "请向上级确认这份表能用 Excel 正常打开；能打开的，另存一份再用",
    ),
    "FORM-010": Entry(
        ERROR,
        "没有表单编号，不知道是谁的表",
        "请在发给您的原表上填写后发回；确知是谁的，可在“裁定”表写：编码 FORM-010、单位、照收，采用值照抄“问题清单”的“文件摘要”",
    ),
    "FORM-011": Entry(ERROR, "表单编号 {number} 是另一份计划的", "请用本计划发出的表"),
    "FORM-012": Entry(
        ERROR,
        "表单编号 {number} 的校验码不对，编号被改动过或抄错了",
        "请在发给您的原表上填写后发回",
    ),
    "FORM-013": Entry(
        NOTE,
        "这是“{theirs}”的表（{number}），本次汇总的是“{period}”，不计入本期",
        "不需要处理；是本期该报的，请用本期发出的表",
    ),
    "FORM-014": Entry(
        ERROR,
        "表单编号发给的是“{unit}”，表上却写着“{shown}”",
        "请用发给本单位的表填写，不要借用别的单位的表",
    ),
    "FORM-015": Entry(ERROR, "一个文件里有几个表单编号：{numbers}", "请一张表存一个文件，分别发回"),
    "FORM-016": Entry(
        WARNING, "看不到表单编号，按每行的校验码认定是“{unit}”的表", "请保留“表单编号”一行"
    ),
    "FORM-017": Entry(
        ERROR, "每行的校验码与表单编号不是同一个单位、同一时段的", "请在发给您的原表上填写后发回"
    ),
    "FORM-018": Entry(
        WARNING, "看不到表单编号，按文件里的隐藏标识认定是“{unit}”的表", "请保留“表单编号”一行"
    ),
    "FORM-019": Entry(WARNING, "没有表单编号，按裁定认定是“{unit}”的表", "核对这项裁定"),
    "FORM-020": Entry(
        WARNING,
        "单位写成了“{shown}”，按表单编号认定是“{unit}”",
        "请勿改动单位名称；常用的名称可加到“单位”表的简称里",
    ),
    "FORM-021": Entry(
        WARNING,
        "隐藏标识（{hidden}）与表单编号（{number}）不同，以表单编号为准",
        "请在原文件上填写，不要把表贴到别的表里",
    ),
    "FORM-022": Entry(NOTE, "按裁定，这个文件不收", "不需要处理"),
    "FORM-023": Entry(WARNING, "没有填“{caption}”", "请在表头补上"),
    "FORM-025": Entry(
        ERROR,
        "这是发给“{unit}”的表（{number}），“{unit}”现在不在“单位”表里",
        "单位改名的，在“单位”表把旧名写成新单位的简称；撤并的，保留旧单位一行，在“并入”一栏写接收的单位；发出的表照样有效",
    ),
    "FORM-040": Entry(
        ERROR,
        "收到的表是 .{kind} 格式，答复写不进去",
        "用 Excel、WPS 或 LibreOffice 打开它，另存为 .xlsx，再用 --answer 指明",
    ),
    "FORM-041": Entry(
        ERROR,
        "这份表（{number}）不是本总台账所来自的（{ours}）",
        "--answer 请用 delegate 时的那份表，或上级按同一份计划发来的本期的表",
    ),
    "FORM-042": Entry(
        ERROR,
        "总台账不是用 delegate 从收到的填报表做的，不知道答复给谁",
        "先用 reconcile delegate 做总台账；“设置”表的“上级表单编号”不要删",
    ),
    "FORM-043": Entry(
        ERROR,
        "收到的表是“{theirs}”的，这次汇总的是“{period}”",
        "--answer 请用上级发来的本期的表，或用 --period 写明时段",
    ),
    "FORM-044": Entry(
        WARNING,
        "这一格在收到的表里已经填了“{theirs}”，没有改动；汇总得出的是“{ours}”",
        "请核对；要由程序填写，先把收到的表里这一格清空",
    ),
    "FORM-045": Entry(
        ERROR,
        "答复表已经有了，里面的答复与这次得出的不同（{count} 格，如 {cell}），没有覆盖",
        "要保留您改过的内容，用 --answer-out 另写一份；不要的，加 --force",
    ),
    "FORM-046": Entry(
        ERROR,
        "答复写进去之后核对不上（{reason}），没有写",
        "用 Excel 打开收到的表，另存为 .xlsx，再用 --answer 指明",
    ),
    "FORM-047": Entry(
        WARNING,
        "答复表的“{caption}”空着",
        "在“设置”表的“{caption}”一行填上，或直接在答复表里填",
    ),
    "FORM-050": Entry(
        WARNING,
        "这里还有“{unit}”的一份填过的表，这次没有发给它这个名字的表，没有动它",
        "填过的表请移到收回的文件夹；不要的请自己删去",
    ),
    "FORM-051": Entry(
        ERROR,
        "这里已有一份同名的文件，不是本程序发的填报表，没有覆盖，这次一份也没有写",
        "把它移走，或换一个文件夹（-o）",
    ),
    "FORM-052": Entry(
        WARNING,
        "这里还有另一份总台账（另一个校验密钥）发的表 {count} 份，没有动：{files}",
        "发出之前把它们移走：发回来时，这份总台账不认",
    ),
    "FORM-060": Entry(
        WARNING,
        "“{header}”写的是{filed}，晚于截至日期{as_of}，不凭它判断先后和是否按时",
        "请核对填报日期",
    ),
    "FORM-061": Entry(
        WARNING,
        "“{header}”写的是{filed}，本期{begin}才开始，那时还没有这份表，不凭它判断先后和是否按时",
        "请核对填报日期",
    ),
    "FORM-062": Entry(NOTE, "原来的问题（{told}）已由 {file} 的答复取代", "不需要处理"),
    "FORM-064": Entry(
        WARNING,
        "“{unit}”本期没有回表，收到的只有这份别的时段的表",
        "请核对是不是发错了表；本期的表请催报",
    ),
    "FORM-065": Entry(
        WARNING,
        "文件名写的是“{named}”，里面却是发给“{unit}”的表，按表算“{unit}”的答复",
        "请核对是不是拿错了表",
    ),
    "FORM-066": Entry(
        NOTE, "这个文件里有 {count} 份表（{units}），按各自的表单编号或校验码分别读取", "不需要处理"
    ),
    "FORM-070": Entry(
        NOTE,
        "这份表是以“{old}”的名义发的，现在算“{unit}”的",
        "不需要处理；以后的表用新名称发",
    ),
    "FORM-080": Entry(
        ERROR,
        "看不到表单编号，各行的校验码又不足以认定是谁的表",
        "请在发给您的原表上填写后发回；确知是谁的，可在“裁定”表写：编码 FORM-010、单位、照收，采用值照抄“问题清单”的“文件摘要”",
    ),
    "FORM-081": Entry(
        ERROR,
        "有 {most} 个以上的校验码不是我们发出的，整份没有收",
        "请在发给您的原表上填写后发回，不要改动隐藏的校验码一栏",
    ),
    "FORM-082": Entry(
        ERROR, "这是 {year} 年“{title}”的表（{number}），不是本年度的", "请用本年度、本时段发出的表"
    ),
    "FORM-083": Entry(
        ERROR,
        "这份表（{number}）是按“{title}”（{document}）、“{theirs}”（至 {end}）发的，"
        "现在的计划名称、文号或时段与那时不同",
        "请用现在发出的表；只是改正了错字、计划和时段没有变的，在“设置”表的“沿用标识”一行写上 {entry}",
    ),
    "FORM-084": Entry(
        ERROR,
        "这份表（{number}）是旧版发的，自称是“{title}”“{theirs}”的表，与现在的计划和时段对不上",
        "请用现在发出的表；确实是这份计划这个时段的，在“设置”表的“沿用标识”一行写上 {entry}",
    ),
    "FORM-086": Entry(
        ERROR,
        "新密钥写不进去（{reason}），没有换",
        "用 Excel 打开总台账，确认“设置”表有“校验密钥”一行，另存为 .xlsx 再试",
    ),
    "FORM-090": Entry(
        ERROR,
        "表单编号是“{unit}”的，表里看得见的却是别的单位的任务（{count} 行，如第 {number} 项：{goal}），像是整张表粘贴了{other}的，没有收",
        "请在发给本单位的原表上填写",
    ),
    "FORM-087": Entry(
        ERROR,
        "这份表是以“{old}”的名义发的，现在算“{unit}”的；各行的校验码都不在了，不知道当时发的是哪几项，没有收",
        "请在发给您的原表上填写后发回；原表不在了的，以“{unit}”的名义重新发一份",
    ),
    # HEAD: sheets and header rows of a return
    "HEAD-001": Entry(
        ERROR,
        "找不到填报表：没有一行像表头",
        "请恢复表头那一行（完成情况、进展情况……），或在原表上重填",
    ),
    "HEAD-002": Entry(
        WARNING, "工作表“{caption}”不是填报表，里面写的“{text}”没有收", "要上报的内容请填进填报表"
    ),
    "HEAD-003": Entry(WARNING, "“{caption}”这一栏不见了", "请恢复这一栏（标题一字不差）后补填"),
    "HEAD-004": Entry(
        WARNING,
        "工作表“{sheet}”不是填报表，里面有 {count} 个格子，整张没有读",
        "要上报的内容请填进填报表",
    ),
    "HEAD-005": Entry(
        WARNING, "表头多出“{text}”一栏，这一栏的内容没有收", "要上报的内容请填进原有的栏目"
    ),
    "HEAD-006": Entry(NOTE, "“{caption}”在另一处已经填过“{text}”，只收一次", "不需要处理"),
    "HEAD-007": Entry(WARNING, "“{caption}”填了两处，内容不同；这里的“{text}”没有收", "请只留一处"),
    "HEAD-008": Entry(NOTE, "“{caption}”一栏是隐藏的，照常收下", "不需要处理"),
    "HEAD-009": Entry(NOTE, "工作表“{sheet}”是隐藏的，里面的填报表照常收下", "不需要处理"),
    "HEAD-010": Entry(
        ERROR,
        "“{caption}”这一栏不见了，各项任务的这一栏都没有收到",
        "请恢复这一栏（标题一字不差）后补填",
    ),
    "HEAD-011": Entry(
        ERROR,
        "表头那一行不见了，分不清“{text}”是哪一栏的，没有收",
        "请恢复表头那一行，或在原表上重填",
    ),
    # ROW: rows of a return
    "ROW-001": Entry(NOTE, "没有校验码，按序号和目标任务认定是第 {number} 项", "不需要处理"),
    "ROW-002": Entry(NOTE, "没有校验码和序号，按目标任务认定是第 {task} 项", "请保留序号"),
    "ROW-003": Entry(
        WARNING,
        "这一行的隐藏校验码是第 {task} 项的，序号和目标任务却是第 {number} 项，按后者认定",
        "请核对这一行的答复；排序时请选中整张表",
    ),
    "ROW-004": Entry(WARNING, "第 {task} 项的序号被改成了“{number}”，已按计划还原", "请勿改动序号"),
    "ROW-005": Entry(
        WARNING,
        "第 {task} 项发表之后计划有修改，答复是对照旧文字填的",
        "请对照新的目标和进度核对答复",
    ),
    "ROW-006": Entry(
        ERROR,
        "第 {number} 项（{goal}）不是发给本单位的任务，没有收",
        "请删去这一行；确需由本单位答复的，请与我们联系",
    ),
    "ROW-007": Entry(
        ERROR,
        "这一行（序号“{number}”，{goal}）对不上计划里的任何任务，没有收",
        "请恢复原来的序号和目标任务",
    ),
    "ROW-008": Entry(
        ERROR, "这一行没有序号也没有目标任务，不知道答的是哪一项", "请把答复填到对应任务的那一行"
    ),
    "ROW-009": Entry(
        WARNING,
        "第{number}项{caption}被改动：{before}→{after}，已按计划还原",
        "计划原文不能改；有意见请写在存在问题里",
    ),
    "ROW-010": Entry(WARNING, "校验码一栏写了“{text}”，没有收", "请勿改动隐藏的校验码"),
    "ROW-011": Entry(NOTE, "这一行是隐藏的，照常收下", "不需要处理"),
    "ROW-012": Entry(WARNING, "不用填的地方写了“{text}”，没有收", "要上报的内容请填进浅黄色的格子"),
    "ROW-013": Entry(
        WARNING,
        "“{caption}”不是发下去的栏目，这一栏写的“{text}”没有收",
        "要上报的内容请填进原有的浅黄色栏目；标题改过的，请改回原来的标题",
    ),
    "ROW-014": Entry(WARNING, "“{caption}”有两栏，这是第二栏，写的“{text}”没有收", "请只留一栏"),
    "ROW-015": Entry(WARNING, "这一栏没有标题，写的“{text}”没有收", "请恢复这一栏原来的标题"),
    "ROW-016": Entry(
        WARNING, "“{caption}”这一格加了批注或划线“{text}”，没有收", "要上报的内容请填进浅黄色的格子"
    ),
    "ROW-017": Entry(
        ERROR,
        "这一行是从别的填报表里复制来的（别的单位，或别的时段），没有收",
        "请在本单位、本时段的填报表里原来的那一行填写",
    ),
    "ROW-018": Entry(NOTE, "校验码被改动过，按序号和目标任务认定是第 {number} 项", "不需要处理"),
    "ROW-019": Entry(
        ERROR,
        "这一行的隐藏校验码是第 {task} 项的，序号（{number}）和目标任务（{goal}）却不是，不知道答的是哪一项",
        "请恢复这一行原来的序号和目标任务",
    ),
    "ROW-020": Entry(
        WARNING,
        "第{number}项{caption}被清空，已按计划还原",
        "计划原文不能改；有意见请写在存在问题里",
    ),
    "ROW-030": Entry(
        ERROR,
        "表上没有表单编号，第 {number} 项这一行又没有自己的校验码，没有收",
        "请恢复“表单编号”一行，或在发给您的原表上填写",
    ),
    "ROW-040": Entry(
        ERROR,
        "这一行的隐藏校验码是第 {task} 项（{own}）的，看得见的却是另一项（序号“{number}”，{goal}），没有收",
        "是第 {task} 项的答复，请恢复这一行原来的序号、目标任务和序时进度；是另一项的，请填到那一项的行里，计划外的请另行报送",
    ),
    # CELL: one answer cell
    "ROW-050": Entry(
        WARNING,
        "没有校验码，序号“{number}”也不是这一项的，按目标任务和序时进度认定是第 {task} 项",
        "请核对这一行的答复；请勿删去校验码一栏，勿改序号",
    ),
    "CELL-001": Entry(ERROR, "“{header}”必填，现在是空的", "请补填这一格"),
    "CELL-002": Entry(ERROR, "“{header}”填的是“{value}”，只能填：{choices}", "请从下拉框中选择"),
    "CELL-003": Entry(ERROR, "“{header}”填的是“{value}”，看不出是百分之几", "请改填：{rule}"),
    "CELL-004": Entry(
        ERROR,
        "“{header}”填的是“{value}”，分不清是{small}还是{large}",
        "请写上百分号，填{small}或{large}",
    ),
    "CELL-005": Entry(ERROR, "“{header}”填的是“{value}”，不是一个数字", "请改填：{rule}"),
    "CELL-006": Entry(
        ERROR,
        "“{header}”填的是“{value}”，不能换算成以“{unit}”为单位的数字",
        "请按“{unit}”填一个数字，不写其他文字",
    ),
    "CELL-016": Entry(
        WARNING,
        "“{header}”的格子显示为“{value}”，按{read}计入",
        "请核对；这一格请填 50% 这样的百分数",
    ),
    "CELL-007": Entry(
        ERROR, "“{header}”填的是“{value}”（即{read}），应为{bounds}", "请核对后改填：{rule}"
    ),
    "CELL-008": Entry(
        ERROR,
        "“{header}”填的是“{value}”，看不出是哪一天，或没有这一天",
        "请写全年月日，改填：{rule}",
    ),
    "CELL-009": Entry(
        ERROR, "“{header}”填的是“{value}”（即{read}），应{bounds}", "请核对后改填：{rule}"
    ),
    "CELL-010": Entry(
        ERROR, "“{header}”有{length}字，最多{limit}字，没有并入汇总", "请压缩到{limit}字以内"
    ),
    "CELL-011": Entry(
        WARNING, "“{header}”填的是“{value}”，是约数，按{read}计入", "有准确数的，请改填准确数"
    ),
    "CELL-012": Entry(
        NOTE, "“{header}”填的是“{value}”，按“{read}”计入", "理解无误则不用改；有误请改填：{rule}"
    ),
    "CELL-013": Entry(
        NOTE,
        "“{header}”里有看不见的控制字符，或者一个字上叠了几十个符号，已去掉（原文在明细里）",
        "不用改",
    ),
    "CELL-014": Entry(NOTE, "“{header}”填的是“{value}”，按没有填写计", "没有可填的，下次留空即可"),
    "CELL-015": Entry(ERROR, "“{header}”只有{length}字，至少{limit}字", "请补充到{limit}字以上"),
    "CELL-017": Entry(
        WARNING, "“{header}”必填，只写了“{value}”，等于没有填", "请写实际做了什么、到了哪一步"
    ),
    "CELL-030": Entry(ERROR, "“{header}”是一个出错的公式（{value}）", "请直接填写内容"),
    "CELL-031": Entry(
        ERROR, "“{header}”是公式（{value}），没有结果", "请直接填写内容，或重新打开保存一次"
    ),
    "CELL-032": Entry(
        ERROR, "“{header}”里是一张图片，读不出内容", "请勿在单元格里嵌图片，请写成文字"
    ),
    "CELL-033": Entry(
        ERROR, "“{header}”的内容“{value}”整个划掉了，没有收", "不要的请删去，要的请取消删除线"
    ),
    "CELL-034": Entry(ERROR, "“{header}”没有填，只有批注“{value}”", "请把批注的内容填进格子"),
    "CELL-035": Entry(NOTE, "“{header}”是公式，取了它的结果“{value}”", "最好直接填写内容"),
    "CELL-036": Entry(
        WARNING, "“{header}”里划掉的“{struck}”没有收，收下的是“{value}”", "不要的内容请直接删去"
    ),
    "CELL-037": Entry(WARNING, "“{header}”有批注“{note}”，批注没有收", "要上报的内容请填进格子"),
    "CELL-038": Entry(
        WARNING,
        "“{header}”的格子与上面合并了，按同样的内容“{value}”收下",
        "请取消合并，每项任务分别填写",
    ),
    "CELL-039": Entry(
        WARNING, "“{header}”的格子与“{other}”合并了，没有自己的内容", "请取消合并，分别填写"
    ),
    "CELL-040": Entry(
        WARNING,
        "“{header}”的格子被“{other}”的合并格子盖住，里面的“{value}”照收",
        "请取消合并，核对内容",
    ),
    "CELL-041": Entry(NOTE, "原来的问题（{told}）已由 {file} 的答复取代", "不需要处理"),
    "CELL-060": Entry(
        WARNING,
        "这一格在文件里存了两次，内容不同（“{first}”“{second}”），按后一个读",
        "请打开核对这一格，用 Excel 或 WPS 另存后重新发送",
    ),
    "CELL-061": Entry(
        WARNING,
        "这一格的文字超过一格能放的 {count} 字，只读了开头",
        "请把这一格的内容删到几百字以内，重新填写",
    ),
    "CELL-062": Entry(
        WARNING,
        "“{header}”的“{value}”链接到“{link}”，链接的内容没有读",
        "请把要上报的内容写进格子",
    ),
    "CELL-050": Entry(
        ERROR,
        "“{header}”的格子按千位缩着显示，看到的是 {shown}，存的是 {stored}，不知道以哪个为准",
        "请把格子的数字格式改成“常规”，核对后重填",
    ),
    "CELL-051": Entry(
        ERROR, "“{header}”填的是“{value}”，和计划的 {year} 年相差太远", "请核对年份后改填：{rule}"
    ),
    "CELL-052": Entry(
        WARNING,
        "“{header}”只写了“{value}”，按任务汇总以后看不出指的是什么，附件也没有读",
        "请在这一格里写清楚",
    ),
    "CELL-053": Entry(
        WARNING,
        "“{header}”只写了“{value}”，按任务汇总以后看不出指的是什么；表上这一格的上面写的是“{above}”，附在后面收下",
        "请核对，并在这一格里写清楚",
    ),
    "CELL-054": Entry(
        WARNING,
        "“{header}”是“{value}”，是表格软件缩写的数字，后面几位已经丢了",
        "请把格子的格式改成“文本”，重新填写",
    ),
    "CELL-055": Entry(
        NOTE,
        "“{header}”的格子里存的是 {stored}，显示为“{value}”，按显示的收下",
        "理解无误则不用改；有误请改写成文字",
    ),
    # UNIT: names of units
    "UNIT-001": Entry(
        WARNING, "单位“{unit}”是由换行的文字拼成的，或去掉了多余的括号", "对照原文核对名称"
    ),
    "UNIT-011": Entry(
        NOTE,
        "原有的单位表里，这些单位在新计划里没有任务：{units}",
        "改了名称的，把旧名写进新名的简称，再删去旧的一行",
    ),
    "UNIT-002": Entry(
        WARNING,
        "“{unit}”（第 {number} 项的{role}）不在原有的单位表里，已新增；相近的有：{near}",
        "是新单位就补上联系方式；是旧单位的另一种写法就并入它的简称",
    ),
    "UNIT-003": Entry(
        WARNING,
        "“{unit}”是集合单位，按计划里出现的名称拟定成员：{members}",
        "在“单位”表核对、增减成员",
    ),
    "UNIT-004": Entry(
        WARNING,
        "“{unit}”像是集合单位，计划里看不出它的成员",
        "在“单位”表填上成员；不是集合单位就把类型改成“单位”",
    ),
    "UNIT-005": Entry(
        ERROR, "“{unit}”不在“单位”表里", "在“单位”表新增，或写成某个单位的简称。相近的有：{near}"
    ),
    "UNIT-006": Entry(
        WARNING, "集合单位“{unit}”没有成员，它的任务没有发给任何人", "在“单位”表填上成员"
    ),
    "UNIT-007": Entry(NOTE, "“{unit}”在“单位”表里设为不发表", "要发表就改成“是”"),
    "UNIT-008": Entry(ERROR, "集合单位“{unit}”的成员绕了一圈又回到自己", "在“单位”表改正成员"),
    "UNIT-009": Entry(WARNING, "“{unit}”没有回表（{count} 项任务）", "请催报"),
    "UNIT-010": Entry(ERROR, "“{unit}”没有任务，或不在“单位”表里", "核对单位名称"),
    "UNIT-012": Entry(
        WARNING,
        "这个文件没有收，从文件名、发件邮箱或表上的单位看，疑似“{unit}”的回表",
        "请打开核对；是它的，请它重新发送能打开的原表",
    ),
    "UNIT-020": Entry(
        WARNING,
        "发表之后新增或改派的任务有 {count} 项不在已发的表上：{told}",
        "用 generate --unit 给这些单位补发填报表",
    ),
    # TASK: answers of one task against each other, the plan, the last period
    "TASK-001": Entry(ERROR, "第 {number} 项（{goal}）的那一行不见了", "请恢复这一行并填写"),
    "TASK-002": Entry(ERROR, "第 {number} 项（{goal}）没有填", "请填写这一行"),
    "TASK-003": Entry(
        WARNING, "完成情况是“{state}”，完成百分比却是 {percent}", "请核对，改正其中一个"
    ),
    "TASK-004": Entry(ERROR, "完成情况是“滞后”，却没有写存在问题", "请写明滞后的原因"),
    "TASK-005": Entry(
        WARNING,
        "预计完成时间 {due} 早于 {as_of}，任务却没有完成",
        "请改成今后的日期，或改正完成情况",
    ),
    "TASK-006": Entry(WARNING, "“{header}”照抄了计划的“{source}”", "请写实际做了什么、到了哪一步"),
    "TASK-007": Entry(WARNING, "“{header}”与“{other}”的答复一字不差", "请写本单位的情况"),
    "TASK-008": Entry(WARNING, "本单位答“{state}”，牵头单位“{lead}”答“{theirs}”", "请两家核对一致"),
    "TASK-009": Entry(
        WARNING, "完成百分比 {percent}，低于上期的 {before}", "请核对；确实下降的请在进展情况里说明"
    ),
    "TASK-010": Entry(
        WARNING,
        "第 {number} 项有两份不同的答复，以较晚的一份（{file}）为准；没有收的 {count} 格：{told}",
        "核对收下的是否正确",
    ),
    "TASK-011": Entry(
        ERROR,
        "第 {number} 项有不同的答复，分不出哪一份为准；没有收的 {count} 格：{told}",
        "请撤回其中一份，或在“裁定”表写：编码 TASK-011、单位、序号、照收，采用值照抄“问题清单”的“文件摘要”",
    ),
    "TASK-012": Entry(
        NOTE, "第 {number} 项有 {count} 格与 {cell} 那一行的答复相同，只收一次", "不需要处理"
    ),
    "TASK-013": Entry(WARNING, "“{header}”与上期的答复一字不差", "请写本期的新进展"),
    "TASK-014": Entry(
        NOTE,
        "第 {number} 项有几份不同的答复，按裁定以 {file} 为准；没有收的 {count} 格：{told}",
        "不需要处理",
    ),
    "TASK-020": Entry(
        ERROR,
        "第 {number} 项还没有牵头单位的答复，完成情况空着",
        "请指派或催报；或在答复表里自己填写",
    ),
    "TASK-021": Entry(
        WARNING, "第 {number} 项还缺{units}的答复，先按已报的写进答复表", "请催报后重新汇总"
    ),
    "TASK-022": Entry(
        ERROR,
        "“{header}”合起来有{length}字，上级最多收{limit}字，已全文写进答复表",
        "在答复表里压缩到{limit}字以内再交",
    ),
    "TASK-023": Entry(
        WARNING,
        "“{header}”各单位填的不同（{told}），没有写进答复表",
        "请核对后在答复表里自己填写",
    ),
    "TASK-024": Entry(
        WARNING,
        "“{header}”的“{value}”不合上级的填法（{rule}），没有写进答复表",
        "请在答复表里按上级的填法填写",
    ),
    "TASK-025": Entry(
        WARNING, "上级的表没有“{header}”一栏，这一栏的 {count} 格答复没有上报", "需要时写进其他栏目"
    ),
    "TASK-026": Entry(
        NOTE,
        "第 {number} 项有的单位已启动，{units}未启动，按最差的写成“未启动”",
        "不妥的，在答复表里改",
    ),
    "TASK-027": Entry(
        WARNING, "“{header}”必填，没有一个单位答复这一栏", "请催报，或在答复表里自己填写"
    ),
    "TASK-028": Entry(
        ERROR,
        "“{header}”合起来有{length}字，一格最多放{limit}字，没有写进答复表",
        "各单位的原话在汇总的“明细”里，请压缩后自己填进答复表",
    ),
    "TASK-030": Entry(
        WARNING,
        "第 {number} 项“{header}”：{file} {cell} 写有“{value}”，较晚的 {later} {at} {told}；以较晚的为准，原来的没有收",
        "请核对是不是有意删去的；要用原来的，可在“裁定”表写：编码 TASK-030、单位、序号、栏目、照收",
    ),
    "TASK-031": Entry(
        NOTE,
        "第 {number} 项的{captions}在较晚的 {later} 里空着，那一份只填了一部分，仍用 {file} 的答复",
        "请核对是不是有意删去的",
    ),
    "TASK-032": Entry(NOTE, "第{number}项（{goal}）发表之后不再由本单位配合，不计", "不需要处理"),
    "TASK-033": Entry(
        WARNING,
        "“{unit}”没有回表，它的任务（第{numbers}项）都是发表之后改派来的，也许还没有收到表",
        "先核对新表发了没有；没有的用 generate --unit 补发；通报初稿只说待核实，不说它未报",
    ),
    "TASK-040": Entry(
        NOTE,
        "第{number}项（{goal}）发表之后已取消，不计",
        "不需要处理",
    ),
    "TASK-041": Entry(
        NOTE,
        "第{number}项（{goal}）发表之后已改由{units}牵头，不计",
        "本单位不需要处理；牵头单位的表上还没有这一项的，要补发",
    ),
    "TASK-042": Entry(
        NOTE,
        "第 {number} 项（{goal}）不在发给本单位的表上，是发表之后新增或改派的",
        "把新的填报表补发给本单位",
    ),
    "TASK-043": Entry(
        NOTE,
        "发表时的第{number}项，现在是第{now}项，答复已收在第{now}项",
        "不需要处理",
    ),
    "TASK-044": Entry(
        WARNING,
        "合并前的几个单位都答了第 {number} 项，答得不同，先收 {file} 的；没有收的 {count} 格：{told}",
        "请核对后合成一份；不妥的在“裁定”表里改",
    ),
    "TASK-045": Entry(
        WARNING,
        "“{header}”是 {percent}，远超全年目标，已照收",
        "请核对是不是多写了一位；确实超额的不用改",
    ),
    "TASK-046": Entry(
        WARNING,
        "合并前的几个单位报的数不同：{told}；是各报一部分还是都报全数，看不出来，都没有收",
        "请向单位核实，把这个数报一份新的",
    ),
    "TASK-047": Entry(
        NOTE,
        "第 {number} 项本单位现在是“{role}”，表上印的是“{printed}”，按现在的计",
        "不需要处理",
    ),
    # IND: indicators
    "IND-011": Entry(
        WARNING, "“{name}”本期有目标（{target}{measure}），没有填本期实际", "请在“量化指标”表补填"
    ),
    "IND-012": Entry(
        WARNING,
        "“{name}”要几个单位合计，还缺{units}的数，没有测算",
        "请催报；不该合计的，在总台账“量化指标”表把“多家时”改成各自",
    ),
    "IND-013": Entry(
        ERROR,
        "这一行（序号“{number}”，{name}）对不上量化指标，没有收",
        "请恢复原来的序号和指标名称",
    ),
    "IND-014": Entry(
        WARNING,
        "“{name}”的{caption}被改动：{before}→{after}，已按总台账还原",
        "给定的数不能改；有意见请写在说明里",
    ),
    "IND-015": Entry(
        NOTE,
        "第 {task} 项的量化指标“{name}”发表之后有变动，或改由别的单位填报，这一行不计",
        "不需要处理",
    ),
    "IND-010": Entry(
        ERROR,
        "量化指标的“{caption}”填的是“{value}”，读不出来",
        "口径填增幅、累计、当期或水平，比较填≥、≤或≈，目标填数字或 3-4 这样的范围；填报单位填牵头或牵头和配合，多家时填合计、各自或待定",
    ),
    "IND-001": Entry(
        NOTE,
        "量化指标“{name}”各时段的数，看不出是累计数还是当期数",
        "请在“量化指标”表的“口径”列核对，选累计或当期",
    ),
    "IND-002": Entry(
        WARNING,
        "量化指标“{name}”各时段的目标，既没有达到、合计也不等于全年目标{annual}{measure}",
        "请核对原计划；以“量化指标”表中改定的数为准",
    ),
    "IND-003": Entry(
        WARNING, "自报{stated}，“{name}”测算{measured}", "请向责任单位核实；两种说法都列在汇总表中"
    ),
    "IND-004": Entry(
        NOTE, "自报{stated}，“{name}”测算{measured}", "请向责任单位核实；两种说法都列在汇总表中"
    ),
    "IND-005": Entry(
        WARNING,
        "“{name}”是累计数，本期{now}{measure}，比上期{before}{measure}还少",
        "请核实本期实际数；如上期有误，请在说明中写明",
    ),
    "IND-016": Entry(
        NOTE,
        "“{name}”其他时段的目标上级的表没有写，是从序时进度的文字里读出的",
        "收到那一期的表时核对",
    ),
    "IND-017": Entry(
        WARNING,
        "“{name}”各单位报的是{told}，看不出该写哪个数，没有写进答复表",
        "在总台账“量化指标”表的“多家时”写合计（各报一部分）或各自（都报全数）；数仍不同的，在答复表里自己填写",
    ),
    "IND-019": Entry(
        WARNING,
        "第 {number} 项的“{name}”上级的表里没有，它的 {count} 格答复没有上报",
        "指标名称和上级的写成一样；上级没有问的，需要时写进其他栏目",
    ),
    "IND-018": Entry(
        WARNING, "“{name}”还缺{units}的数，没有合计，答复表里空着", "请催报后重新汇总"
    ),
    "IND-020": Entry(
        NOTE,
        "“{name}”的目标发表之后有修改，本期实际照收，按新的目标测算",
        "不需要处理",
    ),
    "IND-021": Entry(
        WARNING,
        "“{name}”由几个单位（{units}）填报：是各报一部分，还是都报全数，没有定，不合计、不评定",
        "在总台账“量化指标”表的“多家时”一栏选“合计”（各报一部分）或“各自”（都报全数）",
    ),
    "IND-022": Entry(
        WARNING,
        "“{name}”合计 {total}{measure}，目标 {target}{measure}（{told}）：像是几家都报了全数",
        "请向各家核实；都报全数的，在总台账“量化指标”表的“多家时”一栏选“各自”",
    ),
    "IND-023": Entry(
        WARNING,
        "“{name}”是第 {number} 项的指标，“任务”表里没有这一项，没有读",
        "改正序号，或删去这一行",
    ),
    "IND-024": Entry(
        WARNING,
        "第 {number} 项的指标“{name}”写了两行，只读了前一行",
        "删去其中一行，或改成不同的名称",
    ),
    "IND-030": Entry(
        ERROR,
        "这一行的隐藏校验码是“{own}”（{measure}）的，看得见的却是另一个指标（序号“{number}”，{name}，{theirs}），没有收",
        "是“{own}”的数，请恢复这一行原来的指标和计量单位；是另一个指标的，请填到它自己的行里",
    ),
    "IND-031": Entry(
        ERROR,
        "“{name}”本期实际填的是“{value}”，目标是 {target}{measure}：像是{guess}，即 {read}{measure}，没有收",
        "请核对计量单位后重填；确实无误的，在裁定表写“照收”",
    ),
    "IND-032": Entry(
        WARNING,
        "“{name}”本期实际填的是“{value}”，是目标 {target}{measure} 的 {times} 倍，照收了",
        "请核对位数和计量单位；确实完成这么多的，不需要处理",
    ),
    # MAIL: mail
    "MAIL-001": Entry(
        ERROR,
        "不知道该寄给谁，没有做邮件：{reason}",
        "请用 generate 发出的填报表或 merge 做的退回件",
    ),
    "MAIL-002": Entry(
        WARNING, "“{unit}”没有电子邮箱，草稿里没有收件人，也不会发送", "在“单位”表填上电子邮箱"
    ),
    "MAIL-003": Entry(
        WARNING,
        "“{unit}”的电子邮箱里，“{value}”不是邮箱地址，没有用",
        "改成 名称@域名 的样子；几个地址之间用分号分开",
    ),
    "MAIL-004": Entry(
        WARNING,
        "“{unit}”的电子邮箱“{value}”里有汉字等字符，多数服务器不收，没有用",
        "换成只有英文字母和数字的地址",
    ),
    "MAIL-005": Entry(
        NOTE, "{units}用的是同一个邮箱 {address}，各发一封", "确是同一个邮箱就不用改"
    ),
    "MAIL-006": Entry(
        NOTE, "邮箱“{value}”里有全角字符，按 {read} 发送", "在“单位”表改成半角，下次就不再提示"
    ),
    "MAIL-007": Entry(
        ERROR,
        "邮件模板里的 {word} 不是占位词，一封也没有做",
        "能用的占位词：{known}；不是占位词的花括号请改用圆括号",
    ),
    "MAIL-008": Entry(ERROR, "邮件模板里没有“{value}”这种用途", "用途只写：{choices}"),
    "MAIL-009": Entry(ERROR, "邮件模板读不出来：{reason}", "对照自带的邮件模板改"),
    "MAIL-010": Entry(
        ERROR, "不知道汇总报给谁：“设置”表没有填“报送邮箱”", "填上领导的邮箱，几个地址用分号分开"
    ),
    "MAIL-011": Entry(
        ERROR,
        "“{unit}”有两份不同的填报表（{files}），不知道该发哪一份，没有做邮件",
        "删去旧的一份；或清空文件夹，重新 generate",
    ),
    "MAIL-012": Entry(ERROR, "邮件模板里这一行的“{caption}”空着", "填上，或删去这一行"),
    "MAIL-013": Entry(
        ERROR,
        "这份填报表已经填过（“{text}”），像是收回来的，没有寄出",
        "发表请用发出的空表，退回请用退回文件夹里的退回件",
    ),
    "MAIL-014": Entry(
        ERROR,
        "没有 {user} 在 {server} 的密码，没有连接",
        "设好环境变量 RECONCILE_{protocol}_PASSWORD，或存进系统钥匙串（keyring）；QQ、163 等要用授权码",
    ),
    "MAIL-015": Entry(
        ERROR, "连不上邮件服务器 {server}：{reason}", "核对服务器名、端口和网络，过一会儿再运行"
    ),
    "MAIL-016": Entry(
        ERROR,
        "{server} 不认 {user} 的密码（{reply}），已停下",
        "核对用户名和密码；QQ、163 等要用授权码，不是登录密码",
    ),
    "MAIL-017": Entry(
        ERROR,
        "“{unit}”的 {address} 被服务器退回：{reply}",
        "核对“单位”表里的邮箱；改好后再运行，只补发这一个",
    ),
    "MAIL-018": Entry(
        WARNING, "“{unit}”的 {address} 这次没有收：{reply}", "过一会儿再运行，只补发没有收的"
    ),
    "MAIL-019": Entry(
        WARNING,
        "发给“{unit}”（{address}）的邮件发到一半断了（{when}），不知道对方收到没有，没有重发",
        "到发件箱的“已发送”里查；没有发出的，加 --resend {unit} 再运行",
    ),
    "MAIL-020": Entry(
        ERROR, "服务器不让 {sender} 发信（{reply}），已停下", "发件邮箱要与登录的用户一致"
    ),
    "MAIL-021": Entry(
        WARNING,
        "服务器接连 {times} 次要求稍后再发，其余 {count} 封没有发",
        "过一会儿再运行；--pause 可以放慢些",
    ),
    "MAIL-022": Entry(ERROR, "看不出这个文件该寄给谁，没有做邮件", "是报给领导的，加 --kind 报送"),
    "MAIL-023": Entry(
        ERROR, "文件夹里有几个时段的表：{periods}", "用 --period 写明这次发哪个时段的"
    ),
    "MAIL-024": Entry(
        ERROR, "“{value}”写得不对", "在“设置”表或命令里改正，例如 smtp.example.cn:465"
    ),
    "MAIL-025": Entry(
        WARNING,
        "收回的这个文件不知道是谁的，可能正是要催的单位报来的",
        "先看一眼是谁的，再发催报",
    ),
    "MAIL-026": Entry(
        NOTE, "没有找到“{unit}”的填报表，催报邮件不带附件", "要带附件，写上发出的文件夹"
    ),
    "MAIL-027": Entry(
        ERROR,
        "记录文件被改坏了，不知道哪些已经办过，这次没有办",
        "把这一行改回来或删去这一行，再运行",
    ),
    "MAIL-028": Entry(
        ERROR,
        "发给“{unit}”的邮件有 {size} MB，超过 {limit} MB，不会发送",
        "请用网盘或内网另行传送",
    ),
    "MAIL-029": Entry(
        NOTE, "“{unit}”在 {when} 已经发过一封同类的邮件，这次的内容不同", "确要再发就不用改"
    ),
    "MAIL-030": Entry(
        ERROR, "没有写“{caption}”，发不了", "在“设置”表填上“{caption}”，或用 {option} 写明"
    ),
    "MAIL-031": Entry(
        ERROR, "邮件模板里没有“{kind}”的一行（语言 {language}）", "在邮件模板里加上这一行"
    ),
    "MAIL-032": Entry(
        ERROR,
        "这份总台账的邮件正在由另一次运行发送，这次一封也没有发",
        "等那一次结束再运行；发过的不会再发",
    ),
    "MAIL-040": Entry(
        WARNING,
        "{when} 的一封信有 {size} MB，超过 {limit} MB，没有取",
        "请在网页或邮件程序里把附件存进收回的文件夹",
    ),
    "MAIL-041": Entry(
        NOTE, "{sender} {when} 的信“{subject}”没有表格附件，没有取", "信里有要紧话的，请在邮箱里看"
    ),
    "MAIL-042": Entry(
        ERROR, "取信取到一半，邮件服务器不应答了：{reason}", "再运行一次，取过的不会再取"
    ),
    "MAIL-043": Entry(ERROR, "打不开邮箱里的文件夹“{mailbox}”：{reason}", "核对 --mailbox 的名称"),
    "MAIL-044": Entry(
        NOTE,
        "另有 {count} 封已读的信没有取过",
        "其中有回表的，加 --all 再取（可用 --since 限定日期）",
    ),
    "MAIL-050": Entry(
        WARNING,
        "服务器说的这封信看不懂，没有取",
        "请在网页或邮件程序里看这封信，有回表的，把附件存进收回的文件夹",
    ),
    "MAIL-051": Entry(
        ERROR,
        "取信取到一半停下了，邮件服务器的回答不正常：{reason}",
        "核对服务器名；没有错的，再运行一次，取过的不会再取",
    ),
    "MAIL-055": Entry(
        ERROR,
        "邮件服务器 {host}（用户 {user}，发件人 {sender}）只写在总台账里，在这台电脑上还没有确认过，没有连接",
        "先看清楚是不是本单位用的服务器；是的，加 --confirm-server {host} 再运行一次，以后不再问",
    ),
    "MAIL-056": Entry(
        ERROR,
        "邮件服务器的{what}里有换行等控制字符，没有连接",
        "在“设置”表、环境变量或钥匙串里改正，只留看得见的字符",
    ),
    "MAIL-057": Entry(
        WARNING,
        "{host} 已经确认，但这台电脑上记不下来：{reason}",
        "下次运行还会再问；请检查个人设置文件夹能不能写",
    ),
    "MAIL-058": Entry(
        WARNING,
        "这份汇总里有联系人和电话，是用 merge --contacts 写的",
        "报给领导的，用不加 --contacts 的汇总",
    ),
}
