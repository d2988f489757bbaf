"""Asking which customer is meant: a numbered list, or an offer to create one."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot import cards
from bot.commands.command import Reply, Turn
from bot.language.phrases import naming as phrases
from crm_core.chat import Button, ButtonStyle, Card
from crm_core.customers.tables import Customer
from crm_core.people.viewer import Right

#: How many customers a list to choose from offers.
OFFERED = 5

#: What stands in questions, orders and searches, and in no name.
_NO_NAME = re.compile(r"[?？!！%<>\[\]{}|\n#=：]|[的吗呢吧们我你他她它]|什么|怎么|多少|哪|谁|为何|如何")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def choice(turn: Turn, title: str, customers: Sequence[Customer], *, again: str) -> Reply:
    """A numbered list to choose from. `again`: the command to run, with `{}` where "#id" goes."""
    offered = customers[:OFFERED]
    commands = [again.replace("{}", f"#{customer.id}") for customer in offered]
    lines = [f"{number}. {line}" for number, line in enumerate(cards.lines_of(turn, offered), start=1)]
    more = turn.say(phrases.MORE, count=OFFERED) if len(customers) > OFFERED else turn.say(phrases.SEVERAL_FOOTER)
    return Reply(
        Card(
            text=title,
            items=tuple(lines),
            buttons=tuple(
                Button(f"{number}. {customer.name}", command)
                for number, (customer, command) in enumerate(zip(offered, commands, strict=True), start=1)
            ),
            footer=more,
        ),
        answers={str(number): command for number, command in enumerate(commands, start=1)},
        shown=tuple(customer.id for customer in offered),
    )


def unknown(turn: Turn, name: str, near: Sequence[Customer], *, again: str) -> Reply:
    """Nobody of this name: those `near` it, and an offer to create the customer. A "yes" is for a question that
    waits, where one does."""
    shown = cards.shortened(name, 40)
    if near:
        asked = choice(turn, turn.say(phrases.NEAR, name=shown), near, again=again)
        return _with_offer(turn, replace(asked, missed=True), shown)
    return _with_offer(turn, replace(turn.reply(phrases.NOBODY, name=shown), missed=True), shown)


def _with_offer(turn: Turn, reply: Reply, name: str) -> Reply:
    if not turn.viewer.may(Right.WRITE) or not creatable(name):
        return reply
    command = turn.say(phrases.CREATE_COMMAND, name=name)
    button = Button(turn.say(phrases.CREATE_BUTTON, name=name), command, ButtonStyle.PRIMARY)
    card = reply.card
    asks = not card.items and not turn.awaits
    question = turn.say(phrases.CREATE_QUESTION) if asks else ""
    return Reply(
        Card(
            text="\n".join(part for part in (card.text, question) if part),
            items=card.items,
            buttons=(*card.buttons, button),
            footer=card.footer,
        ),
        answers={**reply.answers, "yes": command} if asks else reply.answers,
        shown=reply.shown,
        personal=reply.personal,
        missed=reply.missed,
    )


def creatable(name: str) -> bool:
    """Whether a text could be somebody's name: short, with a letter, without signs of a search or a sentence."""
    return (
        len(name) <= 40
        and any(letter.isalpha() for letter in name)
        and _NO_NAME.search(name) is None
        and not (" " in name and _CHINESE.search(name))
    )
