"""What happens to channels: made, joined, left, renamed, archived, shared with a workspace and severed from it."""

import copy

from tests.fakes.slack import talk
from tests.fakes.slack.channels import Channel, Side, may_see
from tests.fakes.slack.errors import Json, SlackError
from tests.fakes.slack.events import emit
from tests.fakes.slack.people import User
from tests.fakes.slack.state import State
from tests.fakes.slack.talk import Draft


def create(state: State, creator: User, name: str, *, private: bool = False, old_id: bool = False) -> Channel:
    """A channel with its creator in it. `old_id`: a private one from the days of the G ids."""
    channel = Channel(
        id=state.ids.new("G" if old_id else "C"),
        host=creator.team_id,
        kind="channel",
        sides={creator.team_id: Side(name, private)},
        creator=creator.id,
        created=state.seconds,
        members=[creator.id],
    )
    state.channels[channel.id] = channel
    return channel


def direct(state: State, people: list[User]) -> Channel:
    """The direct chat of these people (two: im, more: mpim), opened when there is none yet."""
    wanted = {user.id for user in people}
    kind = "im" if len(people) == 2 else "mpim"
    for channel in state.channels.values():
        if channel.kind == kind and set(channel.members) == wanted:
            return channel
    name = "mpdm-" + "--".join(sorted(user.name for user in people)) + "-1" if kind == "mpim" else ""
    channel = Channel(
        id=state.ids.new("D" if kind == "im" else "C"),
        host=people[0].team_id,
        kind=kind,
        sides={user.team_id: Side(name, is_private=True) for user in people},
        creator=people[0].id,
        created=state.seconds,
        members=[user.id for user in people],
    )
    state.channels[channel.id] = channel
    return channel


def find(state: State, channel_id: str, team: str, viewer: User | None) -> Channel:
    """The conversation this workspace's bot may see under that id; channel_not_found."""
    channel = state.channels.get(channel_id)
    if channel is None or not may_see(channel, team, viewer):
        raise SlackError("channel_not_found")
    return channel


def join(state: State, user: User, channel: Channel, *, inviter: User | None = None) -> None:
    """Enter, by oneself or invited; nothing when already in."""
    if user.id in channel.members:
        return
    channel.members.append(user.id)
    _joined(state, "member_joined_channel", user, channel, inviter)
    extra: Json = {"subtype": "channel_join"} | ({"inviter": inviter.id} if inviter else {})
    talk.post(state, user, channel, Draft(f"<@{user.id}> has joined the channel", extra=extra))


def leave(state: State, user: User, channel: Channel) -> None:
    """Go; the bot that is taken out still hears of it."""
    if user.id not in channel.members:
        raise SlackError("not_in_channel")
    talk.post(state, user, channel, Draft(f"<@{user.id}> has left the channel", extra={"subtype": "channel_leave"}))
    _joined(state, "member_left_channel", user, channel, None)
    channel.members.remove(user.id)


def rename(state: State, by: User, channel: Channel, name: str) -> None:
    """Change the name on the side of `by`; other workspaces keep theirs."""
    side = channel.sides[by.team_id]
    old, side.name = side.name, name
    detail = {"id": channel.id, "name": name, "created": channel.created}
    emit(
        state,
        "channel_rename",
        lambda _: {"type": "channel_rename", "channel": detail},
        channel=channel,
        team=by.team_id,
        everywhere=True,
    )
    extra = {"subtype": "channel_name", "old_name": old, "name": name}
    talk.post(state, by, channel, Draft(f"has renamed the channel from {old} to {name}", extra=extra))


def archive(state: State, by: User, channel: Channel) -> None:
    talk.post(state, by, channel, Draft("archived the channel", extra={"subtype": "channel_archive"}))
    channel.archived = True
    _housekeeping(state, "channel_archive", by, channel)


def unarchive(state: State, by: User, channel: Channel) -> None:
    channel.archived = False
    _housekeeping(state, "channel_unarchive", by, channel)


def set_topic(state: State, by: User, channel: Channel, topic: str) -> None:
    channel.topic = topic
    extra = {"subtype": "channel_topic", "topic": topic}
    talk.post(state, by, channel, Draft(f"set the channel topic: {topic}", extra=extra))


def delete(state: State, by: User, channel: Channel) -> None:
    """Gone for good, with all that was said."""
    _housekeeping(state, "channel_deleted", by, channel)
    del state.channels[channel.id]


def invite_team(state: State, channel: Channel, team: str) -> None:
    """Invite a workspace. A channel with a G id gets a C id at once, whether the other side accepts or not."""
    channel.pending.add(team)
    if channel.id.startswith("G"):
        change_id(state, channel, state.ids.new("C"))


def connect(state: State, channel: Channel, team: str, *, name: str = "", private: bool | None = None) -> None:
    """The invited workspace accepts, with a name and a privacy of its own if it likes."""
    if team not in channel.pending:
        invite_team(state, channel, team)
    channel.pending.discard(team)
    host = channel.sides[channel.host]
    channel.sides[team] = Side(name or host.name, host.is_private if private is None else private)
    _shared(state, "channel_shared", channel, {channel.host: team, team: channel.host})


def disconnect(state: State, channel: Channel, team: str) -> Channel:
    """Sever a workspace: the host keeps the channel and its id, the other side gets a frozen copy with a new id."""
    _shared(state, "channel_unshared", channel, {channel.host: team, team: channel.host})
    gone = [member for member in channel.members if state.users[member].team_id == team]
    severed = Channel(
        id=state.ids.new("C"),
        host=team,
        kind="channel",
        sides={team: channel.sides.pop(team)},
        creator=channel.creator,
        created=channel.created,
        members=gone,
        frozen="connection_severed",
        messages=copy.deepcopy(channel.messages),
        threads={root: list(answers) for root, answers in channel.threads.items()},
        former_ids=[channel.id],
    )
    channel.members = [member for member in channel.members if member not in gone]
    state.channels[severed.id] = severed
    return severed


def change_id(state: State, channel: Channel, new_id: str) -> None:
    """Give a channel another id; the old one is not found any more."""
    old_id, channel.id = channel.id, new_id
    channel.former_ids.append(old_id)
    del state.channels[old_id]
    state.channels[new_id] = channel
    event: Json = {"type": "channel_id_changed", "old_channel_id": old_id, "new_channel_id": new_id}
    emit(state, "channel_id_changed", lambda _: dict(event), channel=channel, everywhere=True)


def _joined(state: State, kind: str, user: User, channel: Channel, inviter: User | None) -> None:
    def event(team: str) -> Json:
        body: Json = {
            "type": kind,
            "user": user.id,
            "channel": channel.id,
            "channel_type": "G" if channel.private(team) else "C",
            "team": user.team_id,
        }
        return body | ({"inviter": inviter.id} if inviter else {})

    emit(state, kind, event, channel=channel, user=user.id)


def _housekeeping(state: State, kind: str, by: User, channel: Channel) -> None:
    emit(
        state,
        kind,
        lambda _: {"type": kind, "channel": channel.id, "user": by.id},
        channel=channel,
        team=by.team_id,
        everywhere=True,
    )


def _shared(state: State, kind: str, channel: Channel, other: dict[str, str]) -> None:
    def event(team: str) -> Json:
        return {"type": kind, "channel": channel.id, "connected_team_id": other.get(team, channel.host)}

    emit(state, kind, event, channel=channel, team=channel.host, everywhere=True)
