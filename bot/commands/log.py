"""归档/log: messages that are kept with a customer because somebody says so; one, or a whole thread."""

import re
from dataclasses import dataclass, replace

from bot import cards
from bot.commands import notes, remind
from bot.commands.command import Command, Detour, Reply, Turn
from bot.commands.naming import named, named_alone
from bot.language import grammar, moments, noun
from bot.language.phrases import log as phrases
from crm_core.chat import Card
from crm_core.conversations import filings
from crm_core.conversations.filings import Filed
from crm_core.conversations.tables import Message
from crm_core.customers.tables import Customer
from crm_core.people.viewer import Right

WORDS = ("归档", "log", "归到")

_WHICH = re.compile(
    r"(?:(?:message|消息)\s+(?P<message>\S{1,255}))?\s*(?P<thread>(?:the\s+)?(?:whole\s+)?thread|整串|整个话题)?",
    re.IGNORECASE,
)
_TAIL = re.compile(r"\s(?:message|消息)\s+(?P<message>\S{1,255})(?P<thread>\s.*)?\Z", re.IGNORECASE)
#: What may follow on the lines below, about the same customer.
_FOLLOWING = {word: each for each in (*notes.COMMANDS, *remind.COMMANDS) for word in each.words}


@dataclass(frozen=True)
class Excerpt:
    """Messages of a room that are wanted: the one of this id, or the whole of its thread."""

    message_id: str
    thread: bool


def excerpt(text: str, thread_id: str) -> Excerpt | None:
    """What a text that may call this command wants logged, so that a platform can fetch it before."""
    intent = grammar.read(text, dict.fromkeys(WORDS, "log"))
    if intent is None:
        return None
    found = _TAIL.search(intent.rest.partition("\n")[0])
    if found is not None:
        return Excerpt(found["message"], bool(found["thread"]))
    return Excerpt(thread_id, thread=True) if thread_id else None


def run_log(turn: Turn, rest: str) -> Reply:
    """Keep the messages with the customer; lines below the first may add a note or a reminder."""
    first, _, following = rest.partition("\n")
    customer, wanted = _meant(turn, first.strip())
    messages = _messages(turn, wanted)
    filed = filings.file(turn.session, messages, customer, viewer=turn.viewer, now=turn.now)
    if not filed.new and not following.strip():
        raise Detour(Reply(Card(text=_known(turn, filed, customer)), subject_id=customer.id))
    text = _logged(turn, filed, customer) if filed.new else _known(turn, filed, customer)
    card = Card(text=text, buttons=(cards.open_button(turn, customer.id),))
    return Reply(_with(turn, card, following.strip()), subject_id=customer.id)


def _meant(turn: Turn, text: str) -> tuple[Customer, Excerpt]:
    meant = named(turn, turn.say(phrases.WORD), text)
    which = _WHICH.fullmatch(meant.rest)
    if which is None:
        return named_alone(turn, turn.say(phrases.WORD), text), Excerpt("", thread=True)
    return meant.customer, Excerpt(which["message"] or "", thread=which["thread"] is not None)


def _messages(turn: Turn, wanted: Excerpt) -> list[Message]:
    if not wanted.message_id and not turn.thread_id:
        raise turn.refusal(phrases.WHERE)
    found = _found(turn, wanted) if wanted.message_id else _thread(turn, turn.thread_id)
    if not found:
        raise turn.refusal(phrases.NOT_KEPT)
    return found


def _found(turn: Turn, wanted: Excerpt) -> list[Message]:
    found = filings.said(turn.session, turn.room, wanted.message_id)
    return _thread(turn, found[0].thread_id or wanted.message_id) if found and wanted.thread else found


def _thread(turn: Turn, thread_id: str) -> list[Message]:
    return filings.thread(turn.session, turn.room, thread_id)


def _logged(turn: Turn, filed: Filed, customer: Customer) -> str:
    text = turn.say(phrases.LOGGED, messages=noun.MESSAGES.count(turn.language, len(filed.new)), name=customer.name)
    if not filed.known:
        return text
    return f"{text} {turn.say(phrases.BESIDES, messages=noun.MESSAGES.count(turn.language, len(filed.known)))}"


def _known(turn: Turn, filed: Filed, customer: Customer) -> str:
    if filed.earlier is None:
        return turn.say(phrases.KNOWN, name=customer.name)
    when = moments.short(filed.earlier.at, now=turn.now, zone=turn.zone, language=turn.language)
    return turn.say(phrases.KNOWN_BY, who=filed.earlier.actor, when=when, name=customer.name)


def _with(turn: Turn, card: Card, following: str) -> Card:
    """The card, with what the note or the reminder below says."""
    intent = grammar.read(following, {word: word for word in _FOLLOWING}) if following else None
    if intent is None:
        return card
    added = _FOLLOWING[intent.command].run(turn, intent.rest).card
    text = "\n".join(part for part in (card.text, added.title, added.text) if part)
    return replace(card, text=text, fields=added.fields)


COMMANDS = (
    Command(
        name="log",
        words=WORDS,
        right=Right.WRITE,
        writes=True,
        run=run_log,
        usage=phrases.USAGE,
        summary=phrases.SUMMARY,
    ),
)
