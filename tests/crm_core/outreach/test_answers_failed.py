"""That an answer did not arrive reaches its author once, known before the sending is written down or after."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from crm_core.customers import records
from crm_core.outreach import answers
from crm_core.outreach.deliveries import Priority
from crm_core.outreach.tables import Delivery, DeliveryKind, DeliveryState
from crm_core.people import staff
from crm_core.people.tables import Role
from crm_core.people.viewer import of_staff
from tests.conftest import NOW


@pytest.fixture
def answer(session: Session) -> Delivery:
    """On its way to 张三, by Alice."""
    alice = staff.add(session, "Alice", role=Role.SALES, handle=("wecom", "alice"), now=NOW)
    viewer = of_staff(session, alice, timezone="Asia/Shanghai", language="zh")
    customer = records.create(session, records.Draft(name="张三"), viewer=viewer, now=NOW)
    delivery = Delivery(
        kind=DeliveryKind.ANSWER,
        lane="wecom",
        platform="wecom",
        recipient="kf:1:zhang",
        customer_id=customer.id,
        staff_id=alice.id,
        priority=Priority.ANSWER,
        state=DeliveryState.SENDING,
        due_at=NOW,
        not_before=NOW + timedelta(seconds=6),
        body={"text": "在的", "asked_on": "wecom"},
    )
    session.add(delivery)
    session.flush()
    return delivery


def is_sent(session: Session, delivery: Delivery) -> None:
    delivery.state, delivery.platform_message_id = DeliveryState.SENT, "m1"
    session.add(delivery)
    answers.record(session, delivery, "m1", now=NOW, country="CN")


def fails(session: Session) -> None:
    answers.failed(session, "wecom", "m1", "fail_type 4", now=NOW)


def told(session: Session) -> list[str]:
    notices = session.exec(select(Delivery).where(Delivery.kind == DeliveryKind.NOTICE)).all()
    return [str(notice.body["reason"]) for notice in notices]


@pytest.mark.parametrize("early", [True, False])
def test_a_failure_is_told_once_however_early_it_is_known(session: Session, answer: Delivery, early: bool) -> None:
    if early:
        fails(session)
        is_sent(session, answer)
    else:
        is_sent(session, answer)
        fails(session)
    assert (answer.state, told(session)) == (DeliveryState.DEAD, ["fail_type 4"])
    fails(session)
    assert told(session) == ["fail_type 4"]


def test_what_somebody_else_sent_is_not_remembered(session: Session, answer: Delivery) -> None:
    is_sent(session, answer)
    answers.failed(session, "wecom", "m2", "fail_type 4", now=NOW)
    answers.record(session, answer, "m2", now=NOW, country="CN")
    assert told(session) == []
