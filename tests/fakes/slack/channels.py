"""Conversations: channels with a face per workspace, direct chats, and who is in them."""

from dataclasses import dataclass, field

from tests.fakes.slack.errors import Json, SlackError
from tests.fakes.slack.ids import Stamps
from tests.fakes.slack.messages import Message
from tests.fakes.slack.people import User, Workspace


@dataclass
class Side:
    """How one workspace sees a channel: its own name, and public or private."""

    name: str
    is_private: bool


@dataclass
class Channel:
    """`kind`: channel, im or mpim. `sides`: per workspace that has it, the host among them; `pending`: invited ones.

    `threads`: per root ts the ts of the replies, in order. `posting`: who may post: everyone or admins.
    """

    id: str
    host: str
    kind: str
    sides: dict[str, Side]
    creator: str
    created: int
    members: list[str] = field(default_factory=list)
    topic: str = ""
    purpose: str = ""
    archived: bool = False
    frozen: str = ""
    pending: set[str] = field(default_factory=set)
    messages: dict[str, Message] = field(default_factory=dict)
    threads: dict[str, list[str]] = field(default_factory=dict)
    former_ids: list[str] = field(default_factory=list)
    posting: str = "everyone"
    stamps: Stamps = field(default_factory=Stamps)

    def private(self, team: str) -> bool:
        return self.kind != "channel" or self._side(team).is_private

    def name(self, team: str) -> str:
        return self._side(team).name

    def type(self, team: str) -> str:
        """The `channel_type` of events: channel, group, im or mpim."""
        if self.kind != "channel":
            return self.kind
        return "group" if self._side(team).is_private else "channel"

    def _side(self, team: str) -> Side:
        return self.sides.get(team) or self.sides[self.host]


def externally_shared(channel: Channel, workspaces: dict[str, Workspace]) -> bool:
    """Whether workspaces of different organisations are in it."""
    return len({workspaces[team].enterprise_id or team for team in channel.sides}) > 1


def shape(channel: Channel, team: str, workspaces: dict[str, Workspace], viewer: User | None, *, detail: bool) -> Json:
    """As conversations.info (`detail`) or conversations.list shows it to a workspace and its bot."""
    shared = len(channel.sides) > 1
    external = externally_shared(channel, workspaces)
    result: Json = {
        "id": channel.id,
        "created": channel.created,
        "creator": channel.creator,
        "is_archived": channel.archived,
        "is_channel": channel.kind == "channel" and not channel.id.startswith("G"),
        "is_group": channel.id.startswith("G") and channel.kind == "channel",
        "is_im": channel.kind == "im",
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.private(team),
        "is_general": False,
        "is_shared": shared,
        "is_ext_shared": external,
        "is_org_shared": shared and not external,
        "is_pending_ext_shared": bool(channel.pending),
        "pending_shared": sorted(channel.pending),
        "unlinked": 0,
        "context_team_id": team,
        "updated": channel.created * 1000,
    }
    result |= _direct(channel, viewer) if channel.kind == "im" else _named(channel, team, viewer)
    if detail:
        result |= _connections(channel, workspaces, team)
    if channel.frozen:
        result |= {"is_frozen": True, "frozen_reason": channel.frozen}
    return result


def _direct(channel: Channel, viewer: User | None) -> Json:
    other = next((user for user in channel.members if viewer is None or user != viewer.id), "")
    return {"user": other, "is_open": True, "priority": 0, "is_user_deleted": False}


def _named(channel: Channel, team: str, viewer: User | None) -> Json:
    return {
        "name": channel.name(team),
        "name_normalized": channel.name(team),
        "is_member": viewer is not None and viewer.id in channel.members,
        "num_members": len(channel.members),
        "topic": {"value": channel.topic, "creator": channel.creator if channel.topic else "", "last_set": 0},
        "purpose": {"value": channel.purpose, "creator": channel.creator if channel.purpose else "", "last_set": 0},
        "previous_names": [],
    }


def _connections(channel: Channel, workspaces: dict[str, Workspace], team: str) -> Json:
    others = sorted(other for other in channel.sides if other != team)
    mine = workspaces[team].enterprise_id or team
    foreign = [other for other in others if (workspaces[other].enterprise_id or other) != mine]
    shared = sorted(channel.sides)
    return {
        "shared_team_ids": shared,
        "connected_team_ids": foreign,
        "internal_team_ids": [other for other in shared if other not in foreign] if len(shared) > 1 else [],
        "conversation_host_id": channel.host,
        "pending_connected_team_ids": sorted(channel.pending),
    }


def may_see(channel: Channel, team: str, viewer: User | None) -> bool:
    """Whether the workspace has this conversation, and its bot may know of it: a private one only as a member."""
    member = viewer is not None and viewer.id in channel.members
    if channel.kind == "im":
        return member
    return team in channel.sides and (member or not channel.private(team))


def require_member(channel: Channel, user: User) -> None:
    if user.id not in channel.members:
        raise SlackError("not_in_channel")
