"""分组/segment: customers by an expression, counted and listed; saved under a name."""

import re
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot import cards
from bot.commands.command import Command, Reply, Turn
from bot.language import noun
from bot.language.phrases import cards as card_phrases
from bot.language.phrases import segments as phrases
from crm_core.chat import Button, Card
from crm_core.customers.names import matching_form
from crm_core.customers.tables import Customer
from crm_core.people.viewer import Right
from crm_core.tags import segments, vocabulary

#: Customers on one card.
PAGE = 10

_PAGE = re.compile(r"\s*(?:第\s*(\d{1,4})\s*页|page\s+(\d{1,4}))$", re.IGNORECASE)
_SAVE = re.compile(
    r"(?:(?:保存|save)\s+)?(?P<name>[^=＝]{1,60}?)\s*[=＝]\s*(?P<expression>.+)", re.IGNORECASE | re.DOTALL
)
_DELETE = re.compile(r"(?:删除|删掉|delete|remove)\s+(?P<name>.{1,60})", re.IGNORECASE)


@dataclass(frozen=True)
class _Group:
    """Who is meant, what it is called, and how to ask for it again."""

    ids: SelectOfScalar[int]
    name: str
    again: str


def run_segment(turn: Turn, rest: str) -> Reply:
    """List the customers of a segment, save one, forget one, or list those that are saved."""
    if not rest:
        return _saved(turn)
    saving, deleting = _SAVE.fullmatch(rest), _DELETE.fullmatch(rest)
    if saving is not None:
        return _save(turn, saving["name"], saving["expression"])
    if deleting is not None:
        return _delete(turn, deleting["name"])
    paging = _PAGE.search(rest)
    page = int(paging[1] or paging[2]) if paging else 1
    return _list(turn, _group(turn, rest[: paging.start()] if paging else rest), max(1, page))


def _group(turn: Turn, text: str) -> _Group:
    expression = segments.resolve(turn.session, text)
    ids = segments.matching(turn.session, expression, viewer=turn.viewer, now=turn.now)
    return _Group(ids, _called(turn, text), text)


def _called(turn: Turn, text: str) -> str:
    """What a group is called on its card."""
    form = matching_form(text)
    if form not in vocabulary.MINE | vocabulary.EVERYBODY or segments.is_named(turn.session, text):
        return cards.shortened(text, 60)
    return turn.say(phrases.MINE if form in vocabulary.MINE else phrases.ALL)


def _list(turn: Turn, group: _Group, page: int) -> Reply:
    total = _count(turn, group.ids)
    if not total:
        return Reply(Card(text=turn.say(phrases.NOBODY, name=group.name)))
    pages = -(-total // PAGE)
    page = min(page, pages)
    found = _page(turn, group.ids, page)
    open_commands = [turn.say(card_phrases.OPEN_COMMAND, id=customer.id) for customer in found]
    card = Card(
        title=turn.say(phrases.TITLE, name=group.name, customers=noun.CUSTOMERS.count(turn.language, total)),
        items=tuple(f"{number}. {line}" for number, line in enumerate(cards.lines_of(turn, found), start=1)),
        buttons=_next(turn, group, page) if page < pages else (),
        footer=turn.say(phrases.PAGE_FOOTER if pages > 1 else phrases.FOOTER, page=page, pages=pages),
    )
    answers = {str(number): command for number, command in enumerate(open_commands, start=1)}
    return Reply(card, answers, shown=tuple(customer.id for customer in found))


def _next(turn: Turn, group: _Group, page: int) -> tuple[Button, ...]:
    return (Button(turn.say(phrases.MORE), turn.say(phrases.MORE_COMMAND, what=group.again, page=page + 1)),)


def _count(turn: Turn, ids: SelectOfScalar[int]) -> int:
    return turn.session.exec(select(func.count()).select_from(ids.subquery())).one()


def _page(turn: Turn, ids: SelectOfScalar[int], page: int) -> list[Customer]:
    """Whoever was spoken to last comes first."""
    spoken = col(Customer.last_contact_at)
    query = select(Customer).where(col(Customer.id).in_(ids))
    ordered = query.order_by(spoken.is_(None), spoken.desc(), col(Customer.name_key), col(Customer.id))
    return list(turn.session.exec(ordered.offset((page - 1) * PAGE).limit(PAGE)))


def _save(turn: Turn, name: str, expression: str) -> Reply:
    segment = segments.save(turn.session, name, expression, viewer=turn.viewer, now=turn.now)
    meant = segments.parse(segment.expression)
    total = _count(turn, segments.matching(turn.session, meant, viewer=turn.viewer, now=turn.now))
    customers = noun.CUSTOMERS.count(turn.language, total)
    text = turn.say(phrases.SAVED, name=segment.name, expression=segment.expression, customers=customers)
    return Reply(Card(text=text, buttons=(_show(turn, segment.name),)))


def _delete(turn: Turn, name: str) -> Reply:
    segment = segments.named(turn.session, name)
    segments.remove(turn.session, segment, viewer=turn.viewer)
    return turn.reply(phrases.DELETED, name=segment.name)


def _saved(turn: Turn) -> Reply:
    found = segments.saved(turn.session)
    if not found:
        return turn.reply(phrases.LIST_EMPTY)
    lines = (turn.say(phrases.LIST_LINE, name=each.name, expression=each.expression) for each in found)
    answers = {
        str(number): turn.say(phrases.SHOW_COMMAND, name=each.name) for number, each in enumerate(found, start=1)
    }
    items = tuple(f"{number}. {line}" for number, line in enumerate(lines, start=1))
    return Reply(Card(title=turn.say(phrases.LIST), items=items), answers)


def _show(turn: Turn, name: str) -> Button:
    return Button(name, turn.say(phrases.SHOW_COMMAND, name=name))


COMMANDS = (
    Command(
        name="segment",
        words=("分组", "segment", "名单", "列表", "list", "segments"),
        right=Right.READ,
        writes=True,
        run=run_segment,
        usage=phrases.USAGE,
        summary=phrases.SUMMARY,
    ),
)
