"""微信客服: accounts, what customers and servicers write there, and how far an app may answer."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.fakes.wecom import events
from tests.fakes.wecom.customers import Customer, ToCustomer
from tests.fakes.wecom.errors import Json, WeComError

if TYPE_CHECKING:
    from tests.fakes.wecom.state import State

NEW, ROBOT, POOL, HUMAN, ENDED = range(5)
CUSTOMER, SYSTEM, SERVICER = 3, 4, 5
TOKEN_SECONDS = 600
CODE_SECONDS = 20
WINDOW = 48 * 3600
PER_MESSAGE = 5
KEPT = 3 * 86_400


@dataclass
class Row:
    """One entry of sync_msg. `seq`: grows per account, with gaps."""

    seq: int
    at: float
    fields: Json


@dataclass
class Account:
    """`welcome`: the console greets, and no app gets a code. `servicers`: userids."""

    open_kfid: str
    name: str
    welcome: bool = False
    servicers: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    seq: int = 0


@dataclass
class Session:
    """Between an account and a customer. `wrote_at`: the customer, last; `answered`: since then by the API.

    `sent_at`: anything sent to them at all; `welcomed_at`: with a welcome code; both 0 for never.
    """

    state: int = NEW
    servicer: str = ""
    wrote_at: float = 0
    answered: int = 0
    sent_at: float = 0
    welcomed_at: float = 0


@dataclass
class Code:
    """Lets an app send one message on an event."""

    open_kfid: str
    external_userid: str
    until: float
    welcome: bool = False
    used: bool = False


@dataclass
class Kf:
    """`tokens`: of doorbells, with account and time. `failing`: the fail_type of each of the next accepted sends."""

    accounts: dict[str, Account] = field(default_factory=dict)
    sessions: dict[tuple[str, str], Session] = field(default_factory=dict)
    tokens: dict[str, tuple[str, float]] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    failing: list[int] = field(default_factory=list)


def account(state: "State", open_kfid: str) -> Account:
    """95000 for one nobody has."""
    if open_kfid not in state.kf.accounts:
        raise WeComError(95000)
    return state.kf.accounts[open_kfid]


def session(state: "State", account: Account, external_userid: str) -> Session:
    return state.kf.sessions.setdefault((account.open_kfid, external_userid), Session())


def write(state: "State", account: Account, origin: int, msgtype: str, body: Json, **outer: object) -> str:
    """Another row, and the doorbell rings; its msgid. Events carry their ids inside only."""
    account.seq += 1 + state.ids.chance(0.3)
    fields: Json = {"msgid": state.ids.secret(32), "send_time": state.seconds, "origin": origin, "msgtype": msgtype}
    if msgtype != "event":
        fields |= {"open_kfid": account.open_kfid, **outer}
    fields[msgtype] = body
    account.rows.append(Row(account.seq, state.clock.now(), fields))
    ring(state, account)
    return str(fields["msgid"])


def ring(state: "State", account: Account) -> None:
    """The doorbell, with a token that lives ten minutes."""
    token = state.ids.secret(64)
    state.kf.tokens[token] = (account.open_kfid, state.clock.now())
    events.kf_rang(state, account.open_kfid, token)


def customer_writes(state: "State", account: Account, customer: Customer, msgtype: str, body: Json) -> str:
    """From now on there are 48 hours and five messages to answer with; an ended session begins anew."""
    talk = session(state, account, customer.external_userid)
    talk.wrote_at, talk.answered = state.clock.now(), 0
    if talk.state == ENDED:
        talk.state = NEW
    return write(state, account, CUSTOMER, msgtype, body, external_userid=customer.external_userid)


def servicer_writes(state: "State", account: Account, userid: str, customer: Customer, words: str) -> str:
    """In the client, not by the API."""
    ids = {"external_userid": customer.external_userid, "servicer_userid": userid}
    session(state, account, customer.external_userid).sent_at = state.clock.now()
    return write(state, account, SERVICER, "text", {"content": words}, **ids)


def enter(state: "State", account: Account, customer: Customer, scene: str) -> Json:
    """The customer opens the chat; a welcome code only for whom nobody welcomed or wrote to in 48 hours."""
    talk = session(state, account, customer.external_userid)
    event: Json = {"event_type": "enter_session", "open_kfid": account.open_kfid}
    event |= {"external_userid": customer.external_userid, "scene": scene, "scene_param": ""}
    past = state.clock.now() - WINDOW
    if not account.welcome and talk.welcomed_at <= past and talk.sent_at <= past:
        event["welcome_code"] = code(state, account, customer.external_userid, CODE_SECONDS, welcome=True)
    write(state, account, SYSTEM, "event", event)
    return event


def code(state: "State", account: Account, external_userid: str, seconds: float, *, welcome: bool = False) -> str:
    """For one message on an event, within so many seconds."""
    value = state.ids.secret()
    until = state.clock.now() + seconds
    state.kf.codes[value] = Code(account.open_kfid, external_userid, until, welcome=welcome)
    return value


def use_code(state: "State", value: str) -> Code:
    """41050 for a code that is unknown, used or too old."""
    found = state.kf.codes.get(value)
    if found is None or found.used or found.until < state.clock.now():
        raise WeComError(41050)
    found.used = True
    return found


def require_may_send(state: "State", account: Account, external_userid: str) -> Session:
    """95013 ended, 95018 a human has it, 95002 too late or never spoken, 95001 five messages were sent."""
    talk = session(state, account, external_userid)
    if talk.state == ENDED:
        raise WeComError(95013)
    if talk.state not in {NEW, ROBOT}:
        raise WeComError(95018)
    if state.clock.now() - talk.wrote_at > WINDOW:
        raise WeComError(95002)
    if talk.answered >= PER_MESSAGE:
        raise WeComError(95001)
    return talk


def deliver(state: "State", account: Account, external_userid: str, msgid: str, content: Json) -> None:
    """To the customer; or it fails afterwards, when that was ordered, and only an event says so."""
    session(state, account, external_userid).sent_at = state.clock.now()
    if state.kf.failing:
        event: Json = {"event_type": "msg_send_fail", "open_kfid": account.open_kfid}
        event |= {"external_userid": external_userid, "fail_msgid": msgid, "fail_type": state.kf.failing.pop(0)}
        write(state, account, SYSTEM, "event", event)
        return
    given = ToCustomer("kf", account.open_kfid, external_userid, content, state.clock.now())
    state.to_customers.append(given)


def require_token(state: "State", account: Account, token: str) -> None:
    """95007 for a token that is stale or another account's; without one a strict limit counts."""
    if not token:
        state.limits.spend("kf/sync_msg without token")
        return
    open_kfid, at = state.kf.tokens.get(token, ("", 0.0))
    if open_kfid != account.open_kfid or state.clock.now() - at > TOKEN_SECONDS:
        raise WeComError(95007)


def rows_after(state: "State", account: Account, seq: int) -> list[Row]:
    """Those that are not three days old."""
    return [row for row in account.rows if row.seq > seq and row.at > state.clock.now() - KEPT]
