"""Two who decide about a sequence at once: the second finds what the first has made of it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlmodel import Session, select

from bot.language import sequence_lines
from crm_core.customers import records
from crm_core.customers.records import Draft
from crm_core.database import Database
from crm_core.errors import Conflict
from crm_core.outreach.sequences import agreement, sequences
from crm_core.outreach.sequences.tables import Sequence, SequenceState, SequenceVersion
from crm_core.outreach.tables import Delivery
from crm_core.people.viewer import Viewer
from tests.crm_core.conftest import NOW, Cast, hired

HELLO = "enter: lead\nat once: Hello"

_Decision = Callable[[Session, Sequence], object]


def make(session: Session) -> Cast:
    """Alice's sequence for two customers, which Boss and Admin may approve."""
    cast = hired(session)
    for name in ("张三", "李四"):
        records.create(session, Draft(name=name), viewer=cast.alice, now=NOW)
    sequences.make(session, "Welcome", sequence_lines.read(HELLO), viewer=cast.alice, now=NOW)
    return cast


@pytest.fixture
def cast_of(database: Database) -> Cast:
    """It waits."""
    with database.writing() as session:
        cast = make(session)
        ask(cast.alice)(session, known(session))
    return cast


@pytest.fixture
def cast_pg(postgres_database: Database) -> Cast:
    with postgres_database.writing() as session:
        return make(session)


def ask(viewer: Viewer) -> _Decision:
    return lambda session, sequence: agreement.ask(session, sequence, viewer=viewer, now=NOW, above=1, platform="")


def approve(viewer: Viewer) -> _Decision:
    return lambda session, sequence: agreement.approve(
        session, sequence, viewer=viewer, now=NOW, timezone="Asia/Shanghai", platform=""
    )


def refuse(viewer: Viewer) -> _Decision:
    return lambda session, sequence: agreement.refuse(session, sequence, viewer=viewer, now=NOW, platform="")


def do(database: Database, decision: _Decision) -> None:
    with database.writing() as session:
        decision(session, known(session))


def known(session: Session) -> Sequence:
    """It with its versions, as this session saw them first."""
    session.info.setdefault("known", []).extend(session.exec(select(SequenceVersion)))
    sequence = session.exec(select(Sequence)).one()
    session.info["known"].append(sequence)
    return sequence


def decided(database: Database) -> tuple[SequenceState, bool, list[str]]:
    """Its state, whether it was refused, and what its author was told."""
    with database.reading() as session:
        sequence = known(session)
        told = session.exec(select(Delivery).where(Delivery.recipient == "alice")).all()
        refused = sequences.newest(session, sequence).refused_by_id is not None
        return sequence.state, refused, [row.body["notice"] for row in told]


def test_of_two_who_decide_at_once_one_is_heard(database: Database, cast_of: Cast) -> None:
    together = Barrier(2)

    def decide(decision: _Decision) -> str:
        together.wait()
        try:
            do(database, decision)
        except Conflict as conflict:
            return conflict.problem
        return ""

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(decide, (approve(cast_of.boss), refuse(cast_of.admin))))
    assert sorted(said) == ["", "sequence_not_asked"]
    approved = (SequenceState.ON, False, ["sequence_approved"])
    refused = (SequenceState.DRAFT, True, ["sequence_refused"])
    assert decided(database) == (refused if said[0] else approved)


@pytest.mark.parametrize("second", [approve, refuse])
def test_who_looked_before_the_other_decided_does_not_decide_too(
    postgres_database: Database, cast_pg: Cast, second: Callable[[Viewer], _Decision]
) -> None:
    do(postgres_database, ask(cast_pg.alice))
    with postgres_database.writing() as late:
        sequence = known(late)
        do(postgres_database, refuse(cast_pg.boss))
        with pytest.raises(Conflict, match="sequence_not_asked"):
            second(cast_pg.admin)(late, sequence)


def test_a_version_written_meanwhile_is_not_approved_with_the_one_that_was_shown(
    postgres_database: Database, cast_pg: Cast
) -> None:
    do(postgres_database, ask(cast_pg.alice))
    plan = sequence_lines.read(f"{HELLO} again")
    with postgres_database.writing() as late:
        sequence = known(late)
        do(postgres_database, lambda session, one: sequences.revise(session, one, plan, viewer=cast_pg.alice, now=NOW))
        with pytest.raises(Conflict, match="sequence_not_asked"):
            approve(cast_pg.boss)(late, sequence)


def test_who_asks_while_the_same_is_asked_sends_no_second_card(postgres_database: Database, cast_pg: Cast) -> None:
    with postgres_database.writing() as late:
        sequence = known(late)
        do(postgres_database, ask(cast_pg.alice))
        ask(cast_pg.alice)(late, sequence)
        assert len(late.exec(select(Delivery).where(Delivery.recipient == "boss")).all()) == 1
