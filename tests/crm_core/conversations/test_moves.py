"""Rooms that are renamed, shared, and known by another id."""

from datetime import timedelta
from itertools import permutations

import pytest
from sqlmodel import Session, col, select

from crm_core.chat import Happening, InboundMessage, Room, RoomKind
from crm_core.conversations import links, log, marks, messages, moves, rooms, search
from crm_core.conversations.tables import Conversation, Mark, Message
from crm_core.files import handed, shelf
from crm_core.people.tables import Role
from crm_core.people.viewer import of_token
from crm_core.relations.tables import CustomerGroupRow
from crm_core.tables import metadata
from tests.conftest import NOW
from tests.crm_core.conversations.talk import GROUP, customer_of, edited, eyes, hire, record, said

MINUTE = timedelta(minutes=1)
OLD = Room("G1", RoomKind.GROUP, "acme")
NEW = Room("C1", RoomKind.SHARED, "acme")
NEWER = Room("C2", RoomKind.SHARED, "acme")


def moved(before: Room = OLD, after: Room = NEW) -> InboundMessage:
    return said(before.platform_id, id_="", room=after, happening=Happening.MOVED, by=type(said().sender)(""))


def renamed(title: str, minute: int, kind: RoomKind = RoomKind.GROUP) -> InboundMessage:
    room = Room(GROUP.platform_id, kind, title)
    return said("", id_="", room=room, at=NOW + minute * MINUTE, happening=Happening.RENAMED)


def all_rooms(session: Session) -> list[str]:
    return list(session.exec(select(Conversation.platform_id)))


def texts(session: Session, room: str) -> list[str]:
    place = log.place(session, "console", room)
    assert place is not None
    found = session.exec(select(Message.text).where(Message.conversation_id == place.conversation_id))
    return sorted(found)


def test_a_room_has_its_newest_title(session: Session) -> None:
    record(session, said(), renamed("Acme 2", 5), renamed("Acme 1", 3), said(id_="m2", at=NOW + 4 * MINUTE))
    assert session.exec(select(Conversation.title)).one() == "Acme 2"
    record(session, said(id_="m3", room=Room(GROUP.platform_id, RoomKind.GROUP, "Acme 3"), at=NOW + 6 * MINUTE))
    assert session.exec(select(Conversation.title)).one() == "Acme 3"


def test_a_room_is_shared_as_soon_as_a_message_says_so_and_no_more_when_it_is_described_anew(session: Session) -> None:
    shared = Room(GROUP.platform_id, RoomKind.SHARED)
    record(session, said(), said(id_="m2", room=shared), said(id_="m3"))
    assert session.exec(select(Conversation.kind)).one() is RoomKind.SHARED
    record(session, renamed("Acme", 1))
    assert session.exec(select(Conversation.kind)).one() is RoomKind.GROUP


def test_a_room_that_moves_keeps_its_history(session: Session) -> None:
    record(session, said("before", room=OLD), moved(), said("after", id_="m2", room=NEW))
    assert all_rooms(session) == ["C1"]
    assert texts(session, "C1") == texts(session, "G1") == ["after", "before"]


def test_what_comes_late_under_the_old_id_is_in_the_same_conversation(session: Session) -> None:
    record(session, said("before", room=OLD), moved(), said("late", id_="m2", room=OLD), edited("x", at=NOW))
    assert texts(session, "C1") == ["before", "late"]


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_it_is_the_same_in_any_order(sqlite_session: Session, order: tuple[int, ...]) -> None:
    told = [said("1", id_="1", room=OLD), said("2", id_="2", room=NEW), moved(), said("3", id_="3", room=NEW)]
    record(sqlite_session, *(told[at] for at in order), moved())
    assert all_rooms(sqlite_session) == ["C1"]
    assert texts(sqlite_session, "C1") == ["1", "2", "3"]


@pytest.mark.parametrize("order", list(permutations(range(2))))
def test_a_room_may_move_twice(sqlite_session: Session, order: tuple[int, ...]) -> None:
    told = [moved(), moved(NEW, NEWER)]
    first = [said(room.platform_id, id_=room.platform_id, room=room) for room in (OLD, NEW, NEWER)]
    messages.record_all(sqlite_session, [*first, *(told[at] for at in order)], now=NOW)
    assert all_rooms(sqlite_session) == ["C2"]
    for room in (OLD, NEW, NEWER):
        assert texts(sqlite_session, room.platform_id) == ["C1", "C2", "G1"]


def test_what_both_ids_brought_is_kept_once(session: Session) -> None:
    mark = said("tada", room=OLD, happening=Happening.MARKED)
    unmark = said("tada", room=NEW, at=NOW + MINUTE, happening=Happening.UNMARKED)
    late_edit = said("edited", room=NEW, at=NOW + MINUTE, happening=Happening.EDITED)
    record(session, said("same", room=OLD), said("same", room=NEW), late_edit, mark, unmark, moved())
    assert texts(session, "C1") == ["edited"]
    assert len(session.exec(select(Mark)).all()) == 1
    assert marks.of_all(session, session.exec(select(Message)).all()) == {}


def test_the_link_of_either_goes_with_all_that_was_said(session: Session) -> None:
    alice = hire(session, "Alice", Role.ADMIN)
    acme = customer_of(session, "Acme", alice)
    record(session, said("一号单", room=OLD), said("二号单", id_="m2", room=NEW))
    room = rooms.find(session, "console", "C1")
    assert room is not None
    links.link(session, room, acme, viewer=eyes(session, alice), now=NOW)
    record(session, moved())
    session.expire_all()
    assert session.exec(select(Message.customer_id).order_by(col(Message.id))).all() == [acme.id, acme.id]
    assert len(search.search(session, "号单", viewer=eyes(session, alice), customer_id=acme.id)) == 2


def test_files_given_under_the_new_id_are_of_the_room(session: Session) -> None:
    record(session, said(room=OLD), said(id_="m2", room=NEW))
    new, api = (
        rooms.find(session, "console", "C1"),
        of_token("shop", Role.ADMIN, timezone="Asia/Shanghai", language="en"),
    )
    assert new is not None
    shelf.finish(session, shelf.begin(session, "list", 4, now=NOW).id)
    given = handed.note(session, "list", name="a", mime="", viewer=api, now=NOW, conversation_id=new.id)
    record(session, moved())
    session.refresh(given)
    place = log.place(session, "console", "C1")
    assert place is not None
    assert given.conversation_id == place.conversation_id


@pytest.mark.parametrize("ages", [(1, 2), (2, 1), (None, 1)])
def test_what_was_told_last_of_the_group_stays(sqlite_session: Session, ages: tuple[int | None, int]) -> None:
    record(sqlite_session, said(room=OLD), said(id_="m2", room=NEW))
    for room, age in zip((OLD, NEW), ages, strict=True):
        found = rooms.find(sqlite_session, "console", room.platform_id)
        assert found is not None
        if age is not None:
            group = CustomerGroupRow(conversation_id=found.id, owner_member=str(age), known_at=NOW - age * MINUTE)
            sqlite_session.add(group)
    record(sqlite_session, moved())
    place = log.place(sqlite_session, "console", "C1")
    assert place is not None
    [left] = sqlite_session.exec(select(CustomerGroupRow)).all()
    assert (left.owner_member, left.conversation_id) == ("1", place.conversation_id)


def test_every_table_that_knows_rooms_is_moved_or_dropped() -> None:
    knowing = {
        table.name
        for table in metadata.tables.values()
        if "conversation_id" in table.columns
        or any(key.target_fullname == "conversation.id" for key in table.foreign_keys)
    }
    assert knowing == {str(table.__tablename__) for table in (*moves.MOVED, *moves.DROPPED)}


def test_a_move_from_nowhere_and_a_move_to_itself_change_nothing(session: Session) -> None:
    record(session, moved(), moved(NEW, NEW))
    assert all_rooms(session) == ["C1"]
