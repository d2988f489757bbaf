"""Config → running parts. The one place that names the concrete platforms and the engine."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from adapters.console.client import Console
from adapters.console.keyboard import Keyboard
from adapters.console.payload import Payloads as ConsolePayloads
from adapters.console.world import DEMO, World
from bot.backup.duty import BackupDuty
from bot.capture.intake import Intake
from bot.chores import ChoreRunner
from bot.clock import Clock, utc_now
from bot.config import Config, ConfigError
from bot.language.phrases import configuration as words
from bot.language.problems import sentence
from bot.metrics import Metrics
from bot.outreach.later import open_lanes
from bot.ports.board import CoreBoard
from bot.ports.desk import CoreDesk
from bot.ports.kept import CoreKept
from bot.ports.shelf import CoreShelf
from bot.presence import Presence
from bot.pulse import Pulse
from bot.router import Router
from bot.threads import Core
from bot.troubles import Troubles
from bot.watched import WatchedPlatform
from crm_core.address_book import Doer
from crm_core.chat import Archive, ChatPlatform, Source
from crm_core.customers import fields
from crm_core.database import Database
from crm_core.errors import CrmError
from crm_core.migrations import run as migrations
from scheduler.engine import engine_for
from scheduler.lanes import Lanes

if TYPE_CHECKING:
    from fastapi import APIRouter
    from starlette.types import ASGIApp

    from bot.slack.doors import Doors
    from bot.slack.far import Far
    from bot.wecom.doors import Doors as WeComDoors
    from bot.wecom.far import Far as WeComFar


@dataclass(frozen=True)
class Program:
    """The running parts. Between `start` and `stop` it answers and delivers."""

    config: Config
    clock: Clock
    core: Core
    platforms: dict[str, ChatPlatform]
    console: Console
    keyboard: Keyboard
    router: Router
    intake: Intake
    lanes: Lanes
    metrics: Metrics
    slack: "Far | None" = None
    slack_doors: "Doors | None" = None
    wecom: "WeComFar | None" = None
    wecom_doors: "WeComDoors | None" = None
    chores: ChoreRunner | None = None
    pulse: Pulse | None = None
    backup: BackupDuty | None = None
    presence: Presence | None = None

    async def prepare(self) -> None:
        """Put into the database what the configuration says. `start` does it too."""
        await self.router.start()

    async def start(self) -> None:
        """Begin to answer, first what a stop left unanswered, and to deliver."""
        await self.prepare()
        if self.presence is not None:
            await self.presence.come()
        if self.slack is not None:
            await self.slack.start()
        if self.wecom is not None:
            await self.wecom.start()
        await self.intake.start()
        await self.lanes.start()

    async def open_doors(self) -> None:
        """Let in what comes over connections that we make ourselves."""
        if self.slack_doors is not None:
            await self.slack_doors.open()
        if self.wecom_doors is not None:
            await self.wecom_doors.open()
        if self.chores is not None:
            await self.chores.start()
        if self.pulse is not None:
            await self.pulse.start()
        if self.backup is not None:
            self.backup.open()

    async def stop(self) -> None:
        """Finish what is under way, then close the database."""
        self.hang_up()
        if self.pulse is not None:
            await self.pulse.stop()
        if self.chores is not None:
            await self.chores.stop()
        if self.slack_doors is not None:
            await self.slack_doors.close()
        if self.wecom_doors is not None:
            await self.wecom_doors.close()
        await self.intake.stop()
        await self.lanes.stop()
        if self.slack is not None:
            await self.slack.stop()
        if self.wecom is not None:
            await self.wecom.stop()
        self.core.close()
        self.core.database.close()
        if self.presence is not None:
            self.presence.leave()

    async def deliver_due(self) -> None:
        """Deliver what is due by the clock now, and return when that is done."""
        await self.lanes.deliver_due()

    def hang_up(self) -> None:
        """End the connections that would never end by themselves."""
        self.console.close()


def build(config: Config, *, clock: Clock = utc_now) -> Program:
    """Open and migrate the database and put the parts together; nothing runs yet. Raises `ConfigError`."""
    core = Core(open_database(config))
    declare_fields(core.database, config, clock)
    console = Console(CoreBoard(core, clock), DEMO if config.console.web else World(), CoreShelf(core, clock))
    platforms: dict[str, ChatPlatform] = {console.name: console}
    metrics = Metrics(core, clock)
    archives: dict[str, Archive] = {}
    watched: dict[str, ChatPlatform] = {}
    router = Router(core, watched, config, clock, archives)
    sources: dict[str, Source] = {console.name: ConsolePayloads()}
    far = _reach_slack(config, core, clock)
    if far is not None:
        sources["slack"] = far.source
        platforms["slack"] = far.platform
    wecom_far = _reach_wecom(config, core, clock)
    if wecom_far is not None:
        sources["wecom"] = wecom_far.source
        platforms["wecom"] = wecom_far.platform
    watched.update({name: WatchedPlatform(platform, metrics) for name, platform in platforms.items()})
    intake = Intake(core, sources, metrics.handling(router.handle), clock, config.bot.country, marks=True)
    metrics.watch(intake.backlog, lambda: intake.commits)
    accept = metrics.accepting(intake.accept)
    keyboard = Keyboard(console, accept, clock)
    doors = None
    if far is not None:
        settled = partial(intake.settled, "slack")
        archives["slack"] = far.archive(accept, settled)
        doors = far.doors(accept, CoreDesk(core, config, clock), CoreKept(core), settled)
    wecom_doors = None
    if wecom_far is not None:
        wecom_doors = wecom_far.doors(accept, partial(intake.settled, "wecom"), intake.accept_all)
        if wecom_doors.archive is not None:
            metrics.show("wecom_archive", wecom_doors.archive.figures)
    chores = ChoreRunner(core, _doers(wecom_far), clock)
    group_sends = {} if wecom_far is None else wecom_far.group_sends
    backup = BackupDuty(core, config, clock)
    lanes = open_lanes(
        core,
        watched,
        config,
        clock,
        engine_for(config.database.url),
        group_sends=group_sends,
        metrics=metrics,
        backup=backup,
    )
    return Program(
        config,
        clock,
        core,
        platforms,
        console,
        keyboard,
        router,
        intake,
        lanes,
        metrics,
        far,
        doors,
        wecom_far,
        wecom_doors,
        chores,
        Pulse(core, platforms, Troubles(metrics.logged), clock),
        backup,
        Presence(core),
    )


def _doers(wecom: "WeComFar | None") -> dict[str, Doer]:
    """Who does what a platform is asked to do."""
    return {} if wecom is None or wecom.contacts is None else {"wecom": wecom.contacts.doer}


def _reach_slack(config: Config, core: Core, clock: Clock) -> "Far | None":
    if not config.slack.on:
        return None
    from bot.slack import far  # loaded with its libraries only where Slack is

    return far.reach(config.slack, core, clock, config.bot.country)


def _reach_wecom(config: Config, core: Core, clock: Clock) -> "WeComFar | None":
    if not config.wecom.on and not config.wecom.archive.on:
        return None
    from bot.wecom import far as wecom  # loaded with its libraries only where WeCom is

    return wecom.reach(config.wecom, core, clock, config.bot.country)


def open_database(config: Config) -> Database:
    """The database of this configuration, at the newest schema. Raises `ConfigError` when it cannot be used."""
    try:
        database = Database(config.database.url)
        migrations.upgrade(database)
    except (SQLAlchemyError, OSError, ImportError, ValueError) as error:
        raise ConfigError(words.DATABASE.say(config.bot.language, why=_reason(error))) from error
    return database


def declare_fields(database: Database, config: Config, clock: Clock) -> None:
    """The custom fields are those of the configuration, besides those made in the chat."""
    try:
        with database.writing() as session:
            fields.sync(session, config.fields, now=clock())
    except CrmError as error:
        database.close()
        raise ConfigError(f"[[fields]] {sentence(error, config.bot.language)}") from error


def routes(program: Program) -> "list[APIRouter]":
    """The doors of the platforms on the web."""
    found: list[APIRouter] = []
    if program.config.console.web:
        from adapters.console import webhook
        from bot.web import pages

        found += [webhook.routes(program.console, program.keyboard, program.config.bot.language), pages.routes()]
    if program.slack_doors is not None:
        found.append(program.slack_doors.routes)
    return found


def doors(program: Program) -> "dict[str, ASGIApp]":
    """Those that are reached without a detour, by path."""
    slack = None if program.slack_doors is None else program.slack_doors.webhook
    wecom = None if program.wecom_doors is None else program.wecom_doors.webhook
    found: dict[str, ASGIApp | None] = {"/slack/events": slack, "/wecom/callback": wecom}
    return {path: door for path, door in found.items() if door is not None}


def _reason(error: Exception) -> str:
    """The first line of what the database said; its statements and values are left out."""
    original = getattr(error, "orig", None) or error
    return str(original).strip().splitlines()[0] if str(original).strip() else type(error).__name__
