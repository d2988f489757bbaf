"""Customers who enter a sequence by themselves, from the moment it is switched on."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from crm_core.customers.shared_contacts import shares_contact
from crm_core.customers.tables import Customer
from crm_core.errors import CrmError
from crm_core.outreach import texts
from crm_core.outreach.sequences import enrolments, plans, sequences, waves
from crm_core.outreach.sequences.company import Company
from crm_core.outreach.sequences.plans import Plan, StepKind
from crm_core.outreach.sequences.tables import Enrolment, Sequence, SequenceState
from crm_core.outreach.texts import Sample
from crm_core.people.viewer import Viewer
from crm_core.tags import segments

#: How many texts a preview shows as they would arrive.
SAMPLES = 3
#: Of more who enter nobody looks whom the first message would reach.
COUNTED = 5000


@dataclass(frozen=True)
class Preview:
    """What happens when a sequence is switched on now. `entering`: so many enter at once; `names`: the first of them.

    `left_out`: whom its first message would not reach today, by why. `samples`: that message as the first receive it.
    `shown`: the customers it names. `same_words`: to so many of them it goes where everybody gets the same words.
    """

    entering: int
    names: tuple[str, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    samples: tuple[Sample, ...] = ()
    shown: tuple[int, ...] = ()
    same_words: int = 0


def preview(
    session: Session, sequence: Sequence, plan: Plan, *, viewer: Viewer, now: datetime, company: Company
) -> Preview:
    """In this viewer's sight. Raises what the segment raises."""
    if not plan.entry:
        return Preview(0)
    wanted = entrants(session, sequence, plan, viewer=viewer, now=now)
    total = session.exec(select(func.count()).select_from(wanted.subquery())).one()
    named = select(Customer).where(col(Customer.id).in_(wanted)).order_by(col(Customer.id)).limit(SAMPLES)
    first = session.exec(named).all()
    text = next((step.text for step in plan.steps if step.kind is StepKind.MESSAGE), "")
    asked = bool(text) and total <= COUNTED
    reach = waves.reach(session, wanted, text, now=now, manners=company.manners) if asked else []
    reached = [each for each in reach if each.reason is None][:SAMPLES]
    samples = tuple(texts.sample(session, text, each.customer_id, each.sender) for each in reached)
    return Preview(
        total,
        tuple(customer.name for customer in first),
        Counter(each.reason for each in reach if each.reason is not None),
        samples,
        tuple(dict.fromkeys((*(one.id for one in first), *(sample.customer_id for sample in samples)))),
        sum(each.platform in company.manners.asking and each.reason in (None, "same_text") for each in reach),
    )


def waiting(session: Session, *, now: datetime, timezone: str) -> list[int]:
    """Sequences that somebody is to enter now."""
    on = session.exec(select(Sequence).where(Sequence.state == SequenceState.ON).order_by(col(Sequence.id))).all()
    return [sequence.id for sequence in on if _next(session, sequence, now, timezone, 1)]


def enter_next(session: Session, sequence_id: int, *, now: datetime, company: Company, limit: int = 200) -> int:
    """Let the next customers enter; how many did."""
    sequence = session.exec(
        select(Sequence).where(Sequence.id == sequence_id).with_for_update(skip_locked=True)
    ).first()
    if sequence is None or sequence.state is not SequenceState.ON:
        return 0
    version = sequences.in_force(session, sequence)
    found = _next(session, sequence, now, company.manners.timezone, limit)
    for customer in session.exec(select(Customer).where(col(Customer.id).in_(found)).order_by(col(Customer.id))).all():
        enrolments.begin(session, version, customer, by=None, now=now, company=company)
    return len(found)


def entrants(session: Session, sequence: Sequence, plan: Plan, *, viewer: Viewer, now: datetime) -> SelectOfScalar[int]:
    """The ids of those who match and were never in it, nor a record that is theirs too; one statement, not run yet."""
    meant = segments.matching(session, segments.resolve(session, plan.entry), viewer=viewer, now=now)
    wanted = select(Customer.id).where(
        col(Customer.id).in_(meant),
        col(Customer.opted_out_at).is_(None),
        ~_was_in(sequence),
        ~_shares_contact(sequence),
    )
    return wanted.where(col(Customer.stage).not_in(plan.stages)) if plan.stages else wanted


def _next(session: Session, sequence: Sequence, now: datetime, timezone: str, limit: int) -> list[int]:
    plan = plans.of(sequences.in_force(session, sequence))
    viewer = sequences.sight(session, sequence, timezone)
    if viewer is None or not plan.entry:
        return []
    try:
        wanted = entrants(session, sequence, plan, viewer=viewer, now=now)
    except CrmError:  # the tag or the segment is not there any more
        return []
    return list(session.exec(wanted.order_by(col(Customer.id)).limit(limit)))


def _was_in(sequence: Sequence) -> ColumnElement[bool]:
    been, merged = aliased(Enrolment), aliased(Customer)
    theirs = select(merged.id).where(col(merged.merged_into_id) == Customer.id).correlate(Customer)
    own = or_(col(been.customer_id) == Customer.id, col(been.customer_id).in_(theirs))
    return exists().where(col(been.sequence_id) == sequence.id, own)


def _shares_contact(sequence: Sequence) -> ColumnElement[bool]:
    """Whether another record with the same phone or e-mail was in it."""
    been = aliased(Enrolment)
    return shares_contact(col(been.customer_id), col(been.sequence_id) == sequence.id)
