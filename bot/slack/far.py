"""What reaches Slack: the installations, the Web API, who and what is known there."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from fastapi import APIRouter

from adapters.claims import Claim
from adapters.health import Health
from adapters.slack import PLATFORM, landing
from adapters.slack.archive import Seen, SlackArchive
from adapters.slack.client import Slack
from adapters.slack.door import Door, Settled
from adapters.slack.ears import Ears
from adapters.slack.envelopes import Envelopes
from adapters.slack.errands import Errands
from adapters.slack.files import Files
from adapters.slack.hellos import Hellos
from adapters.slack.history.gaps import Gaps
from adapters.slack.history.history import History
from adapters.slack.history.reading import PACES, Reading
from adapters.slack.home import Home
from adapters.slack.installation import Installations
from adapters.slack.interactions import Handlers, Interactions
from adapters.slack.listening import Listening
from adapters.slack.looking import Looking, Promise
from adapters.slack.modals import Modals
from adapters.slack.pacing import Gates
from adapters.slack.payload import Payloads
from adapters.slack.people import People
from adapters.slack.rooms import Rooms
from adapters.slack.sockets import Sockets
from adapters.slack.suggestions import Suggestions
from adapters.slack.tickets import Tickets
from adapters.slack.unfurls import Unfurls
from adapters.slack.vault import Vault
from adapters.slack.web import Web
from adapters.slack.webhook import Webhook
from adapters.slack.workspaces import Workspaces
from bot import config
from bot.clock import Clock
from bot.ports.memory import CoreMemory
from bot.ports.shelf import CoreShelf
from bot.slack.doors import Doors
from bot.slack.workspaces import installing, vault_of
from bot.threads import Core
from crm_core.chat import Sender, Source
from crm_core.conversations import rooms, senders
from crm_core.desk import Accept, Desk, Kept, Memory

_LOOK_AGAIN = timedelta(hours=6)
#: Calls a minute that Slack allows an app which is sold and not in its Marketplace ("Rate limit changes for
#: non-Marketplace apps").
_RESTRICTED = {"conversations.history": 1, "conversations.replies": 1}


@dataclass(frozen=True)
class Far:
    """What reaches Slack and reads what it says. `alone`: no other node works over the same database."""

    settings: config.Slack
    clock: Clock
    health: Health
    installations: Installations | Workspaces
    tickets: Tickets
    web: Web
    source: Source
    people: People
    platform: Slack
    memory: Memory
    pages: APIRouter | None
    seen: Seen
    looking: Looking
    alone: bool = True
    promises: list[Promise] = field(default_factory=list)

    def doors(self, accept: Accept, desk: Desk, kept: Kept, settled: Settled) -> Doors:
        """What lets Slack in; nothing comes in before `open`. `settled`: see `Door`."""
        ears = Ears(open=not self.settings.app_token.get_secret_value())
        history = self._history(accept, kept, ears)
        envelopes, home = Envelopes(accept, self.tickets, self.clock), Home(desk, self.web, self.people)
        modals = Modals(desk, self.web, self.platform, envelopes=envelopes, seen=self.seen, clock=self.clock)
        interactions = Interactions(Handlers(modals, Suggestions(desk), home, envelopes, self.platform, settled))
        door = Door(
            self.installations,
            accept,
            self.tickets,
            clock=self.clock,
            interactions=interactions,
            errands=self._errands(desk, home, history),
            settled=settled,
            respond=self.web.respond,
            looking=self.looking,
        )
        sockets = self._sockets(door, history, ears)
        return Doors(door, interactions, self._routes(), self._webhook(door), sockets, history, self.promises)

    def archive(self, accept: Accept, settled: Settled) -> SlackArchive:
        """What fetches messages that are wanted and were not kept."""
        return SlackArchive(self.web, Envelopes(accept, self.tickets, self.clock), self.seen, settled)

    def _errands(self, desk: Desk, home: Home, history: History) -> Errands:
        unfurls = Unfurls(desk, self.web, self.platform, self.settings.public_url)
        hellos = Hellos(desk, self.web, self.platform, self.installations)
        return Errands(
            {
                "app_home_opened": home.attend,
                "link_shared": unfurls.attend,
                "member_joined_channel": hellos.attend,
                "app_rate_limited": history.attend,
            }
        )

    async def start(self) -> None:
        """Before what a stop left behind is answered."""
        self.promises.extend(await self.looking.all())
        for promise in self.promises:
            self.tickets.restore(promise.key, promise.response_url, promise.at)
        await self.installations.start()

    async def stop(self) -> None:
        await self.installations.stop()
        await self.web.close()

    def _webhook(self, door: Door) -> Webhook | None:
        secret = self.settings.signing_secret.get_secret_value()
        return Webhook(door, secret, self.clock) if secret else None

    def _routes(self) -> APIRouter:
        router = landing.routes()
        if self.pages is not None:
            router.include_router(self.pages)
        return router

    def _sockets(self, door: Door, history: History, ears: Ears) -> Listening | Sockets | None:
        """What they may have missed is looked for when they are back, or come from another node."""
        token = self.settings.app_token.get_secret_value()
        if not token:
            return None

        def open_sockets() -> Sockets:
            address = self.settings.api_url
            return Sockets(door, self.health, app_token=token, api_url=address, ears=ears, regained=history.wake)

        return open_sockets() if self.alone else Listening(open_sockets, self._claim(), self.health)

    def _claim(self) -> Claim:
        return Claim(self.memory, "sockets", self.clock)

    def _history(self, accept: Accept, kept: Kept, ears: Ears) -> History:
        gaps, envelopes = Gaps(self.memory), Envelopes(accept, self.tickets, self.clock)
        return History(
            Reading(self.web, envelopes, kept, gaps, PACES[self.settings.history], clock=self.clock),
            gaps,
            self.web,
            self.memory,
            all_installations=self.installations.all,
            health=self.health,
            clock=self.clock,
            ears=ears,
            again=self._again,
        )

    @property
    def _again(self) -> timedelta | None:
        """Over HTTP nobody tells that events did not come through; sockets do. The restricted pace has no room."""
        settings = self.settings
        heard = settings.app_token.get_secret_value() or settings.history == "restricted"
        return None if heard else _LOOK_AGAIN


def reach(settings: config.Slack, core: Core, clock: Clock, country: str) -> Far:
    """The far side of Slack; nothing is connected before `start`. `country`: of phone numbers. Raises `ConfigError`."""
    health, memory, tickets = Health(), CoreMemory(core, PLATFORM, clock), Tickets(clock)
    installations, renew, pages = _installations(settings, memory, health, clock)
    pacing = Gates(clock, per_minute=_RESTRICTED if settings.history == "restricted" else None)
    web = Web(settings.api_url, installations, clock, pacing=pacing, renew=renew, gone=installations.mark_down)
    people = People(web, installations, memory, clock, tell=partial(_meet, core, clock, country))
    platform = Slack(
        web,
        installations,
        people=people,
        tickets=tickets,
        memory=memory,
        health=health,
        clock=clock,
        current=partial(_current, core),
        shelf=CoreShelf(core, clock),
    )
    source = Payloads(
        installations,
        people,
        Rooms(web, memory, clock),
        Files(web, clock),
        roster_changed=platform.roster_changed,
    )
    looking = Looking(memory, _locking(settings), clock)
    alone, seen = core.database.dialect == "sqlite", Seen()
    return Far(
        settings,
        clock,
        health,
        installations,
        tickets,
        web,
        source,
        people,
        platform,
        memory,
        pages,
        seen,
        looking,
        alone,
    )


async def _meet(core: Core, clock: Clock, country: str, people: Sequence[Sender]) -> None:
    """Slack told who these are."""
    await core.write(lambda session: senders.meet(session, PLATFORM, people, now=clock(), country=country))


async def _current(core: Core, room_id: str) -> str:
    """The id that a room has now, by any it had."""
    room = await core.read(lambda session: rooms.find(session, PLATFORM, room_id))
    return room_id if room is None else room.platform_id


def _locking(settings: config.Slack) -> Vault:
    """What locks the little that is kept and secret. Raises `ConfigError`."""
    if settings.client_id:
        return vault_of(settings)
    return Vault.derived(settings.bot_token.get_secret_value(), "looking")


def _installations(
    settings: config.Slack, memory: CoreMemory, health: Health, clock: Clock
) -> tuple[Installations | Workspaces, Callable[[str], Awaitable[bool]] | None, APIRouter | None]:
    """Where the bot is installed, how its tokens are renewed, and the pages on which others let it in."""
    if settings.client_id:
        several = installing(settings, memory, health, clock)
        return several.workspaces, several.workspaces.renew, several.routes
    token = settings.bot_token.get_secret_value()
    return Installations(memory, health, bot_token=token, api_url=settings.api_url), None, None
