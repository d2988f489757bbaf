"""A step where members of staff write to their own customers: one task for each, like a broadcast's."""

from collections.abc import Sequence as Rows
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from bot.language import sequence_lines
from crm_core.address_book import Standing
from crm_core.chat import RoomKind, SenderKind
from crm_core.conversations.tables import Conversation, Message
from crm_core.customers import records
from crm_core.customers.records import Draft
from crm_core.customers.tables import Customer, Identity
from crm_core.outreach.manners import Manners
from crm_core.outreach.sequences import enrolments, entering, exits, progress, sequences, steps
from crm_core.outreach.sequences.company import Company
from crm_core.outreach.sequences.tables import EnrolmentStep, Leaving, Sequence
from crm_core.outreach.tables import Broadcast, BroadcastState, Delivery, DeliveryKind, DeliveryState, Task
from crm_core.people import staff
from crm_core.relations.tables import Relation
from tests.crm_core.conftest import NOW, Cast

COMPANY = Company(manners=Manners())
SENT, SKIPPED, DEAD = DeliveryState.SENT, DeliveryState.SKIPPED, DeliveryState.DEAD


def connected(session: Session, cast: Cast, name: str, owner: str) -> Customer:
    """A customer whom this member of staff writes to on WeCom."""
    viewer = getattr(cast, owner)
    customer = records.create(session, Draft(name=name), viewer=viewer, now=NOW)
    account = Identity(platform="wecom", platform_user_id=f"wm{name}", customer_id=customer.id, first_seen_at=NOW)
    session.add(account)
    session.flush()
    session.add(Relation(platform="wecom", member=f"{owner}id", identity_id=account.id, since=NOW, known_at=NOW))
    session.flush()
    return customer


def under_way(session: Session, cast: Cast) -> tuple[Sequence, list[Customer]]:
    """Two customers of Alice's and one of Bob's, whose first step is carried out."""
    for name in ("alice", "bob"):
        staff.add_handle(session, cast.staff[name], "wecom", f"{name}id")
    customers = [connected(session, cast, *each) for each in (("张三", "alice"), ("李四", "alice"), ("王五", "bob"))]
    plan = sequence_lines.read("enter: lead\nat once: Hello {name|there}\n1 day later: Still there?")
    sequence = sequences.make(session, "Welcome", plan, viewer=cast.admin, now=NOW).sequence
    sequences.switch_on(session, sequence, viewer=cast.admin, now=NOW)
    assert entering.enter_next(session, sequence.id, now=NOW, company=COMPANY) == 3
    for group in steps.due(session, now=NOW):
        progress.carry_out(session, group, now=NOW, company=COMPANY)
    return sequence, customers


def test_each_member_of_staff_has_one_task_for_all_whose_step_is_due(session: Session, cast: Cast) -> None:
    under_way(session, cast)
    tasks = session.exec(select(Task).order_by(col(Task.staff_id))).all()
    assert [(task.sender, task.text) for task in tasks] == [("aliceid", "Hello there"), ("bobid", "Hello there")]
    counted = [len(session.exec(select(Delivery).where(Delivery.task_id == task.id)).all()) for task in tasks]
    assert counted == [2, 1]


def test_who_leaves_before_the_task_is_made_is_not_in_it(session: Session, cast: Cast) -> None:
    sequence, [zhang, *_] = under_way(session, cast)
    enrolments.remove(session, sequence, zhang, viewer=cast.alice, now=NOW)
    row = session.exec(select(Delivery).where(Delivery.customer_id == zhang.id)).one()
    session.refresh(row)
    assert (row.state, row.problem) == (DeliveryState.CANCELLED, "sequence_left")


def test_a_paused_sequence_pauses_its_messages(session: Session, cast: Cast) -> None:
    sequence, _ = under_way(session, cast)
    for order, state in ((sequences.pause, BroadcastState.PAUSED), (sequences.resume, BroadcastState.RUNNING)):
        order(session, sequence, viewer=cast.admin, now=NOW)
        assert session.exec(select(Broadcast)).one().state is state


def test_who_deletes_their_last_colleague_is_lost_and_leaves(session: Session, cast: Cast) -> None:
    _, [zhang, *_] = under_way(session, cast)
    account = session.exec(select(Identity).where(Identity.customer_id == zhang.id)).one()
    relation = session.exec(select(Relation).where(Relation.identity_id == account.id)).one()
    relation.standing, relation.ended_at = Standing.LOST, NOW + timedelta(hours=1)
    session.add(relation)
    session.flush()
    assert list(exits.found(session, now=NOW + timedelta(hours=2)).values()) == [Leaving.LOST]


FOLLOWED = """enter: lead
exit: not on reply
at once: Hello
1 day later, if no reply: Did you read it?
2 days later, if no reply: Shall I call?
3 days later remind, if no reply: Call them"""


def followed(session: Session, cast: Cast, ends: Rows[DeliveryState], *, wrote_on: int = -1) -> list[str]:
    """How the steps of 张三 end, a day each, when their messages end like this; `wrote_on`: the day they write."""
    staff.add_handle(session, cast.staff["alice"], "wecom", "aliceid")
    customer = connected(session, cast, "张三", "alice")
    plan = sequence_lines.read(FOLLOWED)
    sequence = sequences.make(session, "Welcome", plan, viewer=cast.admin, now=NOW).sequence
    sequences.switch_on(session, sequence, viewer=cast.admin, now=NOW)
    entering.enter_next(session, sequence.id, now=NOW, company=COMPANY)
    coming = iter(ends)
    for day in range(10):
        now = NOW + timedelta(days=day)
        for group in steps.due(session, now=now):
            progress.carry_out(session, group, now=now, company=COMPANY)
        copies = select(Delivery).where(Delivery.kind == DeliveryKind.BROADCAST)
        for row in session.exec(copies.where(col(Delivery.state).not_in((SENT, SKIPPED, DEAD)))).all():
            row.state = next(coming)
            row.sent_at = now if row.state is DeliveryState.SENT else None
            session.add(row)
        session.flush()
        steps.settle(session, steps.ended(session), now=now, company=COMPANY)
        if day == wrote_on:
            write(session, customer, now + timedelta(hours=1))
    found = session.exec(select(EnrolmentStep).order_by(col(EnrolmentStep.number))).all()
    return [step.problem or step.state for step in found]


def write(session: Session, customer: Customer, at: datetime) -> None:
    room = Conversation(platform="wecom", platform_id="z", kind=RoomKind.DIRECT, customer_id=customer.id, created_at=at)
    session.add(room)
    session.flush()
    session.add(
        Message(
            conversation_id=room.id, platform="wecom", platform_message_id="1", text="Yes", sent_at=at,
            sender_platform_id="wm张三", sender_kind=SenderKind.EXTERNAL, customer_id=customer.id,
        )
    )  # fmt: skip
    session.flush()


@pytest.mark.parametrize(
    ("ends", "wrote_on", "became"),
    [
        ((SENT, SENT, SENT), -1, ["done", "done", "done", "done"]),
        ((SKIPPED,), -1, ["left_out", "nothing_sent", "nothing_sent", "done"]),
        ((DEAD,), -1, ["failed", "nothing_sent", "nothing_sent", "done"]),
        ((SENT, SKIPPED, SENT), -1, ["done", "left_out", "done", "done"]),
        ((SENT,), 0, ["done", "replied", "replied", "replied"]),
        ((SENT, SKIPPED), 1, ["done", "left_out", "replied", "replied"]),
    ],
)
def test_a_message_for_who_did_not_reply_follows_up_the_last_one_that_went_out(
    session: Session, cast: Cast, ends: Rows[DeliveryState], wrote_on: int, became: list[str]
) -> None:
    assert followed(session, cast, ends, wrote_on=wrote_on) == became
