"""WeCom, put together from its section of the configuration."""

from dataclasses import dataclass, field

from adapters.health import Health
from adapters.under_way import UnderWay
from adapters.wecom import setup
from adapters.wecom.allowance import Allowance
from adapters.wecom.archive.agreements import Approvals
from adapters.wecom.archive.archive import Archive
from adapters.wecom.archive.opening import AcceptAll
from adapters.wecom.archive.payload import ArchivedRows
from adapters.wecom.archive.rows import KIND as ARCHIVED
from adapters.wecom.client import App, Way, WeCom
from adapters.wecom.crypto import Cipher
from adapters.wecom.directory import NAMES, Directory
from adapters.wecom.door import Door, Settled
from adapters.wecom.enclosing import Enclosing
from adapters.wecom.errands import Errands
from adapters.wecom.kf.answers import Answers
from adapters.wecom.kf.payload import ServiceMessages
from adapters.wecom.kf.sync import KIND as KF
from adapters.wecom.kf.watch import Watch
from adapters.wecom.payload import Kind, Payloads
from adapters.wecom.people import Members
from adapters.wecom.robot import payload as robot_payload
from adapters.wecom.tasks import Tasks
from adapters.wecom.tickets import Tickets
from adapters.wecom.transport import Transport
from adapters.wecom.uploads import Uploads
from adapters.wecom.webhook import Webhook
from bot.clock import Clock
from bot.ports.archiving import CoreConsents
from bot.ports.memory import CoreMemory
from bot.ports.roll import CoreRoll
from bot.ports.shelf import CoreShelf
from bot.threads import Core
from bot.wecom import sections
from bot.wecom.archive import open_archive
from bot.wecom.contacts import Contacts, contacts_of
from bot.wecom.doors import Doors
from bot.wecom.kf import watch_of
from bot.wecom.robot import RobotFar, reach_robot
from bot.wecom.transports import transports_of
from crm_core.desk import Accept, Memory
from crm_core.group_sends import GroupSends
from crm_core.people.tables import Role


@dataclass(frozen=True)
class Far:
    """What reaches WeCom and reads what it says. `transports`: one for each secret, by what it opens: "app", "contact",
    "kf", "archive". `errands`: who looks after events is told there before `doors`."""

    settings: sections.WeCom
    core: Core
    clock: Clock
    health: Health
    memory: Memory
    tickets: Tickets
    errands: Errands
    transports: dict[str, Transport]
    source: Payloads
    platform: WeCom
    contacts: Contacts | None = None
    robot: RobotFar | None = None
    directory: Directory | None = None
    tasks: UnderWay = field(default_factory=UnderWay)

    def doors(self, accept: Accept, settled: Settled, accept_all: AcceptAll) -> Doors:
        """What lets WeCom in; nothing comes in before `open`. `settled`: see `Door`. Raises `ConfigError`."""
        door = Door(accept, self.tickets, self.errands, clock=self.clock, settled=settled)
        robot = None if self.robot is None else self.robot.doors(accept, settled)
        return Doors(
            door,
            self.errands,
            self._webhook(door),
            self.contacts,
            robot,
            self._archive(accept_all),
            self._kf(accept_all),
        )

    @property
    def group_sends(self) -> dict[str, GroupSends]:
        """Where members of staff write to their own customers: here, with the secret of 客户联系."""
        contact = self.transports.get("contact")
        if contact is None:
            return {}
        return {self.platform.name: Tasks(contact, uploads_of(contact, self.core, self.memory, self.clock))}

    def _archive(self, accept_all: AcceptAll) -> Archive | None:
        if not self.settings.archive.on:
            return None
        archive = open_archive(self.settings, self.core, self.clock, accept_all, self.transports.get("archive"))
        self.errands.on(("msgaudit_notify",), archive.attend)
        self.errands.on(("change_external_contact",), Approvals(CoreConsents(self.core, "wecom", self.clock)).attend)
        return archive

    def _kf(self, accept_all: AcceptAll) -> Watch | None:
        transport = self.transports.get("kf")
        if transport is None:
            return None
        return watch_of(transport, self.core, self.memory, self.clock, errands=self.errands, accept_all=accept_all)

    async def start(self) -> None:
        """See whether the app works, and put its menu there, behind what else starts."""
        app = self.transports.get("app")
        if app is not None:
            self.tasks.run(_show_up(app, self.settings))
        if self.directory is not None:
            await self.directory.start()

    async def stop(self) -> None:
        if self.directory is not None:
            await self.directory.stop()
        await self.tasks.finish(0)
        for transport in self.transports.values():
            await transport.close()
        if self.contacts is not None:
            await self.contacts.close()

    def _webhook(self, door: Door) -> Webhook | None:
        settings = self.settings
        if not settings.callback:
            return None
        return Webhook(door, Cipher(settings.token, settings.encoding_aes_key, settings.corp_id), self.clock)


def reach(settings: sections.WeCom, core: Core, clock: Clock, country: str) -> Far:
    """The far side of WeCom; nothing is connected before `start`."""
    health, memory, tickets = Health(), CoreMemory(core, "wecom", clock), Tickets(clock)
    transports = transports_of(settings, memory, health, clock)
    people = Members(transports.get("app"), memory, clock)
    robot = reach_robot(settings, core, memory, health, clock)
    ways: list[Way] = [] if robot is None else [robot.way]
    kinds: dict[str, Kind] = {robot_payload.KIND: robot_payload.Robots(people), ARCHIVED: ArchivedRows()}
    if "kf" in transports:
        ways.append(Answers(transports["kf"], memory))
        kinds[KF] = ServiceMessages(transports["kf"])
    platform = WeCom(
        _app(settings, transports, core, tickets=tickets, memory=memory, clock=clock),
        people=people,
        health=health,
        ways=ways,
    )
    errands = Errands(memory, clock)
    contacts = None
    if "contact" in transports:
        greeting = transports_of(settings, memory, health, clock, ("app", "contact")) if settings.welcome else {}
        contacts = contacts_of(
            settings,
            core,
            clock,
            transport=transports["contact"],
            greeters=list(greeting.values()),
            errands=errands,
            memory=memory,
            health=health,
            country=country,
        )
    directory = _directory(settings, core, clock, app=transports.get("app"), memory=memory, health=health)
    if directory is not None:
        errands.on(NAMES, directory.attend)
    source = Payloads(people, kinds)
    return Far(
        settings,
        core,
        clock,
        health,
        memory,
        tickets,
        errands,
        transports,
        source,
        platform,
        contacts,
        robot,
        directory,
    )


def _directory(
    settings: sections.WeCom, core: Core, clock: Clock, *, app: Transport | None, memory: Memory, health: Health
) -> Directory | None:
    """Who is of the staff, where there is an app to ask with."""
    if app is None:
        return None
    role = None if settings.roles == "none" else Role(settings.roles)
    roll = CoreRoll(core, "wecom", clock, role)
    return Directory(app, settings.agent_id, roll, memory, clock=clock, health=health)


def uploads_of(transport: Transport, core: Core, memory: Memory, clock: Clock) -> Uploads:
    """What uploads files with this secret."""
    return Uploads(transport, CoreShelf(core, clock), memory, clock)


def _app(
    settings: sections.WeCom,
    transports: dict[str, Transport],
    core: Core,
    *,
    tickets: Tickets,
    memory: Memory,
    clock: Clock,
) -> App | None:
    if "app" not in transports:
        return None
    return App(
        transports["app"],
        settings.agent_id,
        tickets=tickets,
        allowance=Allowance(memory, clock),
        callback=settings.callback,
        enclosing=Enclosing(uploads_of(transports["app"], core, memory, clock), memory, clock),
    )


async def _show_up(app: Transport, settings: sections.WeCom) -> None:
    await setup.put_menu_quietly(app, settings.agent_id)
