"""What Slack keeps for a while or for good beside messages: files, views, triggers, response URLs, unfurls, codes."""

from dataclasses import dataclass, field

from tests.fakes.clock import Clock
from tests.fakes.slack.errors import Json, SlackError
from tests.fakes.slack.ids import Ids
from tests.fakes.slack.messages import Ephemeral, Message

TRIGGER_SECONDS = 3


@dataclass
class File:
    """`mode`: hosted, or tombstone once deleted. `shares`: the channels it was posted into, with the ts.

    `completed`: its upload was ended.
    """

    id: str
    name: str
    title: str
    mimetype: str
    user: str
    team: str
    created: int
    content: bytes = b""
    mode: str = "hosted"
    shares: dict[str, str] = field(default_factory=dict)
    completed: bool = False


@dataclass
class View:
    """A modal or home. `body`: what the app sent, with ids; `values`: what the person filled in, by block and action.

    `previous`: the view under it in the stack, `root`: the lowest.
    """

    id: str
    app_id: str
    bot_id: str
    team: str
    user: str
    body: Json
    hash: str
    root: str = ""
    previous: str | None = None
    values: Json = field(default_factory=dict)

    @property
    def type(self) -> str:
        return str(self.body["type"])

    def shape(self) -> Json:
        """As views.* and interactions show it."""
        modal = {"title": None, "close": None, "submit": None, "clear_on_close": False, "notify_on_close": False}
        return {
            **modal,
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
            **self.body,
            "id": self.id,
            "team_id": self.team,
            "state": {"values": self.values},
            "hash": self.hash,
            "previous_view_id": self.previous,
            "root_view_id": self.root or self.id,
            "app_id": self.app_id,
            "app_installed_team_id": self.team,
            "bot_id": self.bot_id,
        }


@dataclass
class Trigger:
    """What an interaction gives an app to answer with a modal: `view` is the modal it came from, if any."""

    app_id: str
    team: str
    user: str
    until: float
    view: str = ""
    spent: bool = False


class Triggers:
    """Trigger ids: good for three seconds and one use."""

    def __init__(self, clock: Clock, ids: Ids) -> None:
        self._clock = clock
        self._ids = ids
        self._given: dict[str, Trigger] = {}

    def new(self, app_id: str, team: str, user: str, *, view: str = "") -> str:
        trigger_id = f"{self._ids.hex(12)}.{self._ids.hex(10)}.{self._ids.hex(24)}"
        self._given[trigger_id] = Trigger(app_id, team, user, self._clock.now() + TRIGGER_SECONDS, view)
        return trigger_id

    def spend(self, trigger_id: str, app_id: str) -> Trigger:
        """Use it; invalid_trigger_id, exchanged_trigger_id, expired_trigger_id."""
        trigger = self._given.get(trigger_id)
        if trigger is None or trigger.app_id != app_id:
            raise SlackError("invalid_trigger_id")
        if trigger.spent:
            raise SlackError("exchanged_trigger_id")
        if self._clock.now() > trigger.until:
            raise SlackError("expired_trigger_id")
        trigger.spent = True
        return trigger


@dataclass
class ResponseUrl:
    """Where an app may answer. `original`: the message the interaction came from, None for commands."""

    app_id: str
    team: str
    channel: str
    user: str
    until: float
    original: Message | Ephemeral | None = None
    uses: int = 0


@dataclass
class Unfurl:
    """Links an app may unfurl. `ts`: of the message, "" for the composer; `shown`: the previews in the composer."""

    app_id: str
    channel: str
    ts: str
    user: str
    urls: tuple[str, ...]
    shown: Json = field(default_factory=dict)


@dataclass
class Code:
    """What the consent page gives the browser to bring back."""

    app_id: str
    team: str
    user: str
    scopes: set[str]
    redirect_uri: str
    until: float
    used: bool = False
