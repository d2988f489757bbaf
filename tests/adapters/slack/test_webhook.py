"""`POST /slack/events` over real HTTP: nothing is lost, nothing is doubled, nothing forged gets in."""

import json
from typing import Any

import httpx
import pytest
from sqlmodel import select, text

from adapters.slack.words import NOT_KEPT
from crm_core.conversations.tables import EnvelopeRow, EnvelopeState
from crm_core.customers import records
from crm_core.customers.records import Draft
from crm_core.database import Database
from crm_core.people import staff, viewer
from crm_core.people.tables import Role
from tests.adapters.slack.conftest import configured, kept, stored
from tests.adapters.slack.knocking import FORM, JSON, Knocker, callback, message, press, signed, slash
from tests.conftest import NOW
from tests.fakes.slack.scene import Scene
from tests.running import Running, running

SECRETS = ("verification-token", "secret-address", "11.22.trigger", "xoxb-leaked")


def test_an_event_is_kept_before_it_is_acknowledged(slack: Knocker, program: Running) -> None:
    sent = callback(message("hello 你好"))

    answer = slack.event(sent)

    assert (answer.status_code, answer.content) == (200, b"")
    (row,) = kept(program)
    assert (row.platform, row.event_id) == ("slack", sent["event_id"])
    body = json.loads(row.body)
    assert (body["kind"], body["team"]) == ("event", "T_HOME")
    assert body["payload"]["event"] == sent["event"]


def test_the_installation_is_that_of_the_authorization_not_of_the_speaker(slack: Knocker, program: Running) -> None:
    authorization = {"team_id": "T_HOME", "user_id": "U_BOT", "is_bot": True, "token": "xoxb-leaked"}
    slack.event(callback(message(team="T_ACME"), team_id="T_ACME", authorizations=[authorization]))

    (body,) = stored(program)
    assert body["team"] == "T_HOME"
    assert body["payload"]["authorizations"] == [{"team_id": "T_HOME", "user_id": "U_BOT", "is_bot": True}]


def test_no_secret_of_a_request_is_stored(slack: Knocker, program: Running) -> None:
    slack.event(callback(message()))
    slack.form(slash("find acme"))
    slack.interaction(press())
    slack.interaction(press(response_urls=[{"response_url": "http://127.0.0.1:9/secret-address"}]))

    bodies = "".join(row.body + row.event_id for row in kept(program))
    assert [secret for secret in SECRETS if secret in bodies] == []
    assert len(kept(program)) == 4


def test_a_command_about_payload_size_is_answered(slack: Knocker, program: Running) -> None:
    answer = slack.form(slash("note customer asked about payload size"))

    assert answer.status_code == 200
    assert NOT_KEPT.both() not in answer.text
    assert stored(program)[0]["payload"]["text"] == "note customer asked about payload size"


def test_a_workspace_named_payload_can_ask(slack: Knocker, program: Running) -> None:
    slack.form(slash("payload={}&payload=[]", team_domain="payload", channel_name="payload"))

    (body,) = stored(program)
    assert (body["kind"], body["payload"]["text"]) == ("command", "payload={}&payload=[]")


def test_a_press_is_kept_and_acknowledged_without_a_word(slack: Knocker, program: Running) -> None:
    answer = slack.interaction(press("nudge done 17"))

    assert (answer.status_code, answer.content) == (200, b"")
    (body,) = stored(program)
    assert (body["kind"], body["payload"]["actions"][0]["value"]) == ("interactive", "nudge done 17")


def test_the_handshake_gives_the_challenge_back_and_only_when_it_is_signed(slack: Knocker) -> None:
    hello = {"type": "url_verification", "token": "x", "challenge": "k3Jq9"}

    assert slack.event(hello).json() == {"challenge": "k3Jq9"}
    assert slack.send(json.dumps(hello).encode(), {"Content-Type": JSON}).status_code == 401


def test_the_check_of_the_certificate_is_answered_once_it_is_verified(slack: Knocker, program: Running) -> None:
    body = b"ssl_check=1&token=x&command=%2Fcrm"

    assert slack.send(body, signed(body, FORM)).status_code == 200
    assert slack.send(body, {"Content-Type": FORM}).status_code == 401
    assert kept(program) == []


def test_both_events_about_one_mention_are_kept(slack: Knocker, program: Running) -> None:
    said = message("<@U_BOT> find acme")
    slack.event(callback(said))
    slack.event(callback(said | {"type": "app_mention"}))

    assert [body["payload"]["event"]["type"] for body in stored(program)] == ["message", "app_mention"]


def test_a_first_delivery_that_says_retry_zero_is_no_retry(slack: Knocker, program: Running) -> None:
    slack.event(callback(message()), x_slack_retry_num="0", x_slack_retry_reason="")
    assert len(kept(program)) == 1


def test_a_retry_of_what_was_never_seen_is_kept_and_of_what_was_seen_is_kept_once(
    slack: Knocker, program: Running
) -> None:
    lost, seen = callback(message()), callback(message())
    slack.event(seen)
    for number in ("1", "2", "3"):
        for event in (lost, seen):
            answer = slack.event(event, x_slack_retry_num=number, x_slack_retry_reason="http_timeout")
            assert answer.status_code == 200

    assert sorted(row.event_id for row in kept(program)) == sorted([lost["event_id"], seen["event_id"]])


def test_a_replayed_command_is_quiet_and_has_no_second_effect(slack: Knocker, program: Running) -> None:
    assert slack.form(slash("tag acme vip")).status_code == 200
    for _ in range(2):
        answer = slack.again()
        assert (answer.status_code, answer.content) == (200, b"")
    assert len(kept(program)) == 1


def test_a_command_signed_anew_with_the_same_trigger_has_no_second_effect(slack: Knocker, program: Running) -> None:
    fields = slash("tag acme vip")
    slack.form(fields)
    body, _ = slack.last
    slack.send(body + b"&", signed(body + b"&", FORM))

    assert len(kept(program)) == 1


def test_a_replayed_press_has_no_second_effect(slack: Knocker, program: Running) -> None:
    slack.interaction(press("nudge done 17"))
    assert slack.again().status_code == 200
    assert len(kept(program)) == 1


def test_the_same_letters_typed_twice_within_a_second_are_offered_customers_twice(
    slack: Knocker, program: Running
) -> None:
    with program.program.core.database.writing() as session:
        alice = staff.add(session, "Alice", role=Role.SALES, now=NOW, handle=("slack", "U_ALICE"))
        eyes = viewer.of_staff(session, alice, timezone="Asia/Shanghai", language="en")
        records.create(session, Draft("Acme"), viewer=eyes, now=NOW)
    typed = press(type="block_suggestion", action_id="pick", value="ac")
    offered = [slack.interaction(typed).json(), slack.again().json(), slack.again().json()]
    assert [len(each["options"]) for each in offered] == [1, 1, 1]
    assert kept(program) == []


def test_what_cannot_be_kept_is_asked_for_again(slack: Knocker, program: Running) -> None:
    _ledger(program, "envelope", "envelope_away")
    sent = callback(message())
    refused = slack.event(sent)
    asked = slack.form(slash("find acme"))
    pressed = slack.interaction(press())
    _ledger(program, "envelope_away", "envelope")

    assert refused.status_code == 503
    assert "x-slack-no-retry" not in refused.headers
    assert asked.json()["text"] == NOT_KEPT.both()
    assert pressed.status_code == 503
    assert slack.event(sent, x_slack_retry_num="1").status_code == 200
    assert [row.event_id for row in kept(program)] == [sent["event_id"]]


def _ledger(program: Running, name: str, renamed: str) -> None:
    with program.program.core.database.writing() as session:
        session.execute(text(f"ALTER TABLE {name} RENAME TO {renamed}"))


def test_nothing_of_a_request_is_logged_whatever_becomes_of_it(
    slack: Knocker, program: Running, caplog: pytest.LogCaptureFixture
) -> None:
    said = callback(message("a customer's words"))
    with caplog.at_level("INFO"):
        slack.event(said)
        genuine = slack.last[1]["X-Slack-Signature"]
        slack.form(slash("a customer's words"))
        slack.interaction(press("a customer's words"))
        forged = json.dumps(said).encode()
        slack.send(forged, signed(forged, secret="another"))
        slack.send(b"{a customer's words", signed(b"{a customer's words"))
        _ledger(program, "envelope", "envelope_away")
        slack.event(said)
        slack.interaction(press("a customer's words"))

    words = ("customer's words", genuine, slack.last[1]["X-Slack-Signature"], *SECRETS)
    assert [word for word in words if word in caplog.text] == []


def test_a_request_that_breaks_off_does_no_harm(slack: Knocker, program: Running) -> None:
    def broken() -> Any:
        yield b'{"type":'
        raise ConnectionAbortedError

    with pytest.raises(ConnectionAbortedError):
        slack.client.post(f"{slack.url}/slack/events", content=broken(), headers=signed(b"{}"))
    assert slack.event(callback(message())).status_code == 200
    assert len(kept(program)) == 1


def test_only_posts_are_taken(slack: Knocker) -> None:
    assert httpx.get(f"{slack.url}/slack/events").status_code == 405


def test_what_was_acknowledged_just_before_a_stop_is_recorded(sqlite_database: Database, scene: Scene) -> None:
    with running(configured(sqlite_database, scene)) as program, httpx.Client(trust_env=False) as client:
        for _ in range(20):
            Knocker(program.url, client).event(callback(message()))
    with sqlite_database.reading() as session:
        states = list(session.exec(select(EnvelopeRow.state)))
    assert states == [EnvelopeState.ANSWERED] * 20
