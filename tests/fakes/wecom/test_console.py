"""Trying the bot by hand: the lines a person types and what they are shown."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import config
from tests.fakes.wecom.__main__ import main
from tests.fakes.wecom.archive.chats import Chats
from tests.fakes.wecom.asking import Asking
from tests.fakes.wecom.console import HELP, Console
from tests.fakes.wecom.errors import Json
from tests.fakes.wecom.reference import Receiver, Said
from tests.fakes.wecom.robot.gateway import Gateway
from tests.fakes.wecom.robot.hand import Hand, connected
from tests.fakes.wecom.running import Fake
from tests.fakes.wecom.sample import Sample

CARD: Json = {
    "card_type": "multiple_interaction",
    "main_title": {"title": "Acme"},
    "task_id": "t1",
    "select_list": [
        {
            "question_key": "s",
            "title": "Stage",
            "option_list": [{"id": "w", "text": "Won"}, {"id": "l", "text": "Lost"}],
        }
    ],
    "submit_button": {"text": "Save", "key": "save"},
}


@pytest.fixture
def gateway(fake: Fake) -> Gateway:
    return fake.open_robot()


@pytest.fixture
def console(fake: Fake, company: Sample, gateway: Gateway, receiver: Receiver, crm: Asking) -> Console:
    """With a small bot behind it: a text for a word, a card for `card`, another button for a press."""

    def answer(fields: Json) -> Said:
        if fields.get("Event") == "template_card_event":
            return receiver.reply(fields, "update_button", Button={"ReplaceName": "Saved"})
        if fields.get("Event") == "enter_agent":
            return Said()
        if fields.get("Content") == "card":
            body: Json = {"touser": "alice", "msgtype": "template_card", "agentid": company.crm.agent_id}
            assert crm.code("message/send", body | {"template_card": CARD}) == 0
            return Said()
        return receiver.reply(fields, "text", Content="Acme belongs to Alice")

    receiver.answer = answer
    company.crm.menu = {"button": [{"type": "click", "name": "帮助", "key": "help"}]}
    fake.deliver_to(company.crm, receiver.url)
    return Console(fake, company, gateway.robot, quiet=0)


@pytest.fixture
def hand(gateway: Gateway) -> Iterator[Hand]:
    with connected(gateway) as hand:
        yield hand


def test_words_menu_and_card_from_end_to_end(console: Console, receiver: Receiver) -> None:
    assert "crm: Acme belongs to Alice" in console.act("who owns Acme?")
    assert "crm: Acme belongs to Alice" in console.act("menu 帮助")
    assert "Stage: [Won / Lost ▾]" in console.act("say card")
    assert console.act("choose Stage = Lost") == "picked Lost; now click\n"
    assert "(Saved)" in console.act("click Save")
    assert receiver.heard[-1]["SelectedItems"]["SelectedItem"]["OptionIds"]["OptionId"] == "l"
    assert console.act("enter").endswith("(enter_agent)\n")
    assert console.act("verify") == "the URL is verified\n"
    assert console.act("judge") == "nothing to complain about\n"


def test_the_robot_is_talked_to_and_its_cards_are_pressed(console: Console, gateway: Gateway, hand: Hand) -> None:
    assert "(robot)" in console.act("robot who owns Acme?")
    req_id, _ = hand.heard()
    assert hand.code("aibot_respond_msg", {"msgtype": "template_card", "template_card": CARD}, req_id) == 0
    assert "(robot)" in console.act("")
    console.act("robot choose Won")
    console.act("robot click Save")
    assert hand.heard()[1]["event"]["template_card_event"]["event_key"] == "save"


def test_customers_come_and_go_and_get_what_was_confirmed(
    console: Console, company: Sample, contact: Asking, fake: Fake
) -> None:
    ids = [company.zhang.external_userid, company.li.external_userid]
    body = {"sender": "alice", "external_userid": ids, "allow_select": True, "text": {"content": "new year"}}
    assert contact.code("externalcontact/add_msg_template", body) == 0
    fake.advance(10)
    assert "(task)" in console.act("")
    shown = console.act("send 李四")
    assert "→ 李四" in shown
    assert "→ 张三" not in shown
    assert console.act("send") == "there is no task\n"
    console.act("add 赵六")
    console.act("drop 赵六")
    console.act("lose 李四")
    assert [one.name for one in company.world.friends(company.alice)] == ["张三"]
    assert console.act("lose 王五") == "Alice and 王五 are no friends\n"
    console.act("kf 张三 = 在吗")
    [account] = company.world.kf.accounts.values()
    assert account.rows[-1].fields["text"] == {"content": "在吗"}
    assert "new year" in console.act("look 李四")


def test_what_is_written_to_a_customer_and_back_is_archived(
    fake: Fake, company: Sample, gateway: Gateway, receiver: Receiver, tmp_path: Path
) -> None:
    chats = Chats(tmp_path)
    fake.deliver_to(company.crm, receiver.url)
    console = Console(fake, company, gateway.robot, chats=chats, quiet=0)
    console.act("to 张三 = 报价发您了")
    console.act("from 张三 = 收到")
    assert [(row.said["from"], row.said["text"]["content"]) for row in chats.rows] == [
        ("alice", "报价发您了"),
        (company.zhang.external_userid, "收到"),
    ]
    assert [fields["Event"] for fields in receiver.heard] == ["msgaudit_notify"] * 2
    assert "NAME = TEXT" in console.act("to 张三")


def test_a_second_start_has_the_keys_of_the_first_and_newer_rows(company: Sample, tmp_path: Path) -> None:
    first = Chats(tmp_path, first=100)
    keys = [Path(one.split(":", 1)[1]).read_bytes() for one in first.key_files()]
    first.text("alice", "wm1", "您好")
    second = Chats(tmp_path, first=200)
    assert [Path(one.split(":", 1)[1]).read_bytes() for one in second.key_files()] == keys
    assert second.text("alice", "wm1", "您好").seq > 200


def test_each_person_sees_their_own(console: Console) -> None:
    console.act("hello")
    assert "hello" in console.act("look")
    assert console.act("as bob") == "[帮助]\n"
    assert console.prompt == "Bob> "
    assert "there are alice, bob, charlie" in console.act("as erin")


@pytest.mark.parametrize(
    "line", ["click Done", "choose Won", "menu Nothing", "kf 张三", "look Nobody", "robot click Done", "send"]
)
def test_what_cannot_be_done_is_said(console: Console, line: str) -> None:
    assert console.act(line).strip()
    assert console.act("help") == HELP + "\n"


def test_the_lines_it_prints_are_a_configuration(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--port", "0", "--seed", "4711", "--callback", "http://127.0.0.1:9/wecom/callback", "help"]) == 0
    printed = capsys.readouterr().out
    assert HELP in printed
    section = printed[printed.index("[bot]") : printed.index("Callbacks go to")]
    settings = config.parse(tomllib.loads(section))
    assert settings.bot.admins == ("wecom:alice",)
    assert settings.wecom.callback
    assert settings.wecom.robot.on
    assert settings.wecom.archive.on
