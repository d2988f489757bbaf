"""Tables of the master record."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from crm_core.columns import Document, Id, UtcDateTime, words
from crm_core.people.tables import Undoable


class CustomerKind(StrEnum):
    PERSON = "person"
    COMPANY = "company"


class Stage(StrEnum):
    """潜在 → 意向 → 成交 → 忠诚 → 流失"""

    LEAD = "lead"
    INTERESTED = "interested"
    WON = "won"
    LOYAL = "loyal"
    LOST = "lost"


class Tier(StrEnum):
    A = "A"
    B = "B"
    C = "C"


class ContactKind(StrEnum):
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"


class NameKind(StrEnum):
    FORMER = "former"
    ALIAS = "alias"


class FieldType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    YES_NO = "yes_no"


#: Customers who are part of another record by now.
MERGED = "merged_into_id IS NOT NULL"


class Customer(Undoable, table=True):
    __table_args__ = (
        Index("ix_customer_owner", "owner_id", "last_contact_at", "id"),
        Index("ix_customer_last_contact", "last_contact_at", "id"),
        # without the survivors, who are nearly all: else nobody would expect it to tell anything
        Index("ix_customer_merged", "merged_into_id", sqlite_where=text(MERGED), postgresql_where=text(MERGED)),
        {"sqlite_autoincrement": True},  # a number that was shown, and is on record, is never given to somebody else
    )
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    kind: CustomerKind = Field(default=CustomerKind.PERSON, sa_type=words(CustomerKind))
    name: str
    name_key: str = Field(index=True, description="normalised for matching: width, spaces, case, simplified script")
    company_id: int | None = Field(default=None, sa_type=Id, foreign_key="customer.id", index=True)
    position: str = ""
    owner_id: int | None = Field(default=None, sa_type=Id, foreign_key="staff.id")
    stage: Stage = Field(default=Stage.LEAD, sa_type=words(Stage))
    tier: Tier | None = Field(default=None, sa_type=words(Tier))
    birthday: date | None = None
    source: str = ""
    timezone: str = ""
    language: str = ""
    custom: dict[str, Any] = Field(default_factory=dict, sa_type=Document)
    opted_out_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_contact_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    merged_into_id: int | None = Field(default=None, sa_type=Id, foreign_key="customer.id")
    created_by_id: int | None = Field(default=None, sa_type=Id, foreign_key="staff.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class ContactPoint(Undoable, table=True):
    """A phone (E.164), an e-mail (lower case) or a postal address."""

    __tablename__ = "contact_point"
    __table_args__ = (
        UniqueConstraint("customer_id", "kind", "value"),
        Index("ix_contact_point_value", "value", "kind"),
        Index("ix_contact_point_reversed", "reversed"),
    )
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    customer_id: int = Field(sa_type=Id, foreign_key="customer.id", index=True)
    kind: ContactKind = Field(sa_type=words(ContactKind))
    value: str
    reversed: str | None = Field(default=None, description="digits of a phone from the end, for the tail")
    label: str = ""
    is_primary: bool = False


class OtherName(Undoable, table=True):
    """A former name or an alias."""

    __tablename__ = "other_name"
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    customer_id: int = Field(sa_type=Id, foreign_key="customer.id", index=True)
    kind: NameKind = Field(sa_type=words(NameKind))
    name: str
    name_key: str = Field(index=True)
    since: datetime = Field(sa_type=UtcDateTime)


class FieldDefinition(Undoable, table=True):
    """A custom field, declared in the config or by an admin command."""

    __tablename__ = "field_definition"
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    key: str = Field(unique=True)
    label_zh: str
    label_en: str
    type: FieldType = Field(default=FieldType.TEXT, sa_type=words(FieldType))
    choices: list[str] = Field(default_factory=list, sa_type=Document)
    sensitive: bool = False
    from_config: bool = False
    archived_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Identity(Undoable, table=True):
    """How a customer appears on a platform; without a customer it waits in the review list."""

    __table_args__ = (
        UniqueConstraint("platform", "platform_user_id"),
        Index("ix_identity_team", "team", "platform"),
    )
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    platform: str
    platform_user_id: str
    team: str = Field(default="", description="the platform's id of the other company they belong to")
    display_name: str = ""
    kind: str = Field(default="external", description="a SenderKind of the port")
    email: str = ""
    phone: str = ""
    customer_id: int | None = Field(default=None, sa_type=Id, foreign_key="customer.id", index=True)
    matched_by: str = Field(default="", description="phone, email, conversation, team, link, manual, import …")
    matched_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    opted_out_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime, description="said while it was nobody's; whose it becomes has opted out"
    )
    first_seen_at: datetime = Field(sa_type=UtcDateTime)


class ImportRun(SQLModel, table=True):
    """One finished import: what came in and how it ended."""

    __tablename__ = "import_run"
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    staff_id: int | None = Field(default=None, sa_type=Id, foreign_key="staff.id")
    filename: str
    counts: dict[str, Any] = Field(default_factory=dict, sa_type=Document)
