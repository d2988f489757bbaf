"""帮助/help and 我是谁/whoami."""

import re

from bot import cards
from bot.commands.command import Command, Reply, Turn
from bot.language import grammar
from bot.language.phrases import help as phrases
from crm_core.chat import Card, Field
from crm_core.people.viewer import Right

#: Commands with a line of their own in the overview, and the widest such line, in characters.
LISTED = 18
WIDEST = 48


def run_help(turn: Turn, rest: str) -> Reply:
    """All commands, or one in detail."""
    if not rest:
        return _overview(turn)
    wanted = grammar.fold(rest).strip()
    for command in turn.commands:
        if wanted in command.words or wanted == command.name:
            return _details(turn, command)
    return turn.reply(phrases.NO_SUCH, word=rest[:40])


def run_whoami(turn: Turn, _rest: str) -> Reply:
    """Who the bot takes the person for, and what that allows."""
    viewer = turn.viewer
    fields = (
        Field(turn.say(phrases.ROLE), turn.say(phrases.ROLES[viewer.role])),
        Field(turn.say(phrases.SEES), _scope(turn)),
        Field(turn.say(phrases.ZONE), viewer.timezone),
        Field(turn.say(phrases.HANDLE), f"{turn.platform}:{turn.platform_user_id}"),
    )
    return Reply(Card(title=turn.say(phrases.WHOAMI, name=viewer.name), fields=fields), personal=False)


def _scope(turn: Turn) -> str:
    owners = turn.viewer.owners
    if owners is None:
        return turn.say(phrases.SEES_ALL)
    if len(owners) > 1:
        return turn.say(phrases.SEES_TEAM, count=len(owners))
    return turn.say(phrases.SEES_OWN)


def _overview(turn: Turn) -> Reply:
    """One line for each of the commonest commands, and the words of the others."""
    allowed = [command for command in turn.commands if turn.viewer.may(command.right)]
    others = cards.listed(turn, [command.word(turn.language) for command in allowed[LISTED:]])
    card = Card(
        title=turn.say(phrases.TITLE),
        items=tuple(_line(turn, command) for command in allowed[:LISTED]),
        text=turn.say(phrases.INTRODUCTION),
        footer=turn.say(phrases.FOOTER_MORE if others else phrases.FOOTER, others=others),
    )
    return Reply(card, personal=False)


def _line(turn: Turn, command: Command) -> str:
    summary = re.split("[;；]", turn.say(command.summary))[0].strip()
    return f"{command.word(turn.language)} — {cards.shortened(summary, WIDEST)}"


def _details(turn: Turn, command: Command) -> Reply:
    usage, *examples = turn.say(command.usage).splitlines()
    others = turn.say(phrases.OTHER_WORDS, words=", ".join(command.words))
    return Reply(
        Card(title=usage, text=turn.say(command.summary), items=tuple(examples), footer=others), personal=False
    )


COMMANDS = (
    Command(
        name="whoami",
        words=("我是谁", "whoami", "who am i"),
        right=Right.READ,
        writes=False,
        run=run_whoami,
        usage=phrases.WHOAMI_USAGE,
        summary=phrases.WHOAMI_SUMMARY,
    ),
    Command(
        name="help",
        words=("帮助", "help", "?", "怎么用", "菜单", "menu"),
        right=Right.READ,
        writes=False,
        run=run_help,
        usage=phrases.HELP_USAGE,
        summary=phrases.HELP_SUMMARY,
    ),
)
