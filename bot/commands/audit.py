"""审计/audit: who saw or changed a customer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from bot.commands.command import Command, Reply, Turn
from bot.commands.naming import named
from bot.language import moments
from bot.language.phrase import Phrase
from bot.language.phrases import audit as phrases
from bot.language.phrases import find
from crm_core.chat import Card, RoomKind
from crm_core.conversations.tables import Conversation
from crm_core.customers.tables import Customer
from crm_core.people import audit
from crm_core.people.tables import AuditEntry, Operation
from crm_core.people.viewer import Right

SHOWN = 20


@dataclass(frozen=True)
class _Line:
    at: datetime
    actor: str
    phrase: Phrase
    customer_id: int | None
    conversation_id: int | None
    command: str = ""


def run_audit(turn: Turn, rest: str) -> Reply:
    """The latest entries about a customer; for administrators also about everything."""
    if not rest:
        return _reply(turn, turn.say(phrases.TITLE_ALL), _lines(turn, None))
    customer = named(turn, turn.say(phrases.WORD), rest).customer
    return _reply(turn, turn.say(phrases.TITLE, name=customer.name), _lines(turn, customer), customer)


def _lines(turn: Turn, customer: Customer | None) -> list[_Line]:
    about = None if customer is None else customer.id
    seen = audit.trail(turn.session, viewer=turn.viewer, customer_id=about, limit=SHOWN)
    changed = audit.changes(turn.session, viewer=turn.viewer, customer_id=about, limit=SHOWN)
    known = {operation.id for operation, _ in changed}
    lines = [_seen(turn, entry) for entry in seen if entry.operation_id not in known or entry.action.startswith("saw")]
    lines.extend(_changed(operation, customer_id) for operation, customer_id in changed)
    return sorted(lines, key=lambda line: line.at, reverse=True)[:SHOWN]


def _seen(turn: Turn, entry: AuditEntry) -> _Line:
    phrase = phrases.SAW if entry.action.startswith("saw") else phrases.CHANGED
    way = _way(turn, entry.action.removeprefix("saw").strip())
    return _Line(entry.at, entry.actor, phrase, entry.customer_id, entry.conversation_id, way)


def _way(turn: Turn, action: str) -> str:
    """An action as its reader calls it: the word of the command, or where it happened."""
    if action in phrases.WAYS:
        return turn.say(phrases.WAYS[action])
    if "." in action:
        return turn.say(phrases.REST)
    named_so = (command.word(turn.language) for command in turn.commands if command.name == action)
    return next(named_so, turn.say(find.WORD) if action == "bare" else action)


def _changed(operation: Operation, customer_id: int | None) -> _Line:
    phrase = phrases.CHANGED if operation.undoes_id is None else phrases.UNDID
    return _Line(operation.at, operation.actor, phrase, customer_id, operation.conversation_id, operation.command)


def _reply(turn: Turn, title: str, lines: Sequence[_Line], customer: Customer | None = None) -> Reply:
    if not lines:
        return Reply(Card(title=title, text=turn.say(phrases.NONE)), personal=False)
    items = tuple(_folded([_item(turn, line, customer) for line in lines]))
    return Reply(Card(title=title, items=items), subject_id=None if customer is None else customer.id)


def _folded(items: Sequence[str]) -> Iterator[str]:
    """Equal lines in a row as one, with how many there were."""
    for item, group in groupby(items):
        count = len(list(group))
        yield item if count == 1 else f"{item} ×{count}"


def _item(turn: Turn, line: _Line, customer: Customer | None) -> str:
    return turn.say(
        line.phrase,
        when=moments.short(line.at, now=turn.now, zone=turn.zone, language=turn.language),
        actor=line.actor,
        what=turn.say(phrases.IT) if customer is not None else _customer(turn, line.customer_id),
        command=_said(turn, line.command),
        room=_room(turn, line.conversation_id),
    )


def _said(turn: Turn, command: str) -> str:
    """A command may hold a phone: whoever sees phones masked sees its word alone."""
    return command[:80] if turn.viewer.sees_sensitive(turn.viewer.staff_id) else command.partition(" ")[0]


def _customer(turn: Turn, customer_id: int | None) -> str:
    customer = None if customer_id is None else turn.session.get(Customer, customer_id)
    return turn.say(phrases.SOMETHING) if customer is None else turn.say(phrases.CUSTOMER, name=customer.name)


def _room(turn: Turn, conversation_id: int | None) -> str:
    room = None if conversation_id is None else turn.session.get(Conversation, conversation_id)
    if room is None:
        return ""
    name = turn.say(phrases.DIRECT) if room.kind is RoomKind.DIRECT else room.title or room.platform_id
    return turn.say(phrases.ROOM, room=name)


COMMANDS = (
    Command(
        name="audit",
        words=("审计", "audit", "谁看过"),
        right=Right.READ,
        writes=False,
        run=run_audit,
        usage=phrases.USAGE,
        summary=phrases.SUMMARY,
    ),
)
