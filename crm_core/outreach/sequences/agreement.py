"""A second person agrees to a sequence that very many customers would enter at once."""

from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, select

from crm_core.errors import Conflict, NotAllowed
from crm_core.outreach import approvals
from crm_core.outreach.sequences import entering, plans, sequences
from crm_core.outreach.sequences.tables import Sequence, SequenceVersion
from crm_core.people import audit
from crm_core.people.tables import Staff
from crm_core.people.viewer import Right, Viewer, of_staff

#: They are not asked again for so long.
_ASKED_FOR = timedelta(days=1)


def is_needed(version: SequenceVersion, *, viewer: Viewer, entering: int, above: int) -> bool:
    """Whether somebody else has to agree when this viewer wants so many to enter; `above` 0: nobody ever has to."""
    own = viewer.staff_id in {None, version.created_by_id}
    return bool(above and version.entry and own and entering > above)


def needed(session: Session, sequence: Sequence, *, viewer: Viewer, now: datetime, above: int) -> int:
    """How many would enter at once, where somebody else has to agree; else 0. Raises what the segment raises."""
    version = sequences.newest(session, sequence)
    if not is_needed(version, viewer=viewer, entering=above + 1, above=above):
        return 0
    wanted = entering.entrants(session, sequence, plans.of(version), viewer=viewer, now=now)
    count = session.exec(select(func.count()).select_from(wanted.subquery())).one()
    return count if count > above else 0


def require(session: Session, sequence: Sequence, *, viewer: Viewer, now: datetime, above: int) -> None:
    """Raises `Conflict("sequence_needs_second")` where somebody else has to agree, and what the segment raises."""
    if count := needed(session, sequence, viewer=viewer, now=now, above=above):
        raise Conflict("sequence_needs_second", name=sequence.name, entering=count, above=above)


def whom(session: Session, sequence: Sequence, platform: str) -> list[Staff]:
    """Who may agree to its newest version and can be told."""
    author = sequences.newest(session, sequence).created_by_id
    return approvals.who_may(session, made_by=sequence.created_by_id, but=author, platform=platform)


def ask(
    session: Session, sequence: Sequence, *, viewer: Viewer, now: datetime, above: int, platform: str
) -> list[Staff]:
    """Everybody who may agree gets a card, unless they were asked within a day. Raises
    `Conflict("sequence_nobody_approves")`."""
    sequences.require_steering(sequence, viewer)
    asked = whom(session, sequence, platform)
    if not asked:
        raise Conflict("sequence_nobody_approves", above=above, name=sequence.name)
    version = sequences.newest(session, sequence)
    if version.asked_at is not None and version.asked_at > now - _ASKED_FOR:
        return asked
    version.asked_at, version.refused_by_id = now, None
    session.add(version)
    body = {"notice": "sequence_approval", "sequence_id": sequence.id, "version": version.number}
    for person in asked:
        approvals.tell(session, person.id, body, platform=platform, now=now)
    details = {"sequence_id": sequence.id, "asked": [person.id for person in asked]}
    audit.did(session, viewer=viewer, action="sequence approval asked", now=now, details=details)
    return asked


def waiting(session: Session, sequence: Sequence) -> SequenceVersion | None:
    """The newest version, where somebody was asked to agree to it and has not decided."""
    version = sequences.newest(session, sequence)
    return None if version.asked_at is None else version


def may_decide(session: Session, sequence: Sequence, viewer: Viewer) -> bool:
    """Whether this viewer may agree to what waits for it: not its author."""
    version = waiting(session, sequence)
    other = version is not None and viewer.staff_id not in {None, version.created_by_id}
    return other and sequences.may_steer(sequence, viewer)


def author(session: Session, version: SequenceVersion, timezone: str) -> Viewer:
    """Whoever wrote it, with the rights and the customers they have now. Raises `NotAllowed("sequence_author")`."""
    person = session.get_one(Staff, version.created_by_id)
    viewer = of_staff(session, person, timezone=timezone, language="")
    if not person.active or not viewer.may(Right.BROADCAST):
        raise NotAllowed("sequence_author", name=person.name)
    return viewer


def approve(
    session: Session, sequence: Sequence, *, viewer: Viewer, now: datetime, timezone: str, platform: str
) -> Sequence:
    """It is switched on as its author asked for: in their sight, customers enter. Raises `NotAllowed`, and
    `Conflict("sequence_not_asked")`."""
    version = _required(session, sequence, viewer)
    sequences.switch_on(session, sequence, viewer=author(session, version, timezone), now=now)
    decided(session, sequence, version, "approved", viewer=viewer, now=now, platform=platform)
    return sequence


def refuse(session: Session, sequence: Sequence, *, viewer: Viewer, now: datetime, platform: str) -> Sequence:
    """It stays as it is. Raises as `approve` does."""
    version = _required(session, sequence, viewer)
    version.refused_by_id = viewer.staff_id
    decided(session, sequence, version, "refused", viewer=viewer, now=now, platform=platform)
    return sequence


def decided(
    session: Session,
    sequence: Sequence,
    version: SequenceVersion,
    how: str,
    *,
    viewer: Viewer,
    now: datetime,
    platform: str,
) -> None:
    """It is on record, nobody is asked any more, and its author is told. `how`: approved or refused."""
    version.asked_at = None
    session.add(version)
    session.flush()
    details = {"sequence_id": sequence.id, "version": version.number}
    audit.did(session, viewer=viewer, action=f"sequence {how}", now=now, details=details)
    if version.created_by_id is not None:
        body = {"notice": f"sequence_{how}", "sequence_id": sequence.id, "version": version.number, "by": viewer.name}
        approvals.tell(session, version.created_by_id, body, platform=platform, now=now)


def _required(session: Session, sequence: Sequence, viewer: Viewer) -> SequenceVersion:
    sequences.require_steering(sequence, viewer)
    version = waiting(session, sequence)
    if version is None or version.created_by_id is None:
        raise Conflict("sequence_not_asked", name=sequence.name)
    if not may_decide(session, sequence, viewer):
        raise NotAllowed("sequence_own_approval", name=sequence.name)
    return version
