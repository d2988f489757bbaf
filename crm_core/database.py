"""Opening the database, and the two ways to use it: reading and writing.

SQLite runs in WAL mode with `synchronous=FULL` and foreign keys on. A writing session takes the write lock when it
begins, so that it never fails half-way, and the writers of one process take turns.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, exc, make_url
from sqlmodel import Session

from crm_core.conversations import homes, message_index, optouts
from crm_core.customers import index
from crm_core.relations import departing, remarks, ways
from crm_core.turns import Turns

_BEGIN = "crm_begin"

#: The connection used last is used next: its plans and pages are at hand.
_POOL: dict[str, Any] = {"pool_size": 8, "max_overflow": 8, "pool_use_lifo": True}

#: So many bytes of a SQLite file are read where the system keeps them, without a copy.
_MAPPED = 2**31 - 2**16

#: So many pages the log of SQLite may grow to before whoever commits brings them into the file, and is held up by it.
_LOG = 4_000

#: The first SQLite that answers a change with the rows it changed (RETURNING).
LEAST_SQLITE = (3, 35)

#: Classes of SQLSTATE that pass: connection, rolled back, resources, locks, an operator stepped in, the system.
_PASSING = frozenset({"08", "25", "40", "53", "55", "57", "58"})


class _Writing(Session):
    """A session that keeps current what follows from other rows. Watched as a class: to watch each anew would cost as
    much as a statement."""


for _keep_current in (
    message_index.keep_current,
    homes.keep_current,
    optouts.keep_current,
    index.keep_current,
    departing.keep_current,
    ways.keep_current,
    remarks.keep_current,
):
    _keep_current(_Writing)


class Unfit(ValueError):
    """The SQLite at hand, `found`, is older than `LEAST_SQLITE`."""

    def __init__(self, found: str) -> None:
        least = ".".join(map(str, LEAST_SQLITE))
        super().__init__(
            f"SQLite is {found} here, and {least} or newer is needed: update the system's SQLite, or name a PostgreSQL "
            f"in [database] url · 这里的 SQLite 是 {found}，需要 {least} 或更新：请升级系统的 SQLite，或在 [database] "
            "url 里改用 PostgreSQL"
        )
        self.found = found


class Database:
    """One database, SQLite (`sqlite:///file`) or PostgreSQL (`postgresql+psycopg://…`). Making it may raise `Unfit`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _engine(url)
        self.dialect = self.engine.dialect.name
        self._writing_engine = self.engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
        self._turns = Turns() if self.dialect == "sqlite" else None
        self._listeners: list[Callable[[Session], object]] = []
        self._watchers: list[Callable[[Session], object]] = []

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for looking; whatever it changed is rolled back."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self, *, urgent: bool = False) -> Iterator[Session]:
        """A session in one transaction: committed at the end, rolled back on any error. `urgent`: somebody waits for
        it, so on SQLite it goes before those for which nobody does."""
        turn = nullcontext() if self._turns is None else self._turns.take(urgent=urgent)
        with turn, _Writing(self._writing_engine, expire_on_commit=False) as session:
            for watch in self._watchers:
                watch(session)
            yield session
            session.commit()
        for tell in self._listeners:
            tell(session)

    def put_away(self) -> None:
        """Have SQLite bring what was committed from its log into the file, while nobody waits for it."""
        if self.dialect == "sqlite":
            with closing(self.engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
                cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def after_commit(self, tell: Callable[[Session], object]) -> None:
        """Call `tell` after every committed `writing`, in its thread; what there is to tell is in `session.info`."""
        self._listeners.append(tell)

    def before_writing(self, watch: Callable[[Session], object]) -> None:
        """Have `watch` look at every session of `writing` before it is used."""
        self._watchers.append(watch)

    def close(self) -> None:
        self.engine.dispose()


def is_unavailable(error: BaseException) -> bool:
    """Whether the database does not answer just now, rather than refuses what it was given: try again later.

    Of SQLAlchemy's errors and of the drivers' own (named by PEP 249).
    """
    if isinstance(error, exc.TimeoutError) or (isinstance(error, exc.DBAPIError) and error.connection_invalidated):
        return True
    cause = error.orig if isinstance(error, exc.DBAPIError) else error
    names = {base.__name__ for base in type(cause).__mro__}
    if "OperationalError" not in names:
        return "InterfaceError" in names
    state = getattr(cause, "sqlstate", None)
    return state is None or state[:2] in _PASSING


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        engine = create_engine(url, pool_pre_ping=True, hide_parameters=True, **_POOL)
        event.listen(engine, "connect", _prepare_postgresql)
        return engine
    if sqlite3.sqlite_version_info < LEAST_SQLITE:
        raise Unfit(sqlite3.sqlite_version)
    engine = create_engine(
        url,
        connect_args={"timeout": 15, "check_same_thread": False},
        hide_parameters=True,
        **_POOL,
    )
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        event.listen(engine, "do_connect", partial(_make, Path(parsed.database)))
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make(file: Path, *_: object) -> None:
    """For nobody else on the machine; SQLite gives the files beside it the same rights."""
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=15000",
        "temp_store=MEMORY",
        f"wal_autocheckpoint={_LOG}",
        "cache_size=-16384",
        f"mmap_size={_MAPPED}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    """Plans are made for the values at hand, because a common and a rare value need different ones. No statement here
    is long enough to be worth a compiler or the start of further processes."""
    with connection.cursor() as cursor:
        for setting in ("plan_cache_mode = force_custom_plan", "jit = off", "max_parallel_workers_per_gather = 0"):
            cursor.execute(f"SET {setting}")
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))
