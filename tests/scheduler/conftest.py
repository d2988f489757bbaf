"""An office whose lanes are pumped by hand, on a clock that is moved by hand."""

import asyncio
from collections.abc import Coroutine, Iterator
from datetime import datetime, timedelta
from typing import Any, TypeVar

import pytest
from sqlmodel import Session, col, select

from bot import config
from bot.config import Config
from bot.outreach.courier import Courier
from bot.outreach.rounds import rounds
from bot.threads import Core
from crm_core.chat import Card
from crm_core.customers.tables import Customer
from crm_core.database import Database
from crm_core.outreach import deliveries, nudges
from crm_core.outreach.tables import Delivery, Nudge
from crm_core.people import staff as people
from crm_core.people.tables import Role, Staff
from crm_core.people.viewer import Viewer, of_staff
from scheduler.engine import Worker
from scheduler.lanes import Lanes
from scheduler.together import Together
from tests.conftest import NOW
from tests.fakes.far_side import FarSide, MovableClock

T = TypeVar("T")


class HandEngine:
    """Remembers which keys were woken, until the test works them off."""

    def __init__(self) -> None:
        self.shared = False
        self.worker: Worker | None = None
        self.woken: list[str] = []

    async def start(self, worker: Worker) -> None:
        self.worker = worker

    def wake(self, key: str) -> None:
        if key not in self.woken:
            self.woken.append(key)

    async def tidy(self) -> None:
        pass

    async def stop(self) -> None:
        pass


class Office:
    """Alice sells, Bob leads her team, Dora administers; all are on the console, Bob on Slack as well."""

    def __init__(self, database: Database, settings: Config) -> None:
        self.database = database
        self.config = settings
        self.core = Core(database, threads=2)
        self.clock = MovableClock(NOW)
        self.console = FarSide("console")
        self.slack = FarSide("slack")
        self.lanes = self.open()
        with database.writing() as session:
            for name, role, language in (
                ("Alice", Role.SALES, "zh"),
                ("Bob", Role.MANAGER, "en"),
                ("Dora", Role.ADMIN, "en"),
            ):
                person = people.add(
                    session, name, role=role, now=NOW, team="East", handle=("console", name.lower()), language=language
                )
                people.change(session, person, digest_hour=None)
                if name == "Bob":
                    people.add_handle(session, person, "slack", "UBOB")

    def open(self) -> Lanes:
        """Lanes as a new process has them."""
        platforms = {"console": self.console, "slack": self.slack}
        courier = Courier(Together(self.core), platforms, self.config, self.clock)
        self.engine = HandEngine()
        return Lanes(
            self.engine,
            self.core,
            courier,
            names=tuple(platforms),
            clock=self.clock,
            rounds=rounds(self.config),
            sleep=self.clock.sleep,
        )

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run(work)

    def tick(self) -> None:
        """Two ticks, and every lane they woke is pumped: the second sends what followed from the first."""
        self.run(self._tick())

    async def _tick(self) -> None:
        for _ in range(2):
            await self.lanes.tick()
            while self.engine.woken:
                await self.lanes.pump(self.engine.woken.pop(0))

    def person(self, session: Session, name: str) -> Staff:
        found = people.by_name(session, name)
        assert found is not None
        return found

    def viewer(self, session: Session, name: str) -> Viewer:
        return of_staff(session, self.person(session, name), timezone="Asia/Shanghai", language="zh")

    def remind(self, text: str = "给王五回电话", *, whom: str = "Alice", by: str = "", **details: Any) -> int:
        """Set a nudge, due in an hour unless told otherwise; its id."""
        with self.database.writing() as session:
            nudge = nudges.schedule(
                session,
                viewer=self.viewer(session, by or whom),
                for_staff=self.person(session, whom),
                text=text,
                timezone="Asia/Shanghai",
                now=self.clock.now,
                **{"due_at": self.clock.now + timedelta(hours=1), "platform": "console", **details},
            )
            return nudge.id

    def customer(self, name: str, *, owner: str = "Alice") -> Customer:
        with self.database.writing() as session:
            customer = Customer(
                name=name,
                name_key=name,
                owner_id=self.person(session, owner).id,
                created_at=NOW,
                updated_at=NOW,
                last_contact_at=NOW,
            )
            session.add(customer)
            session.flush()
            return customer

    def nudge(self, nudge_id: int) -> Nudge:
        with self.database.reading() as session:
            nudge = session.get(Nudge, nudge_id)
            assert nudge is not None
            return nudge

    def rows(self) -> list[Delivery]:
        with self.database.reading() as session:
            return list(session.exec(select(Delivery).order_by(col(Delivery.id))))

    def said(self, person: str) -> list[str]:
        """Everything a person received, each message as one text."""
        return [shown(card) for card in self.console.cards(person)]

    def due(self, lane: str = "console") -> datetime | None:
        with self.database.reading() as session:
            return deliveries.due_lanes(session, [lane]).get(lane)


def shown(card: Card) -> str:
    fields = (f"{field.label}: {field.value}" for field in card.fields)
    quotes = (f"{quote.who}: {quote.text}" for quote in card.quotes)
    buttons = (f"[{button.label} → {button.command}]" for button in card.buttons)
    return "\n".join(
        part for part in (card.title, card.text, *fields, *quotes, *card.items, card.footer, *buttons) if part
    )


@pytest.fixture
def office(database: Database) -> Iterator[Office]:
    settings = config.parse({})
    office = Office(database, settings)
    yield office
    office.core.close()
