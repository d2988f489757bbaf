"""What went out is marked, whatever the platform called it and whatever the database says: nothing goes out again."""

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from bot import config
from bot.outreach.courier import Courier
from crm_core.chat import DeliveryError, OutboundMessage, Receipt
from crm_core.database import Database
from crm_core.outreach.tables import DeliveryState
from scheduler.lanes import Lanes
from scheduler.pace import Pace
from scheduler.pump import Pump
from scheduler.together import Store
from tests.fakes.far_side import FarSide
from tests.scheduler.conftest import HandEngine, Office
from tests.scheduler.test_broadcasts_sent import audience, send

T = TypeVar("T")

#: Half a character, which no database takes.
HALF = "\ud800"


class Odd(FarSide):
    """Calls the first message by an id nobody can keep, and cannot be asked what became of it."""

    def __init__(self) -> None:
        super().__init__(can_tell=False)

    async def send(self, message: OutboundMessage) -> Receipt:
        receipt = await super().send(message)
        return Receipt(HALF) if len(self.posts) == 1 else receipt


class Failing:
    """A store whose writings of these numbers fail; the last of them sets `failed`."""

    def __init__(self, store: Store, error: Exception, *numbers: int) -> None:
        self.failed = asyncio.Event()
        self._store = store
        self._error = error
        self._numbers = numbers
        self._asked = 0

    async def read(self, look: Callable[[Session], T]) -> T:
        return await self._store.read(look)

    async def write(self, change: Callable[[Session], T]) -> T:
        self._asked += 1
        if self._asked not in self._numbers:
            return await self._store.write(change)
        if self._asked == max(self._numbers):
            self.failed.set()
        raise self._error


def meet(office: Office, far_side: FarSide) -> None:
    """The console is this one from now on, and three customers are to hear something."""
    office.console = far_side
    office.lanes = office.open()
    audience(office, "张三", "李四", "王五")
    send(office)


def pump_twice(office: Office) -> None:
    """Once more when every lease ran out."""
    office.run(office.lanes.pump("console"))
    office.clock.forward(minutes=1)
    office.run(office.lanes.pump("console"))


def lanes_over(office: Office, store: Store) -> Lanes:
    courier = Courier(office.core, {"console": office.console}, office.config, office.clock)
    return Lanes(HandEngine(), store, courier, names=("console",), clock=office.clock, sleep=office.clock.sleep)


def test_an_id_no_database_takes_is_left_out_and_everything_is_marked(office: Office) -> None:
    meet(office, Odd())
    pump_twice(office)
    assert len(office.console.posts) == 3
    assert [row.state for row in office.rows()] == [DeliveryState.SENT] * 3
    kept = sorted((row.platform_message_id, row.problem) for row in office.rows())
    assert kept == [("", "unmarkable"), ("2", ""), ("3", "")]


def test_a_reason_no_database_takes_is_left_out_and_everything_is_marked(office: Office) -> None:
    meet(office, FarSide(can_tell=False))
    office.console.moods = [DeliveryError(HALF, permanent=True)]
    pump_twice(office)
    assert len(office.console.posts) == 2
    ends = sorted((row.state, row.problem) for row in office.rows())
    assert ends == [(DeliveryState.DEAD, "unmarkable"), (DeliveryState.SENT, ""), (DeliveryState.SENT, "")]


def test_one_that_cannot_be_marked_at_all_is_asked_for_when_its_lease_ran_out(sqlite_database: Database) -> None:
    office = Office(sqlite_database, config.parse({}))
    meet(office, FarSide())
    with office.database.writing() as session:
        session.connection().exec_driver_sql(
            "CREATE TRIGGER refuse BEFORE UPDATE ON delivery WHEN new.recipient = 'u-张三' AND new.state <> 'sending' "
            "BEGIN SELECT RAISE(ABORT, 'never'); END"
        )
    office.run(office.lanes.pump("console"))
    states = {row.recipient: row.state for row in office.rows()}
    assert states == {
        "u-张三": DeliveryState.SENDING, "u-李四": DeliveryState.SENT, "u-王五": DeliveryState.SENT,
    }  # fmt: skip
    with office.database.writing() as session:
        session.connection().exec_driver_sql("DROP TRIGGER refuse")
    office.clock.forward(minutes=1)
    office.run(office.lanes.pump("console"))
    assert [row.state for row in office.rows()] == [DeliveryState.SENT] * 3
    assert (len(office.console.posts), office.console.asked) == (3, 1)
    office.core.close()


@pytest.mark.parametrize("number", [4, 5, 6])
def test_the_database_may_go_away_while_each_is_marked_alone(sqlite_database: Database, number: int) -> None:
    office = Office(sqlite_database, config.parse({}))
    meet(office, Odd())

    async def scene() -> None:
        away = OperationalError("", None, sqlite3.OperationalError("away"))
        await lanes_over(office, Failing(office.core, away, number)).pump("console")

    office.run(scene())
    assert [row.state for row in office.rows()] == [DeliveryState.SENT] * 3
    assert len(office.console.posts) == 3
    office.core.close()


def test_a_pump_that_breaks_waits_for_what_is_on_its_way_and_marks_it(sqlite_database: Database) -> None:
    office = Office(sqlite_database, config.parse({}))
    office.remind()
    office.clock.forward(hours=1)

    async def scene() -> None:
        begun = asyncio.Event()
        store = Failing(office.core, RuntimeError("whatever it is"), 3, 4)

        async def take_long() -> None:
            begun.set()
            await store.failed.wait()

        office.console.moods = [take_long]
        lanes = lanes_over(office, store)
        pumping = asyncio.create_task(lanes.pump("console"))
        await begun.wait()
        office.clock.forward(seconds=5)
        lanes.wake("console")
        await pumping

    office.run(scene())
    assert [row.state for row in office.rows()] == [DeliveryState.SENT]
    assert len(office.console.posts) == 1
    office.core.close()


class Held(FarSide):
    """Does something else first when it is asked for a room the first time."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: list[Callable[[], object]] = []

    async def direct_room(self, platform_user_id: str) -> str:
        if self.meanwhile:
            happening = self.meanwhile.pop()()
            assert asyncio.iscoroutine(happening)
            await happening
        return await super().direct_room(platform_user_id)


class Telling:
    """A store that sets `written` after each writing, when whoever asked for it goes on."""

    def __init__(self, store: Store) -> None:
        self.written = asyncio.Event()
        self._store = store

    async def read(self, look: Callable[[Session], T]) -> T:
        return await self._store.read(look)

    async def write(self, change: Callable[[Session], T]) -> T:
        result = await self._store.write(change)
        self.written.set()
        return result


def test_what_another_pump_took_over_is_not_sent_by_the_one_before(office: Office) -> None:
    office.console = held = Held()
    other = office.open()
    audience(office, "张三")
    send(office)

    async def scene() -> None:
        store = Telling(office.core)
        courier = Courier(office.core, {"console": held}, office.config, office.clock)
        pump = Pump(
            "console",
            store,
            courier,
            Pace(held.pacing),
            node="slow",
            clock=office.clock,
            sleep=office.clock.sleep,
            stopping=asyncio.Event(),
        )

        async def be_overtaken() -> None:
            office.clock.now += timedelta(seconds=7)
            await other.pump("console")
            store.written.clear()
            pump.look_again()
            await store.written.wait()

        held.meanwhile = [be_overtaken]
        await pump.run()

    office.run(scene())
    assert len(held.posts) == 1
    assert [(row.state, row.attempts) for row in office.rows()] == [(DeliveryState.SENT, 2)]
