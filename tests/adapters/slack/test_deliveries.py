"""The fake Slack delivers to the running program through a bad network, and attacks it: 0 lost, 0 doubled, 0 let in."""

import asyncio
from collections import Counter
from collections.abc import Iterator

import httpx
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot import config
from crm_core.database import Database
from tests.adapters.slack.conftest import kept, stored
from tests.adapters.slack.knocking import SECRET, Knocker, callback, message
from tests.fakes.chaos import Chaos
from tests.fakes.slack.hearing import Hearing
from tests.fakes.slack.running import Fake
from tests.fakes.slack.sample import Sample
from tests.running import Running, running


@pytest.fixture
def met(sqlite_database: Database, fake: Fake, company: Sample) -> Iterator[Running]:
    """The program in the sample company, by the fake's clock."""
    section = {
        "bot_token": company.crm.token,
        "signing_secret": company.app.signing_secret,
        "api_url": fake.api_url,
    }
    settings = config.parse({"database": {"url": sqlite_database.url}, "slack": section})
    with running(settings, clock=fake.world.clock.utc_now) as program:
        yield program


@pytest.fixture
def delivering(fake: Fake, company: Sample, met: Running) -> Hearing:
    return fake.deliver_to(company.app, f"{met.url}/slack/events")


def told(fake: Fake) -> Counter[str]:
    """The events that were delivered."""
    return Counter({entry["key"]: 1 for entry in fake.journal.of("delivery") if entry["name"] == "message"})


def test_slack_shakes_hands_and_checks_the_certificate(fake: Fake, delivering: Hearing) -> None:
    assert delivering.post
    assert fake.call(delivering.post.shake_hands("k3Jq9"))
    assert fake.call(delivering.post.check_ssl())


def test_a_bad_network_loses_nothing_and_doubles_nothing(
    fake: Fake, company: Sample, met: Running, delivering: Hearing
) -> None:
    chaos = Chaos(duplicate=0.3, reorder=0.3, cut=0.15, slow=0.1, pause=0.01, at_once=8, varied=True)
    fake.do(lambda: delivering.unsettle(chaos))
    for number in range(120):
        company.world.say(company.alice, company.sales, f"line {number}")
    fake.settle()

    assert list(fake.journal.of("lost")) == []
    assert Counter(row.event_id for row in kept(met)) == told(fake)
    assert sum(told(fake).values()) == 120


def test_no_forgery_gets_in_and_no_replay_has_an_effect(
    fake: Fake, company: Sample, met: Running, delivering: Hearing
) -> None:
    company.world.say(company.alice, company.sales, "hello")
    fake.settle()
    before = [row.event_id for row in kept(met)]

    statuses = fake.call(delivering.forge())
    fake.call(delivering.replay())
    fake.world.clock.advance(301)  # type: ignore[attr-defined]
    statuses["old replay"] = fake.call(delivering.replay())

    assert {name: status for name, status in statuses.items() if not 400 <= status < 500} == {}
    assert [row.event_id for row in kept(met)] == before


def test_strange_relatives_of_a_message_are_acknowledged(
    fake: Fake, company: Sample, met: Running, delivering: Hearing
) -> None:
    company.world.say(company.alice, company.sales, "hello")
    fake.settle()
    statuses = fake.call(delivering.estrange())
    assert set(statuses.values()) == {200}, statuses
    assert len(kept(met)) == 1 + len(statuses)


def test_the_bots_own_posts_edits_and_deletions_are_not_captured(
    fake: Fake, company: Sample, met: Running, delivering: Hearing
) -> None:
    async def speak() -> None:
        client = AsyncWebClient(company.crm.token, base_url=fake.api_url)
        said = await client.chat_postMessage(channel=company.sales.id, text="our answer")
        await client.chat_update(channel=company.sales.id, ts=str(said["ts"]), text="our better answer")
        await client.chat_delete(channel=company.sales.id, ts=str(said["ts"]))

    asyncio.run(speak())
    company.world.say(company.alice, company.sales, "thanks")
    fake.settle()

    assert [entry["name"] for entry in fake.journal.of("delivery")] == ["message"] * 4
    assert [body["payload"]["event"]["text"] for body in stored(met)] == ["thanks"]


def test_http_and_sockets_bring_to_the_same_ledger(sqlite_database: Database, fake: Fake, company: Sample) -> None:
    company.world.limits.on = False
    gateway = fake.open_sockets(company.app).gateway
    assert gateway
    section = {
        "bot_token": company.crm.token,
        "app_token": company.app.app_token,
        "signing_secret": SECRET,
        "api_url": fake.api_url,
    }
    settings = config.parse({"database": {"url": sqlite_database.url}, "slack": section})
    with running(settings) as program, httpx.Client(trust_env=False) as client:
        fake.call(gateway.connected(2))
        company.world.say(company.alice, company.sales, "over a socket")
        fake.settle()
        over_http = callback(message("over HTTP"))
        assert Knocker(program.url, client).event(over_http).status_code == 200
        assert [body["payload"]["event"]["text"] for body in stored(program)] == ["over a socket", "over HTTP"]
        assert "open" in client.get(f"{program.url}/readyz").json()["platforms"]["slack"]["sockets"]
    fake.call(gateway.disconnected())
