"""Rows of the archive: as the library hands them out, and as they read when they are opened.

See the page "获取会话内容" for both forms.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adapters.wecom.archive.ring import Lock
from crm_core.archiving import Sealed
from crm_core.chat import Document, Envelope

KIND = "archive"

_CONTROLS = re.compile(r"[\x00-\x1f]")
_LARGEST_NUMBER = 2**63 - 1


class Unreadable(Exception):
    """A row or page that makes no sense; `problem` in a word, without anything of what was said."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class Page:
    """`errcode` other than 0: WeCom refused. `last`: the greatest number seen, 0 for none."""

    errcode: int
    rows: tuple[Sealed, ...]
    last: int


@dataclass(frozen=True)
class Locked:
    """A row whose parts are there: what its key is locked with, and its message as it came."""

    lock: Lock
    message: bytes


def page_of(text: bytes) -> Page:
    """What one call handed out. Raises `Unreadable`; a row that makes no sense is a row all the same."""
    try:
        page = json.loads(text, strict=False)
        errcode, listed = int(page.get("errcode", 0)), page.get("chatdata") or ()
    except (ValueError, AttributeError, TypeError, RecursionError):
        raise Unreadable("page_malformed") from None
    numbered = [(_number(row), row) for row in listed] if isinstance(listed, list) else []
    rows = tuple(Sealed(number, json.dumps(row)) for number, row in numbered if number is not None)
    return Page(errcode, rows, max((row.number for row in rows), default=0))


def locked_of(row: Sealed) -> Locked:
    """The parts of a row. Raises `Unreadable`."""
    found = json.loads(row.body)
    try:
        version, key, message = found["publickey_ver"], found["encrypt_random_key"], found["encrypt_chat_msg"]
        lock = Lock(int(version), str(key))
        encoded = str(message).encode("ascii")
    except (KeyError, TypeError, ValueError):
        raise Unreadable("row_malformed") from None
    if not encoded or b"\0" in encoded:
        raise Unreadable("row_malformed")
    return Locked(lock, encoded)


def opened_text(text: bytes) -> Document:
    """What an opened row says. It may hold raw control characters. Raises `Unreadable`."""
    decoded = text.decode("utf-8", "replace")
    for form in (decoded, _CONTROLS.sub("", decoded)):
        try:
            said = json.loads(form, strict=False)
        except (ValueError, RecursionError):
            continue
        if isinstance(said, dict):
            return said
    raise Unreadable("row_not_json")


def envelope_of(number: int, said: Document, received_at: datetime) -> Envelope:
    """An opened row, for the ledger. The same message in two rows is one event."""
    body = json.dumps({"kind": KIND, "seq": number, "row": said}, ensure_ascii=False, separators=(",", ":"))
    return Envelope("wecom", event_id_of(said), body.encode("utf-8", "replace").decode(), received_at)


def event_id_of(said: Document) -> str:
    """The msgid; of a row without one, a hash of all it says."""
    msgid = said.get("msgid")
    if isinstance(msgid, str) and msgid:
        return f"{KIND}:{msgid}"
    text = json.dumps(said, sort_keys=True)
    return f"{KIND}:{hashlib.sha256(text.encode()).hexdigest()[:40]}"


def moment_of(value: Any) -> datetime | None:
    """Milliseconds since 1970, also as text; None for nonsense."""
    try:
        return datetime.fromtimestamp(int(value) / 1000, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def newest_of(said: Sequence[Document]) -> datetime | None:
    """When the newest of these was said."""
    moments = [at for at in (moment_of(one.get("msgtime") or one.get("time")) for one in said) if at is not None]
    return max(moments, default=None)


def _number(row: Any) -> int | None:
    try:
        number = int(row["seq"])
    except (KeyError, TypeError, ValueError):
        return None
    return number if 0 <= number <= _LARGEST_NUMBER else None
