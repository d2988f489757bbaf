"""Members of staff as the directory of a platform has them. Roles that people were given stay; so does a team that was
set by hand, until the directory itself moves them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from crm_core.customers import names
from crm_core.errors import Conflict, Invalid
from crm_core.people import audit
from crm_core.people import staff as staff_book
from crm_core.people.tables import Handle, Role, Staff
from crm_core.people.viewer import Viewer
from crm_core.roll import Member


def saw(session: Session, platform: str, members: Sequence[Member], *, role: Role | None, now: datetime) -> None:
    """Add who is new with this role (None: nobody is added), a leader as manager; follow what the directory changed."""
    for member in members:
        person = _behind(session, platform, member.platform_id)
        if person is not None:
            _follow(session, platform, person, member, now)
        elif role is not None:
            _add(session, platform, member, Role.MANAGER if member.leads else role, now)


def renamed(session: Session, platform: str, platform_id: str, new_id: str) -> None:
    """The account is the same person's under another id, unless somebody has that one."""
    query = select(Handle).where(
        Handle.platform == platform, func.lower(Handle.platform_user_id) == platform_id.lower()
    )
    handle = session.exec(query).first()
    if handle is not None and _behind(session, platform, new_id) is None:
        handle.platform_user_id = new_id
        session.add(handle)
        session.flush()


def _add(session: Session, platform: str, member: Member, role: Role, now: datetime) -> None:
    """Somebody of the same name may be another person: their account tells them apart."""
    name = member.name or member.platform_id
    if staff_book.by_name(session, name) is not None:
        name = f"{name[: names.LONGEST - len(member.platform_id) - 3]} ({member.platform_id})"
    try:
        person = staff_book.add(
            session, name, role=role, team=member.team, handle=(platform, member.platform_id), now=now
        )
    except (Conflict, Invalid):
        return
    _note(session, platform, person, member, action="joined", now=now)


def _follow(session: Session, platform: str, person: Staff, member: Member, now: datetime) -> None:
    if member.back and not person.active:
        try:
            staff_book.change(session, person, active=True)
        except Conflict:
            return
        _note(session, platform, person, member, action="returned", now=now)
    if not person.active:
        return
    _name(session, person, member)
    if member.team and (member.moved or person.team_id is None):
        before = person.team_id
        staff_book.change(session, person, team=member.team)
        if person.team_id != before:
            _note(session, platform, person, member, action="moved team", now=now)


def _name(session: Session, person: Staff, member: Member) -> None:
    """Who was known by their account alone gets their name."""
    unnamed = names.key(person.name) in {names.key(member.platform_id), names.key(f"wecom:{member.platform_id}")}
    if unnamed and member.name and staff_book.by_name(session, member.name) is None:
        person.name, person.name_key = names.normalise(member.name), names.key(member.name)
        session.add(person)
        session.flush()


def _note(session: Session, platform: str, person: Staff, member: Member, *, action: str, now: datetime) -> None:
    directory = Viewer(staff_id=None, name=platform, role=Role.ADMIN, owners=None)
    details = {"account": member.platform_id, "member": person.name, "team": member.team, "role": person.role.value}
    audit.did(session, viewer=directory, action=action, now=now, details=details)


def _behind(session: Session, platform: str, platform_id: str) -> Staff | None:
    """Platforms are not always of one mind about the case of an id."""
    query = select(Staff).join(Handle, col(Handle.staff_id) == Staff.id)
    query = query.where(Handle.platform == platform, func.lower(Handle.platform_user_id) == platform_id.lower())
    return session.exec(query).first()
