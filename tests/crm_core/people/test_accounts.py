"""Colleagues who are recognised by their e-mail."""

from dataclasses import replace

import pytest
from sqlmodel import Session, select

from crm_core.chat import Sender, SenderKind
from crm_core.conversations import senders
from crm_core.customers import identities
from crm_core.errors import Conflict, Invalid, NotAllowed
from crm_core.people import staff
from crm_core.people.tables import AuditEntry, Handle, Role, Staff
from tests.conftest import NOW
from tests.crm_core.conversations.talk import eyes, hire, record, said


def account(kind: SenderKind = SenderKind.MEMBER, email: str = "Bob@Home.example") -> Sender:
    return Sender("U_BOB", "Bob", kind, email)


@pytest.fixture
def bob(session: Session) -> Staff:
    return staff.add(session, "Bob", role=Role.SALES, email="bob@home.example", now=NOW)


def test_an_account_with_the_e_mail_of_a_colleague_is_theirs_and_that_is_on_record(
    session: Session, bob: Staff
) -> None:
    (one,) = record(session, said(by=account()))
    assert (one.staff, one.identity) == (bob, None)
    assert staff.by_handle(session, "console", "U_BOB") is bob
    entry = session.exec(select(AuditEntry)).one()
    assert (entry.action, entry.actor, entry.details) == (
        "recognised",
        "Bob",
        {"platform": "console", "account": "U_BOB"},
    )


def test_it_happens_once(session: Session, bob: Staff) -> None:
    record(session, said(by=account()), said(by=account(), id_="m2"))
    assert len(session.exec(select(Handle)).all()) == len(session.exec(select(AuditEntry)).all()) == 1


@pytest.mark.parametrize("kind", [SenderKind.GUEST, SenderKind.EXTERNAL, SenderKind.BOT])
def test_guests_outsiders_and_bots_are_no_colleagues(session: Session, bob: Staff, kind: SenderKind) -> None:
    record(session, said(by=account(kind)))
    assert session.exec(select(Handle)).all() == []


def test_who_left_is_not_recognised(session: Session, bob: Staff) -> None:
    staff.change(session, bob, active=False)
    record(session, said(by=account()))
    assert session.exec(select(Handle)).all() == []


def test_an_account_of_somebody_else_stays_theirs(session: Session, bob: Staff) -> None:
    alice = hire(session, "Alice")
    staff.add_handle(session, alice, "console", "U_BOB")
    (one,) = record(session, said(by=account()))
    assert one.staff is alice


def test_who_is_recognised_later_leaves_the_review_list(session: Session) -> None:
    record(session, said(by=account()))
    assert [one.platform_user_id for one in identities.unlinked(session, limit=5)] == ["U_BOB"]
    staff.add(session, "Bob", role=Role.SALES, email="bob@home.example", now=NOW)
    record(session, said(by=account(), id_="m2"))
    assert identities.unlinked(session, limit=5) == []


def test_a_platform_that_tells_who_somebody_is_is_enough(session: Session, bob: Staff) -> None:
    senders.meet(session, "console", [account()], now=NOW, country="CN")
    assert staff.by_handle(session, "console", "U_BOB") is bob


def test_a_platform_that_tells_of_strangers_makes_nobody(session: Session) -> None:
    stranger = Sender("U_EXT", "Erin", SenderKind.EXTERNAL, "erin@acme.example", team="T_ACME")
    senders.meet(session, "console", [stranger], now=NOW, country="CN")
    assert identities.find(session, "console", "U_EXT") is None
    record(session, said(by=Sender("U_EXT", "", SenderKind.GUEST)))
    senders.meet(session, "console", [stranger], now=NOW, country="CN")
    known = identities.find(session, "console", "U_EXT")
    assert known is not None
    assert (known.display_name, known.email, known.team) == ("Erin", "erin@acme.example", "T_ACME")


def test_an_e_mail_is_one_colleague_s(session: Session, bob: Staff) -> None:
    with pytest.raises(Conflict, match="staff_email_taken"):
        staff.add(session, "Bert", role=Role.SALES, email="BOB@home.example", now=NOW)
    with pytest.raises(Invalid, match="email_invalid"):
        staff.change(session, bob, email="bob")
    staff.change(session, bob, email="bob@home.example")
    staff.change(session, bob, active=False)
    staff.add(session, "Bert", role=Role.SALES, email="bob@home.example", now=NOW)
    with pytest.raises(Conflict, match="staff_email_taken"):
        staff.change(session, bob, active=True)


def test_nobody_sets_their_own_e_mail(session: Session, bob: Staff) -> None:
    with pytest.raises(NotAllowed):
        staff.change(session, bob, email="alice@home.example", by=eyes(session, bob))


def test_what_a_colleague_has_set_on_the_platform_holds_until_they_say_otherwise(session: Session, bob: Staff) -> None:
    told = replace(account(), timezone="Europe/Berlin", language="en")
    senders.meet(session, "console", [told], now=NOW, country="CN")
    assert (bob.timezone, bob.wrote_in, bob.language) == ("Europe/Berlin", "en", "")
    staff.change(session, bob, timezone="Asia/Shanghai")
    bob.wrote_in = "zh"
    senders.meet(session, "console", [told], now=NOW, country="CN")
    assert (bob.timezone, bob.wrote_in) == ("Asia/Shanghai", "zh")


def test_a_time_zone_that_is_none_is_passed_over(session: Session, bob: Staff) -> None:
    senders.meet(session, "console", [replace(account(), timezone="Moon/Tycho")], now=NOW, country="CN")
    assert bob.timezone == ""


def nameless(session: Session) -> Staff:
    return staff.add(session, "U_BOB", role=Role.ADMIN, handle=("console", "U_BOB"), now=NOW)


def test_an_administrator_known_by_their_account_alone_is_called_by_name_once_they_speak(session: Session) -> None:
    admin = nameless(session)
    record(session, said(by=account()))
    assert admin.name == "Bob"
    assert staff.by_name(session, "bob") is admin


def test_so_they_are_when_the_platform_tells_their_name_apart_from_what_they_say(session: Session) -> None:
    admin = nameless(session)
    senders.meet(session, "console", [account()], now=NOW, country="CN")
    assert admin.name == "Bob"


@pytest.mark.parametrize("name", ["", " \u200d", "bOB"])
def test_without_a_name_or_with_that_of_a_colleague_they_keep_what_they_are_called(
    session: Session, bob: Staff, name: str
) -> None:
    admin = nameless(session)
    record(session, said(by=Sender("U_BOB", name)))
    assert admin.name == "U_BOB"


def test_who_was_given_a_name_keeps_it(session: Session) -> None:
    robert = staff.add(session, "Robert", role=Role.ADMIN, handle=("console", "U_BOB"), now=NOW)
    clerk = staff.add(session, "U2", role=Role.SALES, handle=("console", "U2"), now=NOW)
    record(session, said(by=account()), said(by=Sender("U2", "Dana"), id_="m2"))
    assert (robert.name, clerk.name) == ("Robert", "U2")
