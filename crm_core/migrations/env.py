"""Runs the migrations over the connection that `crm_core.migrations.run` hands in."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel import AutoString

from crm_core.columns import UtcDateTime
from crm_core.migrations.run import is_ours
from crm_core.tables import metadata


def _spelling(kind: str, item: Any, drafting: AutogenContext) -> str | Literal[False]:
    """How a drafted migration spells our column types."""
    if kind != "type":
        return False
    if isinstance(item, sa.String | AutoString):  # words are plain text too
        length = getattr(item, "length", None)
        return f"sa.String({length})" if length else "sa.String()"
    for name, type_ in {"Id": sa.BigInteger, "Document": sa.JSON, "UtcDateTime()": UtcDateTime}.items():
        if isinstance(item, type_):
            drafting.imports.add("from crm_core.columns import Document, Id, UtcDateTime")
            return name
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_name=is_ours,
    render_item=_spelling,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
