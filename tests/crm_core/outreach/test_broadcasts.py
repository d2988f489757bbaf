"""Broadcasts: who receives one, who does not and why, and that nobody receives it twice."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, select

from crm_core.chat import RoomKind, SenderKind
from crm_core.conversations.tables import Conversation, Membership
from crm_core.customers import merge
from crm_core.customers.tables import Identity
from crm_core.errors import Conflict, Invalid, NotAllowed, NotFound
from crm_core.outreach import audiences, broadcasts, deliveries, frequency, previews, reach, recipients, templates
from crm_core.outreach.manners import Manners, quiet_until
from crm_core.outreach.tables import BroadcastState, Delivery, DeliveryState
from crm_core.people.tables import Handle
from tests.crm_core.conftest import Cast
from tests.crm_core.outreach.shop import TEXT, Shop


@pytest.fixture
def shop(session: Session, cast: Cast, now: datetime) -> Shop:
    return Shop(session, cast, now)


def test_a_preview_says_whom_it_reaches_and_shows_three_texts(shop: Shop) -> None:
    for name in ("张三", "李四", "王五", "赵六"):
        shop.customer(name)
    preview = shop.preview()
    assert (preview.total, preview.reachable, preview.left_out) == (4, 4, {})
    assert [sample.text for sample in preview.samples] == [
        "张三,您好!Alice给您准备了新品。",
        "李四,您好!Alice给您准备了新品。",
        "王五,您好!Alice给您准备了新品。",
    ]


def test_a_preview_sends_nothing(shop: Shop) -> None:
    shop.customer("张三")
    shop.preview()
    assert shop.session.exec(select(Delivery)).all() == []


def test_who_opted_out_is_left_out_on_every_record(shop: Shop) -> None:
    shop.customer("张三", phones=("13800138000",)).opted_out_at = shop.now
    shop.customer("张三丰", phones=("13800138000",))
    shop.customer("李四")
    assert shop.preview().left_out == {"opted_out": 2}


def test_who_is_on_no_platform_is_left_out(shop: Shop) -> None:
    shop.customer("张三", reached=False)
    shop.identity(shop.customer("李四", reached=False), "u-lisi", platform="sms")
    assert shop.preview().left_out == {"no_channel": 1}
    assert shop.preview(Manners(platforms=("console",))).left_out == {"no_channel": 2}


def test_slack_customers_are_reached_in_the_shared_channel_linked_to_them(shop: Shop) -> None:
    linked, known, both = (shop.customer(name, reached=False) for name in ("Acme", "张三", "李四"))
    shop.channel(linked, "C-OLD", at=shop.now - timedelta(days=1))
    shop.channel(linked, "C-ACME", at=shop.now)
    for customer, account in ((known, "U1"), (both, "U2")):
        shop.identity(customer, account, "slack")
    shop.identity(both, "lisi")
    broadcast = shop.confirmed()
    assert shop.recipients(broadcast) == ["C-ACME", "lisi"]
    assert {row.platform for row in shop.rows(broadcast)} == {"slack", "console"}
    assert broadcast.left_out == {"no_conversation": 1}


def test_a_preview_names_the_channels_and_who_reads_there_outsiders_first(shop: Shop) -> None:
    for number in range(4):
        customer = shop.customer(f"Acme {number}", reached=False)
        shop.channel(customer, f"C{number}")
    channel = shop.session.exec(select(Conversation).where(Conversation.platform_id == "C0")).one()
    channel.title = "acme-shared"
    shop.identity(shop.customer("Erin", reached=False), "U_ERIN", "slack")
    shop.session.add(Handle(staff_id=shop.cast.staff["alice"].id, platform="slack", platform_user_id="U_ALICE"))
    for person in ("U_ALICE", "U_ERIN", "U_GONE", "U_NEW"):
        left = shop.now if person == "U_GONE" else None
        shop.session.add(
            Membership(
                conversation_id=channel.id,
                platform_user_id=person,
                kind=SenderKind.EXTERNAL,
                joined_at=shop.now,
                left_at=left,
            )
        )
    shop.session.flush()
    places = shop.preview().places
    assert [place.title for place in places] == ["acme-shared", "C1", "C2", "C3"]
    assert places[0].readers == ("U_ERIN", "U_NEW", "Alice")


def test_a_channel_that_is_not_shared_is_no_way_to_a_customer(shop: Shop) -> None:
    acme = shop.customer("Acme", reached=False)
    shop.channel(acme, "C-INTERNAL", kind=RoomKind.CHANNEL)
    assert shop.preview().left_out == {"no_channel": 1}


def test_the_channel_of_a_record_merged_into_another_is_nobody_elses(shop: Shop) -> None:
    kept, merged, other = (shop.customer(name, reached=False) for name in ("Acme", "Acme Inc", "Initech"))
    shop.channel(merged, "C-ACME")
    shop.identity(other, "U-INITECH", "slack")
    merge.merge(shop.session, kept, merged, viewer=shop.cast.alice, now=shop.now)
    broadcast = shop.confirmed()
    assert shop.recipients(broadcast) == ["C-ACME"]
    assert broadcast.left_out == {"no_conversation": 1}


def test_the_channel_of_a_merged_record_is_the_survivors(shop: Shop) -> None:
    keep, other = shop.customer("Acme", reached=False), shop.customer("ACME Ltd", reached=False)
    shop.channel(other, "C-ACME")
    merge.merge(shop.session, keep, other, viewer=shop.cast.alice, now=shop.now)
    assert shop.recipients(shop.confirmed()) == ["C-ACME"]
    assert reach.current_room(shop.session, keep.id, "slack") == "C-ACME"


def test_one_person_with_two_records_gets_one_message(shop: Shop) -> None:
    shop.customer("张三", phones=("13800138000",))
    shop.customer("张老板", phones=("13800138000",))
    broadcast = shop.confirmed()
    assert broadcast.left_out == {"duplicate": 1}
    assert shop.recipients(broadcast) == ["张三"]


def test_a_person_known_twice_on_platforms_gets_one_message_where_seen_last(shop: Shop) -> None:
    customer = shop.customer("张三")
    shop.now += timedelta(days=1)
    shop.identity(customer, "U123", platform="sms")
    assert shop.recipients(shop.confirmed()) == ["U123"]


def test_who_received_enough_this_week_is_left_out(shop: Shop) -> None:
    shop.customer("张三")
    for _ in range(3):
        shop.send_all(shop.confirmed(), shop.now)
    assert shop.preview().left_out == {"frequency_cap": 1}
    shop.now += timedelta(days=7, seconds=1)
    assert shop.preview().left_out == {}


def test_a_text_that_needs_an_owner_reaches_only_who_has_one(shop: Shop) -> None:
    shop.customer("张三")
    shop.customer("李四").owner_id = None
    broadcast = shop.draft("{owner}祝您节日快乐")
    preview = previews.preview(shop.session, broadcast, viewer=shop.cast.alice, now=shop.now)
    assert preview is not None
    assert (preview.reachable, preview.left_out) == (1, {"variable_empty": 1})


def test_only_my_own_customers_are_written_to(shop: Shop) -> None:
    shop.customer("张三")
    shop.customer("李四", viewer=shop.cast.charlie)
    preview = shop.preview()
    assert (preview.total, preview.reachable) == (1, 1)


def test_confirming_twice_writes_to_nobody_twice(shop: Shop) -> None:
    shop.customer("张三")
    broadcast = shop.confirmed()
    shop.customer("李四")
    broadcasts.confirm(shop.session, broadcast, viewer=shop.cast.alice, now=shop.now)
    assert shop.recipients(broadcast) == ["张三"]
    assert deliveries.noted(shop.session) == {"console": shop.now}


def test_a_broadcast_to_nobody_is_refused(shop: Shop) -> None:
    shop.customer("张三", reached=False)
    with pytest.raises(Invalid, match="broadcast_nobody"):
        shop.confirmed()


def test_a_broadcast_in_the_past_is_refused(shop: Shop) -> None:
    shop.customer("张三")
    with pytest.raises(Invalid, match="broadcast_in_the_past"):
        shop.confirmed(shop.now)


def test_a_scheduled_broadcast_is_due_at_its_time_and_then_runs_and_ends(shop: Shop) -> None:
    shop.customer("张三")
    at = shop.now + timedelta(hours=3)
    broadcast = shop.confirmed(at)
    assert (broadcast.state, [row.not_before for row in shop.rows(broadcast)]) == (BroadcastState.SCHEDULED, [at])
    assert broadcasts.finish(shop.session, now=shop.now) == []
    broadcasts.finish(shop.session, now=at)
    assert broadcast.state is BroadcastState.RUNNING
    shop.send_all(broadcast, at)
    assert broadcasts.finish(shop.session, now=at) == [broadcast]
    assert broadcasts.finish(shop.session, now=at) == []


def test_a_paused_broadcast_waits_and_goes_on(shop: Shop) -> None:
    shop.customer("张三")
    broadcast = shop.confirmed()
    broadcasts.pause(shop.session, broadcast, viewer=shop.cast.alice)
    assert recipients.counts(shop.session, broadcast.id) == {DeliveryState.HELD: 1}
    assert broadcasts.finish(shop.session, now=shop.now) == []
    broadcasts.resume(shop.session, broadcast, viewer=shop.cast.alice, now=shop.now)
    assert recipients.counts(shop.session, broadcast.id) == {DeliveryState.DUE: 1}


def test_a_cancelled_broadcast_stays_cancelled(shop: Shop) -> None:
    shop.customer("张三")
    broadcast = shop.confirmed()
    broadcasts.cancel(shop.session, broadcast, viewer=shop.cast.alice, now=shop.now)
    assert recipients.counts(shop.session, broadcast.id) == {DeliveryState.CANCELLED: 1}
    with pytest.raises(Conflict, match="broadcast_state"):
        broadcasts.resume(shop.session, broadcast, viewer=shop.cast.alice, now=shop.now)


def test_its_deliveries_can_be_looked_through(shop: Shop) -> None:
    for name in ("张三", "李四", "王五"):
        shop.customer(name)
    broadcast = shop.confirmed()
    first = recipients.listed(shop.session, broadcast.id, viewer=shop.cast.alice, limit=2)
    rest = recipients.listed(
        shop.session, broadcast.id, viewer=shop.cast.alice, after=first[-1].delivery_id, states=(DeliveryState.DUE,)
    )
    assert [each.name for each in (*first, *rest)] == ["张三", "李四", "王五"]
    assert recipients.listed(shop.session, broadcast.id, viewer=shop.cast.charlie) == []


def test_who_must_not_see_a_broadcast_does_not_find_it(shop: Shop) -> None:
    shop.customer("张三")
    broadcast = shop.confirmed()
    assert broadcasts.latest(shop.session, viewer=shop.cast.bob) == [broadcast]
    assert broadcasts.latest(shop.session, viewer=shop.cast.charlie) == []
    with pytest.raises(NotFound):
        broadcasts.get(shop.session, broadcast.id, viewer=shop.cast.charlie)


def test_who_may_only_read_sends_no_broadcast(shop: Shop) -> None:
    with pytest.raises(NotAllowed):
        broadcasts.draft(shop.session, "VIP", TEXT, viewer=shop.cast.intern, now=shop.now)


@pytest.mark.parametrize(
    ("text", "problem"),
    [(" \u200b ", "broadcast_empty"), ("长" * 2001, "broadcast_too_long"), ("{nmae}", "broadcast_variable_unknown")],
)
def test_a_text_that_cannot_be_sent_is_refused(shop: Shop, text: str, problem: str) -> None:
    shop.customer("张三")
    with pytest.raises(Invalid, match=problem):
        shop.draft(text)


def test_an_unknown_tag_is_refused(shop: Shop) -> None:
    with pytest.raises(NotFound, match="tag_not_found"):
        shop.draft()


def test_what_was_received_is_counted_for_the_last_look(shop: Shop) -> None:
    customer = shop.customer("张三")
    broadcast = shop.confirmed()
    shop.send_all(broadcast, shop.now)
    assert frequency.received(shop.session, [customer.id], None, shop.now) == 1
    assert frequency.received(shop.session, [customer.id], broadcast.id, shop.now) == 0


@pytest.mark.parametrize(
    ("text", "name", "owner", "filled"),
    [
        ("{name}你好", "张三", "", "张三你好"),
        ("{姓名}你好,{负责人|小李}敬上", "张三", "", "张三你好,小李敬上"),
        ("Dear { name }, yours {owner | us}", "Ann", "Alice", "Dear Ann, yours Alice"),
        ("{} {1} 100%", "Ann", "", "{} {1} 100%"),
    ],
)
def test_places_are_filled(text: str, name: str, owner: str, filled: str) -> None:
    assert templates.parse(text).fill({"name": name, "owner": owner}) == filled


@pytest.mark.parametrize(
    ("local", "until"),
    [
        ("2026-11-18T20:59", None),
        ("2026-11-18T21:00", "2026-11-19T09:00"),
        ("2026-11-19T03:00", "2026-11-19T09:00"),
        ("2026-11-19T09:00", None),
    ],
)
def test_quiet_hours_are_those_of_the_recipient(local: str, until: str | None) -> None:
    zone = ZoneInfo("America/New_York")
    now = datetime.fromisoformat(local).replace(tzinfo=zone).astimezone(UTC)
    expected = datetime.fromisoformat(until).replace(tzinfo=zone).astimezone(UTC) if until else None
    assert quiet_until(Manners(), "America/New_York", now) == expected


def test_quiet_hours_within_a_day_and_none_at_all() -> None:
    noon = datetime(2026, 11, 18, 12, 30, tzinfo=UTC)
    assert quiet_until(Manners(quiet_from=12, quiet_to=14, timezone="UTC"), "", noon) == noon.replace(hour=14, minute=0)
    assert quiet_until(Manners(quiet_from=9, quiet_to=9, timezone="UTC"), "", noon) is None


def test_the_preferred_platform_goes_first(shop: Shop) -> None:
    acme = shop.customer("Acme", reached=False)
    shop.identity(acme, "acme-console", "console")
    shop.identity(acme, "acme-sms", "sms")
    shop.channel(acme, "C-ACME")

    def way(*prefer: str) -> list[str]:
        found = audiences.find(
            shop.session, shop.draft(), viewer=shop.cast.alice, now=shop.now, manners=Manners(prefer=prefer)
        )
        return [one.recipient or "" for one in found]

    assert way() == ["C-ACME"]
    assert way("console", "slack") == ["acme-console"]
    assert way("sms") == ["acme-sms"]
    assert way("slack", "sms") == ["C-ACME"]


def test_an_opt_out_of_an_account_that_was_nobodys_becomes_the_customers(shop: Shop) -> None:
    acme = shop.customer("Acme", reached=False)
    account = Identity(
        platform="console", platform_user_id="acme", first_seen_at=shop.now, opted_out_at=shop.now - timedelta(days=1)
    )
    shop.session.add(account)
    shop.session.flush()
    account.customer_id = acme.id
    shop.session.add(account)
    shop.session.flush()
    assert acme.opted_out_at == shop.now - timedelta(days=1)
    assert shop.preview().left_out == {"opted_out": 1}
