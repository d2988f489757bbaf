"""Modals and homes: opened, pushed, updated, closed, published."""

from tests.fakes.slack.apps import Install
from tests.fakes.slack.block_kit.checks import walk
from tests.fakes.slack.errors import Json, SlackError
from tests.fakes.slack.events import emit
from tests.fakes.slack.kept import View
from tests.fakes.slack.people import User
from tests.fakes.slack.state import State

STACK = 3


def open_modal(state: State, install: Install, user: str, body: Json) -> View:
    """A new stack of modals before a person; the one that stood there is gone."""
    close_all(state, install.app.id, user)
    view = _new(state, install, user, body)
    state.stacks[install.app.id, user] = [view]
    return view


def push(state: State, install: Install, user: str, body: Json) -> View:
    """A modal on top of the open ones; push_limit_reached above three, not_found when none is open."""
    stack = state.stacks.get((install.app.id, user), [])
    if not stack:
        raise SlackError("not_found")
    if len(stack) >= STACK:
        raise SlackError("push_limit_reached")
    view = _new(state, install, user, body)
    view.previous, view.root = stack[-1].id, stack[0].id
    stack.append(view)
    return view


def update(state: State, view: View, body: Json, expected: str = "") -> View:
    """Show something else in an open view, keeping what was typed into inputs that stay; hash_conflict."""
    if expected and expected != view.hash:
        raise SlackError("hash_conflict")
    _require_unique(state, view.app_id, view.team, body, but=view)
    view.body = body
    view.hash = _hash(state)
    view.values = _kept(view.values, body)
    return view


def publish(state: State, install: Install, user: str, body: Json, expected: str = "") -> View:
    """Show a person the app's home."""
    known = state.homes.get((install.app.id, user))
    if known:
        return update(state, known, body, expected)
    if expected:
        raise SlackError("hash_conflict")
    view = _new(state, install, user, body)
    state.homes[install.app.id, user] = view
    return view


def close(state: State, view: View) -> View | None:
    """Close the top modal of its stack; the one under it, if any."""
    stack = state.stacks[view.app_id, view.user]
    stack.remove(view)
    del state.views[view.id]
    return stack[-1] if stack else None


def close_all(state: State, app_id: str, user: str) -> None:
    for view in state.stacks.pop((app_id, user), []):
        del state.views[view.id]


def top(state: State, app_id: str, user: str) -> View | None:
    """The modal a person sees."""
    stack = state.stacks.get((app_id, user))
    return stack[-1] if stack else None


def home_opened(state: State, user: User, install: Install, channel: str, tab: str) -> None:
    event: Json = {"type": "app_home_opened", "user": user.id, "channel": channel, "tab": tab}
    view = state.homes.get((install.app.id, user.id))
    if view and tab == "home":
        event["view"] = view.shape()
    emit(state, "app_home_opened", lambda _: dict(event), team=install.team_id, app=install.app, user=user.id)


def _new(state: State, install: Install, user: str, body: Json) -> View:
    _require_unique(state, install.app.id, install.team_id, body)
    view = View(
        id=state.ids.new("V"),
        app_id=install.app.id,
        bot_id=install.bot_id,
        team=install.team_id,
        user=user,
        body=body,
        hash=_hash(state),
    )
    view.root = view.id
    state.views[view.id] = view
    return view


def _require_unique(state: State, app_id: str, team: str, body: Json, but: View | None = None) -> None:
    external = body.get("external_id")
    for view in state.views.values():
        same = view.app_id == app_id and view.team == team and view.body.get("external_id") == external
        if external and same and view is not but:
            raise SlackError("duplicate_external_id")


def _kept(values: Json, body: Json) -> Json:
    inputs = {
        (block["block_id"], entry["action_id"])
        for block in body["blocks"]
        for entry in walk(block)
        if entry.get("action_id")
    }
    kept: Json = {}
    for block_id, actions in values.items():
        for action_id, value in actions.items():
            if (block_id, action_id) in inputs:
                kept.setdefault(block_id, {})[action_id] = value
    return kept


def _hash(state: State) -> str:
    return f"{state.seconds}.{state.ids.hex(8)}"
