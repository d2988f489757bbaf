"""How a colleague is named inside a command."""

import re

from rapidfuzz import fuzz, process
from sqlmodel import col, select

from bot.commands.command import Detour, Reply, Turn
from bot.language.phrases import colleagues as phrases
from crm_core.chat import Card
from crm_core.customers import names
from crm_core.people import staff
from crm_core.people.tables import Staff

ME = frozenset({"我", "自己", "我自己", "me", "myself", "us"})


def colleague(turn: Turn, name: str) -> Staff:
    """The active colleague with this name, the viewer for 我 and "me". `Detour` names the nearest ones."""
    name = name.strip().removeprefix("@")
    found = _self(turn) if name.lower() in ME else staff.by_name(turn.session, name) if name else None
    if found is None:
        raise _unknown(turn, name)
    return found


def anybody(turn: Turn, name: str) -> Staff:
    """Like `colleague`, those who left included; the active one first."""
    key = names.matching_form(name)
    named = select(Staff).where(Staff.name_key == key).order_by(col(Staff.active).desc(), col(Staff.id).desc())
    found = turn.session.exec(named.limit(1)).first()
    if found is None:
        raise _unknown(turn, name)
    return found


def leading_colleague(turn: Turn, text: str) -> tuple[Staff, str] | None:
    """The colleague whose name the text begins with, and the rest; the longest name wins."""
    text = text.lstrip("@ ")
    for person in sorted(active(turn), key=lambda one: -len(one.name)):
        if begins_with(text, person.name):
            return person, text[len(person.name) :].strip()
    return None


def begins_with(text: str, name: str) -> bool:
    """Whether the text begins with this name, and a Latin name ends there."""
    return re.match(rf"{re.escape(name)}(?![a-z0-9_])", text, re.IGNORECASE) is not None


def active(turn: Turn) -> list[Staff]:
    """Everybody who works here now."""
    return staff.everyone(turn.session)


def _self(turn: Turn) -> Staff | None:
    return turn.session.get(Staff, turn.viewer.staff_id)


def _unknown(turn: Turn, name: str) -> Detour:
    return Detour(Reply(Card(text=_nobody(turn, name)), personal=False))


def _nobody(turn: Turn, name: str) -> str:
    known = [person.name for person in active(turn)]
    near = process.extract(name, known, scorer=fuzz.WRatio, limit=3, score_cutoff=60)
    names = ", ".join(match for match, _, _ in near)
    return turn.say(phrases.NOBODY, name=name[:40], near=turn.say(phrases.NEAR, names=names) if names else "")
