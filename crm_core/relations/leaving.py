"""Members of staff who left the company, as a platform tells it."""

from datetime import datetime

from sqlmodel import Session

from crm_core.errors import Conflict
from crm_core.people import audit
from crm_core.people import staff as staff_book
from crm_core.relations import alerts
from crm_core.relations.parties import program, staff_of


def left(session: Session, platform: str, member: str, *, now: datetime) -> int:
    """They may not talk to the bot any more, and whoever manages them is told whose customers wait; told twice, it
    happens once. The last administrator stays. How many wait."""
    person = staff_of(session, platform, [member]).get(member.lower())
    if person is None or not person.active:
        return 0
    try:
        staff_book.change(session, person, active=False)
    except Conflict:
        return 0
    audit.did(session, viewer=program(platform), action="left", now=now, details={"account": member})
    return alerts.tell_of_left(session, person, platform=platform, now=now)
