"""What came of a broadcast: who is in which state, who wrote back, and the failed once more."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from crm_core.chat import SenderKind
from crm_core.conversations.tables import Message
from crm_core.customers.tables import Customer
from crm_core.errors import Conflict
from crm_core.outreach import broadcasts, recipients
from crm_core.outreach.manners import Manners
from crm_core.outreach.tables import Broadcast, DeliveryState
from tests.crm_core.conftest import Cast
from tests.crm_core.outreach.shop import Shop

DAYS = timedelta(days=3)


@pytest.fixture
def shop(session: Session, cast: Cast, now: datetime) -> Shop:
    return Shop(session, cast, now)


def failed(shop: Shop, broadcast: Broadcast, *names: str) -> None:
    """These were not reached, all others were, and it is over."""
    for row in shop.rows(broadcast):
        row.state = DeliveryState.DEAD if row.recipient in names else DeliveryState.SENT
        row.problem = "blocked" if row.recipient in names else ""
        row.sent_at = shop.now
        shop.session.add(row)
    shop.session.flush()
    broadcasts.finish(shop.session, now=shop.now)


def says(shop: Shop, customer: Customer, after: timedelta, kind: SenderKind = SenderKind.EXTERNAL) -> None:
    shop.channel(customer, f"C-{customer.id}-{kind}-{after}")
    room = shop.session.connection().exec_driver_sql("SELECT max(id) FROM conversation").scalar_one()
    message = Message(
        conversation_id=room,
        platform="slack",
        platform_message_id=f"m{customer.id}",
        sender_platform_id="u",
        sender_kind=kind,
        customer_id=customer.id,
        text="好的",
        sent_at=shop.now + after,
    )
    shop.session.add(message)
    shop.session.flush()


def test_an_answer_within_the_time_counts_once_for_each_customer(shop: Shop) -> None:
    customers = [shop.customer(name) for name in ("张三", "李四", "王五", "赵六")]
    broadcast = shop.confirmed()
    failed(shop, broadcast)
    says(shop, customers[0], timedelta(hours=1))
    says(shop, customers[1], timedelta(days=4))
    says(shop, customers[2], timedelta(hours=1), SenderKind.BOT)
    says(shop, customers[3], -timedelta(minutes=1))
    found = recipients.replies(shop.session, broadcast.id, within=DAYS, now=shop.now + timedelta(days=5))
    assert (found.sent, found.replied, found.percent, found.open) == (4, 1, 25.0, False)
    answered = recipients.listed(shop.session, broadcast.id, viewer=shop.cast.alice, replied=DAYS)
    assert [one.name for one in answered] == ["张三"]


def test_sent_again_it_goes_to_those_alone_whom_it_failed_to_reach(shop: Shop) -> None:
    for name in ("张三", "李四", "王五"):
        shop.customer(name)
    broadcast = shop.confirmed()
    failed(shop, broadcast, "李四")
    again = broadcasts.draft_again(shop.session, broadcast, viewer=shop.cast.alice, now=shop.now)
    manners = Manners(per_week=1)
    broadcasts.confirm(shop.session, again, viewer=shop.cast.alice, now=shop.now, manners=manners)
    assert shop.recipients(again) == ["李四"]
    assert again.text == broadcast.text


def test_before_its_end_nothing_is_sent_again(shop: Shop) -> None:
    shop.customer("张三")
    with pytest.raises(Conflict, match="broadcast_not_over"):
        broadcasts.draft_again(shop.session, shop.confirmed(), viewer=shop.cast.alice, now=shop.now)


def test_reasons_are_counted(shop: Shop) -> None:
    for name in ("张三", "李四", "王五"):
        shop.customer(name)
    broadcast = shop.confirmed()
    failed(shop, broadcast, "李四", "王五")
    assert recipients.problems(shop.session, broadcast.id, DeliveryState.DEAD) == {"blocked": 2}
