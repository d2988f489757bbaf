"""Whose an account is, found without anybody's help."""

import pytest
from sqlmodel import Session

from crm_core.chat import InboundMessage, Room, RoomKind, Sender, SenderKind
from crm_core.conversations import links
from crm_core.conversations.tables import Message
from crm_core.customers import contacts, identities
from crm_core.customers.tables import ContactKind, Customer, CustomerKind, Identity
from crm_core.people.tables import Role, Staff
from tests.conftest import NOW
from tests.crm_core.conversations.talk import customer_of, eyes, hire, record, said

SHARED = Room("C_ACME", RoomKind.SHARED, "acme")
ELSEWHERE = Room("C_OTHER", RoomKind.SHARED, "other")
ERIN = Sender("erin", "Erin", SenderKind.EXTERNAL, team="T_ACME")
WANG = Sender("wangwu", "王五", SenderKind.EXTERNAL, team="T_ACME")
GINA = Sender("gina", "Gina", SenderKind.GUEST)
DANA = Sender("dana", "Dana", SenderKind.MEMBER)


@pytest.fixture
def alice(session: Session) -> Staff:
    return hire(session, "Alice", Role.ADMIN)


@pytest.fixture
def acme(session: Session, alice: Staff) -> Customer:
    company = customer_of(session, "Acme", alice)
    company.kind = CustomerKind.COMPANY
    session.flush()
    return company


def spoke(session: Session, by: Sender, room: Room = SHARED, id_: str = "m1") -> Identity:
    (one,) = record(session, say(by, room, id_))
    assert one.identity is not None
    return one.identity


def say(by: Sender, room: Room = SHARED, id_: str = "m1") -> InboundMessage:
    return said(by=by, room=room, id_=id_)


def link_room(session: Session, customer: Customer, by: Staff, room: Room = SHARED) -> None:
    (one,) = record(session, said(id_="first", room=room, by=Sender("alice", "Alice")))
    links.link(session, one.conversation, customer, viewer=eyes(session, by), now=NOW)


def test_who_speaks_in_the_room_of_a_company_is_of_that_company(session: Session, alice: Staff, acme: Customer) -> None:
    link_room(session, acme, alice)
    for sender in (ERIN, GINA):
        identity = spoke(session, sender, id_=sender.platform_id)
        assert (identity.customer_id, identity.matched_by, identity.matched_at) == (acme.id, "conversation", NOW)


def test_a_colleague_and_a_stranger_of_unknown_kind_are_nobody_there(
    session: Session, alice: Staff, acme: Customer
) -> None:
    link_room(session, acme, alice)
    for sender in (DANA, Sender("x", "", SenderKind.GUEST), Sender("y", "Y", SenderKind.EXTERNAL)):
        assert spoke(session, sender, id_=sender.platform_id).customer_id is None


def test_who_spoke_before_the_link_is_matched_when_they_speak_again(
    session: Session, alice: Staff, acme: Customer
) -> None:
    assert spoke(session, ERIN).customer_id is None
    link_room(session, acme, alice)
    assert spoke(session, ERIN, id_="m2").customer_id == acme.id


def test_a_person_has_one_account_of_a_platform(session: Session, alice: Staff) -> None:
    zhang = customer_of(session, "张三", alice)
    link_room(session, zhang, alice)
    assert spoke(session, ERIN).customer_id == zhang.id
    assert spoke(session, WANG, id_="m2").customer_id is None


def test_in_the_room_of_a_person_everybody_is_of_the_person_s_company(
    session: Session, alice: Staff, acme: Customer
) -> None:
    zhang = customer_of(session, "张三", alice)
    zhang.company_id = acme.id
    link_room(session, zhang, alice)
    assert spoke(session, ERIN).customer_id == acme.id


def test_the_others_of_a_team_follow_the_one_who_was_linked(session: Session, alice: Staff, acme: Customer) -> None:
    erin = spoke(session, ERIN)
    identities.link(session, erin, acme, by="manual", viewer=eyes(session, alice), now=NOW)
    wang = spoke(session, WANG, id_="m2")
    assert (wang.customer_id, wang.matched_by) == (acme.id, "team")


def test_a_person_of_a_company_stands_for_it(session: Session, alice: Staff, acme: Customer) -> None:
    zhang = customer_of(session, "张三", alice)
    zhang.company_id = acme.id
    identities.link(session, spoke(session, ERIN), zhang, by="manual", viewer=eyes(session, alice), now=NOW)
    assert spoke(session, WANG, id_="m2").customer_id == acme.id


def test_a_team_of_two_companies_stands_for_neither(session: Session, alice: Staff, acme: Customer) -> None:
    other = customer_of(session, "Umbrella", alice)
    other.kind = CustomerKind.COMPANY
    for sender, company in ((ERIN, acme), (WANG, other)):
        identity = spoke(session, sender, id_=sender.platform_id)
        identities.link(session, identity, company, by="manual", viewer=eyes(session, alice), now=NOW)
    third = Sender("lisi", "李四", SenderKind.EXTERNAL, team="T_ACME")
    assert spoke(session, third, id_="m3").customer_id is None


def test_what_was_matched_by_itself_proves_nothing_about_a_team(session: Session, alice: Staff, acme: Customer) -> None:
    link_room(session, acme, alice)
    assert spoke(session, ERIN).matched_by == "conversation"
    assert spoke(session, WANG, ELSEWHERE, "m2").customer_id is None


def test_what_is_known_of_the_person_goes_before_the_room(session: Session, alice: Staff, acme: Customer) -> None:
    agency = customer_of(session, "Agency", alice)
    agency.kind = CustomerKind.COMPANY
    identities.link(session, spoke(session, ERIN), agency, by="manual", viewer=eyes(session, alice), now=NOW)
    link_room(session, acme, alice, ELSEWHERE)
    assert spoke(session, WANG, ELSEWHERE, "m2").customer_id == agency.id


def test_an_e_mail_goes_before_all(session: Session, alice: Staff, acme: Customer) -> None:
    zhang = customer_of(session, "张三", alice)
    contacts.add(session, zhang, ContactKind.EMAIL, "wang@acme.example", country="CN")
    link_room(session, acme, alice)
    identity = spoke(session, Sender("wangwu", "王五", SenderKind.EXTERNAL, "Wang@acme.example", team="T_ACME"))
    assert (identity.customer_id, identity.matched_by) == (zhang.id, "email")


def test_who_was_taken_away_by_hand_stays_away(session: Session, alice: Staff, acme: Customer) -> None:
    link_room(session, acme, alice)
    erin = spoke(session, ERIN)
    identities.unlink(session, erin, viewer=eyes(session, alice), now=NOW)
    assert spoke(session, ERIN, id_="m2").customer_id is None


def test_what_the_matched_said_before_comes_along(session: Session, alice: Staff, acme: Customer) -> None:
    first = record(session, said(by=ERIN, room=ELSEWHERE, id_="before"))[0].message
    assert first is not None
    identities.link(session, spoke(session, WANG), acme, by="manual", viewer=eyes(session, alice), now=NOW)
    spoke(session, ERIN, ELSEWHERE, "after")
    session.expire_all()
    assert session.get_one(Message, first.id).customer_id == acme.id


def test_a_kind_and_a_team_that_are_learnt_later_are_kept(session: Session) -> None:
    spoke(session, Sender("erin", "", SenderKind.GUEST))
    identity = spoke(session, ERIN, id_="m2")
    assert (identity.kind, identity.team, identity.display_name) == ("external", "T_ACME", "Erin")
