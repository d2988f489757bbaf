"""没有下一步/stale: customers nobody has planned anything for."""

import re

from bot.commands.command import Command, Reply, Turn
from bot.language import moments, noun
from bot.language.phrases import stale as phrases
from crm_core.chat import Button, Card
from crm_core.customers.tables import Customer
from crm_core.outreach import nudges
from crm_core.people.tables import Staff
from crm_core.people.viewer import Right

SHOWN = 10
_DAYS = re.compile(r"(?:超过|over|for)?\s*(\d{1,4})\s*(?:天|日|days?|d)?", re.IGNORECASE)


def run_stale(turn: Turn, rest: str) -> Reply:
    """Customers without an open nudge and without contact for so many days."""
    days = _days(turn, rest)
    found = nudges.without_next_step(turn.session, viewer=turn.viewer, now=turn.now, days=days, limit=SHOWN + 1)
    length = noun.DAYS.count(turn.language, days)
    if not found:
        return turn.reply(phrases.NONE, days=length)
    shown = found[:SHOWN]
    return Reply(_card(turn, shown, length, more=len(found) > SHOWN), _answers(turn, shown), shown=_ids(shown))


def _days(turn: Turn, rest: str) -> int:
    if not rest:
        return turn.config.bot.silent_days
    written = _DAYS.fullmatch(rest.strip())
    days = int(written[1]) if written else 0
    if not 1 <= days <= 3650:
        raise turn.refusal(phrases.BAD_DAYS)
    return days


def _card(turn: Turn, shown: list[Customer], length: str, *, more: bool) -> Card:
    count = noun.CUSTOMERS.count(turn.language, len(shown))
    first = turn.say(phrases.FOOTER, name=shown[0].name)
    return Card(
        title=turn.say(phrases.TITLE, days=length, customers=f"{count}+" if more else count),
        items=tuple(_item(turn, number, customer) for number, customer in enumerate(shown, start=1)),
        buttons=tuple(_remind(turn, customer) for customer in shown[:3]),
        footer=f"{turn.say(phrases.MORE, count=SHOWN)} {first}" if more else first,
    )


def _item(turn: Turn, number: int, customer: Customer) -> str:
    last = customer.last_contact_at
    when = None if last is None else moments.distance(last, now=turn.now, language=turn.language)
    return turn.say(
        phrases.ITEM,
        number=number,
        name=customer.name,
        last=turn.say(phrases.LAST, when=when) if when else turn.say(phrases.NEVER),
        owner=_owner(turn, customer),
    )


def _owner(turn: Turn, customer: Customer) -> str:
    owner = None if customer.owner_id is None else turn.session.get(Staff, customer.owner_id)
    return "" if owner is None or owner.id == turn.viewer.staff_id else turn.say(phrases.OWNER, owner=owner.name)


def _remind(turn: Turn, customer: Customer) -> Button:
    label = turn.say(phrases.REMIND, name=customer.name)
    return Button(label, turn.say(phrases.REMIND_COMMAND, id=customer.id))


def _answers(turn: Turn, shown: list[Customer]) -> dict[str, str]:
    return {
        str(number): turn.say(phrases.SHOW_COMMAND, id=customer.id) for number, customer in enumerate(shown, start=1)
    }


def _ids(shown: list[Customer]) -> tuple[int, ...]:
    return tuple(customer.id for customer in shown)


COMMANDS = (
    Command(
        name="stale",
        words=("没有下一步", "stale", "没下一步", "no next step", "久未联系"),
        right=Right.READ,
        writes=False,
        run=run_stale,
        usage=phrases.USAGE,
        summary=phrases.SUMMARY,
    ),
)
