"""查/find, and a text that calls no command: mostly a name."""

import re
from dataclasses import replace

from bot import cards
from bot.commands.choosing import choice, unknown
from bot.commands.command import Command, Reply, Turn
from bot.commands.naming import Found, look, named
from bot.language.nearest import Nearest, nearest
from bot.language.phrases import find as phrases
from bot.language.phrases import router as router_phrases
from crm_core.chat import Button, ButtonStyle, Card
from crm_core.customers import companies
from crm_core.customers.tables import Customer, CustomerKind
from crm_core.people.viewer import Right

#: Longer texts without a command are not taken for a name.
LONGEST_NAME = 60
#: So many people of a company stand on its card.
MOST_PEOPLE = 8

_DIRECT = re.compile(r"[#＃]\s*\d{1,18}\Z")
_PRONOUN = re.compile(r"他|她|它|这个客户|这位客户|这家公司|him|her|it|this customer", re.IGNORECASE)
_THANKS = re.compile(r"(?:多谢|谢谢|谢了|感谢|辛苦|thanks|thank you|thx|cheers)[\s!！。.~了你您啊]*", re.IGNORECASE)
_EMPTY = re.compile(r"[\W_]*")


def run_find(turn: Turn, rest: str) -> Reply:
    """The card of the one who is meant, or a list to choose from."""
    if not rest or _DIRECT.match(rest) or _PRONOUN.fullmatch(rest):
        return card_of(turn, named(turn, turn.say(phrases.WORD), rest).customer)
    if _EMPTY.fullmatch(rest):
        return turn.reply(phrases.TOO_WIDE)
    found = look(turn, rest)
    return _unclear(turn, rest, found) if not found.clear else card_of(turn, found.customers[0])


def run_bare(turn: Turn, text: str) -> Reply:
    """A name, a mistyped command, or something else."""
    if _THANKS.fullmatch(text):
        return replace(turn.reply(phrases.THANKS), missed=True)
    if len(text) > LONGEST_NAME or "\n" in text or _EMPTY.fullmatch(text):
        return _not_understood(turn, text)
    if _DIRECT.match(text) or _PRONOUN.fullmatch(text):
        return run_find(turn, text)
    found = look(turn, text)
    if found.customers and not found.near:
        return card_of(turn, found.customers[0]) if found.clear else _unclear(turn, text, found)
    meant = _mistyped(turn, text)
    return _did_you_mean(turn, meant) if meant is not None else _unclear(turn, text, found)


def card_of(turn: Turn, customer: Customer, said: str = "") -> Reply:
    """The card, under a line that says what was done; with a company's, its people to go on with."""
    card = replace(cards.customer_card(turn, customer), text=said)
    if customer.kind is not CustomerKind.COMPANY:
        return Reply(card, subject_id=customer.id)
    people = companies.people_of(turn.session, customer, viewer=turn.viewer, limit=MOST_PEOPLE)
    lines = [f"{number}. {line}" for number, line in enumerate(cards.lines_of(turn, people), start=1)]
    answers = {str(number): f"{turn.say(phrases.WORD)} #{one.id}" for number, one in enumerate(people, start=1)}
    shown = tuple(one.id for one in people)
    return Reply(replace(card, items=tuple(lines)), answers, subject_id=customer.id, shown=shown)


def _unclear(turn: Turn, text: str, found: Found) -> Reply:
    again = f"{turn.say(phrases.WORD)} {{}}"
    if found.near or not found.customers:
        return unknown(turn, text, found.customers, again=again)
    return choice(turn, turn.say(phrases.SEVERAL, name=cards.shortened(text, 40)), found.customers, again=again)


def _not_understood(turn: Turn, text: str) -> Reply:
    meant = _mistyped(turn, text)
    if meant is not None:
        return _did_you_mean(turn, meant)
    return replace(turn.reply(router_phrases.NOT_UNDERSTOOD), missed=True)


def _mistyped(turn: Turn, text: str) -> Nearest | None:
    return nearest(text, (word for command in turn.commands for word in command.words))


def _did_you_mean(turn: Turn, meant: Nearest) -> Reply:
    button = Button(cards.shortened(meant.text, 40), meant.text, ButtonStyle.PRIMARY)
    text = turn.say(router_phrases.DID_YOU_MEAN, word=meant.word)
    answers = {"1": meant.text} if turn.awaits else {"yes": meant.text, "1": meant.text}
    return Reply(Card(text=text, buttons=(button,)), answers=answers, personal=False, missed=True)


COMMANDS = (
    Command(
        name="find",
        words=("查", "find", "查找", "查询", "搜", "看", "show", "open", "lookup", "f"),
        right=Right.READ,
        writes=False,
        run=run_find,
        usage=phrases.USAGE,
        summary=phrases.SUMMARY,
    ),
)

BARE = Command(
    name="bare",
    words=(),
    right=Right.READ,
    writes=False,
    run=run_bare,
    usage=phrases.USAGE,
    summary=phrases.SUMMARY,
)
