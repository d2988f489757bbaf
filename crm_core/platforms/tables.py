"""Tables of what the adapters keep."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
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
