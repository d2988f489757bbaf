"""合并/merge: two records of the same customer become one."""

import re

from bot import cards
from bot.commands.command import Command, Reply, Turn
from bot.commands.fieldwords import label_of, value_of
from bot.commands.naming import named
from bot.language.phrases import merge as phrases
from crm_core.chat import Button, ButtonStyle, Card, Field
from crm_core.customers import merge
from crm_core.customers.merge import MergePreview
from crm_core.customers.tables import Customer
from crm_core.people.viewer import Right

_REFERENCE = re.compile(r"[#＃]\s*(\d{1,18})(?!\d)")
_CONFIRMED = re.compile(r"\s+(?:确认|confirm)\s*$", re.IGNORECASE)
_BETWEEN = re.compile(r"(?:和|与|跟|及|、|&|\+|(?:and|with)(?![a-z]))\s*", re.IGNORECASE)
_INTO = re.compile(r"(?:并入|并到|合并到|合到|到|进|->|→|(?:in)?to(?![a-z]))\s*", re.IGNORECASE)


def run_merge(turn: Turn, rest: str) -> Reply:
    """Show what merging two customers would do; merge them once confirmed."""
    keep, other = _pair(turn, _CONFIRMED.sub("", rest))
    if _CONFIRMED.search(rest):
        return _merge(turn, keep, other)
    return _preview(turn, keep, other)


def _pair(turn: Turn, text: str) -> tuple[Customer, Customer]:
    """The customer to keep and the other: `A B` keeps A, `A into B` keeps B."""
    if not text:
        raise turn.refusal(phrases.ASK_BOTH)
    word = "合并" if turn.language == "zh" else "merge"
    referred = {int(found) for found in _REFERENCE.findall(text)}
    first = named(turn, word, text, but=referred)
    into = _INTO.match(first.rest)
    between = into or _BETWEEN.match(first.rest)
    tail = first.rest[between.end() :] if between else first.rest
    if not tail:
        raise turn.refusal(phrases.ASK_BOTH)
    joint = " into " if into else " "
    second = named(turn, f"{word} #{first.customer.id}{joint}".rstrip(), tail, but={first.customer.id})
    return (second.customer, first.customer) if into else (first.customer, second.customer)


def _preview(turn: Turn, keep: Customer, other: Customer) -> Reply:
    preview = merge.preview(turn.session, keep, other, viewer=turn.viewer)
    confirm = turn.say(phrases.CONFIRM_COMMAND, keep=keep.id, other=other.id)
    card = Card(
        title=turn.say(phrases.TITLE, keep=keep.name, other=other.name),
        fields=_fields(turn, preview),
        buttons=(
            Button(turn.say(phrases.CONFIRM), confirm, ButtonStyle.PRIMARY),
            Button(
                turn.say(phrases.SWAP, other=other.name), turn.say(phrases.SWAP_COMMAND, keep=keep.id, other=other.id)
            ),
            Button(turn.say(phrases.CANCEL), turn.say(phrases.CANCEL_COMMAND)),
        ),
        footer=turn.say(phrases.FOOTER),
    )
    return Reply(card, answers={"yes": confirm}, subject_id=keep.id, shown=(other.id,))


def _fields(turn: Turn, preview: MergePreview) -> tuple[Field, ...]:
    """What the survivor gains, and where the two differ, the value that stays first."""
    gained: dict[str, list[str]] = {}
    for gain in preview.gains:
        gained.setdefault(gain.field, []).append(value_of(turn, gain.field, gain.value))
    fields = [Field(f"+ {_label(turn, field)}", cards.listed(turn, values)) for field, values in gained.items()]
    fields.extend(
        Field(
            _label(turn, one.field),
            turn.say(
                phrases.DIFFERENCE,
                kept=value_of(turn, one.field, one.kept),
                dropped=value_of(turn, one.field, one.dropped),
            ),
        )
        for one in preview.differences
    )
    return tuple(fields) or (Field(turn.say(phrases.ADDED), turn.say(phrases.NOTHING)),)


def _label(turn: Turn, field: str) -> str:
    own = phrases.LABELS.get(field)
    return turn.say(own) if own is not None else label_of(turn, field)


def _merge(turn: Turn, keep: Customer, other: Customer) -> Reply:
    merge.merge(turn.session, keep, other, viewer=turn.viewer, now=turn.now)
    text = turn.say(phrases.DONE, keep=keep.name, other=other.name)
    show = Button(turn.say(phrases.SHOW, keep=keep.name), turn.say(phrases.SHOW_COMMAND, keep=keep.id))
    return Reply(Card(text=text, buttons=(show,)), subject_id=keep.id)


COMMANDS = (
    Command(
        name="merge",
        words=("合并", "merge"),
        right=Right.WRITE,
        writes=True,
        run=run_merge,
        usage=phrases.USAGE,
        summary=phrases.SUMMARY,
    ),
)
