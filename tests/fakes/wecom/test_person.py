"""Acting as an employee: what they do, what the app hears of it, what they see."""

from collections.abc import Callable

import pytest

from tests.fakes.wecom.asking import Asking
from tests.fakes.wecom.corp import App
from tests.fakes.wecom.errors import Json
from tests.fakes.wecom.person import Person
from tests.fakes.wecom.pressing import NotThere
from tests.fakes.wecom.reference import Receiver, Said
from tests.fakes.wecom.robot.chats import Post
from tests.fakes.wecom.running import Fake
from tests.fakes.wecom.sample import Sample
from tests.fakes.wecom.sight import Sight, of_customer

PICKS: Json = {
    "card_type": "multiple_interaction",
    "main_title": {"title": "Acme", "desc": "a new offer"},
    "task_id": "t1",
    "select_list": [
        {
            "question_key": "stage",
            "title": "Stage",
            "option_list": [{"id": "won", "text": "Won"}, {"id": "lost", "text": "Lost"}],
        },
        {
            "question_key": "owner",
            "title": "Owner",
            "option_list": [{"id": "a", "text": "Alice"}, {"id": "b", "text": "Bob"}],
        },
    ],
    "submit_button": {"text": "Save", "key": "save"},
}
VOTE: Json = {
    "card_type": "vote_interaction",
    "main_title": {"title": "Who comes?"},
    "task_id": "t2",
    "checkbox": {
        "question_key": "who",
        "mode": 1,
        "option_list": [{"id": "a", "text": "Alice"}, {"id": "b", "text": "Bob"}, {"id": "c", "text": "Charlie"}],
    },
    "submit_button": {"text": "Vote", "key": "vote"},
}
BUTTONS: Json = {
    "card_type": "button_interaction",
    "main_title": {"title": "Call 张三"},
    "task_id": "t3",
    "horizontal_content_list": [{"keyname": "Due", "value": "today"}],
    "button_list": [{"text": "Done", "key": "done"}, {"text": "Site", "type": 1, "url": "http://127.0.0.1/"}],
    "action_menu": {"desc": "more", "action_list": [{"text": "Later", "key": "later"}]},
}


@pytest.fixture
def alice(fake: Fake, company: Sample, receiver: Receiver) -> Person:
    fake.deliver_to(company.crm, receiver.url)
    return Person(fake, company.alice, company.crm)


def send(crm: Asking, company: Sample, card: Json) -> None:
    body: Json = {"touser": "alice", "msgtype": "template_card", "agentid": company.crm.agent_id}
    assert crm.code("message/send", body | {"template_card": card}) == 0


def test_what_a_person_says_and_reads(alice: Person, receiver: Receiver, crm: Asking, company: Sample) -> None:
    receiver.answer = lambda fields: receiver.reply(fields, "text", Content="Alice\n<a href='http://x/1'>more</a>")
    shown = alice.say("who owns Acme?")
    assert [line[6:] for line in shown.splitlines()] == ["alice: who owns Acme?", "crm: Alice", "more (http://x/1)"]
    assert alice.sees.latest(company.crm) == "Alice\nmore (http://x/1)"
    assert Sight(company.world, company.bob).app(company.crm) == ""


def test_the_menu_is_pressed_by_its_words(alice: Person, receiver: Receiver, company: Sample) -> None:
    page = {"type": "view", "name": "Site", "url": "http://127.0.0.1/"}
    entries = [{"type": "click", "name": "待办", "key": "todo"}, page]
    company.crm.menu = {
        "button": [{"type": "click", "name": "帮助", "key": "help"}, {"name": "我的", "sub_button": entries}]
    }
    assert alice.press_menu("待办").splitlines()[0].endswith("alice: (click todo)")
    assert receiver.heard[-1]["EventKey"] == "todo"
    assert alice.sees.app(company.crm).endswith("[帮助] [我的: 待办 / Site]")
    for label in ("我的", "Site", "nothing"):
        with pytest.raises(NotThere):
            alice.press_menu(label)


def test_opening_the_chat_is_an_event(alice: Person, receiver: Receiver) -> None:
    alice.enter()
    assert receiver.heard[-1]["Event"] == "enter_agent"


def test_picks_go_out_with_what_was_not_touched(
    alice: Person, receiver: Receiver, crm: Asking, company: Sample
) -> None:
    send(crm, company, PICKS)
    card = alice.card().choose("Lost")
    card.click("Save")
    items = receiver.heard[-1]["SelectedItems"]["SelectedItem"]
    assert [(one["QuestionKey"], one["OptionIds"]["OptionId"]) for one in items] == [("stage", "lost"), ("owner", "a")]
    assert "Stage: [Won / Lost ▾]" in alice.sees.latest(company.crm)
    with pytest.raises(NotThere):
        card.choose("Lost", "Owner")


def test_several_boxes_can_be_ticked(alice: Person, receiver: Receiver, crm: Asking, company: Sample) -> None:
    send(crm, company, VOTE)
    alice.card().choose("Alice").choose("Charlie").click("Vote")
    item = receiver.heard[-1]["SelectedItems"]["SelectedItem"]
    assert item["OptionIds"]["OptionId"] == ["a", "c"]


def test_a_button_a_menu_entry_and_a_dead_button(
    alice: Person, receiver: Receiver, crm: Asking, company: Sample
) -> None:
    send(crm, company, BUTTONS)
    assert alice.sees.latest(company.crm).splitlines() == ["# Call 张三", "Due: today", "[Done] [Site]", "[⋯ Later]"]
    alice.card().click("Later")
    assert receiver.heard[-1]["Event"] == "template_card_menu_event"
    with pytest.raises(NotThere):
        alice.card().click("Site")
    receiver.answer = lambda fields: receiver.reply(fields, "update_button", Button={"ReplaceName": "Is done"})
    assert "(Is done)" in alice.card().click("Done")
    assert receiver.heard[-1]["Event"] == "template_card_event"
    with pytest.raises(NotThere, match="Is done"):
        alice.card().click("Done")


def test_whoever_has_no_card_cannot_press_one(alice: Person) -> None:
    with pytest.raises(NotThere):
        alice.card()


def test_a_broadcast_waits_for_its_member_and_then_reaches_customers(
    alice: Person, contact: Asking, company: Sample
) -> None:
    body = {"sender": "alice", "external_userid": [company.zhang.external_userid], "text": {"content": "new year"}}
    made = contact.post("externalcontact/add_msg_template", body)
    alice.fake.advance(10)
    assert alice.sees.tasks() == f"{made['msgid']}  new year  → 张三"
    assert of_customer(company.world, company.zhang) == ""
    company.world.confirm(made["msgid"], company.alice)
    assert of_customer(company.world, company.zhang).endswith("alice (broadcast): new year")
    assert alice.sees.tasks() == ""


def test_what_kf_answers_reaches_the_customer(company: Sample, asking: Callable[[App], Asking]) -> None:
    account = company.world.kf_account()
    company.world.kf_say(company.zhang, account, "hello?")
    kf = asking(company.kf)
    sent = {"touser": company.zhang.external_userid, "open_kfid": account.open_kfid, "msgtype": "text"}
    assert kf.code("kf/send_msg", {**sent, "text": {"content": "good morning"}}) == 0
    assert of_customer(company.world, company.zhang).endswith("(kf): good morning")


def test_a_robots_chat_is_read_too(fake: Fake, company: Sample) -> None:
    robot = fake.open_robot().robot
    robot.say(company.alice, "who owns Acme?")
    chat = robot.direct(company.alice)
    words = {"content": "<think>hm</think>**Alice**"}
    chat.posts.append(Post("", "stream", words, company.world.clock.now(), finished=False))
    lines = Sight(company.world, company.alice).robot(chat, robot.name).splitlines()
    assert [line[6:] for line in lines] == ["alice: who owns Acme?", "crm: **Alice**", "…"]


@pytest.mark.parametrize(
    ("inner", "line"),
    [
        ({"markdown": {"content": '<font color="info">ok</font>'}}, "ok"),
        ({"textcard": {"title": "T", "description": "D", "url": "http://x/"}}, "[详情] (http://x/)"),
        ({"news": {"articles": [{"title": "T", "url": "http://x/"}]}}, "# T (http://x/)"),
        ({"miniprogram_notice": {"appid": "a", "title": "T", "content_item": [{"key": "k", "value": "v"}]}}, "k: v"),
    ],
)
def test_every_kind_can_be_read(alice: Person, crm: Asking, company: Sample, inner: Json, line: str) -> None:
    body: Json = {"touser": "alice", "msgtype": next(iter(inner)), "agentid": company.crm.agent_id}
    assert crm.code("message/send", body | inner) == 0
    assert line in alice.sees.latest(company.crm).splitlines()


def test_a_receiver_that_says_nothing_shows_nothing(alice: Person, receiver: Receiver) -> None:
    receiver.answer = lambda _: Said()
    assert alice.say("hello").splitlines()[0][6:] == "alice: hello"
