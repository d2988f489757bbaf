"""The robot's door on the running program: what is said over the connection is answered over it, once."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import col, select

from crm_core.chat import Card, DeliveryError, OutboundMessage
from crm_core.conversations.tables import EnvelopeRow
from crm_core.files import shelf
from tests.adapters.cupboard import PDF
from tests.adapters.wecom.robot.conftest import Scene, text
from tests.running import Running, running


def test_a_robot_alone_is_enough_to_be_answered(scene: Scene, program: Running) -> None:
    assert "todo" in scene.asks("help").lower()
    assert program.call(program.program.platforms["wecom"].state()) == {"status": "ok", "robot": "connected"}


def test_who_is_not_of_the_staff_is_told_whom_to_ask(scene: Scene, program: Running) -> None:
    assert "Boss" in scene.asks("help", scene.company.charlie)


def test_an_answer_with_buttons_is_a_card_and_a_press_changes_it_or_is_answered(scene: Scene, program: Running) -> None:
    scene.asks("new Acme")
    scene.asks("remind Acme tomorrow 10:00 call them")
    card = scene.latest()
    assert card.body["card_type"] == "button_interaction"
    (undo,) = (button["key"] for button in card.body["button_list"] if button["text"] == "Undo")
    scene.pressed(scene.robot.click(scene.company.alice, card, undo))
    assert "Undone" in text(scene.latest())
    assert scene.latest() is not card


def test_a_file_given_to_the_robot_is_opened_and_kept_for_a_broadcast(scene: Scene, program: Running) -> None:
    question = scene.robot.send_file(scene.company.alice, "file", PDF, "list.pdf")
    scene.answered(question)
    assert "Got file #1:" in text(scene.latest())
    assert "17 B" in text(scene.latest())
    with scene.database.reading() as session:
        assert shelf.content(session, shelf.digest_of(PDF)) == PDF
    assert "aeskey" not in json.dumps(kept(scene))


def test_a_file_whose_address_is_too_old_is_asked_for_again(scene: Scene, program: Running) -> None:
    scene.robot.files._kept.clear()
    question = scene.robot.send(scene.company.alice, "image", {"url": f"{scene.robot.state.address}/aibot/files/x"})
    scene.answered(question)
    assert "could not be fetched" in text(scene.latest())


def test_in_a_group_the_name_of_the_robot_is_no_part_of_the_command(scene: Scene, program: Running) -> None:
    group = scene.robot.group(scene.company.alice, scene.company.bob)
    assert scene.asks("help", chat=group)
    assert "help" in kept(scene)[0]["message"]["text"]["content"]


def test_opening_the_chat_is_greeted(scene: Scene, program: Running) -> None:
    scene.robot.enter(scene.company.alice)
    scene.asks("help")
    posts = [post for post in scene.robot.direct(scene.company.alice).posts if not post.author]
    assert any("CRM" in text(post) for post in posts)


def test_the_same_message_once_more_is_kept_once(scene: Scene, program: Running) -> None:
    question = scene.robot.say(scene.company.alice, "help")
    assert question
    scene.answered(question)
    again = scene.robot.repeat(question)
    scene.asks("todo")
    assert [body["message"]["msgid"] for body in kept(scene)].count(question.body["msgid"]) == 1
    assert not again.answered


def test_frames_that_make_no_sense_hurt_nobody(
    scene: Scene, program: Running, caplog: pytest.LogCaptureFixture
) -> None:
    for number, body in enumerate(nonsense()):
        for cmd in ("aibot_msg_callback", "aibot_event_callback"):
            frame = {"cmd": cmd, "headers": {"req_id": f"r{number}"}, "body": body}
            scene.fake.call(scene.gateway.say(json.dumps(frame)))
    assert "todo" in scene.asks("help").lower()
    assert scene.gateway.opened == 1
    assert [record for record in caplog.records if record.levelno > logging.DEBUG and record.exc_info] == []


def nonsense() -> Iterator[Any]:
    """Messages and events in which something is not what it should be; none of them asks anything."""
    whole: dict[str, Any] = {
        "msgid": "m",
        "chattype": "single",
        "from": {"userid": "alice"},
        "msgtype": "text",
        "text": {"content": ""},
        "event": {"eventtype": "feedback_event"},
    }
    for name in whole:
        for junk in (None, 5, "", [], ["x"], {"userid": ["alice"], "content": {}}, "\ud800", "\x00"):
            yield {**whole, "msgid": f"{name} {junk!r}", name: junk}
    deep: Any = "x"
    for _ in range(300):
        deep = {"deep": [deep]}
    yield {**whole, "msgid": "deep", "text": deep}
    yield from (None, [], "x", 5)


def test_what_opens_something_is_not_kept(scene: Scene, program: Running) -> None:
    scene.robot.send_file(scene.company.alice, "file", b"0123456789", "报价.pdf")
    scene.asks("help")
    said = json.dumps(kept(scene))
    assert "response_code" not in said
    assert "aeskey" not in said
    assert "/aibot/files/" not in said


def test_who_never_spoke_to_it_is_not_written_to(scene: Scene, program: Running) -> None:
    platform = program.program.platforms["wecom"]
    with pytest.raises(DeliveryError) as refused:
        program.call(platform.direct_room("bob"))
    assert refused.value.permanent
    scene.asks("help", scene.company.bob)
    room = program.call(platform.direct_room("bob"))
    program.call(platform.send(OutboundMessage(room, Card(text="good morning"), key="one")))
    assert text(scene.latest(scene.company.bob)) == "good morning"


def test_after_a_restart_it_knows_to_whom_it_may_write(scene: Scene) -> None:
    with running(scene.config()):
        scene.connected()
        scene.asks("help")
    with running(scene.config()) as program:
        scene.connected(since=1)
        program.call(program.program.platforms["wecom"].send(OutboundMessage("direct:Alice", Card(text="again"))))
    assert text(scene.latest()) == "again"


def test_the_secret_is_in_no_log(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with running(scene.config()):
        scene.connected()
        scene.asks("help")
    assert scene.robot.secret not in caplog.text
    assert scene.robot.secret not in json.dumps(kept(scene))


def kept(scene: Scene) -> list[dict[str, dict[str, dict[str, str]]]]:
    with scene.database.reading() as session:
        return [json.loads(row.body) for row in session.exec(select(EnvelopeRow).order_by(col(EnvelopeRow.id)))]
