"""A source of Slack that knows some people and channels already, and has nobody to ask about others."""

import asyncio
from collections.abc import Mapping
from typing import Any

from adapters.slack.envelopes import to_body
from adapters.slack.files import Files
from adapters.slack.installation import Installation
from adapters.slack.payload import Payloads
from adapters.slack.people import People
from adapters.slack.rooms import Rooms
from adapters.slack.web import Web
from crm_core.chat import Document, InboundMessage
from tests.adapters.slack.office import Drawer
from tests.conftest import NOW

HOME = Installation("T_HOME", "U_BOT", "B_CRM", "A_CRM", "xoxb-1")

PEOPLE: Mapping[str, Document] = {
    "U_REP": {"team": "T_HOME", "name": "Alice", "email": "alice@home.example"},
    "U_EXT": {"team": "T_ACME", "name": "Erin", "email": "erin@acme.example"},
    "U_GUEST": {"team": "T_HOME", "name": "Gina", "restricted": True},
    "U_GONE": {"team": "T_HOME", "name": "Gone", "gone": True},
}
ROOMS: Mapping[str, Document] = {
    "C_ACME": {"kind": "shared", "title": "acme", "teams": ["T_ACME"]},
    "C_SALES": {"kind": "channel", "title": "sales", "teams": []},
}


class Workspaces:
    """The one installation, or none yet."""

    def __init__(self, *homes: Installation) -> None:
        self.homes = homes

    def all(self) -> tuple[Installation, ...]:
        return self.homes

    async def of(self, team_id: str) -> Installation | None:
        return next((home for home in self.homes if team_id in {"", home.team_id}), None)

    @property
    def home(self) -> Installation | None:
        return self.homes[0] if self.homes else None


def source(homes: tuple[Installation, ...] = (HOME,)) -> Payloads:
    """Knows `PEOPLE` and `ROOMS`, as if it had met them before a restart."""
    workspaces, drawer = Workspaces(*homes), Drawer()
    web = Web("http://127.0.0.1:9/api/", workspaces, lambda: NOW)
    people, rooms = People(web, workspaces, drawer, lambda: NOW), Rooms(web, drawer, lambda: NOW)

    async def meet() -> None:
        for kind, known in (("person", PEOPLE), ("room", ROOMS)):
            for key, about in known.items():
                await drawer.put(kind, key, {"id": key, **about, "asked_at": NOW.isoformat()})
        await people.learn(list(PEOPLE))
        await rooms.learn(list(ROOMS))

    asyncio.run(meet())
    return Payloads(workspaces, people, rooms, Files(web, lambda: NOW))


def event_body(event: Mapping[str, Any], **outer: Any) -> str:
    """The body of an envelope around an inner event."""
    about = {"team_id": "T_HOME", "api_app_id": "A_CRM", "event_id": "Ev1", "type": "event_callback"}
    return to_body("event", {**about, **outer, "event": dict(event)}, key="Ev1", at=NOW)


def told(inbound: InboundMessage) -> dict[str, Any]:
    """What a table of payloads compares."""
    return {
        "happening": inbound.happening.value,
        "text": inbound.text,
        "sender": inbound.sender.platform_id,
        "name": inbound.sender.name,
        "kind": inbound.sender.kind.value,
        "team": inbound.sender.team,
        "email": inbound.sender.email,
        "room": inbound.room.platform_id,
        "room_kind": inbound.room.kind.value,
        "title": inbound.room.title,
        "message": inbound.platform_message_id,
        "thread": inbound.thread_id,
        "at": inbound.sent_at.isoformat(),
        "addressed": inbound.addressed,
        "files": [[file.platform_file_id, file.name, file.mime, file.size] for file in inbound.attachments],
    }
