"""The access token of one secret: fetched once for its whole validity, by one of all nodes, known to all.

It is kept in the database, locked with a key that only who has the secret can make; so nothing more has to be
configured, and nothing that opens a door stands there in clear.
"""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr

from adapters.wecom.errors import TOKEN_PATH, Remedy, WeComError
from crm_core.chat import Document
from crm_core.desk import Memory

Clock = Callable[[], datetime]
Sleep = Callable[[float], Awaitable[None]]

#: A token is not used in the last part of its validity; a part of 7,200 seconds is five minutes.
_LAST_PART = 24
#: How long the one who fetches has, before another one tries.
_FETCHING = timedelta(seconds=20)
_LOOK_AGAIN = 0.1
_MOST_LOOKS = 250
#: A secret that is refused is not tried again at once: WeCom bars who tries too often, for an hour.
_REFUSED = timedelta(minutes=1)
_LONGEST_REFUSED = timedelta(hours=1)

_KIND = "token"


@dataclass(frozen=True)
class Token:
    """`validity`: seconds from now."""

    value: SecretStr
    validity: float


Fetch = Callable[[], Awaitable[Token]]


@dataclass(frozen=True)
class _Held:
    value: SecretStr
    until: datetime


class Tokens:
    """`fetch` asks WeCom, once; it raises `WeComError`."""

    def __init__(
        self, corp_id: str, secret: SecretStr, fetch: Fetch, *, memory: Memory, clock: Clock, sleep: Sleep
    ) -> None:
        self._fetch = fetch
        self._memory = memory
        self._clock = clock
        self._sleep = sleep
        self._name = _derived(corp_id, secret, b"name").hex()[:32]
        self._lock = Fernet(base64.urlsafe_b64encode(_derived(corp_id, secret, b"lock")))
        self._held: _Held | None = None
        self._turn = asyncio.Lock()
        self._refused = _Refused(clock)

    async def current(self, stale: SecretStr | None = None) -> SecretStr:
        """The token to call with, another one than `stale`. Raises `WeComError`."""
        held = self._usable(self._held, stale)
        if held is not None:
            return held
        async with self._turn:
            return self._usable(self._held, stale) or await self._get(stale)

    def _usable(self, held: _Held | None, stale: SecretStr | None) -> SecretStr | None:
        good = held is not None and held.value != stale and self._clock() < held.until
        return held.value if held is not None and good else None

    async def _get(self, stale: SecretStr | None) -> SecretStr:
        """What the database has, or, if this is the one to do it, a new one."""
        for _ in range(_MOST_LOOKS):
            document = await self._memory.get(_KIND, self._name)
            self._held = self._opened(document)
            if found := self._usable(self._held, stale):
                return found
            if not self._is_being_fetched(document) and await self._claim(document):
                return await self._fetch_for_all()
            await self._sleep(_LOOK_AGAIN)
        raise WeComError(path=TOKEN_PATH, reason="no_answer", what_to_do=Remedy.RETRY)

    async def _claim(self, document: Document | None) -> bool:
        self._refused.require_nothing()
        until = (self._clock() + _FETCHING).isoformat()
        return await self._memory.replace(_KIND, self._name, document, {"fetching_until": until})

    async def _fetch_for_all(self) -> SecretStr:
        try:
            token = await self._fetch()
        except WeComError as error:
            failure = error
        else:
            return await self._keep(token)
        await self._memory.put(_KIND, self._name, {})
        self._refused.say(failure)
        raise failure

    async def _keep(self, token: Token) -> SecretStr:
        until = self._clock() + timedelta(seconds=token.validity * (1 - 1 / _LAST_PART))
        locked = self._lock.encrypt(token.value.get_secret_value().encode()).decode()
        await self._memory.put(_KIND, self._name, {"locked": locked, "until": until.isoformat()})
        self._held = _Held(token.value, until)
        self._refused.forget()
        return token.value

    def _opened(self, document: Document | None) -> _Held | None:
        if document is None or "locked" not in document:
            return None
        try:
            value = self._lock.decrypt(str(document["locked"]).encode()).decode()
            return _Held(SecretStr(value), datetime.fromisoformat(str(document["until"])))
        except (InvalidToken, ValueError, KeyError):
            return None

    def _is_being_fetched(self, document: Document | None) -> bool:
        until = (document or {}).get("fetching_until")
        return until is not None and self._clock() < datetime.fromisoformat(str(until))


class _Refused:
    """Whether WeCom said lately that the secret is no good; each time it is left alone twice as long."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failure: WeComError | None = None
        self._pause = _REFUSED
        self._until: datetime | None = None

    def require_nothing(self) -> None:
        """Raises what was said, while it is too early to ask again."""
        if self._failure is None or self._until is None:
            return
        left = (self._until - self._clock()).total_seconds()
        if left > 0:
            said = self._failure
            raise WeComError(
                said.errcode, path=said.path, reason=said.reason, what_to_do=said.what_to_do, retry_after=left
            )

    def say(self, failure: WeComError) -> None:
        if failure.what_to_do in {Remedy.CONFIGURE, Remedy.WAIT}:
            self._failure, self._until = failure, self._clock() + self._pause
            self._pause = min(self._pause * 2, _LONGEST_REFUSED)

    def forget(self) -> None:
        self._failure, self._until, self._pause = None, None, _REFUSED


def _derived(corp_id: str, secret: SecretStr, purpose: bytes) -> bytes:
    """32 bytes that only who has the secret can make, others for each company and purpose."""
    key = HKDF(SHA256(), 32, salt=corp_id.encode(), info=b"crmbot wecom token " + purpose)
    return key.derive(secret.get_secret_value().encode())
