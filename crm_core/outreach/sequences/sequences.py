"""Sequences as people make and steer them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import InvalidRequestError
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from crm_core.customers import names
from crm_core.errors import Conflict, Invalid, NotAllowed, NotFound
from crm_core.outreach.sequences import plans, requests, waves
from crm_core.outreach.sequences.plans import Plan
from crm_core.outreach.sequences.tables import Sequence, SequenceState, SequenceVersion
from crm_core.people import viewer as viewers
from crm_core.people.tables import Role, Staff
from crm_core.people.viewer import Right, Viewer
from crm_core.tags import segments
from crm_core.text.tidying import one_line

#: Longest name, in characters.
LONGEST_NAME = 60

_OPEN = (SequenceState.ON, SequenceState.PAUSED)
_ENDED = (SequenceState.OFF, SequenceState.STOPPED)
#: From which states each order leads on.
_FROM: dict[SequenceState, tuple[SequenceState, ...]] = {
    SequenceState.ON: tuple(SequenceState),
    SequenceState.PAUSED: (SequenceState.ON, SequenceState.OFF),
    SequenceState.OFF: _OPEN,
    SequenceState.STOPPED: (*_OPEN, SequenceState.OFF),
}


@dataclass(frozen=True)
class Made:
    """A version that was written; `sequence.version` says which one is in force."""

    sequence: Sequence
    version: SequenceVersion


def make(session: Session, name: str, plan: Plan, *, viewer: Viewer, now: datetime) -> Made:
    """A draft nobody enters yet.

    Raises `NotAllowed`, `Conflict("sequence_name_taken")`, and `Invalid` and `NotFound` for the name, the steps and
    the segment.
    """
    viewer.require(Right.BROADCAST)
    tidy = _name(name)
    if _find(session, tidy) is not None:
        raise Conflict("sequence_name_taken", name=tidy)
    sequence = Sequence(
        name=tidy, name_key=names.matching_form(tidy), created_by_id=viewer.staff_id, created_at=now, changed_at=now
    )
    session.add(sequence)
    session.flush()
    return Made(sequence, _write(session, sequence, plan, viewer=viewer, now=now))


def revise(session: Session, sequence: Sequence, plan: Plan, *, viewer: Viewer, now: datetime) -> Made:
    """A new version, which waits until somebody switches it on; who is under way keeps theirs. Raises like `make`."""
    require_steering(sequence, viewer)
    before = hold(session, sequence)
    if plans.of(before) == plan:
        return Made(sequence, before)
    made = Made(sequence, _write(session, sequence, plan, viewer=viewer, now=now))
    requests.settle(session, before, "withdrawn", viewer=viewer, now=now)
    return made


def everything(session: Session) -> list[Sequence]:
    """All of them, by name. They hold no customer data: whoever may talk to the bot sees them."""
    return list(session.exec(select(Sequence).order_by(col(Sequence.name_key))))


def get(session: Session, sequence_id: int) -> Sequence:
    """Raises `NotFound("sequence_not_found")`."""
    sequence = session.get(Sequence, sequence_id) if 0 < sequence_id < 2**63 else None
    if sequence is None:
        raise NotFound("sequence_not_found", name=str(sequence_id)[:20])
    return sequence


def named(session: Session, name: str) -> Sequence:
    """Spaces, case and script do not matter. Raises `NotFound("sequence_not_found")`."""
    sequence = _find(session, name[: 2 * LONGEST_NAME])
    if sequence is None:
        raise NotFound("sequence_not_found", name=name[:LONGEST_NAME])
    return sequence


def newest(session: Session, sequence: Sequence) -> SequenceVersion:
    """The version that was written last, in force or not."""
    return session.exec(_newest_first(sequence).limit(1)).one()


def hold(session: Session, sequence: Sequence) -> SequenceVersion:
    """The newest version, both read afresh: before this transaction ends nobody else changes them, nor decides about
    them. Of two who switch on, approve or refuse at once the second finds what the first has made of it. Raises
    `NotFound("sequence_not_found")` where somebody takes back what there was."""
    session.flush()
    name = sequence.name
    try:
        session.refresh(sequence, with_for_update={"key_share": True})
    except InvalidRequestError:
        raise NotFound("sequence_not_found", name=name) from None
    held = _newest_first(sequence).limit(1).with_for_update(key_share=True).execution_options(populate_existing=True)
    found = session.exec(held).first() or session.exec(held).first()  # one that was waited for may be gone by then
    if found is None:
        raise NotFound("sequence_not_found", name=name)
    return found


def in_force(session: Session, sequence: Sequence) -> SequenceVersion:
    """The version that whoever enters now begins; of a draft the newest."""
    return numbered(session, sequence, sequence.version) or newest(session, sequence)


def numbered(session: Session, sequence: Sequence, number: int) -> SequenceVersion | None:
    """The version of this number, if there is one."""
    found = select(SequenceVersion).where(SequenceVersion.sequence_id == sequence.id, SequenceVersion.number == number)
    return session.exec(found).first()


def switch_on(session: Session, sequence: Sequence, *, viewer: Viewer, now: datetime) -> Sequence:
    """Put the newest version in force: from now on customers enter, in the sight of this viewer. Where somebody was
    asked to agree to it, that is settled, and its author told."""
    require_steering(sequence, viewer)
    version = hold(session, sequence)
    how = "withdrawn" if viewer.staff_id == version.created_by_id else "taken_over"
    requests.settle(session, version, how, viewer=viewer, now=now)
    sequence.version = version.number
    sequence.on_by_id = viewer.staff_id
    return _move(session, sequence, SequenceState.ON, now)


def pause(session: Session, sequence: Sequence, *, viewer: Viewer, now: datetime) -> Sequence:
    """Nobody enters and nobody goes on until it is resumed; what is just being sent still arrives."""
    return _steer(session, sequence, SequenceState.PAUSED, viewer, now)


def resume(session: Session, sequence: Sequence, *, viewer: Viewer, now: datetime) -> Sequence:
    """Go on where it was paused, with the version in force. Raises `Conflict` when it is not paused."""
    require_steering(sequence, viewer)
    hold(session, sequence)
    if sequence.state is not SequenceState.PAUSED:
        raise Conflict("sequence_state", name=sequence.name, state=sequence.state)
    return _move(session, sequence, SequenceState.ON, now)


def withdraw(session: Session, sequence: Sequence, number: int, *, viewer: Viewer, now: datetime) -> Sequence:
    """Nobody is asked about this version any more; the sequence stays as it is. Raises `Conflict` where it does not
    wait, since somebody decided meanwhile: `sequence_not_asked`."""
    require_steering(sequence, viewer)
    version = hold(session, sequence)
    if version.number != number or not requests.settle(session, version, "withdrawn", viewer=viewer, now=now):
        raise Conflict("sequence_not_asked", name=sequence.name)
    return sequence


def close(session: Session, sequence: Sequence, *, viewer: Viewer, now: datetime) -> Sequence:
    """Nobody enters any more; who is under way goes on to the end. Of a draft that waits for approval, the request is
    withdrawn."""
    return _steer(session, sequence, SequenceState.OFF, viewer, now)


def stop(session: Session, sequence: Sequence, *, viewer: Viewer, now: datetime) -> Sequence:
    """Nobody goes on, at once; everybody leaves when it cannot be undone any more. A draft as `close` has it."""
    return _steer(session, sequence, SequenceState.STOPPED, viewer, now)


def may_steer(sequence: Sequence, viewer: Viewer) -> bool:
    """Whoever made it, whoever sees that person's customers, and administrators."""
    if not viewer.may(Right.BROADCAST):
        return False
    return viewer.owners is None or (sequence.created_by_id is not None and sequence.created_by_id in viewer.owners)


def require_steering(sequence: Sequence, viewer: Viewer) -> None:
    """Raise `NotAllowed` unless `may_steer`."""
    viewer.require(Right.BROADCAST)
    if not may_steer(sequence, viewer):
        raise NotAllowed("sequence_not_yours", name=sequence.name)


def sight(session: Session, sequence: Sequence, timezone: str) -> Viewer | None:
    """In whose sight customers enter by themselves; None when that person left, or may not write to customers now."""
    if sequence.on_by_id is None:
        return Viewer(None, sequence.name, Role.ADMIN, None, timezone)
    staff = session.get(Staff, sequence.on_by_id)
    if staff is None or not staff.active:
        return None
    viewer = viewers.of_staff(session, staff, timezone=timezone, language="zh")
    return viewer if viewer.may(Right.BROADCAST) else None


def _newest_first(sequence: Sequence) -> SelectOfScalar[SequenceVersion]:
    versions = select(SequenceVersion).where(SequenceVersion.sequence_id == sequence.id)
    return versions.order_by(col(SequenceVersion.number).desc())


def _find(session: Session, name: str) -> Sequence | None:
    return session.exec(select(Sequence).where(Sequence.name_key == names.matching_form(name))).first()


def _write(session: Session, sequence: Sequence, plan: Plan, *, viewer: Viewer, now: datetime) -> SequenceVersion:
    plans.check(plan)
    if plan.entry:
        segments.resolve(session, plan.entry)
    last = session.exec(
        select(SequenceVersion.number)
        .where(SequenceVersion.sequence_id == sequence.id)
        .order_by(col(SequenceVersion.number).desc())
        .limit(1)
    ).first()
    version = SequenceVersion(
        sequence_id=sequence.id,
        number=(last or 0) + 1,
        entry=plan.entry,
        stop_on_reply=plan.stop_on_reply,
        stages=[stage.value for stage in plan.stages],
        steps=plans.documents(plan.steps),
        created_by_id=viewer.staff_id,
        created_at=now,
    )
    session.add(version)
    session.flush()
    return version


def _steer(session: Session, sequence: Sequence, state: SequenceState, viewer: Viewer, now: datetime) -> Sequence:
    """Whoever looks at a request to agree would switch it on again, so the request ends with the order."""
    require_steering(sequence, viewer)
    withdrawn = requests.settle(session, hold(session, sequence), "withdrawn", viewer=viewer, now=now)
    if sequence.state is state or (withdrawn and sequence.state not in _OPEN and state in _ENDED):
        return sequence
    if sequence.state not in _FROM[state]:
        raise Conflict("sequence_state", name=sequence.name, state=sequence.state)
    return _move(session, sequence, state, now)


def _move(session: Session, sequence: Sequence, state: SequenceState, now: datetime) -> Sequence:
    sequence.state, sequence.changed_at = state, now
    session.add(sequence)
    session.flush()
    waves.agree(session, sequence, now=now)
    return sequence


def _name(text: str) -> str:
    tidy = one_line(text[: 20 * LONGEST_NAME]).strip(" #:：,，;；")
    if not names.matching_form(tidy) or tidy.isdecimal():
        raise Invalid("sequence_name_empty")
    if len(tidy) > LONGEST_NAME:
        raise Invalid("sequence_name_too_long", limit=LONGEST_NAME)
    return tidy
