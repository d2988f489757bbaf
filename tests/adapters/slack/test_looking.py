"""Something follows "Looking", even when the program is killed before it answered."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.slack import words
from adapters.slack.door import Door
from adapters.slack.errands import Errands
from adapters.slack.looking import Looking
from adapters.slack.tickets import Tickets
from adapters.slack.vault import Vault
from crm_core.chat import Cursor, Document, Envelope
from tests.adapters.slack.knocking import slash
from tests.adapters.slack.office import Drawer
from tests.adapters.slack.test_door import Answering, Home, refuse
from tests.conftest import NOW

ADDRESS = "http://127.0.0.1:9/commands/secret-address"


async def _at_once(_key: str) -> None:
    """It is settled."""


async def _never(_key: str) -> None:
    await asyncio.Event().wait()


@dataclass
class Program:
    """One life of it. `said`: what it posted, with where."""

    memory: Drawer
    now: datetime = NOW
    settled: Callable[[str], Awaitable[None]] = _at_once
    secret: str = "xoxb-hunter2"
    said: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tickets = Tickets(lambda: self.now, shown_after=0)
        self.looking = Looking(self.memory, Vault.derived(self.secret, "looking"), lambda: self.now)
        self.door = Door(
            Home(),
            self._accept,
            self.tickets,
            clock=lambda: self.now,
            interactions=Answering(refuse),
            errands=Errands({}),
            settled=self._settled,
            respond=self._respond,
            looking=self.looking,
            answer_within=0,
        )

    async def rise(self) -> None:
        promises = await self.looking.all()
        for promise in promises:
            self.tickets.restore(promise.key, promise.response_url, promise.at)
        self.door.resume(promises)

    async def ask_and_die(self) -> None:
        self.settled = _never
        assert (await self.door.command(slash("find acme")))["text"] == words.LOOKING.both()
        await self.door.close(0)

    async def _accept(self, envelope: Envelope, note: Cursor | None = None) -> bool:
        assert (envelope.platform, note) == ("slack", None)
        return True

    async def _settled(self, key: str) -> None:
        await self.settled(key)

    async def _respond(self, address: str, body: Document) -> None:
        assert body["replace_original"] is True
        self.said.append((address, body["text"]))


def _kept(memory: Drawer) -> dict[tuple[str, str], Document]:
    return {place: document for place, document in memory.documents.items() if place[0] == "looking"}


def test_what_is_promised_is_kept_encrypted_and_only_until_it_is_settled() -> None:
    async def scene() -> None:
        memory = Drawer()
        await Program(memory).ask_and_die()
        ((_, document),) = _kept(memory).items()
        assert "secret-address" not in str(document)
        live = Program(Drawer())
        await live.door.command(slash("find acme"))
        await live.door.close()
        assert live.said == [(ADDRESS, words.NO_ANSWER.both())]
        assert _kept(live.memory) == {}

    asyncio.run(scene())


def test_after_a_restart_the_answer_takes_the_place_of_looking() -> None:
    async def scene() -> None:
        memory = Drawer()
        await Program(memory).ask_and_die()

        async def answered(key: str) -> None:
            assert next_life.tickets.use(key) == ADDRESS
            assert await next_life.tickets.replaces(key)

        next_life = Program(memory, NOW + timedelta(minutes=1), answered)
        await next_life.rise()
        await next_life.door.close()
        assert next_life.said == []
        assert _kept(memory) == {}

    asyncio.run(scene())


def test_when_no_answer_comes_after_a_restart_it_is_said() -> None:
    async def scene() -> None:
        memory = Drawer()
        await Program(memory).ask_and_die()
        next_life = Program(memory, NOW + timedelta(minutes=1))
        await next_life.rise()
        await next_life.door.close()
        assert next_life.said == [(ADDRESS, words.RESTARTED.both())]
        again = Program(memory, NOW + timedelta(minutes=2))
        await again.rise()
        await again.door.close()
        assert again.said == []

    asyncio.run(scene())


def test_what_another_node_is_about_to_answer_is_left_to_it_for_a_moment() -> None:
    async def scene() -> None:
        memory = Drawer()
        await Program(memory).ask_and_die()
        other = Program(memory, NOW + timedelta(seconds=1))
        await other.rise()
        await other.door.close(0)
        assert other.said == []
        assert len(_kept(memory)) == 1

    asyncio.run(scene())


def test_what_the_key_does_not_open_any_more_is_dropped() -> None:
    async def scene() -> None:
        memory = Drawer()
        await Program(memory).ask_and_die()
        assert await Program(memory, secret="xoxb-another").looking.all() == ()
        assert _kept(memory) == {}

    asyncio.run(scene())


def test_an_address_that_is_too_old_is_not_used() -> None:
    async def scene() -> None:
        memory = Drawer()
        await Program(memory).ask_and_die()
        late = Program(memory, NOW + timedelta(minutes=31))
        await late.rise()
        await late.door.close()
        assert late.said == []
        assert _kept(memory) == {}

    asyncio.run(scene())
