"""The judge finds each thing it is there for, and nothing in an app that does everything right."""

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.fakes.clock import RealClock
from tests.fakes.slack.errors import Json
from tests.fakes.slack.faults import Fault
from tests.fakes.slack.hearing import Hearing
from tests.fakes.slack.judge import Judge
from tests.fakes.slack.person import Person
from tests.fakes.slack.reference import Receiver, Refused, Said, listening
from tests.fakes.slack.running import Fake, slack
from tests.fakes.slack.sample import Sample, sample

CARD: list[Json] = [
    {
        "type": "actions",
        "elements": [{"type": "button", "action_id": "done", "text": {"type": "plain_text", "text": "Done"}}],
    }
]
NOW = datetime(2026, 11, 18, tzinfo=UTC).isoformat()


@pytest.fixture
def judge(company: Sample) -> Judge:
    return Judge(company.world, markers=["MARK-4711"])


@pytest.fixture
def hearing(fake: Fake, company: Sample, receiver: Receiver) -> Hearing:
    return fake.deliver_to(company.app, receiver.url, patience=0.5)


@pytest.fixture
def web(fake: Fake, company: Sample) -> WebClient:
    return WebClient(token=company.crm.token, base_url=fake.api_url)


@pytest.fixture
def alice(fake: Fake, company: Sample, hearing: Hearing) -> Person:
    return Person(fake, company.alice)


def whats(judge: Judge) -> set[str]:
    return {finding.what for finding in judge.findings()}


def test_an_app_that_does_everything_right_is_clean(
    alice: Person, judge: Judge, receiver: Receiver, company: Sample, hearing: Hearing
) -> None:
    receiver.answer = lambda payload: Said(content={"text": "Acme: Alice"} if "command" in payload else None)
    alice.say(company.sales, "hello")
    alice.fake.settle()
    alice.slash("/crm who owns Acme?", company.sales)
    alice.fake.call(hearing.forge())
    alice.fake.call(hearing.estrange())
    judge.require_clean()


def test_a_late_acknowledgement(alice: Person, judge: Judge, receiver: Receiver, company: Sample) -> None:
    release = threading.Event()
    alice.fake.deliver_to(company.app, receiver.url, patience=0.05)
    receiver.answer = lambda _: Said(wait=lambda: release.wait(10))
    alice.say(company.sales, "hello")
    alice.fake.settle()
    release.set()
    assert whats(judge) == {"late acknowledgement"}


def test_a_genuine_request_that_is_refused_and_in_the_end_lost(
    alice: Person, judge: Judge, receiver: Receiver, company: Sample
) -> None:
    receiver.answer = lambda _: Said(404)
    alice.say(company.sales, "hello")
    alice.fake.advance(400)
    assert whats(judge) == {"refused a genuine request", "event lost"}
    assert Judge(company.world, excused=lambda _: True).findings() == []


def test_a_receiver_that_does_not_verify(fake: Fake, company: Sample, judge: Judge) -> None:
    class Gullible(Receiver):
        def verify(self, headers: dict[str, str], body: bytes) -> None:
            """Believes everything."""

    with listening(Gullible(company.app.signing_secret)) as receiver:
        hearing = fake.deliver_to(company.app, receiver.url)
        company.world.say(company.alice, company.sales, "hello")
        fake.settle()
        fake.call(hearing.forge())
    taken = {finding.detail for finding in judge.findings() if finding.what == "took a forgery"}
    assert {"wrong secret: 200", "stale: 200", "from the future: 200", "no signature: 200"} <= taken


def test_a_receiver_that_stumbles_over_what_it_cannot_read(fake: Fake, company: Sample, judge: Judge) -> None:
    class Clumsy(Receiver):
        def receive(self, headers: dict[str, str], body: bytes) -> Said:
            try:
                self.verify(headers, body)
                json.loads(body)["type"]
            except Refused:
                return Said(401)
            except (ValueError, TypeError, KeyError, RecursionError):
                return Said(500)
            return Said()

    with listening(Clumsy(company.app.signing_secret, company.world.clock.now)) as receiver:
        hearing = fake.deliver_to(company.app, receiver.url)
        company.world.say(company.alice, company.sales, "hello")
        fake.settle()
        fake.call(hearing.forge())
    stumbled = {finding.detail for finding in judge.findings() if finding.what == "stumbled"}
    assert {"invalid UTF-8: 500", "broken JSON: 500", "a JSON list: 500"} <= stumbled


def test_a_post_doubled_after_its_answer_was_lost(web: WebClient, judge: Judge, company: Sample) -> None:
    company.world.faults.add("chat.postMessage", Fault("html", after=True))
    metadata = {"event_type": "crm_outbox", "event_payload": {"key": "k1"}}
    with pytest.raises(SlackApiError):
        web.chat_postMessage(channel=company.sales.id, text="Follow up", metadata=metadata)
    web.chat_postMessage(channel=company.sales.id, text="Follow up", metadata=metadata)
    assert whats(judge) == {"posted twice"}


def test_posts_into_an_archived_channel(web: WebClient, judge: Judge, company: Sample) -> None:
    company.world.archive(company.alice, company.sales)
    with pytest.raises(SlackApiError, match="is_archived"):
        web.chat_postMessage(channel=company.sales.id, text="Follow up")
    assert whats(judge) == {"post to a closed channel"}


def exhaust(web: WebClient, company: Sample) -> None:
    for _ in range(200):
        web.conversations_info(channel=company.sales.id)


def test_calls_during_a_penalty(web: WebClient, judge: Judge, company: Sample) -> None:
    for _ in range(2):
        with pytest.raises(SlackApiError, match="ratelimited"):
            exhaust(web, company)
    assert whats(judge) == {"called while penalised"}


def test_more_than_a_message_a_second() -> None:
    company = sample(RealClock())
    with slack(company.world) as fake:
        web = WebClient(token=company.crm.token, base_url=fake.api_url)
        web.chat_postMessage(channel=company.sales.id, text="one")
        web.chat_postMessage(channel=company.sales.id, text="two")
    assert whats(Judge(company.world)) == {"more than a message a second"}


def test_a_press_after_which_nothing_is_to_be_seen(
    alice: Person, web: WebClient, judge: Judge, receiver: Receiver, company: Sample
) -> None:
    posted = web.chat_postMessage(channel=company.sales.id, text="Follow up", blocks=CARD)
    alice.on(company.sales).click("Done")
    assert whats(judge) == {"nothing to see"}
    web.chat_update(channel=company.sales.id, ts=str(posted["ts"]), text="Done by Alice")
    judge.require_clean()
    alice.slash("/crm help", company.sales)
    assert whats(judge) == {"nothing to see"}


def test_what_failed_before_a_persons_eyes(alice: Person, judge: Judge, receiver: Receiver) -> None:
    receiver.answer = lambda _: Said(500)
    alice.shortcut("new_task")
    assert whats(judge) == {"failed before the person's eyes", "refused a genuine request"}


def test_a_modal_and_an_answer_left_hanging(
    alice: Person, web: WebClient, judge: Judge, receiver: Receiver, company: Sample
) -> None:
    loading = {
        "type": "modal",
        "title": {"type": "plain_text", "text": "Log to CRM"},
        "blocks": [{"type": "section", "text": {"type": "plain_text", "text": "Loading…"}}],
    }

    def open_modal(payload: Json) -> Said:
        web.views_open(trigger_id=payload["trigger_id"], view=loading)
        return Said()

    receiver.answer = open_modal
    alice.shortcut("new_task")
    assert whats(judge) == {"modal left hanging"}
    receiver.answer = lambda _: Said(content={"text": "Looking…"})
    alice.slash("/crm find acme", company.sales)
    assert whats(judge) == {"modal left hanging", "answer left hanging"}


def test_an_answer_that_was_promised_and_never_came(
    alice: Person, judge: Judge, receiver: Receiver, company: Sample
) -> None:
    receiver.answer = lambda _: Said(content={"text": "Looking; the answer follows."})
    alice.slash("/crm find acme", company.sales)
    assert whats(judge) == {"nothing to see"}


Leak = Callable[[WebClient, Sample], object]


@pytest.mark.parametrize(
    "leak",
    [
        lambda web, company: web.chat_postMessage(channel=company.acme_shared.id, text="stage MARK-4711"),
        lambda web, company: web.chat_postMessage(
            channel=company.acme_shared.id,
            text="hello",
            metadata={"event_type": "x", "event_payload": {"stage": "MARK-4711"}},
        ),
        lambda web, company: web.chat_postEphemeral(
            channel=company.acme_shared.id, user=company.gina.id, text="stage MARK-4711"
        ),
        lambda web, company: web.chat_postMessage(channel=company.erin.id, text="stage MARK-4711"),
        lambda web, company: web.views_publish(
            user_id=company.gina.id,
            view={
                "type": "home",
                "blocks": [{"type": "section", "text": {"type": "plain_text", "text": "MARK-4711"}}],
            },
        ),
        lambda web, company: web.chat_delete(
            channel=company.acme_shared.id,
            ts=str(web.chat_postMessage(channel=company.acme_shared.id, text="stage MARK-4711")["ts"]),
        ),
    ],
)
def test_secrets_before_people_from_outside(web: WebClient, judge: Judge, company: Sample, leak: Leak) -> None:
    leak(web, company)
    assert whats(judge) == {"leak"}


def test_secrets_among_colleagues_are_none(web: WebClient, judge: Judge, company: Sample) -> None:
    web.chat_postMessage(channel=company.sales.id, text="stage MARK-4711")
    web.chat_postEphemeral(channel=company.acme_shared.id, user=company.alice.id, text="stage MARK-4711")
    judge.require_clean()


def test_secrets_in_a_log(judge: Judge, company: Sample) -> None:
    company.world.say(company.erin, company.acme_shared, "our budget is 40,000 euros")
    log = f"posting with {company.crm.token}\nheard: our budget is 40,000 euros\n"
    assert {finding.what for finding in judge.read_log(log)} == {"secret in the log", "words in the log"}
    assert judge.read_log("event message kept\n") == []


def captured(company: Sample) -> list[dict[str, Any]]:
    """Three messages as an app that captured them well shows them: one edited, one deleted, one as it was."""
    world = company.world
    plain = world.say(company.erin, company.acme_shared, f"{world.mention(company.crm)} price < 5 & more ✅")
    edited = world.say(company.alice, company.sales, "Q3 quote")
    world.edit(edited, company.sales, "Q4 quote")
    deleted = world.say(company.bob, company.sales, "a slip")
    world.delete(deleted, company.sales)
    return [
        item(company.acme_shared.id, plain.ts, "price < 5 & more ✅"),
        item(company.sales.id, edited.ts, "Q4 quote") | {"edited_at": NOW},
        item(company.sales.id, deleted.ts, "") | {"deleted_at": NOW},
    ]


def item(channel: str, ts: str, text: str) -> dict[str, Any]:
    return {
        "platform_message_id": ts,
        "conversation": channel,
        "text": text,
        "edited_at": None,
        "deleted_at": None,
        "versions": [],
    }


Spoil = Callable[[list[dict[str, Any]]], object]


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (lambda _: None, []),
        (lambda items: items.pop(0), ["lost"]),
        (lambda items: items.append(items[0]), ["doubled"]),
        (lambda items: items[1].update(text="Q3 quote"), ["edit not applied"]),
        (lambda items: items[1].update(edited_at=None), ["edit not marked"]),
        (lambda items: items[2].update(deleted_at=None), ["deletion not applied"]),
        (lambda items: items[0].update(deleted_at=NOW), ["deleted, though it stands"]),
        (lambda items: items[0].update(text="price &lt; 5 &amp; more"), ["wrong text"]),
        (lambda items: items.append(item("C0", "1.000000", "invented")), ["never said"]),
    ],
)
def test_a_capture_is_held_against_the_truth(
    fake: Fake, judge: Judge, company: Sample, spoil: Spoil, found: list[str]
) -> None:
    items = captured(company)
    spoil(items)
    assert [finding.what for finding in judge.compare(items)] == found


def test_a_capture_is_found_under_the_new_id_of_its_channel(fake: Fake, judge: Judge, company: Sample) -> None:
    items = captured(company)
    company.world.change_id(company.sales)
    assert judge.compare(items) == []
