"""Nudges on their way: on time, late, once, and never after their cause went away."""

import asyncio
from datetime import timedelta

from sqlmodel import Session, select

from crm_core.chat import DeliveryError, Happening, InboundMessage, Pacing, Room, RoomKind, Sender, SenderKind
from crm_core.conversations import messages
from crm_core.customers.tables import Customer, Identity
from crm_core.outreach import claims, deliveries, lanes, nudges
from crm_core.outreach.tables import DeliveryState, Nudge, NudgeState
from crm_core.people import operations
from crm_core.people import staff as people
from crm_core.people.tables import AuditEntry, Role
from tests.scheduler.conftest import Office

HOUR = timedelta(hours=1)


def change(office: Office, nudge_id: int, session: Session) -> Nudge:
    return nudges.get(session, nudge_id, viewer=office.viewer(session, "Alice"))


def writes(office: Office, customer: Customer, text: str) -> None:
    """The customer writes in their own direct chat."""
    with office.database.writing() as session:
        sender = f"u{customer.id}"
        if session.exec(select(Identity).where(Identity.platform_user_id == sender)).first() is None:
            session.add(
                Identity(
                    platform="console",
                    platform_user_id=sender,
                    customer_id=customer.id,
                    first_seen_at=office.clock.now,
                )
            )
        event = f"e{office.clock.now.timestamp()}{text}"
        messages.record(
            session,
            InboundMessage(
                "console",
                event,
                Happening.POSTED,
                Room(f"direct:{sender}", RoomKind.DIRECT),
                Sender(sender, customer.name, SenderKind.EXTERNAL),
                event,
                text,
                sent_at=office.clock.now,
            ),
            now=office.clock.now,
            country="CN",
        )


def test_a_nudge_comes_at_its_time_and_once(office: Office) -> None:
    nudge_id = office.remind()
    office.clock.forward(minutes=59)
    office.tick()
    assert office.said("alice") == []
    office.clock.forward(minutes=1)
    office.tick()
    office.clock.forward(hours=5)
    office.tick()
    assert office.said("alice") == [
        "\n".join(
            (
                f"提醒 #{nudge_id}",
                "给王五回电话",
                "时间: 今天 11:20",
                f"[完成 → 完成 #{nudge_id}]",
                f"[1小时后 → 稍后 #{nudge_id} 1小时]",
                f"[明天 → 稍后 #{nudge_id} 明天9点]",
            )
        )
    ]


def test_a_nudge_speaks_the_language_of_its_person(office: Office) -> None:
    nudge_id = office.remind("call Acme", whom="Bob")
    office.clock.forward(hours=3)
    office.tick()
    [said] = office.said("bob")
    assert said.startswith(f"Reminder #{nudge_id} · 2 hours late\ncall Acme\nWhen: today 11:20")
    assert f"[Done → done #{nudge_id}]" in said


def test_a_late_nudge_says_how_late_it_is(office: Office) -> None:
    office.remind()
    office.clock.forward(hours=3)
    office.tick()
    assert "迟到 2 小时" in office.said("alice")[0]


def test_what_was_missed_comes_as_one(office: Office) -> None:
    office.remind(recurrence="FREQ=DAILY")
    office.clock.forward(days=3, hours=2)
    office.tick()
    [said] = office.said("alice")
    assert "还错过了 3 次" in said
    office.clock.forward(days=1)
    office.tick()
    assert len(office.said("alice")) == 2
    assert "错过" not in office.said("alice")[1]


def test_a_nudge_done_meanwhile_is_not_said(office: Office) -> None:
    nudge_id = office.remind()
    with office.database.writing() as session:
        viewer = office.viewer(session, "Alice")
        nudges.done(session, change(office, nudge_id, session), viewer=viewer, now=office.clock.now)
    office.clock.forward(hours=2)
    office.tick()
    assert office.said("alice") == []


def test_a_nudge_done_while_it_is_being_claimed_is_not_said(office: Office) -> None:
    nudge_id = office.remind()
    office.clock.forward(hours=1)

    def finish() -> None:
        with office.database.writing() as session:
            viewer = office.viewer(session, "Alice")
            nudges.done(session, change(office, nudge_id, session), viewer=viewer, now=office.clock.now)

    office.console.before_room = finish
    office.tick()
    assert office.said("alice") == []
    assert [(row.state, row.problem) for row in office.rows()] == [(DeliveryState.CANCELLED, "nudge_moved")]


def test_a_snoozed_nudge_comes_later(office: Office) -> None:
    nudge_id = office.remind()
    with office.database.writing() as session:
        viewer = office.viewer(session, "Alice")
        until = office.clock.now + 2 * HOUR
        nudges.snooze(session, change(office, nudge_id, session), until, viewer=viewer, now=office.clock.now)
    office.clock.forward(hours=1)
    office.tick()
    assert office.said("alice") == []
    office.clock.forward(hours=1)
    office.tick()
    assert len(office.said("alice")) == 1


def test_an_undone_nudge_is_never_said_and_an_undone_done_is(office: Office) -> None:
    with office.database.writing() as session:
        viewer, alice = office.viewer(session, "Alice"), office.person(session, "Alice")
        with operations.recording(session, viewer=viewer, command="提醒", now=office.clock.now) as reminding:
            nudges.schedule(
                session,
                viewer=viewer,
                for_staff=alice,
                text="undone",
                due_at=office.clock.now + HOUR,
                timezone="Asia/Shanghai",
                now=office.clock.now,
                platform="console",
            )
        operations.undo(session, reminding, viewer=viewer, now=office.clock.now)
    nudge_id = office.remind("kept")
    with office.database.writing() as session:
        viewer = office.viewer(session, "Alice")
        with operations.recording(session, viewer=viewer, command="完成", now=office.clock.now) as doing:
            nudges.done(session, change(office, nudge_id, session), viewer=viewer, now=office.clock.now)
        operations.undo(session, doing, viewer=viewer, now=office.clock.now)
    office.clock.forward(hours=1)
    office.tick()
    [said] = office.said("alice")
    assert "kept" in said


def test_a_nudge_says_that_the_customer_wrote_meanwhile(office: Office) -> None:
    customer = office.customer("王五")
    writes(office, customer, "before it was set")
    office.clock.forward(minutes=1)
    office.remind("回电话", customer=customer)
    office.clock.forward(minutes=10)
    writes(office, customer, "报价单收到了")
    office.clock.forward(minutes=50)
    office.tick()
    [said] = office.said("alice")
    assert "客户: 王五" in said
    assert "王五: 报价单收到了" in said
    assert "王五 在这期间发来过消息" in said
    assert f"[打开客户 → 查 #{customer.id}]" in said
    assert "before it was set" not in said


def test_a_repeating_nudge_tells_each_message_once(office: Office) -> None:
    customer = office.customer("王五")
    office.remind("回电话", customer=customer, recurrence="FREQ=DAILY")
    office.clock.forward(minutes=10)
    writes(office, customer, "报价单收到了")
    for _ in range(2):
        office.clock.forward(hours=24)
        office.tick()
    first, second = office.said("alice")
    assert "报价单收到了" in first
    assert "报价单收到了" not in second


def test_a_customer_handed_to_others_is_not_shown_any_more(office: Office) -> None:
    customer = office.customer("王五")
    nudge_id = office.remind("", customer=customer)
    with office.database.writing() as session:
        session.get_one(Customer, customer.id).owner_id = office.person(session, "Dora").id
    office.clock.forward(hours=1)
    office.tick()
    [said] = office.said("alice")
    assert "王五" not in said
    assert f"联系 #{customer.id}" in said
    assert f"完成 #{nudge_id}" in said


def test_who_was_shown_a_customer_by_a_nudge_is_on_record(office: Office) -> None:
    customer = office.customer("王五")
    office.remind("", customer=customer)
    office.clock.forward(hours=1)
    office.tick()
    with office.database.reading() as session:
        entries = session.exec(select(AuditEntry).where(AuditEntry.customer_id == customer.id)).all()
        assert [(entry.actor, entry.action) for entry in entries] == [("Alice", "saw nudge")]


def test_a_nudge_returns_to_the_platform_where_it_was_asked_for(office: Office) -> None:
    office.remind("on slack", whom="Bob", platform="slack")
    office.clock.forward(hours=1)
    office.tick()
    assert [post.room_id for post in office.slack.posts] == ["direct:UBOB"]
    assert office.said("bob") == []


def test_a_wish_to_wait_is_obeyed(office: Office) -> None:
    office.remind()
    office.console.moods = [DeliveryError("ratelimited", retry_after=30)]
    office.clock.forward(hours=1)
    office.tick()
    assert office.due() == office.clock.now + timedelta(seconds=30)
    office.clock.forward(seconds=29)
    office.tick()
    assert office.said("alice") == []
    office.clock.forward(seconds=1)
    office.tick()
    assert len(office.said("alice")) == 1


def test_without_an_answer_the_platform_is_asked_before_sending_again(office: Office) -> None:
    office.remind()
    office.console.moods = [DeliveryError("timeout", unknown=True)]
    office.clock.forward(hours=1)
    office.tick()
    office.clock.forward(seconds=5)
    office.tick()
    assert len(office.said("alice")) == 1
    assert office.console.asked == 1
    assert [row.state for row in office.rows()] == [DeliveryState.SENT]


def test_where_the_platform_cannot_tell_it_is_said_once_more_at_most(office: Office) -> None:
    office.console.can_tell = False
    office.remind()
    office.console.moods = [DeliveryError("timeout", unknown=True)]
    office.clock.forward(hours=1)
    office.tick()
    office.clock.forward(seconds=5)
    office.tick()
    office.clock.forward(hours=1)
    office.tick()
    assert len(office.said("alice")) == 2


def test_a_platform_that_breaks_in_an_unforeseen_way_is_tried_again(office: Office) -> None:
    def break_down() -> None:
        raise ZeroDivisionError

    office.remind()
    office.console.moods = [break_down]
    office.clock.forward(hours=1)
    office.tick()
    office.clock.forward(seconds=5)
    office.tick()
    assert len(office.said("alice")) == 1


def test_a_refused_nudge_is_told_elsewhere_in_plain_words(office: Office) -> None:
    nudge_id = office.remind("call Acme", whom="Bob")
    office.console.moods = [DeliveryError("channel_not_found", permanent=True)]
    office.clock.forward(hours=1)
    office.tick()
    assert office.said("bob") == []
    [card] = office.slack.cards("UBOB")
    assert card.title == f"Reminder #{nudge_id} could not reach Bob"
    assert "no such channel, or the bot is not in it" in card.text
    assert card.items == ("call Acme",)


def test_a_refused_nudge_of_somebody_without_another_platform_is_told_to_the_administrators(office: Office) -> None:
    office.remind()
    office.console.moods = [DeliveryError("blocked", permanent=True)]
    office.clock.forward(hours=1)
    office.tick()
    [said] = office.said("dora")
    assert "could not reach Alice" in said


def test_a_recurring_nudge_goes_on_after_a_refusal(office: Office) -> None:
    office.remind(recurrence="FREQ=DAILY")
    office.console.moods = [DeliveryError("blocked", permanent=True)]
    office.clock.forward(hours=1)
    office.tick()
    office.clock.forward(hours=24)
    office.tick()
    assert len(office.said("alice")) == 1


def test_who_left_the_company_gets_nothing_and_the_administrators_are_told(office: Office) -> None:
    office.remind()
    with office.database.writing() as session:
        people.change(session, office.person(session, "Alice"), active=False)
    office.clock.forward(hours=1)
    office.tick()
    assert office.said("alice") == []
    assert "the recipient left or is switched off" in office.said("dora")[0]


def test_a_colleague_is_told_of_what_is_handed_over(office: Office) -> None:
    nudge_id = office.remind()
    with office.database.writing() as session:
        nudge, bob = change(office, nudge_id, session), office.person(session, "Bob")
        nudges.reassign(session, nudge, bob, viewer=office.viewer(session, "Alice"), now=office.clock.now)
    office.tick()
    office.clock.forward(hours=1)
    office.tick()
    first, second = office.said("bob")
    assert first.startswith(f"Alice handed reminder #{nudge_id} to you")
    assert second.startswith(f"Reminder #{nudge_id}")
    assert office.said("alice") == []


def test_messages_into_one_room_keep_their_distance(office: Office) -> None:
    office.console.pacing = Pacing(per_room=1.0)
    office.lanes = office.open()
    started = []
    office.console.moods = [lambda: started.append(office.clock.now)] * 3
    for number in range(3):
        office.remind(str(number))
    office.clock.forward(hours=1)
    begin = office.clock.now
    office.tick()
    assert [(moment - begin).total_seconds() for moment in started] == [0, 1, 2]


def test_a_slow_account_sends_each_message_once_at_its_pace(office: Office) -> None:
    office.console.pacing = Pacing(per_lane=2.0)
    office.lanes = office.open()
    for name in ("Alice", "Bob", "Dora"):
        office.remind(name, whom=name)
        office.clock.forward(seconds=1)
    office.clock.forward(hours=1)
    begin = office.clock.now
    office.tick()
    assert sorted(post.room_id for post in office.console.posts) == ["direct:alice", "direct:bob", "direct:dora"]
    assert (office.clock.now - begin).total_seconds() >= 4


def test_after_a_crash_the_next_process_goes_on_within_seconds(office: Office) -> None:
    office.remind()
    office.clock.forward(hours=1)
    with office.database.writing() as session:
        claims.claim(session, "console", pump="dead", now=office.clock.now, limit=9, lease=timedelta(seconds=6))
    office.lanes = office.open()
    office.tick()
    assert office.said("alice") == []
    office.clock.forward(seconds=6)
    office.tick()
    assert len(office.said("alice")) == 1


def test_a_pump_that_was_overtaken_claims_nothing_more(office: Office) -> None:
    def overtake() -> None:
        with office.database.writing() as session:
            lanes.take(session, "console", pump="newer")

    office.remind("first")
    office.remind("second")
    office.console.moods = [overtake]
    office.clock.forward(hours=1)
    office.run(office.lanes.pump("console"))
    assert len(office.said("alice")) == 1
    office.run(office.lanes.pump("console"))
    assert len(office.said("alice")) == 2


def test_a_commit_wakes_the_lane_at_once(office: Office) -> None:
    async def scene() -> list[str]:
        office.database.after_commit(lambda session: office.lanes.notice(deliveries.noted(session)))
        await office.lanes.start()
        try:
            with office.database.writing() as session:
                bob, viewer = office.person(session, "Bob"), office.viewer(session, "Alice")
                nudge = nudges.schedule(
                    session,
                    viewer=viewer,
                    for_staff=office.person(session, "Alice"),
                    text="handed over",
                    due_at=office.clock.now + HOUR,
                    timezone="Asia/Shanghai",
                    now=office.clock.now,
                    platform="console",
                )
                nudges.reassign(session, nudge, bob, viewer=viewer, now=office.clock.now)
            await asyncio.sleep(0)
            return list(office.engine.woken)
        finally:
            await office.lanes.stop()

    assert office.run(scene()) == ["console"]


def test_a_lane_of_no_platform_is_left_alone(office: Office) -> None:
    office.run(office.lanes.pump("wecom"))
    assert office.rows() == []


def test_a_nudge_of_somebody_without_a_handle_comes_when_they_have_one(office: Office) -> None:
    with office.database.writing() as session:
        people.add(session, "Eve", role=Role.SALES, now=office.clock.now)
    office.remind("wait for me", whom="Eve")
    office.clock.forward(hours=2)
    office.tick()
    with office.database.writing() as session:
        people.add_handle(session, office.person(session, "Eve"), "console", "eve")
    office.tick()
    [said] = office.said("eve")
    assert "迟到 1 小时" in said
    assert office.nudge(1).state is NudgeState.OPEN


def test_two_nudges_of_one_person_come_in_order(office: Office) -> None:
    for number in range(5):
        office.remind(f"text {number}")
        office.clock.forward(seconds=1)
    office.clock.forward(hours=1)
    office.tick()
    assert [said.split("\n")[1] for said in office.said("alice")] == [f"text {number}" for number in range(5)]


def test_every_delivery_row_says_where_it_went(office: Office) -> None:
    office.remind()
    office.clock.forward(hours=1)
    office.tick()
    [row] = office.rows()
    assert (row.platform_message_id, row.sent_at, row.attempts) == ("1", office.clock.now, 1)
