"""Tables of what the adapters keep."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from crm_core.columns import Document, Id, UtcDateTime, words


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


class ChoreState(StrEnum):
    """due → doing → done, or dead: refused for good."""

    DUE = "due"
    DOING = "doing"
    DONE = "done"
    DEAD = "dead"


#: Chores that still have to be done.
OPEN = "state IN ('due', 'doing')"


class Chore(SQLModel, table=True):
    """Something a platform is to be asked to do, known by its kind and key; what exactly is looked up when it is done.

    `not_before` is the due time, the back-off, and while doing the lease. `version` grows whenever it is wanted anew,
    so that what was wanted meanwhile is not taken for done.
    """

    __table_args__ = (
        UniqueConstraint("platform", "kind", "key"),
        Index("ix_chore_due", "platform", "not_before", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
    )
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    platform: str
    kind: str
    key: str
    body: dict[str, Any] = Field(default_factory=dict, sa_type=Document)
    state: ChoreState = Field(default=ChoreState.DUE, sa_type=words(ChoreState))
    version: int = 1
    attempts: int = 0
    not_before: datetime = Field(sa_type=UtcDateTime)
    doer: str = ""
    problem: str = ""
    changed_at: datetime = Field(sa_type=UtcDateTime)
