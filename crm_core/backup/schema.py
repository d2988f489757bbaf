"""What a backup takes of a database: every table but those that are made anew.

The tables are read from the database and not from the models, so that nothing is left out while an older program still
runs beside a newer schema.
"""

from collections.abc import Iterator

from sqlalchemy import JSON, Boolean, Connection, DateTime, inspect
from sqlalchemy.engine.interfaces import ReflectedColumn

#: Text indexes are built again from the rows; the queue only says who works on what; the migrations know themselves.
_NOT_TAKEN = ("search_", "pgqueuer", "sqlite_", "alembic_version")


#: So many rows at once; parts of files are large.
_SLICE = 2000
_SLICES = {"file_part": 16}


def slice_of(table: str) -> int:
    """How many rows of a table are held in memory at once."""
    return _SLICES.get(table, _SLICE)


def tables(connection: Connection) -> list[str]:
    """The tables to take, each after those it refers to."""
    found = inspect(connection).get_sorted_table_and_fkc_names()
    return [name for name, _ in found if name is not None and not name.startswith(_NOT_TAKEN)]


def everything(connection: Connection) -> list[str]:
    """Every table of ours, with what is made anew; the queue's are left alone."""
    found = inspect(connection).get_table_names()
    return [name for name in found if name.startswith(("search_", "alembic_version"))] + tables(connection)


def columns(connection: Connection, table: str) -> tuple[str, ...]:
    return tuple(column["name"] for column in inspect(connection).get_columns(table))


def line_of(connection: Connection, table: str) -> str:
    """The SQL of a row as a JSON array, spelled by the database itself."""
    found = inspect(connection).get_columns(table)
    if connection.dialect.name == "sqlite":
        return f"json_array({', '.join(_quoted(column['name']) for column in found)})"
    return f"json_build_array({', '.join(_spelled(column) for column in found)})::text"


def revision(connection: Connection) -> str:
    """The schema's, "" where there is none."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() or "")


def sequences(connection: Connection) -> dict[str, int]:
    """Table → the last number given, where the database remembers it."""
    if connection.dialect.name == "sqlite":
        if not inspect(connection).has_table("sqlite_sequence"):
            return {}
        return {name: int(last) for name, last in connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence")}
    return {table: last for table, name in serials(connection) if (last := _last(connection, name)) is not None}


def serials(connection: Connection) -> Iterator[tuple[str, str]]:
    """PostgreSQL: tables whose ids are drawn from a sequence, with its name."""
    for table in tables(connection):
        if "id" not in columns(connection, table):
            continue
        name = connection.exec_driver_sql(f"SELECT pg_get_serial_sequence('{_quoted(table)}', 'id')").scalar()
        if name is not None:
            yield table, str(name)


def quoted_list(names: tuple[str, ...]) -> str:
    return ", ".join(map(_quoted, names))


def _last(connection: Connection, sequence: str) -> int | None:
    last, called = connection.exec_driver_sql(f"SELECT last_value, is_called FROM {sequence}").one()  # noqa: S608
    return int(last) if called else None


def _spelled(column: ReflectedColumn) -> str:
    name, type_ = _quoted(column["name"]), column["type"]
    if isinstance(type_, DateTime):
        return f"to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
    if isinstance(type_, Boolean):
        return f"{name}::int"
    return f"{name}::text" if isinstance(type_, JSON) else name


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
