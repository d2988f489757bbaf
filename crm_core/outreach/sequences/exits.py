"""Who is to leave a sequence before its end, and why; looked for again and again, and once more before each step."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, exists, literal, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from crm_core.address_book import Standing
from crm_core.customers.tables import Customer, Identity, Stage
from crm_core.outreach.sequences import enrolments, plans, replies
from crm_core.outreach.sequences.tables import (
    Enrolment,
    EnrolmentState,
    Leaving,
    Sequence,
    SequenceState,
    SequenceVersion,
)
from crm_core.people.operations import UNDO_WINDOW
from crm_core.relations.tables import Relation


def found(session: Session, *, now: datetime, version_id: int | None = None, limit: int = 500) -> dict[int, Leaving]:
    """Enrolments whose customer is to leave now; of one version, or of all."""
    leaving: dict[int, Leaving] = {}
    for version, sequence in _under_way(session, version_id):
        why = _why(version, sequence, now)
        wanted = (
            select(Enrolment.id, why)
            .join(Customer, col(Customer.id) == Enrolment.customer_id)
            .where(Enrolment.version_id == version.id, Enrolment.state == EnrolmentState.ACTIVE, why.is_not(None))
        )
        rows = session.exec(wanted.limit(limit - len(leaving)))
        leaving |= {id_: Leaving(word) for id_, word in rows if word is not None}
        if len(leaving) >= limit:
            break
    return leaving


def let_go(session: Session, leaving: dict[int, Leaving], *, now: datetime) -> None:
    """End these enrolments, unless they ended meanwhile."""
    for enrolment in _still(session, leaving):
        enrolments.leave(session, enrolment, leaving[enrolment.id], now=now)


def _under_way(session: Session, version_id: int | None) -> list[tuple[SequenceVersion, Sequence]]:
    active = select(Enrolment.version_id).where(Enrolment.state == EnrolmentState.ACTIVE).distinct()
    if version_id is not None:
        active = active.where(Enrolment.version_id == version_id)
    wanted = (
        select(SequenceVersion, Sequence)
        .join(Sequence, col(Sequence.id) == SequenceVersion.sequence_id)
        .where(col(SequenceVersion.id).in_(active))
        .order_by(col(SequenceVersion.id))
    )
    return list(session.exec(wanted).all())


def _still(session: Session, ids: Iterable[int]) -> list[Enrolment]:
    wanted = select(Enrolment).where(col(Enrolment.id).in_(list(ids)), Enrolment.state == EnrolmentState.ACTIVE)
    return list(session.exec(wanted.with_for_update(skip_locked=True)).all())


def _why(version: SequenceVersion, sequence: Sequence, now: datetime) -> ColumnElement[str | None]:
    """The first reason that holds; NULL for none."""
    plan = plans.of(version)
    given_up = and_(col(Customer.stage) == Stage.LOST, col(Enrolment.entered_stage) != Stage.LOST)
    lost = or_(given_up, _gone())
    reasons = [
        (col(Customer.merged_into_id).is_not(None), Leaving.MERGED),
        (col(Customer.opted_out_at).is_not(None), Leaving.OPTED_OUT),
        (lost, Leaving.LOST),
    ]
    if plan.stages:
        reasons.append((col(Customer.stage).in_(plan.stages), Leaving.STAGE))
    if plan.stop_on_reply:
        reasons.append((replies.replied(), Leaving.REPLIED))
    if sequence.state is SequenceState.STOPPED and sequence.changed_at <= now - UNDO_WINDOW:
        reasons.append((literal(True), Leaving.STOPPED))
    return case(*((condition, literal(why.value)) for condition, why in reasons), else_=None)


def _gone() -> ColumnElement[bool]:
    """Whether the customer of the enrolment of the outer query deleted a colleague since they entered, and is connected
    with nobody any more."""
    account, left, still = aliased(Identity), aliased(Relation), aliased(Relation)
    theirs = col(account.customer_id) == Enrolment.customer_id
    gone = exists().where(
        theirs,
        col(left.identity_id) == account.id,
        col(left.standing) == Standing.LOST,
        col(left.ended_at) > Enrolment.entered_at,
    )
    known, added = aliased(Identity), col(still.standing) == Standing.ADDED
    own = col(known.customer_id) == Enrolment.customer_id
    return and_(gone, ~exists().where(own, col(still.identity_id) == known.id, added))
