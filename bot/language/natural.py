"""Sentences without a command word, read by the table in `sentences.txt`; no model."""

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

from bot.language import grammar

#: Longer texts are not sentences of this kind.
LONGEST = 300

_FIELDS_ZH = (
    "手机号码|手机号|手机|电话号码|联系电话|电话|联系方式|邮箱地址|邮箱|电子邮件|邮件|地址|生日|公司|单位|职位|职务|"
    "阶段|状态|进度|等级|级别|标签|来源|负责人|姓名|名字|时区|语言"
)
_FIELDS_EN = (
    "phone number|mobile number|phone|mobile|number|e-?mail address|e-?mail|mail|address|birthday|company|employer|"
    "position|job title|title|stage|status|tier|level|tags?|source|owner|name|time ?zone|language"
)
_STAGES_ZH = "潜在客户|潜在|意向客户|意向|成交客户|成交|忠诚客户|忠诚|流失客户|流失"
_STAGES_EN = "lead|prospect|interested|qualified|won|closed won|loyal|lost|churned|closed lost"
_NAME = "[^,;:?\n]{1,40}?"

#: What a `{place}` of a pattern takes.
_PLACES = {
    "who": f"(?P<who>{_NAME})",
    "other": f"(?P<other>{_NAME})",
    "tag": f"(?P<tag>{_NAME})",
    "query": r"(?P<query>[^,?\n]{1,60}?)",
    "fieldzh": f"(?P<field>{_FIELDS_ZH})",
    "fielden": f"(?P<field>{_FIELDS_EN})",
    "anyfield": "(?P<field>[^的,。是']{1,20}?)",
    "stagezh": f"(?P<value>{_STAGES_ZH})",
    "stageen": f"(?P<value>{_STAGES_EN})",
    "tier": "(?P<value>[abc])",
    "value": "(?P<value>.+?)",
    "text": "(?P<text>.+)",
    "time": "(?P<time>.{1,40}?)",
    "days": r"(?P<days>\d{1,3})",
    "number": r"(?P<number>\d{1,18})",
}
_ENDING = re.compile(r"[\s?.!。~…]+$")
_PARTICLES = re.compile(r"[吗呢啊呀吧嘛哦啦]+$")


@dataclass(frozen=True)
class Sentence:
    """A row of the table."""

    pattern: re.Pattern[str]
    command: str


def read(text: str, *, led_only: bool = False) -> str | None:
    """The command text a sentence stands for, or None.

    `led_only`: only sentences that begin with a word of their own; for a text that begins with a command's word.
    """
    if len(text) > LONGEST or "\n" in text:
        return None
    whole = _cut(text, _ENDING)
    return _read(whole, led_only) or _read(_cut(whole, _PARTICLES), led_only)


def _read(text: str, led_only: bool) -> str | None:
    folded = grammar.fold(text)
    for sentence in sentences():
        match = sentence.pattern.fullmatch(folded)
        if match is not None and not (led_only and _begins_with_a_place(match)):
            return _filled(sentence.command, text, match)
    return None


def _filled(command: str, text: str, match: re.Match[str]) -> str:
    """The command with what the sentence says in its places, as it was written."""
    said = {name: text[match.start(name) : match.end(name)].strip() for name in match.re.groupindex if match[name]}
    return re.sub(r"\{(\w+)\}", lambda place: said.get(place[1], ""), command).strip()


def _begins_with_a_place(match: re.Match[str]) -> bool:
    return any(match.start(name) == 0 for name in match.re.groupindex)


def _cut(text: str, ending: re.Pattern[str]) -> str:
    return text[: len(text) - len(found.group())] if (found := ending.search(grammar.fold(text))) else text


@cache
def sentences() -> tuple[Sentence, ...]:
    """The table, in order."""
    lines = resources.files("bot.language").joinpath("sentences.txt").read_text(encoding="utf-8").splitlines()
    return tuple(_sentence(line) for line in lines if line.strip() and not line.startswith("#"))


def _sentence(line: str) -> Sentence:
    pattern, command = (part.strip() for part in line.split("  →  "))
    compiled = re.sub(r"\{([a-z]+)\}", lambda place: _PLACES[place[1]], pattern)
    return Sentence(re.compile(compiled), command)
