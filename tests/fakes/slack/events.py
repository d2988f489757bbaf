"""Events: which app hears of what happened, through which installation, and in which envelope."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from tests.fakes.slack import channels
from tests.fakes.slack.apps import EVENT_SCOPES, App, Install
from tests.fakes.slack.channels import Channel
from tests.fakes.slack.errors import Json
from tests.fakes.slack.ids import instant
from tests.fakes.slack.state import State

MESSAGE_NAMES = {"channel": "message.channels", "group": "message.groups", "im": "message.im", "mpim": "message.mpim"}
PRIVATE_TOO = frozenset(("channel_id_changed", "channel_shared", "channel_unshared"))
Build = Callable[[str], Json]
"""The inner event as a workspace sees it: its id in, the JSON out."""


@dataclass(frozen=True)
class EventContext:
    """`authorizations`: all installations that may see the event; only the first stands in the envelope.

    `name`: the subscription it falls under, such as message.channels.
    """

    app: App
    name: str
    authorizations: tuple[Install, ...]
    event_id: str
    event_time: int
    event_context: str
    is_ext_shared_channel: bool

    def envelope(self, event: Json) -> Json:
        """The outer body of a delivery over HTTP or a socket."""
        install = self.authorizations[0]
        return {
            "token": "deprecated-verification-token",
            "team_id": install.team_id,
            "enterprise_id": install.enterprise_id,
            "context_team_id": install.team_id,
            "context_enterprise_id": install.enterprise_id,
            "api_app_id": self.app.id,
            "event": event,
            "type": "event_callback",
            "event_id": self.event_id,
            "event_time": self.event_time,
            "authorizations": [authorization(install)],
            "is_ext_shared_channel": self.is_ext_shared_channel,
            "event_context": self.event_context,
        }


class Hook(Protocol):
    def __call__(self, event: Json, context: EventContext) -> object:
        """Hear an inner event. Called in the thread where it happened, inside the world's lock: return at once."""


def authorization(install: Install) -> Json:
    return {
        "enterprise_id": install.enterprise_id,
        "team_id": install.team_id,
        "user_id": install.bot_user,
        "is_bot": True,
        "is_enterprise_install": False,
    }


def emit(
    state: State,
    name: str,
    build: Build,
    *,
    channel: Channel | None = None,
    team: str = "",
    everywhere: bool = False,
    app: App | None = None,
    user: str = "",
) -> None:
    """Tell every subscribed app, once each.

    `channel`: only installations whose bot is in it, or with `everywhere` whose workspace has it. `team`: where it
    happened; without a channel only that workspace hears. `app`: only this one. `user`: who did it, for choosing the
    installation through which it is delivered.
    """
    origin = team or (state.users[user].team_id if user in state.users else "")
    for listener in [app] if app else list(state.apps.values()):
        seen = [
            install
            for install in state.installs
            if install.app is listener and install.active and _reaches(install, channel, origin, everywhere=everywhere)
        ]
        heard = [install for install in seen if _subscribed(install, _name(name, channel, install.team_id))]
        if heard:
            heard.sort(key=lambda install: install.team_id != origin)
            _deliver(state, _name(name, channel, heard[0].team_id), build(heard[0].team_id), tuple(heard), channel)


def _reaches(install: Install, channel: Channel | None, team: str, *, everywhere: bool) -> bool:
    if channel is None:
        return install.team_id == team
    if install.bot_user in channel.members:
        return True
    return everywhere and install.team_id in channel.sides and not channel.private(install.team_id)


def _name(name: str, channel: Channel | None, team: str) -> str:
    if channel is None:
        return name
    if name == "message":
        return MESSAGE_NAMES[channel.type(team)]
    if name.startswith("channel_") and name not in PRIVATE_TOO and channel.private(team):
        return name.replace("channel_", "group_", 1)
    return name


def _subscribed(install: Install, name: str) -> bool:
    needed = EVENT_SCOPES.get(name, ())
    return name in install.app.events and (not needed or not install.scopes.isdisjoint(needed))


def _deliver(state: State, name: str, event: Json, heard: tuple[Install, ...], channel: Channel | None) -> None:
    if event.get("type", "").startswith("channel_") and name.startswith("group_"):
        event = {**event, "type": name}
    event.setdefault("event_ts", instant(state.clock.now()))
    context = EventContext(
        app=heard[0].app,
        name=name,
        authorizations=heard,
        event_id=state.ids.new("Ev"),
        event_time=int(state.clock.now()),
        event_context=state.ids.secret("4-"),
        is_ext_shared_channel=channel is not None and channels.externally_shared(channel, state.workspaces),
    )
    state.event_contexts[context.event_context] = heard
    state.journal.write("event", event_id=context.event_id, app=context.app.id, name=name, event=event)
    for hook in tuple(state.hooks):
        hook(event, context)
