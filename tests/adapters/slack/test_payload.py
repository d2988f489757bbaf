"""What Slack says. `tests/payloads/slack/*.json`: each event with what happened, as far as it matters there."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.envelopes import to_body
from adapters.slack.payload import Payloads
from crm_core.chat import Happening, InboundMessage, RoomKind, SenderKind
from tests.adapters.slack.known import event_body, source, told
from tests.conftest import NOW

_TABLES = Path(__file__).parents[2] / "payloads" / "slack"


def cases() -> Iterator[Any]:
    for path in sorted(_TABLES.glob("*.json")):
        table = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(table, list):
            yield from (pytest.param(case, id=f"{path.stem}: {case['it']}") for case in table)


@pytest.fixture(scope="module")
def slack() -> Payloads:
    return source()


@pytest.mark.parametrize("case", list(cases()))
def test_an_event_says_what_happened(slack: Payloads, case: dict[str, Any]) -> None:
    happened = [told(one) for one in slack.parse(event_body(case["event"], **case.get("outer", {})))]
    expected = case["happened"]
    shown = [{name: one[name] for name in wanted} for one, wanted in zip(happened, expected, strict=False)]
    assert (len(happened), shown) == (len(expected), expected)


def asked(slack: Payloads, kind: str, payload: dict[str, Any]) -> InboundMessage:
    (one,) = slack.parse(to_body(kind, payload, key=f"{kind}:1", at=NOW))
    return one


def command(**fields: str) -> dict[str, Any]:
    form = {"user_id": "U_REP", "team_id": "T_HOME", "channel_id": "C_SALES", "channel_name": "sales"}
    return {**form, "command": "/crm", "text": "find Acme", **fields}


def test_a_slash_command_is_asked_and_is_no_message_of_the_channel(slack: Payloads) -> None:
    one = asked(slack, "command", command(text="note &lt;5 &amp; payload size"))
    assert (one.happening, one.addressed, one.platform_message_id) == (Happening.PRESSED, True, "")
    assert (one.text, one.room.platform_id, one.sender.name) == ("note <5 & payload size", "C_SALES", "Alice")
    assert (one.event_id, one.reply_token, one.sent_at) == ("command:1", "command:1", NOW)


def test_a_slash_command_names_people_as_they_are_called(slack: Payloads) -> None:
    text = "assign Acme to <@U_REP|alice.w> and <@U_NEW|zhangsan>, see <https://acme.example|acme.example>"
    assert asked(slack, "command", command(text=text)).text == "assign Acme to @Alice and @zhangsan, see acme.example"


def test_a_slash_command_in_a_room_nobody_knows(slack: Payloads) -> None:
    direct = asked(slack, "command", command(channel_id="D_NEW", channel_name="directmessage"))
    private = asked(slack, "command", command(channel_id="C_NEW", channel_name="privategroup"))
    assert (direct.room.kind, private.room.kind) == (RoomKind.DIRECT, RoomKind.GROUP)


@pytest.mark.parametrize("missing", ["user_id", "channel_id"])
def test_a_slash_command_of_nobody_or_from_nowhere_is_nothing(slack: Payloads, missing: str) -> None:
    assert slack.parse(to_body("command", command(**{missing: ""}), at=NOW)) == ()


def press(action: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "team": {"id": "T_HOME"},
        "user": {"id": "U_REP", "team_id": "T_HOME"},
        "container": {"type": "message", "message_ts": "1763700200.001200", "channel_id": "C_SALES"},
        "channel": {"id": "C_SALES", "name": "sales"},
        "actions": [{"action_ts": "1763700210.1", **action}],
        **fields,
    }


def test_a_press_is_its_command_on_the_message_it_stands_on(slack: Payloads) -> None:
    one = asked(slack, "interactive", press({"type": "button", "action_id": "command:0", "value": "done 17"}))
    assert (one.happening, one.text, one.addressed) == (Happening.PRESSED, "done 17", True)
    assert (one.platform_message_id, one.room.platform_id) == ("1763700200.001200", "C_SALES")
    assert (one.reply_token, one.sent_at.isoformat()) == ("interactive:1", "2025-11-21T04:43:30.100000+00:00")


def test_what_is_chosen_in_a_menu_is_its_command(slack: Payloads) -> None:
    chosen = {"type": "overflow", "action_id": "more", "selected_option": {"value": "snooze 17"}}
    assert asked(slack, "interactive", press(chosen)).text == "snooze 17"


def test_a_press_in_a_thread_is_answered_there(slack: Payloads) -> None:
    container = {"message_ts": "1763700200.001200", "thread_ts": "1763700000.000100", "channel_id": "C_SALES"}
    assert asked(slack, "interactive", press({"value": "help"}, container=container)).thread_id == "1763700000.000100"


def test_a_press_on_the_home_is_in_the_direct_chat(slack: Payloads) -> None:
    home = press({"value": "help"}, container={"type": "view", "view_id": "V1"}, channel=None)
    one = asked(slack, "interactive", home)
    assert (one.room.platform_id, one.room.kind) == ("U_REP", RoomKind.DIRECT)


def test_somebody_of_another_company_who_presses_is_told_apart(slack: Payloads) -> None:
    user = {"id": "U_STRANGE", "team_id": "T_OTHER"}
    one = asked(slack, "interactive", press({"value": "done 17"}, user=user, team={"id": "T_OTHER"}))
    assert (one.sender.kind, one.sender.team) == (SenderKind.EXTERNAL, "T_OTHER")


@pytest.mark.parametrize(
    "payload",
    [
        press({"type": "button", "url": "https://acme.example"}),
        press({"value": "help"}, user=None),
        press({"value": "help"}, actions=None),
        press({"value": "help"}, type="block_suggestion"),
        {"type": "view_closed", "user": {"id": "U_REP"}, "view": {}},
        {"type": "message_action", "user": {"id": "U_REP"}},
        {},
    ],
)
def test_what_asks_for_nothing_is_nothing(slack: Payloads, payload: dict[str, Any]) -> None:
    assert slack.parse(to_body("interactive", payload, at=NOW)) == ()


def recovered(slack: Payloads, **fields: Any) -> tuple[InboundMessage, ...]:
    message = {"type": "message", "user": "U_EXT", "text": "Q4 quote", "ts": "1763700000.000100", "channel": "C_ACME"}
    return slack.parse(to_body("history", {**message, "team": "T_HOME", **fields}, key="history:1", at=NOW))


def test_a_message_of_the_history_is_recorded_and_never_answered(slack: Payloads) -> None:
    (one,) = recovered(slack, text="<@U_BOT> help", thread_ts="1763700000.000100")
    assert (one.recovered, one.addressed, one.text, one.thread_id) == (True, True, "help", "")


def test_an_edited_message_of_the_history_says_when(slack: Payloads) -> None:
    posted, edited = recovered(slack, edited={"user": "U_EXT", "ts": "1763700060.000000"})
    assert (posted.happening, edited.happening) == (Happening.POSTED, Happening.EDITED)
    assert (edited.text, edited.sent_at.isoformat()) == ("Q4 quote", "2025-11-21T04:41:00+00:00")


def test_the_marks_on_a_message_of_the_history_are_kept(slack: Payloads) -> None:
    reactions = [{"name": "tada", "users": ["U_REP", "U_BOT", None], "count": 3}, {"name": "eyes", "users": None}]
    _, mark = recovered(slack, reactions=reactions)
    assert (mark.happening, mark.text, mark.sender.name) == (Happening.MARKED, "tada", "Alice")


@pytest.mark.parametrize("fields", [{"bot_id": "B_CRM"}, {"subtype": "channel_join"}, {"subtype": "tombstone"}])
def test_the_rest_of_the_history_is_nothing(slack: Payloads, fields: dict[str, Any]) -> None:
    assert recovered(slack, **fields) == ()


def test_what_the_history_has_no_more_is_deleted(slack: Payloads) -> None:
    (one,) = recovered(slack, subtype="message_deleted", deleted_ts="1763700000.000100", hidden=True)
    assert (one.happening, one.platform_message_id, one.sent_at) == (
        Happening.DELETED,
        "1763700000.000100",
        NOW,
    )


@pytest.mark.parametrize("body", ["", "[]", "null", "{}", "1", '{"kind": "event"}', "[" * 100_000])
def test_what_is_no_envelope_is_refused(slack: Payloads, body: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        slack.parse(body)


@pytest.mark.parametrize("payload", [{}, {"event": None}, {"event": []}, {"event": {"type": None}}])
def test_an_envelope_without_an_event_says_nothing(slack: Payloads, payload: dict[str, Any]) -> None:
    assert slack.parse(json.dumps({"kind": "event", "team": None, "payload": payload})) == ()


def test_blocks_of_a_hundred_thousand_characters_are_cut(slack: Payloads) -> None:
    deep: dict[str, Any] = {"type": "rich_text_list", "elements": []}
    for _ in range(100):
        deep = {"type": "rich_text_list", "elements": [deep]}
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2_900}}
    event = {"type": "message", "channel": "C_ACME", "user": "U_EXT", "ts": "1763700000.000100", "text": None}
    (one,) = slack.parse(event_body({**event, "blocks": [{"type": "rich_text", "elements": [deep]}, *[section] * 40]}))
    assert 30_000 < len(one.text) <= 40_000


def test_the_bot_is_known_by_the_authorization_before_slack_told_who_it_is() -> None:
    unknown = source(())
    event = {"type": "message", "channel": "C1", "user": "U_NEW", "text": "<@U_BOT> help", "ts": "1763700000.000100"}
    authorizations = [{"team_id": "T_HOME", "user_id": "U_BOT", "is_bot": True}]
    (one,) = unknown.parse(event_body(event, authorizations=authorizations))
    assert (one.text, one.addressed) == ("help", True)
