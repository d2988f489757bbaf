"""What stands in the envelopes of callbacks → what happened."""

import json
from datetime import UTC, datetime

import pytest

from adapters.wecom import markup, menu
from adapters.wecom.events import key_of
from adapters.wecom.payload import Payloads, to_body
from adapters.wecom.people import Members
from bot.commands import COMMANDS
from crm_core.chat import Happening, InboundMessage
from tests.adapters.wecom.calling import Clock, Notes
from tests.adapters.wecom.knocking import event, message

CARD = "<TaskId>crm-1</TaskId><CardType>vote_interaction</CardType><ResponseCode>c</ResponseCode>"
PICK = "<EventKey>pick</EventKey><SelectedItems>{}</SelectedItems>"
ITEM = "<SelectedItem><QuestionKey>pick</QuestionKey><OptionIds><OptionId>{}</OptionId></OptionIds></SelectedItem>"


def said(xml: str) -> tuple[InboundMessage, ...]:
    return Payloads(Members(None, Notes(), Clock())).parse(to_body(markup.read(xml)))


def one(xml: str) -> InboundMessage:
    (found,) = said(xml)
    return found


def test_words_are_for_the_bot_in_the_direct_chat() -> None:
    found = one(message("Alice", "查 张三", number=7))
    assert (found.room.platform_id, found.sender.platform_id) == ("direct:Alice", "Alice")
    assert (found.text, found.platform_message_id, found.event_id, found.reply_token) == (
        "查 张三",
        "7",
        "msg:7",
        "msg:7",
    )
    assert (found.addressed, found.happening) == (True, Happening.POSTED)
    assert found.sent_at == datetime(2012, 9, 28, 11, 31, tzinfo=UTC)


def test_a_press_is_the_command_of_its_button_on_its_card() -> None:
    for name in ("template_card_event", "template_card_menu_event"):
        found = one(event("alice", name, f"<EventKey>完成 #1</EventKey>{CARD}"))
        assert (found.happening, found.text, found.platform_message_id) == (Happening.PRESSED, "完成 #1", "crm-1")


def test_a_pick_is_the_command_of_the_first_option_whether_there_is_one_or_several() -> None:
    for items in (ITEM.format("查 #1"), ITEM.format("查 #1") + ITEM.format("查 #2")):
        assert one(event("alice", "template_card_event", PICK.format(items) + CARD)).text == "查 #1"
    several = ITEM.format("查 #1</OptionId><OptionId>查 #2")
    assert one(event("alice", "template_card_event", PICK.format(several) + CARD)).text == "查 #1"
    assert said(event("alice", "template_card_event", PICK.format("") + CARD)) == ()


def test_a_file_that_was_sent_is_an_attachment() -> None:
    found = one(message("alice", "", kind="image", more="<MediaId>m1</MediaId><PicUrl>x</PicUrl>"))
    assert [(each.platform_file_id, each.mime) for each in found.attachments] == [("m1", "image/jpeg")]
    assert found.addressed, "it may be for a broadcast"
    assert not one(message("alice", "", kind="voice", more="<MediaId>m1</MediaId>")).addressed


@pytest.mark.parametrize("name", ["enter_agent", "subscribe", "view", "LOCATION", "change_contact", "dreamt", "CLICK"])
def test_an_event_that_says_nothing_is_nobodys_message(name: str) -> None:
    assert said(event("alice", name, "<EventKey>help</EventKey>")) == ()


def test_every_entry_of_the_menu_is_a_command_of_the_bot() -> None:
    words = {word for command in COMMANDS for word in command.words}
    for key, command in menu.COMMANDS.items():
        assert one(event("alice", "click", f"<EventKey>{key}</EventKey>")).text == command
        assert command in words


def test_a_job_that_is_done_keeps_what_became_of_it() -> None:
    job = "<BatchJob><JobId>j</JobId><ErrCode>0</ErrCode><ErrMsg>ok</ErrMsg></BatchJob>"
    body = json.loads(to_body(markup.read(event("sys", "batch_job_result", job))))
    assert body["fields"]["BatchJob"] == {"JobId": "j", "ErrCode": "0", "ErrMsg": "ok"}


def test_events_of_one_second_differ_by_all_they_say_and_two_clicks_on_one_button_do_not() -> None:
    base = event("sys", "change_external_contact", "<ExternalUserID>a</ExternalUserID>")
    keys = {key_of(markup.read(base.replace(">a<", f">{name}<"))) for name in "abc"}
    assert len(keys) == 3
    clicks = {
        key_of(markup.read(event("alice", "template_card_event", f"<ResponseCode>{n}</ResponseCode>"))) for n in "ab"
    }
    assert len(clicks) == 1


def test_a_number_without_end_is_no_key() -> None:
    key = key_of({"MsgType": "text", "MsgId": "9" * 5_000, "FromUserName": "alice"})
    assert len(key) < 64
    assert key != key_of({"MsgType": "text", "MsgId": "9" * 5_000, "FromUserName": "bob"})


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"kind": "dream"}', '{"kind": "callback"}', "[" * 10_000])
def test_what_is_not_ours_is_refused(body: str) -> None:
    with pytest.raises(ValueError, match=r"no|not"):
        Payloads(Members(None, Notes(), Clock())).parse(body)


def test_a_message_from_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody"):
        said(message("", "hello"))
