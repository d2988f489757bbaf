"""A small company that talks to the router: Alice the rep, Bob on her team, Charlie who must not see."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count

import pytest

from bot import config
from bot.router import Router
from bot.threads import Core
from crm_core.chat import (
    Card,
    Happening,
    InboundMessage,
    OutboundMessage,
    Room,
    RoomKind,
    Sender,
    SenderKind,
)
from crm_core.conversations.tables import EnvelopeRow
from crm_core.database import Database
from crm_core.people.tables import Handle, Role, Scope, Staff, Team
from tests.conftest import NOW
from tests.fakes.platform import FakePlatform

CUSTOMER = Sender("zhang", "张三", SenderKind.EXTERNAL)
GUEST = Sender("guest", "Guest", SenderKind.GUEST)


class Chat:
    """The router with a fake platform before it: `say` is one turn, and returns what was shown because of it."""

    def __init__(self, database: Database, *, whispers: bool = True) -> None:
        self.database = database
        self.platform = FakePlatform(whispers=whispers)
        self.now = NOW
        self._ids = count(1)
        self._core = Core(database, threads=2)
        settings = config.parse({"bot": {"admins": ["fake:dora"]}})
        self.router = Router(self._core, {"fake": self.platform}, settings, lambda: self.now)
        asyncio.run(self.router.start())

    def say(self, who: str | Sender, text: str, *, room: str = "") -> list[OutboundMessage]:
        sender = who if isinstance(who, Sender) else Sender(who, who.title())
        place = Room(room, RoomKind.GROUP) if room else Room(f"direct:{sender.platform_id}", RoomKind.DIRECT)
        inbound = self._inbound(sender, place, text)
        already = len(self.platform.sent)
        asyncio.run(self.router.handle(inbound, self._envelope(inbound)))
        return self.platform.sent[already:]

    def card(self, who: str, text: str) -> Card:
        """The one card that answers a text in the direct chat."""
        (message,) = self.say(who, text)
        return message.card

    def later(self, **delta: float) -> None:
        self.now += timedelta(**delta)

    def close(self) -> None:
        self._core.close()

    def _inbound(self, sender: Sender, room: Room, text: str) -> InboundMessage:
        event = f"event-{next(self._ids)}"
        return InboundMessage(
            "fake", event, Happening.POSTED, room, sender, event, text, sent_at=self.now, addressed=True
        )

    def _envelope(self, inbound: InboundMessage) -> int:
        with self.database.writing() as session:
            row = EnvelopeRow(platform="fake", event_id=inbound.event_id, body="{}", received_at=self.now)
            session.add(row)
            session.flush()
            return row.id


@pytest.fixture
def chat(sqlite_database: Database) -> Iterator[Chat]:
    """Alice and Bob of the sales team (Bob leads it), Charlie of another, Dora the administrator."""
    hire(sqlite_database, NOW)
    chat = Chat(sqlite_database)
    yield chat
    chat.close()


def hire(database: Database, now: datetime) -> None:
    with database.writing() as session:
        sales, others = Team(name="Sales"), Team(name="Others")
        session.add_all([sales, others])
        session.flush()
        for name, role, scope, team in (
            ("Alice", Role.SALES, None, sales),
            ("Bob", Role.MANAGER, Scope.TEAM, sales),
            ("Charlie", Role.SALES, None, others),
        ):
            staff = Staff(name=name, name_key=name.lower(), role=role, scope=scope, team_id=team.id, created_at=now)
            session.add(staff)
            session.flush()
            session.add(Handle(staff_id=staff.id, platform="fake", platform_user_id=name.lower()))


def shown(card: Card) -> str:
    """Everything a card says, as one text."""
    fields = (f"{field.label}: {field.value}" for field in card.fields)
    quotes = (f"{quote.who} {quote.when}: {quote.text}" for quote in card.quotes)
    buttons = (f"[{button.label} → {button.command}]" for button in card.buttons)
    return "\n".join((card.title, card.text, *fields, *quotes, *card.items, card.footer, *buttons))
