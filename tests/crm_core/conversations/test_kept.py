from datetime import timedelta

from sqlmodel import Session

from crm_core.chat import Happening, InboundMessage, Room, RoomKind, Sender
from crm_core.conversations import kept, messages
from tests.conftest import NOW


def said(session: Session, number: int, *, room: str = "C1", happening: Happening = Happening.POSTED) -> None:
    inbound = InboundMessage(
        "slack",
        f"{room}{number}{happening}",
        happening,
        Room(room, RoomKind.CHANNEL),
        Sender("U1", "Alice"),
        f"m{number}",
        "words",
        NOW + timedelta(minutes=number),
        thread_id="m1" if number == 3 else "",
    )
    messages.record(session, inbound, now=NOW)


def test_the_messages_of_a_room_between_two_moments_with_their_threads(session: Session) -> None:
    for number in range(6):
        said(session, number)
    said(session, 2, room="C2")
    found = kept.messages(session, "slack", "C1", NOW + timedelta(minutes=2), NOW + timedelta(minutes=4))
    assert found == {"m2": "", "m3": "m1", "m4": ""}
    assert kept.messages(session, "console", "C1", NOW, NOW + timedelta(minutes=9)) == {}


def test_what_was_deleted_does_not_stand_there(session: Session) -> None:
    said(session, 1)
    said(session, 1, happening=Happening.DELETED)
    assert kept.messages(session, "slack", "C1", NOW, NOW + timedelta(minutes=9)) == {}
