"""The sending side of the adapter over the fake WeCom, by the fake's own clock."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from pydantic import SecretStr

from adapters.health import Health
from adapters.wecom.allowance import Allowance
from adapters.wecom.client import App, WeCom
from adapters.wecom.enclosing import Enclosing
from adapters.wecom.tickets import Tickets
from adapters.wecom.transport import Transport
from adapters.wecom.uploads import Uploads
from crm_core.chat import Card, DeliveryError, Document, OutboundMessage, Receipt
from tests.adapters.cupboard import Cupboard
from tests.adapters.wecom.calling import Notes
from tests.fakes.wecom.corp import Staff
from tests.fakes.wecom.inbox import Message
from tests.fakes.wecom.running import Fake, wecom
from tests.fakes.wecom.sample import Sample, sample

T = TypeVar("T")


class Named:
    """Everybody the fake employs."""

    def __init__(self, company: Sample) -> None:
        self._company = company

    async def learn(self, userids: object) -> None:
        """Everybody is known."""

    def name(self, userid: str) -> str:
        return self._company.world.staff[userid].name


@dataclass
class Office:
    """`node`: the platform as one process has it; `open_node` makes another one that shares its memory."""

    fake: Fake
    company: Sample
    runner: asyncio.Runner
    notes: Notes = field(default_factory=Notes)
    slept: list[float] = field(default_factory=list)
    transports: list[Transport] = field(default_factory=list)
    shelf: Cupboard = field(default_factory=Cupboard)

    def __post_init__(self) -> None:
        self.tickets = Tickets(self.now)
        self.node = self.open_node()

    def open_node(self, *, callback: bool = True) -> WeCom:
        crm, world = self.company.crm, self.company.world
        transport = Transport(
            self.fake.api_url,
            world.corp_id,
            SecretStr(crm.secret),
            memory=self.notes,
            clock=self.now,
            sleep=self.sleep,
        )
        self.transports.append(transport)
        allowance = Allowance(self.notes, self.now, self.sleep)
        app = App(
            transport,
            crm.agent_id,
            tickets=self.tickets,
            allowance=allowance,
            callback=callback,
            enclosing=Enclosing(Uploads(transport, self.shelf, self.notes, self.now), self.notes, self.now),
            sleep=self.sleep,
        )
        health = Health()
        return WeCom(app, people=Named(self.company), health=health)

    def now(self) -> datetime:
        return self.company.world.clock.utc_now()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.to_thread(self.fake.advance, seconds)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def send(self, card: Card, key: str = "", *, to: str = "alice", node: WeCom | None = None, **more: Any) -> Receipt:
        message = OutboundMessage(f"direct:{to}", card, key=key, **more)
        return self.run((node or self.node).send(message))

    def refused(self, card: Card, key: str = "", **more: Any) -> DeliveryError:
        """What sending it fails with."""
        try:
            self.send(card, key, **more)
        except DeliveryError as error:
            return error
        raise AssertionError("it was sent")

    def received(self, staff: Staff | None = None) -> list[Message]:
        return self.company.world.received(staff or self.company.alice)

    def texts(self, staff: Staff | None = None) -> list[str]:
        """What is written in the texts somebody has, without what nobody sees."""
        said = [str(one.body.get("content", "")) for one in self.received(staff)]
        return [text.replace("\u200b", "").replace("\u200c", "") for text in said]

    def sent(self) -> list[Document]:
        """The bodies of the calls of `message/send` that were taken."""
        return [one.body for one in self.company.world.sent]


@contextmanager
def open_offices() -> Iterator[Office]:
    company = sample()
    with wecom(company.world) as fake, asyncio.Runner() as runner:
        office = Office(fake, company, runner)
        try:
            yield office
        finally:
            for transport in office.transports:
                runner.run(transport.close())
