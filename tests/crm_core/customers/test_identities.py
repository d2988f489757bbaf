"""Who writes is known by phone or e-mail when that is certain, and waits in the review list otherwise."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import Session

from crm_core.chat import Sender, SenderKind
from crm_core.customers import contacts, identities, merge, records
from crm_core.customers.records import Draft
from crm_core.customers.tables import ContactKind, Customer, Identity
from crm_core.database import Database
from crm_core.errors import Conflict, NotAllowed, NotFound
from crm_core.people import operations
from tests.crm_core.conftest import NOW, Cast
from tests.crm_core.rows import dump

LATER = NOW + timedelta(hours=1)
GUEST = Sender("U1", "三哥", SenderKind.GUEST)


@pytest.fixture
def session(sqlite_database: Database) -> Iterator[Session]:
    """The kind of the database does not matter here."""
    with sqlite_database.writing() as session:
        yield session


def _zhang(session: Session, cast: Cast, name: str = "张三", phone: str = "13800138812") -> Customer:
    return records.create(session, Draft(name, phones=[phone]), viewer=cast.alice, now=NOW)


def _seen(session: Session, sender: Sender) -> Identity:
    return identities.seen(session, "slack", sender, now=NOW, country="CN")


def test_an_unknown_sender_waits_in_the_review_list(session: Session) -> None:
    first, second = _seen(session, GUEST), _seen(session, Sender("U2", "Li"))
    assert (first.customer_id, first.matched_by, first.kind, first.display_name) == (None, "", "guest", "三哥")
    assert identities.unlinked(session, limit=10) == [second, first]
    assert identities.unlinked(session, limit=1) == [second]


def test_a_sender_is_one_identity_however_often_seen(session: Session) -> None:
    identity = _seen(session, GUEST)
    before = dump(session)
    assert identities.seen(session, "slack", GUEST, now=LATER, country="CN") is identity
    assert dump(session) == before
    other = identities.seen(session, "wecom", GUEST, now=LATER, country="CN")
    assert other.id != identity.id


def test_a_sender_is_matched_by_a_phone_that_is_one_customers(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast)
    identity = _seen(session, Sender("U1", phone="138 0013 8812"))
    assert (identity.customer_id, identity.matched_by, identity.matched_at) == (zhang.id, "phone", NOW)


def test_a_sender_is_matched_by_an_email_that_comes_later(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast)
    contacts.add(session, zhang, ContactKind.EMAIL, "zs@acme.com", country="CN")
    assert _seen(session, GUEST).customer_id is None
    identity = identities.seen(session, "slack", Sender("U1", email="ZS@acme.com"), now=LATER, country="CN")
    assert (identity.customer_id, identity.matched_by, identity.matched_at) == (zhang.id, "email", LATER)
    assert identity.display_name == "三哥"


def test_a_sender_who_could_be_two_customers_is_not_matched(session: Session, cast: Cast) -> None:
    _zhang(session, cast)
    li = _zhang(session, cast, "李四", "13900139912")
    contacts.add(session, li, ContactKind.EMAIL, "li@acme.com", country="CN")
    assert _seen(session, Sender("U1", phone="13800138812", email="li@acme.com")).customer_id is None
    twice = Draft("张三的妻子", phones=["13800138812"])
    records.create(session, twice, viewer=cast.alice, now=NOW, allow_duplicate=True)
    assert _seen(session, Sender("U2", phone="13800138812")).customer_id is None


def test_a_match_of_a_merged_customer_is_the_survivor(session: Session, cast: Cast) -> None:
    keep, other = _zhang(session, cast), _zhang(session, cast, "张总", "13900139912")
    merge.merge(session, keep, other, viewer=cast.alice, now=NOW)
    assert _seen(session, Sender("U1", phone="13900139912")).customer_id == keep.id


def test_what_the_platform_says_that_is_no_phone_is_left_out(session: Session) -> None:
    identity = _seen(session, Sender("U1", "\x00三\u202e", phone="812", email="none"))
    assert (identity.display_name, identity.phone, identity.email) == ("三", "", "")


def test_an_account_is_linked_unlinked_and_not_matched_again_by_itself(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast)
    identity = _seen(session, Sender("U1", phone="13800138812"))
    identities.unlink(session, identity, viewer=cast.alice, now=LATER)
    assert identities.unlinked(session, limit=10) == [identity]
    assert _seen(session, Sender("U1", phone="13800138812")).customer_id is None
    identities.link(session, identity, zhang, by="manual", viewer=cast.alice, now=LATER)
    assert (identity.customer_id, identity.matched_by) == (zhang.id, "manual")
    assert identities.of(session, [zhang.id]) == {zhang.id: [identity]}


def test_linking_is_taken_back(session: Session, cast: Cast) -> None:
    zhang, identity = _zhang(session, cast), _seen(session, GUEST)
    before = dump(session)
    with operations.recording(session, viewer=cast.alice, command="link", now=NOW) as operation:
        identities.link(session, identity, zhang, by="manual", viewer=cast.alice, now=NOW)
    operations.undo(session, operation, viewer=cast.alice, now=LATER.replace(hour=2, minute=25))
    assert dump(session) == before


def test_an_account_of_somebody_elses_customer_is_not_taken(session: Session, cast: Cast) -> None:
    _zhang(session, cast)
    identity = _seen(session, Sender("U1", phone="13800138812"))
    li = records.create(session, Draft("李四"), viewer=cast.charlie, now=NOW)
    with pytest.raises(Conflict, match="identity_taken") as refused:
        identities.link(session, identity, li, by="manual", viewer=cast.charlie, now=NOW)
    assert refused.value.details == {"owner": "Alice"}
    with pytest.raises(Conflict, match="identity_taken"):
        identities.unlink(session, identity, viewer=cast.charlie, now=NOW)
    with pytest.raises(NotFound, match="customer_not_found"):
        identities.link(session, _seen(session, Sender("U2")), li, by="manual", viewer=cast.alice, now=NOW)
    with pytest.raises(NotAllowed, match="right_missing"):
        identities.unlink(session, identity, viewer=cast.intern, now=NOW)
    with pytest.raises(NotFound, match="identity_not_found"):
        identities.get(session, 999)
