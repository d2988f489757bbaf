"""字段/field: the fields a company adds to its customers."""

import re
from dataclasses import dataclass
from itertools import chain

from bot.commands.command import Command, Reply, Turn
from bot.language.phrases import fields as phrases
from crm_core.chat import Card
from crm_core.customers import fields
from crm_core.customers.tables import FieldDefinition, FieldType
from crm_core.people.viewer import Right
from crm_core.text.pinyin import syllables

_ADD = re.compile(r"(?:添加|新增|加|add|new)\s+(.+)", re.IGNORECASE | re.DOTALL)
_ARCHIVE = re.compile(r"(?:归档|停用|删除|archive|remove)\s+(.+)", re.IGNORECASE | re.DOTALL)
_SENSITIVE = re.compile(r"(?<!\S)(?:敏感|保密|sensitive)(?!\S)", re.IGNORECASE)
_CHINESE = re.compile("[㐀-鿿]")

TYPE_WORDS = {
    "文本": FieldType.TEXT,
    "文字": FieldType.TEXT,
    "数字": FieldType.NUMBER,
    "金额": FieldType.NUMBER,
    "日期": FieldType.DATE,
    "选项": FieldType.CHOICE,
    "单选": FieldType.CHOICE,
    "是否": FieldType.YES_NO,
    "yes/no": FieldType.YES_NO,
    "yesno": FieldType.YES_NO,
    **{kind.value: kind for kind in FieldType},
}


@dataclass(frozen=True)
class Declared:
    """A field as it was asked for."""

    key: str
    label_zh: str
    label_en: str
    type: FieldType
    choices: tuple[str, ...]
    sensitive: bool


def run_field(turn: Turn, rest: str) -> Reply:
    """The list of custom fields, or a new one, or one put away."""
    if not rest or rest.lower() in ("list", "列表"):
        return _all(turn)
    turn.viewer.require(Right.ADMIN)
    if (adding := _ADD.fullmatch(rest)) is not None:
        return _add(turn, adding[1])
    if (archiving := _ARCHIVE.fullmatch(rest)) is not None:
        return _archive(turn, archiving[1].strip())
    raise turn.refusal(phrases.NOT_UNDERSTOOD, text=rest[:80], usage=turn.say(phrases.USAGE).splitlines()[0])


def _all(turn: Turn) -> Reply:
    known = fields.active(turn.session)
    if not known:
        return turn.reply(phrases.NONE)
    items = tuple(turn.say(phrases.ITEM, key=one.key, **_described(turn, one)) for one in known)
    footer = turn.say(phrases.FOOTER, label=_label(turn, known[0]))
    return Reply(Card(title=turn.say(phrases.TITLE), items=items, footer=footer), personal=False)


def _described(turn: Turn, definition: FieldDefinition) -> dict[str, str]:
    return {
        "label": _label(turn, definition),
        "type": turn.say(phrases.TYPES[definition.type]),
        "choices": turn.say(phrases.CHOICES, choices=", ".join(definition.choices)) if definition.choices else "",
        "sensitive": turn.say(phrases.SENSITIVE) if definition.sensitive else "",
    }


def _label(turn: Turn, definition: FieldDefinition) -> str:
    return definition.label_zh if turn.language == "zh" else definition.label_en


def _add(turn: Turn, text: str) -> Reply:
    asked = _declared(turn, text)
    added = fields.declare(
        turn.session,
        asked.key,
        asked.label_zh,
        asked.label_en,
        asked.type,
        choices=asked.choices,
        sensitive=asked.sensitive,
        viewer=turn.viewer,
    )
    return turn.reply(phrases.ADDED, **_described(turn, added))


def _declared(turn: Turn, text: str) -> Declared:
    """`预算 数字`, `身份证号/ID number 文本 敏感`, `Industry choice finance, retail`: label, type, choices."""
    sensitive = _SENSITIVE.search(text) is not None
    words = _SENSITIVE.sub("", text).split()
    at = next((at for at, word in enumerate(words) if at > 0 and _type(word, words[at:]) is not None), None)
    if at is None:
        raise turn.refusal(phrases.NO_TYPE, label=" ".join(words)[:40])
    label, kind = " ".join(words[:at]), _type(words[at], words[at:]) or FieldType.TEXT
    choices = _choices(" ".join(words[at + 1 :])) if kind is FieldType.CHOICE else ()
    if kind is FieldType.CHOICE and not choices:
        raise turn.refusal(phrases.NO_CHOICES, label=label[:40])
    zh, en = _labels(label)
    return Declared(_key(en), zh, en, kind, choices, sensitive)


def _type(word: str, following: list[str]) -> FieldType | None:
    """The type this word names; the last such word counts, unless choices follow ("ID number text")."""
    kind = TYPE_WORDS.get(word.lower())
    later = [TYPE_WORDS.get(one.lower()) for one in following[1:]]
    return None if kind is not FieldType.CHOICE and any(later) else kind


def _choices(text: str) -> tuple[str, ...]:
    listed = re.split(r"[,，、;；/|]", text) if re.search(r"[,，、;；/|]", text) else text.split()
    return tuple(dict.fromkeys(choice.strip() for choice in listed if choice.strip()))


def _labels(label: str) -> tuple[str, str]:
    """Chinese and English label of `身份证号/ID number`; one alone serves as both."""
    parts = [part.strip() for part in label.split("/") if part.strip()]
    if len(parts) != 2:
        return label, label
    return (parts[0], parts[1]) if _CHINESE.search(parts[0]) else (parts[1], parts[0])


def _key(label: str) -> str:
    """A key of small letters, digits and low lines; Chinese by its pinyin."""
    spelled = "_".join(chain.from_iterable(syllables(part) for part in label.split()))
    key = re.sub(r"[^a-z0-9]+", "_", spelled.lower()).strip("_")[:40]
    return key if key[:1].isalpha() else f"f_{key}"[:40]


def _archive(turn: Turn, label: str) -> Reply:
    known = fields.active(turn.session)
    wanted = label.lower()
    found = [one for one in known if wanted in (one.key, one.label_zh.lower(), one.label_en.lower())]
    if not found:
        names = ", ".join(_label(turn, one) for one in known) or "-"
        raise turn.refusal(phrases.UNKNOWN, label=label[:40], known=names)
    fields.archive(turn.session, found[0], now=turn.now)
    return turn.reply(phrases.ARCHIVED, label=_label(turn, found[0]))


COMMANDS = (
    Command(
        name="field",
        words=("字段", "field", "fields", "自定义字段"),
        right=Right.READ,
        writes=True,
        run=run_field,
        usage=phrases.USAGE,
        summary=phrases.SUMMARY,
    ),
)
