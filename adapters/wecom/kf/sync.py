"""What customers write to the accounts of 微信客服, fetched when the doorbell rings (page "接收消息和事件").

A page is kept together with the cursor after it; each account has its own. A page may be empty though there is more.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, Protocol

from adapters.wecom.errors import WeComError
from adapters.wecom.events import Event
from adapters.wecom.transport import Transport
from crm_core.chat import Cursor, Document, Envelope
from crm_core.desk import Memory

log = logging.getLogger(__name__)

KIND = "kf"
EVENT = "kf_msg_or_event"

CURSORS = "kf_cursor"
_PATH = "kf/sync_msg"
#: Without the token of a doorbell far less is allowed; when that is used up, doorbells are answered all the same.
_UNASKED = "kf/sync_msg without a token"
_PAGE = 1000
#: Pages of one account that move nothing, in a row, before it is left until the doorbell rings again.
_MOST_STANDSTILLS = 5
_STALE_TOKEN = 95007
#: Codes in events that let somebody send once: they are not stored.
_SECRETS = frozenset({"welcome_code", "msg_code", "token"})

AcceptAll = Callable[[Sequence[Envelope], Cursor | None], Awaitable[Sequence[bool]]]


class Failures(Protocol):
    """Who is told when what was sent did not arrive."""

    async def told(self, message_id: str, reason: str) -> None:
        """It may be told twice."""


class Sync:
    """`transport`: made with the secret of 微信客服."""

    def __init__(
        self,
        transport: Transport,
        accept_all: AcceptAll,
        memory: Memory,
        failures: Failures,
        clock: Callable[[], datetime],
    ) -> None:
        self._transport = transport
        self._accept_all = accept_all
        self._memory = memory
        self._failures = failures
        self._clock = clock
        self._turns: dict[str, asyncio.Lock] = {}
        self._read_at: dict[str, float] = {}

    async def attend(self, event: Event) -> None:
        """The doorbell of an account rang; its token opens for ten minutes. Raises `WeComError`, `NotKept`."""
        account = event.fields.get("OpenKfId")
        if isinstance(account, str) and account:
            await self.read(account, event.secrets.get("Token", ""))

    async def read(self, account: str, token: str = "") -> None:
        """Have everything new of an account kept. Without a token it may seldom be asked."""
        async with self._turns.setdefault(account, asyncio.Lock()):
            began = asyncio.get_running_loop().time()
            await self._read(account, token)
            self._read_at[account] = began

    def was_read(self, account: str, within: float) -> bool:
        """Whether everything was read here, so many seconds ago at most."""
        read_at = self._read_at.get(account)
        return read_at is not None and asyncio.get_running_loop().time() - read_at < within

    async def _read(self, account: str, token: str) -> None:
        cursor = await self._cursor(account)
        standstills = 0
        while standstills < _MOST_STANDSTILLS:
            page, token = await self._page(account, cursor, token)
            following = str(page.get("next_cursor") or cursor)
            rows = [row for row in _list(page.get("msg_list")) if isinstance(row, dict)]
            await self._keep(account, rows, following)
            if not page.get("has_more"):
                return
            standstills = standstills + 1 if following == cursor else 0
            cursor = following
        log.warning("WeCom: an account of kf says that there is more and gives nothing")

    async def _page(self, account: str, cursor: str, token: str) -> tuple[Document, str]:
        """A page, and the token to go on with: none when it was too old."""
        asked: Document = {"open_kfid": account, "cursor": cursor, "limit": _PAGE, "voice_format": 0}
        if token:
            try:
                return await self._transport.post(_PATH, {**asked, "token": token}, background=True), token
            except WeComError as error:
                if error.errcode != _STALE_TOKEN:
                    raise
        return await self._transport.post(_PATH, asked, background=True, window=_UNASKED), ""

    async def _keep(self, account: str, rows: Sequence[Document], cursor: str) -> None:
        """What failed is told first: after a crash in between the page comes once more."""
        for row in rows:
            event = row.get("event")
            if isinstance(event, dict) and event.get("event_type") == "msg_send_fail":
                await self._failures.told(str(event.get("fail_msgid", "")), f"fail_type {event.get('fail_type')}")
        now = self._clock()
        envelopes = [envelope_of(row, account, now) for row in rows]
        await self._accept_all(envelopes, Cursor("wecom", CURSORS, account, {"cursor": cursor}))

    async def _cursor(self, account: str) -> str:
        known = await self._memory.get(CURSORS, account)
        return "" if known is None else str(known["cursor"])


def envelope_of(row: Document, account: str, now: datetime) -> Envelope:
    """An entry, for the ledger, without what lets somebody send."""
    body = json.dumps({"kind": KIND, "account": account, "row": _without_secrets(row)}, ensure_ascii=False)
    encoded, msgid = body.encode("utf-8", "replace"), row.get("msgid")
    key = msgid if isinstance(msgid, str) and msgid else hashlib.sha256(encoded).hexdigest()[:40]
    return Envelope("wecom", f"{KIND}:{key}", encoded.decode(), now)


def _without_secrets(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_secrets(inner) for name, inner in value.items() if name not in _SECRETS}
    return value


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
