"""Sequences under the clock, on both databases: each step once, in time, for whoever is still in it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, func, select

from bot import config
from bot.language import sequence_lines
from bot.outreach.company import company_of
from crm_core.chat import DeliveryError, RoomKind, SenderKind
from crm_core.conversations.tables import Conversation, Message
from crm_core.customers.tables import ContactKind, ContactPoint, Customer, Stage
from crm_core.database import Database
from crm_core.outreach import broadcasts
from crm_core.outreach.sequences import agreement, enrolments, entering, progress, results, sequences, steps
from crm_core.outreach.sequences.results import Results
from crm_core.outreach.sequences.tables import Enrolment, EnrolmentState, EnrolmentStep, Leaving, Sequence
from crm_core.outreach.tables import DeliveryState, Nudge
from crm_core.people import operations, staff
from crm_core.people.tables import AuditEntry, Role
from tests.scheduler.conftest import Office
from tests.scheduler.test_broadcasts_sent import audience

WELCOME = """enter: VIP
exit: reply, won
at once: Hello {name}
2 workdays later 10:00, if no reply: Did you look, {name}?
day 7 remind: Call {name}"""
#: Friday and Tuesday of the week after, 10:00 in Shanghai.
FRIDAY = datetime(2026, 11, 20, 2, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 2, tzinfo=UTC)


@pytest.fixture
def sqlite_office(sqlite_database: Database) -> Iterator[Office]:
    """The office where the kind of database does not matter."""
    office = Office(sqlite_database, config.parse({}))
    yield office
    office.core.close()


def make(office: Office, lines: str = WELCOME, name: str = "Welcome") -> int:
    """A sequence of Alice's that is on."""
    with office.database.writing() as session:
        viewer, now = office.viewer(session, "Alice"), office.clock.now
        made = sequences.make(session, name, sequence_lines.read(lines), viewer=viewer, now=now)
        sequences.switch_on(session, made.sequence, viewer=viewer, now=now)
        return made.sequence.id


def at(office: Office, moment: datetime) -> None:
    """The clock moves, and everything that follows happens."""
    office.clock.now = moment
    for _ in range(2):
        office.tick()
        office.clock.forward(seconds=6)


def reply(office: Office, customer: Customer, text: str = "好的") -> None:
    with office.database.writing() as session:
        room = Conversation(
            platform="console", platform_id=f"room-{customer.id}", kind=RoomKind.SHARED, created_at=office.clock.now
        )
        session.add(room)
        session.flush()
        session.add(
            Message(
                conversation_id=room.id, platform="console", platform_message_id=f"m-{customer.id}",
                sender_platform_id="u", sender_kind=SenderKind.EXTERNAL, customer_id=customer.id, text=text,
                sent_at=office.clock.now,
            )
        )  # fmt: skip


def enrolment(session: Session, customer: Customer) -> Enrolment:
    return session.exec(select(Enrolment).where(Enrolment.customer_id == customer.id)).one()


def why_left(office: Office, customer: Customer) -> str:
    with office.database.reading() as session:
        return enrolment(session, customer).left_why


def results_of(office: Office, sequence_id: int, who: str = "Alice") -> Results:
    with office.database.reading() as session:
        version = sequences.in_force(session, session.get_one(Sequence, sequence_id))
        return results.of(session, version, viewer=office.viewer(session, who))


def texts(office: Office) -> list[str]:
    return [post.card.text for post in office.console.posts if post.room_id.startswith("direct:u-")]


def test_a_customer_goes_through_every_step_in_time(office: Office) -> None:
    audience(office, "张三")
    sequence_id = make(office)
    at(office, office.clock.now)
    assert texts(office) == ["Hello 张三"]
    at(office, FRIDAY - timedelta(seconds=30))
    assert texts(office) == ["Hello 张三"]
    at(office, FRIDAY)
    assert texts(office) == ["Hello 张三", "Did you look, 张三?"]
    at(office, TUESDAY + timedelta(minutes=30))
    assert [text.splitlines()[1] for text in office.said("alice")] == ["Call 张三"]
    at(office, TUESDAY + timedelta(days=9))
    assert len(texts(office)) == 2
    found = results_of(office, sequence_id)
    assert (found.entered, found.active, found.finished) == (1, 0, 1)
    assert [step.reached for step in found.steps] == [1, 1, 1]


def test_who_gets_the_tag_later_enters_then(sqlite_office: Office) -> None:
    audience(sqlite_office, "张三")
    make(sqlite_office)
    at(sqlite_office, sqlite_office.clock.now)
    audience(sqlite_office, "李四")
    at(sqlite_office, sqlite_office.clock.now + timedelta(seconds=30))
    assert sorted(texts(sqlite_office)) == ["Hello 张三", "Hello 李四"]


def test_a_reply_ends_it_and_is_counted_after_its_step(office: Office) -> None:
    zhang, _ = audience(office, "张三", "李四")
    sequence_id = make(office)
    at(office, office.clock.now)
    reply(office, zhang)
    at(office, FRIDAY)
    assert sorted(texts(office)) == ["Did you look, 李四?", "Hello 张三", "Hello 李四"]
    found = results_of(office, sequence_id)
    assert (found.replied, found.steps[0].replied, dict(found.left)) == (1, 1, {"replied": 1})


def test_a_reply_while_the_message_waits_for_the_morning_stops_the_message(sqlite_office: Office) -> None:
    [zhang] = audience(sqlite_office, "张三")
    make(sqlite_office, "enter: VIP\nat once: Hello\n14 hours later: Still there?")
    at(sqlite_office, sqlite_office.clock.now)
    at(sqlite_office, sqlite_office.clock.now + timedelta(hours=14))
    reply(sqlite_office, zhang)
    at(sqlite_office, datetime(2026, 11, 19, 2, tzinfo=UTC))
    assert texts(sqlite_office) == ["Hello"]
    assert why_left(sqlite_office, zhang) == Leaving.REPLIED


@pytest.mark.parametrize("why", [Leaving.STAGE, Leaving.LOST, Leaving.OPTED_OUT, Leaving.MERGED])
def test_what_becomes_of_a_customer_ends_it(sqlite_office: Office, why: Leaving) -> None:
    zhang, li = audience(sqlite_office, "张三", "李四")
    make(sqlite_office)
    at(sqlite_office, sqlite_office.clock.now)
    with sqlite_office.database.writing() as session:
        known = session.get_one(Customer, zhang.id)
        if why is Leaving.OPTED_OUT:
            known.opted_out_at = sqlite_office.clock.now
        elif why is Leaving.MERGED:
            known.merged_into_id = li.id
        else:
            known.stage = Stage.WON if why is Leaving.STAGE else Stage.LOST
    at(sqlite_office, FRIDAY)
    assert sorted(texts(sqlite_office)) == ["Did you look, 李四?", "Hello 张三", "Hello 李四"]
    assert why_left(sqlite_office, zhang) == why


def test_where_a_reply_does_not_end_it_a_step_may_still_ask_for_none(sqlite_office: Office) -> None:
    zhang, _ = audience(sqlite_office, "张三", "李四")
    sequence_id = make(
        sqlite_office,
        "enter: VIP\nexit: not on reply\nat once: Hello\n1 day later, if no reply: Still there?\n1 day later: Bye",
    )
    at(sqlite_office, sqlite_office.clock.now)
    reply(sqlite_office, zhang)
    at(sqlite_office, sqlite_office.clock.now + timedelta(days=1, minutes=1))
    at(sqlite_office, sqlite_office.clock.now + timedelta(days=1, minutes=1))
    assert sorted(texts(sqlite_office)) == ["Bye", "Bye", "Hello", "Hello", "Still there?"]
    assert dict(results_of(sqlite_office, sequence_id).steps[1].missed) == {"replied": 1}


def test_paused_it_rests_and_resumed_it_goes_on(sqlite_office: Office) -> None:
    audience(sqlite_office, "张三")
    sequence_id = make(sqlite_office)
    at(sqlite_office, sqlite_office.clock.now)
    steer(sqlite_office, sequence_id, "pause")
    audience(sqlite_office, "李四")
    at(sqlite_office, FRIDAY)
    assert texts(sqlite_office) == ["Hello 张三"]
    steer(sqlite_office, sequence_id, "resume")
    at(sqlite_office, sqlite_office.clock.now + timedelta(seconds=30))
    assert sorted(texts(sqlite_office)) == ["Did you look, 张三?", "Hello 张三", "Hello 李四"]


def test_off_lets_nobody_in_and_the_others_finish(sqlite_office: Office) -> None:
    audience(sqlite_office, "张三")
    sequence_id = make(sqlite_office)
    at(sqlite_office, sqlite_office.clock.now)
    steer(sqlite_office, sequence_id, "close")
    audience(sqlite_office, "李四")
    at(sqlite_office, FRIDAY)
    assert texts(sqlite_office) == ["Hello 张三", "Did you look, 张三?"]


def test_stopped_it_ends_for_everybody_also_what_waits_to_be_sent(sqlite_office: Office) -> None:
    [zhang] = audience(sqlite_office, "张三")
    sequence_id = make(sqlite_office, "enter: VIP\n12 hours later: Good night")
    at(sqlite_office, sqlite_office.clock.now)
    at(sqlite_office, sqlite_office.clock.now + timedelta(hours=12))
    steer(sqlite_office, sequence_id, "stop")
    at(sqlite_office, sqlite_office.clock.now + timedelta(days=1))
    assert texts(sqlite_office) == []
    assert why_left(sqlite_office, zhang) == Leaving.STOPPED


def test_what_is_taken_back_within_minutes_is_as_it_was(sqlite_office: Office) -> None:
    audience(sqlite_office, "张三")
    sequence_id = make(sqlite_office, "enter: VIP\n12 hours later: Good night")
    at(sqlite_office, sqlite_office.clock.now)
    at(sqlite_office, sqlite_office.clock.now + timedelta(hours=12))
    with sqlite_office.database.writing() as session:
        viewer, now = sqlite_office.viewer(session, "Alice"), sqlite_office.clock.now
        with operations.recording(session, viewer=viewer, command="stop", now=now) as operation:
            sequences.stop(session, session.get_one(Sequence, sequence_id), viewer=viewer, now=now)
        operation_id = operation.id
    at(sqlite_office, sqlite_office.clock.now + timedelta(minutes=1))
    with sqlite_office.database.writing() as session:
        undone = operations.get(session, operation_id, viewer=sqlite_office.viewer(session, "Alice"))
        operations.undo(session, undone, viewer=sqlite_office.viewer(session, "Alice"), now=sqlite_office.clock.now)
    at(sqlite_office, sqlite_office.clock.now + timedelta(hours=11))
    assert texts(sqlite_office) == ["Good night"]


def test_who_is_under_way_keeps_the_version_until_an_administrator_moves_them(sqlite_office: Office) -> None:
    zhang, _ = audience(sqlite_office, "张三", "李四")
    sequence_id = make(sqlite_office)
    at(sqlite_office, sqlite_office.clock.now)
    with sqlite_office.database.writing() as session:
        viewer, now = sqlite_office.viewer(session, "Alice"), sqlite_office.clock.now
        sequence = session.get_one(Sequence, sequence_id)
        sequences.revise(
            session, sequence, sequence_lines.read(WELCOME.replace("Did you look", "So")), viewer=viewer, now=now
        )
        sequences.switch_on(session, sequence, viewer=viewer, now=now)
        assert enrolments.behind(session, sequence) == 2
        enrolments.remove(session, sequence, session.get_one(Customer, zhang.id), viewer=viewer, now=now)
    audience(sqlite_office, "王五")
    at(sqlite_office, sqlite_office.clock.now + timedelta(minutes=1))
    with sqlite_office.database.writing() as session:
        boss = sqlite_office.viewer(session, "Dora")
        sequence, company = session.get_one(Sequence, sequence_id), company_of(sqlite_office.config)
        assert enrolments.move_over(session, sequence, viewer=boss, now=sqlite_office.clock.now, company=company) == 1
    at(sqlite_office, FRIDAY)
    assert sorted(texts(sqlite_office))[-2:] == ["So, 李四?", "So, 王五?"]


def test_a_message_the_platform_refuses_is_counted_and_the_next_step_comes(sqlite_office: Office) -> None:
    audience(sqlite_office, "张三")
    sequence_id = make(sqlite_office, WELCOME.replace(", if no reply: Did you look", ": Our list is here"))
    sqlite_office.console.moods = [DeliveryError("user_left", permanent=True)]
    at(sqlite_office, sqlite_office.clock.now)
    at(sqlite_office, FRIDAY)
    assert texts(sqlite_office) == ["Our list is here, 张三?"]
    assert dict(results_of(sqlite_office, sequence_id).steps[0].missed) == {"user_left": 1}


def test_who_writes_while_a_follow_up_waits_for_the_morning_is_not_sent_it(sqlite_office: Office) -> None:
    zhang, _ = audience(sqlite_office, "张三", "李四")
    lines = "enter: VIP\nexit: not on reply\nat once: Hello\n1 day later 23:00, if no reply: Still there?"
    sequence_id = make(sqlite_office, lines)
    at(sqlite_office, sqlite_office.clock.now)
    at(sqlite_office, datetime(2026, 11, 19, 15, tzinfo=UTC))
    assert texts(sqlite_office) == ["Hello", "Hello"]
    reply(sqlite_office, zhang)
    at(sqlite_office, datetime(2026, 11, 20, 1, 1, tzinfo=UTC))
    assert texts(sqlite_office) == ["Hello", "Hello", "Still there?"]
    assert dict(results_of(sqlite_office, sequence_id).steps[1].missed) == {"replied": 1}


def test_nobody_is_asked_about_a_message_the_platform_refused(sqlite_office: Office) -> None:
    audience(sqlite_office, "张三")
    sequence_id = make(sqlite_office)
    sqlite_office.console.moods = [DeliveryError("user_left", permanent=True)]
    at(sqlite_office, sqlite_office.clock.now)
    at(sqlite_office, FRIDAY)
    assert texts(sqlite_office) == []
    assert dict(results_of(sqlite_office, sequence_id).steps[1].missed) == {"nothing_sent": 1}


def test_the_cap_holds_for_sequences_too(sqlite_office: Office) -> None:
    audience(sqlite_office, "张三")
    sequence_id = make(sqlite_office, "enter: VIP\n" + "\n".join(f"10 minutes later: {number}" for number in range(5)))
    for _ in range(8):
        at(sqlite_office, sqlite_office.clock.now + timedelta(minutes=11))
    assert texts(sqlite_office) == ["0", "1", "2"]
    assert [dict(step.missed) for step in results_of(sqlite_office, sequence_id).steps[3:]] == [
        {"frequency_cap": 1}
    ] * 2


def test_whoever_dies_in_the_middle_has_done_nothing_and_the_next_does_it_once(office: Office) -> None:
    audience(office, "张三")
    make(office, "enter: VIP\nat once remind: Call {name}\nat once: Hello")
    with pytest.raises(KeyboardInterrupt):
        die_in_the_middle(office)
    assert count(office, EnrolmentStep) == 0
    at(office, office.clock.now)
    assert (count(office, Nudge), texts(office)) == (1, ["Hello"])


def test_two_processes_carry_out_a_step_once(office: Office) -> None:
    audience(office, "张三")
    make(office, "enter: VIP\nin 1 hour remind: Call {name}")
    at(office, office.clock.now)
    office.clock.forward(hours=1)
    with office.database.reading() as session:
        todo = progress.look(session, now=office.clock.now)
    for _ in range(2):
        for group in todo.due:
            with office.database.writing() as session:
                progress.carry_out(session, group, now=office.clock.now, company=company_of(office.config))
    assert count(office, Nudge) == 1
    with office.database.reading() as session:
        assert session.exec(select(Enrolment)).one().state is EnrolmentState.FINISHED


def test_what_colleagues_may_not_see_is_not_counted_for_them(sqlite_office: Office) -> None:
    audience(sqlite_office, "张三")
    sequence_id = make(sqlite_office)
    at(sqlite_office, sqlite_office.clock.now)
    with sqlite_office.database.writing() as session:
        session.exec(select(Customer)).one().owner_id = sqlite_office.person(session, "Dora").id
    assert results_of(sqlite_office, sequence_id).entered == 0
    assert results_of(sqlite_office, sequence_id, "Dora").entered == 1


def test_an_older_record_with_the_same_phone_does_not_enter_twice(sqlite_office: Office) -> None:
    (zhang,) = audience(sqlite_office, "张三")
    make(sqlite_office)
    at(sqlite_office, sqlite_office.clock.now)
    (twin,) = audience(sqlite_office, "张三丰")
    with sqlite_office.database.writing() as session:
        for one in (zhang, twin):
            session.add(ContactPoint(customer_id=one.id, kind=ContactKind.PHONE, value="+8613800138000"))
    at(sqlite_office, sqlite_office.clock.now + timedelta(minutes=1))
    assert texts(sqlite_office) == ["Hello 张三"]


def die_in_the_middle(office: Office) -> None:
    with office.database.writing() as session:
        enter_and_carry_out(session, office)
        raise KeyboardInterrupt


def enter_and_carry_out(session: Session, office: Office) -> None:
    company, now = company_of(office.config), office.clock.now
    for sequence_id in entering.waiting(session, now=now, timezone="Asia/Shanghai"):
        entering.enter_next(session, sequence_id, now=now, company=company)
    for group in steps.due(session, now=now):
        steps.carry_out(session, group, now=now, company=company)


def count(office: Office, table: type[EnrolmentStep] | type[Nudge]) -> int:
    with office.database.reading() as session:
        return session.exec(select(func.count()).select_from(table)).one()


def steer(office: Office, sequence_id: int, order: str) -> None:
    with office.database.writing() as session:
        verb = {"pause": sequences.pause, "resume": sequences.resume, "close": sequences.close, "stop": sequences.stop}
        viewer = office.viewer(session, "Alice")
        verb[order](session, session.get_one(Sequence, sequence_id), viewer=viewer, now=office.clock.now)


def test_whom_a_request_to_approve_shows_is_on_record(sqlite_office: Office) -> None:
    office, now = sqlite_office, sqlite_office.clock.now
    customers = audience(office, "张三", "李四")
    with office.database.writing() as session:
        alice = office.viewer(session, "Alice")
        made = sequences.make(session, "Welcome", sequence_lines.read(WELCOME), viewer=alice, now=now)
        agreement.ask(session, made.sequence, viewer=alice, now=now, above=1, platform="console")
        draft = broadcasts.draft(session, "VIP", "Hello", viewer=alice, now=now, platform="console")
        broadcasts.confirm(session, draft, viewer=alice, now=now, approval_above=1)
    office.tick()
    assert [said.count("张三") > 0 for said in office.said("bob")] == [True, True]
    with office.database.reading() as session:
        seen = session.exec(select(AuditEntry).where(AuditEntry.action == "saw notice", AuditEntry.actor == "Bob"))
        assert sorted(entry.customer_id or 0 for entry in seen) == sorted(2 * [customer.id for customer in customers])


def test_a_request_whose_author_may_not_any_more_fails_nowhere(sqlite_office: Office) -> None:
    office, now = sqlite_office, sqlite_office.clock.now
    audience(office, "张三", "李四")
    with office.database.writing() as session:
        alice = office.viewer(session, "Alice")
        draft = broadcasts.draft(session, "VIP", "Hello", viewer=alice, now=now, platform="console")
        broadcasts.confirm(session, draft, viewer=alice, now=now, approval_above=1)
        staff.change(session, office.person(session, "Alice"), role=Role.VIEWER)
    office.tick()
    assert {(row.state, row.problem) for row in office.rows()} == {(DeliveryState.CANCELLED, "broadcast_moved")}
