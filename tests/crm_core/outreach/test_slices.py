"""Large broadcasts: frozen and counted a slice at a time, whoever is killed or works at the same time."""

from datetime import datetime

import pytest
from sqlmodel import Session, select

from crm_core.errors import CrmError
from crm_core.outreach import broadcasts, previews, recipients, slices
from crm_core.outreach.manners import POLITE
from crm_core.outreach.slices import Job, Slice
from crm_core.outreach.tables import Broadcast, BroadcastState, BroadcastWork, Delivery, DeliveryKind, DeliveryState
from crm_core.people import staff
from crm_core.people.tables import Role, Scope
from tests.crm_core.conftest import Cast
from tests.crm_core.outreach.shop import Shop

NAMES = ("张三", "李四", "王五", "赵六", "钱七", "孙八", "周九")


@pytest.fixture
def shop(session: Session, cast: Cast, now: datetime) -> Shop:
    return Shop(session, cast, now)


@pytest.fixture(autouse=True)
def _everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (broadcasts, previews):
        monkeypatch.setattr(module, "SMALL", 3)
    monkeypatch.setattr(slices, "SIZES", dict.fromkeys(slices.SIZES, slices.Sizes(stretch=4, slice=2)))
    monkeypatch.setattr(slices, "SETTLED", 2)


def work(shop: Shop, steps: int = 100) -> None:
    """Whatever is to be done, up to so many slices."""
    while steps and (job := slices.next_job(shop.session)) is not None:
        if job.unsettled:
            slices.settle(shop.session, job)
            continue
        try:
            parts = stretch(shop, job)
        except CrmError as error:
            slices.give_up(shop.session, job, error, now=shop.now)
            continue
        for part in parts[:steps]:
            slices.keep(shop.session, part, now=shop.now)
            steps -= 1


def stretch(shop: Shop, job: Job) -> list[Slice]:
    meant = slices.meant(shop.session, job, now=shop.now, manners=POLITE)
    return slices.stretch(shop.session, job, meant, manners=POLITE)


def large(shop: Shop) -> Broadcast:
    for name in NAMES:
        shop.customer(name)
    return shop.confirmed()


def test_it_is_frozen_after_the_confirmation_whole_and_once(shop: Shop) -> None:
    broadcast = large(shop)
    assert (broadcast.state, broadcast.work, shop.rows(broadcast)) == ("running", "freeze", [])
    work(shop)
    assert shop.recipients(broadcast) == sorted(NAMES)
    assert broadcast.work is BroadcastWork.NONE
    assert broadcasts.finish(shop.session, now=shop.now) == []


def test_whoever_goes_on_after_a_kill_begins_where_the_last_slice_ended(shop: Shop) -> None:
    broadcast = large(shop)
    work(shop, steps=1)
    assert len(shop.rows(broadcast)) == 2
    assert broadcasts.finish(shop.session, now=shop.now) == []
    work(shop)
    assert shop.recipients(broadcast) == sorted(NAMES)


def test_two_at_the_same_work_write_nothing_twice(shop: Shop) -> None:
    broadcast = large(shop)
    job = slices.next_job(shop.session)
    assert job is not None
    mine, theirs = stretch(shop, job), stretch(shop, job)
    assert slices.keep(shop.session, mine[0], now=shop.now)
    assert not slices.keep(shop.session, theirs[0], now=shop.now)
    assert slices.keep(shop.session, theirs[1], now=shop.now)
    assert not slices.keep(shop.session, mine[1], now=shop.now)
    work(shop)
    assert shop.recipients(broadcast) == sorted(NAMES)


def test_who_is_left_out_is_counted_over_all_slices(shop: Shop) -> None:
    twins = [shop.customer(name, phones=("13800138000",)) for name in ("郑十", "郑十一", "郑十二")]
    shop.customer("吴十三").opted_out_at = shop.now
    broadcast = large(shop)
    work(shop)
    assert shop.recipients(broadcast) == sorted((*NAMES, twins[0].name))
    assert broadcast.left_out == {"duplicate": 2, "opted_out": 1}


def test_paused_it_rests_and_resumed_it_goes_on(shop: Shop) -> None:
    broadcast = large(shop)
    work(shop, steps=1)
    broadcasts.pause(shop.session, broadcast, viewer=shop.cast.alice)
    work(shop)
    assert {row.state for row in shop.rows(broadcast)} == {DeliveryState.HELD}
    assert len(shop.rows(broadcast)) == 2
    broadcasts.resume(shop.session, broadcast, viewer=shop.cast.alice, now=shop.now)
    work(shop)
    assert recipients.counts(shop.session, broadcast.id) == {DeliveryState.DUE: len(NAMES)}


def test_cancelled_nobody_else_is_added_and_all_of_it_is_taken_back(shop: Shop) -> None:
    broadcast = large(shop)
    work(shop, steps=3)
    broadcasts.cancel(shop.session, broadcast, viewer=shop.cast.alice, now=shop.now)
    assert recipients.counts(shop.session, broadcast.id)[DeliveryState.DUE] > 0
    work(shop)
    assert set(recipients.counts(shop.session, broadcast.id)) == {DeliveryState.CANCELLED}
    assert len(shop.rows(broadcast)) < len(NAMES)


def test_a_large_one_is_counted_before_its_preview(shop: Shop) -> None:
    for name in NAMES:
        shop.customer(name)
    shop.customer("吴十", reached=False)
    draft = shop.draft()
    assert previews.preview(shop.session, draft, viewer=shop.cast.alice, now=shop.now) is None
    work(shop)
    preview = previews.counted(shop.session, draft)
    assert (preview.total, preview.reachable, preview.left_out) == (8, 7, {"no_channel": 1})
    assert [sample.name for sample in preview.samples] == list(NAMES[:3])
    notice = shop.session.exec(select(Delivery).where(Delivery.kind == DeliveryKind.NOTICE)).one()
    assert (notice.body["notice"], notice.recipient) == ("broadcast_counted", "alice")


def test_nothing_more_is_sent_for_an_author_who_may_not_any_more(shop: Shop) -> None:
    broadcast = large(shop)
    work(shop, steps=1)
    staff.change(shop.session, shop.cast.staff["alice"], role=Role.VIEWER)
    work(shop)
    shop.session.refresh(broadcast)
    assert broadcast.state is BroadcastState.CANCELLED
    assert recipients.counts(shop.session, broadcast.id) == {DeliveryState.CANCELLED: 2}
    notice = shop.session.exec(select(Delivery).where(Delivery.kind == DeliveryKind.NOTICE)).one()
    assert notice.body["problem"] == "broadcast_author"


def test_who_it_is_for_is_asked_anew_when_its_author_sees_others(shop: Shop) -> None:
    shop.customer("吴十").owner_id = shop.cast.staff["bob"].id
    broadcast = large(shop)
    job = slices.next_job(shop.session)
    assert job is not None
    before = slices.meant(shop.session, job, now=shop.now, manners=POLITE)
    staff.change(shop.session, shop.cast.staff["alice"], scope=Scope.ALL)
    assert slices.stretch(shop.session, job, before, manners=POLITE) == []
    work(shop)
    assert shop.recipients(broadcast) == sorted((*NAMES, "吴十"))
