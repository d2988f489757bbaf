"""Whose a draft is: whom it reaches hangs on whom its author sees, so nobody else sends it."""

from sqlmodel import Session

from crm_core.errors import NotAllowed
from crm_core.outreach.tables import Broadcast
from crm_core.people.tables import Staff
from crm_core.people.viewer import Viewer


def is_own(draft: Broadcast, *, viewer: Viewer) -> bool:
    """Whether this viewer began it; programs are one author together."""
    return draft.created_by_id == viewer.staff_id


def require(session: Session, draft: Broadcast, *, viewer: Viewer) -> None:
    """Raise `NotAllowed("broadcast_not_yours")` unless this viewer began it."""
    if is_own(draft, viewer=viewer):
        return
    author = None if draft.created_by_id is None else session.get_one(Staff, draft.created_by_id)
    raise NotAllowed("broadcast_not_yours", id=draft.id, name=author.name if author else "API")
