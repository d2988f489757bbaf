"""A link gives a conversation to a customer, and what was said in it follows."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from crm_core.conversations import links, messages, search
from crm_core.conversations.tables import Conversation, Message
from crm_core.customers import identities, merge
from crm_core.errors import Conflict, NotAllowed, NotFound
from crm_core.people import operations
from crm_core.people.tables import Role, Staff
from crm_core.people.viewer import Viewer
from tests.conftest import NOW
from tests.crm_core.conversations.talk import (
    ALICE,
    DIRECT,
    LI,
    ZHANG,
    customer_of,
    eyes,
    hire,
    known_as,
    record,
    said,
)


@pytest.fixture
def alice(session: Session) -> Staff:
    return hire(session, "Alice")


@pytest.fixture
def viewer(session: Session, alice: Staff) -> Viewer:
    return eyes(session, alice)


def homes(session: Session) -> dict[str, tuple[int | None, int | None]]:
    """Text → (customer, owner) of every message, as stored."""
    found = session.exec(select(Message.text, Message.customer_id, Message.owner_id).order_by(col(Message.id)))
    return {text: (customer_id, owner_id) for text, customer_id, owner_id in found}


def room(session: Session) -> Conversation:
    return session.exec(select(Conversation)).one()


def test_what_was_said_goes_to_the_linked_customer(session: Session, alice: Staff, viewer: Viewer) -> None:
    acme = customer_of(session, "Acme", alice)
    record(
        session, said("陌生人"), said("员工", id_="m2", by=ALICE), said("查 Acme", id_="m3", by=ALICE, addressed=True)
    )
    assert links.link(session, room(session), acme, viewer=viewer, now=NOW) is True
    assert homes(session) == {
        "陌生人": (acme.id, alice.id),
        "员工": (acme.id, alice.id),
        "查 Acme": (None, alice.id),
    }
    assert links.link(session, room(session), acme, viewer=viewer, now=NOW) is False


def test_a_loaded_message_tells_its_new_customer(session: Session, alice: Staff, viewer: Viewer) -> None:
    (recorded,) = record(session, said())
    acme = customer_of(session, "Acme", alice)
    links.link(session, recorded.conversation, acme, viewer=viewer, now=NOW)
    assert recorded.message is not None
    assert recorded.message.customer_id == acme.id


def test_what_another_customer_said_stays_theirs(session: Session, alice: Staff, viewer: Viewer) -> None:
    acme, li = customer_of(session, "Acme", alice), customer_of(session, "李四", alice)
    known_as(session, "lisi", li)
    record(session, said("陌生人"), said("李四说", id_="m2", by=LI))
    links.link(session, room(session), acme, viewer=viewer, now=NOW)
    assert [customer for customer, _ in homes(session).values()] == [acme.id, li.id]


def test_a_new_link_takes_what_the_former_link_had(session: Session, alice: Staff, viewer: Viewer) -> None:
    first, second = customer_of(session, "Acme", alice), customer_of(session, "Beta")
    record(session, said())
    for customer in (first, second):
        links.link(session, room(session), customer, viewer=viewer, now=NOW)
    assert homes(session) == {"你好": (second.id, None)}


def test_linking_counts_what_was_said_as_contact(session: Session, alice: Staff, viewer: Viewer) -> None:
    acme = customer_of(session, "Acme", alice)
    record(session, said(at=NOW - timedelta(days=3)))
    links.link(session, room(session), acme, viewer=viewer, now=NOW)
    assert acme.last_contact_at == NOW - timedelta(days=3)


def test_undoing_a_link_gives_everything_back(session: Session, alice: Staff, viewer: Viewer) -> None:
    acme, li = customer_of(session, "Acme", alice), customer_of(session, "李四", alice)
    known_as(session, "lisi", li)
    record(session, said("陌生人"), said("李四说", id_="m2", by=LI), said("员工", id_="m3", by=ALICE))
    before = homes(session)
    with operations.recording(session, viewer=viewer, command="link Acme", now=NOW) as operation:
        links.link(session, room(session), acme, viewer=viewer, now=NOW)
    record(session, said("之后", id_="m4"), said("李四又说", id_="m5", by=LI), said("员工又说", id_="m6", by=ALICE))
    operations.undo(session, operation, viewer=viewer, now=NOW)
    assert room(session).customer_id is None
    assert homes(session) == {
        **before,
        "之后": (None, None),
        "李四又说": (li.id, alice.id),
        "员工又说": (None, alice.id),
    }


def test_undoing_a_change_of_link_gives_it_to_the_former_customer(
    session: Session, alice: Staff, viewer: Viewer
) -> None:
    first, second = customer_of(session, "Acme", alice), customer_of(session, "Beta", alice)
    record(session, said())
    links.link(session, room(session), first, viewer=viewer, now=NOW)
    with operations.recording(session, viewer=viewer, command="link Beta", now=NOW) as operation:
        links.link(session, room(session), second, viewer=viewer, now=NOW)
    operations.undo(session, operation, viewer=viewer, now=NOW)
    assert homes(session) == {"你好": (first.id, alice.id)}


def test_unlinking_gives_back_and_can_be_undone(session: Session, alice: Staff, viewer: Viewer) -> None:
    acme = customer_of(session, "Acme", alice)
    record(session, said())
    links.link(session, room(session), acme, viewer=viewer, now=NOW)
    with operations.recording(session, viewer=viewer, command="unlink", now=NOW) as operation:
        assert links.unlink(session, room(session), viewer=viewer) is True
    assert homes(session) == {"你好": (None, None)}
    assert links.unlink(session, room(session), viewer=viewer) is False
    operations.undo(session, operation, viewer=viewer, now=NOW)
    assert homes(session) == {"你好": (acme.id, alice.id)}


def test_who_finds_a_message_follows_the_link(session: Session, alice: Staff, viewer: Viewer) -> None:
    charlie, boss = eyes(session, hire(session, "Charlie")), eyes(session, hire(session, "Ada", Role.ADMIN))
    record(session, said("报价单在这里"))
    assert [search.search(session, "报价单", viewer=each) for each in (viewer, charlie)] == [[], []], "nobody's yet"
    assert [message.text for message in search.search(session, "报价单", viewer=boss)] == ["报价单在这里"]
    links.link(session, room(session), customer_of(session, "Acme", alice), viewer=viewer, now=NOW)
    assert search.search(session, "报价单", viewer=charlie) == []
    assert [message.text for message in search.search(session, "报价单", viewer=viewer)] == ["报价单在这里"]


def test_a_link_to_a_merged_customer_is_a_link_to_the_survivor(session: Session, alice: Staff, viewer: Viewer) -> None:
    keep, other = customer_of(session, "Acme", alice), customer_of(session, "ACME Ltd", alice)
    record(session, said())
    merge.merge(session, keep, other, viewer=viewer, now=NOW)
    links.link(session, room(session), other, viewer=viewer, now=NOW)
    assert room(session).customer_id == keep.id


def test_charlie_cannot_take_a_conversation_that_is_linked_to_a_customer_of_alice(
    session: Session, alice: Staff, viewer: Viewer
) -> None:
    charlie = hire(session, "Charlie")
    acme, his = customer_of(session, "Acme", alice), customer_of(session, "Beta", charlie)
    record(session, said())
    links.link(session, room(session), acme, viewer=viewer, now=NOW)
    with pytest.raises(Conflict) as refused:
        links.link(session, room(session), his, viewer=eyes(session, charlie), now=NOW)
    assert refused.value.problem == "conversation_taken"
    with pytest.raises(Conflict):
        links.unlink(session, room(session), viewer=eyes(session, charlie))
    with pytest.raises(NotFound):
        links.link(session, room(session), acme, viewer=eyes(session, charlie), now=NOW)


def test_who_may_only_look_cannot_link(session: Session) -> None:
    acme, auditor = customer_of(session, "Acme"), hire(session, "Dora", Role.VIEWER)
    record(session, said())
    with pytest.raises(NotAllowed):
        links.link(session, room(session), acme, viewer=eyes(session, auditor), now=NOW)


def test_linking_an_identity_gives_its_customer_what_it_said(session: Session, alice: Staff, viewer: Viewer) -> None:
    zhang = customer_of(session, "张三", alice)
    (recorded, _) = record(session, said("张三说"), said("李四说", id_="m2", by=LI))
    assert recorded.identity is not None
    with operations.recording(session, viewer=viewer, command="link", now=NOW) as operation:
        identities.link(session, recorded.identity, zhang, by="manual", viewer=viewer, now=NOW)
    assert homes(session) == {"张三说": (zhang.id, alice.id), "李四说": (None, None)}
    operations.undo(session, operation, viewer=viewer, now=NOW)
    assert homes(session) == {"张三说": (None, None), "李四说": (None, None)}


def test_linking_an_identity_gives_its_customer_the_whole_direct_chat(
    session: Session, alice: Staff, viewer: Viewer
) -> None:
    zhang = customer_of(session, "张三", alice)
    (recorded, _) = record(session, said("价格?", room=DIRECT), said("58", id_="m2", by=ALICE, room=DIRECT))
    assert recorded.identity is not None
    identities.link(session, recorded.identity, zhang, by="manual", viewer=viewer, now=NOW)
    assert homes(session) == {"价格?": (zhang.id, alice.id), "58": (zhang.id, alice.id)}
    identities.unlink(session, recorded.identity, viewer=viewer, now=NOW)
    assert [customer for customer, _ in homes(session).values()] == [None, None]


def test_a_link_of_the_conversation_stands_above_the_identity(session: Session, alice: Staff, viewer: Viewer) -> None:
    acme, zhang = customer_of(session, "Acme", alice), customer_of(session, "张三", alice)
    (recorded,) = record(session, said())
    links.link(session, recorded.conversation, acme, viewer=viewer, now=NOW)
    assert recorded.identity is not None
    identities.link(session, recorded.identity, zhang, by="manual", viewer=viewer, now=NOW)
    assert homes(session) == {"你好": (acme.id, alice.id)}


def test_a_merge_and_its_undo_give_every_message_back_to_its_customer(
    session: Session, alice: Staff, viewer: Viewer
) -> None:
    keep, other = customer_of(session, "张三", alice), customer_of(session, "张叁")
    known_as(session, "zhangsan", keep)
    known_as(session, "lisi", other)
    record(session, said("张三说"), said("张叁说", id_="m2", by=LI))
    before = homes(session)
    with operations.recording(session, viewer=viewer, command="merge", now=NOW) as operation:
        merge.merge(session, keep, other, viewer=viewer, now=NOW)
    record(session, said("又说", id_="m3", by=LI))
    assert homes(session)["又说"] == (keep.id, alice.id)
    operations.undo(session, operation, viewer=viewer, now=NOW)
    assert homes(session) == {**before, "又说": (other.id, None)}


def test_a_linked_customer_who_is_merged_away_still_gets_what_is_said(
    session: Session, alice: Staff, viewer: Viewer
) -> None:
    keep, other = customer_of(session, "Acme", alice), customer_of(session, "ACME Ltd")
    record(session, said())
    links.link(session, room(session), other, viewer=viewer, now=NOW)
    merge.merge(session, keep, other, viewer=viewer, now=NOW)
    messages.record(session, said("之后", id_="m2", by=replace(ZHANG, platform_id="new")), now=NOW)
    assert homes(session)["之后"] == (other.id, alice.id)
