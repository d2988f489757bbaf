"""An answer to a customer goes out once at most, whatever becomes of the call."""

import pytest

from adapters.wecom.kf.answers import UNSURE, Answers
from crm_core.chat import Card, DeliveryError, OutboundMessage, Receipt, SenderKind
from tests.adapters.wecom.calling import Calling, calling
from tests.adapters.wecom.far import refusal, reset

SEND = "kf/send_msg"
ROOM = "kf:wkAccount:wmZhangSan00000000000000000000000"


def message(text: str = "您好", key: str = "delivery:1:0", room: str = ROOM) -> OutboundMessage:
    return OutboundMessage(room, Card(text=text), key=key)


async def send(at: Calling, what: OutboundMessage) -> Receipt:
    """By a program that was just started."""
    return await Answers(at.transport(), at.notes).send(what)


async def refused(at: Calling, what: OutboundMessage) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await send(at, what)
    return caught.value


def test_the_same_answer_is_sent_once() -> None:
    async def work(at: Calling) -> None:
        first = await send(at, message())
        assert await send(at, message()) == first
        assert at.far.paths().count(SEND) == 1
        assert len(first.platform_message_id) == 32
        assert await send(at, message(key="delivery:2:0")) != first

    calling(work)


def test_an_answer_of_which_nobody_knows_is_not_sent_again() -> None:
    async def work(at: Calling) -> None:
        at.far.will(SEND, reset)
        for _ in range(2):
            error = await refused(at, message())
            assert (error.reason, error.permanent) == (UNSURE, True)
        assert at.far.paths().count(SEND) == 1

    calling(work)


def test_what_was_refused_for_now_is_tried_again() -> None:
    async def work(at: Calling) -> None:
        at.far.will(SEND, refusal(45009), *[refusal(-1)] * 4)
        for _ in range(2):
            assert not (await refused(at, message())).permanent
            at.clock.forward(seconds=61)
        assert (await send(at, message())).platform_message_id

    calling(work)


@pytest.mark.parametrize("errcode", [95001, 95002, 95013, 95018])
def test_what_is_too_late_is_refused_for_good_with_its_code(errcode: int) -> None:
    async def work(at: Calling) -> None:
        at.far.will(SEND, refusal(errcode))
        error = await refused(at, message())
        assert (error.reason, error.permanent) == (f"errcode {errcode}", True)

    calling(work)


@pytest.mark.parametrize("what", [message(""), message("长" * 700), message(room="kf:account"), message(room="kf::wm")])
def test_what_cannot_be_sent_is_refused_without_a_call(what: OutboundMessage) -> None:
    async def work(at: Calling) -> None:
        assert (await refused(at, what)).permanent
        assert at.far.paths() == []

    calling(work)


def test_only_rooms_of_the_service_go_this_way() -> None:
    async def work(at: Calling) -> None:
        answers = Answers(at.transport(), at.notes)
        assert answers.takes(message())
        assert not answers.takes(message(room="direct:alice"))
        assert await answers.roster("direct:alice") is None
        (reader,) = await answers.roster(ROOM) or ()
        assert reader.kind is SenderKind.EXTERNAL

    calling(work)
