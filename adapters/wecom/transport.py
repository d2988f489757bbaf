"""Calls to WeCom's API with one secret: its token, its threads, and what to do when a call fails.

A token that is too old is renewed once and the call made once more; what is busy is tried again a few times, at odd
moments; after "too many calls" nothing of that kind is asked until the window is over. Whatever fails is raised as
`WeComError` with nothing of the request in it or behind it.
"""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from random import SystemRandom
from typing import Any

from pydantic import SecretStr

from adapters.wecom.errors import TOKEN_PATH, Remedy, WeComError
from adapters.wecom.tokens import Clock, Sleep, Token, Tokens
from adapters.wecom.windows import Windows
from adapters.wecom.wire import THREADS, WHOLE, Asked, Client, File, silence
from crm_core.chat import Document
from crm_core.desk import Memory

#: Bytes of a file that is sent or fetched: what WeCom takes and gives in one piece.
LARGEST_FILE = 20_971_520

#: How often what failed is tried again, and the seconds before: doubled each time, and up to as much again by chance.
_MOST_RETRIES = 3
_FIRST_PAUSE = 0.3
_FIRST_PAUSE_BEHIND = 2.0
_UPLOAD = 90.0
_OVERTIME = 15.0
#: How the last part of a path begins when the call changes nothing.
_READS = ("get", "list", "sync", "check", "transfer_result", "resigned/transfer_result")
_VALIDITY = 7200.0

_chance = SystemRandom()


class Transport:
    """One for each secret. `api_url` ends with a slash; `sleep` and `chance` (0 to 1) are for tests. `heard`: told how
    every call ended, None for well.

    `background` of a call: nobody waits for it, so it is tried again less hastily.
    """

    def __init__(
        self,
        api_url: str,
        corp_id: str,
        secret: SecretStr,
        *,
        memory: Memory,
        clock: Clock,
        sleep: Sleep = asyncio.sleep,
        chance: Callable[[], float] = _chance.random,
        heard: Callable[[WeComError | None], None] = lambda _: None,
    ) -> None:
        silence()
        self._corp_id = corp_id
        self._secret = secret
        self._client = Client(api_url)
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="wecom")
        self._windows = Windows(clock)
        self._sleep = sleep
        self._chance = chance
        self._heard = heard
        self._tokens = Tokens(corp_id, secret, self._fetch_token, memory=memory, clock=clock, sleep=sleep)

    async def get(self, path: str, *, background: bool = False, **params: str | int) -> Document:
        """What is answered to a GET. Raises `WeComError`."""
        asked = Asked("get", path, _parameters(params))
        return _object(await self._call(asked, repeatable=True, background=background))

    async def post(
        self,
        path: str,
        body: Document,
        *,
        background: bool = False,
        repeatable: bool | None = None,
        window: str = "",
        **params: str | int,
    ) -> Document:
        """What is answered to a POST. Raises `WeComError`.

        `repeatable`: it may happen twice, so it is asked again when no answer came; by itself that is what only reads.
        `window`: "too many calls" of this kind says nothing of other calls of the path.
        """
        asked = Asked("post", path, _parameters(params), body)
        again = _only_reads(path) if repeatable is None else repeatable
        return _object(await self._call(asked, repeatable=again, background=background, window=window))

    async def upload(self, kind: str, name: str, content: bytes, mime: str) -> str:
        """The media id of a file, which lives three days. `kind`: image, voice, video or file. Raises `WeComError`."""
        asked = Asked(
            "post", "media/upload", (("type", kind),), files={"media": (name, content, mime)}, seconds=_UPLOAD
        )
        answer = _object(await self._call(asked, repeatable=True, background=True))
        return str(answer.get("media_id", ""))

    async def download(self, media_id: str, *, most: int = LARGEST_FILE) -> File:
        """A file of at most so many bytes. Raises `WeComError`; what is larger is `too_long`."""
        asked = Asked("get", "media/get", (("media_id", media_id),), most=most, seconds=_UPLOAD, raw=True)
        answer = await self._call(asked, repeatable=True, background=True)
        assert isinstance(answer, File)  # noqa: S101
        return answer

    async def check(self) -> None:
        """Whether the secret is good. Raises `WeComError`."""
        await self._tokens.current()

    async def close(self) -> None:
        """Let the threads end; what still runs is waited for as long as it may take."""
        await asyncio.to_thread(self._pool.shutdown, cancel_futures=True)
        self._client.close()

    async def _call(self, asked: Asked, *, repeatable: bool, background: bool, window: str = "") -> Document | File:
        retries, stale, window = 0, None, window or asked.path
        while True:
            self._windows.require_open(window)
            token, answer = await self._try(asked, stale)
            if not isinstance(answer, WeComError):
                self._windows.open(window)
                self._heard(None)
                return answer
            if repeatable:
                answer.unknown = False
            if answer.what_to_do is Remedy.WAIT and token is not None:
                answer.retry_after = self._windows.shut(window)
            if answer.what_to_do is Remedy.REFRESH and stale is None:
                stale = token
            elif retries < _MOST_RETRIES and _may_be_repeated(answer):
                await self._sleep(self._pause(retries, background=background))
                retries += 1
            else:
                self._heard(answer)
                raise answer

    def _pause(self, retries: int, *, background: bool) -> float:
        first = _FIRST_PAUSE_BEHIND if background else _FIRST_PAUSE
        return float(first * 2**retries * (1 + self._chance()))

    async def _try(
        self, asked: Asked, stale: SecretStr | None
    ) -> tuple[SecretStr | None, Document | File | WeComError]:
        """One request with the token it was made with, or why there is none."""
        try:
            token = await self._tokens.current(stale)
        except WeComError as error:
            return None, error
        parameters = (("access_token", token.get_secret_value()), *asked.parameters)
        return token, await self._run(replace(asked, parameters=parameters))

    async def _run(self, asked: Asked) -> Document | File | WeComError:
        """In a thread; one that does not come back is not waited for."""
        work = asyncio.get_running_loop().run_in_executor(self._pool, self._client.ask, asked)
        done, _ = await asyncio.wait({work}, timeout=asked.seconds + _OVERTIME)
        if done:
            return work.result()
        work.cancel()
        return WeComError(path=asked.path, reason="no_answer", unknown=True)

    async def _fetch_token(self) -> Token:
        parameters = (("corpid", self._corp_id), ("corpsecret", self._secret.get_secret_value()))
        answer = await self._run(Asked("get", TOKEN_PATH, parameters, seconds=WHOLE / 2))
        if isinstance(answer, WeComError):
            answer.unknown = False
            raise answer
        value, validity = _object(answer).get("access_token"), _object(answer).get("expires_in", _VALIDITY)
        if not isinstance(value, str) or not value:
            raise WeComError(path=TOKEN_PATH, reason="unreadable")
        return Token(SecretStr(value), float(validity) if str(validity).isdecimal() else _VALIDITY)


def _may_be_repeated(failure: WeComError) -> bool:
    """A refusal because it is busy did nothing; silence is taken for that where doing it twice does no harm."""
    return failure.what_to_do is Remedy.RETRY or (failure.what_to_do is Remedy.RECONCILE and not failure.unknown)


def _parameters(params: Mapping[str, str | int]) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(value)) for name, value in params.items())


def _only_reads(path: str) -> bool:
    return path.rpartition("/")[2].startswith(_READS)


def _object(answer: Any) -> Document:
    assert isinstance(answer, dict)  # noqa: S101
    return answer
