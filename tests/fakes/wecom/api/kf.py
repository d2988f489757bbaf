"""kf/sync_msg, kf/send_msg*, kf/service_state/*: the talk of 微信客服."""

import re
from collections.abc import Callable

from tests.fakes.wecom import kf, media
from tests.fakes.wecom.api.call import Args, Call
from tests.fakes.wecom.errors import Json, WeComError
from tests.fakes.wecom.kf import Account, Session

MOST = 1000
MSGID = re.compile(r"[0-9a-zA-Z\-_]{1,32}")
JUMPS = {
    kf.NEW: {kf.ROBOT, kf.POOL, kf.HUMAN, kf.ENDED},
    kf.ROBOT: {kf.POOL, kf.HUMAN, kf.ENDED},
    kf.POOL: {kf.HUMAN, kf.ENDED},
    kf.HUMAN: {kf.POOL, kf.HUMAN, kf.ENDED},
    kf.ENDED: set[int](),
}


def sync(call: Call) -> Json:
    """Rows after the cursor, which each account has of its own; a page may be empty though there is more."""
    account = kf.account(call.state, call.args.text("open_kfid", needed=True))
    cursor = call.args.text("cursor", most=64)
    limit = call.args.number("limit", MOST, least=1, most=MOST)
    call.args.number("voice_format", 0, least=0, most=1)
    kf.require_token(call.state, account, call.args.text("token", most=128))
    seq, paused = _read_cursor(account, cursor)
    rows = kf.rows_after(call.state, account, seq)
    if call.state.short_pages and rows and not paused:
        return {"next_cursor": _cursor(account, seq, paused=True), "has_more": 1, "msg_list": []}
    if call.state.short_pages:
        limit = max(1, limit * 2 // 3)
    page = rows[:limit]
    last = page[-1].seq if page else seq
    more = int(len(rows) > limit)
    return {"next_cursor": _cursor(account, last), "has_more": more, "msg_list": [row.fields for row in page]}


def send(call: Call) -> Json:
    """Accepted is not delivered: a failure may come as an event later."""
    account = kf.account(call.state, call.args.text("open_kfid", needed=True))
    to = _customer(call, "touser")
    msgid, content = _message(call, CHECKS)
    talk = kf.require_may_send(call.state, account, to)
    talk.answered += 1
    kf.deliver(call.state, account, to, msgid, content)
    return {"msgid": msgid}


def send_on_event(call: Call) -> Json:
    """By the code of an event: a welcome, or the last word of a session."""
    msgid, content = _message(call, {name: CHECKS[name] for name in ("text", "msgmenu")})
    code = kf.use_code(call.state, call.args.text("code", needed=True))
    account = kf.account(call.state, code.open_kfid)
    if code.welcome:
        kf.session(call.state, account, code.external_userid).welcomed_at = call.state.clock.now()
    kf.deliver(call.state, account, code.external_userid, msgid, content)
    return {"msgid": msgid}


def get_state(call: Call) -> Json:
    _, talk = _session(call)
    return {"service_state": talk.state, "servicer_userid": talk.servicer}


def change_state(call: Call) -> Json:
    """95016 for a jump that is not allowed; a session that ends gives a code for the last word."""
    account, talk = _session(call)
    wanted = call.args.number("service_state", least=0, most=4)
    if wanted not in JUMPS[talk.state]:
        raise WeComError(95016)
    servicer = call.args.text("servicer_userid", needed=wanted == kf.HUMAN)
    if wanted == kf.HUMAN and servicer not in account.servicers:
        raise WeComError(95004)
    talk.state, talk.servicer = wanted, servicer if wanted == kf.HUMAN else ""
    if wanted in {kf.POOL, kf.HUMAN, kf.ENDED}:
        seconds = kf.CODE_SECONDS if wanted == kf.ENDED else kf.WINDOW
        return {"msg_code": kf.code(call.state, account, _customer(call, "external_userid"), seconds)}
    return {}


def _session(call: Call) -> tuple[Account, Session]:
    account = kf.account(call.state, call.args.text("open_kfid", needed=True))
    return account, kf.session(call.state, account, _customer(call, "external_userid"))


def _customer(call: Call, name: str) -> str:
    wanted = call.args.text(name, needed=True)
    if wanted not in call.state.customers:
        raise WeComError(40096)
    return wanted


def _message(call: Call, checks: dict[str, Callable[[Call, Args], None]]) -> tuple[str, Json]:
    """The msgid, the caller's own where there is one, and the content."""
    msgtype = call.args.text("msgtype", needed=True)
    if msgtype not in checks:
        raise WeComError(40008, msgtype)
    body = call.args.inner(msgtype, needed=True)
    checks[msgtype](call, body)
    msgid = call.args.text("msgid")
    if msgid and not MSGID.fullmatch(msgid):
        raise WeComError(40058, "msgid")
    return msgid or call.state.ids.secret(32), {"msgtype": msgtype, msgtype: body.values}


def _text(_: Call, body: Args) -> None:
    body.text("content", needed=True, most=2048)


def _file(kind: str) -> Callable[[Call, Args], None]:
    def check(call: Call, body: Args) -> None:
        media.find(call.state, body.text("media_id", needed=True), kind)

    return check


def _link(call: Call, body: Args) -> None:
    body.text("title", needed=True, most=128)
    body.text("desc", most=512)
    body.text("url", needed=True, most=2048)
    media.find(call.state, body.text("thumb_media_id", needed=True), "image")


def _miniprogram(call: Call, body: Args) -> None:
    body.text("appid", needed=True)
    body.text("title", most=64)
    body.text("pagepath", needed=True)
    media.find(call.state, body.text("thumb_media_id", needed=True), "image")


def _menu(_: Call, body: Args) -> None:
    body.text("head_content", most=1024)
    body.text("tail_content", most=1024)
    for item in body.objects("list", most=10):
        kind = item.text("type", needed=True)
        if kind not in {"click", "view", "miniprogram", "text"}:
            raise WeComError(40058, "list.type")
        item.inner(kind, needed=True)


def _location(_: Call, body: Args) -> None:
    for name in ("latitude", "longitude"):
        if not isinstance(body.values.get(name), int | float):
            raise WeComError(40058, name)


def _acquisition(_: Call, body: Args) -> None:
    body.text("link_url", needed=True)


CHECKS: dict[str, Callable[[Call, Args], None]] = {
    "text": _text,
    "image": _file("image"),
    "voice": _file("voice"),
    "video": _file("video"),
    "file": _file("file"),
    "link": _link,
    "miniprogram": _miniprogram,
    "msgmenu": _menu,
    "location": _location,
    "ca_link": _acquisition,
}


def _cursor(account: Account, seq: int, *, paused: bool = False) -> str:
    return f"{account.open_kfid}.{seq}{'.p' if paused else ''}"


def _read_cursor(account: Account, cursor: str) -> tuple[int, bool]:
    """Where to go on, and whether this page was empty before; 40058 for another account's."""
    if not cursor:
        return 0, False
    found = re.fullmatch(rf"{re.escape(account.open_kfid)}\.(\d+)(\.p)?", cursor)
    if not found:
        raise WeComError(40058, "cursor")
    return int(found[1]), bool(found[2])
