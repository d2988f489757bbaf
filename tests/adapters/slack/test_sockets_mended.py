"""Whatever happens to a connection, it is noticed, said and mended."""

import asyncio

import pytest
from websockets.asyncio.client import connect

from adapters.direct import open_session
from adapters.slack import calls
from adapters.slack.ears import Ears
from adapters.slack.sockets import seconds_until
from crm_core.database import Database
from tests.adapters.slack.lines import Line, conduct, said, standing, starting
from tests.fakes.clock import RealClock
from tests.fakes.slack.faults import Fault
from tests.fakes.slack.running import Fake, slack
from tests.fakes.slack.sample import Sample, sample
from tests.fakes.slack.sockets import Gateway


def test_a_connection_that_is_cut_is_made_again(
    sqlite_database: Database, fake: Fake, company: Sample, gateway: Gateway
) -> None:
    async def scene() -> None:
        async with standing(sqlite_database, fake, company, gateway) as line:
            await asyncio.to_thread(fake.do, gateway.reset)
            await line.outside(gateway.connected(2, since=3))
            company.world.say(company.alice, company.sales, "after the cut")
            await line.settle()
            assert line.ledger.kept == said(fake)

    conduct(scene)


def test_a_deaf_connection_is_noticed_and_replaced(
    sqlite_database: Database, fake: Fake, company: Sample, gateway: Gateway
) -> None:
    async def scene() -> None:
        async with standing(sqlite_database, fake, company, gateway, heartbeat=0.2) as line:
            deaf = gateway.lines[0]
            await asyncio.to_thread(fake.do, lambda: gateway.stall(deaf))
            await line.outside(gateway.connected(2, since=2))
            await line.told("sockets", "2 of 2 open")
            deaf.socket.transport.abort()

    conduct(scene)


def test_socket_mode_switched_off_is_said_and_mends_itself_when_it_is_on_again(
    sqlite_database: Database, fake: Fake, company: Sample, gateway: Gateway
) -> None:
    async def scene() -> None:
        async with standing(
            sqlite_database, fake, company, gateway, pause=lambda attempt: 0.05 if attempt else 0.0
        ) as line:
            await line.outside(gateway.disable())
            await line.told("sockets", "switch Socket Mode on")
            assert line.health.state()["status"] == "down"
            gateway.disabled = False
            await line.told("sockets", "2 of 2 open")
            assert line.health.state()["status"] == "ok"

    conduct(scene)


def test_too_many_connections_of_others_are_said(
    sqlite_database: Database, fake: Fake, company: Sample, gateway: Gateway
) -> None:
    async def scene() -> None:
        line = Line(sqlite_database, fake, company)
        others = [await connect(await _ticket(line, company)) for _ in range(10)]
        async with starting(sqlite_database, fake, company) as line:
            await line.told("sockets", "too_many_websockets")
            for other in others:
                await other.close()
            await line.told("sockets", "2 of 2 open")

    conduct(scene)


async def _ticket(line: Line, company: Sample) -> str:
    async with open_session() as session:
        answer = await calls.call(session, line.fake.api_url, "apps.connections.open", company.app.app_token)
    return str(answer.document["url"])


def test_a_wrong_token_is_said_and_tried_again(
    sqlite_database: Database, fake: Fake, company: Sample, gateway: Gateway
) -> None:
    async def scene() -> None:
        tokens = company.app.app_tokens
        token, scopes = next(iter(tokens.items()))
        del tokens[token]
        async with starting(sqlite_database, fake, company, app_token=token) as line:
            await line.told("sockets", "invalid_auth")
            assert line.health.state()["status"] == "down"
            tokens[token] = scopes
            await line.told("sockets", "2 of 2 open")

    conduct(scene)


def test_neither_ticket_nor_token_nor_words_are_logged(
    sqlite_database: Database, fake: Fake, company: Sample, gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene() -> None:
        async with standing(
            sqlite_database, fake, company, gateway, pause=lambda attempt: 0.05 if attempt else 0.0
        ) as line:
            line.ledger.failing = 1
            company.world.say(company.alice, company.sales, "a customer's words")
            await line.outside(gateway.disable())
            await line.told("sockets", "switch Socket Mode on")

    with caplog.at_level("INFO"):
        conduct(scene)
    assert "a socket is down" in caplog.text
    assert [word for word in ("ticket", company.app.app_token, "customer's words") if word in caplog.text] == []


def test_the_next_attempt_comes_later_each_time_and_within_a_minute() -> None:
    pauses = [seconds_until(attempt) for attempt in range(50)]
    assert pauses[0] == 0
    assert pauses == sorted(pauses)
    assert max(pauses) == 60


def test_only_when_none_was_open_something_may_have_been_missed(
    sqlite_database: Database, fake: Fake, company: Sample, gateway: Gateway
) -> None:
    regained: list[bool] = []
    ears = Ears()

    async def scene() -> None:
        async with standing(
            sqlite_database,
            fake,
            company,
            gateway,
            pause=lambda attempt: 0.05 if attempt else 0.0,
            ears=ears,
            regained=lambda: regained.append(True),
        ) as line:
            assert regained == [True]
            await asyncio.to_thread(fake.do, lambda: gateway.reset(gateway.lines[0]))
            await line.outside(gateway.connected(2, since=2))
            assert regained == [True]
            await line.outside(gateway.disable())
            await line.told("sockets", "switch Socket Mode on")
            assert not ears.open
            gateway.disabled = False
            await line.told("sockets", "2 of 2 open")
            assert regained == [True, True]

    conduct(scene)


def test_while_slack_says_to_wait_no_line_calls(sqlite_database: Database) -> None:
    company = sample(RealClock())
    company.world.faults.add("apps.connections.open", Fault("ratelimited", retry_after=1))

    async def scene(fake: Fake, gateway: Gateway) -> None:
        async with starting(sqlite_database, fake, company) as line:
            await line.outside(gateway.connected(2))

    with slack(company.world) as fake:
        gateway = fake.open_sockets(company.app).gateway
        assert gateway is not None
        conduct(lambda: scene(fake, gateway))
        assert len(list(fake.journal.of("call", method="apps.connections.open"))) == 2
        assert list(fake.journal.of("violation")) == []
