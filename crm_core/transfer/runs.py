"""The record of an import: who brought what in, and how it ended."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from crm_core.customers.tables import ImportRun
from crm_core.people import audit
from crm_core.people.viewer import Right, Viewer

_LONGEST_NAME = 200


def finish(session: Session, filename: str, counts: Mapping[str, int], *, viewer: Viewer, now: datetime) -> ImportRun:
    """Keep how the import of this file ended. `counts`: number by outcome."""
    viewer.require(Right.IMPORT)
    name = filename.encode("utf-8", "replace").decode("utf-8")[-_LONGEST_NAME:]
    run = ImportRun(at=now, staff_id=viewer.staff_id, filename=name, counts=dict(counts))
    session.add(run)
    session.flush()
    audit.did(session, viewer=viewer, action="import", now=now, details={"run": run.id, **counts})
    return run
