"""Who saw or changed what, and from which room. Entries are written, never changed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from crm_core.customers.families import family, survivor
from crm_core.customers.permits import require_sight
from crm_core.people.tables import AuditEntry, Change, Operation, Role
from crm_core.people.viewer import Right, Viewer

_MOST = 500


def saw(
    session: Session,
    *,
    viewer: Viewer,
    action: str,
    now: datetime,
    customer_id: int | None = None,
    conversation_id: int | None = None,
    details: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """The viewer was shown something by this command: kept as `saw find`. `details` hold no text of customers."""
    return did(
        session,
        viewer=viewer,
        action=f"saw {action}",
        now=now,
        customer_id=customer_id,
        conversation_id=conversation_id,
        details=details,
    )


def saw_each(
    session: Session,
    customer_ids: Iterable[int | None],
    *,
    viewer: Viewer,
    action: str,
    now: datetime,
    conversation_id: int | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """The viewer was shown these customers at once; None is left out."""
    session.add_all(
        AuditEntry(
            at=now,
            staff_id=viewer.staff_id,
            actor=viewer.name,
            action=f"saw {action}"[:100],
            customer_id=customer_id,
            conversation_id=conversation_id,
            details=dict(details or {}),
        )
        for customer_id in dict.fromkeys(customer_ids)
        if customer_id is not None
    )
    session.flush()


def did(
    session: Session,
    *,
    viewer: Viewer,
    action: str,
    now: datetime,
    customer_id: int | None = None,
    conversation_id: int | None = None,
    operation_id: int | None = None,
    details: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """The viewer changed something by this command, in this operation."""
    entry = AuditEntry(
        at=now,
        staff_id=viewer.staff_id,
        actor=viewer.name,
        action=action[:100],
        customer_id=customer_id,
        conversation_id=conversation_id,
        operation_id=operation_id,
        details=dict(details or {}),
    )
    session.add(entry)
    session.flush()
    return entry


def trail(session: Session, *, viewer: Viewer, customer_id: int | None = None, limit: int = 50) -> list[AuditEntry]:
    """What was seen and done, the newest first: of one customer (and those merged into it), or of everything.

    For administrators; of one customer also for its owner and for a manager who sees it.
    Raises `NotFound("customer_not_found")`, `NotAllowed`.
    """
    query = select(AuditEntry).order_by(col(AuditEntry.id).desc()).limit(max(0, min(limit, _MOST)))
    if customer_id is None:
        viewer.require(Right.ADMIN)
    else:
        _require_trail(session, viewer, customer_id)
        query = query.where(col(AuditEntry.customer_id).in_(family(session, customer_id)))
    return list(session.exec(query))


def changes(
    session: Session, *, viewer: Viewer, customer_id: int | None = None, limit: int = 50
) -> list[tuple[Operation, int | None]]:
    """What people changed and whose record it was, the newest first; for those who may read the `trail`."""
    about = select(Change.operation_id, func.min(Change.customer_id)).group_by(col(Change.operation_id))
    if customer_id is None:
        viewer.require(Right.ADMIN)
    else:
        _require_trail(session, viewer, customer_id)
        about = about.where(col(Change.customer_id).in_(family(session, customer_id)))
    newest = about.order_by(col(Change.operation_id).desc()).limit(max(0, min(limit, _MOST)))
    return [(session.get_one(Operation, operation_id), whose) for operation_id, whose in session.exec(newest)]


def _require_trail(session: Session, viewer: Viewer, customer_id: int) -> None:
    customer = survivor(session, customer_id)
    require_sight(viewer, customer)
    own = viewer.staff_id is not None and customer.owner_id == viewer.staff_id
    if not (own or viewer.role is Role.MANAGER):
        viewer.require(Right.ADMIN)
