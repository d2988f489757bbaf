"""Problems of `crm_core/tags`."""

from bot.language.phrase import Phrase

PROBLEMS: dict[str, Phrase] = {
    "tag_not_found": Phrase(
        zh="没有「{name}」这个标签、分组或阶段。发送 标签 查看已有的；名字里有空格或符号时请加引号。",
        en=(
            'There is no tag, segment or stage "{name}". Send tag to see '
            "those there are; put a name with spaces or signs in quotes."
        ),
    ),
    "tag_name_empty": Phrase(zh="标签名是空的。请写上名字。", en="The tag has no name. Write one."),
    "tag_name_too_long": Phrase(
        zh="标签名太长，最多 {limit} 个字。", en="The tag's name is too long: at most {limit} characters."
    ),
    "tag_name_quoted": Phrase(
        zh="标签名里不能有引号。请去掉引号。", en="A tag's name cannot hold quotation marks. Leave them out."
    ),
    "tag_name_is_segment": Phrase(
        zh="「{name}」已经是一个分组的名字。请换一个标签名。",
        en='"{name}" is the name of a segment. Choose another name for the tag.',
    ),
    "segment_empty": Phrase(
        zh="要找哪些客户？请写上标签或条件，例如：VIP & !流失。",
        en="Which customers? Write a tag or a condition, for example: VIP & !lost.",
    ),
    "segment_too_long": Phrase(
        zh="条件太长，最多 {limit} 个字。可以先把一部分保存为分组。",
        en="The condition is too long: at most {limit} characters. Save a part of it as a segment first.",
    ),
    "segment_too_complex": Phrase(
        zh="条件太复杂，最多 {limit} 层或 {limit} 个。请拆成几个分组。",
        en="The condition is too complex: at most {limit} parts or levels. Split it into several segments.",
    ),
    "segment_syntax": Phrase(
        zh="第 {at} 个字「{near}」前面缺少 & 或 |。两个条件之间请写 &（且）或 |（或）。",
        en=('Something is missing before "{near}" at character {at}. Put & (and) or | (or) between two conditions.'),
    ),
    "segment_syntax_operand": Phrase(
        zh="第 {at} 个字的地方缺少标签或条件。例如：VIP & !流失。",
        en="A tag or a condition is missing at character {at}. For example: VIP & !lost.",
    ),
    "segment_syntax_bracket": Phrase(
        zh="第 {at} 个字的括号没有配对。请补上或去掉。",
        en="The bracket at character {at} has no partner. Add or remove one.",
    ),
    "segment_syntax_quote": Phrase(
        zh="第 {at} 个字的引号没有配对。请补上。", en="The quotation mark at character {at} has no partner. Add it."
    ),
    "segment_syntax_value": Phrase(
        zh="「{field}」后面（第 {at} 个字）缺少内容。例如：等级:A，最近联系<30天。",
        en="The value of {field} is missing at character {at}. For example: tier:A, last_contact<30d.",
    ),
    "segment_operator_invalid": Phrase(
        zh="「{field}」不能用 {operator} 比较，请用 : 或 !=。",
        en="{field} cannot be compared with {operator}. Use : or != instead.",
    ),
    "segment_value_invalid": Phrase(
        zh="「{field}」不能和「{value}」比较。请写时间长度，例如 <30天、>2周；联系和创建时间也可以写日期。",
        en=(
            '{field} cannot be compared with "{value}". Use an amount of time '
            "such as <30d or >2w; for contact and creation a date will do too."
        ),
    ),
    "segment_field_unknown": Phrase(
        zh=(
            "没有「{field}」这个字段（第 {at} 个字）。可以用：标签、"
            "阶段、等级、负责人、公司、来源、生日、最近联系、创建，或自定义字段。"
        ),
        en=(
            'There is no field "{field}" (character {at}). Use tag, stage, tier, owner, '
            "company, source, birthday, last_contact, created, or a field of your own."
        ),
    ),
    "segment_circular": Phrase(
        zh="分组「{name}」包含了它自己。请改掉其中一个。",
        en='The segment "{name}" contains itself. Change one of the two.',
    ),
    "segment_name_taken": Phrase(
        zh="「{name}」已经是标签、阶段或别人的分组。请换一个名字。",
        en='"{name}" is a tag, a stage, or somebody else\'s segment. Choose another name.',
    ),
    "segment_not_found": Phrase(
        zh="没有「{name}」这个分组。请检查名字。", en='There is no segment "{name}". Check the name.'
    ),
    "field_sensitive": Phrase(
        zh="字段「{field}」是敏感信息，你的角色不能用它筛选。请联系管理员。",
        en="The field {field} is sensitive, and your role may not search by it. Ask an administrator.",
    ),
}
