"""The text indexes as a whole: built anew when their tokens changed."""

from collections.abc import Callable

from crm_core.conversations import message_index
from crm_core.customers import index
from crm_core.database import Database


def bring_up_to_date(database: Database, progress: Callable[[int, int], None] | None = None) -> bool:
    """Rebuild what was built with other tokens than today's, and tell whether anything was."""
    with database.reading() as session:
        stale = index.outdated(session), message_index.outdated(session)
    if not any(stale):
        return False
    with database.writing() as session:
        if stale[0]:
            index.rebuild(session, progress)
        if stale[1]:
            message_index.reindex(session, progress)
    return True
