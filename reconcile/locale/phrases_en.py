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
