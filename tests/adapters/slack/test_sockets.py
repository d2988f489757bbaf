"""Slack without a public address: two real WebSockets to the fake's gateway, and no gap between them."""

import asyncio
from typing import Any

from adapters.slack.words import LOOKING
from crm_core.database import Database
from tests.adapters.slack.knocking import press, slash
from tests.adapters.slack.lines import conduct, said, standing
from tests.fakes.slack.hearing import Hearing
from tests.fakes.slack.parcel import Attempt, Kind, Parcel, Reply
from tests.fakes.slack.running import Fake
from tests.fakes.slack.sample import Sample
from tests.fakes.slack.sockets import Gateway


def faults(fake: Fake) -> list[Any]:
    return [entry for kind in ("violation", "lost") for entry in fake.journal.of(kind)]


def test_what_is_said_comes_over_either_of_two_connections_once(
    sqlite_database: Database, fake: Fake, company: Sample, gateway: Gateway
) -> None:
    async def scene() -> None:
        async with standing(sqlite_database, fake, company, gateway) as line:
            assert line.health.state() == {"status": "ok", "workspace": "ok", "sockets": "2 of 2 open"}
            for number in range(30):
                company.world.say(company.alice, company.sales, f"line {number}")
            await line.settle()
            assert sorted(line.ledger.kept) == sorted(said(fake))

    conduct(scene)
    assert {entry["retry_reason"] for entry in fake.journal.of("delivery")} == {""}
    assert faults(fake) == []


def test_nothing_is_acknowledged_before_it_is_kept(
    sqlite_database: Database, fake: Fake, company: Sample, gateway: Gateway
) -> None:
    async def scene() -> None:
        async with standing(sqlite_database, fake, company, gateway) as line:
            line.ledger.free.clear()
            company.world.say(company.alice, company.sales, "hello")
            await line.brings(1)
            assert list(fake.journal.of("delivery")) == []
            line.ledger.free.set()
            await line.settle()

    conduct(scene)
    assert [entry["reason"] for entry in fake.journal.of("delivery")] == [""]


def test_what_could_not_be_kept_is_not_acknowledged_and_comes_again(
    sqlite_database: Database, fake: Fake, company: Sample
) -> None:
    gateway = fake.open_sockets(company.app, patience=0.1).gateway
    assert gateway

    async def scene() -> None:
        async with standing(sqlite_database, fake, company, gateway) as line:
            line.ledger.failing = 1
            company.world.say(company.alice, company.sales, "hello")
            await line.settle()
            assert line.ledger.kept == said(fake)

    conduct(scene)
    assert [entry["attempt"] for entry in fake.journal.of("delivery")] == [0, 1]


def test_no_more_is_taken_at_once_than_the_database_can_bear(
    sqlite_database: Database, fake: Fake, company: Sample, hearing: Hearing
) -> None:
    gateway = hearing.gateway
    assert gateway

    async def scene() -> None:
        async with standing(sqlite_database, fake, company, gateway, at_once=2) as line:
            line.ledger.free.clear()
            reply = asyncio.ensure_future(
                asyncio.gather(*(line.outside(hearing.door.hand_over(_event(n), Attempt())) for n in range(6)))
            )
            await line.brings(2)
            line.ledger.free.set()
            assert all(one.acknowledged for one in await reply)
            assert (len(line.ledger.kept), line.ledger.most) == (6, 2)

    conduct(scene)


def _event(number: int) -> Parcel:
    event = {"type": "message", "channel": "C1", "user": "U1", "text": "hello", "ts": f"1.{number:06}"}
    return Parcel(Kind.EVENT, {"type": "event_callback", "event_id": f"Ev{number}", "event": event})


def test_a_refresh_of_every_connection_leaves_no_gap(
    sqlite_database: Database, fake: Fake, company: Sample, gateway: Gateway
) -> None:
    async def scene() -> None:
        async with standing(sqlite_database, fake, company, gateway) as line:
            for number in range(3):
                opened = gateway.opened
                refreshing = asyncio.ensure_future(line.outside(gateway.refresh()))
                await line.outside(gateway.connected(4, since=opened + 1))
                company.world.say(company.alice, company.sales, f"during refresh {number}")
                await line.settle()
                await asyncio.to_thread(fake.advance, 10)
                await refreshing
            await line.settle()
            assert sorted(line.ledger.kept) == sorted(said(fake))

    conduct(scene)
    closed = [entry["connections"] for entry in fake.journal.of("socket_closed")]
    assert min(closed[:6]) >= 2
    assert {entry["retry_reason"] for entry in fake.journal.of("delivery")} == {""}
    assert faults(fake) == []


def test_what_is_under_way_during_a_refresh_is_acknowledged_on_another_connection(
    sqlite_database: Database, fake: Fake, company: Sample, gateway: Gateway
) -> None:
    async def scene() -> None:
        async with standing(sqlite_database, fake, company, gateway) as line:
            line.ledger.free.clear()
            company.world.say(company.alice, company.sales, "hello")
            await line.brings(1)
            refreshing = asyncio.ensure_future(line.outside(gateway.refresh()))
            await line.outside(gateway.connected(4))
            fake.world.clock.advance(10)  # type: ignore[attr-defined]
            await refreshing
            line.ledger.free.set()
            await line.settle()

    conduct(scene)
    assert [entry["reason"] for entry in fake.journal.of("delivery")] == [""]
    assert faults(fake) == []


def test_frames_that_make_no_sense_are_passed_over(
    sqlite_database: Database, fake: Fake, company: Sample, gateway: Gateway
) -> None:
    nonsense: tuple[str | bytes, ...] = (
        "", "nonsense", "[]", "[" * 50_000, b"\xff\xfe", '{"type":"events_api"}', '{"envelope_id":7}', '{"n":NaN}',
    )  # fmt: skip

    async def scene() -> None:
        async with standing(sqlite_database, fake, company, gateway) as line:
            for frame in nonsense:
                await line.outside(gateway.lines[0].socket.send(frame))
            company.world.say(company.alice, company.sales, "hello")
            await line.settle()
            assert line.ledger.kept == said(fake)

    conduct(scene)
    assert gateway.opened == 2
    assert faults(fake) == []


def test_a_command_gets_its_answer_with_the_acknowledgement_and_a_press_gets_none(
    sqlite_database: Database, fake: Fake, company: Sample, hearing: Hearing
) -> None:
    gateway = hearing.gateway
    assert gateway

    async def scene() -> None:
        async with standing(sqlite_database, fake, company, gateway) as line:
            asked = Parcel(Kind.COMMAND, slash("customer asked about payload size"), answerable=True)
            reply: Reply = await line.outside(hearing.door.hand_over(asked, Attempt()))
            assert reply.content == {"response_type": "ephemeral", "text": LOOKING.both()}
            pressed: Reply = await line.outside(hearing.door.hand_over(_press(), Attempt()))
            assert (pressed.acknowledged, pressed.content) == (True, None)
            unknown = Parcel(Kind.INTERACTION, {"type": "of next year"})
            assert (await line.outside(hearing.door.hand_over(unknown, Attempt()))).acknowledged
            assert len(line.ledger.kept) == 2

    conduct(scene)
    assert faults(fake) == []


def _press() -> Parcel:
    return Parcel(Kind.INTERACTION, press())
