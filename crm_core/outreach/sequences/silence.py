"""Whether a step for those who did not reply is still called for: it follows up the last message that went out."""

from datetime import datetime

from sqlmodel import Session, col, select

from crm_core.outreach.sequences import replies
from crm_core.outreach.sequences.plans import Plan, StepKind
from crm_core.outreach.sequences.tables import Enrolment, EnrolmentStep, StepState

REPLIED, NOTHING_SENT = "replied", "nothing_sent"


def broken(session: Session, enrolment: Enrolment, plan: Plan, number: int) -> str:
    """Why this step is left out: the customer wrote since the last message, or there was to be one and none went out.
    "" when it is called for. A reminder is called for also when nothing went out: so much the more."""
    step = plan.steps[number - 1]
    if not step.if_no_reply:
        return ""
    said_at = _last_said_at(session, enrolment)
    if said_at is not None:
        return REPLIED if replies.wrote(session, enrolment.customer_id, since=said_at) else ""
    meant = any(before.kind is StepKind.MESSAGE for before in plan.steps[: number - 1])
    return NOTHING_SENT if meant and step.kind is StepKind.MESSAGE else ""


def _last_said_at(session: Session, enrolment: Enrolment) -> datetime | None:
    """When the last message of the sequence reached the customer."""
    said = select(EnrolmentStep.done_at).where(
        EnrolmentStep.enrolment_id == enrolment.id,
        EnrolmentStep.state == StepState.DONE,
        col(EnrolmentStep.broadcast_id).is_not(None),
    )
    return session.exec(said.order_by(col(EnrolmentStep.number).desc()).limit(1)).first()
