"""What a platform looks up before its envelopes are recorded, and who waits for it."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace

from crm_core.chat import Envelope, InboundMessage
from crm_core.conversations import ledger
from crm_core.database import Database
from tests.bot.capture.capturing import conduct, ledger_of, taking_in, texts_of
from tests.bot.capture.envelopes import Plain, envelope, said_in
from tests.conftest import NOW


class Curious:
    """A source that looks up whom an envelope names; `far_side` is waited for each time."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.known: set[str] = set()
        self.far_side = asyncio.Event()
        self.learnt = asyncio.Event()
        self.fails = False

    async def acquaint(self, bodies: Sequence[str]) -> None:
        self.asked.append(list(bodies))
        await self.far_side.wait()
        if self.fails:
            raise RuntimeError("the far side is on fire")
        self.known.update(bodies)
        self.learnt.set()

    def parse(self, body: str) -> tuple[InboundMessage, ...]:
        known = "known" if body in self.known else "unknown"
        return tuple(replace(one, platform="far", text=f"{one.text}, {known}") for one in said_in(body))


def from_afar(event_id: str) -> Envelope:
    return replace(envelope(event_id, event_id), platform="far")


def test_a_platform_learns_before_its_envelopes_are_recorded(sqlite_database: Database) -> None:
    async def scene() -> None:
        far = Curious()
        far.far_side.set()
        async with taking_in(sqlite_database, sources={"far": far}) as intake:
            await intake.accept(from_afar("e1"))
            await intake.settled("far", "e1")
            assert texts_of(sqlite_database) == ["e1, known"]

    conduct(scene)


def test_what_a_stop_left_behind_is_learnt_about_too(sqlite_database: Database) -> None:
    async def scene() -> None:
        far = Curious()
        far.far_side.set()
        with sqlite_database.writing() as session:
            ledger.keep(session, [from_afar("e1")])
        async with taking_in(sqlite_database, sources={"far": far}):
            assert texts_of(sqlite_database) == ["e1, known"]

    conduct(scene)


def test_nobody_waits_for_what_another_platform_looks_up(sqlite_database: Database) -> None:
    async def scene() -> None:
        far = Curious()
        async with taking_in(sqlite_database, sources={"far": far, "console": Plain()}) as intake:
            await intake.accept(from_afar("slow"))
            await intake.accept(envelope("quick", "quick"))
            await intake.settled("console", "quick")
            assert texts_of(sqlite_database) == ["quick"]
            far.far_side.set()

    conduct(scene)


def test_a_silent_far_side_delays_one_batch_and_loses_nothing(sqlite_database: Database) -> None:
    async def scene() -> None:
        far = Curious()
        async with taking_in(sqlite_database, sources={"far": far}, meeting_patience=0.01) as intake:
            for number in range(3):
                await intake.accept(from_afar(f"e{number}"))
                await intake.settled("far", f"e{number}")
            assert len(far.asked) == 1
            far.far_side.set()
            await far.learnt.wait()
            await intake.accept(from_afar("e3"))
        assert texts_of(sqlite_database) == ["e0, unknown", "e1, unknown", "e2, unknown", "e3, known"]

    conduct(scene)


def test_what_nobody_waited_for_is_learnt_about_afterwards(sqlite_database: Database) -> None:
    async def scene() -> None:
        far = Curious()
        async with taking_in(sqlite_database, sources={"far": far}, meeting_patience=0.01) as intake:
            for number in range(2):
                await intake.accept(from_afar(f"e{number}"))
                await intake.settled("far", f"e{number}")
            far.far_side.set()
            await far.learnt.wait()
            await intake.accept(from_afar("e2"))
            await intake.settled("far", "e2")
            assert far.asked[1] == [from_afar("e1").body, from_afar("e2").body]

    conduct(scene)


def test_a_source_that_fails_loses_nothing(sqlite_database: Database) -> None:
    async def scene() -> None:
        far = Curious()
        far.fails = True
        far.far_side.set()
        async with taking_in(sqlite_database, sources={"far": far}) as intake:
            await intake.accept(from_afar("e1"))
        assert texts_of(sqlite_database) == ["e1, unknown"]

    conduct(scene)


def test_a_body_that_is_not_of_the_platform_is_set_aside_alone(sqlite_database: Database) -> None:
    async def scene() -> None:
        far = Curious()
        far.far_side.set()
        async with taking_in(sqlite_database, sources={"far": far}) as intake:
            await asyncio.gather(
                intake.accept(Envelope("far", "broken", json.dumps({"no": "list"}), NOW)),
                intake.accept(from_afar("e1")),
            )
        assert texts_of(sqlite_database) == ["e1, known"]
        assert [state for _, state, _ in ledger_of(sqlite_database)] == ["set_aside", "answered"]

    conduct(scene)
