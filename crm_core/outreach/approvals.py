"""A second person looks at a large broadcast before it goes out."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session, col, select

from crm_core.errors import Conflict, NotAllowed
from crm_core.outreach import deliveries
from crm_core.outreach.deliveries import Priority
from crm_core.outreach.manners import Manners
from crm_core.outreach.tables import Broadcast, DeliveryKind
from crm_core.people import audit
from crm_core.people.tables import Role, Staff
from crm_core.people.viewer import Right, Viewer, of_staff

#: So many at most are asked.
_MOST = 20


def ask(session: Session, broadcast: Broadcast, *, viewer: Viewer, now: datetime, above: int) -> None:
    """Everybody who may approve it gets a card. Raises `Conflict("broadcast_nobody_approves")`."""
    asked = whom(session, broadcast)
    if not asked:
        raise Conflict("broadcast_nobody_approves", above=above)
    for person in asked:
        _tell(session, person.id, "broadcast_approval", broadcast, now)
    details = {"broadcast_id": broadcast.id, "asked": [person.id for person in asked]}
    audit.did(session, viewer=viewer, action="broadcast approval asked", now=now, details=details)


def whom(session: Session, broadcast: Broadcast) -> list[Staff]:
    """Who may approve it and can be told: managers and administrators, or else whoever else sees those customers."""
    author = broadcast.created_by_id
    return who_may(session, made_by=author, but=author, platform=broadcast.platform)


def who_may(session: Session, *, made_by: int | None, but: int | None, platform: str) -> list[Staff]:
    """The same for whatever this member made; `but`: who may not."""
    people = session.exec(select(Staff).where(col(Staff.active), col(Staff.id) != but).order_by(col(Staff.id))).all()
    able = [person for person in people if _may(session, person, made_by, platform)]
    leading = [person for person in able if person.role in {Role.ADMIN, Role.MANAGER}]
    return (leading or able)[:_MOST]


def require(broadcast: Broadcast, *, viewer: Viewer) -> None:
    """Raise `NotAllowed` unless this viewer may decide about it: not its author, nor anything but a person."""
    viewer.require(Right.BROADCAST)
    if not may_decide(broadcast, viewer=viewer):
        raise NotAllowed("broadcast_own_approval")


def may_decide(broadcast: Broadcast, *, viewer: Viewer) -> bool:
    """Whether this viewer, who sees it, may approve or refuse it."""
    own = viewer.staff_id is None or viewer.staff_id == broadcast.created_by_id
    return viewer.may(Right.BROADCAST) and not own


def author(session: Session, broadcast: Broadcast, manners: Manners) -> Viewer:
    """As whom it is sent: with the rights and the customers its author has now. Raises `NotAllowed`."""
    if broadcast.created_by_id is None:
        return Viewer(staff_id=None, name="API", role=Role.ADMIN, owners=None, timezone=manners.timezone)
    person = session.get_one(Staff, broadcast.created_by_id)
    viewer = of_staff(session, person, timezone=manners.timezone, language="")
    if not person.active or not viewer.may(Right.BROADCAST):
        raise NotAllowed("broadcast_author", name=person.name)
    return viewer


def decided(session: Session, broadcast: Broadcast, how: str, *, viewer: Viewer, now: datetime) -> None:
    """It is on record, and its author is told. `how`: approved or refused."""
    broadcast.decided_by_id = viewer.staff_id
    session.add(broadcast)
    audit.did(session, viewer=viewer, action=f"broadcast {how}", now=now, details={"broadcast_id": broadcast.id})
    if broadcast.created_by_id is not None:
        _tell(session, broadcast.created_by_id, f"broadcast_{how}", broadcast, now)


def tell(session: Session, staff_id: int, body: Mapping[str, object], *, platform: str, now: datetime) -> None:
    """A notice to a member of staff, on this platform if they are there."""
    handle = deliveries.address(session, staff_id, platform)
    if handle is not None:
        deliveries.add(session, kind=DeliveryKind.NOTICE, priority=Priority.NOTICE, to=handle, due_at=now, body=body)


def _may(session: Session, person: Staff, made_by: int | None, platform: str) -> bool:
    viewer = of_staff(session, person, timezone="", language="")
    sees = viewer.owners is None or made_by in viewer.owners
    return viewer.may(Right.BROADCAST) and sees and deliveries.address(session, person.id, platform) is not None


def _tell(session: Session, staff_id: int, notice: str, broadcast: Broadcast, now: datetime) -> None:
    tell(session, staff_id, {"notice": notice, "broadcast_id": broadcast.id}, platform=broadcast.platform, now=now)
