"""What is filed under a customer by hand stays there, through links, edits and late arrivals, until it is undone."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from crm_core.conversations import filings, links, timeline
from crm_core.conversations.tables import Conversation, Filing, Message
from crm_core.customers.tables import Customer
from crm_core.errors import Conflict, NotAllowed, NotFound
from crm_core.people import operations
from crm_core.people.tables import Role, Staff
from crm_core.people.viewer import Viewer
from tests.conftest import NOW
from tests.crm_core.conversations.talk import (
    ALICE,
    ZHANG,
    customer_of,
    deleted,
    edited,
    eyes,
    hire,
    known_as,
    record,
    said,
)

MINUTE = timedelta(minutes=1)


@pytest.fixture
def alice(session: Session) -> Staff:
    return hire(session, "Alice")


@pytest.fixture
def viewer(session: Session, alice: Staff) -> Viewer:
    return eyes(session, alice)


@pytest.fixture
def acme(session: Session, alice: Staff) -> Customer:
    return customer_of(session, "Acme", alice)


def place(session: Session) -> Conversation:
    return session.exec(select(Conversation)).one()


def texts(session: Session, customer: Customer, viewer: Viewer) -> list[str]:
    return [entry.text for entry in timeline.of(session, customer, viewer=viewer)]


def file(session: Session, customer: Customer, viewer: Viewer, id_: str = "m1") -> filings.Filed:
    messages = filings.said(session, place(session), id_)
    return filings.file(session, messages, customer, viewer=viewer, now=NOW)


def test_a_filed_message_stands_in_the_history_of_its_customer(
    session: Session, acme: Customer, viewer: Viewer
) -> None:
    record(session, said("报价多少"), said("其他", id_="m2"))
    filed = file(session, acme, viewer)
    assert [message.text for message in filed.new] == ["报价多少"]
    assert texts(session, acme, viewer) == ["报价多少"]
    session.refresh(acme)
    assert acme.last_contact_at == NOW


def test_later_edits_and_deletes_stay_with_it(session: Session, acme: Customer, viewer: Viewer) -> None:
    record(session, said("报价"))
    file(session, acme, viewer)
    record(session, edited("改了", at=NOW + MINUTE))
    assert texts(session, acme, viewer) == ["改了"]
    record(session, deleted(at=NOW + 2 * MINUTE))
    assert texts(session, acme, viewer) == [""]


def test_a_message_that_arrives_after_its_edit_stays_with_it(session: Session, acme: Customer, viewer: Viewer) -> None:
    record(session, edited("改了", at=NOW + MINUTE))
    file(session, acme, viewer)
    record(session, said("原来"))
    assert session.exec(select(Message.customer_id)).one() == acme.id


def test_a_thread_is_its_first_message_and_the_replies(session: Session, acme: Customer, viewer: Viewer) -> None:
    record(
        session,
        said("问题"),
        said("回答", id_="m2", by=ALICE, thread="m1", at=NOW + MINUTE),
        said("log acme", id_="m3", by=ALICE, thread="m1", addressed=True, at=NOW + 2 * MINUTE),
        said("另一个", id_="m4"),
    )
    found = filings.thread(session, place(session), "m1")
    assert [message.text for message in found] == ["问题", "回答"]


def test_what_was_taken_back_is_not_filed(session: Session, acme: Customer) -> None:
    record(session, said("错了"), deleted(at=NOW + MINUTE))
    assert filings.said(session, place(session), "m1") == []
    assert filings.thread(session, place(session), "m1") == []


def test_filing_twice_is_known(session: Session, acme: Customer, viewer: Viewer) -> None:
    record(session, said("报价"))
    file(session, acme, viewer)
    again = file(session, acme, viewer)
    assert again.new == ()
    assert again.earlier is not None
    assert (again.earlier.actor, again.earlier.at) == ("Alice", NOW)


def test_neither_a_link_nor_its_end_moves_it(session: Session, alice: Staff, acme: Customer, viewer: Viewer) -> None:
    beta = customer_of(session, "Beta", alice)
    record(session, said("报价"), said("别的", id_="m2"))
    file(session, acme, viewer)
    for customer in (beta, acme):
        links.link(session, place(session), customer, viewer=viewer, now=NOW)
        links.unlink(session, place(session), viewer=viewer)
    found = dict(session.exec(select(Message.text, Message.customer_id)).all())
    assert found == {"报价": acme.id, "别的": None}


def test_undoing_gives_it_back_to_whom_it_belonged(
    session: Session, alice: Staff, acme: Customer, viewer: Viewer
) -> None:
    known_as(session, ZHANG.platform_id, customer_of(session, "张三", alice))
    record(session, said("报价"))
    with operations.recording(session, viewer=viewer, command="log", now=NOW) as operation:
        file(session, acme, viewer)
    assert texts(session, acme, viewer) == ["报价"]
    operations.undo(session, operation, viewer=viewer, now=NOW)
    assert texts(session, acme, viewer) == []
    assert session.exec(select(Customer.name).join(Message)).one() == "张三"
    assert session.exec(select(Filing)).all() == []


def test_undoing_a_second_filing_gives_it_back_to_the_first(
    session: Session, alice: Staff, acme: Customer, viewer: Viewer
) -> None:
    beta = customer_of(session, "Beta", alice)
    record(session, said("报价"))
    file(session, beta, viewer)
    with operations.recording(session, viewer=viewer, command="log", now=NOW) as operation:
        file(session, acme, viewer)
    operations.undo(session, operation, viewer=viewer, now=NOW)
    assert texts(session, beta, viewer) == ["报价"]


def test_a_message_of_a_hidden_customer_is_not_taken(session: Session, acme: Customer, viewer: Viewer) -> None:
    known_as(session, ZHANG.platform_id, customer_of(session, "张三", hire(session, "Charlie")))
    record(session, said("报价"))
    with pytest.raises(Conflict, match="message_taken"):
        file(session, acme, viewer)


def test_rights_are_needed(session: Session, alice: Staff, acme: Customer) -> None:
    record(session, said("报价"))
    with pytest.raises(NotFound):
        file(session, acme, eyes(session, hire(session, "Charlie")))
    intern = hire(session, "Intern", Role.VIEWER)
    pool = customer_of(session, "Pool")
    with pytest.raises(NotAllowed):
        file(session, pool, eyes(session, intern))
