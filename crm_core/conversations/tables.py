"""Tables of what was said."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from crm_core.archiving import ConsentState
from crm_core.chat import Happening, RoomKind, SenderKind
from crm_core.columns import Document, Id, UtcDateTime, words
from crm_core.people.tables import Undoable


class EnvelopeState(StrEnum):
    """received → recorded → answered; set_aside: it could not be understood and waits for a mend.

    `recorded`: an answer is owed. `answered`: nothing more to do, also when there was nothing to answer.
    """

    RECEIVED = "received"
    RECORDED = "recorded"
    ANSWERED = "answered"
    SET_ASIDE = "set_aside"


class EnvelopeRow(SQLModel, table=True):
    """The capture ledger."""

    __tablename__ = "envelope"
    __table_args__ = (
        UniqueConstraint("platform", "event_id"),
        Index("ix_envelope_state", "state", "id"),
    )
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    platform: str
    event_id: str
    body: str
    received_at: datetime = Field(sa_type=UtcDateTime)
    state: EnvelopeState = Field(default=EnvelopeState.RECEIVED, sa_type=words(EnvelopeState))
    attempts: int = 0
    problem: str = ""


#: Rooms linked to a customer, who are few; the index without the others is known to lead to one.
LINKED = "customer_id IS NOT NULL"


class Conversation(Undoable, table=True):
    __table_args__ = (
        UniqueConstraint("platform", "platform_id"),
        Index("ix_conversation_customer", "customer_id", sqlite_where=text(LINKED), postgresql_where=text(LINKED)),
    )
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    platform: str
    platform_id: str
    kind: RoomKind = Field(sa_type=words(RoomKind))
    title: str = ""
    titled_at: datetime | None = Field(default=None, sa_type=UtcDateTime, description="when it was last renamed")
    customer_id: int | None = Field(default=None, sa_type=Id, foreign_key="customer.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_message_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class FormerRoom(SQLModel, table=True):
    """An id a platform knew a conversation by before; it still leads there."""

    __tablename__ = "former_room"
    __table_args__ = (UniqueConstraint("platform", "platform_id"),)
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    platform: str
    platform_id: str
    conversation_id: int = Field(sa_type=Id, foreign_key="conversation.id", index=True)


class Membership(SQLModel, table=True):
    """Who was in a room, and when. `seen_at`: the last time the platform said that they came; a leave before it was
    an earlier one. `left_at` = `joined_at`: they are known to have left, and not yet when they came."""

    __table_args__ = (
        Index("ix_membership_room", "conversation_id", "platform_user_id"),
        Index("ix_membership_person", "platform_user_id"),
    )
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    conversation_id: int = Field(sa_type=Id, foreign_key="conversation.id")
    platform_user_id: str
    kind: SenderKind = Field(sa_type=words(SenderKind))
    joined_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    left_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Message(SQLModel, table=True):
    """One utterance; `text` is its current version ("" once deleted).

    `owner_id` is whose customer it belongs to, kept here for the scope of the text search: the customer's owner;
    without a customer the staff member who wrote it, or who is in the direct chat. `addressed`: it was said to the bot;
    what staff say to the bot belongs to no customer. `asked_in_id`: the envelope its answer belongs to.
    """

    __table_args__ = (
        UniqueConstraint("conversation_id", "platform_message_id"),
        Index("ix_message_customer", "customer_id", "sent_at"),
        Index("ix_message_conversation", "conversation_id", "sent_at"),
    )
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    conversation_id: int = Field(sa_type=Id, foreign_key="conversation.id")
    platform: str
    platform_message_id: str
    thread_id: str = ""
    sender_platform_id: str
    sender_name: str = ""
    sender_kind: SenderKind = Field(sa_type=words(SenderKind))
    sender_staff_id: int | None = Field(default=None, sa_type=Id, foreign_key="staff.id")
    customer_id: int | None = Field(default=None, sa_type=Id, foreign_key="customer.id")
    owner_id: int | None = Field(default=None, sa_type=Id, foreign_key="staff.id")
    addressed: bool = False
    text: str
    sent_at: datetime = Field(sa_type=UtcDateTime)
    edited_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    deleted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    versions: int = 1
    asked_in_id: int | None = Field(default=None, sa_type=Id)


class MessageVersion(SQLModel, table=True):
    """A version after the first, or a first version that was replaced. The version on show is in `message.text`."""

    __tablename__ = "message_version"
    __table_args__ = (UniqueConstraint("message_id", "number"),)
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    message_id: int = Field(sa_type=Id, foreign_key="message.id")
    number: int
    happening: Happening = Field(sa_type=words(Happening))
    text: str
    at: datetime = Field(sa_type=UtcDateTime)


class AttachmentRow(SQLModel, table=True):
    __tablename__ = "attachment"
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    message_id: int = Field(sa_type=Id, foreign_key="message.id", index=True)
    platform_file_id: str
    name: str = ""
    mime: str = ""
    size: int | None = None


class Filing(Undoable, table=True):
    """A message that somebody filed under a customer by hand; it stays there whatever its conversation is linked to."""

    id: int = Field(default=None, sa_type=Id, primary_key=True)
    message_id: int = Field(sa_type=Id, foreign_key="message.id", unique=True)
    customer_id: int = Field(sa_type=Id, foreign_key="customer.id", index=True)
    staff_id: int | None = Field(default=None, sa_type=Id, foreign_key="staff.id")
    actor: str
    at: datetime = Field(sa_type=UtcDateTime)


class Mark(SQLModel, table=True):
    """A sign a person put on a message, like a thumb. It stands if it was last put there, not taken away."""

    __table_args__ = (UniqueConstraint("conversation_id", "platform_message_id", "platform_user_id", "name"),)
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    conversation_id: int = Field(sa_type=Id, foreign_key="conversation.id")
    platform_message_id: str
    platform_user_id: str
    who: str = ""
    name: str
    marked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    unmarked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Note(Undoable, table=True):
    """What staff wrote down about a customer."""

    id: int = Field(default=None, sa_type=Id, primary_key=True)
    customer_id: int = Field(sa_type=Id, foreign_key="customer.id", index=True)
    staff_id: int | None = Field(default=None, sa_type=Id, foreign_key="staff.id")
    author: str
    text: str
    at: datetime = Field(sa_type=UtcDateTime)


class Prompt(SQLModel, table=True):
    """What a short answer ("2", "yes") in a room stands for just now: a list of commands, one per answer.

    `listed`: the to-dos of the list that was shown last, by their numbers in it; `listed_at`: when.
    """

    __table_args__ = (UniqueConstraint("conversation_id", "platform_user_id"),)
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    conversation_id: int = Field(sa_type=Id, foreign_key="conversation.id")
    platform_user_id: str
    answers: dict[str, str] = Field(default_factory=dict, sa_type=Document)
    listed: dict[str, int] = Field(default_factory=dict, sa_type=Document)
    listed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    subject_id: int | None = Field(default=None, sa_type=Id, description="the customer last talked about")
    expires_at: datetime = Field(sa_type=UtcDateTime)


class BoardPost(SQLModel, table=True):
    """What stands in the rooms of the console platform, whose far side is this table."""

    __tablename__ = "board_post"
    __table_args__ = (
        UniqueConstraint("room_id", "key"),
        Index("ix_board_post_room", "room_id", "id"),
    )
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    room_id: str
    author_id: str
    only_for: str = ""
    key: str | None = None
    card: dict[str, Any] = Field(sa_type=Document)
    at: datetime = Field(sa_type=UtcDateTime)


class Consent(SQLModel, table=True):
    """Whether a customer agreed that what they write to a member of staff, or in a room, is kept: the newest word of
    the platform. `with_whom`: the member of staff, "" for a room; `room`: the id of the room, "" for none."""

    __table_args__ = (UniqueConstraint("platform", "customer", "with_whom", "room"),)
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    platform: str
    customer: str
    with_whom: str = ""
    room: str = ""
    state: ConsentState = Field(sa_type=words(ConsentState))
    changed_at: datetime = Field(sa_type=UtcDateTime)
