"""What is forged, unreadable, too big, full of holes or unknown: a clear refusal or a quiet success, never an error."""

import json
from typing import Any

from tests.adapters.slack.conftest import kept, stored
from tests.adapters.slack.knocking import FORM, Knocker, callback, message, press, signed
from tests.running import Running

FORGERIES: tuple[dict[str, str | None], ...] = (
    {"X-Slack-Signature": None},
    {"X-Slack-Request-Timestamp": None},
    {"X-Slack-Signature": "v0=" + "0" * 64},
    {"X-Slack-Signature": "v0=ünsigniert"},
    {"X-Slack-Signature": "签名"},
    {"X-Slack-Request-Timestamp": "yesterday"},
    {"X-Slack-Request-Timestamp": "١٧٦٣٧٠٠٠٠٠"},
    {"X-Slack-Request-Timestamp": "9" * 400},
    {"X-Slack-Request-Timestamp": "-1"},
    {"X-Slack-Request-Timestamp": "1e9"},
)


def test_a_forged_request_is_refused_and_never_an_error(slack: Knocker, program: Running) -> None:
    body = json.dumps(callback(message())).encode()
    for forgery in FORGERIES:
        headers = {name: value for name, value in (signed(body) | forgery).items() if value is not None}
        assert slack.send(body, headers).status_code == 401, forgery
    assert kept(program) == []


def test_a_request_signed_long_ago_or_far_ahead_is_refused(slack: Knocker) -> None:
    body = json.dumps(callback(message())).encode()
    for moment in ("1000000000", "4000000000"):
        assert slack.send(body, signed(body, timestamp=moment)).status_code == 401


def test_json_that_is_no_object_is_refused_when_signed_and_not_even_read_when_not(
    slack: Knocker, program: Running
) -> None:
    broken = (b"", b"[]", b'["payload"]', b"null", b"7", b'"x"', b"{", b"\xff\xfe{}", b'{"type": NaN}', b"[" * 100_000)
    for body in (*broken, b'{"n": ' + b"9" * 5000 + b"}", b'{"type":"event_callback"}{}'):
        assert slack.send(body, signed(body)).status_code == 400, body[:20]
        assert slack.send(body, signed(body, secret="another")).status_code == 401, body[:20]
    assert kept(program) == []


def test_a_form_that_cannot_be_read_is_refused(slack: Knocker, program: Running) -> None:
    broken = (b"payload=[]", b"payload=", b"payload=%7B", b"payload=%FF", b"command=%2Fcrm&text=%C3%28", b"text=\xe4")
    for body in (*broken, b"a=1&" * 300):
        assert slack.send(body, signed(body, FORM)).status_code == 400, body[:20]
    assert kept(program) == []


def test_a_body_of_another_kind_is_refused(slack: Knocker) -> None:
    assert slack.send(b"<xml/>", signed(b"<xml/>", "text/xml")).status_code == 415
    assert slack.send(b"{}", signed(b"{}", "Application/JSON; charset=utf-8")).status_code == 200


def test_a_body_of_three_megabytes_is_refused(slack: Knocker, program: Running) -> None:
    body = json.dumps(callback(message("x" * 3_000_000))).encode()

    assert slack.send(body, signed(body)).status_code == 413
    assert kept(program) == []


def test_a_body_that_never_says_how_long_it_is_is_refused_when_it_gets_too_long(slack: Knocker) -> None:
    pieces = iter([b"x" * 100_000] * 30)
    headers = signed(b"")
    assert slack.client.post(f"{slack.url}/slack/events", content=pieces, headers=headers).status_code == 413


def test_blocks_of_a_hundred_kilobytes_are_kept(slack: Knocker, program: Running) -> None:
    blocks = [{"type": "rich_text", "elements": [{"type": "text", "text": "值" * 500}]} for _ in range(70)]
    slack.event(callback(message(blocks=blocks)))

    assert stored(program)[0]["payload"]["event"]["blocks"] == blocks


HOLES: tuple[dict[str, Any], ...] = (
    message(None),
    {key: value for key, value in message().items() if key != "user"},
    {"type": "message"},
    {"type": None},
    {},
    {"type": "something_new_of_next_year", "stuff": [1, {"a": None}]},
    message("half a smile \ud83d and nothing \x00"),
)


def test_an_event_with_holes_is_kept_and_acknowledged(slack: Knocker, program: Running) -> None:
    for event in HOLES:
        body = json.dumps(callback(event)).encode()
        assert slack.send(body, signed(body)).status_code == 200, event
    assert len(kept(program)) == len(HOLES)
    assert {row.problem for row in kept(program)} == {""}


UNKNOWN: tuple[dict[str, Any], ...] = (
    {},
    {"type": "a_new_envelope"},
    {"type": "event_callback"},
    {"type": "event_callback", "event": "message"},
    {"type": ["event_callback"]},
    {"type": "app_rate_limited", "team_id": "T_HOME", "minute_rate_limited": 1763700000},
    {"type": "url_verification"},
)


def test_what_is_unknown_is_a_quiet_success_never_a_404(slack: Knocker, program: Running) -> None:
    for payload in UNKNOWN:
        assert slack.event(payload).status_code == 200, payload
        assert slack.interaction(payload).status_code == 200, payload
    assert slack.form({"anything": "else"}).status_code == 200
    assert kept(program) == []


def test_an_unknown_button_menu_and_form_are_quiet_successes(slack: Knocker) -> None:
    for payload in (
        press() | {"actions": []},
        press() | {"actions": [{"type": "button", "action_id": "of last year"}]},
        {"type": "view_submission", "view": {"id": "V1", "state": {}, "private_metadata": "{forged"}},
        {"type": "view_submission", "view": None},
        {"type": "view_closed"},
        {"type": "shortcut", "callback_id": "of last year"},
        {"type": "block_suggestion", "value": None},
    ):
        answer = slack.interaction(payload)
        assert answer.status_code == 200, payload
