"""The robot's long connection: subscribing, living, dying."""

import json

import pytest

from tests.fakes.wecom.robot.gateway import AckFault, Gateway
from tests.fakes.wecom.robot.hand import Hand, connected
from tests.fakes.wecom.running import Fake
from tests.fakes.wecom.sample import Sample


def violations(fake: Fake) -> list[str]:
    return [entry["what"] for entry in fake.journal.of("violation")]


def test_a_wrong_secret_is_told_and_opens_nothing(fake: Fake, company: Sample, gateway: Gateway) -> None:
    with connected(gateway, secret="wrong") as hand:
        gateway.robot.say(company.alice, "hello")
        fake.settle()
        assert hand.code("aibot_send_msg", {}) == 846609
        assert gateway.opened == 0
        assert hand.said == []


def test_a_message_reaches_the_robot_and_its_answer_the_person(company: Sample, gateway: Gateway, hand: Hand) -> None:
    gateway.robot.say(company.alice, "who owns Acme?")
    req_id, body = hand.heard()
    assert (body["from"]["userid"], body["text"]["content"]) == ("alice", "who owns Acme?")
    assert (body["chattype"], body["aibotid"]) == ("single", gateway.robot.bot_id)
    assert hand.stream(req_id, "Alice", finish=True) == 0
    latest = gateway.robot.latest(company.alice)
    assert latest
    assert latest.body["content"] == "Alice"


def test_pings_are_answered_until_they_are_not(fake: Fake, gateway: Gateway, hand: Hand) -> None:
    ack = hand.ask("ping")
    assert ack == {"headers": {"req_id": ack["headers"]["req_id"]}, "errcode": 0, "errmsg": "ok"}
    gateway.pongs = False
    hand.send("ping")
    hand.send("ping")
    with pytest.raises(TimeoutError):
        hand.socket.recv(timeout=0.1)
    assert gateway.lines[0].pings == 3


def test_a_newer_connection_pushes_the_older_out(company: Sample, gateway: Gateway, hand: Hand) -> None:
    with connected(gateway) as newer:
        _, farewell = hand.heard()
        assert farewell["event"] == {"eventtype": "disconnected_event"}
        assert hand.closed() == 1000
        gateway.robot.say(company.alice, "hello")
        assert newer.heard()[1]["text"] == {"content": "hello"}


def test_what_was_pushed_out_may_not_go_on(company: Sample, gateway: Gateway, hand: Hand) -> None:
    with connected(gateway, secret="wrong"):
        assert hand.code("ping") == 0


@pytest.mark.parametrize("code", [1000, 1001, 1006, 1011])
def test_a_connection_ends_with_any_code(fake: Fake, gateway: Gateway, hand: Hand, code: int) -> None:
    fake.soon(lambda: gateway._spawn(gateway.close(code)))
    assert hand.closed() == code


def test_what_is_said_while_nobody_is_connected_waits_or_is_lost(fake: Fake, company: Sample, gateway: Gateway) -> None:
    gateway.robot.say(company.alice, "first")
    fake.settle()
    with connected(gateway) as hand:
        assert hand.heard()[1]["text"] == {"content": "first"}
    fake.call(gateway.unsubscribed())
    gateway.keeps = False
    gateway.robot.say(company.alice, "second")
    fake.settle()
    gateway.keeps = True
    with connected(gateway) as hand:
        gateway.robot.say(company.alice, "third")
        assert hand.heard()[1]["text"] == {"content": "third"}
    assert len(list(fake.journal.of("robot missed"))) == 1


def test_a_mute_connection_answers_pings_and_delivers_nothing(
    fake: Fake, company: Sample, gateway: Gateway, hand: Hand
) -> None:
    fake.do(gateway.mute)
    gateway.robot.say(company.alice, "hello")
    assert hand.ask("ping")["errcode"] == 0
    assert hand.said == []
    with connected(gateway) as newer:
        assert newer.heard()[1]["text"] == {"content": "hello"}


def test_a_stalled_connection_does_nothing_at_all(fake: Fake, gateway: Gateway, hand: Hand) -> None:
    fake.do(gateway.stall)
    hand.send("ping")
    with pytest.raises(TimeoutError):
        hand.socket.recv(timeout=0.1)


def test_frames_that_are_none(fake: Fake, gateway: Gateway, hand: Hand) -> None:
    for frame in ("not JSON", [1, 2], {"cmd": "aibot_msg_callback", "headers": None}, None):
        fake.call(gateway.say(frame))
    assert hand.socket.recv() == "not JSON"
    assert [hand.read() for _ in range(3)] == [[1, 2], {"cmd": "aibot_msg_callback", "headers": None}, None]


@pytest.mark.parametrize("frame", ["no JSON", "[]", '{"cmd": "ping"}', '{"cmd": 1, "headers": {"req_id": "x"}}'])
def test_wrong_frames_of_the_robot_are_found(fake: Fake, gateway: Gateway, hand: Hand, frame: str) -> None:
    hand.socket.send(frame)
    assert hand.code("ping") == 0
    assert violations(fake) == ["robot_frame"]


def test_the_same_message_comes_again_under_another_req_id(
    fake: Fake, company: Sample, gateway: Gateway, hand: Hand
) -> None:
    question = gateway.robot.say(company.alice, "hello")
    assert question
    gateway.robot.repeat(question)
    (first, one), (second, two) = hand.heard(), hand.heard()
    assert one == two
    assert first != second


def test_acknowledgements_go_wrong(fake: Fake, company: Sample, gateway: Gateway, hand: Hand) -> None:
    gateway.robot.say(company.alice, "hello")
    req_id, _ = hand.heard()
    for kind in ("refused", "twice", "strange"):
        gateway.faults.add("aibot_respond_msg", AckFault(kind, code=40058))
    assert hand.stream(req_id, "one") == 40058
    assert hand.stream(req_id, "two") == 0
    assert hand.read()["errcode"] == 0
    hand.send("aibot_respond_msg", {"msgtype": "stream", "stream": {"id": "s1", "content": "three"}}, req_id)
    assert hand.read()["headers"] is None
    latest = gateway.robot.latest(company.alice)
    assert latest
    assert latest.body["content"] == "three"


def test_a_late_acknowledgement_comes_with_the_clock(fake: Fake, company: Sample, gateway: Gateway, hand: Hand) -> None:
    gateway.robot.say(company.alice, "hello")
    req_id, _ = hand.heard()
    gateway.faults.add("aibot_respond_msg", AckFault("late", seconds=10))
    body = {"msgtype": "stream", "stream": {"id": "s1", "content": "one"}}
    hand.send("aibot_respond_msg", body, req_id)
    assert hand.code("ping") == 0
    fake.advance(10)
    assert hand.read()["headers"]["req_id"] == req_id
    assert violations(fake) == []


def test_an_answer_before_the_former_was_acknowledged_is_found(
    fake: Fake, company: Sample, gateway: Gateway, hand: Hand
) -> None:
    gateway.robot.say(company.alice, "hello")
    req_id, _ = hand.heard()
    gateway.faults.add("aibot_respond_msg", AckFault("lost"))
    for words in ("one", "one two"):
        body = {"msgtype": "stream", "stream": {"id": "s1", "content": words}}
        hand.send("aibot_respond_msg", body, req_id)
    assert hand.read()["errcode"] == 0
    assert violations(fake) == ["robot_pace"]


def test_an_unknown_cmd_is_refused(hand: Hand) -> None:
    assert hand.code("aibot_dream") == 40058
    assert json.dumps(hand.ask("aibot_dream")["errmsg"])
