"""渠道活码: codes that customers scan, with the tags and the owner of whoever comes through one."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import event
from sqlmodel import Session, col, select

from crm_core.address_book import WayOrder
from crm_core.customers import names
from crm_core.errors import Conflict, CrmError, Invalid, NotAllowed, NotFound
from crm_core.people.tables import Role, Staff
from crm_core.people.viewer import Viewer
from crm_core.platforms import chores
from crm_core.relations.parties import customer_of, member_of, program
from crm_core.relations.tables import ContactWay, Relation, WayCode
from crm_core.tags import tags

#: The chore of making a code, or of taking it away; its key is the id of the code.
CHORE = "way"
#: Longest name, in characters: platforms keep it as a remark.
LONGEST = 30
MOST_MEMBERS = 100

_NOTED = "ways_to_tell"
_EPOCH = datetime.fromtimestamp(0, UTC)


def keep_current(writing: type[Session]) -> None:
    """Watch writing sessions: whatever becomes of a code, also by an undo, the platform is told."""
    event.listen(writing, "after_flush", _note)
    event.listen(writing, "before_commit", _tell)


def make(
    session: Session,
    platform: str,
    name: str,
    *,
    members: Sequence[Staff],
    tag_names: Sequence[str] = (),
    owner: Staff | None = None,
    viewer: Viewer,
    now: datetime,
) -> ContactWay:
    """A new code; the platform makes it soon after.

    Raises `NotAllowed("managers_only")`, `Conflict("way_name_taken")`, `Invalid`: `way_name_too_long`,
    `way_members_too_many`, `staff_not_on_platform` (name), a tag's name.
    """
    require_manager(viewer)
    tidy = names.normalise(name)
    if len(tidy) > LONGEST:
        raise Invalid("way_name_too_long", limit=LONGEST)
    if _named(session, platform, tidy) is not None:
        raise Conflict("way_name_taken", name=tidy)
    if len(members) > MOST_MEMBERS:
        raise Invalid("way_members_too_many", limit=MOST_MEMBERS)
    way = ContactWay(
        platform=platform,
        name=tidy,
        name_key=names.key(tidy),
        state=f"crmbot-{secrets.token_hex(8)}",
        members=[_member(session, platform, one) for one in members],
        tags=[tags.parse_name(tag) for tag in tag_names],
        owner_id=None if owner is None else owner.id,
        created_by_id=viewer.staff_id,
        created_at=now,
    )
    session.add(way)
    session.flush()
    return way


def stop(session: Session, way: ContactWay, *, viewer: Viewer, now: datetime) -> ContactWay:
    """Nobody can scan it any more. Raises `NotAllowed("managers_only")`."""
    require_manager(viewer)
    way.stopped_at = way.stopped_at or now
    session.add(way)
    session.flush()
    return way


def require_manager(viewer: Viewer) -> None:
    """Raise `NotAllowed("managers_only")`."""
    if viewer.role not in {Role.ADMIN, Role.MANAGER}:
        raise NotAllowed("managers_only")


def active(session: Session, platform: str) -> list[ContactWay]:
    """Those that can be scanned, or will soon, the newest first."""
    query = select(ContactWay).where(ContactWay.platform == platform, col(ContactWay.stopped_at).is_(None))
    return list(session.exec(query.order_by(col(ContactWay.id).desc())))


def named(session: Session, platform: str, word: str) -> ContactWay:
    """By its name or number ("#3"). Raises `NotFound("way_not_found")`."""
    number = word.lstrip("#＃").strip()
    way = session.get(ContactWay, int(number)) if number.isdecimal() and len(number) < 18 else None
    found = way if way is not None and way.stopped_at is None else _named(session, platform, word)
    if found is None or found.platform != platform:
        raise NotFound("way_not_found", name=word[:LONGEST])
    return found


def code_of(session: Session, way_id: int) -> WayCode:
    """What the platform made of it so far."""
    return session.get(WayCode, way_id) or WayCode(way_id=way_id)


def wanted(session: Session, key: str) -> WayOrder | None:
    """What is to be done about a code: to be made, or taken away; None: nothing."""
    way, code = session.get(ContactWay, int(key)), code_of(session, int(key))
    is_wanted = way is not None and way.stopped_at is None
    if is_wanted and way is not None and not code.config_id:
        tried = code.tried_at is not None
        return WayOrder(way.name, way.state, tuple(way.members), way.created_at, tried=tried)
    if not is_wanted and code.config_id and code.removed_at is None:
        return WayOrder("", "", (), code.tried_at or _EPOCH, config_id=code.config_id)
    return None


def tried(session: Session, key: str, *, at: datetime) -> None:
    """The platform is about to be asked to make it."""
    code = code_of(session, int(key))
    code.tried_at = code.tried_at or at
    session.add(code)
    session.flush()


def made(session: Session, key: str, *, config_id: str, qr_code: str) -> None:
    """The platform made it."""
    code = code_of(session, int(key))
    code.config_id, code.qr_code, code.problem, code.removed_at = config_id, qr_code, "", None
    session.add(code)
    session.flush()


def removed(session: Session, key: str, *, at: datetime) -> None:
    """It is not on the platform any more."""
    code = code_of(session, int(key))
    code.removed_at, code.config_id = at, ""
    session.add(code)
    session.flush()


def refused(session: Session, key: str, problem: str) -> None:
    """The platform will not make it."""
    code = code_of(session, int(key))
    code.problem = problem[:200]
    session.add(code)
    session.flush()


def welcome(session: Session, relation: Relation, state: str, *, now: datetime) -> None:
    """Somebody came through this code: the tags and the owner of it are theirs, and where they came from is known."""
    customer = customer_of(session, relation)
    query = select(ContactWay).where(ContactWay.platform == relation.platform, ContactWay.state == state)
    way = session.exec(query).first()
    if customer is None or way is None:
        return
    customer.source = customer.source or way.name
    if way.owner_id is not None and (customer.owner_id is None or relation.gives_owner):
        customer.owner_id = way.owner_id
    customer.updated_at = now
    session.add(customer)
    session.flush()
    for name in way.tags:
        try:
            with session.begin_nested():
                tags.put(
                    session, customer, [name], viewer=program(relation.platform), now=now, cause="code", detail=way.name
                )
        except CrmError:  # a segment has this name by now
            continue


def _note(session: Session, _context: object) -> None:
    noted: dict[int, tuple[str, datetime]] = session.info.setdefault(_NOTED, {})
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, ContactWay):
            noted[row.id] = (row.platform, row.stopped_at or row.created_at)


def _tell(session: Session) -> None:
    session.flush()
    noted: dict[int, tuple[str, datetime]] = session.info.pop(_NOTED, {})
    for way_id, (platform, at) in noted.items():
        chores.put(session, platform, CHORE, str(way_id), now=at)


def _named(session: Session, platform: str, name: str) -> ContactWay | None:
    key = names.matching_form(name[: names.LONGEST])
    query = select(ContactWay).where(ContactWay.platform == platform, ContactWay.name_key == key)
    return session.exec(query.where(col(ContactWay.stopped_at).is_(None))).first()


def _member(session: Session, platform: str, staff: Staff) -> str:
    member = member_of(session, platform, staff.id)
    if not member:
        raise Invalid("staff_not_on_platform", name=staff.name)
    return member
