"""What the platforms tell of members of staff: whose account one is, and what they have not said themselves."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from crm_core.chat import Sender, SenderKind
from crm_core.customers import names
from crm_core.errors import Invalid
from crm_core.people import staff
from crm_core.people.tables import AuditEntry, Role, Staff


def recognise(session: Session, platform: str, people: Sequence[Sender], *, now: datetime) -> dict[str, Staff]:
    """Give accounts without an owner to the colleagues whose e-mail they have, and put that on record.

    Only the platform's own members; it answers for their e-mail. Returns the new ones, by platform id.
    """
    emails = {
        one.platform_id: one.email.strip().lower() for one in people if one.kind is SenderKind.MEMBER and one.email
    }
    if not emails:
        return {}
    wanted = select(Staff).where(col(Staff.email).in_(set(emails.values())), col(Staff.active).is_(True))
    members = {member.email: member for member in session.exec(wanted)}
    found = {account: members[email] for account, email in emails.items() if email in members}
    for account, member in found.items():
        staff.add_handle(session, member, platform, account)
        details = {"platform": platform, "account": account}
        entry = AuditEntry(at=now, staff_id=member.id, actor=member.name, action="recognised", details=details)
        session.add(entry)
    session.flush()
    return found


def meet(session: Session, member: Staff, platform: str, person: Sender) -> None:
    """Take from the platform what a member of staff has not said themselves: the time zone, a language to begin with,
    and the name of an administrator who is known by their account alone."""
    if not member.timezone and person.timezone:
        member.timezone = _known_zone(person.timezone)
    if not member.wrote_in and person.language:
        member.wrote_in = person.language
    _name(session, member, platform, person)
    if session.is_modified(member):
        session.add(member)
        session.flush()


def _known_zone(name: str) -> str:
    """The name, or "" where it is not known here."""
    try:
        return staff.parse_timezone(name)
    except Invalid:
        return ""


def _name(session: Session, member: Staff, platform: str, person: Sender) -> None:
    """An administrator who is called by their account is called what the platform calls them, if nobody else is."""
    nameless = member.name in {person.platform_id, f"{platform}:{person.platform_id}"}
    if not nameless or member.role is not Role.ADMIN or not names.matching_form(person.name):
        return
    name = names.normalise(person.name[: names.LONGEST])
    if staff.by_name(session, name) in (None, member):
        member.name, member.name_key = name, names.key(name)
