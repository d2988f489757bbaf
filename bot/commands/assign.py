"""转交/assign: customers change hands, with what is open about them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import col, select

from bot.commands.colleagues import colleague
from bot.commands.command import Command, Detour, Reply, Turn
from bot.commands.naming import named
from bot.language import noun
from bot.language.phrases import assign as phrases
from crm_core.chat import Button, ButtonStyle, Card
from crm_core.customers import owners
from crm_core.customers.mentions import mentioned
from crm_core.customers.tables import Customer
from crm_core.errors import CrmError
from crm_core.outreach import handover
from crm_core.people.tables import Staff
from crm_core.people.viewer import Right
from crm_core.relations import group_transfers, transfers
from crm_core.tags import segments

#: How many customers one command may move, and how many names its preview shows.
MOST = 2000
#: Larger segments are refused unread, however many of them are the receiver's already.
_MOST_READ = 5 * MOST
SHOWN = 5

_CONFIRMED = re.compile(r"\s+(?:确认|confirm)\s*(\d+)\s*$", re.IGNORECASE)
_TO = re.compile(r"\s*(?:转给|交给|给|->|→|(?<=\s)to(?=\s))\s*", re.IGNORECASE)
_EXPRESSION = re.compile(r"[&|!()<>:＆｜！（）：]|\b(?:and|or|not)\b|[且或非]")


@dataclass(frozen=True)
class _Order:
    """What is to go to whom; `confirmed`: the count that was confirmed."""

    what: str
    to_name: str
    to: Staff | None
    confirmed: int | None

    def after(self, turn: Turn) -> str:
        return turn.say(phrases.POOL) if self.to is None else self.to.name


def run_assign(turn: Turn, rest: str) -> Reply:
    """Give one customer away at once; several, or a segment, after a preview."""
    order = _order(turn, rest)
    customers = _several(turn, order.what)
    if customers is None:
        one = named(turn, "转交" if turn.language == "zh" else "assign", rest)
        return _give_one(turn, one.customer, order)
    return _give_many(turn, customers, order)


def _order(turn: Turn, rest: str) -> _Order:
    confirmed = _CONFIRMED.search(rest)
    text = rest[: confirmed.start()] if confirmed else rest
    between = list(_TO.finditer(text))
    if not between or not text[: between[-1].start()].strip() or not text[between[-1].end() :].strip():
        raise turn.refusal(phrases.ASK)
    what, to = text[: between[-1].start()].strip(), text[between[-1].end() :].strip()
    receiver = None if to.lower() in owners.POOL else colleague(turn, to)
    return _Order(what, to, receiver, int(confirmed[1]) if confirmed else None)


def _several(turn: Turn, what: str) -> list[Customer] | None:
    """The customers of a list of names or of a segment; None when the text is one name."""
    mentions = mentioned(turn.session, what, viewer=turn.viewer)
    between = _between(what, [(mention.start, mention.end) for mention in mentions])
    if len(mentions) == 1 and not between:
        return None
    if len(mentions) > 1 and all(_is_list(part) for part in between):
        if any(len(mention.customers) > 1 for mention in mentions):
            raise Detour(_ambiguous(turn, what))
        return [mention.customers[0] for mention in mentions]
    return _segment(turn, what)


def _between(text: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    """What stands around the spans, blanks left out."""
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    parts = [text[start:end].strip() for start, end in zip(edges[::2], edges[1::2], strict=True)]
    return [part for part in parts if part]


def _is_list(part: str) -> bool:
    return part.lower() in {",", "，", "、", "和", "与", "及", "and", "&", ";", "；"}


def _segment(turn: Turn, what: str) -> list[Customer] | None:
    """The customers of a segment, a tag or an expression; None when the text is none of them."""
    try:
        expression = segments.resolve(turn.session, what)
    except CrmError:
        if _EXPRESSION.search(what):
            raise
        return None
    ids = segments.matching(turn.session, expression, viewer=turn.viewer, now=turn.now)
    count = turn.session.exec(select(func.count()).select_from(ids.subquery())).one()
    if count > _MOST_READ:
        raise turn.refusal(phrases.TOO_MANY, limit=MOST, count=count)
    found = turn.session.exec(select(Customer).where(col(Customer.id).in_(ids)).order_by(col(Customer.name_key)))
    return list(found)


def _ambiguous(turn: Turn, what: str) -> Reply:
    return turn.reply(phrases.AMBIGUOUS, what=what[:80])


def _give_one(turn: Turn, customer: Customer, order: _Order) -> Reply:
    after = order.after(turn)
    if customer.owner_id == (order.to.id if order.to else None):
        return Reply(Card(text=turn.say(phrases.SAME, name=customer.name, after=after)), subject_id=customer.id)
    before = _owner(turn, customer)
    given = handover.give(turn.session, [customer], order.to, viewer=turn.viewer, now=turn.now, platform=turn.platform)
    lines = [turn.say(phrases.DONE, name=customer.name, before=before, after=after), *_along(turn, order, given)]
    still_seen = turn.viewer.sees(customer.owner_id)
    show = Button(turn.say(phrases.SHOW), turn.say(phrases.SHOW_COMMAND, id=customer.id))
    card = Card(text="\n".join(lines), buttons=(show,) if still_seen else ())
    return Reply(card, subject_id=customer.id if still_seen else None, shown=(customer.id,))


def _along(turn: Turn, order: _Order, given: handover.Given) -> list[str]:
    """What went along, and who is told."""
    lines = []
    if given.nudges:
        lines.append(turn.say(phrases.ALONG, todos=noun.TODOS.count(turn.language, given.nudges)))
    if given.transfers and order.to is not None:
        lines.append(turn.say(phrases.TRANSFERS, customers=_count(turn, given.transfers), after=order.to.name))
    if given.groups and order.to is not None:
        lines.append(turn.say(phrases.GROUPS, groups=_groups(turn, given.groups), after=order.to.name))
    if given.told and order.to is not None:
        lines.append(turn.say(phrases.TOLD, name=order.to.name))
    return lines


def _give_many(turn: Turn, customers: Sequence[Customer], order: _Order) -> Reply:
    to_id = None if order.to is None else order.to.id
    moving = [customer for customer in customers if customer.owner_id != to_id]
    if not moving:
        return turn.reply(phrases.NONE, what=order.what[:80])
    if len(moving) > MOST:
        raise turn.refusal(phrases.TOO_MANY, limit=MOST, count=len(moving))
    if order.confirmed != len(moving):
        return _preview(turn, moving, len(customers) - len(moving), order)
    given = handover.give(turn.session, moving, order.to, viewer=turn.viewer, now=turn.now, platform=turn.platform)
    done = turn.say(phrases.DONE_MANY, customers=_count(turn, len(moving)), after=order.after(turn))
    return Reply(Card(text="\n".join([done, *_along(turn, order, given)])), shown=_ids(moving))


def _preview(turn: Turn, moving: Sequence[Customer], staying: int, order: _Order) -> Reply:
    confirm = turn.say(phrases.CONFIRM_COMMAND, what=order.what, to=order.to_name, count=len(moving))
    todos = handover.open_nudges(turn.session, moving, viewer=turn.viewer)
    after = order.after(turn)
    lines = [
        _changed(turn, order, len(moving)),
        turn.say(phrases.TODOS, todos=noun.TODOS.count(turn.language, len(todos))) if todos and order.to else "",
        _transfers(turn, moving, order),
        turn.say(phrases.ALREADY, after=after, customers=_count(turn, staying)) if staying else "",
    ]
    card = Card(
        title=turn.say(phrases.TITLE, customers=_count(turn, len(moving)), after=after),
        text="\n".join(line for line in lines if line),
        items=tuple(_items(turn, moving)),
        buttons=(
            Button(turn.say(phrases.CONFIRM), confirm, ButtonStyle.PRIMARY),
            Button(turn.say(phrases.CANCEL), turn.say(phrases.CANCEL_COMMAND)),
        ),
        footer=turn.say(phrases.FOOTER),
    )
    return Reply(card, answers={"yes": confirm}, shown=_ids(moving[:SHOWN]))


def _transfers(turn: Turn, moving: Sequence[Customer], order: _Order) -> str:
    """How many of them would be asked on their platform to go along, and how many groups would."""
    if order.to is None:
        return ""
    owners_so_far = {customer.id: customer.owner_id for customer in moving}
    found = transfers.movable(turn.session, moving, order.to, owners_so_far)
    groups = group_transfers.movable(turn.session, moving, order.to, owners_so_far)
    lines = (
        turn.say(phrases.WILL_TRANSFER, customers=_count(turn, len(found))) if found else "",
        turn.say(phrases.GROUPS_TOO, groups=_groups(turn, len(groups))) if groups else "",
    )
    return "\n".join(line for line in lines if line)


def _changed(turn: Turn, order: _Order, count: int) -> str:
    if order.confirmed is None:
        return ""
    return turn.say(phrases.CHANGED_COUNT, before=order.confirmed, after=count)


def _items(turn: Turn, moving: Sequence[Customer]) -> list[str]:
    items = [turn.say(phrases.ITEM, name=one.name, owner=_owner(turn, one)) for one in moving[:SHOWN]]
    more = len(moving) - SHOWN
    return [*items, turn.say(phrases.AND_MORE, count=more)] if more > 0 else items


def _owner(turn: Turn, customer: Customer) -> str:
    owner = None if customer.owner_id is None else turn.session.get(Staff, customer.owner_id)
    return turn.say(phrases.POOL) if owner is None else owner.name


def _count(turn: Turn, number: int) -> str:
    return noun.CUSTOMERS.count(turn.language, number)


def _groups(turn: Turn, number: int) -> str:
    return noun.GROUPS.count(turn.language, number)


def _ids(customers: Sequence[Customer]) -> tuple[int, ...]:
    return tuple(customer.id for customer in customers)


COMMANDS = (
    Command(
        name="assign",
        words=("转交", "assign", "移交", "转给", "hand over", "transfer"),
        right=Right.ASSIGN,
        writes=True,
        run=run_assign,
        usage=phrases.USAGE,
        summary=phrases.SUMMARY,
    ),
)
