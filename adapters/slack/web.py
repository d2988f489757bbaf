"""Calls to Slack's Web API: paced, bounded in time, tried again only where that cannot do a thing twice.

slack_sdk makes the request; its own retries, its proxies from the environment and its log of bodies are switched off.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from typing import Any, Protocol

import aiohttp
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import transfers
from adapters.slack.attempts import Call, refused_response
from adapters.slack.errors import Remedy, SlackError
from adapters.slack.pacing import Clock, Gates, Sleep, TooSoon
from adapters.slack.told import object_of, word
from adapters.slack.transfers import Transferred
from crm_core.chat import Document, Urgency

#: Seconds until a call is taken to be without an answer.
TIMEOUT = 10.0
#: After Slack said that an installation is gone, it is asked again so much later.
ASK_AGAIN = timedelta(seconds=60)

_CONNECT = 5.0
_CONNECTIONS = 50
_MOST_OF_A_REFUSAL = 4_000

#: What can go wrong between here and Slack, in slack_sdk and in aiohttp, besides an answer that says no.
_BROKEN = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError, ValueError, AttributeError, TypeError)

_sdk_log = logging.getLogger(f"{__name__}.sdk")
_sdk_log.setLevel(logging.INFO)


class Access(Protocol):
    """An installation, as far as a call needs it."""

    @property
    def team_id(self) -> str: ...

    @property
    def bot_token(self) -> str: ...


class Accesses(Protocol):
    """The installations, as far as calls need them."""

    async def of(self, team_id: str) -> Access | None:
        """The installation in this workspace."""

    @property
    def home(self) -> Access | None:
        """The only or first installation."""


class Web:
    """One HTTP session for everything that is asked of Slack. `close` ends it.

    `renew`: gets a new token for a workspace whose token expired, and says whether it could. `gone`: told the workspace
    and the error when Slack no longer takes the bot's token.
    """

    def __init__(
        self,
        api_url: str,
        installations: Accesses,
        clock: Clock,
        *,
        pacing: Gates | None = None,
        sleep: Sleep = asyncio.sleep,
        renew: Callable[[str], Awaitable[bool]] | None = None,
        gone: Callable[[str, str], None] = lambda _team, _error: None,
    ) -> None:
        self._api_url = api_url
        self._installations = installations
        self._clock = clock
        self._sleep = sleep
        self._pacing = pacing or Gates(clock, sleep)
        self._renew = renew
        self._session: aiohttp.ClientSession | None = None
        self._client: AsyncWebClient | None = None
        self._gone = _Gone(clock)
        self._tell_gone = gone

    async def call(
        self,
        method: str,
        *,
        team: str = "",
        seconds: float = TIMEOUT,
        patience: float | None = None,
        urgency: Urgency = Urgency.DUE,
        token: SecretStr | None = None,
        **arguments: Any,
    ) -> Document:
        """What Slack answers to this method; arguments that are None are left out.

        `team`: whose installation speaks ("": the only one); `token`: another token than the installation's. `seconds`:
        for one request. `patience`: seconds to wait until the limits allow the call (None: however long); when
        that is not enough, `SlackError("ratelimited")` says how long it would be. Raises `SlackError`.
        """
        deadline = None if patience is None else self._clock() + timedelta(seconds=patience)
        if token is None:
            team = (await self._installation(method, team)).team_id
        call = Call(method, team, seconds, urgency, token, self._clock, deadline)
        asked = {name: value for name, value in arguments.items() if value is not None}
        try:
            async with AsyncExitStack() as line:
                if method == "chat.postMessage":
                    turn = self._pacing.line(call.team, str(asked.get("channel", "")))
                    await line.enter_async_context(turn.passing(urgency, call.patience()))
                return await self._persist(call, asked)
        except TooSoon as error:
            wait = error.retry_after
        raise SlackError("ratelimited", method=method, status=429, retry_after=wait)

    async def pages(self, method: str, **arguments: Any) -> AsyncIterator[Document]:
        """What Slack answers to a method that lists, page by page; called like `call`."""
        cursor: str | None = None
        while True:
            page = await self.call(method, cursor=cursor, **arguments)
            yield page
            cursor = next_of(page)
            if not cursor:
                return

    async def respond(self, url: str, body: Mapping[str, Any], *, seconds: float = TIMEOUT) -> None:
        """Post to a response_url. Raises `SlackError`: `used_url`, `expired_url` … when it takes nothing more."""
        failure = await self._post(url, body, seconds)
        if failure is not None:
            raise failure

    async def put(self, url: str, content: bytes) -> None:
        """Bytes to an address that Slack gave for them; they are seen by nobody. Raises `SlackError`."""
        session, _ = self._opened()
        failure = await transfers.put(session, self._api_url, url, content)
        if failure is not None:
            raise failure

    async def get(self, url: str, *, team: str = "", most: int) -> Transferred:
        """A file of at most so many bytes at an address of Slack's. Raises `SlackError`: `too_large` …"""
        session, _ = self._opened()
        access = SecretStr((await self._installation("files", team)).bot_token)
        got = await transfers.get(session, self._api_url, url, headers=_bearer(access), most=most)
        if isinstance(got, SlackError):
            raise got
        return got

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _persist(self, call: Call, asked: Mapping[str, Any]) -> Document:
        """Call until there is an answer, as long as trying again is harmless."""
        tries, renewed = 0, False
        while True:
            try:
                return await self._paced(call, asked)
            except SlackError as error:
                failure = error
            if failure.remedy is Remedy.REFRESH and not renewed and self._renew is not None:
                renewed = await self._renew(call.team)
                if renewed:
                    continue
            tries += 1
            pause = call.pause(failure, tries)
            if pause is None:
                break
            await self._sleep(pause)
        raise failure

    async def _paced(self, call: Call, asked: Mapping[str, Any]) -> Document:
        gate = self._pacing.gate(call.method, call.team)
        async with gate.passing(call.urgency, call.patience()):
            access = await self._access(call)
            try:
                answer = await self._ask(call, access, asked)
            except SlackError as error:
                failure = error
            else:
                if call.token is None:
                    self._gone.forget(call.team)
                return answer
        if failure.retry_after is not None:
            gate.shut(failure.retry_after)
        if failure.remedy is Remedy.RECONNECT and call.token is None:
            self._gone.say(call.team, access, failure.error)
            self._tell_gone(call.team, failure.error)
        raise failure

    async def _access(self, call: Call) -> SecretStr:
        """The token to call with. Raises `SlackError` when there is none, or Slack said lately that it is no good."""
        if call.token is not None:
            return call.token
        access = SecretStr((await self._installation(call.method, call.team)).bot_token)
        if (error := self._gone.said(call.team, access)) and call.method != "auth.test":
            raise SlackError(error, method=call.method)
        return access

    async def _installation(self, method: str, team: str) -> Access:
        found = await self._installations.of(team) if team else self._installations.home
        if found is None:
            raise SlackError("not_authed", method=method)
        return found

    async def _ask(self, call: Call, access: SecretStr, asked: Mapping[str, Any]) -> Document:
        """One request. What fails is told apart here, and raised without what it was made of."""
        _, client = self._opened()
        try:
            async with asyncio.timeout(call.timeout):
                answer = await client.api_call(call.method, headers=_bearer(access), **call.body(asked))
                data = answer.data
        except SlackApiError as error:
            failure = call.refusal(error.response)
        except aiohttp.ClientConnectorError:
            failure = SlackError("unreachable", method=call.method, status=0)
        except _BROKEN:
            failure = call.silence()
        else:
            if isinstance(data, dict):
                return data
            failure = call.silence()
        raise failure

    async def _post(self, url: str, body: Mapping[str, Any], seconds: float) -> SlackError | None:
        session, _ = self._opened()
        try:
            async with (
                asyncio.timeout(seconds),
                session.post(url, json=dict(body), allow_redirects=False) as answer,
            ):
                said = (await answer.content.read(_MOST_OF_A_REFUSAL)).decode(errors="replace")
                return refused_response(answer.status, said, answer.headers.get("Retry-After"))
        except aiohttp.ClientConnectorError:
            return SlackError("unreachable", method="response_url", status=0)
        except _BROKEN:
            return SlackError("no_answer", method="response_url", status=0, unknown=True)

    def _opened(self) -> tuple[aiohttp.ClientSession, AsyncWebClient]:
        if self._session is None or self._client is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=None, connect=_CONNECT),
                connector=aiohttp.TCPConnector(limit=_CONNECTIONS),
                trust_env=False,
                cookie_jar=aiohttp.DummyCookieJar(),
            )
            self._client = AsyncWebClient(
                base_url=self._api_url, session=self._session, retry_handlers=[], logger=_sdk_log
            )
            self._client.proxy = None
        return self._session, self._client


class _Gone:
    """Workspaces where Slack said that the token is no good, so that it is not asked over and over."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._refused: dict[str, tuple[SecretStr, str, datetime]] = {}

    def say(self, team: str, access: SecretStr, error: str) -> None:
        self._refused[team] = (access, error, self._clock() + ASK_AGAIN)

    def forget(self, team: str) -> None:
        self._refused.pop(team, None)

    def said(self, team: str, access: SecretStr) -> str:
        """The error Slack gave to this very token a moment ago, or ""."""
        if team not in self._refused:
            return ""
        refused, error, until = self._refused[team]
        return error if refused == access and self._clock() < until else ""


def _bearer(access: SecretStr) -> dict[str, str]:
    return {"Authorization": f"Bearer {access.get_secret_value()}"}


def next_of(page: Document) -> str:
    """Where the next page begins, "" for the last."""
    return word(object_of(page.get("response_metadata")), "next_cursor")
