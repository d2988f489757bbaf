"""Marks on messages."""

from datetime import timedelta
from itertools import permutations

import pytest
from sqlmodel import Session, select

from crm_core.chat import Happening, InboundMessage, Sender
from crm_core.conversations import marks, messages, timeline
from crm_core.conversations.tables import Mark, Membership, Message
from crm_core.errors import Invalid
from crm_core.people.tables import Role
from tests.conftest import NOW
from tests.crm_core.conversations.talk import ALICE, ZHANG, customer_of, deleted, eyes, hire, known_as, record, said

SECOND = timedelta(seconds=1)


def mark(name: str = "thumbsup", *, at: int = 1, by: Sender = ALICE, id_: str = "m1") -> InboundMessage:
    return said(name, id_=id_, by=by, at=NOW + at * SECOND, happening=Happening.MARKED)


def unmark(name: str = "thumbsup", *, at: int = 2, by: Sender = ALICE) -> InboundMessage:
    return said(name, by=by, at=NOW + at * SECOND, happening=Happening.UNMARKED)


def standing(session: Session) -> list[tuple[str, str]]:
    (found,) = marks.of_all(session, session.exec(select(Message)).all()).values() or [()]
    return [(one.name, one.who) for one in found]


def test_a_mark_stands_on_its_message(session: Session) -> None:
    record(session, said(), mark(), mark("tada", at=2, by=ZHANG))
    assert standing(session) == [("thumbsup", "Alice"), ("tada", "张三")]


def test_a_mark_is_no_message(session: Session) -> None:
    (recorded,) = record(session, mark())
    assert recorded.message is None
    assert session.exec(select(Message)).all() == []


def test_a_mark_may_come_before_its_message(session: Session) -> None:
    record(session, mark(), said())
    assert standing(session) == [("thumbsup", "Alice")]


def test_marks_told_twice_are_kept_once(session: Session) -> None:
    record(session, said(), mark(), mark())
    messages.record_all(session, [mark(), mark(), mark(at=5, id_="m2")], now=NOW)
    assert len(session.exec(select(Mark)).all()) == 2
    assert standing(session) == [("thumbsup", "Alice")]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_last_word_on_a_mark_holds_in_any_order(sqlite_session: Session, order: tuple[int, ...]) -> None:
    told = [mark(at=1), unmark(at=2), mark(at=3)]
    record(sqlite_session, said(), *(told[at] for at in order))
    assert standing(sqlite_session) == [("thumbsup", "Alice")]
    record(sqlite_session, unmark(at=4))
    assert standing(sqlite_session) == []


def test_who_marks_is_in_the_room(session: Session) -> None:
    record(session, mark(by=ZHANG))
    assert session.exec(select(Membership.platform_user_id)).all() == ["zhangsan"]


def test_a_deleted_message_shows_no_marks(session: Session) -> None:
    record(session, said(), mark(), deleted(at=NOW + 9 * SECOND))
    assert standing(session) == []


def test_marks_are_counted_in_the_history_of_the_customer(session: Session) -> None:
    alice = hire(session, "Alice", Role.ADMIN)
    zhang = customer_of(session, "张三", alice)
    known_as(session, "zhangsan", zhang)
    record(session, said(), mark(), mark(by=ZHANG), mark("tada", at=3))
    (entry, *_) = timeline.of(session, zhang, viewer=eyes(session, alice))
    assert entry.marks == (("thumbsup", 2), ("tada", 1))


@pytest.mark.parametrize("name", ["", "x" * 256, "a\0b"])
def test_a_mark_without_a_proper_name_is_refused(sqlite_session: Session, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        record(sqlite_session, mark(name))
    assert refused.value.problem == "message_malformed"
