"""What was typed becomes a message."""

from datetime import UTC, datetime

import pytest

from adapters.console.payload import parse, to_body
from adapters.console.world import DEMO, direct
from crm_core.chat import Happening, InboundMessage, RoomKind, SenderKind

AT = datetime(2026, 11, 18, 2, 20, tzinfo=UTC)


def typed(text: str, *, room: str = "group:east", who: str = "alice", pressed: bool = False) -> InboundMessage:
    body = to_body(
        event_id=f"{who}:1",
        room=DEMO.room(room),
        sender=DEMO.sender(who),
        message_id="7",
        text=text,
        sent_at=AT,
        happening=Happening.PRESSED if pressed else Happening.POSTED,
    )
    (message,) = parse(body)
    return message


def test_a_line_in_the_direct_chat_is_meant_for_the_bot() -> None:
    message = typed("查 张总", room=direct("alice"))

    assert message.platform == "console"
    assert (message.event_id, message.platform_message_id) == ("alice:1", "7")
    assert (message.room.platform_id, message.room.kind) == ("direct:alice", RoomKind.DIRECT)
    assert (message.sender.platform_id, message.sender.name) == ("alice", "Alice")
    assert (message.text, message.sent_at, message.addressed) == ("查 张总", AT, True)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("@crm 查 张总", "查 张总"),
        ("@crm查 张总", "查 张总"),
        ("＠CRM：查 张总", "查 张总"),
        ("@bot, find acme", "find acme"),
        ("  @crmbot find acme", "find acme"),
        ("/crm find acme", "find acme"),
        ("@crm", ""),
    ],
)
def test_in_a_group_the_mention_is_left_out_of_the_text(line: str, text: str) -> None:
    message = typed(line)

    assert message.addressed
    assert message.text == text


@pytest.mark.parametrize(
    "line", ["查 张总", "ask @crm", "@crmx hello", "@crm.example is down", "/crm-old", "@bob hello"]
)
def test_other_talk_in_a_group_is_not_for_the_bot(line: str) -> None:
    message = typed(line)

    assert not message.addressed
    assert message.text == line


def test_a_press_is_meant_for_the_bot_everywhere() -> None:
    message = typed("查 #15", pressed=True)

    assert message.addressed
    assert message.happening is Happening.PRESSED


def test_customers_and_guests_are_told_apart() -> None:
    assert typed("你好", room="group:zhangsan", who="zhangsan").sender.kind is SenderKind.EXTERNAL
    assert typed("hello", room="group:zhangsan", who="guest").sender.kind is SenderKind.GUEST


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '{"event_id": "1"}', '{"event_id": "\\ud800"}'])
def test_a_body_that_is_not_ours_is_refused(body: str) -> None:
    with pytest.raises(ValueError, match="validation error"):
        parse(body)
