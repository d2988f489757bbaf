"""Acting as a user against a receiver that answers like an app: what Slack sends, and what the person then sees."""

import asyncio
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from websockets.asyncio.client import connect

from tests.fakes.slack.elements import NotThere
from tests.fakes.slack.errors import Json
from tests.fakes.slack.hearing import Features
from tests.fakes.slack.person import Person
from tests.fakes.slack.reference import Receiver, Said
from tests.fakes.slack.running import Fake
from tests.fakes.slack.sample import Sample

ACME = {"text": {"type": "plain_text", "text": "Acme GmbH"}, "value": "c:42"}
MODAL: Json = {
    "type": "modal",
    "callback_id": "log_form",
    "private_metadata": "x",
    "title": {"type": "plain_text", "text": "Log to CRM"},
    "submit": {"type": "plain_text", "text": "Save"},
    "close": {"type": "plain_text", "text": "Cancel"},
    "blocks": [
        {
            "type": "input",
            "block_id": "cust",
            "label": {"type": "plain_text", "text": "Customer"},
            "element": {"type": "external_select", "action_id": "cust_pick", "min_query_length": 1},
        },
        {
            "type": "input",
            "block_id": "note",
            "label": {"type": "plain_text", "text": "Note"},
            "element": {"type": "plain_text_input", "action_id": "txt", "initial_value": "asked for a quote"},
        },
    ],
}
CARD: list[Json] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "*Acme* &amp; Co"}},
    {
        "type": "actions",
        "block_id": "n1",
        "elements": [
            {
                "type": "button",
                "action_id": "nudge.done",
                "text": {"type": "plain_text", "text": "Done"},
                "value": "nudge:17:3",
            },
            {
                "type": "overflow",
                "action_id": "nudge.more",
                "options": [{"text": {"type": "plain_text", "text": "Tomorrow"}, "value": "1d"}],
            },
        ],
    },
]


@pytest.fixture
def web(fake: Fake, company: Sample) -> WebClient:
    return WebClient(token=company.crm.token, base_url=fake.api_url)


@pytest.fixture
def alice(fake: Fake, company: Sample, receiver: Receiver) -> Person:
    fake.deliver_to(company.app, receiver.url, patience=1.0)
    return Person(fake, company.alice)


@pytest.fixture
def erin(fake: Fake, company: Sample, alice: Person) -> Person:
    return Person(fake, company.erin)


def saying(content: Json | str | None = None, *, status: int = 200) -> Callable[[Json], Said]:
    return lambda _: Said(status, content)


def violations(fake: Fake) -> list[str]:
    return [entry["what"] for entry in fake.journal.of("violation")]


def opening(web: WebClient, view: Json = MODAL) -> Callable[[Json], Said]:
    """An app that opens a modal on whatever it hears."""

    def answer(payload: Json) -> Said:
        web.views_open(trigger_id=payload["trigger_id"], view=view)
        return Said()

    return answer


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
    pressed = receiver.heard[-1].payload
    assert pressed["user"]["team_id"] == company.acme.id
    assert pressed["api_app_id"] == company.app.id


def test_a_button_sends_what_stands_on_it(alice: Person, web: WebClient, receiver: Receiver, company: Sample) -> None:
    posted = web.chat_postMessage(channel=company.sales.id, text="Acme", blocks=CARD)
    assert not alice.on(company.sales).click("Done").error
    payload = receiver.heard[-1].payload
    [action] = payload["actions"]
    assert (action["action_id"], action["block_id"], action["value"]) == ("nudge.done", "n1", "nudge:17:3")
    assert payload["container"] == {
        "type": "message",
        "message_ts": posted["ts"],
        "channel_id": company.sales.id,
        "is_ephemeral": False,
    }
    alice.on(company.sales).choose("nudge.more", "Tomorrow")
    assert receiver.heard[-1].payload["actions"][0]["selected_option"]["value"] == "1d"


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
    url = str(receiver.heard[-1].payload["response_url"])
    assert receiver.heard[-1].payload["container"]["is_ephemeral"]
    respond(url, {"replace_original": True, "text": "Done by Alice"})
    assert "(only you) crm: Done by Alice" in alice.sees.channel(company.sales)
    for _ in range(4):
        respond(url, {"text": "and again"})
    with pytest.raises(httpx.HTTPStatusError, match="404"):
        respond(url, {"text": "too often"})


def respond(url: str, content: Json) -> None:
    httpx.post(url, json=content, trust_env=False).raise_for_status()


def test_a_trigger_opens_one_modal_within_three_seconds(
    fake: Fake, alice: Person, web: WebClient, receiver: Receiver, company: Sample
) -> None:
    message = alice.say(company.sales, "Acme wants a quote")
    fake.settle()
    receiver.answer = opening(web)
    assert not alice.shortcut("log_to_crm", message, company.sales).error
    assert alice.sees.modal(company.app.id).splitlines() == [
        "== Log to CRM ==",
        "Customer",
        "[Customer ▾]",
        "Note",
        "____asked for a quote",
        "[Save] [Cancel]",
    ]
    payload = receiver.heard[-1].payload
    assert (payload["type"], payload["message"]["text"]) == ("message_action", "Acme wants a quote")
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        web.views_open(trigger_id=payload["trigger_id"], view=MODAL)
    receiver.answer = saying()
    alice.shortcut("new_task")
    payload = receiver.heard[-1].payload
    assert (payload["type"], "channel" in payload) == ("shortcut", False)
    fake.advance(3.5)
    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        web.views_open(trigger_id=payload["trigger_id"], view=MODAL)


def test_a_form_is_filled_in_with_a_type_ahead_and_sent(
    alice: Person, web: WebClient, receiver: Receiver, company: Sample
) -> None:
    receiver.answer = opening(web)
    alice.shortcut("new_task")
    heard = len(receiver.heard)
    assert alice.form.submit().errors == {"cust": "required"}
    assert alice.form.suggest("Customer", "").options == ()
    assert len(receiver.heard) == heard, "the app hears of neither"
    receiver.answer = saying({"options": [ACME]})
    assert alice.form.suggest("Customer", "acm").labels == ["Acme GmbH"]
    assert (receiver.heard[-1].payload["type"], receiver.heard[-1].payload["value"]) == ("block_suggestion", "acm")
    alice.form.choose("Customer", "Acme GmbH", typing="acm")
    alice.form.put("Note", "asked for a better quote")
    receiver.answer = saying()
    assert not alice.form.submit().error
    payload = receiver.heard[-1].payload
    assert payload["type"] == "view_submission"
    assert payload["view"]["state"]["values"]["cust"]["cust_pick"]["selected_option"]["value"] == "c:42"
    assert payload["view"]["state"]["values"]["note"]["txt"]["value"] == "asked for a better quote"
    assert payload["view"]["private_metadata"] == "x"
    assert alice.sees.modal(company.app.id) == ""


def test_an_app_answers_a_form_with_errors_another_view_or_the_end_of_all(
    fake: Fake, alice: Person, web: WebClient, receiver: Receiver, company: Sample
) -> None:
    plain = {**MODAL, "blocks": [MODAL["blocks"][1]]}
    done = {**plain, "title": {"type": "plain_text", "text": "Saved"}}
    receiver.answer = opening(web, plain)
    alice.shortcut("new_task")
    receiver.answer = saying({"response_action": "errors", "errors": {"note": "too short"}})
    assert alice.form.submit().errors == {"note": "too short"}
    receiver.answer = saying({"response_action": "push", "view": done})
    alice.form.submit()
    assert alice.sees.modal(company.app.id).startswith("== Saved ==")
    alice.form.close()
    assert alice.sees.modal(company.app.id).startswith("== Log to CRM ==")
    receiver.answer = saying({"response_action": "update", "view": done})
    alice.form.submit()
    assert alice.sees.modal(company.app.id).startswith("== Saved ==")
    receiver.answer = saying({"response_action": "clear"})
    alice.form.submit()
    assert alice.sees.modal(company.app.id) == ""
    assert violations(fake) == []


@pytest.mark.parametrize(
    "content",
    [
        {"response_action": "errors", "errors": {"no_such_block": "wrong"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "vanish"},
        {"response_action": "update", "view": {"type": "modal"}},
        "saved",
    ],
)
def test_nonsense_in_answer_to_a_form_is_found_and_leaves_it_open(
    alice: Person, web: WebClient, receiver: Receiver, company: Sample, content: Json | str
) -> None:
    receiver.answer = opening(web, {**MODAL, "blocks": [MODAL["blocks"][1]]})
    alice.shortcut("new_task")
    receiver.answer = saying(content)
    assert alice.form.submit().error == "dispatch_failed"
    assert violations(alice.fake) == ["acknowledgement"]
    assert alice.sees.modal(company.app.id) != ""


@pytest.mark.parametrize(
    "content",
    [
        None,
        {"options": [{"text": {"type": "plain_text", "text": "Acme"}, "value": 42}]},
        {"options": [{"text": {"type": "plain_text", "text": "A" * 76}, "value": "c:42"}]},
        {"options": [{"text": {"type": "mrkdwn", "text": "Acme"}, "value": "c:42"}]},
        {"options": [ACME] * 101},
    ],
)
def test_wrong_options_are_found(
    fake: Fake, alice: Person, web: WebClient, receiver: Receiver, content: Json | None
) -> None:
    receiver.answer = opening(web)
    alice.shortcut("new_task")
    receiver.answer = saying(content)
    assert alice.form.suggest("Customer", "acm").error == "dispatch_failed"
    assert violations(fake) == ["acknowledgement"]


def test_closing_tells_the_app_only_when_it_asked(alice: Person, web: WebClient, receiver: Receiver) -> None:
    receiver.answer = opening(web)
    alice.shortcut("new_task")
    heard = len(receiver.heard)
    alice.form.close()
    assert len(receiver.heard) == heard
    receiver.answer = opening(web, {**MODAL, "notify_on_close": True, "clear_on_close": True})
    alice.shortcut("new_task")
    receiver.answer = saying()
    alice.form.close()
    assert (receiver.heard[-1].payload["type"], receiver.heard[-1].payload["is_cleared"]) == ("view_closed", True)


def test_the_home_is_published_on_opening_and_its_buttons_work(
    fake: Fake, alice: Person, web: WebClient, receiver: Receiver, company: Sample
) -> None:
    def publish(payload: Json) -> Said:
        event = payload.get("event") or {}
        if event.get("type") == "app_home_opened":
            web.views_publish(user_id=event["user"], view={"type": "home", "blocks": CARD})
        return Said()

    receiver.answer = publish
    assert alice.open_home().splitlines() == ["*Acme* & Co", "[Done] [⋯ Tomorrow]"]
    alice.home.click("Done")
    payload = receiver.heard[-1].payload
    assert payload["container"]["type"] == "view"
    assert payload["view"]["type"] == "home"
    assert "response_url" not in payload
    with pytest.raises(NotThere):
        Person(fake, company.bob).home.click("Done")


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
