"""Fields of a customer as people call them in a command, and how a field and its value are said."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot import cards
from bot.commands.command import Turn
from bot.language import grammar
from bot.language.phrase import Phrase
from bot.language.phrases import cards as labels
from crm_core.customers import fields, names, stages
from crm_core.customers.field_words import BY_KEY
from crm_core.customers.tables import CustomerKind, Stage

LABELS: Mapping[str, Phrase] = {
    "name": labels.NAME,
    "kind": labels.KIND,
    "company": labels.COMPANY,
    "position": labels.POSITION,
    "owner": labels.OWNER,
    "stage": labels.STAGE,
    "tier": labels.TIER,
    "tags": labels.TAGS,
    "phone": labels.PHONE,
    "email": labels.EMAIL,
    "address": labels.ADDRESS,
    "birthday": labels.BIRTHDAY,
    "source": labels.SOURCE,
    "timezone": labels.TIMEZONE,
    "language": labels.LANGUAGE,
    "opted_out": labels.OPTED_OUT_LABEL,
    "last_contact": labels.LAST_CONTACT,
    "next_nudge": labels.NEXT_NUDGE,
    "note": labels.NOTE,
}

#: Words for what is no field of the record but is asked for and said in the same way.
_MORE = {
    names.matching_form(word): field
    for field, words in {
        "tags": ("标签", "tag", "tags", "label", "labels"),
        "last_contact": ("最近联系", "上次联系", "最后联系", "last contact", "last contacted"),
        "next_nudge": ("下次提醒", "下次跟进", "提醒", "下一步", "next reminder", "next step", "reminder"),
        "note": ("备注", "笔记", "最近备注", "note", "notes"),
        "email": ("mail", "e-mail address", "email address"),
        "phone": ("number", "phone number", "mobile number"),
        "company": ("employer",),
    }.items()
    for word in words
}
_LONGEST = 40
_BREAK = re.compile(r"[\s:：=＝]")


@dataclass(frozen=True)
class Leading:
    """A field named at the beginning of a text, and what follows. `apart`: a sign or a space stands between."""

    field: str
    rest: str
    apart: bool


def field_of(turn: Turn, text: str) -> str | None:
    """The field these words stand for, custom ones included; None when they are anything else."""
    key = names.matching_form(text[:_LONGEST].rstrip("?？。.! "))
    known = _MORE.get(key) or BY_KEY.get(key)
    if known is not None or not key:
        return known
    definition = fields.find(turn.session, key)
    return None if definition is None else definition.key


def leading(turn: Turn, text: str) -> Leading | None:
    """The field whose word the text begins with; the longest word wins. A Latin word must end there."""
    known = {**_custom_words(turn), **BY_KEY, **_MORE}
    for end in range(min(len(text), _LONGEST), 0, -1):
        field = known.get(names.matching_form(text[:end])) if not text[end - 1].isspace() else None
        if field is not None and _ends(text, end):
            apart = end == len(text) or _BREAK.match(text[end]) is not None
            return Leading(field, grammar.rest_after(text[end:]), apart)
    return None


def label_of(turn: Turn, field: str) -> str:
    """What the field is called in the language of the turn."""
    if field in LABELS:
        return turn.say(LABELS[field])
    definition = next((each for each in fields.active(turn.session) if each.key == field), None)
    if definition is None:
        return field
    return definition.label_zh if turn.language == "zh" else definition.label_en


def value_of(turn: Turn, field: str, value: str) -> str:
    """A stored value as people read it: stages, kinds, yes and no in the language of the turn."""
    if field == "stage" and value:
        return stages.stage_word(Stage(value), turn.language)
    if field == "kind" and value:
        return stages.kind_word(CustomerKind(value), turn.language)
    return cards.yes_or_no(turn, value) if field not in LABELS or field == "opted_out" else value


def _custom_words(turn: Turn) -> dict[str, str]:
    return {word: each.key for each in fields.active(turn.session) for word in fields.words(each)}


def _ends(text: str, end: int) -> bool:
    if end == len(text):
        return True
    before, following = text[end - 1], text[end]
    return not (before.isascii() and before.isalnum() and following.isascii() and following.isalnum())
