"""An answer to a customer goes out once at most, whatever becomes of the call."""

import asyncio
from typing import Any

import pytest

from adapters.wecom.errors import Remedy, WeComError
from adapters.wecom.kf.answers import UNSURE, Answers
from crm_core.chat import Card, DeliveryError, Document, OutboundMessage, Receipt, SenderKind
from tests.adapters.wecom.calling import Notes

ROOM = "kf:wkAccount:wmZhangSan00000000000000000000000"


class Calls:
    """Takes calls, or fails them as it is told."""

    def __init__(self, *failures: WeComError) -> None:
        self.failures = list(failures)
        self.taken: list[Document] = []

    async def post(self, path: str, body: Document, *, background: bool = False) -> Document:
        assert (path, background) == ("kf/send_msg", False)
        if self.failures:
            raise self.failures.pop(0)
        self.taken.append(body)
        return {"errcode": 0, "msgid": body["msgid"]}


def message(text: str = "您好", key: str = "delivery:1:0", room: str = ROOM) -> OutboundMessage:
    return OutboundMessage(room, Card(text=text), key=key)


def failure(errcode: int | None, **more: Any) -> WeComError:
    return WeComError(errcode, path="kf/send_msg", **more)


def send(answers: Answers, what: OutboundMessage) -> Receipt:
    return asyncio.run(answers.send(what))


def test_the_same_answer_is_sent_once() -> None:
    calls, notes = Calls(), Notes()
    first = send(Answers(calls, notes), message())
    assert send(Answers(calls, notes), message()) == first
    assert len(calls.taken) == 1
    assert len(first.platform_message_id) == 32
    assert send(Answers(calls, notes), message(key="delivery:2:0")) != first


def test_an_answer_of_which_nobody_knows_is_not_sent_again() -> None:
    calls, notes = Calls(failure(None, reason="no_answer", unknown=True)), Notes()
    for _ in range(2):
        with pytest.raises(DeliveryError, match=UNSURE) as caught:
            send(Answers(calls, notes), message())
        assert caught.value.permanent
    assert calls.taken == []


def test_what_was_refused_for_now_is_tried_again() -> None:
    calls, notes = Calls(failure(45009, retry_after=60), failure(-1)), Notes()
    for _ in range(2):
        with pytest.raises(DeliveryError) as caught:
            send(Answers(calls, notes), message())
        assert not caught.value.permanent
    send(Answers(calls, notes), message())
    assert len(calls.taken) == 1


@pytest.mark.parametrize("errcode", [95001, 95002, 95013, 95018])
def test_what_is_too_late_is_refused_for_good_with_its_code(errcode: int) -> None:
    calls = Calls(failure(errcode, what_to_do=Remedy.LATE))
    with pytest.raises(DeliveryError, match=f"errcode {errcode}") as caught:
        send(Answers(calls, Notes()), message())
    assert caught.value.permanent


@pytest.mark.parametrize("what", [message(""), message("长" * 700), message(room="kf:account"), message(room="kf::wm")])
def test_what_cannot_be_sent_is_refused_without_a_call(what: OutboundMessage) -> None:
    calls = Calls()
    with pytest.raises(DeliveryError) as caught:
        send(Answers(calls, Notes()), what)
    assert caught.value.permanent
    assert calls.taken == []


def test_only_rooms_of_the_service_go_this_way() -> None:
    answers = Answers(Calls(), Notes())
    assert answers.takes(message())
    assert not answers.takes(message(room="direct:alice"))
    assert asyncio.run(answers.roster("direct:alice")) is None
    (reader,) = asyncio.run(answers.roster(ROOM)) or ()
    assert reader.kind is SenderKind.EXTERNAL
