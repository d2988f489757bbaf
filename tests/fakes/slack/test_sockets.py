"""Socket Mode, met with Slack's own client and with a hand that does wrong things."""

import asyncio
import json
from collections.abc import Callable

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.fakes.slack.errors import Json
from tests.fakes.slack.hearing import Hearing
from tests.fakes.slack.judge import Judge
from tests.fakes.slack.plugs import by_hand, listening, outside, read, settle, ticket
from tests.fakes.slack.running import Fake
from tests.fakes.slack.sample import Sample
from tests.fakes.slack.sockets import Gateway

Answer = Callable[[Json], Json | None]


@pytest.fixture
def hearing(fake: Fake, company: Sample) -> Hearing:
    return fake.open_sockets(company.app, patience=0.2)


@pytest.fixture
def gateway(hearing: Hearing) -> Gateway:
    assert hearing.gateway
    return hearing.gateway


def violations(fake: Fake) -> list[str]:
    return [entry["what"] for entry in fake.journal.of("violation")]


def test_slacks_own_client_hears_what_is_said(fake: Fake, company: Sample, gateway: Gateway) -> None:
    async def scenario() -> None:
        async with listening(fake, company) as listener:
            await outside(fake, gateway.connected())
            company.world.say(company.alice, company.sales, "hello")
            await settle(fake)
            [request] = listener.heard
            assert request.type == "events_api"
            assert request.payload["event"]["text"] == "hello"
            assert (request.retry_attempt, request.retry_reason) == (0, "")
            assert request.accepts_response_payload is False

    asyncio.run(scenario())
    [delivery] = fake.journal.of("delivery")
    assert (delivery["via"], delivery["reason"]) == ("socket", "")
    assert violations(fake) == []


def test_a_ticket_is_good_once(fake: Fake, company: Sample, gateway: Gateway) -> None:
    async def scenario() -> None:
        url = await ticket(fake, company)
        async with connect(url) as line:
            hello = await read(line)
            assert hello["num_connections"] == 1
            assert hello["connection_info"] == {"app_id": company.app.id}
            assert hello["debug_info"]["approximate_connection_time"] > 0
            with pytest.raises(InvalidStatus):
                await connect(url)

    asyncio.run(scenario())
    assert violations(fake) == ["socket_ticket"]


def test_who_leaves_without_acknowledging_is_found(fake: Fake, company: Sample, gateway: Gateway) -> None:
    async def scenario() -> None:
        async with by_hand(fake, company) as line:
            company.world.say(company.alice, company.sales, "hello")
            await read(line)
        await settle(fake)

    asyncio.run(scenario())
    assert {finding.what for finding in Judge(company.world).findings()} == {
        "late acknowledgement",
        "refused a genuine request",
    }


def test_what_nobody_acknowledges_comes_again_as_a_retry(fake: Fake, company: Sample, gateway: Gateway) -> None:
    async def scenario() -> None:
        async with by_hand(fake, company) as line:
            company.world.say(company.alice, company.sales, "hello")
            first, second = await read(line), await read(line)
            await line.send(json.dumps({"envelope_id": second["envelope_id"]}))
            await settle(fake)
            assert (second["retry_attempt"], second["retry_reason"]) == (1, "http_timeout")
            assert first["payload"]["event_id"] == second["payload"]["event_id"]
            assert first["envelope_id"] != second["envelope_id"]

    asyncio.run(scenario())
    assert not list(fake.journal.of("lost"))


@pytest.mark.parametrize(
    ("wrong", "found"),
    [
        (lambda _: {"envelope_id": "no-such-envelope"}, "socket_ack_unknown"),
        (lambda envelope: {"envelope": envelope["envelope_id"]}, "socket_ack_unknown"),
        (lambda _: ["ack"], "socket_frame"),
        (lambda envelope: {"envelope_id": envelope["envelope_id"], "payload": {"text": "hi"}}, "socket_payload"),
    ],
)
def test_wrong_acknowledgements_are_found(
    fake: Fake, company: Sample, gateway: Gateway, wrong: Answer, found: str
) -> None:
    async def scenario() -> None:
        async with by_hand(fake, company) as line:
            company.world.say(company.alice, company.sales, "hello")
            envelope = await read(line)
            await line.send(json.dumps(wrong(envelope)))
            await line.send(json.dumps({"envelope_id": envelope["envelope_id"]}))
            await settle(fake)

    asyncio.run(scenario())
    assert found in violations(fake)


def test_acknowledging_twice_is_found(fake: Fake, company: Sample, gateway: Gateway) -> None:
    async def scenario() -> None:
        async with by_hand(fake, company) as line:
            company.world.say(company.alice, company.sales, "hello")
            ack = json.dumps({"envelope_id": (await read(line))["envelope_id"]})
            await line.send(ack)
            await line.send(ack)
            await line.close()
            await outside(fake, gateway.disconnected())

    asyncio.run(scenario())
    assert violations(fake) == ["socket_ack_again"]


def test_payloads_spread_over_the_connections_and_an_eleventh_is_refused(
    fake: Fake, company: Sample, gateway: Gateway
) -> None:
    async def scenario() -> None:
        company.world.limits.on = False
        lines = [await connect(await ticket(fake, company)) for _ in range(11)]
        hellos = [await read(line) for line in lines]
        assert [hello["num_connections"] for hello in hellos[:10]] == list(range(1, 11))
        assert (hellos[10]["type"], hellos[10]["reason"]) == ("disconnect", "too_many_websockets")
        got: list[int] = []
        readers = [asyncio.create_task(acknowledge(number, line, got)) for number, line in enumerate(lines[:10])]
        for number in range(30):
            company.world.say(company.alice, company.sales, f"line {number}")
        await settle(fake)
        assert len(set(got)) > 3
        assert len(got) == 30
        for line in lines:
            await line.close()
        await asyncio.gather(*readers)

    asyncio.run(scenario())


async def acknowledge(number: int, line: ClientConnection, got: list[int]) -> None:
    try:
        while True:
            envelope = await read(line)
            got.append(number)
            await line.send(json.dumps({"envelope_id": envelope["envelope_id"]}))
    except ConnectionClosed:
        return


def test_a_refresh_warns_ten_seconds_ahead_and_slacks_client_comes_back(
    fake: Fake, company: Sample, gateway: Gateway
) -> None:
    async def scenario() -> None:
        async with by_hand(fake, company) as line:
            refreshing = asyncio.ensure_future(outside(fake, gateway.refresh()))
            assert (await read(line))["reason"] == "warning"
            await asyncio.to_thread(fake.advance, 10)
            assert (await read(line))["reason"] == "refresh_requested"
            with pytest.raises(ConnectionClosed):
                await line.recv()
            await refreshing
        async with listening(fake, company) as listener:
            await outside(fake, gateway.connected())
            opened = gateway.opened
            refreshing = asyncio.ensure_future(outside(fake, gateway.refresh()))
            await asyncio.to_thread(fake.advance, 10)
            await refreshing
            await outside(fake, gateway.connected(since=opened))
            company.world.say(company.alice, company.sales, "after the refresh")
            await settle(fake)
            assert "after the refresh" in [request.payload["event"]["text"] for request in listener.heard]

    asyncio.run(scenario())


def test_switched_off_socket_mode_ends_every_connection_and_lets_none_in(
    fake: Fake, company: Sample, gateway: Gateway
) -> None:
    async def scenario() -> None:
        async with by_hand(fake, company) as line:
            await outside(fake, gateway.disable())
            assert (await read(line))["reason"] == "link_disabled"
            with pytest.raises(InvalidStatus):
                await connect(await ticket(fake, company))

    asyncio.run(scenario())


def test_a_stalled_line_says_nothing_and_answers_no_ping(fake: Fake, company: Sample, gateway: Gateway) -> None:
    async def scenario() -> None:
        async with by_hand(fake, company) as line:
            assert len(await outside(fake, gateway.ping())) == 1
            await (await line.ping())
            fake.do(gateway.stall)
            pong = await line.ping()
            company.world.say(company.alice, company.sales, "hello")
            await settle(fake)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(asyncio.gather(pong, line.recv()), 0.01)
            line.transport.abort()

    asyncio.run(scenario())
    assert [entry["reason"] for entry in fake.journal.of("delivery")] == ["http_timeout", "http_timeout"]
    assert Judge(company.world).findings() == [], "that is not the app's fault"


def test_a_reset_is_seen_and_what_was_under_way_comes_on_the_next_connection(
    fake: Fake, company: Sample, gateway: Gateway
) -> None:
    async def scenario() -> None:
        async with by_hand(fake, company) as line:
            fake.do(gateway.reset)
            with pytest.raises(ConnectionClosed):
                await line.recv()
        await outside(fake, gateway.disconnected())
        company.world.say(company.alice, company.sales, "while nobody listens")
        await settle(fake)
        async with listening(fake, company) as listener:
            await outside(fake, gateway.connected())
            await asyncio.to_thread(fake.advance, 60)
            [request] = listener.heard
            assert (request.retry_attempt, request.retry_reason) == (2, "connection_failed")

    asyncio.run(scenario())


def test_what_comes_while_nobody_is_connected_can_be_lost(fake: Fake, company: Sample, gateway: Gateway) -> None:
    gateway.lossy = True
    company.world.say(company.alice, company.sales, "while nobody listens")
    fake.advance(600)
    assert len(list(fake.journal.of("delivery"))) == 1
    assert len(list(fake.journal.of("lost"))) == 1
