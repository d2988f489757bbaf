"""Who is behind the ids of a platform: members of staff, and the customers they are connected with."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func
from sqlmodel import Session, col, select

from crm_core.address_book import Standing
from crm_core.customers.families import family, survivor
from crm_core.customers.tables import Customer, Identity
from crm_core.people.tables import Handle, Role, Staff
from crm_core.people.viewer import Viewer
from crm_core.relations.tables import Relation

#: In these the platform takes what we ask for, though the customer may have left by themselves.
USABLE = (Standing.ADDED, Standing.LOST)
#: In these they are something to each other.
LIVE = (Standing.ADDED, Standing.LOST, Standing.HALF)


def program(platform: str) -> Viewer:
    """Who changes what a platform tells."""
    return Viewer(staff_id=None, name=platform, role=Role.ADMIN, owners=None)


def staff_of(session: Session, platform: str, members: Iterable[str]) -> dict[str, Staff]:
    """Members of staff, those who left included, by their id in small letters; a platform may lower the case of one."""
    wanted = {member.lower() for member in members}
    lowered = func.lower(Handle.platform_user_id)
    query = select(lowered, Staff).join(Handle, col(Handle.staff_id) == Staff.id)
    return dict(session.exec(query.where(Handle.platform == platform, lowered.in_(wanted))).all())


def member_of(session: Session, platform: str, staff_id: int) -> str:
    """The id of a member of staff on a platform, "" for none, spelled as the platform spells it where it told."""
    query = select(Handle.platform_user_id).where(Handle.platform == platform, Handle.staff_id == staff_id)
    handle = session.exec(query.order_by(col(Handle.id))).first()
    if handle is None:
        return ""
    spelled = select(Relation.member).where(
        Relation.platform == platform, func.lower(Relation.member) == handle.lower()
    )
    return session.exec(spelled.limit(1)).first() or handle


def find(session: Session, platform: str, member: str, contact: str) -> Relation | None:
    """What they are to each other, if they ever were."""
    query = select(Relation).join(Identity, col(Identity.id) == Relation.identity_id)
    query = query.where(Identity.platform == platform, Identity.platform_user_id == contact)
    return session.exec(query.where(Relation.platform == platform, Relation.member == member)).first()


def contact_of(session: Session, relation: Relation) -> str:
    return session.get_one(Identity, relation.identity_id).platform_user_id


def customer_of(session: Session, relation: Relation) -> Customer | None:
    """Whose connection it is, None while the account is nobody's."""
    customer_id = session.get_one(Identity, relation.identity_id).customer_id
    return None if customer_id is None else survivor(session, customer_id)


def of_customer(
    session: Session, customer_id: int, standings: Sequence[Standing] = LIVE, platform: str = ""
) -> list[Relation]:
    """The connections of a customer and of whoever was merged into it, the oldest first."""
    query = select(Relation).join(Identity, col(Identity.id) == Relation.identity_id)
    query = query.where(col(Identity.customer_id).in_(family(session, customer_id)))
    query = query.where(col(Relation.standing).in_(list(standings)))
    if platform:
        query = query.where(Relation.platform == platform)
    return list(session.exec(query.order_by(col(Relation.since), col(Relation.id))))
