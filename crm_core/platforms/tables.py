"""Tables of what the adapters keep."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from crm_core.columns import Document, Id, UtcDateTime


class Memo(SQLModel, table=True):
    """One small JSON object of an adapter, known by its kind and key."""

    __table_args__ = (UniqueConstraint("platform", "kind", "key"),)
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    platform: str
    kind: str
    key: str
    document: dict[str, Any] = Field(sa_type=Document)
    changed_at: datetime = Field(sa_type=UtcDateTime)


class SealedRow(SQLModel, table=True):
    """A row as a platform handed it over, still encrypted. `number`: the platform's, growing within its queue.

    `problem`: why it could not be opened, "" while nobody tried; it is tried again after a mend.
    """

    __tablename__ = "sealed_row"
    __table_args__ = (
        UniqueConstraint("platform", "queue", "number"),
        Index("ix_sealed_row_problem", "platform", "queue", "problem", "number"),
    )
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    platform: str
    queue: str
    number: int = Field(sa_type=Id)
    body: str
    problem: str = ""
    kept_at: datetime = Field(sa_type=UtcDateTime)
