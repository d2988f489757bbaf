"""A company with everything that goes out later: reminders for its staff, a broadcast and a sequence for customers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from sqlmodel import Session, col, select

from bot.config import Config
from bot.outreach.company import company_of
from crm_core.chat import RoomKind
from crm_core.conversations.tables import Conversation
from crm_core.customers.tables import Customer
from crm_core.database import Database
from crm_core.migrations import run as migrations
from crm_core.outreach import broadcasts, nudges
from crm_core.outreach.sequences import enrolments, sequences
from crm_core.outreach.sequences.plans import Plan, Step, StepKind, Unit, Wait
from crm_core.outreach.sequences.tables import EnrolmentStep, StepState
from crm_core.outreach.tables import Broadcast, BroadcastWork, Delivery, DeliveryState
from crm_core.people import staff
from crm_core.people.tables import Role, Staff
from crm_core.people.viewer import Viewer, of_staff
from tests.fakes.slack.channels import Channel
from tests.fakes.slack.people import User
from tests.fakes.slack.sample import Sample

#: What is said: the kind, and the number of the reminder or of the customer.
Word = tuple[str, int]

NUDGE, PROMO, STEPS = "nudge", "promo", ("first", "second")

_OPEN = (DeliveryState.DUE, DeliveryState.SENDING)
_UNDER_WAY = (StepState.PLANNED, StepState.SENDING)


@dataclass(frozen=True)
class Load:
    """`nudges` for `people` fall due within `seconds`, one after the other. Each of `customers` gets a broadcast, which
    is frozen a slice at a time, and the first `steps` of a sequence, a minute apart."""

    people: int = 12
    nudges: int = 450
    customers: int = 50
    steps: int = 2
    seconds: float = 150.0

    @property
    def words(self) -> tuple[Word, ...]:
        """Everything that is to be said once."""
        kinds = (PROMO, *STEPS[: self.steps])
        to_customers = tuple((kind, number) for kind in kinds for number in range(self.customers))
        return (*((NUDGE, number) for number in range(self.nudges)), *to_customers)


def people_of(company: Sample, load: Load) -> list[User]:
    return [company.world.user(f"person{number}", company.home) for number in range(load.people)]


def channels_of(company: Sample, load: Load) -> list[Channel]:
    """One for each customer, shared with their company, the bot in it."""
    world, found = company.world, []
    for number in range(load.customers):
        channel = world.channel(f"customer-{number}", company.alice, members=[company.crm])
        world.connect(channel, company.acme, name=f"customer-{number}")
        found.append(channel)
    return found


@dataclass(frozen=True)
class _Plans:
    """What is written down at `now` in one transaction."""

    session: Session
    load: Load
    config: Config
    begin: datetime
    now: datetime


def prepare(
    url: str,
    people: Sequence[User],
    channels: Sequence[Channel],
    *,
    load: Load,
    config: Config,
    begin: datetime,
) -> Database:
    """Everybody is staff; from `begin` on everything falls due."""
    database, now = Database(url), datetime.now(UTC)
    migrations.upgrade(database)
    with database.writing() as session:
        members = [staff.add(session, one.name, role=Role.SALES, now=now, handle=("slack", one.id)) for one in people]
        for member in members:
            staff.change(session, member, digest_hour=None)
        plans = _Plans(session, load, config, begin, now)
        _remind(plans, members)
        if channels:
            author = members[0]
            customers = [_customer(plans, author, number, one.id) for number, one in enumerate(channels)]
            _broadcast(plans, author)
            _enrol(plans, author, customers)
    return database


def is_open(session: Session) -> bool:
    """Whether anything is still to be sent or planned."""
    wanted = (
        select(Delivery.id).where(col(Delivery.state).in_(_OPEN)),
        select(Broadcast.id).where(Broadcast.work != BroadcastWork.NONE),
        select(EnrolmentStep.id).where(col(EnrolmentStep.state).in_(_UNDER_WAY)),
    )
    return any(session.exec(each.limit(1)).first() is not None for each in wanted)


def _remind(plans: _Plans, members: Sequence[Staff]) -> None:
    load = plans.load
    for number in range(load.nudges):
        member = members[number % len(members)]
        nudges.schedule(
            plans.session,
            viewer=_viewer(plans, member),
            for_staff=member,
            text=f"{NUDGE} {number}!",
            due_at=plans.begin + timedelta(seconds=load.seconds * number / load.nudges),
            timezone="UTC",
            now=plans.now,
            platform="slack",
        )


def _viewer(plans: _Plans, member: Staff) -> Viewer:
    return of_staff(plans.session, member, timezone="UTC", language="en")


def _customer(plans: _Plans, owner: Staff, number: int, channel_id: str) -> Customer:
    name, now = f"K{number}", plans.now
    customer = Customer(
        name=name, name_key=name.lower(), owner_id=owner.id, created_at=now, updated_at=now, last_contact_at=now
    )
    plans.session.add(customer)
    plans.session.flush()
    plans.session.add(
        Conversation(
            platform="slack", platform_id=channel_id, kind=RoomKind.SHARED, customer_id=customer.id, created_at=now
        )
    )
    plans.session.flush()
    return customer


def _broadcast(plans: _Plans, author: Staff) -> None:
    """So few are many: what is done for large ones is done for them."""
    session, viewer, now = plans.session, _viewer(plans, author), plans.now
    draft = broadcasts.draft(session, "stage:lead", f"{PROMO} {{name}}!", viewer=viewer, now=now)
    with patch.object(broadcasts, "SMALL", 1):
        broadcasts.confirm(session, draft, viewer=viewer, now=now, at=plans.begin, manners=plans.config.manners)


def _enrol(plans: _Plans, author: Staff, customers: Sequence[Customer]) -> None:
    """One customer after the other enters by hand within the first half of the time."""
    session, viewer, company = plans.session, _viewer(plans, author), company_of(plans.config)
    steps = tuple(
        Step(StepKind.MESSAGE, f"{word} {{name}}!", Wait(count, Unit.MINUTES))
        for count, word in enumerate(STEPS[: plans.load.steps])
    )
    sequence = sequences.make(session, "Welcome", Plan("", steps), viewer=viewer, now=plans.now).sequence
    sequences.switch_on(session, sequence, viewer=viewer, now=plans.now)
    for number, customer in enumerate(customers):
        at = plans.begin + timedelta(seconds=plans.load.seconds / 2 * number / len(customers))
        enrolments.enter(session, sequence, customer, viewer=viewer, now=at, company=company)
