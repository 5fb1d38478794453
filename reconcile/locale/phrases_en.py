"""Short phrases of the readers in English: places in a plan, and reasons why a file was refused.

They are put together before the language of a plan is known, and recognised
when they are shown; see ``language.said``. {n} stands for a number.
"""

from __future__ import annotations

from collections.abc import Mapping

PHRASES: Mapping[str, str] = {
    "第{n}页第{m}行": "page {n}, row {m}", "第{n}页": "page {n}", "第{n}行": "row {n}",
    "第{n}个表格第{m}行": "table {n}, row {m}", "第{n}个表格": "table {n}", "第{n}列": "column {n}",
    "工作表“{name}”第{n}行": "sheet “{name}”, row {n}", "工作表“{name}”": "sheet “{name}”",
    "{where}和{other}": "{where} and {other}", "{n}列": "{n} columns",
    "内容超过 {n} 条记录": "more than {n} records", "有内容的单元格超过 {n} 个": "more than {n} filled cells",
    "有一处文字超过 1 MB": "a text of more than 1 MB", "内容超过 {n} 处标记": "more than {n} marks",
    "嵌套超过 {n} 层": "nested more than {n} levels deep", "第 {n} 行起无法解析": "cannot be parsed from line {n} on",
    "工作表“{name}”有内容的行超过 {n} 行": "sheet “{name}” has more than {n} filled rows",
    "工作表“{name}”有内容的列超过 {n} 列": "sheet “{name}” has more than {n} filled columns",
    "工作表“{name}”的内容缺失": "the content of sheet “{name}” is missing",
    "合并区域超过 {n} 行": "more than {n} rows of merged cells", "工作表超过 {n} 张": "more than {n} sheets",
    "文字超过 {n} 字": "more than {n} signs of text", "列的格式超过 {n} 处": "more than {n} column formats",
    "任务行里的文字超过 {n} 字": "more than {n} signs of text in the task rows",
    "任务行超过 {n} 行": "more than {n} task rows", "填报表格子以外的内容超过 {n} 处": "more than {n} entries outside the cells of the form",
    "超过 {n} 页": "more than {n} pages", "超过 {n} 字": "more than {n} signs", "超过 {n} 格": "more than {n} cells",
    "超过 {n} 个图形": "more than {n} shapes", "超过 {n} 个点": "more than {n} points",
    "邮件头超过 {n} KB": "headers of more than {n} KB",
    "邮件超过 {n} 封": "more than {n} mails", "附件超过 {n} 个": "more than {n} attachments", "超过 {n} MB": "more than {n} MB",
    "压缩包里有 {n} 个条目": "the archive has {n} entries",
    "压缩包里的条目“{name}”重复或名称不合规": "entry “{name}” of the archive stands twice or has no proper name",
    "“{name}”设了密码": "“{name}” has a password",
    "“{name}”的压缩方法不支持": "“{name}” is compressed in an unknown way",
    "“{name}”无法解压": "“{name}” cannot be unpacked", "“{name}”校验不符": "the checksum of “{name}” is wrong",
}  # fmt: skip

REASONS: Mapping[str, str] = {
    "没有“校验密钥”一行": "there is no line Secret key", "不是 .xlsx 文件": "it is no .xlsx file",
    "太短，不足 32 位": "is shorter than 32 signs", "不是程序随机生成的": "was not made at random by this program",
    "有规律，容易猜到": "has a pattern that is easy to guess", "是样例里公开的那一个": "is the one that is published with the sample",
    "Word 文档（RTF）": "a Word document (RTF)", "Word 文档（或 WPS 文字）": "a Word (or WPS Writer) document",
    "Excel 表格": "an Excel workbook", "别的文件": "another file",
    "Word 文档": "a Word document", "演示文稿": "a presentation", "Outlook 邮件（.msg）": "an Outlook mail (.msg)",
    "XML 表格 2003": "XML Spreadsheet 2003", "单个 XML 文件的 ODF 文档（.fods）": "an ODF document in one XML file (.fods)",
    "标文通文档（UOF）": "a UOF document",
    "苹果 Numbers 表格": "an Apple Numbers sheet", "无法识别的内容": "content of an unknown kind", "压缩包": "an archive",
    "其他 Office 文件": "another Office file", "密码的运算次数不正常": "an abnormal number of password rounds",
    "两张工作表指向同一处": "two sheets point to one place", "内容无法解析": "the content cannot be parsed",
    "文件末尾缺失": "the end of the file is missing",
    "目录已损坏": "the directory is damaged", "内容不完整": "the content is incomplete",
    "压缩包里的条目互相重叠": "entries of the archive overlap", "文字编码无法识别": "unknown text encoding",
    "压缩包里有重复的条目": "the archive has entries that stand twice", "文字文档（OpenDocument）": "a text document (OpenDocument)",
    "行号超出范围": "a row number out of range", "文件结构已损坏": "the file's structure is damaged",
    "工作簿目录缺失": "the workbook's directory is missing", "有单元格的文字找不到": "the text of a cell cannot be found",
    "无法解析": "cannot be parsed", "内容缺失": "content is missing",
    "没有权限": "no permission", "文件已不在原处": "the file is no longer there", "链接指向自己": "the link points to itself",
    "两张工作表同名": "two sheets have one name", "层层嵌套": "parts nested in parts", "有一个邮件头太长": "a header that is too long",
    "太费时间": "it takes too long", "无法启动": "it does not start", "另一种方法读不了这份PDF": "the second reader cannot read this PDF",
    "只能是总台账所在文件夹里的文件": "it may only be a file in the folder of the plan workbook",
    "这是文件夹": "this is a folder", "不是普通文件": "no regular file",
    "用时太长": "it takes too long", "占用内存太多": "it takes too much memory", "程序出错": "the program failed",
    "邮件头太多": "too many headers", "有一个邮件头的参数太多": "a header with too many parameters", "附件的行太多": "an attachment of too many lines",
    "没有邮件头": "no mail header", "未命名": "unnamed", "文档里": "the document", "标题": "title", "文号": "document number",
    "发文单位": "issuing office", "牵头单位": "lead unit", "共同责任单位": "supporting units", "工作表": "sheets",
}  # fmt: skip
