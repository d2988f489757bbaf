"""Customer groups: who is in them, and the versions of their rosters."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.fakes.wecom import events
from tests.fakes.wecom.corp import App, Staff
from tests.fakes.wecom.customers import Customer
from tests.fakes.wecom.errors import Json, WeComError

if TYPE_CHECKING:
    from tests.fakes.wecom.state import State


@dataclass
class Member:
    """`type`: 1 employee, 2 outsider. `scene`: 1 invited, 2 link, 3 QR code. `way`: the `state` of a join way."""

    id: str
    type: int
    name: str
    joined_at: int
    scene: int = 1
    invitor: str = ""
    unionid: str = ""
    nickname: str = ""
    way: str = ""

    def shape(self, *, named: bool) -> Json:
        shown: Json = {"userid": self.id, "type": self.type, "join_time": self.joined_at, "join_scene": self.scene}
        if self.invitor:
            shown["invitor"] = {"userid": self.invitor}
        if named:
            shown |= {"group_nickname": self.nickname, "name": self.name}
        if self.unionid:
            shown["unionid"] = self.unionid
        return shown | ({"state": self.way} if self.way else {})


@dataclass
class Group:
    """`status`: 0 normal, 1 its owner has left, 2 being inherited, 3 inherited. `inner`: employees only."""

    chat_id: str
    name: str
    owner: str
    created_at: int
    version: str
    notice: str = ""
    status: int = 0
    inner: bool = False
    dismissed: bool = False
    opengid: str = ""
    admins: list[str] = field(default_factory=list)
    members: dict[str, Member] = field(default_factory=dict)

    def shape(self, *, named: bool) -> Json:
        return {
            "chat_id": self.chat_id,
            "name": self.name,
            "owner": self.owner,
            "create_time": self.created_at,
            "notice": self.notice,
            "member_list": [member.shape(named=named) for member in self.members.values()],
            "admin_list": [{"userid": admin} for admin in self.admins],
            "member_version": self.version,
        }


def create(state: "State", owner: Staff, name: str, members: list[Staff | Customer], *, inner: bool = False) -> Group:
    """A group of the owner's with these people in it."""
    group = Group(state.ids.new("wr"), name, owner.userid, state.seconds, state.ids.hex(), inner=inner)
    group.opengid = state.ids.new("o", 27)
    for one in (owner, *members):
        _seat(state, group, one, invitor=owner.userid)
    state.groups[group.chat_id] = group
    if not inner:
        events.chat_changed(state, "create", group.chat_id, group.owner)
    return group


def join(state: "State", group: Group, who: Staff | Customer, *, scene: int = 1, way: str = "") -> None:
    member = _seat(state, group, who, scene=scene, way=way, invitor=group.owner if scene == 1 else "")
    _roster_changed(state, group, "add_member", member.id, JoinScene=0 if scene == 1 else 3)


def leave(state: "State", group: Group, who: Staff | Customer, *, scene: int = 0) -> None:
    """`scene`: 0 by themselves, 1 taken out."""
    del group.members[_id(who)]
    _roster_changed(state, group, "del_member", _id(who), QuitScene=scene)


def change(state: "State", group: Group, detail: str) -> None:
    """change_owner, change_name, change_notice: the fields were set before."""
    events.chat_changed(state, "update", group.chat_id, group.owner, UpdateDetail=detail)


def give(state: "State", group: Group, owner: Staff) -> None:
    """Another owner, who is seated first when they are not in it."""
    if owner.userid not in group.members:
        join(state, group, owner)
    group.owner, group.status = owner.userid, 3
    change(state, group, "change_owner")


def dismiss(state: "State", group: Group) -> None:
    group.dismissed = True
    events.chat_changed(state, "dismiss", group.chat_id, group.owner)


def find(state: "State", app: App, chat_id: str) -> Group:
    """A customer group whose owner the app sees: 86003 unknown, 90501 an inner one, 60011 out of its range."""
    group = state.groups.get(chat_id)
    if group is None or group.dismissed:
        raise WeComError(86003)
    if group.inner:
        raise WeComError(90501)
    if not app.sees(group.owner):
        raise WeComError(60011)
    return group


def _id(who: Staff | Customer) -> str:
    return who.userid if isinstance(who, Staff) else who.external_userid


def _seat(
    state: "State", group: Group, who: Staff | Customer, *, scene: int = 1, way: str = "", invitor: str = ""
) -> Member:
    unionid = who.unionid if isinstance(who, Customer) else ""
    kind = 1 if isinstance(who, Staff) else 2
    invitor = "" if _id(who) == group.owner else invitor
    member = Member(_id(who), kind, who.name, state.seconds, scene, invitor, unionid, way=way)
    group.members[member.id] = member
    return member


def _roster_changed(state: "State", group: Group, detail: str, member: str, **fields: object) -> None:
    before, group.version = group.version, state.ids.hex()
    if group.inner:
        return
    told: Json = {"UpdateDetail": detail, **fields, "MemChangeCnt": 1, "MemChangeList": {"Item": [member]}}
    told |= {"LastMemVer": before, "CurMemVer": group.version}
    events.chat_changed(state, "update", group.chat_id, group.owner, **told)
