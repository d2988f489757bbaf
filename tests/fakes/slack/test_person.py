"""Acting as a user against a receiver that answers like an app: what Slack sends, and what the person then sees."""

import asyncio
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from slack_sdk import WebClient
from websockets.asyncio.client import connect

from tests.fakes.slack.elements import NotThere
from tests.fakes.slack.errors import Json
from tests.fakes.slack.hearing import Features
from tests.fakes.slack.person import Person
from tests.fakes.slack.pieces import CARD, saying
from tests.fakes.slack.reference import Receiver, Said
from tests.fakes.slack.running import Fake
from tests.fakes.slack.sample import Sample


def violations(fake: Fake) -> list[str]:
    return [entry["what"] for entry in fake.journal.of("violation")]


def test_a_command_arrives_as_form_fields_in_slacks_order(alice: Person, receiver: Receiver, company: Sample) -> None:
    alice.slash('/crm note "payload size" & more', company.sales)
    [heard] = receiver.heard
    assert heard.headers["content-type"] == "application/x-www-form-urlencoded"
    assert list(heard.payload) == [
        "token",
        "team_id",
        "team_domain",
        "channel_id",
        "channel_name",
        "user_id",
        "user_name",
        "command",
        "text",
        "api_app_id",
        "is_enterprise_install",
        "response_url",
        "trigger_id",
    ]
    assert heard.payload["text"] == 'note "payload size" &amp; more'
    assert (heard.payload["channel_name"], heard.payload["command"]) == ("sales", "/crm")


def test_should_escape_gives_picked_people_with_their_ids_and_without_it_the_text_is_raw(
    fake: Fake, company: Sample, receiver: Receiver
) -> None:
    fake.deliver_to(company.app, receiver.url, features=Features(commands={"/crm": True, "/raw": False}))
    alice = Person(fake, company.alice)
    alice.slash("/crm who is @erin in #acme-shared, see https://example.com/?a=1&b=2", company.sales)
    alice.slash("/raw who is @erin & co", company.sales)
    escaped, raw = [one.payload["text"] for one in receiver.heard]
    assert escaped == (
        f"who is <@{company.erin.id}|erin> in <#{company.acme_shared.id}|acme-shared>, "
        "see <https://example.com/?a=1&amp;b=2>"
    )
    assert raw == "who is @erin & co"


@pytest.mark.parametrize("content", ["Acme: Alice", {"text": "Acme: Alice"}])
def test_the_answer_to_a_command_is_for_its_author_alone(
    alice: Person, erin: Person, receiver: Receiver, company: Sample, content: Json | str
) -> None:
    receiver.answer = saying(content)
    assert alice.slash("/crm who owns Acme?", company.acme_shared).shown == "Acme: Alice"
    assert "(only you) crm: Acme: Alice" in alice.sees.channel(company.acme_shared)
    assert "Alice" not in erin.sees.channel(company.acme_shared)


def test_an_answer_in_the_channel_shows_the_command_too(alice: Person, receiver: Receiver, company: Sample) -> None:
    receiver.answer = saying({"response_type": "in_channel", "text": "Acme: Alice"})
    alice.slash("/crm who owns Acme?", company.sales)
    seen = alice.sees.channel(company.sales)
    assert "alice: /crm who owns Acme?" in seen
    assert "crm: Acme: Alice" in seen


def test_a_refusal_and_a_silence_are_what_the_person_sees(
    fake: Fake, alice: Person, receiver: Receiver, company: Sample
) -> None:
    receiver.answer = saying(status=500)
    assert alice.slash("/crm help", company.sales).error == "dispatch_failed"
    release = threading.Event()
    fake.deliver_to(company.app, receiver.url, patience=0.05)
    receiver.answer = lambda _: Said(wait=lambda: release.wait(10))
    assert alice.slash("/crm help", company.sales).error == "operation_timeout"
    release.set()
    fake.settle()
    fake.advance(600)
    assert len(receiver.heard) == 2, "commands are never tried again"


def test_people_of_other_companies_get_neither_commands_nor_shortcuts_but_buttons(
    erin: Person, web: WebClient, receiver: Receiver, company: Sample
) -> None:
    message = company.world.say(company.erin, company.acme_shared, "Q3 quote?")
    web.chat_postMessage(channel=company.acme_shared.id, text="Acme", blocks=CARD)
    receiver.heard.clear()
    assert erin.slash("/crm help", company.acme_shared).error == "not_offered"
    assert erin.shortcut("log_to_crm", message, company.acme_shared).error == "not_offered"
    assert not [one for one in receiver.heard if "event" not in one.payload]
    assert not erin.on(company.acme_shared).click("Done").error
    [pressed] = [one.payload for one in receiver.heard if "event" not in one.payload]
    assert pressed["user"]["team_id"] == company.acme.id
    assert pressed["api_app_id"] == company.app.id


def test_a_button_sends_what_stands_on_it(alice: Person, web: WebClient, receiver: Receiver, company: Sample) -> None:
    posted = web.chat_postMessage(channel=company.sales.id, text="Acme", blocks=CARD)
    assert not alice.on(company.sales).click("Done").error
    payload = receiver.done
    [action] = payload["actions"]
    assert (action["action_id"], action["block_id"], action["value"]) == ("nudge.done", "n1", "nudge:17:3")
    assert payload["container"] == {
        "type": "message",
        "message_ts": posted["ts"],
        "channel_id": company.sales.id,
        "is_ephemeral": False,
    }
    alice.on(company.sales).choose("nudge.more", "Tomorrow")
    assert receiver.done["actions"][0]["selected_option"]["value"] == "1d"


def test_what_does_not_stand_there_cannot_be_pressed(
    alice: Person, web: WebClient, receiver: Receiver, company: Sample
) -> None:
    with pytest.raises(NotThere, match="nothing to press"):
        alice.on(company.sales)
    posted = web.chat_postMessage(channel=company.sales.id, text="Acme", blocks=CARD)
    place = alice.on(company.sales)
    with pytest.raises(NotThere, match=r"'Done' \(nudge\.done\)"):
        place.click("Snooze")
    with pytest.raises(NotThere, match="Next year"):
        place.choose("nudge.more", "Next year")
    web.chat_delete(channel=company.sales.id, ts=posted["ts"])
    with pytest.raises(NotThere):
        alice.on(company.sales, place.post)


def test_a_response_url_changes_what_only_the_person_saw_and_is_used_up_after_five_times(
    alice: Person, web: WebClient, receiver: Receiver, company: Sample
) -> None:
    web.chat_postEphemeral(channel=company.sales.id, user=company.alice.id, text="Acme", blocks=CARD)
    alice.on(company.sales).click("Done")
    url = str(receiver.done["response_url"])
    assert receiver.done["container"]["is_ephemeral"]
    respond(url, {"replace_original": True, "text": "Done by Alice"})
    assert "(only you) crm: Done by Alice" in alice.sees.channel(company.sales)
    for _ in range(4):
        respond(url, {"text": "and again"})
    with pytest.raises(httpx.HTTPStatusError, match="404"):
        respond(url, {"text": "too often"})


def respond(url: str, content: Json) -> None:
    httpx.post(url, json=content, trust_env=False).raise_for_status()


def test_over_a_socket_an_acknowledgement_carries_the_answer(fake: Fake, company: Sample) -> None:
    async def answer(url: str, ready: threading.Event) -> Json:
        async with connect(url) as line:
            assert json.loads(await line.recv())["type"] == "hello"
            ready.set()
            envelope: Json = json.loads(await line.recv())
            await line.send(json.dumps({"envelope_id": envelope["envelope_id"], "payload": {"text": "Acme: Alice"}}))
            return envelope

    fake.open_sockets(company.app)
    opened = WebClient(base_url=fake.api_url).apps_connections_open(app_token=company.app.app_token)
    ready = threading.Event()
    with ThreadPoolExecutor() as threads:
        answering = threads.submit(lambda: asyncio.run(answer(opened["url"], ready)))
        assert ready.wait(10)
        assert Person(fake, company.alice).slash("/crm who owns Acme?", company.sales).shown == "Acme: Alice"
        envelope = answering.result()
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
    assert envelope["payload"]["command"] == "/crm"
    assert "retry_attempt" not in envelope
    assert violations(fake) == []


def test_direct_messages_and_mentions_reach_the_bot(alice: Person, receiver: Receiver, company: Sample) -> None:
    alice.write("who owns Acme?")
    alice.mention(company.sales, "and Globex?")
    alice.fake.settle()
    kinds = [(one.event["type"], one.event.get("channel_type")) for one in receiver.heard]
    assert kinds == [("message", "im"), ("message", "channel"), ("app_mention", None)]


def test_nobody_speaks_where_they_are_not(alice: Person, company: Sample) -> None:
    with pytest.raises(NotThere):
        Person(alice.fake, company.charlie).say(company.sales, "let me in")
    with pytest.raises(NotThere):
        Person(alice.fake, company.charlie).slash("/crm help", company.sales)
