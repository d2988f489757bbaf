"""Answers to callbacks: what the person sees of them, and what the platform throws away."""

from collections.abc import Callable

import pytest

from tests.fakes.wecom.asking import Asking
from tests.fakes.wecom.cipher import Cipher
from tests.fakes.wecom.errors import Json
from tests.fakes.wecom.reference import Receiver, Said
from tests.fakes.wecom.running import Fake
from tests.fakes.wecom.sample import Sample

Answer = Callable[[Receiver, Json], Said]
CARD: Json = {
    "card_type": "multiple_interaction",
    "main_title": {"title": "Acme"},
    "task_id": "t1",
    "select_list": [
        {"question_key": "stage", "title": "Stage", "option_list": [{"id": "won", "text": "Won"}]},
    ],
    "submit_button": {"text": "Save", "key": "save"},
}


@pytest.fixture
def answered(fake: Fake, company: Sample, receiver: Receiver) -> Callable[[Answer], list[str]]:
    """What Alice sees after she wrote something and got this answer."""

    def answered(answer: Answer) -> list[str]:
        receiver.answer = lambda fields: answer(receiver, fields)
        fake.deliver_to(company.crm, receiver.url)
        company.world.say(company.alice, company.crm, "who owns Acme?")
        fake.settle()
        return [str(message.body.get("content", message.msgtype)) for message in company.world.received(company.alice)]

    return answered


def violations(fake: Fake) -> list[str]:
    return [entry["text"] for entry in fake.journal.of("violation")]


def test_a_text_stands_in_the_chat(fake: Fake, answered: Callable[[Answer], list[str]]) -> None:
    assert answered(lambda receiver, fields: receiver.reply(fields, "text", Content="Alice ]]> 张三")) == [
        "Alice ]]> 张三"
    ]
    assert violations(fake) == []
    assert [entry["msgtype"] for entry in fake.journal.of("passive")] == ["text"]


def test_pictures_and_articles_too(fake: Fake, company: Sample, answered: Callable[[Answer], list[str]]) -> None:
    assert answered(lambda receiver, fields: receiver.reply(fields, "image", Image={"MediaId": "3x"})) == ["image"]
    articles: Json = {"item": [{"Title": "one", "Url": "http://127.0.0.1/1"}, {"Title": "two", "Url": "x"}]}
    answered(lambda receiver, fields: receiver.reply(fields, "news", ArticleCount=2, Articles=articles))
    assert [one["title"] for one in company.world.received(company.alice)[-1].body["articles"]] == ["one", "two"]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (lambda receiver, fields: receiver.reply(fields, "text", Content="长" * 683), "2049 bytes"),
        (lambda receiver, fields: receiver.reply(fields, "hologram", Content="x"), "cannot be answered"),
        (lambda receiver, fields: receiver.reply(fields, "text"), "no Content"),
        (lambda receiver, fields: receiver.reply(fields | {"FromUserName": "Bob"}, "text", Content="x"), "ToUserName"),
        (
            lambda receiver, fields: receiver.reply(fields, "update_button", Button={"ReplaceName": "x"}),
            "click on a card",
        ),
        (lambda receiver, _: receiver.sealed("<xml><a>]]></b>", "1763700000"), ""),
        (lambda receiver, _: receiver.sealed("<xml/>", "1763700000"), "nothing inside"),
        (lambda _, __: Said(body=b"success"), ""),
        (lambda _, __: Said(body=b"<xml><Encrypt>x</Encrypt></xml>"), "no MsgSignature"),
        (lambda receiver, _: other_company(receiver), "another receiver"),
        (lambda receiver, _: wrongly_signed(receiver), "signature"),
    ],
)
def test_what_is_wrong_is_not_shown(
    fake: Fake, answered: Callable[[Answer], list[str]], answer: Answer, why: str
) -> None:
    assert answered(answer) == []
    [text] = violations(fake)
    assert why in text


def other_company(receiver: Receiver) -> Said:
    other = Cipher(receiver.cipher.token, "k" * 42 + "A", "wwother")
    other._key = receiver.cipher._key
    return receiver.sealed("<xml><a>b</a></xml>", "1763700000", cipher=other)


def wrongly_signed(receiver: Receiver) -> Said:
    said = receiver.sealed("<xml><a>b</a></xml>", "1763700000")
    return Said(body=said.body.replace(b"1763700000", b"1763700001"))


@pytest.fixture
def card(fake: Fake, company: Sample, receiver: Receiver, crm: Asking) -> Json:
    """A card that Alice has before her."""
    fake.deliver_to(company.crm, receiver.url)
    sent: Json = {"touser": "alice", "msgtype": "template_card", "agentid": company.crm.agent_id, "template_card": CARD}
    assert crm.code("message/send", sent) == 0
    return CARD


def click(fake: Fake, company: Sample) -> Json:
    [message] = company.world.received(company.alice)
    company.world.click(company.alice, message, "save", {"stage": ["won"]})
    fake.settle()
    return message.shown_to("alice")


def test_a_click_is_answered_with_another_button(fake: Fake, company: Sample, receiver: Receiver, card: Json) -> None:
    receiver.answer = lambda fields: receiver.reply(fields, "update_button", Button={"ReplaceName": "Saved"})
    assert click(fake, company)["replaced_button"] == "Saved"
    assert receiver.heard[-1]["SelectedItems"]["SelectedItem"]["OptionIds"]["OptionId"] == "won"
    assert violations(fake) == []


def test_a_click_is_answered_with_another_card(fake: Fake, company: Sample, receiver: Receiver, card: Json) -> None:
    shown: Json = {
        "CardType": "button_interaction",
        "MainTitle": {"Title": "Acme is won"},
        "HorizontalContentList": {"KeyName": "Owner", "Value": "Alice"},
        "ButtonList": [{"Text": "Undo", "Style": 1, "Key": "undo"}, {"Text": "Open", "Key": "open"}],
        "TaskId": "t1",
    }
    receiver.answer = lambda fields: receiver.reply(fields, "update_template_card", TemplateCard=shown)
    now = click(fake, company)
    assert now["main_title"] == {"title": "Acme is won"}
    assert now["horizontal_content_list"] == [{"keyname": "Owner", "value": "Alice"}]
    assert [one["text"] for one in now["button_list"]] == ["Undo", "Open"]
    assert violations(fake) == []


def test_a_card_that_would_not_be_sent_is_not_shown_either(
    fake: Fake, company: Sample, receiver: Receiver, card: Json
) -> None:
    receiver.answer = lambda fields: receiver.reply(
        fields, "update_template_card", TemplateCard={"CardType": "button_interaction", "MainTitle": {"Title": "x"}}
    )
    assert click(fake, company)["card_type"] == "multiple_interaction"
    assert len(violations(fake)) == 1


def test_nobody_sees_an_answer_to_what_nobody_said(fake: Fake, company: Sample, receiver: Receiver) -> None:
    receiver.answer = lambda fields: receiver.reply(fields | {"FromUserName": "sys"}, "text", Content="x")
    fake.deliver_to(company.crm, receiver.url)
    company.world.move(company.alice)
    fake.settle()
    assert violations(fake) == ["nobody is there to see an answer to update_user"]
