"""Nodes that look after the history of a fake Slack, by its clock, and the shelf where they put what was said."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.health import Health
from adapters.slack.ears import Ears
from adapters.slack.envelopes import Envelopes
from adapters.slack.history.gaps import Gaps, stamp
from adapters.slack.history.history import History
from adapters.slack.history.reading import PACES, Reading
from adapters.slack.installation import Installation
from adapters.slack.pacing import Gates
from adapters.slack.tickets import Tickets
from adapters.slack.web import Web
from crm_core.chat import Cursor, Document, Envelope, NotKept
from tests.adapters.slack.office import Drawer
from tests.fakes.slack.channels import Channel
from tests.fakes.slack.messages import Message
from tests.fakes.slack.scene import Scene


@dataclass
class Shelf:
    """`Kept`, and the ledger before it. `taken`: envelopes in order. `room_for`: how many more it takes, None: all."""

    said: dict[str, dict[str, str]] = field(default_factory=dict)
    taken: list[Document] = field(default_factory=list)
    room_for: int | None = None
    filled: asyncio.Event = field(default_factory=asyncio.Event)
    _known: set[str] = field(default_factory=set)

    async def accept(self, envelope: Envelope, note: Cursor | None = None) -> bool:
        assert note is None
        if self.room_for is not None:
            if self.room_for == 0:
                raise NotKept
            self.room_for -= 1
        new = envelope.event_id not in self._known
        self._known.add(envelope.event_id)
        body = json.loads(envelope.body)
        assert body["kind"] == "history"
        if new:
            self._put(body["payload"])
        return new

    async def messages(self, platform: str, room_id: str, after: datetime, before: datetime) -> Mapping[str, str]:
        assert platform == "slack"
        there = self.said.get(room_id, {})
        return {ts: root for ts, root in there.items() if stamp(after) <= ts <= stamp(before)}

    def hear(self, channel: Channel, message: Message) -> None:
        """As if its event had come."""
        self.said.setdefault(channel.id, {})[message.ts] = message.thread_ts if message.is_reply else ""

    def texts(self) -> list[str]:
        """What was put there from the history, in order."""
        return [payload.get("text", "") for payload in self.taken if payload.get("subtype") != "message_deleted"]

    def gone(self) -> list[str]:
        return [payload["deleted_ts"] for payload in self.taken if payload.get("subtype") == "message_deleted"]

    def _put(self, payload: Document) -> None:
        self.taken.append(payload)
        self.filled.set()
        room = self.said.setdefault(payload["channel"], {})
        if payload.get("subtype") == "message_deleted":
            room.pop(payload["deleted_ts"], None)
        else:
            root = payload.get("thread_ts", "")
            room[payload["ts"]] = "" if root == payload["ts"] else root


@dataclass
class Node:
    """One process. `history` is run step by step."""

    history: History
    web: Web
    health: Health
    ears: Ears


@dataclass
class Listener:
    scene: Scene
    shelf: Shelf = field(default_factory=Shelf)
    memory: Drawer = field(default_factory=Drawer)

    def now(self) -> datetime:
        return self.scene.clock.utc_now()

    def node(self, profile: str = "internal", *, again: timedelta | None = None) -> Node:
        crm = self.scene.crm
        home = Installation(crm.team_id, crm.bot_user, crm.bot_id, crm.app.id, crm.token)
        slow = {"conversations.history": 1, "conversations.replies": 1} if profile == "restricted" else None
        web = Web(
            f"{self.scene.world.address}/api/",
            _Known(home),
            self.now,
            pacing=Gates(self.now, self._sleep, slow),
            sleep=self._sleep,
        )
        gaps, health, ears = Gaps(self.memory), Health(), Ears()
        envelopes = Envelopes(self.shelf.accept, Tickets(self.now), self.now)
        reading = Reading(web, envelopes, self.shelf, gaps, PACES[profile], clock=self.now, sleep=self._sleep)
        history = History(
            reading,
            gaps,
            web,
            self.memory,
            all_installations=lambda: (home,),
            health=health,
            clock=self.now,
            ears=ears,
            again=again,
        )
        return Node(history, web, health, ears)

    async def repair(self, node: Node | None = None) -> Node:
        """A start, and what is missing read to the end."""
        node = node or self.node()
        await node.history.beat()
        await node.history.read()
        return node

    async def alive(self) -> None:
        """The program runs now, and is killed in the next moment."""
        node = self.node()
        await node.history.beat()
        await node.history.stop()
        await node.web.close()

    async def _sleep(self, seconds: float) -> None:
        """Nobody really waits."""
        self.scene.clock.advance(seconds)
        await asyncio.sleep(0)


@dataclass(frozen=True)
class _Known:
    home: Installation

    async def of(self, team_id: str) -> Installation | None:
        return self.home if team_id == self.home.team_id else None
