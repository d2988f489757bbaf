"""The address for an answer holds half an hour and five posts."""

import asyncio
from datetime import datetime, timedelta

from adapters.slack.replays import Replays
from adapters.slack.tickets import Tickets
from tests.conftest import NOW


class Hand:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def test_a_ticket_is_good_for_five_posts() -> None:
    tickets = Tickets(Hand())
    tickets.keep("k", "https://hooks/1")
    assert [tickets.use("k") for _ in range(6)] == ["https://hooks/1"] * 5 + [None]


def test_a_ticket_is_good_for_half_an_hour() -> None:
    hand = Hand()
    tickets = Tickets(hand)
    tickets.keep("k", "https://hooks/1")
    hand.now += timedelta(minutes=29)
    assert tickets.use("k") is not None
    hand.now += timedelta(minutes=1)
    assert tickets.use("k") is None


def test_there_is_no_ticket_after_a_restart() -> None:
    tickets = Tickets(Hand())
    assert tickets.use("k") is None
    assert not asyncio.run(tickets.replaces("k"))
    assert not asyncio.run(tickets.answered("k", 0))


def test_the_first_address_of_a_request_stays_when_it_comes_again() -> None:
    tickets = Tickets(Hand())
    tickets.keep("k", "https://hooks/1")
    tickets.keep("k", "https://hooks/2")
    assert tickets.use("k") == "https://hooks/1"


def test_old_tickets_are_forgotten() -> None:
    hand = Hand()
    tickets = Tickets(hand)
    tickets.keep("old", "https://hooks/1")
    hand.now += timedelta(minutes=31)
    tickets.keep("new", "https://hooks/2")
    assert list(tickets._tickets) == ["new"]


def test_a_request_is_a_replay_for_ten_minutes() -> None:
    hand = Hand()
    replays = Replays(hand)
    assert replays.is_new("1", "v0=a")
    assert replays.is_new("2", "v0=a")
    hand.now += timedelta(minutes=9)
    assert not replays.is_new("1", "v0=a")
    hand.now += timedelta(minutes=2)
    assert replays.is_new("1", "v0=a")
    assert len(replays._seen) == 1


def test_an_answer_waits_until_looking_is_shown() -> None:
    async def scene() -> None:
        tickets = Tickets(Hand(), shown_after=0)
        tickets.keep("k", "https://hooks/1")
        assert not await tickets.answered("k", 0)
        replacing = asyncio.create_task(tickets.replaces("k"))
        await asyncio.sleep(0)
        assert not replacing.done()
        tickets.acknowledged("k")
        assert await replacing

    asyncio.run(scene())


def test_an_answer_at_the_last_moment_counts() -> None:
    async def scene() -> None:
        tickets = Tickets(Hand())
        tickets.keep("k", "https://hooks/1")
        tickets.use("k")
        assert await tickets.answered("k", -1)
        assert not await tickets.replaces("k")

    asyncio.run(scene())
