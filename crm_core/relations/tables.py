"""Tables of connections between staff and customers on a platform."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from crm_core.address_book import Standing, TransferState
from crm_core.columns import Document, Id, UtcDateTime, words
from crm_core.people.tables import Undoable


class Relation(SQLModel, table=True):
    """One member of staff and one customer. `member` may be nobody's handle yet.

    `known_at`: when the platform was asked last, or told something. `met_at`: of the last event that they met.
    `gives_owner`: the customer has its owner from it; `awaits_owner`: will have, as soon as it is known who that is.
    `waits_since`: the member of staff left then, and nobody took over on the platform.
    """

    __table_args__ = (
        UniqueConstraint("platform", "member", "identity_id"),
        Index("ix_relation_identity", "identity_id"),
    )
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    platform: str
    member: str = Field(description="platform id of the member of staff")
    identity_id: int = Field(sa_type=Id, foreign_key="identity.id")
    standing: Standing = Field(default=Standing.ADDED, sa_type=words(Standing))
    how: int = Field(default=0, description="the platform's number for the way they met")
    state: str = Field(default="", description="of the code they met through")
    remark: str = ""
    description: str = ""
    company: str = ""
    phones: list[str] = Field(default_factory=list, sa_type=Document)
    since: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    known_at: datetime = Field(sa_type=UtcDateTime)
    met_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    gives_owner: bool = False
    awaits_owner: bool = False
    waits_since: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PlatformTag(SQLModel, table=True):
    """A tag of the platform's library. Ours of the same `name_key` is the same tag."""

    __tablename__ = "platform_tag"
    __table_args__ = (
        UniqueConstraint("platform", "platform_id"),
        Index("ix_platform_tag_name", "name_key", "platform"),
    )
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    platform: str
    platform_id: str
    group_id: str = ""
    group_name: str = ""
    name: str
    name_key: str
    known_at: datetime = Field(sa_type=UtcDateTime)
    gone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class RelationTag(SQLModel, table=True):
    """Whether a tag is on a connection, as the platform last said or did at our request (`at`)."""

    __tablename__ = "relation_tag"
    __table_args__ = (UniqueConstraint("relation_id", "platform_tag_id"),)
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    relation_id: int = Field(sa_type=Id, foreign_key="relation.id")
    platform_tag_id: int = Field(sa_type=Id, foreign_key="platform_tag.id", index=True)
    is_on: bool
    at: datetime = Field(sa_type=UtcDateTime)


class TagWish(SQLModel, table=True):
    """A change made here that the platform does not know yet: put a tag on a connection, or take it off.

    `problem`: why it never will.
    """

    __tablename__ = "tag_wish"
    __table_args__ = (UniqueConstraint("relation_id", "name_key"),)
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    relation_id: int = Field(sa_type=Id, foreign_key="relation.id")
    name: str
    name_key: str
    is_on: bool
    at: datetime = Field(sa_type=UtcDateTime)
    problem: str = ""


class CustomerGroupRow(SQLModel, table=True):
    """A customer group of the platform: whose it is, and whether it is still there."""

    __tablename__ = "customer_group"
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    conversation_id: int = Field(sa_type=Id, foreign_key="conversation.id", unique=True)
    owner_member: str = Field(index=True, description="platform id of the member of staff")
    notice: str = ""
    known_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ContactWay(Undoable, table=True):
    """A code that customers scan to be connected with staff. Who comes with its `state` gets its tags and owner."""

    __tablename__ = "contact_way"
    __table_args__ = ({"sqlite_autoincrement": True},)  # "stop code #3" never means another one
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    platform: str
    name: str
    name_key: str = Field(index=True)
    state: str = Field(index=True)
    members: list[str] = Field(default_factory=list, sa_type=Document, description="platform ids of staff")
    tags: list[str] = Field(default_factory=list, sa_type=Document)
    owner_id: int | None = Field(default=None, sa_type=Id, foreign_key="staff.id")
    created_by_id: int | None = Field(default=None, sa_type=Id, foreign_key="staff.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    stopped_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class WayCode(SQLModel, table=True):
    """What the platform made of a code; it is kept when the making was undone, so that it can be taken away.

    `tried_at`: since then it may have been made, also when no answer came.
    """

    __tablename__ = "way_code"
    way_id: int = Field(sa_type=Id, primary_key=True, sa_column_kwargs={"autoincrement": False})
    tried_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    config_id: str = ""
    qr_code: str = ""
    problem: str = ""
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Transfer(SQLModel, table=True):
    """A connection that is to go from one member of staff to another on the platform."""

    __table_args__ = (Index("ix_transfer_state", "state", "id"), Index("ix_transfer_customer", "customer_id"))
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    relation_id: int = Field(sa_type=Id, foreign_key="relation.id", index=True)
    customer_id: int = Field(sa_type=Id, foreign_key="customer.id")
    from_member: str
    to_member: str
    to_id: int | None = Field(default=None, sa_type=Id, foreign_key="staff.id")
    from_id: int | None = Field(default=None, sa_type=Id, foreign_key="staff.id")
    state: TransferState = Field(default=TransferState.PLANNED, sa_type=words(TransferState))
    problem: str = ""
    asked_by_id: int | None = Field(default=None, sa_type=Id, foreign_key="staff.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class GroupTransfer(SQLModel, table=True):
    """A customer group that is to go from one member of staff to another on the platform."""

    __tablename__ = "group_transfer"
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    group_id: int = Field(sa_type=Id, foreign_key="customer_group.id", index=True)
    from_member: str
    to_member: str
    to_id: int = Field(sa_type=Id, foreign_key="staff.id")
    from_id: int = Field(sa_type=Id, foreign_key="staff.id")
    state: TransferState = Field(default=TransferState.PLANNED, sa_type=words(TransferState))
    problem: str = ""
    asked_by_id: int | None = Field(default=None, sa_type=Id, foreign_key="staff.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
