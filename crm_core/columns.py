"""Column types shared by every table."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Enum, Integer
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

#: Primary and foreign keys: 64 bits everywhere; on SQLite the spelling that makes the key the rowid.
Id = BigInteger().with_variant(Integer(), "sqlite")

#: A JSON document. Assign a new value to change it: changes inside are not noticed.
Document = JSON().with_variant(JSONB(), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, stored in UTC and read back aware; refuses naive ones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a time zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def words(states: type[StrEnum]) -> Enum:
    """A column of one of these words, stored as plain text so that a new word needs no change of type."""
    return Enum(states, native_enum=False, create_constraint=False, length=20, values_callable=_values)


def _values(states: type[StrEnum]) -> list[str]:
    return [state.value for state in states]
