"""Sentences in English: forms, marked-up copies, summary, circular, terminal."""

from __future__ import annotations

from collections.abc import Mapping

SIGNS: Mapping[str, str] = {
    "、": ", ", "，": ", ", "；": "; ", "　　": "    ", "（空）": "(empty)", "（没有）": "(none)",
    "（没有相近的名称）": "(no similar name)", "（本期）": " (this period)", "（未分类）": "(no section)",
    "（无牵头单位）": "(no lead unit)", "【退回】": "[Returned] ", "退回_": "returned_",
    "&L供查对；打印不全的长文字，全文见“汇总表”和“配合答复”": "&LFor reference; texts too long to print here stand whole on Summary table and Support answers",
    "&C— &P —&R第 &P 页 共 &N 页": "&R&\"Calibri,Regular\"Page &P of &N",
}  # fmt: skip

RULES: Mapping[str, str] = {
    "{low}至{high}": "{low} to {high}", "{low}至{high}字": "{low} to {high} characters",
    "不早于{bound}": "on or after {bound}", "不晚于{bound}": "on or before {bound}",
    "不少于{bound}字": "at least {bound} characters", "不超过{bound}字": "at most {bound} characters",
    "不小于{bound}": "at least {bound}", "不大于{bound}": "at most {bound}",
    "只能填：": "One of: ", "只能从下拉框的{count}个选项中选择": "One of the {count} words of the drop-down list",
    "填百分比{limited}，例如50%": "A percentage{limited}, e.g. 50%",
    "填一个数字{limited}": "A number{limited}", "填日期{limited}，例如{example}": "A date{limited}, e.g. {example}",
    "填文字{limited}": "Text{limited}", "必填。": "Required. ", "填写不符合要求": "This cannot be entered",
    "见通知": "see the covering letter", "下一步：{steps}": "Next: {steps}",
    "{number}_{unit}_{year}年{period}填报表.xlsx": "{number}_{unit}_{year}_{period}_form.xlsx",
    "{title}（{period}）填报表": "{title}: form for {period}", "{basis}（{comparator}）": "{basis} ({comparator})",
    "{indicator}：{caption}": "{indicator}: {caption}", "{unit}（{period}）": "{unit} ({period})",
    "别的单位": "other units", "指数（上年为100）": "an index (last year is 100)",
    "没有乘以100的小数": "a fraction that was not multiplied by 100", "多乘了100": "a number multiplied by 100 once too often",
    "以“{measure}”为单位": "a number of {measure}", "{shown}（存为{stored}）": "{shown} (stored as {stored})",
    "{text}（上面写的是：{above}）": "{text} (above it: {above})",
    "{caption}“{value}”": "{caption} “{value}”", "{caption}“{value}”（收下“{kept}”）": "{caption} “{value}” (“{kept}” was taken)",
    "{unit}{quantity}": "{unit} {quantity}", "几家各报一部分还是都报全数没有定，不评定": "undecided whether each unit reports a part or the whole: not rated",
    "第{number}项（{unit}）": "task {number} ({unit})", "“{sheet}”表 {cell}": "sheet “{sheet}”, {cell}",
}  # fmt: skip

COPIES: Mapping[str, str] = {
    "退回：{unit}": "Returned: {unit}", "表{number}": "Sheet {number}",
    "{unit}：填报表退回说明": "{unit}: form returned for correction",
    "共 {count} 处，其中 {grave} 处必须改（红色），其余请核对（黄色）。{how}": "{count} {count:point|points} in all, of which {grave} must be corrected (red); please check the rest (yellow). {how}",
    "这份表没有收，请照“怎么改”一栏办；点击单元格地址可以直接跳到那一格。": "This form was not taken; please do as the column “How to mend it” says. A click on a cell's address leads to that cell.",
    "请在本文件里改好，存盘后发回；点击单元格地址可以直接跳到那一格。": "Please correct this file, save it and send it back. A click on a cell's address leads to that cell.",
    "请在本文件里改好，把“{caption}”改成改好的那一天，存盘后发回；点击单元格地址可以直接跳到那一格。": "Please correct this file, set “{caption}” to the day of the correction, save the file and send it back. A click on a cell's address leads to that cell.",
    "{mark}{message}。{fix}。": "{mark}{message}. {fix}.",
}  # fmt: skip

SUMMARY: Mapping[str, str] = {
    "{title}（{period}）汇总": "{title}: summary for {period}", "{title}{period}": "{title}, {period}",
    "{subject}推进情况汇总表": "{subject}: all tasks", "{subject}推进情况总览": "{subject}: overview",
    "{period}序时进度": "{period} milestone", "{number}续": "{number} cont.", "{unit}\n（配合）": "{unit}\n(support)",
    "{text}（待核）": "{text} (to review)", "未填情况": "No state given", "{state}{count}（{units}）": "{state}: {count} ({units})",
    "{state}{count}": "{state}: {count}", "{names}\n{count}个单位：{states}": "{names}\n{count} {count:unit|units}. {states}",
    "{text}……（全文见“{sheet}”）": "{text}… (in full on the sheet {sheet})", "{unit}：{text}": "{unit}: {text}",
    "{word}{number}项（{share}%）": "{number} {word} ({share}%)", "{word} {number}项（{share}%）": "{word} {number} ({share}%)",
    "没有任务": "no tasks", "没有填报本期实际": "no number reported for this period",
    "收到 {received} 格 = 收下 {accepted} 格 + 规范化 {normalised} 格 + 未收 {aside} 格": "Cells received {received} = accepted {accepted} + normalised {normalised} + set aside {aside}",
    "时段：{period}（至 {end}）　　截至：{day}": "Period: {period} (to {end})    As of: {day}",
    "全部 {tasks} 项任务：{states}。亮灯：{lights}。应报 {units} 个单位，已报 {answered} 个（其中 {errors} 个有问题需要改正），回表没有收的 {refused} 个，未报 {missing} 个。":
        "Tasks: {tasks}. {states}. Lights: {lights}. Of {units} {units:unit|units} asked, {answered} answered ({errors} with errors to correct), {refused} sent a return that could not be taken, and {missing} did not answer.",
    "●红灯任务 {count} 项（全部见“{sheet}”）": "● Red tasks: {count} (all of them on the sheet {sheet})", "●红灯任务 0 项：无": "● Red tasks: none",
    "第{number}项": "Task {number}", "……等 {count} 项，其余 {rest} 项见“{sheet}”": "… {count} in all; the other {rest} on the sheet {sheet}",
    "未报单位 {count} 个（名单见“{sheet}”）": "Units that did not answer: {count} (listed on the sheet {sheet})", "（未列出）": "(not listed)", "未报单位：无": "Units that did not answer: none",
    "{names}等 {count} 个": "{names} and others, {count} in all",
    "没有收的文件（{count} 个）：{names}": "Files that could not be taken ({count}): {names}",
    "完成情况以牵头单位的答复为准，几家牵头的取最差。逐条出处见“明细”。": "A task's state is what its lead unit reports; of several leads, the worst. Every answer with its source stands on the sheet Records.",
    "全部 {tasks} 项任务：{states}。亮灯：{lights}。应报 {units} 个单位，已报 {answered} 个（其中 {errors} 个有问题需要改正），疑似已报、待核实的 {suspected} 个，回表没有收的 {refused} 个，未报 {missing} 个。":
        "Tasks: {tasks}. {states}. Lights: {lights}. Of {units} {units:unit|units} asked, {answered} answered ({errors} with errors to correct), {suspected} may have answered in a file still to be looked at, {refused} sent a return that could not be taken, and {missing} did not answer.",
    "疑似已报，文件没有收，请核对：{files}": "May have answered in a file that was not taken, please look: {files}",
    "为空": "is empty", "填的没有收": "was not taken", "没有编号": "without a number",
    "{day}（存疑）": "{day} (doubtful)", "{day}来信": "mailed {day}",
    "没有回表": "No return", "回表没有收：{files}": "Return could not be taken: {files}",
    "已报，有 {count} 处须改正": "Received, {count} {count:error|errors} to correct",
}  # fmt: skip

MEASURED: Mapping[str, str] = {
    "超{basis}{size}个百分点": "{size} percentage points ahead of the {basis}",
    "滞后{basis}{size}个百分点": "{size} percentage points behind the {basis}", "与{basis}持平": "level with the {basis}",
    "本期没有填报实际数": "no actual number for this period", "{periods}没有填报实际数，不能求和": "no actual number for {periods}, so there is no sum",
    "到本期还没有序时目标": "no milestone due yet", "没有全年目标，不折算": "no target for the year to convert by",
    "全年目标为零或负数，不折算": "the year's target is zero or negative: not converted",
    "目标为零或负数，不折算百分比": "the target is zero or negative: not converted",
    "自报{state}": "reported as “{state}”", "{name}{told}": "{name} {told}",
}  # fmt: skip

CIRCULAR: Mapping[str, str] = {
    "关于{subject}推进情况的通报": "Circular on progress: {subject}", "各责任单位：": "To all responsible units:",
    "根据《{title}》{number}，对截至{period}末（{day}）的推进情况进行了汇总，现将有关情况通报如下：":
        "In accordance with “{title}”{number}, progress to the end of {period} ({day}) has been reviewed. The findings are as follows.",
    "（{document}）": " ({document})", "{numeral}、{heading}": "{numeral}. {heading}", "总体情况": "Overall progress",
    "进展较快的指标": "Indicators ahead of schedule", "进度滞后的任务": "Tasks behind schedule",
    "报送情况": "Reporting by units", "下一步工作要求": "What is required next",
    "全部{count}项任务中，{states}。": "The plan has {count} {count:task|tasks}: {states}.",
    "按红黄绿灯评定，{lights}。": "By traffic light: {lights}.",
    "报有实绩的量化指标{count}项，其中达到或超过序时进度{reached}项，未达序时进度{behind}项，本期没有目标{without}项{overdue}{unjudged}。":
        "Numbers were reported for {count} {count:indicator|indicators}: {reached} on or ahead of schedule, {behind} behind schedule, {without} without a target for this period{overdue}{unjudged}.",
    "（其中落后{count}项）": " (of these {count} behind)",
    "，未判定{count}项": ", {count} not rated",
    "{n}.{text}。": "{n}. {text}.", "（{numeral}）红灯任务（{count}项）": "({numeral}) Red light: {count} {count:task|tasks}",
    "（{numeral}）黄灯任务（{count}项）": "({numeral}) Yellow light: {count} {count:task|tasks}",
    "序时目标为{quantity}": "against a milestone of {quantity}", "{name}（第{number}项）：{done}，{against}": "{name} (task {number}): {done}, {against}",
    "下降{quantity}": "down {quantity}", "增长{quantity}": "up {quantity}", "达到{quantity}": "{quantity} reached",
    "（占全年目标的{share}%）": " ({share}% of the year's target)", "本期完成{quantity}{part}": "{quantity} achieved in the period{part}",
    "完成{quantity}{part}": "{quantity} achieved{part}", "{points}个百分点": "{points} percentage points",
    "控制目标": "limit", "目标": "target", "符合{goal}": "within the {goal}", "偏离{goal}{size}": "{size} outside the {goal}",
    "与{goal}持平": "level with the {goal}", "高于{goal}{size}": "{size} above the {goal}", "低于{goal}{size}": "{size} below the {goal}",
    "与序时进度持平": "exactly on schedule", "与时间进度同步": "in step with the calendar",
    "超序时进度{size}": "{size} ahead of schedule", "滞后序时进度{size}": "{size} behind schedule",
    "超过时间进度{size}": "{size} ahead of the calendar", "落后时间进度{size}": "{size} behind the calendar",
    "；存在问题：{problems}": ". Problems: {problems}", "{task}：{text}": "{task}: {text}",
    "{goal}（第{number}项，{leads}）": "{goal} (task {number}, {leads})",
    "应报送单位{total}个，已报送{answered}个，未报送{missing}个。": "Of {total} {total:unit|units} asked to report, {answered} {answered:has|have} reported and {missing} {missing:has|have} not.",
    "{units}未按要求报送。": "{units} did not report as required.", "{units}等{count}个单位未按要求报送。": "{units} ({count} units) did not report as required.",
    "{units}报送的表格无法采用，须重新报送。": "The return of {units} could not be used and must be sent again.",
    "{units}等{count}个单位报送的表格无法采用，须重新报送。": "The returns of {units} ({count} units) could not be used and must be sent again.",
    "{units}的任务是发表以后改派的，是否收到填报表待核实。": "{units} was given its tasks after the forms went out; whether it received a form is being verified.",
    "{units}等{count}个单位的任务是发表以后改派的，是否收到填报表待核实。": "{units} ({count} units) were given their tasks after the forms went out; whether they received forms is being verified.",
    "{units}疑似已报送，文件无法打开或无法确认，待核实。": "{units} may have reported: the file could not be opened or attributed and is being verified.",
    "{units}等{count}个单位疑似已报送，文件无法打开或无法确认，待核实。": "{units} ({count} units) may have reported: the files could not be opened or attributed and are being verified.",
    "{units}逾期报送。": "{units} reported after the deadline.", "{units}等{count}个单位逾期报送。": "{units} ({count} units) reported after the deadline.",
    "{units}报送内容有差错，须按退回说明改正。": "The return of {units} contains errors, to be corrected as noted on the returned form.",
    "{units}等{count}个单位报送内容有差错，须按退回说明改正。": "The returns of {units} ({count} units) contain errors, to be corrected as noted on the returned forms.",
    "附件：滞后任务清单": "Annex: tasks behind schedule", "附件": "Annex", "滞后任务清单": "Tasks behind schedule",
    "其余{count}项的牵头单位为{units}，详见附件。": "The other {count} are led by {units}; see the annex.", "牵头单位为{units}，详见附件。": "They are led by {units}; see the annex.",
    "{unit}（{count}项）": "{unit} ({count} tasks)", "{name}{done}，{against}": "{name}: {done}, {against}",
    "{text}（见“{sheet}”一页）": "{text} (see the sheet {sheet})",
    "{due}有序时进度的任务共{count}项。各牵头单位要对照序时进度抓好落实，滞后任务要倒排工期、迎头赶上，其{due}序时进度见附件。":
        "{count} {count:task has|tasks have} a milestone in {due}. Lead units are to work towards these milestones; tasks behind schedule are to catch up. Their milestones for {due} stand in the annex.",
    "尚未报送的单位要尽快补报；报送内容有差错的单位要按退回说明改正后重报。": "Units that have not yet reported are to do so without delay; units whose returns contain errors are to correct them as noted on the returned forms and report again.",
    "本期为年度最后一个时段，滞后任务的牵头单位要说明原因、明确完成时限。": "This is the last period of the year: the lead units of tasks behind schedule are to state the reasons and a date of completion.",
    "{due}有序时进度的任务共{count}项。各牵头单位要对照序时进度抓好落实，滞后任务要倒排工期、迎头赶上。":
        "{count} {count:task has|tasks have} a milestone in {due}. Lead units are to work towards these milestones; tasks behind schedule are to catch up.",
    "{due}有序时进度的任务共{count}项。各牵头单位要对照序时进度抓好落实，滞后任务要倒排工期、迎头赶上，其{due}序时进度为：":
        "{count} {count:task has|tasks have} a milestone in {due}. Lead units are to work towards these milestones; tasks behind schedule are to catch up. Their milestones for {due} are:",
}  # fmt: skip

TERMINAL: Mapping[str, str] = {
    "{severity} {code} {place}：{message}。{fix}。": "{severity} {code} {place}: {message}. {fix}.", "{severity} {code} {message}。{fix}。": "{severity} {code} {message}. {fix}.",
    "问题：错误 {errors}、提醒 {warnings}、说明 {notes}": "Findings: {errors} {errors:error|errors}, {warnings} {warnings:warning|warnings}, {notes} {notes:note|notes}",
    "merge 写出的“{sheet}”": "the sheet {sheet} that merge writes",
    "  全部见 {where}": "  All of them: {where}", "没有做成：{why}": "Not done: {why}", "已写好 {out}": "Written: {out}",
    "已写好 {out}，校验密钥是新的；{plan} 没有动": "Written: {out}, with a new secret key; {plan} was left alone",
    "作废的：用旧密钥发出的所有表（{periods}，每期 {units} 个单位），用新总台账汇总时会被拒收": "Void: all forms issued with the former key ({periods}; {units} {units:unit|units} each); the new plan workbook refuses them",
    "  其中发送记录里有：{period} {count} 个单位": "  Of these, by the log of mails: {period}, {count} {count:unit|units}",
    "还没有收齐的时段：仍用原来的总台账汇总，或用新的重新生成、重新发出。": "A period whose forms are not all in: merge it with the former plan workbook, or make and send the forms again with the new one.",
    "  任务 {count} 项，序号 1 到 {last}，缺 {gaps}": "  {count} {count:task|tasks}, numbered 1 to {last}, missing {gaps}",
    "  任务 {count} 项，序号 1 到 {last}，没有缺号": "  {count} {count:task|tasks}, numbered 1 to {last}, none missing",
    "  序时进度 {count} 格，其中空白 {blank} 格（{periods}）": "  {count} milestone {count:cell|cells}, {blank} of them empty ({periods})",
    "  没有牵头单位的任务：{numbers}": "  Tasks without a lead unit: {numbers}",
    "  单位 {units} 个（集合单位 {groups} 个），牵头 {led} 次、配合 {supported} 次；名称确定 {sure} 个，待核 {doubtful} 个":
        "  {units} {units:unit|units} ({groups} {groups:group|groups}), leading {led} {led:time|times}, supporting {supported} {supported:time|times}; {sure} names certain, {doubtful} to review",
    "{out} 的“{sheet}”表": "{out}, sheet “{sheet}”", "{out} 的“{sheet}”": "{out}, sheet “{sheet}”",
    "下一步：打开总台账，看“待核”和“单位”两张表，补上集合单位成员、联系方式和截止日期。": "Next: open the plan workbook, look at the sheets To review and Units, and add members of groups, contacts and the deadline.",
    "校对表写在 {proof}：逐页对照，在“已核”一栏签注。": "The proof is in {proof}: compare page by page and sign off under Checked.",
    "{period}：{units} 个单位的填报表写在 {out}，共 {count} 份任务": "{period}: forms for {units} {units:unit|units} written to {out}, {count} {count:task|tasks} in all",
    "下一步：把每个文件发给对应的单位（reconcile mail 可以代发）；收回的放进一个文件夹，然后 reconcile status。": "Next: send each file to its unit (reconcile mail can do it); put what comes back into one folder, then run reconcile status.",
    "{period}汇总已写好：{out}": "Summary for {period} written: {out}", "通报初稿：{out}": "Draft circular: {out}",
    "退回件 {count} 份，在 {folder}": "{count} marked-up {count:copy|copies} to send back, in {folder}", "{count} 条明细写在 {out}": "{count} {count:record|records} written to {out}",
    "应报 {asked} 个单位：已报 {clean}、有错 {errors}、未收 {refused}、未报 {missing}；任务 {done}/{tasks}": "Units asked {asked}: received {clean}, with errors {errors}, refused {refused}, not reported {missing}; tasks {done}/{tasks}",
    "应报 {asked} 个单位：已报 {clean}、有错 {errors}、未收 {refused}、疑似已报 {suspected}、未报 {missing}；任务 {done}/{tasks}": "Units asked {asked}: received {clean}, with errors {errors}, refused {refused}, to be verified {suspected}, not reported {missing}; tasks {done}/{tasks}",
    "{file}：别的时段的表，不计入本期": "{file}: a form of another period, does not count",
    "{file}：没有收（{why}）": "{file}: refused ({why})", "{period}（截至 {day}）": "{period} (as of {day})", "{period}回表情况": "Returns for {period}",
    "{unit}（{told}）": "{unit} ({told})", "分项{number}": "part {number}", "{name}：{text}": "{name}: {text}",
    "给上级的答复：{count} 格，写在 {out}；看过以后交给上级": "Answer to the level above: {count} {count:cell|cells} in {out}; look at it, then send it",
    "给上级的答复没有写": "The answer to the level above was not written", "答复_{name}": "Answer_{name}",
    "  {unit}：任务 {count} 项，量化指标 {indicators} 个，本期 {period}": "  {unit}: {count} {count:task|tasks}, {indicators} {indicators:indicator|indicators}, this period {period}",
    "下一步：在“单位”表登记下属单位，在“任务”表填牵头单位（一项拆成几项：复制这一行，改序号，保留上级序号），在“设置”表填截止日期；然后 reconcile generate。": "Next: register your units on the sheet Units, fill in the lead units on the sheet Tasks (to split a task copy its row, give it a new number and keep the number one level up), set the deadline on the sheet Settings; then run reconcile generate.",
    "指派": "Assign", "从“单位”表里的名称选；几个单位用、连起来写": "Choose from the names on the sheet Units; part several with commas",
    "上次中断，不知道发出去没有": "broken off last time: not known whether it went out", "已发 {when}": "sent {when}", "待发": "to be sent",
    "待发：{addresses}": "to be sent: {addresses}", "没有发：没有邮箱": "not sent: no address", "没有发：邮件太大": "not sent: mail too large",
}  # fmt: skip

OUTPUTS: Mapping[str, str] = {
    "{out} 已经有了，不能覆盖；请另写一个文件名": "{out} is there already and cannot be overwritten; name another file",
    "{out} 是一个链接，不往它指向的地方写；请写明文件本身": "{out} is a link, and what it leads to is not written to; name the file itself",
    "{out} 不是文件，不能写；请写明文件名": "{out} is no file and cannot be written; name a file",
    "{out} 是这次要读的文件，不能写在它上面；请换一个文件名": "{out} is read by this command and cannot be written over; give another name",
    "{out} 和 {other} 是同一个文件，不能都写；请各用一个文件名": "{out} and {other} are the same file and cannot both be written; give each a name of its own",
    "{out} 在收回的文件夹 {folder} 里，写进去会被当作回表；请换一个地方": "{out} lies in the inbox {folder}, where it would be taken for a return; name another place",
    "{out} 是文件，不是文件夹；请写明文件夹": "{out} is a file, not a folder; name a folder",
    "{out} 是收回的文件夹，或在它里面，写进去会被当作回表；请换一个文件夹": "{out} is the inbox or lies in it, where what is written would be taken for a return; name another folder",
    "{other} 在要写的文件夹 {out} 里；请换一个文件夹": "{other} lies in {out}, the folder to be written to; name another folder",
    "{out} 已经有了，但不是{what}，没有覆盖；请换一个文件名，不要原来的就加 --force": "{out} exists but is not {what}, and was not replaced; give another name, or add --force if it is not needed",
    "{out} 写好以后有人改过，没有覆盖；请换一个文件名，不要原来的就加 --force": "{out} was changed after it was written, and was not replaced; give another name, or add --force if it is not needed",
    "{out} 已经有了，里面可能有您改过的内容；要重做请加 --force，原来的会改名留着": "{out} exists and may hold changes of yours; add --force to make it anew, and the former one will be kept under another name",
    "{out} 是一份总台账，里面有校验密钥，不能覆盖；请换一个文件名": "{out} is a plan workbook with its secret key and cannot be replaced; give another name",
    "这是一个链接，不往它指向的地方写": "this is a link, and what it leads to is not written to",
    "这个时段的汇总": "the summary of this plan and period", "这个时段的报告": "the report of this plan and period",
    "这个时段的通报初稿": "the draft circular of this plan and period", "进度表": "a list of who has answered",
    "计划的差异表": "a list of changes", "明细表": "a table of records", "这一版的 .bat 文件": "the .bat file of this version",
    "  {code} {message}：{files}": "  {code} {message}: {files}",
    "{stem}_旧{number}": "{stem}_old{number}", "汇总_{period}.xlsx": "summary_{period}.xlsx", "退回_{period}": "returned_{period}",
    "删去了上次留下、这次不再用的空表 {count} 份：{names}": "Removed {count} empty {count:form|forms} of an earlier run that this one did not write: {names}",
}  # fmt: skip

POST: Mapping[str, str] = {
    "发表": "form", "催报": "reminder", "报送": "report",
    "{period}：{count} 封邮件的草稿和发送清单写在 {out}": "{period}: drafts of {count} {count:mail|mails} and the send list are in {out}",
    "  可发 {waiting}，已发过 {done}，发不了 {held}，拿不准发过没有 {doubtful}": "  to be sent {waiting}, sent before {done}, cannot be sent {held}, in doubt {doubtful}",
    "没有可做的邮件。": "There is nothing to mail.", "没有要发的。": "Nothing is left to be sent.",
    "没有发送。核对草稿后，双击逐封发，或加 --send 一次发完。": "Nothing was sent. Check the drafts, then open and send them one by one, or send all with --send.",
    "发送": "Sending", "取信": "Collecting", "。": ".", "刚才": "just now",
    "发出 {sent} 封，还有 {left} 封没有发，拿不准发过没有 {doubtful} 封": "Sent {sent}, left {left}, in doubt {doubtful}",
    "下一步：reconcile status 或 merge 会直接读这个文件夹里的信。": "Next: reconcile status and merge read the mails in this folder.",
    "取回 {count} 封带表格的信，放在 {folder}；没有表格的 {without} 封，以前取过的 {known} 封": "Collected {count} {count:mail|mails} with spreadsheets into {folder}; without one {without}, collected before {known}",
    "{message}。{fix}。": "{message}. {fix}.", "{place}：{told}": "{place}: {told}",
    "回答太长": "an answer too long", "回答太慢": "an answer too slow", "超过 {minutes} 分钟": "more than {minutes} minutes",
    "服务器的回答看不懂": "the server's answer makes no sense",
    "没有应答": "no answer", "密码里有汉字等字符": "the password holds signs other than ASCII",
    "没有一张表的表头有用途、主题、正文": "no sheet has the header of a mail template",
    "邮件编号": "Message ID", "“{unit}”一行": "row of {unit}",
}  # fmt: skip

REPLIES: Mapping[str, str] = {
    "证书不被信任：{why}": "its certificate is not trusted: {why}", "没有应答": "no answer",
    "密码里有汉字等字符": "the password holds Chinese or other characters that cannot be sent",
    "（密码）": "(password)", "密码": "password", "用户名": "user name",
    "总台账写的邮件服务器是 {host}，用户 {user}，发件人 {sender}。密码会发给它。是本单位用的服务器吗？": "The plan workbook names the mail server {host}, user {user}, sender {sender}. The password will go to it. Is it the server of your own office?",
}  # fmt: skip

CHANGES: Mapping[str, str] = {
    "新增任务": "Task added", "取消任务": "Task dropped", "改号": "Renumbered", "修改任务": "Task changed",
    "次序": "order", "（不显示）": "(not shown)", "新增": "added", "取消": "dropped",
    "已改变，按旧总台账发出的表将不被认可": "changed: forms issued with the old plan workbook will be refused",
    "{kind} {count} 处": "{kind}: {count}", "计划差异": "Changes of the plan", "原：{file}": "Old: {file}", "新：{file}": "New: {file}",
    "任务有变动的单位 {count} 个：{units}": "Units whose tasks changed ({count}): {units}",
    "{kind} {what}：{told}": "{kind} {what}: {told}", "原{number}（取消）": "old {number} (dropped)",
    "两份总台账没有变动": "The two plan workbooks are the same", "全文对照写在 {out}": "In full: {out}",
    "{title}校对": "{title}: proof", "对": "right", "已改": "corrected",
}  # fmt: skip

SENTENCES: Mapping[str, str] = {
    **POST, **SIGNS, **RULES, **COPIES, **SUMMARY, **MEASURED, **CIRCULAR, **TERMINAL, **OUTPUTS, **REPLIES, **CHANGES,
}  # fmt: skip
