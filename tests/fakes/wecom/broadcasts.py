"""企业群发: what an app created, what each member has to confirm, and what came of it for each customer."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from enum import IntEnum
from typing import TYPE_CHECKING, Literal

from tests.fakes.wecom.customers import Standing, ToCustomer
from tests.fakes.wecom.errors import Json, WeComError

if TYPE_CHECKING:
    from tests.fakes.wecom.state import State

CHINA = timezone(timedelta(hours=8))
REMINDERS = 3
DAY = 86_400
Cap = Literal["month_days", "7_a_week", "1_a_day"]


class Status(IntEnum):
    """Of one customer or group: only SENT has the message."""

    WAITING = 0
    SENT = 1
    NO_FRIEND = 2
    CAPPED = 3


@dataclass
class Rules:
    """What differs from company to company. `cap`: how many a customer or a group may get, personal ones included.

    `dispatch_seconds`: how long after its creation a broadcast reaches its members; before, queries answer
    `dispatch_code`.
    `tells_cap`: who is over the cap stands in fail_list at once, where the platform does that.
    """

    cap: Cap = "month_days"
    dispatch_seconds: int = 5
    dispatch_code: int = 41063
    tells_cap: bool = False


@dataclass
class Target:
    """A customer or a group, by its id, that one member is to reach. `at`: when, 0 for never."""

    to: str
    userid: str
    status: Status = Status.WAITING
    at: int = 0

    def shape(self, *, single: bool) -> Json:
        shown: Json = {"external_userid" if single else "chat_id": self.to, "userid": self.userid}
        shown["status"] = int(self.status)
        return shown | ({"send_time": self.at} if self.at else {})


@dataclass
class Share:
    """What one member has to confirm. `sent_at`: when they did, 0 for not yet. `reminded`: how often."""

    userid: str
    targets: list[Target]
    sent_at: int = 0
    reminded: int = 0

    def shape(self) -> Json:
        if not self.sent_at:
            return {"userid": self.userid, "status": 0}
        return {"userid": self.userid, "status": 2, "send_time": self.sent_at}


@dataclass
class Broadcast:
    """`creator`: the member for a personal one, "" for one made by an app. `shares`: by userid."""

    msgid: str
    chat_type: str
    content: Json
    created_at: int
    shares: dict[str, Share]
    creator: str = ""
    selectable: bool = False
    cancelled: bool = False
    reminders: list[float] = field(default_factory=list)


def create(
    state: "State", chat_type: str, content: Json, targets: list[Target], *, selectable: bool
) -> tuple[Broadcast, list[str]]:
    """Nothing is sent yet. Also whom it will not reach as far as that is known now. 41048 when nobody is left."""
    over = [one.to for one in targets if state.rules.tells_cap and is_capped(state, one.to)]
    left = [one for one in targets if one.to not in over]
    if not left:
        raise WeComError(41048)
    shares: dict[str, Share] = {}
    for target in left:
        shares.setdefault(target.userid, Share(target.userid, [])).targets.append(target)
    broadcast = Broadcast(state.ids.new("msg", 32), chat_type, content, state.seconds, shares, selectable=selectable)
    state.broadcasts[broadcast.msgid] = broadcast
    return broadcast, over


def find(state: "State", msgid: str) -> Broadcast:
    """41047 unknown, 41063 while it is being dispatched, 41093 after it was cancelled."""
    broadcast = state.broadcasts.get(msgid)
    if broadcast is None or broadcast.creator:
        raise WeComError(41047)
    if is_dispatching(state, broadcast):
        raise WeComError(state.rules.dispatch_code)
    if broadcast.cancelled:
        raise WeComError(41093)
    return broadcast


def is_dispatching(state: "State", broadcast: Broadcast) -> bool:
    return state.clock.now() < broadcast.created_at + state.rules.dispatch_seconds


def confirm(state: "State", broadcast: Broadcast, userid: str, only: list[str] | None) -> None:
    """A member sends their share, or `only` these customers of it; the others stay waiting for ever."""
    share = broadcast.shares[userid]
    share.sent_at = state.seconds
    for target in share.targets:
        if only is None or target.to in only:
            _send(state, broadcast, target)


def send_personally(state: "State", userid: str, customers: list[str], content: Json) -> Broadcast:
    """A member's own broadcast: it counts towards the caps of its customers."""
    targets = [Target(one, userid) for one in customers]
    share = Share(userid, targets)
    msgid = state.ids.new("msg", 32)
    broadcast = Broadcast(msgid, "single", content, state.seconds, {userid: share}, creator=userid)
    state.broadcasts[msgid] = broadcast
    confirm(state, broadcast, userid, None)
    return broadcast


def remind(state: "State", broadcast: Broadcast) -> None:
    """Those who have not confirmed; 41094 for the fourth time within a day."""
    recent = [at for at in broadcast.reminders if at > state.clock.now() - DAY]
    if len(recent) >= REMINDERS:
        raise WeComError(41094)
    broadcast.reminders = [*recent, state.clock.now()]
    for share in broadcast.shares.values():
        share.reminded += not share.sent_at


def is_capped(state: "State", to: str) -> bool:
    """Whether this customer or group had as many as the rules allow."""
    now = datetime.fromtimestamp(state.clock.now(), CHINA)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    month = midnight.replace(day=1)
    month_days = ((month + timedelta(days=31)).replace(day=1) - month).days
    since, most = {
        "month_days": (month, month_days),
        "7_a_week": (midnight - timedelta(days=now.weekday()), 7),
        "1_a_day": (midnight, 1),
    }[state.rules.cap]
    return sum(at >= since.timestamp() for at in state.broadcast_times.get(to, ())) >= most


def _send(state: "State", broadcast: Broadcast, target: Target) -> None:
    target.status = _outcome(state, broadcast, target)
    if target.status is not Status.SENT:
        return
    target.at = state.seconds
    state.broadcast_times.setdefault(target.to, []).append(state.seconds)
    given = ToCustomer("broadcast", target.userid, target.to, broadcast.content, state.clock.now())
    state.to_customers.append(given)


def _outcome(state: "State", broadcast: Broadcast, target: Target) -> Status:
    if broadcast.chat_type == "single":
        relation = state.relations.get((target.userid, target.to))
        if relation is None or relation.standing is not Standing.FRIENDS:
            return Status.NO_FRIEND
    return Status.CAPPED if is_capped(state, target.to) else Status.SENT
