"""Many rows as one JSON text: bound to a statement and read as rows by the database, or the other way round.

A statement or a row costs Python the same for one customer and for a thousand.
"""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, SQLColumnExpression, String, Text, cast, func, literal_column
from sqlalchemy.dialects.postgresql import JSONB


def each(dialect: str, rows: ColumnElement[str]) -> ColumnElement[Any]:
    """One JSON array for each row of this JSON text, an array of arrays."""
    if dialect == "sqlite":
        return func.json_each(rows).table_valued("value").c.value
    return func.jsonb_array_elements(cast(rows, JSONB)).table_valued("value").c.value


def part(dialect: str, row: SQLColumnExpression[Any], at: int) -> ColumnElement[str]:
    """What stands at this place of such a row, as text; on SQLite a number stays one."""
    if dialect == "sqlite":  # which knows the arrow only since 3.38
        return func.json_extract(row, literal_column(f"'$[{at}]'"), type_=String())
    return row.op("->>", return_type=String())(literal_column(str(at)))


def gathered(dialect: str, rows: FromClause) -> ColumnElement[str | None]:
    """All rows as one JSON text, an array of arrays, in any order; None where there is none."""
    if dialect == "sqlite":
        return func.json_group_array(func.json_array(*rows.c))
    return cast(func.json_agg(func.json_build_array(*rows.c)), Text)
