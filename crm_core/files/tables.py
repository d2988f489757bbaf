"""Tables of files that go out."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from crm_core.columns import Id, UtcDateTime


class KeptFile(SQLModel, table=True):
    """The bytes of a file, known by their SHA-256. `whole`: all parts are there. `needed_until`: afterwards they may be
    thrown away; None: a broadcast has them that was confirmed and is not known to be over."""

    __tablename__ = "kept_file"
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    digest: str = Field(unique=True)
    size: int
    whole: bool = False
    kept_at: datetime = Field(sa_type=UtcDateTime)
    needed_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class FilePart(SQLModel, table=True):
    """A stretch of the bytes, in base64: text is the same in both databases, and in a backup."""

    __tablename__ = "file_part"
    __table_args__ = (UniqueConstraint("file_id", "number"),)
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    file_id: int = Field(sa_type=Id, foreign_key="kept_file.id")
    number: int
    data: str


class HandedFile(SQLModel, table=True):
    """A file somebody gave to the bot: `staff_id` None: a program, over the API. It is known by its number."""

    __tablename__ = "handed_file"
    __table_args__ = (
        Index("ix_handed_file_room", "staff_id", "conversation_id", "id"),
        {"sqlite_autoincrement": True},  # a command "with file #12" never means another one
    )
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    file_id: int = Field(sa_type=Id, foreign_key="kept_file.id", index=True)
    staff_id: int | None = Field(default=None, sa_type=Id, foreign_key="staff.id")
    conversation_id: int | None = Field(default=None, sa_type=Id, foreign_key="conversation.id")
    digest: str
    name: str
    mime: str
    size: int
    at: datetime = Field(sa_type=UtcDateTime)
