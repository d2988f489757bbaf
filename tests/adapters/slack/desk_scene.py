"""The running program in the sample company: its staff is known, Alice and Charlie have customers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from adapters.slack.installation import Installations
from adapters.slack.interactions import Interactions
from adapters.slack.web import Web
from bot import config
from bot.ports.desk import CoreDesk
from crm_core.chat import RoomKind
from crm_core.conversations.tables import Conversation, EnvelopeRow
from crm_core.customers import records
from crm_core.customers.records import Draft
from crm_core.customers.tables import Customer
from crm_core.database import Database
from crm_core.outreach import nudges
from crm_core.people import staff, viewer
from crm_core.people.tables import Role, Staff
from crm_core.people.viewer import Viewer
from tests.fakes.slack.channels import Channel
from tests.fakes.slack.hearing import Features
from tests.fakes.slack.person import Person
from tests.fakes.slack.running import Fake
from tests.fakes.slack.sample import Sample
from tests.running import Running, running

#: Seconds for what goes on; in vain only when something hangs.
_PATIENCE = 60.0
PUBLIC_URL = "https://crm.example.com/"


@dataclass(frozen=True)
class Desk:
    """`company` talks to `program` through `fake`."""

    fake: Fake
    company: Sample
    program: Running
    database: Database

    @property
    def now(self) -> datetime:
        return self.company.world.clock.utc_now()

    @property
    def interactions(self) -> Interactions:
        doors = self.program.program.slack_doors
        assert doors is not None
        return doors.interactions

    @property
    def core_desk(self) -> CoreDesk:
        program = self.program.program
        return CoreDesk(program.core, program.config, program.clock)

    @property
    def web(self) -> Web:
        far = self.program.program.slack
        assert far is not None
        return far.web

    def person(self, name: str) -> Person:
        return Person(self.fake, getattr(self.company, name))

    def envelopes(self) -> list[EnvelopeRow]:
        with self.database.reading() as session:
            return list(session.exec(select(EnvelopeRow).order_by(col(EnvelopeRow.id))))

    def settle(self) -> None:
        """Until Slack's deliveries are answered, attended to, and what goes on after an acknowledgement is done; on a
        busy machine too, however long that takes."""
        self.fake.settle()
        doors, intake = self.program.program.slack_doors, self.program.program.intake
        assert doors is not None
        while any(intake.backlog().values()):
            for row in self.envelopes():
                self.program.call(intake.settled("slack", row.event_id))
        self.program.call(doors.door.close(_PATIENCE))
        self.program.call(self.interactions.close(_PATIENCE))

    def later(self, **delta: float) -> None:
        """Let time pass, and deliver what falls due."""
        self.fake.advance(timedelta(**delta).total_seconds())
        self.program.call(self.program.program.deliver_due())
        self.settle()

    def told(self, person: Person, channel: Channel | None = None) -> str:
        """The last thing that appeared for this person, in the direct chat unless a channel is named."""
        self.settle()
        return person.sees.latest(channel or person.direct)


def eyes(session: Session, name: str) -> Viewer:
    member = session.exec(select(Staff).where(Staff.name == name)).one()
    return viewer.of_staff(session, member, timezone="Asia/Shanghai", language="en")


@contextmanager
def open_desk(database: Database, fake: Fake, company: Sample) -> Iterator[Desk]:
    """Alice owns Acme #1 and 张三 #2 and has a reminder that is overdue; Charlie owns Secret #3; `sales` is Acme's."""

    clock = company.world.clock.utc_now

    with database.writing() as session:
        _people(session, company, clock())
        _customers(session, company, clock())
    settings = {
        "bot": {"language": "en"},
        "database": {"url": database.url},
        "slack": {
            "bot_token": company.crm.token,
            "signing_secret": company.app.signing_secret,
            "api_url": fake.api_url,
            "public_url": PUBLIC_URL,
        },
    }
    with running(config.parse(settings), clock=clock) as program:
        fake.deliver_to(company.app, f"{program.url}/slack/events", features=Features())
        far = program.program.slack
        assert far is not None
        assert isinstance(far.installations, Installations)
        program.call(far.installations.learnt())
        yield Desk(fake, company, program, database)


def _people(session: Session, company: Sample, now: datetime) -> None:
    """Without a digest: beside a reminder it would wait for its turn by a clock that only the test moves."""
    for name, user, role in (
        ("Alice", company.alice, Role.SALES),
        ("Bob", company.bob, Role.MANAGER),
        ("Charlie", company.charlie, Role.SALES),
    ):
        team = "West" if name == "Charlie" else "East"
        member = staff.add(session, name, role=role, team=team, now=now, handle=("slack", user.id))
        staff.change(session, member, language="en", digest_hour=None)


def _customers(session: Session, company: Sample, now: datetime) -> None:
    alice, charlie = eyes(session, "Alice"), eyes(session, "Charlie")
    acme = records.create(session, Draft("Acme"), viewer=alice, now=now)
    records.create(session, Draft("张三"), viewer=alice, now=now)
    records.create(session, Draft("Secret"), viewer=charlie, now=now)
    nudges.schedule(
        session,
        viewer=alice,
        for_staff=session.get_one(Staff, alice.staff_id),
        text="call Acme",
        due_at=now + timedelta(minutes=1),
        timezone="Asia/Shanghai",
        now=now,
        customer=acme,
        recurrence="",
        platform="slack",
    )
    session.add(
        Conversation(
            platform="slack",
            platform_id=company.sales.id,
            kind=RoomKind.CHANNEL,
            title="sales",
            customer_id=session.exec(select(Customer.id).where(Customer.name == "Acme")).one(),
            created_at=now,
        )
    )
