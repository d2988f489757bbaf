"""撤销/undo: take back what one changed a moment ago."""

import re
from collections.abc import Sequence

from bot import cards
from bot.commands import restored
from bot.commands.command import Command, Reply, Turn
from bot.commands.naming import may_see
from bot.language.phrases import undo as phrases
from crm_core.chat import Button, Card
from crm_core.customers.tables import Customer
from crm_core.outreach import broadcasts
from crm_core.outreach.tables import Broadcast
from crm_core.people import operations
from crm_core.people.tables import Change, Operation
from crm_core.people.viewer import Right
from crm_core.relations import group_transfers, transfers

#: How many operations the list shows.
LISTED = 5

_NUMBER = re.compile(r"[#＃]?\s*(\d{1,18})")
_LIST = re.compile(r"列表|哪些|清单|list|all|what", re.IGNORECASE)


def run_undo(turn: Turn, rest: str) -> Reply:
    """Take back the latest operation of this person, or the one of this number; `list`: which there are."""
    if _LIST.fullmatch(rest):
        return _list(turn)
    number = _NUMBER.fullmatch(rest)
    sent = None if number is not None else _sent_since(turn)
    if sent is not None:
        raise turn.refusal(phrases.BROADCAST, id=sent.id)
    operation = (
        operations.latest(turn.session, viewer=turn.viewer, now=turn.now)
        if number is None
        else operations.get(turn.session, int(number[1]), viewer=turn.viewer)
    )
    changes = operations.changes_of(turn.session, operation.id)
    if number is None and not operations.stands(turn.session, changes):
        return _moved_on(turn, operation)
    return _undone(turn, operation, changes)


def _moved_on(turn: Turn, latest: Operation) -> Reply:
    """The latest change stays as it is; the one before it is offered, not taken back unasked."""
    text = turn.say(phrases.MOVED_ON, command=cards.shortened(latest.command))
    before = _standing(turn)[:1]
    if before:
        text = f"{text}\n{turn.say(phrases.BEFORE)}"
    return Reply(Card(text=text, items=_lines(turn, before), buttons=_buttons(turn, before)))


def _undone(turn: Turn, operation: Operation, changes: Sequence[Change]) -> Reply:
    lines = restored.lines(turn, changes)
    operations.undo(turn.session, operation, viewer=turn.viewer, now=turn.now)
    touched = dict.fromkeys(change.customer_id for change in changes if change.customer_id is not None)
    lines += _not_taken_back(turn, operation, list(touched))
    seen = [customer_id for customer_id in touched if may_see(turn, customer_id)]
    buttons = (cards.open_button(turn, seen[0]),) if seen else ()
    card = Card(text=turn.say(phrases.UNDONE, command=operation.command), items=tuple(lines), buttons=buttons)
    return Reply(card, subject_id=seen[0] if seen else None, shown=tuple(touched))


def _not_taken_back(turn: Turn, operation: Operation, customer_ids: list[int]) -> list[str]:
    """What a platform was asked for already; what it was not asked for yet, it is not."""
    going_on = transfers.take_back(turn.session, customer_ids, since=operation.at, now=turn.now)
    seen = [row for row in going_on if may_see(turn, row.customer_id)]
    moved = group_transfers.done_since(turn.session, operation.staff_id, operation.at)
    return [
        *(
            turn.say(phrases.TRANSFER_GOES_ON, name=turn.session.get_one(Customer, row.customer_id).name)
            for row in seen
        ),
        *(turn.say(phrases.GROUP_STAYS, name=name) for name in moved),
    ]


def _list(turn: Turn) -> Reply:
    minutes = int(operations.UNDO_WINDOW.total_seconds() // 60)
    recent = _standing(turn)
    if not recent:
        latest = operations.latest(turn.session, viewer=turn.viewer, now=turn.now)
        return _moved_on(turn, latest)
    text = turn.say(phrases.LIST, minutes=minutes)
    return Reply(Card(text=text, items=_lines(turn, recent), buttons=_buttons(turn, recent)))


def _lines(turn: Turn, recent: Sequence[Operation]) -> tuple[str, ...]:
    return tuple(
        turn.say(phrases.LINE, number=each.id, command=cards.shortened(each.command), when=cards.ago(turn, each.at))
        for each in recent
    )


def _buttons(turn: Turn, recent: Sequence[Operation]) -> tuple[Button, ...]:
    return tuple(
        Button(turn.say(phrases.BUTTON, number=each.id), turn.say(phrases.COMMAND, number=each.id)) for each in recent
    )


def _sent_since(turn: Turn) -> Broadcast | None:
    """A broadcast this person confirmed after the latest change they could undo."""
    latest = next(iter(broadcasts.latest(turn.session, viewer=turn.viewer, limit=1)), None)
    if latest is None or latest.created_by_id != turn.viewer.staff_id or latest.confirmed_at is None:
        return None
    changed_at = max((each.at for each in _recent(turn)), default=turn.now - operations.UNDO_WINDOW)
    return latest if latest.confirmed_at > changed_at else None


def _standing(turn: Turn) -> list[Operation]:
    """The recent ones of which everything is as they left it, or as one left it that is undone first."""
    recent, later = [], set[tuple[str, int]]()
    for each in _recent(turn):
        changes = operations.changes_of(turn.session, each.id)
        rows = {(change.table_name, change.row_id) for change in changes}
        if rows & later or operations.stands(turn.session, changes):
            recent.append(each)
            later |= rows
    return recent


def _recent(turn: Turn) -> list[Operation]:
    return operations.recent(turn.session, viewer=turn.viewer, now=turn.now, limit=LISTED)


COMMANDS = (
    Command(
        name="undo",
        words=("撤销", "undo", "撤消", "撤回"),
        right=Right.WRITE,
        writes=False,
        run=run_undo,
        usage=phrases.USAGE,
        summary=phrases.SUMMARY,
    ),
)
