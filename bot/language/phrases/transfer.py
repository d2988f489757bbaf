"""What `crmbot import` and `crmbot export` say."""

from bot.language.phrase import Phrase

COLUMN = Phrase(zh="列名", en="heading")
FIELD = Phrase(zh="字段", en="field")
SAMPLE = Phrase(zh="例", en="for example")
LEFT_OUT = Phrase(zh="（不导入）", en="(left out)")
LEFT_TAKEN = Phrase(zh="（不导入：已有一列{field}）", en="(left out: another column is the {field})")
LEFT_UNKNOWN = Phrase(zh="（没认出，不导入）", en="(not recognised, left out)")
UNKNOWN_COLUMNS = Phrase(
    zh="没认出的列不会导入：{headings}。\n已有的字段：加 --map 列名=字段。"
    "新的字段：先由管理员在聊天里发送（或写进配置的 [[fields]]），再导入：",
    en="Columns that are not recognised are left out: {headings}.\nFor a field there is: --map HEADING=FIELD. For a new"
    " one, an administrator first says in the chat (or [[fields]] in the configuration does), and then import:",
)
DECLARE = Phrase(zh="  字段 添加 {label} {type}", en="  field add {label} {type}")
COLUMNS_TITLE = Phrase(zh="{file}：{rows} 行", en="{file}: {rows} rows")
ROWS_TITLE = Phrase(zh="前几行导入后的样子", en="The first rows, as they will be")
ROW_NOT_ADDED = Phrase(zh="第 {row} 行不导入：{reason}", en="Row {row} stays out: {reason}")
ROW = Phrase(zh="行", en="row")
HISTORY = Phrase(
    zh="{file}：{rooms} 个会话、{people} 人、{messages} 条，{first} 至 {last}",
    en="{file}: {rooms} conversations, {people} people, {messages} entries, {first} to {last}",
)

ASK = Phrase(zh="现在导入吗？[y/N] ", en="Import now? [y/N] ")
NOT_DONE = Phrase(zh="没有导入。", en="Nothing was imported.")
GO_ON = Phrase(
    zh="以上只是预览，还没有导入。确认无误后加 --yes 导入；列认错了用 --map 列名=字段（空着表示不导入）。",
    en="This is a preview; nothing was imported. Add --yes to import; --map HEADING=FIELD mends a column"
    " (empty leaves it out).",
)
GO_ON_HISTORY = Phrase(
    zh="以上只是预览，还没有导入。加 --yes 导入。", en="This is a preview; nothing was imported. Add --yes to import."
)

PROGRESS_IN = Phrase(zh="导入", en="Importing")
PROGRESS_OUT = Phrase(zh="导出", en="Exporting")

DONE = Phrase(
    zh="导入完成：新增 {added}，已有 {duplicate}，未导入 {rejected}。",
    en="Imported: {added} added, {duplicate} there already, {rejected} rejected.",
)
TRIED = Phrase(
    zh="试运行，什么都没有改：将新增 {added}，已有 {duplicate}，不能导入 {rejected}。",
    en="Dry run, nothing was changed: {added} would be added, {duplicate} are there already, {rejected} are rejected.",
)
REJECTS_KEPT = Phrase(
    zh="未导入的行和原因在 {file}，改好后可再导入。",
    en="The rejected rows and their reasons are in {file}; mend them there and import that file.",
)
SAME_MAP = Phrase(zh="导入时请照样加上 --map。", en="Give the same --map with it.")
HISTORY_DONE = Phrase(
    zh="导入完成：新增 {added} 条，已有 {duplicate} 条，未导入 {rejected} 条。",
    en="Imported: {added} entries added, {duplicate} there already, {rejected} rejected.",
)
HISTORY_TRIED = Phrase(
    zh="试运行，什么都没有改：将新增 {added} 条，已有 {duplicate} 条，不能导入 {rejected} 条。",
    en="Dry run, nothing was changed: {added} entries would be added, {duplicate} are there already,"
    " {rejected} are rejected.",
)
DUPLICATES = Phrase(zh="已有，没有重复添加：", en="There already, not added again:")
REJECTS = Phrase(zh="不能导入：", en="Rejected:")
LINE = Phrase(zh="  第 {row} 行：{reason}", en="  row {row}: {reason}")
ENTRY = Phrase(zh="  {where}：{reason}", en="  {where}: {reason}")
MORE = Phrase(zh="  还有 {count} 条", en="  and {count} more")
KNOWN = Phrase(zh="{value} 已是客户 #{id} {name}", en="{value} is customer #{id} {name} already")
KNOWN_ROW = Phrase(zh="{value} 在第 {row} 行已有（{name}）", en="{value} is on row {row} already ({name})")
KNOWN_HIDDEN = Phrase(zh="{value} 已是 {owner} 的客户", en="{value} is a customer of {owner} already")

EXPORTED = Phrase(zh="已导出 {count} 位客户到 {file}。", en="Exported {count} customers to {file}.")
EXPORTED_MESSAGES = Phrase(zh="已导出 {count} 条消息到 {file}。", en="Exported {count} messages to {file}.")

MAP_FORM = Phrase(
    zh="--map 要写成 列名=字段，例如 --map 对接人=姓名；字段空着表示不导入这一列。",
    en="--map takes HEADING=FIELD, for example --map Person=name; an empty field leaves the column out.",
)
MAP_FOR_TABLES = Phrase(zh="--map 只用于客户表格。", en="--map is for tables of customers only.")
SEGMENT_FOR_CUSTOMERS = Phrase(
    zh="--segment 只用于导出客户（.csv、.xlsx）。", en="--segment is for customers (.csv, .xlsx) only."
)

#: Names of the fields an import fills, as people read them.
FIELDS = {
    "name": Phrase(zh="姓名", en="name"),
    "first_name": Phrase(zh="名", en="first name"),
    "last_name": Phrase(zh="姓", en="last name"),
    "kind": Phrase(zh="类型", en="kind"),
    "phone": Phrase(zh="电话", en="phone"),
    "email": Phrase(zh="邮箱", en="email"),
    "address": Phrase(zh="地址", en="address"),
    "company": Phrase(zh="公司", en="company"),
    "position": Phrase(zh="职位", en="position"),
    "stage": Phrase(zh="阶段", en="stage"),
    "tier": Phrase(zh="等级", en="tier"),
    "birthday": Phrase(zh="生日", en="birthday"),
    "source": Phrase(zh="来源", en="source"),
    "owner": Phrase(zh="负责人", en="owner"),
    "timezone": Phrase(zh="时区", en="time zone"),
    "language": Phrase(zh="语言", en="language"),
    "opted_out": Phrase(zh="退订", en="opted out"),
    "tags": Phrase(zh="标签", en="tags"),
    "note": Phrase(zh="备注", en="note"),
    "other_names": Phrase(zh="别名", en="other names"),
    "created_at": Phrase(zh="创建时间", en="created"),
}
