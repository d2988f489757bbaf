"""标签/tag: labels on a customer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot import cards
from bot.commands.command import Command, Reply, Turn
from bot.commands.naming import named
from bot.language.phrases import tags as phrases
from crm_core.chat import Card
from crm_core.customers import names
from crm_core.customers.tables import Customer
from crm_core.people.viewer import Right
from crm_core.tags import tags

#: How many tags the list of all shows.
LISTED = 40

_SIGN = re.compile(
    r"(?P<plus>[+＋#＃]|加上|加|添加|打上|(?:add|with)\b)|"
    r"(?P<minus>[-－−–—]|去掉|删除|删掉|移除|取消|(?:remove|delete|drop|without)\b)",
    re.IGNORECASE,
)
_PART = re.compile(r"[,，、;；\n]+|\s+(?=[+＋\-－−#＃])")


@dataclass(frozen=True)
class _Order:
    """Tags to put on and to take off."""

    on: Sequence[str]
    off: Sequence[str]


def run_tag(turn: Turn, rest: str) -> Reply:
    """Put tags on a customer and take them off; show them without any; all tags without a name."""
    if not rest:
        return _all_tags(turn)
    meant = named(turn, turn.say(phrases.TAG_WORD), rest, nameless=lambda text: _are_tags(turn, text))
    order = _order(turn, meant.rest)
    if not order.on and not order.off:
        return Reply(_standing(turn, meant.customer, ()), subject_id=meant.customer.id)
    turn.viewer.require(Right.WRITE)
    off = tags.remove(turn.session, meant.customer, order.off, viewer=turn.viewer, now=turn.now) if order.off else []
    on = tags.add(turn.session, meant.customer, order.on, viewer=turn.viewer, now=turn.now) if order.on else []
    return Reply(
        _standing(turn, meant.customer, _said(turn, meant.customer, order, on, off)), subject_id=meant.customer.id
    )


def _said(turn: Turn, customer: Customer, order: _Order, on: Sequence[str], off: Sequence[str]) -> list[str]:
    lines = (
        (phrases.TAGGED, on),
        (phrases.UNTAGGED, off),
        (phrases.HAS_ALREADY, _missing(order.on, on)),
        (phrases.HAS_NOT, _missing(order.off, off)),
    )
    return [turn.say(phrase, name=customer.name, tags=cards.listed(turn, some)) for phrase, some in lines if some]


def _missing(wanted: Sequence[str], done: Sequence[str]) -> list[str]:
    keys = {names.matching_form(name) for name in done}
    return [name for name in wanted if names.matching_form(name) not in keys]


def _standing(turn: Turn, customer: Customer, lines: Sequence[str]) -> Card:
    carried = tags.of(turn.session, [customer.id])[customer.id]
    now = (
        turn.say(phrases.NOW, tags=cards.listed(turn, carried))
        if carried
        else turn.say(phrases.NONE_NOW, name=customer.name)
    )
    return Card(
        title="" if lines else customer.name,
        text="\n".join((*lines, now)),
        buttons=(cards.open_button(turn, customer.id),),
    )


def _order(turn: Turn, text: str) -> _Order:
    on: list[str] = []
    off: list[str] = []
    towards = on
    for part in _parts(turn, text):
        sign = _SIGN.match(part)
        if sign is not None:
            towards = on if sign["plus"] else off
        bare = part[sign.end() :] if sign is not None else part
        name = bare.strip().removesuffix("标签").strip(" :：\"'「」")
        if name:
            towards.append(tags.parse_name(name))
    return _Order(on, off)


def _parts(turn: Turn, text: str) -> list[str]:
    """One part for each tag: parted by commas and signs; without any by spaces, unless the whole is a tag already."""
    parts = [part.strip() for part in _PART.split(text.strip())]
    whole = tags.find(turn.session, text.strip()) is not None
    if len(parts) > 1 or whole or text[:1] in "+＋#＃-－−":
        return parts
    return text.split()


def _are_tags(turn: Turn, text: str) -> bool:
    """Whether a text without a name can only be tags: signed, one word, or all of them known."""
    if _SIGN.match(text) or not re.search(r"\s", text.strip()):
        return True
    return all(tags.find(turn.session, part) is not None for part in _parts(turn, text))


def _all_tags(turn: Turn) -> Reply:
    found = tags.all_tags(turn.session)
    if not found:
        return turn.reply(phrases.NO_TAGS)
    lines = [turn.say(phrases.COUNTED, name=name, count=count) for name, count in found[:LISTED]]
    more = turn.say(phrases.MORE_TAGS, count=len(found) - LISTED) if len(found) > LISTED else ""
    card = Card(title=turn.say(phrases.ALL_TAGS), text=cards.listed(turn, lines), footer=more)
    return Reply(card)


COMMANDS = (
    Command(
        name="tag",
        words=("标签", "tag", "打标签", "标记", "tags", "label"),
        right=Right.READ,
        writes=True,
        run=run_tag,
        usage=phrases.TAG_USAGE,
        summary=phrases.TAG_SUMMARY,
    ),
)
