"""How a customer is named inside a command: "#12", a name, "他", or nothing right after a card."""

import re
from dataclasses import dataclass

from sqlmodel import Session, col, select

from bot.commands.command import Detour, Reply, Turn
from bot.language import grammar
from bot.language.phrases import naming as phrases
from crm_core.chat import Card
from crm_core.customers.tables import Customer
from crm_core.errors import NotFound
from crm_core.people.viewer import Viewer

_REFERENCE = re.compile(r"#\s*(\d{1,18})(?!\d)")
_PRONOUN = re.compile(
    r"(?:这个客户|这位客户|该客户|这个人|这位|此人|他们|她们|[他她它]|(?:this customer|him|her|them|it)\b)(?:的)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Named:
    """The customer meant, and what the text says after the name."""

    customer: Customer
    rest: str


def named(turn: Turn, word: str, text: str) -> Named:
    """The customer whose name `text` begins with, or whom the last answer in this room was about.

    `word` is the command being run; when the name is ambiguous the choices offered are "`word` #id rest". Raises
    `Detour` with a list to choose from, or with an offer to create the customer; NotFound("customer_not_found") for
    an unknown #id.
    """
    reference = _REFERENCE.match(text)
    if reference is not None:
        found = visible(turn.session, int(reference.group(1)), viewer=turn.viewer)
        return Named(found, grammar.rest_after(text[reference.end() :]))
    pronoun = _PRONOUN.match(text)
    if pronoun is not None and turn.subject_id is not None:
        found = visible(turn.session, turn.subject_id, viewer=turn.viewer)
        return Named(found, grammar.rest_after(text[pronoun.end() :]))
    raise Detour(Reply(Card(text=turn.say(phrases.WHO, word=word)), personal=False))


def visible(session: Session, customer_id: int, *, viewer: Viewer) -> Customer:
    """The customer with this id, through merges. NotFound("customer_not_found") covers the invisible too."""
    found = session.exec(select(Customer).where(col(Customer.id) == customer_id)).first()
    while found is not None and found.merged_into_id is not None:
        found = session.get(Customer, found.merged_into_id)
    if found is None or not viewer.sees(found.owner_id):
        raise NotFound("customer_not_found")
    return found
