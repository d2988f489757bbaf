"""What is sent over the fake WeCom: once, whole, to who can be reached, and never more than is shown."""

import asyncio

import pytest

from adapters.health import Health
from adapters.wecom.client import WeCom
from crm_core.chat import (
    Attachment,
    Button,
    Card,
    DeliveryError,
    Document,
    Field,
    OutboundMessage,
    Quote,
    Receipt,
    Sender,
    Urgency,
)
from crm_core.desk import TooLarge
from tests.adapters.cupboard import PDF, PNG
from tests.adapters.wecom.office import Named, Office
from tests.fakes.wecom import media
from tests.fakes.wecom.faults import Fault

HELLO = Card(text="你好")
NUDGE = Card(
    title="提醒",
    text="给张三打电话",
    fields=(Field("客户", "张三"), Field("时间", "今天 10:00")),
    buttons=(Button("完成", "done 1"), Button("推迟", "snooze 1 1h")),
)


def test_words_stand_in_the_chat_of_who_they_are_for(office: Office) -> None:
    receipt = office.send(HELLO, "one")
    assert receipt.platform_message_id == office.received()[0].msgid
    assert office.texts() == ["你好"]
    assert office.received(office.company.bob) == []


def test_the_same_key_is_never_shown_twice_by_any_node(office: Office) -> None:
    for node in (office.node, office.node, office.open_node()):
        office.send(HELLO, "one", node=node)
    assert len(office.received()) == 1


def test_the_same_words_with_another_key_or_none_are_shown(office: Office) -> None:
    for key in ("one", "two", "", ""):
        office.send(HELLO, key)
    assert office.texts() == ["你好"] * 4


def test_a_card_with_buttons_says_everything_when_it_fits(office: Office) -> None:
    receipt = office.send(NUDGE, "nudge")
    (card,) = office.sent()
    assert card["card_type"] == "button_interaction"
    assert (card["main_title"]["title"], card["sub_title_text"]) == ("提醒", "给张三打电话")
    assert card["horizontal_content_list"][0] == {"keyname": "客户", "value": "张三"}
    assert [(button["text"], button["key"]) for button in card["button_list"]] == [
        ("完成", "done 1"),
        ("推迟", "snooze 1 1h"),
    ]
    assert receipt.platform_message_id == card["task_id"]


def test_what_does_not_fit_on_a_card_is_said_before_it(office: Office) -> None:
    card = Card(title="Acme #1", quotes=(Quote("张三", "昨天", "明天见"),), buttons=NUDGE.buttons)
    office.send(card, "long")
    words, buttons = office.received()
    assert words.msgtype == "markdown"
    assert "明天见" in words.body["content"]
    assert buttons.body["main_title"]["title"] == "Acme #1"


def test_many_choices_are_a_list_to_pick_from(office: Office) -> None:
    buttons = tuple(Button(f"客户 {number}", f"open #{number}") for number in range(9))
    office.send(Card(text="哪一位？", buttons=buttons), "which")
    card = office.sent()[-1]
    assert card["card_type"] == "vote_interaction"
    assert [option["id"] for option in card["checkbox"]["option_list"]] == [f"open #{number}" for number in range(9)]


def test_more_choices_than_a_list_holds_are_on_several_cards(office: Office) -> None:
    buttons = tuple(Button(f"{number}", f"open #{number}") for number in range(23))
    office.send(Card(text="哪一位？", buttons=buttons), "which")
    cards = [body for body in office.sent() if "button_list" in body]
    assert [button["key"] for card in cards for button in card["button_list"]] == [each.command for each in buttons]
    assert len({card["task_id"] for card in cards}) == 4


def test_without_a_callback_there_are_no_buttons(office: Office) -> None:
    office.send(NUDGE, "nudge", node=office.open_node(callback=False))
    assert [one.msgtype for one in office.received()] == ["markdown"]


def test_a_long_text_comes_in_pages_and_none_of_it_is_cut(office: Office) -> None:
    words = "，".join(f"第{number}件事" for number in range(600))
    office.send(Card(text=words), "long")
    pages = office.texts()
    assert len(pages) > 1
    assert all(len(one.body["content"].encode()) <= 2048 for one in office.received())
    bare = "".join(page.rpartition("\n(")[0] for page in pages)
    assert bare == words
    assert not list(office.fake.journal.of("cut"))


def test_who_is_not_there_is_given_up(office: Office) -> None:
    assert office.refused(HELLO, "one", to="nobody").permanent
    office.company.bob.licensed = False
    assert office.refused(HELLO, "two", to="Bob").permanent


@pytest.mark.parametrize("kind", ["html", "page", "empty", "cut", "drop"])
@pytest.mark.parametrize("card", [HELLO, NUDGE], ids=["text", "card"])
def test_an_answer_whose_fate_is_unknown_is_sent_again_and_shown_once(office: Office, kind: str, card: Card) -> None:
    office.company.world.faults.add("message/send", Fault(kind, after=True))  # type: ignore[arg-type]
    office.send(card, "one")
    assert len(office.received()) == 1


@pytest.mark.parametrize("card", [HELLO, NUDGE], ids=["text", "card"])
def test_a_delivery_whose_fate_is_unknown_is_looked_for_and_shown_once(office: Office, card: Card) -> None:
    office.company.world.faults.add("message/send", Fault("drop", after=True))
    assert office.refused(card, "due", urgency=Urgency.DUE).unknown
    another = office.open_node()
    assert office.run(another.find("direct:alice", "due")) is None
    office.send(card, "due", urgency=Urgency.DUE, node=another)
    assert len(office.received()) == 1


def test_a_receipt_is_found_by_who_sent_it(office: Office) -> None:
    receipt = office.send(HELLO, "one")
    assert office.run(office.node.find("direct:alice", "one")) == receipt


def test_too_many_calls_hold_everything_back_for_the_window(office: Office) -> None:
    office.company.world.faults.add("message/send", Fault("frequency", seconds=60))
    refused = office.refused(HELLO, "one")
    assert (refused.permanent, refused.retry_after) == (False, 60)
    calls = len(list(office.fake.journal.of("call")))
    assert office.refused(HELLO, "two").retry_after == pytest.approx(60, abs=1)
    assert len(list(office.fake.journal.of("call"))) == calls
    office.fake.advance(61)
    office.send(HELLO, "one")
    assert len(office.received()) == 1


def test_what_an_administrator_has_to_mend_is_tried_again_later(office: Office) -> None:
    office.company.world.faults.add("message/send", Fault("error", code=60020))
    assert office.refused(HELLO, "one").retry_after == 300
    office.send(HELLO, "one")


def test_deliveries_stop_before_wecom_drops_them_and_leave_room_for_answers(office: Office) -> None:
    nodes = [office.node, office.open_node()]
    for number in range(20):
        office.send(HELLO, f"due {number}", urgency=Urgency.DUE, node=nodes[number % 2])
    refused = office.refused(HELLO, "due 20", urgency=Urgency.DUE)
    assert not refused.permanent
    assert 0 < (refused.retry_after or 0) <= 61
    for number in range(10):
        office.send(HELLO, f"answer {number}", node=nodes[number % 2])
    assert office.slept == []
    office.send(HELLO, "answer 10")
    assert office.slept == pytest.approx([61])
    assert len(office.received()) == 31
    assert not list(office.fake.journal.of("dropped"))
    office.send(HELLO, "to bob", to="Bob")


def test_a_thousand_an_hour_is_the_other_limit(office: Office) -> None:
    office.notes.kept["allowance", "alice"] = {
        "moments": [],
        "minutes": {str(int(office.now().timestamp() // 60) - 10): 900},
    }
    assert (office.refused(HELLO, "due", urgency=Urgency.DUE).retry_after or 0) > 2900
    office.send(HELLO, "answer")


def test_a_press_that_is_answered_in_time_changes_the_card_in_the_reply(office: Office) -> None:
    office.tickets.keep("press", response_code="code", card=True)
    done = Card(text="已完成", title="提醒")
    receipt = office.send(done, "answer", reply_token="press", replaces="crm-1")
    reply = office.run(office.tickets.answer("press", 0))
    assert receipt.platform_message_id == "crm-1"
    assert reply is not None
    assert reply["MsgType"] == "update_template_card"
    assert reply["TemplateCard"]["SubTitleText"] == "已完成"
    assert reply["TemplateCard"]["ReplaceText"]
    assert office.received() == []


def test_a_press_that_is_answered_late_changes_the_card_all_the_same(office: Office) -> None:
    office.send(NUDGE, "nudge")
    pressed = office.company.world.click(office.company.alice, office.company.world.sent[0], "done 1")
    office.tickets.keep("press", response_code=pressed["ResponseCode"], card=True)
    office.tickets.close("press")
    office.send(Card(text="已完成"), "answer", reply_token="press", replaces=pressed["TaskId"])
    (card,) = office.received()
    assert card.shown_to("alice")["main_title"]["title"] == "已完成"


def test_a_card_that_cannot_be_changed_any_more_is_answered_with_words(office: Office) -> None:
    office.tickets.keep("press", response_code="used already", card=True)
    office.tickets.close("press")
    office.send(Card(text="已完成"), "answer", reply_token="press", replaces="crm-1")
    assert office.texts() == ["已完成"]


def test_an_answer_that_is_too_long_for_a_reply_goes_out_by_itself(office: Office) -> None:
    office.tickets.keep("asked")
    office.send(Card(text="字" * 1000), "answer", reply_token="asked")
    assert len(office.received()) == 2
    assert office.tickets.takes("asked", card=False)
    assert office.run(asyncio.wait_for(office.tickets.answer("asked", 3600), 30)) is None


def test_an_app_alone_has_no_way_into_other_rooms(office: Office) -> None:
    alone = WeCom(None, people=office.node._people, health=office.node._health)
    for node, room in ((alone, "direct:alice"), (office.node, "wrAAA"), (office.node, "kf:wk:wm")):
        with pytest.raises(DeliveryError) as refused:
            office.run(node.send(OutboundMessage(room, HELLO)))
        assert refused.value.permanent


def test_files_come_after_the_words_and_before_the_buttons(office: Office) -> None:
    files = (office.shelf.put("报价单.pdf", PDF), office.shelf.put("poster.png", PNG))
    office.send(NUDGE, "nudge", files=files)
    assert [one.msgtype for one in office.received()] == ["file", "image", "template_card"]
    for key in ("alone", "alone", "once more"):
        office.send(Card(), key, files=files[:1])
    assert [one.msgtype for one in office.received()][3:] == ["file", "file"]


def test_a_file_that_arrived_without_an_answer_is_not_shown_twice(office: Office) -> None:
    files = (office.shelf.put("poster.png", PNG),)
    office.fake.world.faults.add("message/send", Fault("drop", after=True))
    assert office.refused(Card(), "one", files=files, urgency=Urgency.DUE).unknown
    office.send(Card(), "one", files=files, urgency=Urgency.DUE)
    assert [one.msgtype for one in office.received()] == ["image"]


def test_a_message_of_which_wecom_took_a_part_is_gone_on_with_by_any_node(office: Office) -> None:
    files = (office.shelf.put("报价单.pdf", PDF), office.shelf.put("poster.png", PNG))
    for number in range(18):
        office.send(HELLO, f"before {number}", urgency=Urgency.DUE)
    assert office.refused(NUDGE, "one", files=files, urgency=Urgency.DUE).retry_after is not None
    assert [one.msgtype for one in office.received()][18:] == ["file", "image"]
    office.fake.advance(61)
    receipt = office.send(NUDGE, "one", files=files, urgency=Urgency.DUE, node=office.open_node())
    assert [one.msgtype for one in office.received()][20:] == ["template_card"]
    assert receipt.platform_message_id == office.sent()[-1]["task_id"]


def test_what_is_shown_in_part_without_a_note_of_it_is_taken_for_shown(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = (office.shelf.put("报价单.pdf", PDF), office.shelf.put("poster.png", PNG))
    for number in range(19):
        office.send(HELLO, f"before {number}", urgency=Urgency.DUE)
    put = office.notes.put

    async def broken(kind: str, key: str, document: Document) -> None:
        if "part" in kind:
            raise OSError
        await put(kind, key, document)

    monkeypatch.setattr(office.notes, "put", broken)
    assert office.refused(Card(), "one", files=files, urgency=Urgency.DUE).unknown
    office.fake.advance(61)
    another = office.open_node()
    assert office.run(another.find("direct:alice", "one")) is None
    office.send(Card(), "one", files=files, urgency=Urgency.DUE, node=another)
    assert [one.msgtype for one in office.received()][19:] == ["file", "image"]


def test_nothing_is_shown_before_all_of_its_files_are_uploaded(office: Office) -> None:
    files = (office.shelf.put("poster.png", PNG),)
    office.fake.world.faults.add("media/upload", Fault("frequency", seconds=60))
    assert office.refused(HELLO, "one", files=files).retry_after == 60
    assert office.received() == []


def test_a_file_that_wecom_forgot_is_uploaded_again(office: Office) -> None:
    files = (office.shelf.put("poster.png", PNG),)
    office.send(HELLO, "one", files=files)
    office.company.world.media.clear()
    office.send(HELLO, "two", files=files)
    assert [one.msgtype for one in office.received()] == ["text", "image", "text", "image"]


def test_what_somebody_gave_to_the_app_is_fetched(office: Office) -> None:
    media_id = media.keep(office.company.world, "image", "a.png", "image/png", PNG).id
    assert office.run(office.node.fetch("direct:alice", Attachment(media_id), 1_000)) == PNG
    with pytest.raises(TooLarge):
        office.run(office.node.fetch("direct:alice", Attachment(media_id), 5))
    with pytest.raises(DeliveryError):
        office.run(office.node.fetch("direct:alice", Attachment("m9"), 1_000))


class Way:
    """A way that takes everything."""

    def __init__(self) -> None:
        self.sent: list[OutboundMessage] = []

    def takes(self, _message: OutboundMessage) -> bool:
        return True

    async def send(self, message: OutboundMessage) -> Receipt:
        self.sent.append(message)
        return Receipt("1")

    async def roster(self, _room_id: str) -> tuple[Sender, ...] | None:
        return None

    async def reaches(self, _room_id: str) -> bool:
        return True

    async def fetch(self, _room_id: str, _file: Attachment, _most: int) -> bytes | None:
        return None


def test_a_robot_names_files_since_it_shows_none(office: Office) -> None:
    way = Way()
    node = WeCom(None, people=Named(office.company), health=Health(), ways=[way])
    office.send(HELLO, "one", files=(office.shelf.put("报价单.pdf", PDF),), node=node)
    assert [(one.card.text, one.files) for one in way.sent] == [("你好\n📎 报价单.pdf (17 B)", ())]
