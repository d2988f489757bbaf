"""A step where members of staff write to their own customers: one task for each, like a broadcast's."""

from datetime import timedelta

from sqlmodel import Session, col, select

from bot.language import sequence_lines
from crm_core.address_book import Standing
from crm_core.customers import records
from crm_core.customers.records import Draft
from crm_core.customers.tables import Customer, Identity
from crm_core.outreach.manners import Manners
from crm_core.outreach.sequences import enrolments, entering, exits, progress, sequences, steps
from crm_core.outreach.sequences.company import Company
from crm_core.outreach.sequences.tables import Leaving, Sequence
from crm_core.outreach.tables import Broadcast, BroadcastState, Delivery, DeliveryState, Task
from crm_core.people import staff
from crm_core.relations.tables import Relation
from tests.crm_core.conftest import NOW, Cast

COMPANY = Company(manners=Manners())


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
