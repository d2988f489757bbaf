"""The sample company is believable, the same for the same seed, and made like real data."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, func, select

from adapters.console.world import DEMO
from bot.cli import demo
from bot.sample import cast, company
from crm_core.conversations.tables import Conversation, Message
from crm_core.customers import find
from crm_core.customers.tables import Customer, CustomerKind, Identity, Stage
from crm_core.database import Database
from crm_core.outreach.sequences import enrolments, sequences
from crm_core.outreach.sequences.tables import SequenceState
from crm_core.outreach.tables import Nudge
from crm_core.people import staff, viewer
from crm_core.people.viewer import Viewer
from crm_core.tags import segments
from tests.conftest import NOW


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session over a small sample company, on both kinds of database."""
    with database.writing() as writing:
        for _ in company.build(writing, now=NOW, customers=20):
            pass
    with database.reading() as reading:
        yield reading


def test_the_customers_speak_both_languages_and_stand_at_several_stages(session: Session) -> None:
    people = session.exec(select(Customer).where(Customer.kind == CustomerKind.PERSON)).all()
    assert len(people) == 20
    assert {"张三", "Dave"} <= {one.name for one in people}
    assert len({one.stage for one in people}) >= 3


def test_the_conversations_reach_over_months_and_are_on_the_record_of_the_customer(session: Session) -> None:
    first, last = session.exec(select(func.min(Message.sent_at), func.max(Message.sent_at))).one()
    assert last - first > timedelta(days=60)
    assert last < NOW
    assert session.exec(select(func.count()).where(col(Message.customer_id).is_(None))).one() == 0


def test_the_demo_room_is_about_its_customer(session: Session) -> None:
    room = session.exec(select(Conversation).where(Conversation.platform_id == "group:zhangsan")).one()
    assert session.get_one(Customer, room.customer_id).name == "张三"


def test_alice_and_her_manager_find_the_leading_customers_and_the_other_team_does_not(session: Session) -> None:
    assert _found(session, "alice") == _found(session, "bob") == ["张三"]
    assert _found(session, "charlie") == []


def test_there_is_something_to_do_and_it_lies_ahead(session: Session) -> None:
    due = session.exec(select(Nudge.due_at)).all()
    assert due
    assert min(due) > NOW


def test_a_lost_customer_has_no_next_step(session: Session) -> None:
    lost = select(Nudge.id).join(Customer, col(Customer.id) == Nudge.customer_id).where(Customer.stage == Stage.LOST)
    assert session.exec(lost).all() == []


def test_the_same_seed_gives_the_same_company(sqlite_database: Database) -> None:
    first, second = (_rehearsed(sqlite_database) for _ in range(2))
    assert first == second


def test_no_two_customers_share_a_name() -> None:
    names = [name for name, _, _ in company.names(company.CUSTOMERS)]
    assert len(names) == len(set(names))
    assert len(cast.STAFF) == len({one.handle for one in cast.STAFF})


def _rehearsed(database: Database) -> list[tuple[str, Stage, datetime]]:
    """The customers of a company that is not kept."""
    with database.reading() as session:
        return [(one.name, one.stage, one.created_at) for one in company.build(session, now=NOW, customers=10)]


def _found(session: Session, handle: str) -> list[str]:
    return [hit.customer.name for hit in find.find(session, "张三", viewer=_viewer(session, handle), now=NOW)]


def _viewer(session: Session, handle: str) -> Viewer:
    member = staff.named(session, handle)
    return viewer.of_staff(session, member, timezone="Asia/Shanghai", language="zh")


@pytest.mark.parametrize(
    ("written", "meant"), [("张三", "张三"), ("张总", "张三"), ("8812", "张三"), ("dave", "Dave"), ("acme", "Acme")]
)
def test_what_the_readme_offers_to_try_is_there_for_alice(session: Session, written: str, meant: str) -> None:
    hits = find.find(session, written, viewer=_viewer(session, "alice"), now=NOW)
    best = find.best(hits)
    assert best is not None
    assert best.name == meant


def test_every_firm_has_a_customer(database: Database) -> None:
    with database.writing() as writing:
        for _ in company.build(writing, now=NOW, customers=40):
            pass
    with database.reading() as reading:
        firms = reading.exec(select(Customer.name).where(Customer.kind == CustomerKind.COMPANY)).all()
    assert set(firms) == {firm.name for firm in cast.FIRMS}


def test_a_sequence_is_under_way_for_those_who_are_interested(session: Session) -> None:
    [sequence] = sequences.everything(session)
    assert sequence.state is SequenceState.ON
    inside = enrolments.under_way(session, viewer=_viewer(session, "bob"), sequence=sequence)
    assert {each.customer.stage for each in inside} == {Stage.INTERESTED}


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_in_the_demo_one_broadcast_meets_somebody_who_is_gone_and_another_needs_approval(
    sqlite_database: Database, who: str
) -> None:
    with sqlite_database.writing() as writing:
        for _ in company.build(writing, now=NOW):
            pass
        assert _meant(writing, who, "VIP & !流失") > DEMO.gone
        above = demo.settings().broadcasts.approval_above
        assert len(_meant(writing, who, "VIP & !lost")) <= above < len(_meant(writing, who, "意向"))


def _meant(session: Session, handle: str, segment: str) -> set[str]:
    """The accounts of those a broadcast of this member of staff would go to."""
    viewer = _viewer(session, handle)
    meant = segments.matching(session, segments.resolve(session, segment), viewer=viewer, now=NOW)
    wanted = select(Identity.platform_user_id).where(col(Identity.customer_id).in_(meant))
    return set(session.exec(wanted))
