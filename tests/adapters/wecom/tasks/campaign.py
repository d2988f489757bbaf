"""Broadcasts over the fake WeCom: the ledger, the work on its tasks and the adapter, all by the fake's clock."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import SecretStr
from sqlmodel import Session, col, select

from adapters.wecom.tasks import Tasks
from adapters.wecom.transport import Transport
from adapters.wecom.uploads import Uploads
from bot import config
from bot.outreach.rounds import finish_broadcasts
from bot.outreach.task_work import TaskWork
from bot.ports.shelf import CoreShelf
from bot.threads import Core
from crm_core import filetypes
from crm_core.address_book import Standing
from crm_core.chat import RoomKind
from crm_core.conversations.tables import Conversation
from crm_core.customers import records
from crm_core.customers.records import Draft
from crm_core.customers.tables import Customer, Identity
from crm_core.database import Database
from crm_core.files import handed
from crm_core.outreach import broadcasts, previews, recipients
from crm_core.outreach.tables import Broadcast, Delivery, DeliveryState, Task, TaskState
from crm_core.outreach.tasks import progress, steering
from crm_core.outreach.tasks.progress import Share
from crm_core.people import staff as people
from crm_core.people.tables import Role, Staff
from crm_core.people.viewer import Viewer, of_staff
from crm_core.relations.tables import CustomerGroupRow, Relation
from tests.adapters.wecom.calling import Notes
from tests.fakes.clock import ManualClock
from tests.fakes.wecom import corp
from tests.fakes.wecom import customers as far
from tests.fakes.wecom.groups import Group
from tests.fakes.wecom.running import Fake, wecom
from tests.fakes.wecom.sample import Sample, sample

#: Friday, 2025-11-21 12:40 in Shanghai, when the fake's clock starts.
HOUR, DAY = 3_600, 86_400


@dataclass
class Campaign:
    """Dora administers and sends; Alice, Bob and Charlie have the customers of the sample company, all tagged VIP."""

    database: Database
    fake: Fake
    company: Sample
    settings: config.Config
    runner: asyncio.Runner = field(default_factory=asyncio.Runner)
    notes: Notes = field(default_factory=Notes)
    ids: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.core = Core(self.database, threads=2)
        self.transport = Transport(
            self.fake.api_url,
            self.company.world.corp_id,
            SecretStr(self.company.contact.secret),
            memory=self.notes,
            clock=self.now,
            sleep=self.sleep,
        )
        self.shelf = CoreShelf(self.core, self.now)
        self.uploads = Uploads(self.transport, self.shelf, self.notes, self.now)
        tasks = Tasks(self.transport, self.uploads, page=4)
        self.work = TaskWork(self.core, "wecom", tasks, self.settings, self.now)
        with self.database.writing() as session:
            people.add(session, "Dora", role=Role.ADMIN, now=self.now(), handle=("console", "dora"))
            for member in (self.company.alice, self.company.bob, self.company.charlie):
                self.hire(session, member)
        for owner, customer in (
            (self.company.alice, self.company.zhang),
            (self.company.alice, self.company.li),
            (self.company.charlie, self.company.acme),
        ):
            self.know(customer, owner)
        self.connect(self.company.li, self.company.bob)

    @property
    def clock(self) -> ManualClock:
        clock = self.fake.world.clock
        assert isinstance(clock, ManualClock)
        return clock

    def now(self) -> datetime:
        return self.fake.world.clock.utc_now()

    async def sleep(self, seconds: float) -> None:
        """Time passes at the fake's pace, and a pause costs none of it."""
        del seconds
        await asyncio.sleep(0)

    def hire(self, session: Session, member: corp.Staff) -> Staff:
        return people.add(session, member.name, role=Role.SALES, now=self.now(), handle=("wecom", member.userid))

    def know(self, customer: far.Customer, owner: corp.Staff) -> int:
        """Our record of a customer, tagged VIP; its id."""
        with self.database.writing() as session:
            draft = Draft(name=customer.name, tags=("VIP",))
            made = records.create(session, draft, viewer=self.viewer(session), now=self.now(), allow_duplicate=True)
            found = people.by_name(session, owner.name)
            assert found is not None
            made.owner_id = found.id
            account = Identity(
                platform="wecom",
                platform_user_id=customer.external_userid,
                customer_id=made.id,
                first_seen_at=self.now(),
            )
            session.add_all([made, account])
            session.flush()
            self.ids[customer.external_userid] = made.id
        self.connect(customer, owner)
        return made.id

    def connect(self, customer: far.Customer, member: corp.Staff, standing: Standing = Standing.ADDED) -> None:
        """What we know of the two from the platform's address book."""
        with self.database.writing() as session:
            account = session.exec(select(Identity).where(Identity.platform_user_id == customer.external_userid)).one()
            known = session.exec(
                select(Relation).where(Relation.identity_id == account.id, Relation.member == member.userid)
            ).first()
            relation = known or Relation(
                platform="wecom",
                member=member.userid,
                identity_id=account.id,
                since=self.now(),
                known_at=self.now(),
            )
            relation.standing = standing
            session.add(relation)

    def talked(self, member: corp.Staff, customer: far.Customer) -> None:
        """The archive shows that they wrote to each other just now."""
        with self.database.writing() as session:
            room = f"pair:{member.userid}:{customer.external_userid}"
            session.add(
                Conversation(
                    platform="wecom",
                    platform_id=room,
                    kind=RoomKind.SHARED,
                    customer_id=self.ids[customer.external_userid],
                    created_at=self.now(),
                    last_message_at=self.now(),
                )
            )

    def link(self, group: Group, customer: far.Customer) -> None:
        """A customer group we know, linked to a customer."""
        with self.database.writing() as session:
            room = Conversation(
                platform="wecom",
                platform_id=group.chat_id,
                kind=RoomKind.SHARED,
                customer_id=self.ids[customer.external_userid],
                created_at=self.now(),
            )
            session.add(room)
            session.flush()
            session.add(CustomerGroupRow(conversation_id=room.id, owner_member=group.owner, known_at=self.now()))

    def viewer(self, session: Session, name: str = "Dora") -> Viewer:
        found = people.by_name(session, name)
        assert found is not None
        return of_staff(session, found, timezone="Asia/Shanghai", language="zh")

    def preview(self, text: str = "新品到了", files: Sequence[int] = ()) -> previews.Preview:
        with self.database.writing() as session:
            viewer = self.viewer(session)
            given = handed.by_number(session, files, viewer=viewer)
            draft = broadcasts.draft(session, "VIP", text, viewer=viewer, now=self.now(), files=given)
            manners = self.settings.manners
            found = previews.preview(session, draft, viewer=self.viewer(session), now=self.now(), manners=manners)
            assert found is not None
            return found

    def give(self, name: str, content: bytes) -> int:
        """The number of a file that Dora gives."""
        digest = self.runner.run(self.shelf.keep(content))
        mime = filetypes.mime_of(content, name)
        with self.database.writing() as session:
            return handed.note(session, digest, name=name, mime=mime, viewer=self.viewer(session), now=self.now()).id

    def send(self, text: str = "新品到了", files: Sequence[int] = (), **details: Any) -> int:
        """A broadcast, confirmed; its tasks are not created yet."""
        with self.database.writing() as session:
            viewer, manners = self.viewer(session), self.settings.manners
            given = handed.by_number(session, files, viewer=viewer)
            made = broadcasts.draft(session, "VIP", text, viewer=viewer, now=self.now(), files=given, **details)
            broadcasts.confirm(session, made, viewer=viewer, now=self.now(), manners=manners)
            return made.id

    def go(self, seconds: float = 0) -> None:
        """Time passes, and whatever is due is done."""
        if seconds:
            self.fake.advance(seconds)
        self.runner.run(self._go())

    async def _go(self) -> None:
        await self.work.run(asyncio.Event())
        await finish_broadcasts(self.core, self.now())

    def created(self, text: str = "新品到了", files: Sequence[int] = ()) -> int:
        """A broadcast whose tasks the members have."""
        broadcast_id = self.send(text, files)
        self.go()
        self.go(60)
        return broadcast_id

    def cancel(self, broadcast_id: int) -> None:
        with self.database.writing() as session:
            broadcast = session.get_one(Broadcast, broadcast_id)
            broadcasts.cancel(session, broadcast, viewer=self.viewer(session), now=self.now())

    def remind(self, broadcast_id: int) -> steering.Reminded:
        with self.database.writing() as session:
            broadcast = session.get_one(Broadcast, broadcast_id)
            return steering.remind(session, broadcast, viewer=self.viewer(session), now=self.now())

    def tasks(self) -> list[Task]:
        with self.database.reading() as session:
            return list(session.exec(select(Task).order_by(col(Task.id))))

    def task(self, member: corp.Staff) -> Task:
        """The newest task of this member."""
        return [one for one in self.tasks() if one.sender == member.userid][-1]

    def states(self) -> list[TaskState]:
        return [task.state for task in self.tasks()]

    def counts(self, broadcast_id: int) -> dict[DeliveryState, int]:
        with self.database.reading() as session:
            return recipients.counts(session, broadcast_id)

    def deliveries(self, broadcast_id: int) -> dict[str, tuple[DeliveryState, str]]:
        """Name → how far it came, and why not."""
        with self.database.reading() as session:
            rows = session.exec(
                select(Delivery, Customer.name)
                .join(Customer, col(Customer.id) == Delivery.customer_id)
                .where(Delivery.broadcast_id == broadcast_id)
            )
            return {name: (row.state, row.problem) for row, name in rows}

    def senders(self, broadcast_id: int) -> dict[str, str]:
        """Name of each customer → the member who is to write to them."""
        with self.database.reading() as session:
            rows = session.exec(
                select(Customer.name, Task.sender)
                .join(Delivery, col(Delivery.customer_id) == Customer.id)
                .join(Task, col(Task.id) == Delivery.task_id)
                .where(Delivery.broadcast_id == broadcast_id)
            )
            return dict(rows.all())

    def left_out(self, broadcast_id: int) -> dict[str, int]:
        with self.database.reading() as session:
            return session.get_one(Broadcast, broadcast_id).left_out

    def shares(self, broadcast_id: int) -> list[Share]:
        with self.database.reading() as session:
            return progress.shares(session, broadcast_id, viewer=self.viewer(session))

    def asked(self, path: str) -> int:
        """How often the fake was asked this."""
        return sum(entry.get("path") == f"externalcontact/{path}" for entry in self.fake.journal.of("answer"))

    def had(self) -> Counter[str]:
        """Customer or group → how many tasks that are not cancelled are to reach it."""
        return Counter(
            target.to
            for made in self.fake.world.broadcasts.values()
            if not made.creator and not made.cancelled
            for share in made.shares.values()
            for target in share.targets
        )

    def close(self) -> None:
        self.runner.run(self.transport.close())
        self.runner.close()
        self.core.close()


@contextmanager
def campaigning(database: Database, **settings: Any) -> Iterator[Campaign]:
    company = sample()
    with wecom(company.world) as fake:
        section = {
            **company.app,
            "contact_secret": company.contact.secret,
            "robot": {"bot_id": "bot", "secret": "secret"},
            **settings,
        }
        campaign = Campaign(database, fake, company, config.parse({"wecom": section}))
        try:
            yield campaign
        finally:
            campaign.close()
