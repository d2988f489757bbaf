"""Who waits for an answer, who was lost, and how the team stands."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from crm_core.address_book import Standing
from crm_core.chat import RoomKind, SenderKind
from crm_core.conversations.tables import Conversation, Message
from crm_core.customers import records
from crm_core.customers.records import Draft
from crm_core.customers.tables import Customer, Identity, Stage
from crm_core.outreach import digest, nudges
from crm_core.people import operations
from crm_core.relations.tables import Relation
from tests.crm_core.conftest import NOW, Cast

SETTINGS = digest.Settings("Asia/Shanghai", "zh", 14, promised_hours=4)
#: 10:20 the day after: since 10:20 the day before people worked nine hours.
TOMORROW = NOW + timedelta(days=1)


def known(session: Session, cast: Cast, name: str = "张三") -> Customer:
    customer = records.create(session, Draft(name=name), viewer=cast.alice, now=NOW)
    customer.last_contact_at = TOMORROW
    session.add(customer)
    session.flush()
    return customer


def room(session: Session, customer: Customer) -> Conversation:
    room = Conversation(
        platform="console",
        platform_id=f"room-{customer.id}",
        kind=RoomKind.SHARED,
        customer_id=customer.id,
        created_at=NOW,
    )
    session.add(room)
    session.flush()
    return room


def say(session: Session, place: Conversation, text: str, at: datetime = NOW, *, by: int | None = None) -> None:
    session.add(
        Message(
            conversation_id=place.id,
            platform="console",
            platform_message_id=f"{at.isoformat()}{text}",
            sender_platform_id="u",
            sender_kind=SenderKind.EXTERNAL if by is None else SenderKind.MEMBER,
            sender_staff_id=by,
            customer_id=place.customer_id,
            text=text,
            sent_at=at,
        )
    )
    session.flush()


def waiting(session: Session, cast: Cast, now: datetime = TOMORROW) -> list[tuple[str, str]]:
    found = digest.own(session, viewer=cast.alice, now=now, settings=SETTINGS).unanswered
    return [(each.customer.name, each.text) for each in found]


def test_who_was_not_answered_in_time_waits_from_their_first_message(session: Session, cast: Cast) -> None:
    place = room(session, known(session, cast))
    say(session, place, "多少钱?")
    say(session, place, "在吗?", NOW + timedelta(hours=1))
    assert waiting(session, cast, NOW + timedelta(hours=3)) == []
    assert waiting(session, cast) == [("张三", "多少钱?")]


def test_an_answer_ends_the_wait_and_thanks_need_none(session: Session, cast: Cast) -> None:
    place = room(session, known(session, cast))
    say(session, place, "多少钱?")
    say(session, place, "100", NOW + timedelta(hours=2), by=cast.alice.staff_id)
    say(session, place, "好的", NOW + timedelta(hours=3))
    assert waiting(session, cast) == []


def test_somebody_elses_customer_is_theirs_to_answer(session: Session, cast: Cast) -> None:
    customer = known(session, cast)
    say(session, room(session, customer), "多少钱?")
    customer.owner_id = cast.charlie.staff_id
    session.flush()
    assert waiting(session, cast) == []


def test_two_weeks_later_nobody_is_reminded_any_more(session: Session, cast: Cast) -> None:
    say(session, room(session, known(session, cast)), "多少钱?")
    assert waiting(session, cast, NOW + timedelta(days=15)) == []


@pytest.mark.parametrize("how", ["stage", "relation"])
def test_who_was_lost_since_yesterday_is_told_once(session: Session, cast: Cast, how: str) -> None:
    customer = known(session, cast)
    at = NOW + timedelta(hours=5)
    if how == "stage":
        with operations.recording(session, viewer=cast.alice, command="lost", now=at):
            customer.stage, customer.updated_at = Stage.LOST, at
            session.add(customer)
    else:
        account = Identity(platform="wecom", platform_user_id="wm1", customer_id=customer.id, first_seen_at=NOW)
        session.add(account)
        session.flush()
        session.add(
            Relation(
                platform="wecom", member="alice", identity_id=account.id, standing=Standing.LOST, since=NOW,
                ended_at=at, known_at=at,
            )
        )  # fmt: skip
        session.flush()
    lost = [
        [one.name for one in digest.own(session, viewer=cast.alice, now=now, settings=SETTINGS).lost]
        for now in (TOMORROW, TOMORROW + timedelta(days=1))
    ]
    assert lost == [["张三"], []]


def test_a_manager_sees_how_the_team_stands_and_a_rep_does_not(session: Session, cast: Cast) -> None:
    say(session, room(session, known(session, cast)), "多少钱?")
    nudges.schedule(
        session,
        viewer=cast.alice,
        for_staff=cast.staff["alice"],
        text="call",
        due_at=NOW + timedelta(hours=1),
        timezone="Asia/Shanghai",
        now=NOW,
    )
    boss = digest.of(session, viewer=cast.boss, now=TOMORROW, settings=SETTINGS)
    assert [(each.staff.name, each.overdue, each.unanswered) for each in boss.team] == [("Alice", 1, 1)]
    assert not boss.is_empty
    for viewer in (cast.bob, cast.charlie):
        assert digest.of(session, viewer=viewer, now=TOMORROW, settings=SETTINGS).team == []
