"""Tables of the people who use the bot, and of what they did."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from crm_core.columns import Document, Id, UtcDateTime, words


class Role(StrEnum):
    ADMIN = "admin"
    MANAGER = "manager"
    SALES = "sales"
    VIEWER = "viewer"


class Scope(StrEnum):
    """Whose customers a person may see."""

    OWN = "own"
    TEAM = "team"
    ALL = "all"


class Undoable(SQLModel):
    """Base of tables whose changes are recorded row by row inside an operation, so that they can be undone."""

    undoable: ClassVar[bool] = True


class Team(Undoable, table=True):
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    name: str = Field(unique=True)


class Staff(Undoable, table=True):
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    name: str
    name_key: str = Field(index=True)
    role: Role = Field(default=Role.SALES, sa_type=words(Role))
    scope: Scope | None = Field(default=None, sa_type=words(Scope), description="None: what the role implies")
    team_id: int | None = Field(default=None, sa_type=Id, foreign_key="team.id", index=True)
    email: str = Field(default="", index=True, description="lower case; an account with it is theirs by itself")
    timezone: str = Field(default="", description="IANA name; empty: the bot's own")
    language: str = Field(default="", description="zh or en; empty: the language they write in")
    wrote_in: str = Field(
        default="", description="zh or en: what they last wrote to the bot in, or have set on a platform"
    )
    digest_hour: int | None = Field(default=9, description="local hour of the daily digest; None: no digest")
    active: bool = True
    created_at: datetime = Field(sa_type=UtcDateTime)


class Handle(Undoable, table=True):
    """A staff member on a platform."""

    __table_args__ = (UniqueConstraint("platform", "platform_user_id"),)
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    staff_id: int = Field(sa_type=Id, foreign_key="staff.id", index=True)
    platform: str
    platform_user_id: str


class Operation(SQLModel, table=True):
    """One write a person asked for: the unit of undo."""

    __table_args__ = ({"sqlite_autoincrement": True},)  # "undo 12" never means another one
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    staff_id: int | None = Field(default=None, sa_type=Id, foreign_key="staff.id", index=True)
    actor: str
    command: str
    conversation_id: int | None = Field(default=None, sa_type=Id)
    at: datetime = Field(sa_type=UtcDateTime)
    undone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    undoes_id: int | None = Field(default=None, sa_type=Id, foreign_key="operation.id", index=True)


class Change(SQLModel, table=True):
    """One row an operation wrote: `before` None for an insert, `after` None for a delete.

    `customer_id`: whom the row is about, for the history of a customer.
    """

    __table_args__ = (Index("ix_change_customer", "customer_id", "id"),)
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    operation_id: int = Field(sa_type=Id, foreign_key="operation.id", index=True)
    table_name: str
    row_id: int = Field(sa_type=Id)
    customer_id: int | None = Field(default=None, sa_type=Id)
    before: dict[str, Any] | None = Field(default=None, sa_type=Document)
    after: dict[str, Any] | None = Field(default=None, sa_type=Document)


class AuditEntry(SQLModel, table=True):
    """Who saw or changed what, and from which room."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_customer_at", "customer_id", "at"),)
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    staff_id: int | None = Field(default=None, sa_type=Id, foreign_key="staff.id", index=True)
    actor: str
    action: str
    customer_id: int | None = Field(default=None, sa_type=Id)
    conversation_id: int | None = Field(default=None, sa_type=Id)
    operation_id: int | None = Field(default=None, sa_type=Id, foreign_key="operation.id", index=True)
    details: dict[str, Any] = Field(default_factory=dict, sa_type=Document)
