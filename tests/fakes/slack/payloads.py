"""What Slack sends when a person acts: field by field, in its order."""

from typing import Any

from tests.fakes.slack import talk
from tests.fakes.slack.apps import Install
from tests.fakes.slack.channels import Channel
from tests.fakes.slack.errors import Json
from tests.fakes.slack.ids import instant
from tests.fakes.slack.kept import View
from tests.fakes.slack.messages import Ephemeral, Message
from tests.fakes.slack.people import User
from tests.fakes.slack.state import State


def command(
    state: State, install: Install, user: User, channel: Channel, *, name: str, words: str, response_url: str
) -> Json:
    """The form fields of a slash command."""
    workspace = state.workspaces[user.team_id]
    enterprise = {"enterprise_id": workspace.enterprise_id, "enterprise_name": workspace.name}
    return {
        "token": "deprecated-verification-token",
        "team_id": workspace.id,
        "team_domain": workspace.domain,
        **(enterprise if workspace.enterprise_id else {}),
        "channel_id": channel.id,
        "channel_name": _label(channel, user),
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": words,
        "api_app_id": install.app.id,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": state.triggers.new(install.app.id, install.team_id, user.id),
    }


def on_message(
    state: State, install: Install, user: User, channel: Channel, post: Message | Ephemeral, *, response_url: str
) -> Json:
    """block_actions from a message, its actions left out."""
    alone = isinstance(post, Ephemeral)
    container: Json = {
        "type": "message",
        "message_ts": post.ts,
        "channel_id": channel.id,
        "is_ephemeral": alone,
    }
    if post.body.get("thread_ts"):
        container["thread_ts"] = post.body["thread_ts"]
    shown = {} if isinstance(post, Ephemeral) else {"message": talk.in_history(channel, post, metadata=True)}
    return {
        "type": "block_actions",
        **_who(state, install, user),
        "container": container,
        "trigger_id": state.triggers.new(install.app.id, install.team_id, user.id),
        "channel": {"id": channel.id, "name": _label(channel, user)},
        **shown,
        "state": {"values": {}},
        "response_url": response_url,
    }


def on_view(state: State, install: Install, user: User, view: View) -> Json:
    """block_actions from a modal or the Home, its actions left out."""
    return {
        "type": "block_actions",
        **_who(state, install, user),
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": state.triggers.new(install.app.id, install.team_id, user.id, view=view.id),
        "view": view.shape(),
    }


def suggestion(surface: Json, block_id: str, action_id: str, typed: str) -> Json:
    """block_suggestion, from the block_actions of the same surface."""
    kept = ("team", "enterprise", "user", "api_app_id", "token", "container", "channel", "message", "view")
    inherited = {name: surface[name] for name in kept if name in surface}
    return {"type": "block_suggestion", **inherited, "action_id": action_id, "block_id": block_id, "value": typed}


def message_shortcut(
    state: State,
    install: Install,
    user: User,
    channel: Channel,
    message: Message,
    *,
    callback_id: str,
    response_url: str,
) -> Json:
    return {
        "type": "message_action",
        **_who(state, install, user),
        "action_ts": instant(state.clock.now()),
        "channel": {"id": channel.id, "name": _label(channel, user)},
        "callback_id": callback_id,
        "trigger_id": state.triggers.new(install.app.id, install.team_id, user.id),
        "response_url": response_url,
        "message_ts": message.ts,
        "message": talk.in_history(channel, message, metadata=True),
    }


def global_shortcut(state: State, install: Install, user: User, *, callback_id: str) -> Json:
    return {
        "type": "shortcut",
        **_who(state, install, user),
        "action_ts": instant(state.clock.now()),
        "callback_id": callback_id,
        "trigger_id": state.triggers.new(install.app.id, install.team_id, user.id),
    }


def submission(state: State, install: Install, user: User, view: View) -> Json:
    return {
        "type": "view_submission",
        **_who(state, install, user),
        "trigger_id": state.triggers.new(install.app.id, install.team_id, user.id, view=view.id),
        "view": view.shape(),
        "response_urls": [],
    }


def closing(state: State, install: Install, user: User, view: View, *, cleared: bool) -> Json:
    return {
        "type": "view_closed",
        **_who(state, install, user),
        "view": view.shape(),
        "is_cleared": cleared,
    }


def _who(state: State, install: Install, user: User) -> dict[str, Any]:
    """Who acts, and where they are at home. That `team` is the actor's own is assumed, never seen live."""
    workspace = state.workspaces[user.team_id]
    enterprise = {"id": workspace.enterprise_id, "name": workspace.name} if workspace.enterprise_id else None
    return {
        "team": {"id": workspace.id, "domain": workspace.domain},
        "enterprise": enterprise,
        "is_enterprise_install": False,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id},
        "api_app_id": install.app.id,
        "token": "deprecated-verification-token",
    }


def _label(channel: Channel, user: User) -> str:
    """What stands for the channel's name: direct and private ones do not give theirs away."""
    if channel.kind == "im":
        return "directmessage"
    return "privategroup" if channel.private(user.team_id) else channel.name(user.team_id)
