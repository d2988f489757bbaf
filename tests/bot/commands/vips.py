"""Customers of Alice who can be written to."""

from sqlmodel import select

from crm_core.chat import Sender, SenderKind
from crm_core.customers import identities
from crm_core.outreach import broadcasts
from crm_core.outreach.tables import Delivery, DeliveryKind, DeliveryState
from tests.bot.conftest import Chat


def introduce(chat: Chat) -> None:
    """Alice's VIPs: Ann, Ben (lost), Cid (opted out) and Dot (no account); Charlie's VIP Zoe."""
    for owner, name, more in (
        ("alice", "Ann", ""),
        ("alice", "Ben", " stage lost"),
        ("alice", "Cid", ""),
        ("alice", "Dot", ""),
        ("charlie", "Zoe", ""),
    ):
        chat.card(owner, f"new {name} tag VIP{more}")
        if name != "Dot":
            make_reachable(chat, owner, name)
    chat.card("alice", "set Cid opted out yes")


def make_reachable(chat: Chat, owner: str, name: str) -> None:
    """The customer has an account of this name."""
    with chat.database.writing() as session:
        sender = Sender(name.lower(), f"{name} account", SenderKind.EXTERNAL)
        known = identities.seen(session, "fake", sender, now=chat.now, country="CN")
        session.flush()
        number = known.id
    chat.card(owner, f"identities link {number} to {name}")


def rows(chat: Chat, kind: DeliveryKind = DeliveryKind.BROADCAST) -> list[Delivery]:
    with chat.database.reading() as session:
        return list(session.exec(select(Delivery).where(Delivery.kind == kind).order_by("id")))


def recipients(chat: Chat) -> list[str]:
    return [row.recipient for row in rows(chat)]


def went(chat: Chat, problem: str = "blocked by them", **states: DeliveryState) -> None:
    """These recipients were reached, or not; the broadcast is over."""
    with chat.database.writing() as session:
        for row in session.exec(select(Delivery).where(Delivery.kind == DeliveryKind.BROADCAST)):
            row.state = states[row.recipient]
            row.sent_at = chat.now if row.state is DeliveryState.SENT else None
            row.problem = "" if row.state is DeliveryState.SENT else problem
            session.add(row)
        session.flush()
        broadcasts.finish(session, now=chat.now)
