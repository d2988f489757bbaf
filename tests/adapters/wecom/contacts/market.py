"""客户联系 over the fake WeCom and a real database, by the fake's clock; what happens there is attended to in turn."""

import asyncio
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from pydantic import SecretStr
from sqlmodel import select

from adapters.health import Health
from adapters.wecom.errands import Errands
from adapters.wecom.events import event_of
from adapters.wecom.transport import Transport
from bot import config
from bot.chores import ChoreRunner
from bot.ports.memory import CoreMemory
from bot.router import Router
from bot.threads import Core
from bot.wecom import sections
from bot.wecom.contacts import Contacts, contacts_of
from crm_core.chat import Happening, InboundMessage, Room, RoomKind, Sender
from crm_core.conversations.tables import EnvelopeRow
from crm_core.customers.tables import Customer, Identity
from crm_core.database import Database
from crm_core.people import staff
from crm_core.people.tables import Role, Staff
from crm_core.people.viewer import Viewer, of_staff
from crm_core.relations.parties import find
from crm_core.relations.tables import Relation
from crm_core.tags import tags
from tests.bot.conftest import shown
from tests.fakes.platform import FakePlatform
from tests.fakes.wecom import customers as fake_customers
from tests.fakes.wecom.corp import App
from tests.fakes.wecom.errors import Json
from tests.fakes.wecom.running import Fake, wecom
from tests.fakes.wecom.sample import Sample, sample

T = TypeVar("T")


@dataclass
class Node:
    """One process over the database."""

    core: Core
    transport: Transport
    errands: Errands
    contacts: Contacts
    chores: ChoreRunner
    health: Health


@dataclass
class Market:
    """`heard`: what happened and was not attended to yet. `slept`: every pause of a node, by the fake's clock."""

    fake: Fake
    company: Sample
    database: Database
    runner: asyncio.Runner
    settings: dict[str, Any]
    heard: list[Json] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.company.world.on_event(self._hear)
        with self.database.writing() as session:
            for name, handle in (("Alice", "alice"), ("Bob", "bob"), ("Charlie", "charlie")):
                staff.add(session, name, role=Role.SALES, handle=("wecom", handle), now=self.now())
            staff.add(session, "Boss", role=Role.ADMIN, handle=("wecom", "boss"), now=self.now())
        self.node = self.open_node()

    def open_node(self) -> Node:
        core = Core(self.database)
        memory, health = CoreMemory(core, "wecom", self.now), Health()
        errands = Errands(memory, self.now)
        secret = {"contact_secret": self.company.contact.secret}
        settings = sections.WeCom.model_validate({**self.company.app_called_back, **secret, **self.settings})
        transport = self._transport(self.company.contact, memory)
        contacts = contacts_of(
            settings,
            core,
            self.now,
            transport=transport,
            greeters=[self._transport(app, memory) for app in (self.company.crm, self.company.contact)],
            errands=errands,
            memory=memory,
            health=health,
            country="CN",
            sleep=self.sleep,
        )
        node = Node(core, transport, errands, contacts, ChoreRunner(core, {"wecom": contacts.doer}, self.now), health)
        self.nodes.append(node)
        return node

    def _transport(self, app: App, memory: CoreMemory) -> Transport:
        corp, url = self.company.world.corp_id, self.fake.api_url
        return Transport(
            url, corp, SecretStr(app.secret), memory=memory, clock=self.now, sleep=self.sleep, chance=lambda: 0.0
        )

    def now(self) -> datetime:
        return self.company.world.clock.utc_now()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.to_thread(self.fake.advance, seconds)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def wait(self, seconds: float = 5) -> None:
        self.fake.advance(seconds)

    def sync(self, node: Node | None = None) -> bool:
        """Read everything anew."""

        async def read() -> bool:
            sync = (node or self.node).contacts.sync
            await sync.again()
            return await sync.go_on()

        return self.run(read())

    def attend(self, *, backwards: bool = False) -> None:
        """Attend to what happened, as the door does, then do what is due."""
        self.wait(2)
        heard, self.heard = self.heard, []
        for fields in reversed(heard) if backwards else heard:
            self.run(self._attend(fields))
        self.run(self.node.chores.do_due())

    def settle(self) -> None:
        """Until nothing happens any more."""
        self.run(self.node.chores.do_due())
        while self.heard:
            self.attend()

    async def _attend(self, fields: Json) -> None:
        event = event_of(_as_read(fields), self.now())
        assert self.node.errands.concerns(event)
        await self.node.errands.note(event)
        self.node.errands.attend(event)
        await self.node.errands.close(30)

    def _hear(self, app: App, fields: Json) -> None:
        if app is self.company.crm:
            self.heard.append(fields)

    def customer(self, of: fake_customers.Customer) -> Customer:
        with self.database.reading() as session:
            identity = session.exec(select(Identity).where(Identity.platform_user_id == of.external_userid)).one()
            assert identity.customer_id is not None
            return session.get_one(Customer, identity.customer_id)

    def tags(self, of: fake_customers.Customer) -> list[str]:
        customer_id = self.customer(of).id
        with self.database.reading() as session:
            return tags.of(session, [customer_id])[customer_id]

    def tag(self, of: fake_customers.Customer, *names: str, off: bool = False) -> None:
        """The administrator tags a customer here."""
        customer_id = self.customer(of).id
        with self.database.writing() as session:
            change = tags.remove if off else tags.add
            change(session, session.get_one(Customer, customer_id), names, viewer=self.boss(), now=self.now())

    def boss(self) -> Viewer:
        with self.database.reading() as session:
            return of_staff(session, self.member("Boss"), timezone="Asia/Shanghai", language="zh")

    def member(self, name: str) -> Staff:
        with self.database.reading() as session:
            return session.exec(select(Staff).where(Staff.name == name)).one()

    def relation(self, userid: str, of: fake_customers.Customer) -> Relation:
        with self.database.reading() as session:
            found = find(session, "wecom", userid, of.external_userid)
            assert found is not None
            return found

    def ask(self, text: str) -> str:
        """What the bot shows the administrator."""
        platform = FakePlatform()
        platform.name = "wecom"
        settings = config.parse({"database": {"url": self.database.url}})
        router = Router(self.node.core, {"wecom": platform}, settings, self.now)
        room, sender = Room("direct:boss", RoomKind.DIRECT), Sender("boss", "Boss")
        asked = InboundMessage(
            "wecom", text, Happening.POSTED, room, sender, text, text, sent_at=self.now(), addressed=True
        )
        with self.database.writing() as session:
            row = EnvelopeRow(platform="wecom", event_id=text, body="{}", received_at=self.now())
            session.add(row)
            session.flush()
            envelope_id = row.id
        self.run(router.handle(asked, envelope_id))
        return shown(platform.sent[-1].card)

    def calls(self, path: str) -> int:
        return sum(1 for _ in self.fake.journal.of("request", path=path))

    def names_there(self, userid: str, of: fake_customers.Customer) -> set[str]:
        """The tags on a connection, as the fake has them."""
        world = self.company.world
        ids = world.relations[userid, of.external_userid].tags
        return {tag.name for group in world.tag_groups.values() for tag in group.tags if tag.id in ids}


def _as_read(fields: Mapping[str, Any]) -> dict[str, Any]:
    """As the elements of XML come out: texts."""
    return {
        name: _as_read(value) if isinstance(value, dict) else value if isinstance(value, list) else str(value)
        for name, value in fields.items()
    }


@contextmanager
def open_market(database: Database, **settings: Any) -> Iterator[Market]:
    """The sample company; its self-built app hears of customers."""
    company = sample()
    company.crm.lists_contact = True
    with wecom(company.world) as fake, asyncio.Runner() as runner:
        market = Market(fake, company, database, runner, settings)
        try:
            yield market
        finally:
            for node in market.nodes:
                runner.run(node.transport.close())
                runner.run(node.contacts.close())
                node.core.close()
