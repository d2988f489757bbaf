"""Modals, type-aheads and the Home before a person: what the app hears, and what its answers do."""

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.fakes.slack.elements import NotThere
from tests.fakes.slack.errors import Json
from tests.fakes.slack.person import Person
from tests.fakes.slack.pieces import ACME, CARD, MODAL, opening, saying
from tests.fakes.slack.reference import Receiver, Said
from tests.fakes.slack.running import Fake
from tests.fakes.slack.sample import Sample


def violations(fake: Fake) -> list[str]:
    return [entry["what"] for entry in fake.journal.of("violation")]


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
    payload = receiver.done
    assert (payload["type"], payload["message"]["text"]) == ("message_action", "Acme wants a quote")
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        web.views_open(trigger_id=payload["trigger_id"], view=MODAL)
    receiver.answer = saying()
    alice.shortcut("new_task")
    payload = receiver.done
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
    assert (receiver.done["type"], receiver.done["value"]) == ("block_suggestion", "acm")
    alice.form.choose("Customer", "Acme GmbH", typing="acm")
    alice.form.put("Note", "asked for a better quote")
    receiver.answer = saying()
    assert not alice.form.submit().error
    payload = receiver.done
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
    assert (receiver.done["type"], receiver.done["is_cleared"]) == ("view_closed", True)


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
    payload = receiver.done
    assert payload["container"]["type"] == "view"
    assert payload["view"]["type"] == "home"
    assert "response_url" not in payload
    with pytest.raises(NotThere):
        Person(fake, company.bob).home.click("Done")
