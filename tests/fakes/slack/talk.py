"""What people and bots do with messages: post, edit, delete, react. Each raises the events Slack raises."""

from dataclasses import dataclass, field

from tests.fakes.slack import links, messages, text
from tests.fakes.slack.channels import Channel
from tests.fakes.slack.errors import Json, SlackError
from tests.fakes.slack.events import emit
from tests.fakes.slack.ids import instant
from tests.fakes.slack.messages import Message
from tests.fakes.slack.people import User, short_profile
from tests.fakes.slack.state import State


@dataclass(frozen=True)
class Draft:
    """A message about to be posted. `extra`: further fields of its body (blocks, files, bot_id, subtype …)."""

    text: str = ""
    thread_ts: str = ""
    broadcast: bool = False
    metadata: Json | None = None
    extra: Json = field(default_factory=dict)


def post(state: State, user: User, channel: Channel, draft: Draft) -> Message:
    """Put a message into a channel; its text stands as it is. thread_not_found, is_archived."""
    if channel.archived:
        raise SlackError("is_archived")
    root = _root(channel, draft.thread_ts)
    body: Json = {"user": user.id, "text": draft.text, "team": user.team_id, **draft.extra}
    if root:
        body |= {"thread_ts": root.ts, "parent_user_id": root.author}
        if draft.broadcast:
            body["subtype"] = "thread_broadcast"
    body = {name: value for name, value in body.items() if value is not None}
    message = Message(channel.stamps.next(state.clock.now()), user.id, user.team_id, body, draft.metadata)
    channel.messages[message.ts] = message
    if root:
        channel.threads.setdefault(root.ts, []).append(message.ts)
    _announce(state, user, channel, message)
    return message


def edit(state: State, channel: Channel, message: Message, changes: Json, *, by: User | None) -> None:
    """Change fields of a message; `by` marks it as edited by that person, None is Slack's own doing (an unfurl)."""
    before = messages.plain(message)
    message.body |= changes
    for name in [name for name, value in message.body.items() if value is None]:
        del message.body[name]
    if by:
        message.body["edited"] = {"user": by.id, "ts": f"{state.seconds}.000000"}
    _changed(state, channel, message, before)


def delete(state: State, channel: Channel, message: Message) -> None:
    """Take a message away; a root with replies leaves a stone."""
    before = messages.plain(message)
    if channel.threads.get(message.ts):
        messages.tombstone(message)
        _changed(state, channel, message, before)
        return
    del channel.messages[message.ts]
    channel.threads.pop(message.ts, None)
    if message.is_reply:
        channel.threads[message.thread_ts].remove(message.ts)
    ts = channel.stamps.next(state.clock.now())

    def event(team: str) -> Json:
        return {
            **_frame(state, channel, team, ts),
            "subtype": "message_deleted",
            "hidden": True,
            "deleted_ts": message.ts,
            "previous_message": _shown(channel, before),
        }

    emit(state, "message", event, channel=channel, team=message.team)


def react(state: State, user: User, channel: Channel, message: Message, name: str) -> None:
    """already_reacted when the person gave this one before."""
    reactions: list[Json] = message.body.setdefault("reactions", [])
    entry = next((reaction for reaction in reactions if reaction["name"] == name), None)
    if entry is None:
        entry = {"name": name, "users": [], "count": 0}
        reactions.append(entry)
    if user.id in entry["users"]:
        raise SlackError("already_reacted")
    entry["users"].append(user.id)
    entry["count"] += 1
    _reaction(state, user, channel, message, kind="reaction_added", name=name)


def unreact(state: State, user: User, channel: Channel, message: Message, name: str) -> None:
    """no_reaction when the person did not give this one."""
    reactions: list[Json] = message.body.get("reactions", [])
    entry = next((reaction for reaction in reactions if reaction["name"] == name), None)
    if entry is None or user.id not in entry["users"]:
        raise SlackError("no_reaction")
    entry["users"].remove(user.id)
    entry["count"] -= 1
    if not entry["count"]:
        reactions.remove(entry)
    if not reactions:
        del message.body["reactions"]
    _reaction(state, user, channel, message, kind="reaction_removed", name=name)


def replies(channel: Channel, root: Message) -> list[Message]:
    return [channel.messages[ts] for ts in channel.threads.get(root.ts, ()) if ts in channel.messages]


def in_history(channel: Channel, message: Message, *, metadata: bool = False) -> Json:
    """As conversations.history and replies show it."""
    body = messages.plain(message, stubs=len(channel.sides) > 1, metadata=metadata)
    answers = replies(channel, message)
    return messages.with_thread(body, answers) if answers else body


def find(channel: Channel, ts: str, error: str = "message_not_found") -> Message:
    """The message, stones excepted."""
    message = channel.messages.get(ts)
    if message is None or message.body.get("subtype") == "tombstone":
        raise SlackError(error)
    return message


def _root(channel: Channel, thread_ts: str) -> Message | None:
    if not thread_ts:
        return None
    root = channel.messages.get(thread_ts)
    if root is None:
        raise SlackError("thread_not_found")
    return channel.messages.get(root.thread_ts, root) if root.is_reply else root


def _announce(state: State, user: User, channel: Channel, message: Message) -> None:
    emit(state, "message", lambda team: _posted(state, channel, message, team), channel=channel, user=user.id)
    _mention(state, user, channel, message)
    links.posted(state, user, channel, message)


def _posted(state: State, channel: Channel, message: Message, team: str) -> Json:
    body = messages.plain(message, stubs=len(channel.sides) > 1, metadata=True)
    if message.is_broadcast:
        root = channel.messages[message.thread_ts]
        body["root"] = messages.with_thread(messages.plain(root), replies(channel, root))
    return {**body, **_foreign(state, message, team), **_frame(state, channel, team, message.ts)}


def _mention(state: State, user: User, channel: Channel, message: Message) -> None:
    if channel.kind == "im":
        return
    named = text.mentioned(message.text)
    for install in tuple(state.installs):
        if install.bot_user in named and install.bot_user in channel.members and install.bot_user != user.id:

            def event(team: str) -> Json:
                body = {**_posted(state, channel, message, team), "type": "app_mention"}
                for absent in ("channel_type", "subtype", "root", "metadata"):
                    body.pop(absent, None)
                return body

            emit(state, "app_mention", event, channel=channel, team=install.team_id, app=install.app)


def _changed(state: State, channel: Channel, message: Message, before: Json) -> None:
    ts = channel.stamps.next(state.clock.now())

    def event(team: str) -> Json:
        after = messages.plain(message)
        answers = replies(channel, message)
        return {
            **_frame(state, channel, team, ts),
            "subtype": "message_changed",
            "hidden": True,
            "message": _shown(channel, messages.with_thread(after, answers) if answers else after),
            "previous_message": _shown(channel, before),
        }

    emit(state, "message", event, channel=channel, team=message.team)


def _shown(channel: Channel, body: Json) -> Json:
    return messages.stub_files({**body}) if len(channel.sides) > 1 else body


def _reaction(state: State, user: User, channel: Channel, message: Message, *, kind: str, name: str) -> None:
    event: Json = {
        "type": kind,
        "user": user.id,
        "reaction": name,
        "item_user": message.author,
        "item": {"type": "message", "channel": channel.id, "ts": message.ts},
        "event_ts": instant(state.clock.now()),
    }
    emit(state, kind, lambda _: dict(event), channel=channel, user=user.id)


def _frame(state: State, channel: Channel, team: str, ts: str) -> Json:
    return {"type": "message", "channel": channel.id, "channel_type": channel.type(team), "ts": ts, "event_ts": ts}


def _foreign(state: State, message: Message, team: str) -> Json:
    if message.team == team or message.author not in state.users:
        return {}
    author = state.users[message.author]
    return {"user_team": message.team, "source_team": message.team, "user_profile": short_profile(author)}
