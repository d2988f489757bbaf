"""What 字段/field says."""

from bot.language.phrase import Phrase

USAGE = Phrase(
    zh="字段 | 字段 添加 预算 数字 | 字段 归档 预算\n字段 添加 行业 选项 金融、制造、零售\n"
    "字段 添加 身份证号/ID number 文本 敏感",
    en="field | field add Budget number | field archive Budget\n"
    "field add Industry choice finance, manufacturing, retail\nfield add 身份证号/ID number text sensitive",
)
SUMMARY = Phrase(
    zh="自定义字段：查看；管理员可添加、归档",
    en="Custom fields: list them; administrators add and archive them",
)
TITLE = Phrase(zh="自定义字段", en="Custom fields")
NONE = Phrase(
    zh="还没有自定义字段。例：字段 添加 预算 数字",
    en="There are no custom fields yet. For example: field add Budget number",
)
ITEM = Phrase(zh="{label}（{key}）：{type}{choices}{sensitive}", en="{label} ({key}): {type}{choices}{sensitive}")
CHOICES = Phrase(zh="，可选 {choices}", en=", one of {choices}")
SENSITIVE = Phrase(zh="，敏感", en=", sensitive")
FOOTER = Phrase(zh="填写：改 张三 {label} 值", en="Fill in: set Bob {label} VALUE")
ADDED = Phrase(
    zh="已添加字段 {label}：{type}{choices}{sensitive}。", en="Added the field {label}: {type}{choices}{sensitive}."
)
ARCHIVED = Phrase(
    zh="字段 {label} 已归档：不再显示，已填的内容保留。",
    en="The field {label} is archived: no longer shown; what was filled in is kept.",
)
UNKNOWN = Phrase(zh="没有字段“{label}”。现有：{known}。", en='There is no field "{label}". There are: {known}.')
NO_TYPE = Phrase(
    zh="请写明类型：文本、数字、日期、选项、是否。例：字段 添加 {label} 数字",
    en="Say its type: text, number, date, choice or yes/no. For example: field add {label} number",
)
NO_CHOICES = Phrase(
    zh="选项字段要列出选项。例：字段 添加 {label} 选项 金、银、铜",
    en="A choice needs its choices. For example: field add {label} choice gold, silver, bronze",
)
NOT_UNDERSTOOD = Phrase(zh="没看懂“{text}”。用法：{usage}", en='I did not understand "{text}". Usage: {usage}')

TYPES = {
    "text": Phrase(zh="文本", en="text"),
    "number": Phrase(zh="数字", en="number"),
    "date": Phrase(zh="日期", en="date"),
    "choice": Phrase(zh="选项", en="choice"),
    "yes_no": Phrase(zh="是否", en="yes/no"),
}
