"""What is wrong with a document that was written for the program: by the kind of flaw, as pydantic names it."""

from bot.language.phrase import Phrase

#: Item `number`, counted from 1, of what is repeated.
NUMBERED = Phrase(zh="{name} 第 {number} 项", en="{name} no. {number}")
BETWEEN = Phrase(zh="，", en=", ")
AND = Phrase(zh="；", en="; ")
AT = Phrase(zh="{place}：{problem}", en="{place}: {problem}")

_NUMBER = Phrase(zh="这里要写整数", en="an integer belongs here")
_DECIMAL = Phrase(zh="这里要写数字", en="a number belongs here")
_YES_OR_NO = Phrase(zh="这里要写 true 或 false", en="true or false belongs here")
_TIME = Phrase(
    zh="这里要写带时区的时间，如 2026-11-18T09:00:00+08:00",
    en="a time with its offset belongs here, such as 2026-11-18T09:00:00+08:00",
)
_LIST = Phrase(zh="这里要写一个列表", en="a list belongs here")
_SECTION = Phrase(
    zh="这里不是一个值，而是带有几项设置的一节", en="this is a section with settings of its own, no value"
)
_ONE_OF = Phrase(zh="只能是 {expected}", en="it is {expected}")

KINDS: dict[str, Phrase] = {
    "missing": Phrase(zh="缺少这一项", en="this is missing"),
    "extra_forbidden": Phrase(zh="没有这一项，请检查拼写", en="there is no such setting; look at its spelling"),
    "string_type": Phrase(zh="这里要写带引号的文字", en="text in quotation marks belongs here"),
    "int_type": _NUMBER,
    "int_parsing": _NUMBER,
    "int_from_float": _NUMBER,
    "float_type": _DECIMAL,
    "float_parsing": _DECIMAL,
    "finite_number": _DECIMAL,
    "int_parsing_size": Phrase(zh="这个数字太大", en="this number is too large"),
    "bool_type": _YES_OR_NO,
    "bool_parsing": _YES_OR_NO,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "dict_type": _SECTION,
    "model_type": _SECTION,
    "model_attributes_type": _SECTION,
    "string_unicode": Phrase(zh="文字里有无效的字符", en="there is a broken character in this text"),
    "literal_error": _ONE_OF,
    "enum": _ONE_OF,
    "string_too_short": Phrase(zh="太短，至少要 {min_length} 个字符", en="too short: at least {min_length} characters"),
    "string_too_long": Phrase(zh="太长，最多 {max_length} 个字符", en="too long: at most {max_length} characters"),
    "too_short": Phrase(zh="太少，至少要 {min_length} 项", en="too few: at least {min_length}"),
    "too_long": Phrase(zh="太多，最多 {max_length} 项", en="too many: at most {max_length}"),
    "greater_than": Phrase(zh="要大于 {gt}", en="more than {gt} belongs here"),
    "greater_than_equal": Phrase(zh="不能小于 {ge}", en="at least {ge} belongs here"),
    "less_than": Phrase(zh="要小于 {lt}", en="less than {lt} belongs here"),
    "less_than_equal": Phrase(zh="不能大于 {le}", en="at most {le} belongs here"),
    "datetime_type": _TIME,
    "datetime_parsing": _TIME,
    "datetime_from_date_parsing": _TIME,
    "timezone_aware": _TIME,
    "json_invalid": Phrase(zh="不是有效的 JSON", en="this is no valid JSON"),
    "string_pattern_mismatch": Phrase(zh="写法不对，应符合 {pattern}", en="it should look like {pattern}"),
}
#: Any other kind.
OTHER = Phrase(zh="写法不对，请对照文档检查", en="this is not written as the documentation says")

LINE = Phrase(zh="第 {line} 行第 {column} 列", en="line {line}, column {column}")
END = Phrase(zh="文件结尾", en="at the end of the file")
TWICE = Phrase(zh="同一项写了两次", en="the same is written twice")
SYNTAX = Phrase(
    zh="写法不对，可能少了引号、括号或逗号",
    en="this is not written right; a quotation mark, a bracket or a comma may be missing",
)
NOT_UTF8 = Phrase(zh="文件不是 UTF-8 编码的文字", en="the file is no text in UTF-8")
TOO_DEEP = Phrase(zh="括号套得太深", en="brackets within too many brackets")
TOO_LARGE = Phrase(zh="文件太大，最多 {limit:,} 字节", en="the file is too large: at most {limit:,} bytes")
