"""What a callback says is noted with it until it is looked after, also when it comes twice; a request whose answer goes
out by itself does not wait for that."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from adapters.wecom.door import Door
from adapters.wecom.errands import Errands
from adapters.wecom.events import Event
from adapters.wecom.tickets import Tickets
from crm_core.chat import Cursor, Document, Envelope
from tests.adapters.wecom.calling import Clock, Notes

ADDED = {"MsgType": "event", "Event": "change_external_contact", "ChangeType": "add_external_contact"}
RUNG = {"MsgType": "event", "Event": "kf_msg_or_event", "OpenKfId": "wk1"}
SAID = {"MsgType": "text", "FromUserName": "alice", "Content": "查 张三", "MsgId": "1"}


@dataclass
class Entrance:
    """A door over a ledger in memory; `looked_after`: events, as soon as `may_go_on`. `settled`: when a request is."""

    notes: Notes = field(default_factory=Notes)
    kept: set[str] = field(default_factory=set)
    looked_after: list[Event] = field(default_factory=list)
    may_go_on: asyncio.Event = field(default_factory=asyncio.Event)
    settled: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        clock = Clock()
        self.errands, self.tickets = Errands(self.notes, clock), Tickets(clock)
        self.errands.on([ADDED["Event"], RUNG["Event"]], self._attend)
        self.door = Door(self._accept, self.tickets, self.errands, clock=clock, settled=self._settle, answer_within=30)

    @property
    def noted(self) -> list[str]:
        return [key for _, key in self.notes.kept]

    async def take(self, fields: Document) -> Document | None:
        return await self.door.take(fields)

    async def _accept(self, envelope: Envelope, note: Cursor | None = None) -> bool:
        new = envelope.event_id not in self.kept
        self.kept.add(envelope.event_id)
        if new and note is not None:
            await self.notes.put(note.kind, note.key, note.document)
        return new

    async def _attend(self, event: Event) -> None:
        await self.may_go_on.wait()
        self.looked_after.append(event)

    async def _settle(self, _key: str) -> None:
        await self.settled.wait()


def conduct(scene: Callable[[Entrance], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(60):
            await scene(Entrance())

    asyncio.run(bounded())


def test_an_event_that_comes_twice_stays_noted_until_it_was_looked_after() -> None:
    async def scene(at: Entrance) -> None:
        await at.take(ADDED)
        await at.take(ADDED)
        assert len(at.noted) == 1
        at.may_go_on.set()
        await at.door.close()
        assert [event.change for event in at.looked_after] == ["add_external_contact"]
        assert at.noted == []

    conduct(scene)


def test_an_event_that_was_looked_after_and_comes_again_is_not_noted_anew() -> None:
    async def scene(at: Entrance) -> None:
        at.may_go_on.set()
        await at.take(ADDED)
        await at.door.close()
        await at.take(ADDED)
        assert at.noted == []
        assert len(at.looked_after) == 1

    conduct(scene)


def test_a_doorbell_that_rings_again_is_answered_again() -> None:
    async def scene(at: Entrance) -> None:
        at.may_go_on.set()
        for _ in range(2):
            await at.take(RUNG)
            await at.door.close()
        assert len(at.looked_after) == 2
        assert at.noted == []

    conduct(scene)


def test_what_nobody_looks_after_is_kept_without_a_note() -> None:
    async def scene(at: Entrance) -> None:
        await at.take({**ADDED, "Event": "enter_agent"})
        assert len(at.kept) == 1
        assert at.noted == []

    conduct(scene)


def test_a_request_is_acknowledged_as_soon_as_its_answer_is_known_to_go_out_by_itself() -> None:
    async def scene(at: Entrance) -> None:
        asking = asyncio.create_task(at.take(SAID))
        while not at.kept:  # noqa: ASYNC110
            await asyncio.sleep(0)
        at.tickets.settle("msg:1")
        assert await asking is None
        assert not at.tickets.takes("msg:1", card=False)

    conduct(scene)


def test_a_request_is_answered_with_what_is_ready_before_the_rest_is_settled() -> None:
    async def scene(at: Entrance) -> None:
        asking = asyncio.create_task(at.take(SAID))
        while not at.tickets.takes("msg:1", card=False):  # noqa: ASYNC110
            await asyncio.sleep(0)
        at.tickets.reply("msg:1", {"MsgType": "text", "Content": "张三"})
        assert await asking == {"MsgType": "text", "Content": "张三"}

    conduct(scene)
