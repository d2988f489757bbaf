"""Large broadcasts behind the chat: frozen by one worker, and shown in the message that started them."""

import asyncio
from collections.abc import Iterator

import pytest
from sqlmodel import select

from bot import config
from bot.outreach.broadcast_work import LargeBroadcasts
from bot.outreach.live_messages import LiveMessages
from crm_core.chat import DeliveryError
from crm_core.database import Database
from crm_core.outreach import broadcasts, live, previews, slices
from crm_core.outreach.live import Place
from crm_core.outreach.tables import Broadcast, BroadcastState
from tests.scheduler.conftest import Office, shown
from tests.scheduler.test_broadcasts_sent import audience, received, send, state


class BusyOffice(Office):
    """With what is done for large broadcasts, and two customers are many."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, config.parse({}))
        self.large = LargeBroadcasts(self.core, self.config, self.clock)
        self.live = LiveMessages(self.core, {"console": self.console}, self.config, self.clock)

    def attend(self) -> None:
        self.run(self.large.run(asyncio.Event()))
        self.run(self.live.run(asyncio.Event()))


@pytest.fixture
def office(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[BusyOffice]:
    for module in (broadcasts, previews):
        monkeypatch.setattr(module, "SMALL", 2)
    monkeypatch.setattr(slices, "SIZES", dict.fromkeys(slices.SIZES, slices.Sizes(stretch=2_000, slice=2)))
    office = BusyOffice(sqlite_database)
    yield office
    office.core.close()


def watched(office: BusyOffice, broadcast_id: int, language: str = "") -> None:
    with office.database.writing() as session:
        alice = office.person(session, "Alice")
        place = Place(broadcast_id, "console", "direct:alice", "m1", alice.id, language=language)
        live.watch(session, place, now=office.clock.now)


def test_a_large_one_reaches_everybody_and_is_told_of_at_its_end(office: BusyOffice) -> None:
    names = ("Ann", "Ben", "Cid", "Dot", "Eve")
    audience(office, *names)
    broadcast_id = send(office)
    office.tick()
    assert received(office) == {}
    assert state(office, broadcast_id) is BroadcastState.RUNNING
    office.attend()
    office.clock.forward(seconds=11)
    office.tick()
    office.clock.forward(seconds=11)
    office.tick()
    assert set(received(office)) == set(names)
    assert state(office, broadcast_id) is BroadcastState.DONE


def test_the_message_that_started_it_goes_on_in_its_language(office: BusyOffice) -> None:
    audience(office, "Ann", "Ben", "Cid")
    watched(office, send(office), "en")
    office.attend()
    office.clock.forward(seconds=6)
    office.attend()
    assert "3 to go" in shown(office.console.posts[0].card)


def test_the_message_that_started_it_is_changed_only_for_news(office: BusyOffice) -> None:
    audience(office, "Ann", "Ben", "Cid")
    broadcast_id = send(office)
    watched(office, broadcast_id)
    office.attend()
    assert office.console.posts == []
    office.clock.forward(seconds=6)
    office.attend()
    (first,) = office.console.posts
    assert first.replaces == "m1"
    assert "待发 3" in shown(first.card)
    office.clock.forward(seconds=6)
    office.attend()
    assert len(office.console.posts) == 1
    office.tick()
    office.clock.forward(seconds=6)
    office.attend()
    latest = office.console.posts[-1]
    assert (latest.replaces, "已发 3" in shown(latest.card)) == ("1", True)


def test_a_message_that_cannot_be_changed_any_more_is_left(office: BusyOffice) -> None:
    audience(office, "Ann", "Ben", "Cid")
    watched(office, send(office))
    office.console.moods.append(DeliveryError("gone", permanent=True))
    for _ in range(3):
        office.clock.forward(minutes=2)
        office.attend()
    assert office.console.posts == []
    with office.database.reading() as session:
        assert session.exec(select(Broadcast.shown_at)).one() is None
