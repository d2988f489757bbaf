"""A second person looks at a large broadcast: never its author, with the rights of that moment, once."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from crm_core.errors import Conflict, NotAllowed
from crm_core.outreach import broadcasts
from crm_core.outreach.tables import Broadcast, BroadcastState, Delivery, DeliveryKind
from crm_core.people import staff
from crm_core.people.tables import AuditEntry, Role, Scope
from crm_core.people.viewer import Viewer
from tests.crm_core.conftest import Cast
from tests.crm_core.outreach.shop import Shop


@pytest.fixture
def shop(session: Session, cast: Cast, now: datetime) -> Shop:
    shop = Shop(session, cast, now)
    for name in ("张三", "李四"):
        shop.customer(name)
    return shop


def asked(shop: Shop, at: datetime | None = None) -> Broadcast:
    alice = shop.cast.alice
    return broadcasts.confirm(shop.session, shop.draft(), viewer=alice, now=shop.now, at=at, approval_above=1)


def approve(shop: Shop, broadcast: Broadcast, viewer: Viewer) -> Broadcast:
    return broadcasts.approve(shop.session, broadcast, viewer=viewer, now=shop.now)


def notices(shop: Shop) -> list[tuple[str, str]]:
    rows = shop.session.exec(select(Delivery).where(Delivery.kind == DeliveryKind.NOTICE)).all()
    return sorted((row.recipient, row.body["notice"]) for row in rows)


def test_managers_and_administrators_are_asked_and_nothing_is_sent_before(shop: Shop) -> None:
    broadcast = asked(shop)
    assert (broadcast.state, shop.rows(broadcast)) == (BroadcastState.APPROVAL, [])
    assert notices(shop) == [("admin", "broadcast_approval"), ("boss", "broadcast_approval")]


def test_as_many_as_may_be_go_without(shop: Shop) -> None:
    alice = shop.cast.alice
    sent = broadcasts.confirm(shop.session, shop.draft(), viewer=alice, now=shop.now, approval_above=2)
    assert sent.state is BroadcastState.RUNNING


def test_approved_it_goes_to_the_customers_of_its_author(shop: Shop) -> None:
    shop.customer("王五", viewer=shop.cast.boss)
    broadcast = approve(shop, asked(shop), shop.cast.boss)
    assert broadcast.state is BroadcastState.RUNNING
    assert shop.recipients(broadcast) == ["张三", "李四"]
    assert ("alice", "broadcast_approved") in notices(shop)
    actions = shop.session.exec(select(AuditEntry.actor, AuditEntry.action)).all()
    assert ("Boss", "broadcast approved") in actions


def test_at_the_time_it_was_asked_for_unless_that_has_passed(shop: Shop) -> None:
    tomorrow = shop.now + timedelta(days=1)
    assert approve(shop, asked(shop, at=tomorrow), shop.cast.boss).send_at == tomorrow
    late = asked(shop, at=tomorrow)
    shop.now += timedelta(days=2)
    assert approve(shop, late, shop.cast.boss).state is BroadcastState.RUNNING


def test_refused_it_is_over(shop: Shop) -> None:
    broadcast = broadcasts.refuse(shop.session, asked(shop), viewer=shop.cast.boss, now=shop.now)
    assert (broadcast.state, broadcast.decided_by_id) == (BroadcastState.REFUSED, shop.cast.boss.staff_id)
    assert ("alice", "broadcast_refused") in notices(shop)
    with pytest.raises(Conflict, match="broadcast_refused"):
        approve(shop, broadcast, shop.cast.admin)


def test_twice_approved_it_goes_out_once(shop: Shop) -> None:
    broadcast = approve(shop, asked(shop), shop.cast.boss)
    with pytest.raises(Conflict, match="broadcast_state"):
        approve(shop, broadcast, shop.cast.admin)
    assert len(shop.rows(broadcast)) == 2


@pytest.mark.parametrize("who", ["alice", "intern"])
def test_its_author_and_who_may_only_read_cannot_approve_it(shop: Shop, who: str) -> None:
    with pytest.raises(NotAllowed):
        approve(shop, asked(shop), getattr(shop.cast, who))


def test_who_sees_less_than_its_author_is_not_asked_and_cannot_approve_it(shop: Shop) -> None:
    staff.change(shop.session, shop.cast.staff["alice"], scope=Scope.ALL)
    broadcast = asked(shop)
    assert notices(shop) == [("admin", "broadcast_approval")]
    with pytest.raises(NotAllowed, match="approval_beyond_sight"):
        approve(shop, broadcast, shop.cast.boss)
    assert approve(shop, broadcast, shop.cast.admin).state is BroadcastState.RUNNING


def test_an_author_who_may_not_any_more_sends_nothing(shop: Shop) -> None:
    broadcast = asked(shop)
    staff.change(shop.session, shop.cast.staff["alice"], role=Role.VIEWER)
    with pytest.raises(NotAllowed, match="broadcast_author"):
        approve(shop, broadcast, shop.cast.boss)
    assert shop.rows(broadcast) == []


def test_where_nobody_else_may_approve_the_mend_is_named(shop: Shop) -> None:
    for name in ("alice", "bob", "boss", "charlie"):
        staff.change(shop.session, shop.cast.staff[name], role=Role.VIEWER)
    admin = shop.cast.admin
    draft = broadcasts.draft(shop.session, "VIP", "Hello", viewer=admin, now=shop.now)
    with pytest.raises(Conflict, match="broadcast_nobody_approves"):
        broadcasts.confirm(shop.session, draft, viewer=admin, now=shop.now, approval_above=1)
