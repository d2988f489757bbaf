"""活码/qr: codes that customers scan, one for each channel."""

import re

from sqlmodel import col, func, select

from bot import cards
from bot.commands.colleagues import colleague
from bot.commands.command import Command, Reply, Turn
from bot.language.phrases import ways as phrases
from bot.sections import is_set
from crm_core.chat import Button, ButtonStyle, Card, Field
from crm_core.people.tables import Staff
from crm_core.people.viewer import Right
from crm_core.relations import ways
from crm_core.relations.parties import staff_of
from crm_core.relations.tables import ContactWay, Relation

PLATFORM = "wecom"
_LISTED = 20

_STOP = re.compile(r"(?:停用|停掉|停|删除|stop|delete|remove)\s*(.+)", re.IGNORECASE | re.DOTALL)
_FOR = re.compile(r"(?P<name>.+?)(?:\s+(?:给|用|for)\s*|\s*给\s+)(?P<rest>.+)", re.IGNORECASE | re.DOTALL)
_PARTS = re.compile(r"\s+(标签|tags?|负责人|owner)\s*[::]?\s*", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:[,，、;；]|\s(?:and|和)\s)\s*", re.IGNORECASE)
_OWNER = frozenset({"负责人", "owner"})


def run_qr(turn: Turn, rest: str) -> Reply:
    """List the codes, show one, make one, stop one."""
    ways.require_manager(turn.viewer)
    if not is_set(turn.config.wecom.contact_secret):
        raise turn.refusal(phrases.OFF)
    if not rest:
        return _list(turn)
    stopping = _STOP.fullmatch(rest)
    if stopping is not None:
        way = ways.stop(turn.session, ways.named(turn.session, PLATFORM, stopping[1]), viewer=turn.viewer, now=turn.now)
        return turn.reply(phrases.STOPPED, name=way.name)
    order = _FOR.fullmatch(rest)
    return _show(turn, ways.named(turn.session, PLATFORM, rest)) if order is None else _make(turn, order)


def _make(turn: Turn, order: re.Match[str]) -> Reply:
    people, *parts = _PARTS.split(order["rest"].strip())
    words = list(zip(parts[::2], parts[1::2], strict=False))
    members = [colleague(turn, name) for name in _several(people)]
    if not members:
        raise turn.refusal(phrases.ASK)
    owner = next((colleague(turn, text.strip()) for word, text in words if word.lower() in _OWNER), None)
    tag_names = [name for word, text in words if word.lower() not in _OWNER for name in _several(text)]
    way = ways.make(
        turn.session,
        PLATFORM,
        order["name"],
        members=members,
        tag_names=tag_names,
        owner=owner,
        viewer=turn.viewer,
        now=turn.now,
    )
    show = Button(turn.say(phrases.SHOW), turn.say(phrases.SHOW_COMMAND, id=way.id), ButtonStyle.PRIMARY)
    return Reply(Card(text=turn.say(phrases.MADE, name=way.name), buttons=(show,)), personal=False)


def _several(text: str) -> list[str]:
    return [name.strip() for name in _BETWEEN.split(text.strip()) if name.strip()]


def _list(turn: Turn) -> Reply:
    found = ways.active(turn.session, PLATFORM)[:_LISTED]
    if not found:
        return turn.reply(phrases.NONE)
    items = [turn.say(phrases.ITEM, id=way.id, name=way.name, count=_count(turn, way)) for way in found]
    buttons = tuple(Button(way.name, turn.say(phrases.SHOW_COMMAND, id=way.id)) for way in found[:5])
    return Reply(Card(title=turn.say(phrases.LIST), items=tuple(items), buttons=buttons), personal=False)


def _show(turn: Turn, way: ContactWay) -> Reply:
    code = ways.code_of(turn.session, way.id)
    people = staff_of(turn.session, PLATFORM, way.members)
    names = [people[member.lower()].name if member.lower() in people else member for member in way.members]
    owner = turn.session.get(Staff, way.owner_id) if way.owner_id is not None else None
    refused = turn.say(phrases.REFUSED, problem=code.problem) if code.problem else turn.say(phrases.WAITING)
    fields = (
        (phrases.CODE, code.qr_code or refused),
        (phrases.MEMBERS, cards.listed(turn, names)),
        (phrases.TAGS, cards.listed(turn, way.tags)),
        (phrases.OWNER, owner.name if owner else ""),
        (phrases.CUSTOMERS, str(_count(turn, way))),
    )
    stop = Button(turn.say(phrases.STOP), turn.say(phrases.STOP_COMMAND, id=way.id), ButtonStyle.DANGER)
    shown = tuple(Field(turn.say(label), value) for label, value in fields if value)
    return Reply(Card(title=f"{way.name} #{way.id}", fields=shown, buttons=(stop,)), personal=False)


def _count(turn: Turn, way: ContactWay) -> int:
    query = select(func.count()).where(Relation.platform == PLATFORM, col(Relation.state) == way.state)
    return turn.session.exec(query).one()


COMMANDS = (
    Command(
        name="qr",
        words=("活码", "qr", "渠道码", "渠道活码"),
        right=Right.READ,
        writes=True,
        run=run_qr,
        usage=phrases.USAGE,
        summary=phrases.SUMMARY,
    ),
)
