"""Problems of `crm_core/tags`."""

from bot.language.phrase import Phrase

PROBLEMS: dict[str, Phrase] = {
    "tag_not_found": Phrase(
        zh="没有「{name}」这个标签、分组或阶段。发送 标签 查看已有的;名字里有空格或符号时请加引号。",
        en=(
            'There is no tag, segment or stage "{name}". Send tag to see '
            "those there are; put a name with spaces or signs in quotes."
        ),
    ),
    "tag_name_empty": Phrase(zh="标签名是空的。请写上名字。", en="The tag has no name. Write one."),
    "tag_name_too_long": Phrase(
        zh="标签名太长,最多 {limit} 个字。", en="The tag's name is too long: at most {limit} characters."
    ),
    "tag_name_quoted": Phrase(
        zh="标签名里不能有引号。请去掉引号。", en="A tag's name cannot hold quotation marks. Leave them out."
    ),
    "tag_name_is_segment": Phrase(
        zh="「{name}」已经是一个分组的名字。请换一个标签名。",
        en='"{name}" is the name of a segment. Choose another name for the tag.',
    ),
}
