"""A second person looks before very many customers are written to: at a large broadcast, and at a sequence that very
many would enter at once (see `sequences.agreement`)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Matter:
    """What somebody else has to agree to. `kind`: broadcast or sequence. `author_id`: whose it is, None: a program's.
    `named_by`: what names it in notices, and on record."""

    kind: str
    author_id: int | None
    named_by: Mapping[str, int]
    platform: str = ""


def ask(session: Session, broadcast: Broadcast, *, viewer: Viewer, now: datetime, above: int) -> None:
    """Everybody who may approve it gets a card. Raises `Conflict("broadcast_nobody_approves")`."""
    asked = whom(session, broadcast)
    if not asked:
        raise Conflict("broadcast_nobody_approves", above=above)
    put_before(session, _matter(broadcast), asked, viewer=viewer, now=now)


def whom(session: Session, broadcast: Broadcast) -> list[Staff]:
    """Who may approve it and can be told."""
    return who_may(session, broadcast.created_by_id, platform=broadcast.platform)


def require(session: Session, broadcast: Broadcast, *, viewer: Viewer) -> None:
    """Raise `NotAllowed` unless this viewer may decide about it."""
    require_second(session, broadcast.created_by_id, viewer=viewer, own=NotAllowed("broadcast_own_approval"))


def may_decide(session: Session, broadcast: Broadcast, *, viewer: Viewer) -> bool:
    """Whether this viewer may approve or refuse it."""
    return is_second(session, broadcast.created_by_id, viewer)


def author(session: Session, broadcast: Broadcast, manners: Manners) -> Viewer:
    """As whom it is sent: with the rights and the customers its author has now. Raises `NotAllowed`."""
    viewer = of_author(session, broadcast.created_by_id, manners.timezone)
    if not is_able(session, viewer):
        raise NotAllowed("broadcast_author", name=viewer.name)
    return viewer


def decided(session: Session, broadcast: Broadcast, how: str, *, viewer: Viewer, now: datetime) -> None:
    """It is on record, and its author is told. `how`: approved or refused."""
    broadcast.decided_by_id = viewer.staff_id
    session.add(broadcast)
    settled(session, _matter(broadcast), how, viewer=viewer, now=now)


def who_may(
    session: Session, author_id: int | None, *, platform: str, also: Callable[[Viewer], bool] = lambda _: True
) -> list[Staff]:
    """Who may agree to what this member wants to send, and can be told: managers and administrators who see all their
    customers, or else whoever else does. `also`: what has to hold besides."""
    written_by = of_author(session, author_id)
    active = select(Staff).where(col(Staff.active), col(Staff.id) != author_id).order_by(col(Staff.id))
    able = []
    for person in session.exec(active).all():
        viewer = of_staff(session, person, timezone="", language="")
        if _oversees(viewer, written_by) and also(viewer) and deliveries.address(session, person.id, platform):
            able.append(person)
    leading = [person for person in able if person.role in {Role.ADMIN, Role.MANAGER}]
    return (leading or able)[:_MOST]


def is_own(author_id: int | None, viewer: Viewer) -> bool:
    """Whether nobody else looks at what this member wants to send when this viewer does: it is theirs, or a program
    looks, which is nobody."""
    return viewer.staff_id in {None, author_id}


def is_second(session: Session, author_id: int | None, viewer: Viewer) -> bool:
    """Whether this viewer may decide about what this member wants to send: another person, who sees all customers the
    member does. What they are shown to decide by is theirs to see, then."""
    return not is_own(author_id, viewer) and _oversees(viewer, of_author(session, author_id))


def require_second(session: Session, author_id: int | None, *, viewer: Viewer, own: NotAllowed) -> None:
    """Raise `NotAllowed` unless `is_second`. `own`: what its author and a program are told."""
    viewer.require(Right.BROADCAST)
    if is_own(author_id, viewer):
        raise own
    if not is_second(session, author_id, viewer):
        raise NotAllowed("approval_beyond_sight")


def of_author(session: Session, author_id: int | None, timezone: str = "") -> Viewer:
    """This member, or a program, with the customers they have now."""
    if author_id is None:
        return Viewer(staff_id=None, name="API", role=Role.ADMIN, owners=None, timezone=timezone)
    return of_staff(session, session.get_one(Staff, author_id), timezone=timezone, language="")


def is_able(session: Session, author: Viewer) -> bool:
    """Whether they are with the company still, and may write to customers."""
    active = author.staff_id is None or session.get_one(Staff, author.staff_id).active
    return active and author.may(Right.BROADCAST)


def put_before(session: Session, matter: Matter, asked: list[Staff], *, viewer: Viewer, now: datetime) -> None:
    """Each of these gets a card to decide by; that they were asked is on record."""
    for person in asked:
        _tell(session, person.id, matter, {"notice": f"{matter.kind}_approval"}, now)
    details = {**matter.named_by, "asked": [person.id for person in asked]}
    audit.did(session, viewer=viewer, action=f"{matter.kind} approval asked", now=now, details=details)


def settled(session: Session, matter: Matter, how: str, *, viewer: Viewer, now: datetime) -> None:
    """It is on record, and its author is told, unless it was them. `how`: approved or refused, or what else became of
    it."""
    audit.did(session, viewer=viewer, action=f"{matter.kind} {how}", now=now, details=matter.named_by)
    if matter.author_id not in {None, viewer.staff_id}:
        _tell(session, matter.author_id, matter, {"notice": f"{matter.kind}_{how}", "by": viewer.name}, now)


def _matter(broadcast: Broadcast) -> Matter:
    return Matter("broadcast", broadcast.created_by_id, {"broadcast_id": broadcast.id}, broadcast.platform)


def _oversees(viewer: Viewer, written_by: Viewer) -> bool:
    if not viewer.may(Right.BROADCAST):
        return False
    return viewer.owners is None or (written_by.owners is not None and written_by.owners <= viewer.owners)


def _tell(session: Session, staff_id: int | None, matter: Matter, told: Mapping[str, str], now: datetime) -> None:
    """On the platform of the matter if they are there."""
    to = None if staff_id is None else deliveries.address(session, staff_id, matter.platform)
    if to is not None:
        body = {**told, **matter.named_by}
        deliveries.add(session, kind=DeliveryKind.NOTICE, priority=Priority.NOTICE, to=to, due_at=now, body=body)
