"""Files of broadcasts are kept until the last that has them is over, and a while longer."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from crm_core.errors import Invalid, NotFound
from crm_core.files import handed, shelf
from crm_core.files.tables import KeptFile
from crm_core.outreach import broadcasts, enclosures, slices
from crm_core.outreach.slices import Job
from crm_core.outreach.tables import Broadcast, BroadcastState, BroadcastWork
from crm_core.people.tables import Role
from crm_core.people.viewer import of_token
from tests.crm_core.conftest import Cast
from tests.crm_core.outreach.shop import Shop

API = of_token("shop", Role.ADMIN, timezone="Asia/Shanghai", language="en")
MONTH = timedelta(days=30)


@pytest.fixture
def shop(sqlite_session: Session, cast_sqlite: Cast, now: datetime) -> Shop:
    shop = Shop(sqlite_session, cast_sqlite, now)
    shop.customer("张三")
    shelf.finish(sqlite_session, shelf.begin(sqlite_session, "list", 4, now=now).id)
    return shop


def draft(shop: Shop) -> Broadcast:
    file = handed.note(shop.session, "list", name="list.pdf", mime="", viewer=API, now=shop.now)
    return broadcasts.draft(shop.session, "VIP", "Hello", viewer=shop.cast.alice, now=shop.now, files=[file])


def confirmed(shop: Shop, *, above: int = 0) -> Broadcast:
    alice = shop.cast.alice
    return broadcasts.confirm(shop.session, draft(shop), viewer=alice, now=shop.now, approval_above=above)


def needed_until(shop: Shop) -> datetime | None:
    shop.session.expire_all()
    return shop.session.exec(select(KeptFile.needed_until)).one()


def look_after_files(shop: Shop, now: datetime) -> None:
    for file_id in enclosures.over(shop.session):
        enclosures.let_go(shop.session, file_id, now=now)


def done(shop: Shop, broadcast: Broadcast) -> None:
    shop.send_all(broadcast, shop.now)
    assert broadcasts.finish(shop.session, now=shop.now) == [broadcast]


def cancelled(shop: Shop, broadcast: Broadcast) -> None:
    broadcasts.cancel(shop.session, broadcast, viewer=shop.cast.alice, now=shop.now)


def given_up(shop: Shop, broadcast: Broadcast) -> None:
    job = Job(broadcast.id, BroadcastWork.NONE, unsettled=False)
    slices.give_up(shop.session, job, Invalid("broadcast_nobody"), now=shop.now)


@pytest.mark.parametrize("end", [done, cancelled, given_up])
def test_files_stay_until_the_end_and_a_month_longer(shop: Shop, end: Callable[[Shop, Broadcast], None]) -> None:
    broadcast = confirmed(shop)
    look_after_files(shop, shop.now)
    assert needed_until(shop) is None
    broadcasts.pause(shop.session, broadcast, viewer=shop.cast.alice)
    look_after_files(shop, shop.now)
    assert needed_until(shop) is None
    broadcasts.resume(shop.session, broadcast, viewer=shop.cast.alice, now=shop.now)
    end(shop, broadcast)
    look_after_files(shop, shop.now)
    assert needed_until(shop) == shop.now + MONTH
    look_after_files(shop, shop.now + timedelta(days=1))
    assert needed_until(shop) == shop.now + MONTH


def test_while_somebody_is_to_approve_it_files_stay_and_refused_they_go(shop: Shop) -> None:
    shop.customer("李四")
    broadcast = confirmed(shop, above=1)
    assert broadcast.state is BroadcastState.APPROVAL
    look_after_files(shop, shop.now)
    assert needed_until(shop) is None
    broadcasts.refuse(shop.session, broadcast, viewer=shop.cast.boss, now=shop.now)
    look_after_files(shop, shop.now)
    assert needed_until(shop) == shop.now + MONTH


def test_a_file_of_two_broadcasts_stays_until_both_are_over(shop: Shop) -> None:
    first, second = confirmed(shop), confirmed(shop)
    cancelled(shop, first)
    assert enclosures.over(shop.session) == []
    cancelled(shop, second)
    [over] = enclosures.over(shop.session)
    confirmed(shop)
    enclosures.let_go(shop.session, over, now=shop.now)
    assert needed_until(shop) is None


def test_once_more_to_the_others_the_files_are_needed_again_if_they_are_there(shop: Shop) -> None:
    broadcast, later = confirmed(shop), shop.now + MONTH
    cancelled(shop, broadcast)
    look_after_files(shop, shop.now)
    broadcasts.draft_again(shop.session, broadcast, viewer=shop.cast.alice, now=shop.now + MONTH / 2)
    assert shelf.unused(shop.session, now=later, limit=9) == []
    [unused] = shelf.unused(shop.session, now=later + MONTH, limit=9)
    shelf.throw_away(shop.session, unused, now=later + MONTH)
    with pytest.raises(NotFound, match="attachment_gone"):
        broadcasts.draft_again(shop.session, broadcast, viewer=shop.cast.alice, now=later + MONTH)
