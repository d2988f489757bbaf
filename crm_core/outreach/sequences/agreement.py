"""A second person agrees to a sequence that very many customers would enter at once."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import func
from sqlmodel import Session, select

from crm_core.errors import Conflict, NotAllowed
from crm_core.outreach import approvals
from crm_core.outreach.sequences import entering, plans, requests, sequences
from crm_core.outreach.sequences.tables import Sequence, SequenceVersion
from crm_core.people.tables import Staff
from crm_core.people.viewer import Viewer

#: They are not asked again for so long.
_ASKED_FOR = timedelta(days=1)


def is_own(version: SequenceVersion, viewer: Viewer) -> bool:
    """Whether nobody else has looked at it when this viewer switches it on."""
    return approvals.is_own(version.created_by_id, viewer)


def is_needed(version: SequenceVersion, *, viewer: Viewer, entering: int, above: int) -> bool:
    """Whether somebody else has to agree when this viewer wants so many to enter; `above` 0: nobody ever has to."""
    return bool(above and version.entry and entering > above and is_own(version, viewer))


def needed(session: Session, sequence: Sequence, *, viewer: Viewer, now: datetime, above: int) -> int:
    """How many would enter at once, where somebody else has to agree; else 0. Raises what the segment raises."""
    version = sequences.hold(session, sequence)
    if not (above and version.entry and is_own(version, viewer)):
        return 0
    wanted = entering.entrants(session, sequence, plans.of(version), viewer=viewer, now=now)
    count = session.exec(select(func.count()).select_from(wanted.subquery())).one()
    return count if count > above else 0


def require(session: Session, sequence: Sequence, *, viewer: Viewer, now: datetime, above: int) -> None:
    """Raises `Conflict("sequence_needs_second")` where somebody else has to agree, and what the segment raises."""
    if count := needed(session, sequence, viewer=viewer, now=now, above=above):
        raise Conflict("sequence_needs_second", name=sequence.name, entering=count, above=above)


def whom(session: Session, sequence: Sequence, platform: str) -> list[Staff]:
    """Who may agree to its newest version and can be told: they see all customers its author sees, and may steer it."""
    author_id = sequences.newest(session, sequence).created_by_id
    return approvals.who_may(session, author_id, platform=platform, also=partial(sequences.may_steer, sequence))


def ask(
    session: Session, sequence: Sequence, *, viewer: Viewer, now: datetime, above: int, platform: str
) -> list[Staff]:
    """Everybody who may agree gets a card, unless they were asked within a day. Raises `NotAllowed`, and
    `Conflict` (`sequence_nobody_approves`, `sequence_refused`: by whom, so that it is changed first)."""
    sequences.require_steering(sequence, viewer)
    version = sequences.hold(session, sequence)
    if version.refused_by_id is not None:
        by = session.get_one(Staff, version.refused_by_id).name
        raise Conflict("sequence_refused", name=sequence.name, version=version.number, by=by)
    asked = whom(session, sequence, platform)
    if not asked:
        raise Conflict("sequence_nobody_approves", above=above)
    if version.asked_at is not None and version.asked_at > now - _ASKED_FOR:
        return asked
    version.asked_at = now
    session.add(version)
    approvals.put_before(session, requests.matter(version, platform), asked, viewer=viewer, now=now)
    return asked


def waiting(session: Session, sequence: Sequence) -> SequenceVersion | None:
    """The newest version, where somebody was asked to agree to it and has not decided."""
    version = sequences.newest(session, sequence)
    return None if version.asked_at is None else version


def may_decide(session: Session, sequence: Sequence, viewer: Viewer) -> bool:
    """Whether this viewer may agree to what waits for it: not its author, nor who sees less than its author."""
    version = waiting(session, sequence)
    able = version is not None and approvals.is_second(session, version.created_by_id, viewer)
    return able and sequences.may_steer(sequence, viewer)


def to_decide(session: Session, sequence: Sequence, *, viewer: Viewer) -> SequenceVersion:
    """What waits for this viewer's decision; nobody else decides about it before this transaction ends. Raises
    `NotAllowed`, and `Conflict("sequence_not_asked")`."""
    sequences.require_steering(sequence, viewer)
    version = sequences.hold(session, sequence)
    if version.asked_at is None:
        raise Conflict("sequence_not_asked", name=sequence.name)
    own = NotAllowed("sequence_own_approval", name=sequence.name)
    approvals.require_second(session, version.created_by_id, viewer=viewer, own=own)
    return version


def author(session: Session, version: SequenceVersion, timezone: str) -> Viewer:
    """Whoever wrote it, with the rights and the customers they have now. Raises `NotAllowed("sequence_author")`."""
    viewer = approvals.of_author(session, version.created_by_id, timezone)
    if not approvals.is_able(session, viewer):
        raise NotAllowed("sequence_author", name=viewer.name)
    return viewer


def approve(
    session: Session, sequence: Sequence, *, viewer: Viewer, now: datetime, timezone: str, platform: str
) -> Sequence:
    """It is switched on as its author asked for: in their sight, customers enter. Raises as `to_decide` and `author`
    do."""
    version = to_decide(session, sequence, viewer=viewer)
    as_whom = author(session, version, timezone)
    requests.settle(session, version, "approved", viewer=viewer, now=now, platform=platform)
    return sequences.switch_on(session, sequence, viewer=as_whom, now=now)


def refuse(session: Session, sequence: Sequence, *, viewer: Viewer, now: datetime, platform: str) -> Sequence:
    """It stays as it is, and nobody is asked about this version again. Raises as `to_decide` does."""
    version = to_decide(session, sequence, viewer=viewer)
    version.refused_by_id = viewer.staff_id
    requests.settle(session, version, "refused", viewer=viewer, now=now, platform=platform)
    return sequence
