"""What a robot may write, and what is refused."""

import base64
import hashlib

import httpx
import pytest

from tests.fakes.wecom.cipher import Cipher
from tests.fakes.wecom.errors import Json
from tests.fakes.wecom.robot.gateway import Gateway
from tests.fakes.wecom.robot.hand import Hand
from tests.fakes.wecom.robot.robot import Robot
from tests.fakes.wecom.running import Fake
from tests.fakes.wecom.sample import Sample

CARD: Json = {
    "card_type": "button_interaction",
    "main_title": {"title": "Acme"},
    "button_list": [{"text": "Done", "key": "done"}],
    "task_id": "t1",
}
PICTURE = b"\x89PNG" + bytes(range(200))


@pytest.fixture
def asked(company: Sample, robot: Robot, hand: Hand) -> str:
    """The req_id of a question of Alice's."""
    robot.say(company.alice, "who owns Acme?")
    return hand.heard()[0]


def text(robot: Robot, company: Sample) -> str:
    latest = robot.latest(company.alice)
    return str(latest.body["content"]) if latest else ""


def test_a_stream_shows_the_whole_text_of_its_last_piece(
    fake: Fake, company: Sample, gateway: Gateway, hand: Hand, asked: str
) -> None:
    robot = gateway.robot
    assert [hand.stream(asked, "Acme"), hand.stream(asked, "Acme belongs to Alice")] == [0, 0]
    assert [text(robot, company), len(robot.unanswered())] == ["Acme belongs to Alice", 1]
    assert hand.stream(asked, "to Alice", finish=True, msg_item=[{"msgtype": "image"}]) == 0
    assert text(robot, company) == "to Alice"
    fake.call(gateway.answered())
    assert len([post for post in robot.direct(company.alice).posts if not post.author]) == 1
    assert hand.stream(asked, "more") == 846608


@pytest.mark.parametrize(
    ("stream", "code"),
    [
        ({"content": "长" * 6826 + "abc"}, 45002),
        ({"content": "长" * 6826 + "ab"}, 0),
        ({"content": "x", "msg_item": [{"msgtype": "image"}]}, 40058),
        ({"content": "x", "finish": True, "msg_item": [{}] * 11}, 40058),
        ({"content": 7}, 40058),
        ({"content": "x", "finish": "yes"}, 40058),
        ({"content": "x", "feedback": {"id": "f" * 257}}, 45002),
    ],
)
def test_a_stream_is_held_to_its_rules(hand: Hand, asked: str, stream: Json, code: int) -> None:
    body = {"msgtype": "stream", "stream": {"id": "s1", **stream}}
    assert hand.code("aibot_respond_msg", body, asked) == code


def test_a_stream_ends_within_six_minutes(fake: Fake, hand: Hand, asked: str) -> None:
    assert hand.stream(asked, "…") == 0
    fake.advance(360)
    assert hand.stream(asked, "Acme") == 0
    fake.advance(1)
    assert hand.stream(asked, "Acme", finish=True) == 846608


def test_an_unknown_req_id_answers_nothing(hand: Hand) -> None:
    assert hand.stream("made-up", "hello") == 846605


def test_a_welcome_is_a_matter_of_five_seconds(fake: Fake, company: Sample, robot: Robot, hand: Hand) -> None:
    robot.enter(company.alice)
    req_id, body = hand.heard()
    assert body["event"] == {"eventtype": "enter_chat"}
    welcome = {"msgtype": "text", "text": {"content": "hello"}}
    assert hand.stream(req_id, "hello") == 846605
    assert hand.code("aibot_respond_welcome_msg", welcome, req_id) == 0
    assert hand.code("aibot_respond_welcome_msg", welcome, req_id) == 846608
    robot.enter(company.alice)
    req_id, _ = hand.heard()
    fake.advance(6)
    assert hand.code("aibot_respond_welcome_msg", welcome, req_id) == 846608


def test_a_click_changes_its_card(fake: Fake, company: Sample, robot: Robot, hand: Hand, asked: str) -> None:
    assert hand.code("aibot_respond_msg", {"msgtype": "template_card", "template_card": CARD}, asked) == 0
    post = robot.latest(company.alice)
    assert post
    robot.click(company.alice, post, "done", {"q": ["a", "b"]})
    req_id, body = hand.heard()
    clicked = body["event"]["template_card_event"]
    assert (clicked["event_key"], clicked["task_id"]) == ("done", "t1")
    assert clicked["selected_items"]["selected_item"][0]["option_ids"] == {"option_id": ["a", "b"]}
    assert hand.stream(req_id, "done") == 846605
    changed = {**CARD, "main_title": {"title": "Acme is done"}}
    update = {"response_type": "update_template_card", "template_card": changed}
    assert (
        hand.code("aibot_respond_update_msg", {**update, "template_card": {**CARD, "task_id": "t2"}}, req_id) == 40058
    )
    assert hand.code("aibot_respond_update_msg", update, req_id) == 0
    assert post.shown_to("alice")["main_title"] == {"title": "Acme is done"}


def test_a_task_id_is_used_once(hand: Hand, asked: str) -> None:
    card = {"msgtype": "template_card", "template_card": CARD}
    assert [hand.code("aibot_respond_msg", card, asked) for _ in range(2)] == [0, 40058]


def test_it_writes_first_only_to_who_wrote_before(company: Sample, robot: Robot, hand: Hand, asked: str) -> None:
    body = {"msgtype": "markdown", "markdown": {"content": "Call 张三"}}
    assert hand.code("aibot_send_msg", {"chatid": "alice", "chat_type": 1, **body}) == 0
    assert text(robot, company) == "Call 张三"
    assert hand.code("aibot_send_msg", {"chatid": "alice", "chat_type": 2, **body}) == 846607
    assert hand.code("aibot_send_msg", {"chatid": "Bob", "chat_type": 1, **body}) == 846607
    assert hand.code("aibot_send_msg", {"chatid": "alice", "msgtype": "text", "text": {"content": "x"}}) == 40008


def test_it_writes_thirty_a_minute_into_one_chat(fake: Fake, hand: Hand, asked: str) -> None:
    body = {"chatid": "alice", "msgtype": "markdown", "markdown": {"content": "Call 张三"}}
    assert {hand.code("aibot_send_msg", body) for _ in range(30)} == {0}
    assert hand.code("aibot_send_msg", body) == 45009
    assert hand.stream(asked, "Alice") == 45009
    fake.advance(60)
    assert hand.code("aibot_send_msg", body) == 0


def test_a_group_is_heard_where_it_mentions_the_robot(company: Sample, robot: Robot, hand: Hand) -> None:
    group = robot.group(company.alice, company.bob)
    assert robot.say(company.bob, "lunch?", group, mention=False) is None
    robot.say(company.bob, "who owns Acme?", group)
    req_id, body = hand.heard()
    assert (body["chattype"], body["chatid"], body["text"]["content"]) == ("group", group.id, "@crm who owns Acme?")
    assert hand.stream(req_id, "Alice", finish=True) == 0
    push = {"chatid": group.id, "chat_type": 2, "msgtype": "markdown", "markdown": {"content": "news"}}
    assert hand.code("aibot_send_msg", push) == 0
    assert [post.body["content"] for post in group.posts if not post.author] == ["Alice", "news"]


def ask_for_report(company: Sample, robot: Robot, hand: Hand) -> str:
    """The response_url of the question."""
    robot.say(company.alice, "a report, please")
    return str(hand.heard()[1]["response_url"])


def test_a_response_url_works_once_and_within_an_hour(fake: Fake, company: Sample, robot: Robot, hand: Hand) -> None:
    urls = [ask_for_report(company, robot, hand) for _ in range(2)]
    answer = {"msgtype": "markdown", "markdown": {"content": "the report"}}
    codes = [httpx.post(urls[0], json=body, trust_env=False).json()["errcode"] for body in ({}, answer, answer)]
    assert codes == [40063, 0, 846605]
    assert text(robot, company) == "the report"
    fake.call(fake.gateways[0].answered())
    fake.advance(3600)
    assert httpx.post(urls[1], json=answer, trust_env=False).json()["errcode"] == 846605
    assert httpx.post(f"{fake.url}/aibot/response", content=b"[", trust_env=False).json()["errcode"] == 846605


def test_what_people_send_waits_encrypted_for_five_minutes(
    fake: Fake, company: Sample, robot: Robot, hand: Hand
) -> None:
    robot.send_file(company.alice, "file", b"the offer", "报价.pdf")
    _, body = hand.heard()
    answer = httpx.get(body["file"]["url"], trust_env=False)
    plain = Cipher("", body["file"]["aeskey"].rstrip("="), "").decrypt(answer.content)
    assert plain[: -plain[-1]] == b"the offer"
    fake.advance(300)
    assert httpx.get(body["file"]["url"], trust_env=False).status_code == 404


def upload(hand: Hand, *, chunks: int, skip: int | None = None, md5: str | None = None) -> Json:
    """PICTURE in so many pieces, without one of them; the last acknowledgement."""
    size = -(-len(PICTURE) // chunks)
    announced = {
        "type": "image",
        "filename": "图.png",
        "total_size": len(PICTURE),
        "total_chunks": chunks,
        "md5": md5 or hashlib.md5(PICTURE, usedforsecurity=False).hexdigest(),
    }
    upload_id = hand.ask("aibot_upload_media_init", announced)["body"]["upload_id"]
    for index in range(chunks):
        piece = base64.b64encode(PICTURE[index * size : (index + 1) * size]).decode()
        body = {"upload_id": upload_id, "chunk_index": index, "base64_data": piece}
        assert index == skip or hand.code("aibot_upload_media_chunk", body) == 0
    return hand.ask("aibot_upload_media_finish", {"upload_id": upload_id})


def test_a_file_goes_up_in_pieces_and_out_by_its_id(company: Sample, robot: Robot, hand: Hand, asked: str) -> None:
    done = upload(hand, chunks=3)["body"]
    assert company.world.media[done["media_id"]].content == PICTURE
    body = {"chatid": "alice", "msgtype": "image", "image": {"media_id": done["media_id"]}}
    assert hand.code("aibot_send_msg", body) == 0
    assert hand.code("aibot_send_msg", {**body, "msgtype": "video", "video": body["image"]}) == 40007


def test_a_missing_piece_or_another_sum_is_refused(hand: Hand) -> None:
    missing = upload(hand, chunks=3, skip=1)
    assert missing["errcode"] == 40058
    assert "[1]" in missing["errmsg"]
    assert upload(hand, chunks=1, md5="0" * 32)["errcode"] == 40058
    assert (
        hand.code("aibot_upload_media_chunk", {"upload_id": "made-up", "chunk_index": 0, "base64_data": "eA=="})
        == 40058
    )


def test_uploads_have_a_pace_too(hand: Hand) -> None:
    announced = {"type": "file", "filename": "a", "total_size": 10, "total_chunks": 1}
    codes = [hand.code("aibot_upload_media_init", announced) for _ in range(31)]
    assert codes == [0] * 30 + [45009]
