"""What the bot said and marked itself is told apart from what others did, also in edits and deletions."""

import pytest

from adapters.slack.installation import Installation
from adapters.slack.own import is_own
from crm_core.chat import Document
from tests.adapters.slack.knocking import callback, message

CRM = Installation("T_HOME", "U_BOT", "B_CRM", "A_CRM", "xoxb-hunter2")
_CHANGED = {"type": "message", "subtype": "message_changed", "channel": "C_SALES", "ts": "2.1"}
_DELETED = {"type": "message", "subtype": "message_deleted", "channel": "C_SALES", "ts": "2.2"}


@pytest.mark.parametrize(
    "event",
    [
        message("our answer", user="U_BOT", bot_id="B_CRM", app_id="A_CRM"),
        message("our answer", user="U_BOT"),
        message("our answer", subtype="bot_message", bot_id="B_CRM"),
        message("our answer", bot_profile={"app_id": "A_CRM"}, user=None),
        _CHANGED | {"message": {"bot_id": "B_CRM", "text": "our answer, replaced"}},
        _CHANGED | {"message": {"text": "unfurled"}, "previous_message": {"app_id": "A_CRM", "text": "our answer"}},
        _DELETED | {"previous_message": {"user": "U_BOT", "text": "our answer"}},
        {"type": "app_mention", "user": "U_BOT", "bot_id": "B_CRM", "text": "<@U_BOT>"},
        {"type": "reaction_added", "user": "U_BOT", "reaction": "white_check_mark"},
    ],
)
def test_what_the_bot_did_itself_is_its_own(event: Document) -> None:
    assert is_own(callback(event), CRM)


@pytest.mark.parametrize(
    "event",
    [
        message("hello"),
        message("a ticket was closed", user="U_DESK", bot_id="B_DESK", app_id="A_DESK"),
        _CHANGED | {"message": {"user": "U_ALICE", "text": "edited"}},
        _DELETED | {"previous_message": {"user": "U_ALICE", "text": "gone"}},
        {"type": "reaction_added", "user": "U_ALICE", "item_user": "U_BOT", "reaction": "eyes"},
        {"type": "member_joined_channel", "user": "U_BOT", "channel": "C_SALES"},
        message("no bot at all", bot_id=None, app_id=None, user=None),
    ],
)
def test_what_others_did_is_not_its_own(event: Document) -> None:
    assert not is_own(callback(event), CRM)


def test_its_own_posts_are_known_by_the_app_before_it_knows_who_it_is() -> None:
    assert is_own(callback(message("our answer", bot_id="B_CRM", app_id="A_CRM")), None)
    assert not is_own(callback(message("hello")), None)


def test_what_has_no_event_is_nobodys() -> None:
    assert not is_own({"type": "event_callback", "event": "message"}, CRM)
