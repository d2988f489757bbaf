"""What a callback says that is no message: something changed, or something waits to be fetched."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from adapters.wecom.markup import text_of
from crm_core.chat import Document

#: What is never stored: it opens something, for seconds or hours.
SECRETS = frozenset({"Token", "ResponseCode", "WelcomeCode", "SuiteTicket", "AuthCode"})
#: A second one with the same fields in the same second is another one: something waits to be fetched again.
DOORBELLS = frozenset({"kf_msg_or_event", "msgaudit_notify", "edit_external_contact", "update", "update_user"})

#: A MsgId has 64 bits; what is much longer is none.
_LONGEST = 64
#: Two clicks on one button within a second are one, and each has a code of its own.
_UNLIKE = frozenset({"ResponseCode", "WelcomeCode"})


@dataclass(frozen=True)
class Event:
    """`name`: its `Event`, such as "change_external_contact"; `change`: its `ChangeType`, "" for none.

    `fields`: everything it says as WeCom names it, without secrets. `secrets`: those, as long as the program lives that
    got them. It may be told more than once.
    """

    key: str
    name: str
    change: str
    fields: Document
    received_at: datetime
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


def event_of(fields: Document, now: datetime) -> Event:
    """The event in the elements of a callback."""
    secrets = {name: text_of(fields, name) for name in SECRETS if text_of(fields, name)}
    name, change = text_of(fields, "Event"), text_of(fields, "ChangeType")
    return Event(key_of(fields), name, change, without_secrets(fields), now, secrets)


def key_of(fields: Document) -> str:
    """What a callback is known by when WeCom sends it again: its MsgId; an event has none and goes by all it says."""
    number = text_of(fields, "MsgId")
    if 0 < len(number) <= _LONGEST and text_of(fields, "MsgType") != "event":
        return f"msg:{number}"
    said = {name: value for name, value in fields.items() if name not in _UNLIKE}
    return f"event:{hashlib.sha256(to_json(said).encode()).hexdigest()[:40]}"


def without_secrets(fields: Document) -> Document:
    return {name: value for name, value in fields.items() if name not in SECRETS}


def to_json(document: Document) -> str:
    """Halves of characters, which no database keeps, are left out."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.encode("utf-8", "replace").decode()
