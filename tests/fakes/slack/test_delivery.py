"""Events over HTTP: what is signed, what counts as acknowledged, and what happens when it was not."""

import threading
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.fakes.chaos import Chaos
from tests.fakes.slack.delivery import Limits
from tests.fakes.slack.hearing import Hearing
from tests.fakes.slack.reference import Heard, Receiver, Said
from tests.fakes.slack.running import Fake
from tests.fakes.slack.sample import Sample


@pytest.fixture
def hearing(fake: Fake, company: Sample, receiver: Receiver) -> Hearing:
    return fake.deliver_to(company.app, receiver.url)


def answering(*answers: Said) -> Iterator[Said]:
    """These answers one after the other, then a quiet 200 for ever."""
    yield from answers
    while True:
        yield Said()


def retries(heard: list[Heard]) -> list[tuple[str, str]]:
    return [
        (one.headers.get("x-slack-retry-num", ""), one.headers.get("x-slack-retry-reason", ""))
        for one in heard
        if one.payload["type"] == "event_callback"
    ]


def test_what_is_said_arrives_signed_and_in_its_envelope(
    fake: Fake, company: Sample, receiver: Receiver, hearing: Hearing
) -> None:
    company.world.say(company.erin, company.acme_shared, "Can you send the Q3 quote? <urgent>")
    fake.settle()
    [heard] = receiver.heard
    assert heard.payload["type"] == "event_callback"
    assert heard.payload["is_ext_shared_channel"]
    assert heard.payload["authorizations"] == [
        {
            "enterprise_id": None,
            "team_id": company.home.id,
            "user_id": company.crm.bot_user,
            "is_bot": True,
            "is_enterprise_install": False,
        }
    ]
    assert heard.event["text"] == "Can you send the Q3 quote? &lt;urgent&gt;"
    assert heard.headers["user-agent"].startswith("Slackbot 1.0")
    assert heard.headers["content-type"] == "application/json"
    assert "x-slack-retry-num" not in heard.headers


def test_a_mention_is_delivered_twice_with_two_event_ids(
    fake: Fake, company: Sample, receiver: Receiver, hearing: Hearing
) -> None:
    company.world.say(company.alice, company.sales, f"{company.world.mention(company.crm)} who owns Acme?")
    fake.settle()
    first, second = receiver.heard
    assert [first.event["type"], second.event["type"]] == ["message", "app_mention"]
    assert first.event["ts"] == second.event["ts"]
    assert first.payload["event_id"] != second.payload["event_id"]


def test_a_failed_event_comes_again_at_once_after_a_minute_and_after_six(
    fake: Fake, company: Sample, receiver: Receiver, hearing: Hearing
) -> None:
    receiver.answer = lambda _: Said(500)
    company.world.say(company.alice, company.sales, "hello")
    fake.settle()
    assert retries(receiver.heard) == [("", ""), ("1", "http_error")]
    fake.advance(59)
    assert len(receiver.heard) == 2
    fake.advance(1)
    assert len(receiver.heard) == 3
    fake.advance(300)
    assert retries(receiver.heard)[2:] == [("2", "http_error"), ("3", "http_error")]
    assert len({one.payload["event_id"] for one in receiver.heard}) == 1
    assert len({one.headers["x-slack-signature"] for one in receiver.heard}) == 3
    assert [entry["reason"] for entry in fake.journal.of("lost")] == ["http_error"]
    fake.advance(7200)
    assert len(receiver.heard) == 4


def test_with_delayed_events_it_comes_every_hour_for_a_day(
    fake: Fake, company: Sample, receiver: Receiver, hearing: Hearing
) -> None:
    hearing.delivery.delayed = True
    receiver.answer = lambda _: Said(500)
    company.world.say(company.alice, company.sales, "hello")
    fake.advance(360 + 3 * 3600)
    assert len(receiver.heard) == 4 + 3
    receiver.answer = lambda _: Said()
    fake.advance(24 * 3600)
    assert len(receiver.heard) == 4 + 4
    assert not list(fake.journal.of("lost"))


def test_an_app_that_asks_for_no_retry_gets_none(
    fake: Fake, company: Sample, receiver: Receiver, hearing: Hearing
) -> None:
    receiver.answer = lambda _: Said(503, headers={"X-Slack-No-Retry": "1"})
    company.world.say(company.alice, company.sales, "hello")
    fake.advance(600)
    assert len(receiver.heard) == 1


def test_who_takes_too_long_hears_it_again_while_still_at_it(fake: Fake, company: Sample, receiver: Receiver) -> None:
    fake.deliver_to(company.app, receiver.url, patience=0.1)
    release = threading.Event()
    answers = answering(Said(wait=lambda: release.wait(10)))
    receiver.answer = lambda _: next(answers)
    company.world.say(company.alice, company.sales, "hello")
    fake.settle()
    release.set()
    assert retries(receiver.heard) == [("", ""), ("1", "http_timeout")]


def test_nobody_at_home_is_a_failed_connection(fake: Fake, company: Sample) -> None:
    fake.deliver_to(company.app, "http://127.0.0.1:9/slack/events")
    company.world.say(company.alice, company.sales, "hello")
    fake.settle()
    assert {entry["reason"] for entry in fake.journal.of("delivery")} == {"connection_failed"}


def test_two_redirects_are_followed_and_a_third_is_not(
    fake: Fake, company: Sample, receiver: Receiver, hearing: Hearing
) -> None:
    there = Said(307, headers={"Location": "/slack/elsewhere"})
    answers = answering(there, there)
    receiver.answer = lambda _: next(answers)
    company.world.say(company.alice, company.sales, "hello")
    fake.settle()
    assert [entry["reason"] for entry in fake.journal.of("delivery")] == [""]
    answers = answering(there, there, there)
    company.world.say(company.alice, company.sales, "again")
    fake.settle()
    assert [entry["reason"] for entry in fake.journal.of("delivery")][1:] == ["too_many_redirects", ""]


def test_an_app_that_fails_nearly_always_is_switched_off(
    fake: Fake, company: Sample, receiver: Receiver, hearing: Hearing
) -> None:
    hearing.limit(Limits(exempt=10))
    receiver.answer = lambda _: Said(500)
    for number in range(8):
        company.world.say(company.alice, company.sales, f"hello {number}")
    fake.settle()
    assert not hearing.delivery.enabled
    assert list(fake.journal.of("subscription_disabled"))
    company.world.say(company.alice, company.sales, "still there?")
    fake.settle()
    assert [entry["name"] for entry in fake.journal.of("dropped")] == ["message"]


def test_above_the_hourly_volume_only_a_notice_a_minute_comes(
    fake: Fake, company: Sample, receiver: Receiver, hearing: Hearing
) -> None:
    hearing.limit(Limits(hourly=3))
    for number in range(6):
        company.world.say(company.alice, company.sales, f"hello {number}")
    fake.settle()
    assert len(receiver.events) == 3
    [notice] = [one.payload for one in receiver.heard if one.payload["type"] == "app_rate_limited"]
    assert notice["team_id"] == company.home.id
    assert notice["minute_rate_limited"] == int(company.world.clock.now()) // 60 * 60
    assert "event" not in notice
    fake.advance(60)
    company.world.say(company.alice, company.sales, "hello again")
    fake.settle()
    assert len([one for one in receiver.heard if one.payload["type"] == "app_rate_limited"]) == 2
    fake.advance(3600)
    company.world.say(company.alice, company.sales, "an hour later")
    fake.settle()
    assert len(receiver.events) == 4


def test_the_handshake_and_the_check_of_certificates(fake: Fake, receiver: Receiver, hearing: Hearing) -> None:
    assert hearing.post
    assert fake.call(hearing.post.shake_hands("k3Jq9"))
    assert fake.call(hearing.post.check_ssl())
    receiver.answer = lambda _: Said(content="something else")
    assert not fake.call(hearing.post.shake_hands("k3Jq9"))
    receiver.answer = lambda _: Said(content="k3Jq9")
    assert fake.call(hearing.post.shake_hands("k3Jq9"))


def test_held_events_arrive_late_so_that_an_edit_comes_before_its_message(
    fake: Fake, company: Sample, receiver: Receiver, hearing: Hearing
) -> None:
    hearing.delivery.holding = lambda event: "subtype" not in event
    message = company.world.say(company.alice, company.sales, "Q3 quote")
    company.world.edit(message, company.sales, "Q4 quote")
    fake.settle()
    assert [one.event.get("subtype") for one in receiver.heard] == ["message_changed"]
    fake.do(hearing.delivery.release)
    fake.settle()
    assert [one.event.get("text") for one in receiver.heard] == [None, "Q3 quote"]


def test_chaos_doubles_reorders_and_breaks_but_loses_nothing_and_is_the_same_for_the_same_seed(
    fake: Fake, company: Sample, receiver: Receiver, hearing: Hearing
) -> None:
    chaos = Chaos(seed=7, duplicate=0.3, reorder=0.3, cut=0.2, slow=0.1, pause=0.001, varied=True)

    def run() -> Counter[str]:
        receiver.heard.clear()
        fake.do(lambda: hearing.unsettle(chaos))
        for number in range(60):
            company.world.say(company.alice, company.sales, f"line {number}")
        fake.settle()
        return Counter(str(one.event["text"]) for one in receiver.heard)

    first = run()
    assert set(first) == {f"line {number}" for number in range(60)}
    assert first.total() > 60
    assert list(first) != sorted(first, key=lambda text: int(text.split()[1]))
    assert any(one.headers.get("x-slack-retry-num") == "1" for one in receiver.heard)
    assert not list(fake.journal.of("lost"))
    assert run() == first


def test_a_burst_arrives_side_by_side(fake: Fake, company: Sample, receiver: Receiver, hearing: Hearing) -> None:
    together = threading.Barrier(4)
    fake.do(lambda: hearing.unsettle(Chaos(at_once=4)))
    receiver.answer = lambda _: Said(wait=lambda: together.wait(10))
    for number in range(4):
        company.world.say(company.alice, company.sales, f"line {number}")
    fake.settle()
    assert [entry["reason"] for entry in fake.journal.of("delivery")] == [""] * 4


def test_forgeries_are_refused_and_oddities_are_taken(
    fake: Fake, company: Sample, receiver: Receiver, hearing: Hearing
) -> None:
    company.world.say(company.alice, company.sales, "hello")
    fake.settle()
    statuses = fake.call(hearing.forge())
    assert len(statuses) > 20
    assert {name for name, status in statuses.items() if not 400 <= status < 500} == {"invalid UTF-8 in a form"}
    heard = len(receiver.events)
    strange = fake.call(hearing.estrange())
    assert len(strange) > 15
    assert set(strange.values()) == {200}
    assert len(receiver.events) == heard + len(strange)


def test_a_captured_request_is_as_good_as_new_for_five_minutes(
    fake: Fake, company: Sample, receiver: Receiver, hearing: Hearing
) -> None:
    company.world.say(company.alice, company.sales, "hello")
    fake.settle()
    assert fake.call(hearing.replay()) == 200
    assert len(receiver.events) == 1
    fake.advance(301)
    assert fake.call(hearing.replay()) == 400


def test_the_fake_posts_to_this_machine_only(fake: Fake, company: Sample) -> None:
    with pytest.raises(ValueError, match=r"slack\.com"):
        fake.deliver_to(company.app, "https://slack.com/events")


def test_guests_and_strangers_to_the_bot_are_not_heard(
    fake: Fake, company: Sample, receiver: Receiver, hearing: Hearing
) -> None:
    company.world.say(company.charlie, company.random, "the bot is not in here")
    fake.settle()
    assert receiver.heard == []
