"""A small company that talks to the router: Alice the rep, Bob on her team, Charlie who must not see."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import TypedDict, Unpack

import pytest

from bot import config
from bot.router import Router
from bot.threads import Core
from crm_core.chat import (
    Attachment,
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


class How(TypedDict, total=False):
    """How something is said: in a group of this id, with files by name; else posted in the direct chat."""

    room: str
    happening: Happening
    files: Mapping[str, bytes] | None


class Chat:
    """The router with a fake platform before it: `say` is one turn, and returns what was shown because of it."""

    def __init__(self, database: Database, *, whispers: bool = True, **sections: object) -> None:
        self.database = database
        self.platform = FakePlatform(whispers=whispers)
        self.now = NOW
        self._ids = count(1)
        self._core = Core(database, threads=2)
        settings = config.parse({"bot": {"admins": ["fake:dora"]}, **sections})
        self.router = Router(self._core, {"fake": self.platform}, settings, lambda: self.now)
        self.restart()

    def restart(self) -> None:
        asyncio.run(self.router.start())

    def say(self, who: str | Sender, text: str, **how: Unpack[How]) -> list[OutboundMessage]:
        return self.handle(*self.envelope(who, text, **how))

    def envelope(self, who: str | Sender, text: str, **how: Unpack[How]) -> tuple[InboundMessage, int]:
        """What the capture path would hand over for this text: the message, and the id of its envelope."""
        sender = who if isinstance(who, Sender) else colleague(who)
        room, files = how.get("room"), how.get("files")
        happening = how.get("happening", Happening.POSTED)
        place = Room(room, RoomKind.GROUP) if room else Room(f"direct:{sender.platform_id}", RoomKind.DIRECT)
        event = f"event-{next(self._ids)}"
        inbound = InboundMessage("fake", event, happening, place, sender, event, text, sent_at=self.now, addressed=True)
        if files:
            self.platform.files.update({f"{event}/{name}": content for name, content in files.items()})
            inbound = replace(inbound, attachments=tuple(Attachment(f"{event}/{name}", name) for name in files))
        with self.database.writing() as session:
            row = EnvelopeRow(platform="fake", event_id=event, body="{}", received_at=self.now)
            session.add(row)
            session.flush()
            return inbound, row.id

    def handle(self, inbound: InboundMessage, envelope_id: int) -> list[OutboundMessage]:
        already = len(self.platform.sent)
        asyncio.run(self.router.handle(inbound, envelope_id))
        return self.platform.sent[already:]

    def card(self, who: str, text: str, *, files: Mapping[str, bytes] | None = None) -> Card:
        """The one card that answers a text in the direct chat."""
        (message,) = self.say(who, text, files=files)
        return message.card

    def later(self, **delta: float) -> None:
        self.now += timedelta(**delta)

    def close(self) -> None:
        self._core.close()


@pytest.fixture
def chat(sqlite_database: Database) -> Iterator[Chat]:
    """Alice and Bob of the sales team (Bob leads it), Charlie of another, Dora the administrator."""
    hire(sqlite_database, NOW)
    chat = Chat(sqlite_database)
    yield chat
    chat.close()


def colleague(name: str, kind: SenderKind = SenderKind.MEMBER) -> Sender:
    return Sender(name, name.title(), kind)


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
