"""What a platform is to be asked to do: a row written together with its cause, claimed under a lease, tried until done.

One row for each kind and key: wanted twice is done once, and what is done is looked up at the last moment. Whoever dies
while doing leaves a row whose lease runs out.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, text, update
from sqlmodel import Session, col, select

from crm_core.chat import DeliveryError, Document
from crm_core.outreach import deliveries
from crm_core.outreach.tables import DeliveryState
from crm_core.platforms.tables import OPEN, Chore, ChoreState
from crm_core.rows import add_or_find


@dataclass(frozen=True)
class Claimed:
    """A chore in the hands of a doer. `attempts` includes this one."""

    id: int
    platform: str
    kind: str
    key: str
    body: Document
    version: int
    attempts: int


def put(
    session: Session,
    platform: str,
    kind: str,
    key: str,
    *,
    now: datetime,
    body: Mapping[str, object] | None = None,
    not_before: datetime | None = None,
) -> None:
    """Have it done, not before this moment; again, if it is being done or was done already."""
    due = not_before or now
    made = Chore(
        platform=platform, kind=kind, key=key, body=dict(body or {}), not_before=due, changed_at=now, version=0
    )
    chore = _locked(session, platform, kind, key) or add_or_find(
        session, made, lambda: _locked(session, platform, kind, key)
    )
    chore.version += 1
    chore.body = dict(body or {})
    if chore.state is not ChoreState.DOING:
        chore.state, chore.attempts, chore.not_before, chore.problem = ChoreState.DUE, 0, due, ""
    chore.changed_at = now
    session.add(chore)
    session.flush()
    _note(session, due)


def claim(
    session: Session, platforms: Collection[str], *, doer: str, now: datetime, limit: int, lease: timedelta
) -> list[Claimed]:
    """Take up to `limit` due chores under a lease. Call it in a writing session."""
    wanted = select(Chore).where(col(Chore.platform).in_(list(platforms)), col(Chore.not_before) <= now, text(OPEN))
    ordered = wanted.order_by(col(Chore.not_before), col(Chore.id)).limit(limit)
    claimed = []
    for chore in session.exec(ordered.with_for_update(skip_locked=True)):
        chore.state, chore.doer, chore.not_before = ChoreState.DOING, doer, now + lease
        chore.attempts += 1
        session.add(chore)
        session.flush()
        claimed.append(
            Claimed(chore.id, chore.platform, chore.kind, chore.key, dict(chore.body), chore.version, chore.attempts)
        )
    return claimed


def finish(session: Session, done: Claimed, *, doer: str, now: datetime, again_at: datetime | None = None) -> None:
    """It is done, or to be looked at again; at once when it was wanted anew meanwhile."""
    anew = _version(session, done.id) != done.version
    due_at = now if anew else again_at
    state = ChoreState.DONE if due_at is None else ChoreState.DUE
    _mark(session, done, doer, state=state, attempts=0, not_before=due_at or now, problem="", now=now)


def fail(session: Session, failed: Claimed, error: DeliveryError, *, doer: str, now: datetime) -> None:
    """Try again when the retry policy of deliveries says so, or give up."""
    verdict = deliveries.after_failure(failed.attempts, error, now)
    dead = verdict.state is DeliveryState.DEAD
    anew = dead and _version(session, failed.id) != failed.version
    state = ChoreState.DEAD if dead and not anew else ChoreState.DUE
    attempts = failed.attempts if verdict.counts else failed.attempts - 1
    due = verdict.not_before or now
    _mark(session, failed, doer, state=state, attempts=attempts, not_before=due, problem=verdict.problem, now=now)


def next_due(session: Session, platforms: Collection[str]) -> datetime | None:
    """When the next one is due."""
    wanted = select(func.min(Chore.not_before)).where(col(Chore.platform).in_(list(platforms)), text(OPEN))
    return session.exec(wanted).one()


def counts(session: Session) -> dict[tuple[str, str], int]:
    """(platform, state) → how many, of the states that need attention: due, doing, dead; 0 where there were any."""
    wanted = select(Chore.platform, Chore.state, func.count()).group_by(Chore.platform, Chore.state)
    found = {(platform, str(state)): count for platform, state, count in session.exec(wanted)}
    open_states = (ChoreState.DUE, ChoreState.DOING, ChoreState.DEAD)
    return {
        (platform, state.value): found.get((platform, state.value), 0)
        for platform in {platform for platform, _ in found}
        for state in open_states
    }


def noted(session: Session) -> datetime | None:
    """The earliest time at which this transaction made something due."""
    at: datetime | None = session.info.get("chores_due")
    return at


def _mark(
    session: Session,
    chore: Claimed,
    doer: str,
    *,
    state: ChoreState,
    attempts: int,
    not_before: datetime,
    problem: str,
    now: datetime,
) -> None:
    """Unless another doer took it over."""
    mine = and_(col(Chore.id) == chore.id, col(Chore.doer) == doer, col(Chore.state) == ChoreState.DOING)
    values = {
        "state": state,
        "attempts": attempts,
        "not_before": not_before,
        "problem": problem[:500],
        "changed_at": now,
    }
    session.execute(update(Chore).where(mine).values(values))
    if state is ChoreState.DUE:
        _note(session, not_before)


def _version(session: Session, chore_id: int) -> int:
    return session.exec(select(Chore.version).where(Chore.id == chore_id).with_for_update()).one()


def _locked(session: Session, platform: str, kind: str, key: str) -> Chore | None:
    query = select(Chore).where(Chore.platform == platform, Chore.kind == kind, Chore.key == key)
    return session.exec(query.with_for_update().execution_options(populate_existing=True)).first()


def _note(session: Session, at: datetime) -> None:
    session.info["chores_due"] = min(at, session.info.get("chores_due", at))
