"""What SQLAlchemy makes of a statement is kept from one test to the next, though each has an engine of its own."""

from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

_COMPILED: LRUCache[Any, Any] = LRUCache(3000)


def keep_compiled() -> None:
    """From now on, for every engine of this process."""
    for kind in (PGDialect_psycopg, SQLiteDialect_pysqlite):
        for name, method in (("__eq__", _is_alike), ("__hash__", _hash_of_kind)):
            setattr(kind, name, method)
    event.listen(Engine, "engine_connect", _share)


def _share(connection: Connection) -> None:
    connection.engine._compiled_cache = _COMPILED


def _is_alike(one: object, other: object) -> bool:
    """No engine here is given settings that change how its statements are spelled."""
    return type(one) is type(other)


def _hash_of_kind(one: object) -> int:
    return hash(type(one))
