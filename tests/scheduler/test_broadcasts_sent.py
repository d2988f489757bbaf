"""Broadcasts on their way: the last look at each recipient, and the end of it."""

from datetime import UTC, datetime, timedelta

from sqlmodel import select

from crm_core.chat import DeliveryError, Pacing, RoomKind, Urgency
from crm_core.conversations.tables import Conversation
from crm_core.customers.tables import Customer, Identity
from crm_core.outreach import broadcasts, recipients
from crm_core.outreach.tables import Broadcast, BroadcastState, DeliveryState
from crm_core.tags import tags
from scheduler.pump import WIDTH
from tests.scheduler.conftest import Office


def audience(office: Office, *names: str) -> list[Customer]:
    """Customers of Alice tagged VIP, each on the console."""
    customers = [office.customer(name) for name in names]
    with office.database.writing() as session:
        viewer = office.viewer(session, "Alice")
        for customer in customers:
            known = session.get_one(Customer, customer.id)
            tags.add(session, known, ["VIP"], viewer=viewer, now=office.clock.now)
            session.add(
                Identity(
                    platform="console",
                    platform_user_id=f"u-{customer.name}",
                    customer_id=customer.id,
                    first_seen_at=office.clock.now,
                )
            )
    return customers


def send(office: Office, text: str = "{name}，新品到了", at: datetime | None = None) -> int:
    with office.database.writing() as session:
        viewer, now = office.viewer(session, "Alice"), office.clock.now
        broadcast = broadcasts.draft(session, "VIP", text, viewer=viewer, now=now)
        broadcasts.confirm(session, broadcast, viewer=viewer, now=now, at=at)
        return broadcast.id


def slow(office: Office) -> None:
    """An account with a pace to keep, so that a few messages are on their way at once and no more."""
    office.console.pacing = Pacing(per_lane=0.1)
    office.lanes = office.open()


def received(office: Office) -> dict[str, str]:
    return {
        post.room_id.removeprefix("direct:u-"): post.card.text
        for post in office.console.posts
        if post.room_id.startswith("direct:u-")
    }


def state(office: Office, broadcast_id: int) -> BroadcastState:
    with office.database.reading() as session:
        return session.get_one(Broadcast, broadcast_id).state


def counts(office: Office, broadcast_id: int) -> dict[DeliveryState, int]:
    with office.database.reading() as session:
        return recipients.counts(session, broadcast_id)


def share_channel(office: Office, customer: Customer, platform_id: str) -> None:
    with office.database.writing() as session:
        session.add(
            Conversation(
                platform="slack",
                platform_id=platform_id,
                kind=RoomKind.SHARED,
                customer_id=customer.id,
                created_at=office.clock.now,
            )
        )


def test_a_customer_on_slack_gets_it_in_the_channel_shared_with_them_after_everything_else(office: Office) -> None:
    (acme,) = audience(office, "Acme")
    share_channel(office, acme, "C-ACME")
    send(office)
    office.tick()
    (post,) = [post for post in office.slack.posts if post.room_id == "C-ACME"]
    assert (post.card.text, post.urgency) == ("Acme，新品到了", Urgency.BULK)
    assert received(office) == {}


def test_a_channel_that_moved_meanwhile_is_found_and_one_that_is_linked_no_more_is_left_alone(office: Office) -> None:
    acme, other = audience(office, "Acme", "Initech")
    share_channel(office, acme, "C-ACME")
    share_channel(office, other, "C-INITECH")
    broadcast_id = send(office)
    with office.database.writing() as session:
        for room in session.exec(select(Conversation).where(Conversation.platform == "slack")).all():
            if room.customer_id == acme.id:
                room.platform_id = "C-NEW"
            else:
                room.customer_id = None
    office.tick()
    assert [post.room_id for post in office.slack.posts if post.urgency is Urgency.BULK] == ["C-NEW"]
    assert counts(office, broadcast_id) == {DeliveryState.SENT: 1, DeliveryState.SKIPPED: 1}


def test_everybody_gets_their_text_once_and_who_sent_it_is_told(office: Office) -> None:
    audience(office, "张三", "李四", "王五")
    broadcast_id = send(office)
    office.tick()
    assert received(office) == {"张三": "张三，新品到了", "李四": "李四，新品到了", "王五": "王五，新品到了"}
    office.clock.forward(seconds=10)
    office.tick()
    assert state(office, broadcast_id) is BroadcastState.DONE
    [told] = office.said("alice")
    assert told == f"群发 #{broadcast_id} 结束了\n已发 3\n[查看群发 → 群发 #{broadcast_id}]"
    assert len(office.console.posts) == 4


def test_who_opts_out_meanwhile_is_left_out(office: Office) -> None:
    zhang, _ = audience(office, "张三", "李四")
    broadcast_id = send(office)
    with office.database.writing() as session:
        session.get_one(Customer, zhang.id).opted_out_at = office.clock.now
    office.tick()
    assert list(received(office)) == ["李四"]
    with office.database.reading() as session:
        viewer = office.viewer(session, "Alice")
        skipped = recipients.listed(session, broadcast_id, viewer=viewer, states=(DeliveryState.SKIPPED,))
        assert [(each.name, each.problem) for each in skipped] == [("张三", "opted_out")]


def test_the_quiet_hours_of_a_customer_are_waited_for(office: Office) -> None:
    here, there = audience(office, "张三", "Ann")
    with office.database.writing() as session:
        session.get_one(Customer, there.id).timezone = "America/New_York"
    broadcast_id = send(office)
    office.tick()
    assert list(received(office)) == [here.name]
    assert office.due() == datetime(2026, 11, 18, 14, tzinfo=UTC)
    assert counts(office, broadcast_id) == {DeliveryState.SENT: 1, DeliveryState.DUE: 1}
    office.clock.now = datetime(2026, 11, 18, 14, tzinfo=UTC)
    office.tick()
    assert list(received(office)) == [here.name, "Ann"]


def test_two_records_merged_meanwhile_get_one_message(office: Office) -> None:
    first, second = audience(office, "张三", "张三丰")
    send(office)
    with office.database.writing() as session:
        session.get_one(Customer, second.id).merged_into_id = first.id
    office.tick()
    assert len(received(office)) == 1


def test_a_nudge_goes_before_a_broadcast(office: Office) -> None:
    slow(office)
    audience(office, *(f"c{number}" for number in range(12)))
    office.remind(due_at=office.clock.now + timedelta(seconds=1))
    send(office)
    office.clock.forward(seconds=1)
    office.tick()
    assert "direct:alice" in {post.room_id for post in office.console.posts[:WIDTH]}


def test_paused_meanwhile_it_stops_and_resumed_it_goes_on(office: Office) -> None:
    slow(office)
    audience(office, *(f"c{number}" for number in range(12)))
    broadcast_id = send(office)

    def pause() -> None:
        with office.database.writing() as session:
            broadcast = session.get_one(Broadcast, broadcast_id)
            broadcasts.pause(session, broadcast, viewer=office.viewer(session, "Alice"))

    office.console.moods = [pause]
    office.tick()
    assert 1 <= len(received(office)) <= 5
    with office.database.writing() as session:
        broadcast = session.get_one(Broadcast, broadcast_id)
        broadcasts.resume(session, broadcast, viewer=office.viewer(session, "Alice"), now=office.clock.now)
    office.tick()
    assert len(received(office)) == 12
    assert len(office.console.posts) == 12


def test_cancelled_meanwhile_it_stops_for_good(office: Office) -> None:
    slow(office)
    audience(office, *(f"c{number}" for number in range(12)))
    broadcast_id = send(office)

    def cancel() -> None:
        with office.database.writing() as session:
            broadcast = session.get_one(Broadcast, broadcast_id)
            broadcasts.cancel(session, broadcast, viewer=office.viewer(session, "Alice"), now=office.clock.now)

    office.console.moods = [cancel]
    office.tick()
    office.tick()
    assert 1 <= len(received(office)) <= 5
    assert DeliveryState.DUE not in counts(office, broadcast_id)


def test_a_scheduled_broadcast_waits_for_its_time(office: Office) -> None:
    audience(office, "张三")
    broadcast_id = send(office, at=office.clock.now + timedelta(hours=2))
    office.clock.forward(hours=1)
    office.tick()
    assert (received(office), state(office, broadcast_id)) == ({}, BroadcastState.SCHEDULED)
    office.clock.forward(hours=1)
    office.tick()
    office.clock.forward(seconds=10)
    office.tick()
    assert (list(received(office)), state(office, broadcast_id)) == (["张三"], BroadcastState.DONE)


def test_failures_are_counted_and_told(office: Office) -> None:
    audience(office, "张三", "李四")
    broadcast_id = send(office)
    office.console.moods = [DeliveryError("user_left", permanent=True)]
    office.tick()
    office.clock.forward(seconds=10)
    office.tick()
    [told] = office.said("alice")
    assert "已发 1" in told
    assert "失败 1" in told
    assert counts(office, broadcast_id) == {DeliveryState.SENT: 1, DeliveryState.DEAD: 1}
