"""Config → running parts. The one place that names the concrete platforms and the engine."""

from functools import partial
from typing import TYPE_CHECKING

from adapters.console.client import Console
from adapters.console.keyboard import Keyboard
from adapters.console.payload import Payloads as ConsolePayloads
from adapters.console.world import DEMO, World
from bot.backup.duty import BackupDuty
from bot.capture.intake import Intake
from bot.chores import ChoreRunner
from bot.clock import Clock, utc_now
from bot.config import Config
from bot.metrics import Metrics
from bot.opening import declare_fields, open_database
from bot.outreach.later import open_lanes
from bot.ports.board import CoreBoard
from bot.ports.desk import CoreDesk
from bot.ports.kept import CoreKept
from bot.ports.shelf import CoreShelf
from bot.presence import Presence
from bot.program import Program
from bot.pulse import Pulse
from bot.router import Router
from bot.threads import Core
from bot.troubles import Troubles
from bot.watched import WatchedPlatform
from crm_core.address_book import Doer
from crm_core.chat import Archive, ChatPlatform, Source
from crm_core.desk import Accept
from scheduler.engine import engine_for

if TYPE_CHECKING:
    from fastapi import APIRouter
    from starlette.types import ASGIApp

    from bot.slack.far import Far
    from bot.wecom.doors import Doors as WeComDoors
    from bot.wecom.far import Far as WeComFar


def build(config: Config, *, clock: Clock = utc_now) -> Program:
    """Open and migrate the database and put the parts together; nothing runs yet. Raises `ConfigError`."""
    core = Core(open_database(config))
    declare_fields(core.database, config, clock)
    metrics = Metrics(core, clock)
    console = Console(CoreBoard(core, clock), DEMO if config.console.web else World(), CoreShelf(core, clock))
    slack, wecom = _reach_slack(config, core, clock), _reach_wecom(config, core, clock)
    platforms: dict[str, ChatPlatform] = {console.name: console}
    sources: dict[str, Source] = {console.name: ConsolePayloads()}
    for far in (slack, wecom):
        if far is not None:
            platforms[far.platform.name], sources[far.platform.name] = far.platform, far.source
    watched: dict[str, ChatPlatform] = {name: WatchedPlatform(one, metrics) for name, one in platforms.items()}
    archives: dict[str, Archive] = {}
    router = Router(core, watched, config, clock, archives)
    intake = Intake(core, sources, metrics.handling(router.handle), clock, config.bot.country, marks=True)
    metrics.watch(intake.backlog, lambda: intake.commits)
    accept = metrics.accepting(intake.accept)
    slack_doors = None
    if slack is not None:
        settled = partial(intake.settled, "slack")
        archives["slack"] = slack.archive(accept, settled)
        slack_doors = slack.doors(accept, CoreDesk(core, config, clock), CoreKept(core), settled)
    wecom_doors = None if wecom is None else _wecom_doors(wecom, accept, intake, metrics)
    chores = ChoreRunner(core, _doers(wecom), clock)
    backup = BackupDuty(core, config, clock)
    lanes = open_lanes(
        core,
        watched,
        config,
        clock,
        engine_for(config.database.url),
        group_sends={} if wecom is None else wecom.group_sends,
        metrics=metrics,
        backup=backup,
    )
    return Program(
        config=config,
        clock=clock,
        core=core,
        platforms=platforms,
        console=console,
        keyboard=Keyboard(console, accept, clock),
        router=router,
        intake=intake,
        lanes=lanes,
        metrics=metrics,
        slack=slack,
        slack_doors=slack_doors,
        wecom=wecom,
        wecom_doors=wecom_doors,
        chores=chores,
        pulse=Pulse(core, platforms, Troubles(metrics.logged), clock),
        backup=backup,
        presence=Presence(core),
    )


def _wecom_doors(far: "WeComFar", accept: Accept, intake: Intake, metrics: Metrics) -> "WeComDoors":
    doors = far.doors(accept, partial(intake.settled, "wecom"), intake.accept_all)
    if doors.archive is not None:
        metrics.show("wecom_archive", doors.archive.figures)
    return doors


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
