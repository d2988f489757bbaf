"""Tables of tags and segments."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from crm_core.columns import Id, UtcDateTime
from crm_core.people.tables import Undoable


class Tag(Undoable, table=True):
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    name: str
    name_key: str = Field(unique=True)
    created_at: datetime = Field(sa_type=UtcDateTime)


class CustomerTag(Undoable, table=True):
    """A tag on a customer, with its cause: manual, import, rule …"""

    __tablename__ = "customer_tag"
    __table_args__ = (UniqueConstraint("customer_id", "tag_id"),)
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    customer_id: int = Field(sa_type=Id, foreign_key="customer.id")
    tag_id: int = Field(sa_type=Id, foreign_key="tag.id", index=True)
    cause: str
    cause_detail: str = ""
    staff_id: int | None = Field(default=None, sa_type=Id, foreign_key="staff.id")
    at: datetime = Field(sa_type=UtcDateTime)


class Segment(Undoable, table=True):
    """A saved expression over tags and fields."""

    id: int = Field(default=None, sa_type=Id, primary_key=True)
    name: str
    name_key: str = Field(unique=True)
    expression: str
    created_by_id: int | None = Field(default=None, sa_type=Id, foreign_key="staff.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
