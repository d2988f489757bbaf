"""Everything the fake Slack knows. The verbs stand in files of their own; world.py puts them together for a script."""

import threading
from typing import TYPE_CHECKING

from tests.fakes.clock import Clock, RealClock
from tests.fakes.faults import Faults
from tests.fakes.journal import Journal
from tests.fakes.loopback import require_loopback
from tests.fakes.slack.apps import App, Install, Token
from tests.fakes.slack.channels import Channel
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.faults import Fault
from tests.fakes.slack.ids import Ids
from tests.fakes.slack.kept import Code, File, ResponseUrl, Triggers, Unfurl, View
from tests.fakes.slack.limits import Limits
from tests.fakes.slack.messages import Ephemeral
from tests.fakes.slack.people import User, Workspace

if TYPE_CHECKING:
    from tests.fakes.slack.events import Hook


class State:
    """`lock`: held while anything is read or changed; the Web API and the world's verbs take it themselves.

    `hooks`: called with every inner event and its context. `tickets`: unused ones for sockets, with the app they admit.
    `links`: where an app opens its sockets, when that is not at `address`.
    `stacks`: per app and user the open modals, lowest first; `homes`: per app and user the published home.
    `uploads`: files waiting for their bytes, by ticket.
    `short_pages`: lists come in pages shorter than asked for, one of them empty.
    """

    def __init__(self, *, clock: Clock | None = None, seed: int = 1, journal: Journal | None = None) -> None:
        self.lock = threading.RLock()
        self.clock = clock or RealClock()
        self.ids = Ids(seed)
        self.journal = journal or Journal(self.clock)
        self.hooks: list[Hook] = []
        self.workspaces: dict[str, Workspace] = {}
        self.users: dict[str, User] = {}
        self.apps: dict[str, App] = {}
        self.installs: list[Install] = []
        self.channels: dict[str, Channel] = {}
        self.ephemerals: list[Ephemeral] = []
        self.limits = Limits(self.clock, self.journal)
        self.faults: Faults[Fault] = Faults(seed)
        self.short_pages = False
        self.tickets: dict[str, str] = {}
        self.links: dict[str, str] = {}
        self.files: dict[str, File] = {}
        self.uploads: dict[str, File] = {}
        self.views: dict[str, View] = {}
        self.stacks: dict[tuple[str, str], list[View]] = {}
        self.homes: dict[tuple[str, str], View] = {}
        self.triggers = Triggers(self.clock, self.ids)
        self.response_urls: dict[str, ResponseUrl] = {}
        self.unfurls: dict[str, Unfurl] = {}
        self.codes: dict[str, Code] = {}
        self.event_contexts: dict[str, tuple[Install, ...]] = {}
        self._address = "http://127.0.0.1"

    @property
    def address(self) -> str:
        """Where the fake answers, without a slash at the end; set by whoever serves it. NotLoopback."""
        return self._address

    @address.setter
    def address(self, url: str) -> None:
        self._address = require_loopback(url).rstrip("/")

    @property
    def seconds(self) -> int:
        return int(self.clock.now())

    def bot_of(self, install: Install) -> User:
        return self.users[install.bot_user]

    def find_user(self, user_id: str) -> User:
        """The user; user_not_found."""
        user = self.users.get(user_id)
        if user is None:
            raise SlackError("user_not_found")
        return user

    def find_token(self, value: str) -> tuple[Install, Token] | None:
        """The installation a bot token belongs to."""
        for install in self.installs:
            for token in install.tokens:
                if token.value == value:
                    return install, token
        return None

    def is_stranger(self, user: User, team: str) -> bool:
        """Whether a person of another workspace shares no channel with anyone of this one now."""
        if user.team_id == team:
            return False
        return not any(user.id in channel.members and team in channel.sides for channel in self.channels.values())

    def has_met(self, user: User, team: str) -> bool:
        """Whether this workspace has seen the person in one of its channels, be it in a message only."""
        rooms = [channel for channel in self.channels.values() if team in channel.sides]
        return any(
            user.id in channel.members or any(message.author == user.id for message in channel.messages.values())
            for channel in rooms
        )

    def is_connected(self, other: str, team: str) -> bool:
        """Whether the two workspaces share a channel."""
        return any(other in channel.sides and team in channel.sides for channel in self.channels.values())
