"""Frames of a robot's connection ("智能机器人长连接"): `{cmd, headers: {req_id}, body}`; an acknowledgement has no
cmd."""

import json
from dataclasses import dataclass, field

from crm_core.chat import Document

MESSAGE = "aibot_msg_callback"
EVENT = "aibot_event_callback"
SUBSCRIBE = "aibot_subscribe"
PING = "ping"
RESPOND = "aibot_respond_msg"
WELCOME = "aibot_respond_welcome_msg"
UPDATE = "aibot_respond_update_msg"
SEND = "aibot_send_msg"

#: The answer to a question that WeCom does not know, or not any more.
INVALID_REQ_ID = 846605
TOO_LATE = 846608


@dataclass(frozen=True)
class Frame:
    """`cmd` "": the acknowledgement of what went out under `req_id`, with `errcode`."""

    cmd: str
    req_id: str
    body: Document = field(repr=False)
    errcode: int = 0

    @property
    def event(self) -> str:
        """The eventtype of an event, "" for none."""
        event = self.body.get("event")
        return str(event.get("eventtype", "")) if self.cmd == EVENT and isinstance(event, dict) else ""


def read(data: str | bytes) -> Frame | None:
    """What came; None when it is no frame."""
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        return None
    headers = said.get("headers") if isinstance(said, dict) else None
    req_id = headers.get("req_id") if isinstance(headers, dict) else None
    if not isinstance(req_id, str):
        return None
    cmd, body, errcode = said.get("cmd", ""), said.get("body"), str(said.get("errcode", 0))
    whole = body if isinstance(body, dict) else {}
    return Frame(cmd if isinstance(cmd, str) else "", req_id, whole, int(errcode) if _is_number(errcode) else -1)


def write(cmd: str, req_id: str, body: Document) -> str:
    """Halves of characters are left out."""
    text = json.dumps({"cmd": cmd, "headers": {"req_id": req_id}, "body": body}, ensure_ascii=False)
    return text.encode("utf-8", "replace").decode()


def _is_number(text: str) -> bool:
    return text.removeprefix("-").isascii() and text.removeprefix("-").isdigit()
