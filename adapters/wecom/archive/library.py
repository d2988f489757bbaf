"""Calls to the library of the platform, which runs in a process of its own and is started anew whenever it dies.

A call that takes too long, or in which the process ends, raises `LibraryDied`; before the next the process is started
again, after a pause that grows while nothing succeeds. The secret is written to the process and stands in no argument,
no environment and no file.
"""

import asyncio
import json
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from adapters.wecom.archive.child import HEAD
from crm_core.chat import Document

log = logging.getLogger(__name__)

#: Seconds the library itself may wait for the platform in one call.
NETWORK_SECONDS = 10
#: Bytes of the largest answer that is believed.
LARGEST = 256 * 2**20

_CHILD = Path(__file__).with_name("child.py")
_STREAM = 4 * 2**20
#: What of our environment the library may see: how programs are found and how the network is reached, no secret.
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR")

Sleep = Callable[[float], Awaitable[None]]
Pair = tuple[bytes, bytes]


class LibraryError(Exception):
    """The library refused. `code`: 10000 and more its own, see its page "错误码"."""

    def __init__(self, code: int) -> None:
        super().__init__(f"code {code}")
        self.code = code

    @property
    def passing(self) -> bool:
        """Worth another try: network, parsing of what came, system."""
        return self.code in {10001, 10002, 10003}


class LibraryDied(Exception):
    """The process of the library ended or did not answer; `reason` in a word or two. Ask again.

    `starting`: it did not even begin, so what it was asked is not the cause.
    """

    def __init__(self, reason: str, *, starting: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.starting = starting


class LibraryMissing(Exception):
    """The file is not there, is for another machine, or is another library. The text names the mend."""


@dataclass(frozen=True)
class Chunk:
    """A piece of a file. `index`: what the next is asked with."""

    data: bytes
    index: str
    finished: bool


@dataclass(frozen=True)
class Patience:
    """Seconds: to start, for a call, for a call beyond what the network may take. `pauses`: before a start after so
    many deaths in a row; the last holds for all further."""

    start: float = 30.0
    call: float = 10.0
    network: float = 20.0
    pauses: Sequence[float] = (0.5, 1, 2, 5, 10, 30, 60)


@dataclass(frozen=True)
class _Process:
    running: asyncio.subprocess.Process
    requests: asyncio.StreamWriter
    answers: asyncio.StreamReader


class Library:
    """One process; calls wait for each other."""

    def __init__(
        self,
        path: str,
        corp_id: str,
        secret: SecretStr,
        *,
        patience: Patience = Patience(),
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._path = path
        self._corp_id = corp_id
        self._secret = secret
        self._patience = patience
        self._sleep = sleep
        self._turn = asyncio.Lock()
        self._process: _Process | None = None
        self._deaths = 0

    async def chat(self, seq: int, limit: int) -> bytes:
        """Rows after this number, as the JSON that the library gives. Raises `LibraryError`, `LibraryDied`,
        `LibraryMissing`, as every call does."""
        answer, body = await self._ask({"do": "chat", "seq": seq, "limit": limit, "seconds": NETWORK_SECONDS})
        _require_good(answer)
        return body

    async def decrypt(self, pairs: Sequence[Pair]) -> list[bytes | int]:
        """The text of each pair of key and message, or the code of why there is none."""
        lengths = [(len(key), len(message)) for key, message in pairs]
        body = b"".join(part for pair in pairs for part in pair)
        answer, texts = await self._ask({"do": "decrypt", "lengths": lengths}, body)
        found: list[bytes | int] = []
        at = 0
        for code, length in answer["rows"]:
            found.append(texts[at : at + length] if code == 0 else int(code))
            at += length
        return found

    async def media(self, file_id: str, index: str) -> Chunk:
        """A piece of a file; `index` "" for the first."""
        answer, data = await self._ask({"do": "media", "file": file_id, "index": index, "seconds": NETWORK_SECONDS})
        _require_good(answer)
        return Chunk(data, str(answer["index"]), bool(answer["finished"]))

    async def close(self) -> None:
        """End the process."""
        async with self._turn:
            await self._end()

    async def _ask(self, request: Document, body: bytes = b"") -> tuple[Document, bytes]:
        async with self._turn:
            process = self._process or await self._start()
            try:
                within = self._patience.network if "seconds" in request else self._patience.call
                answer = await self._exchange(process, request, body, within + request.get("seconds", 0))
            except LibraryDied:
                self._deaths += 1
                await self._end()
                raise
            except BaseException:  # cancelled in the middle: what comes next would be the answer to this
                await self._end()
                raise
            self._deaths = 0
            return answer

    async def _start(self) -> _Process:
        if self._deaths:
            await self._sleep(self._patience.pauses[min(self._deaths, len(self._patience.pauses)) - 1])
        running = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            str(_CHILD),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=_environment(),
            limit=_STREAM,
        )
        assert running.stdin is not None  # noqa: S101
        assert running.stdout is not None  # noqa: S101
        self._process = _Process(running, running.stdin, running.stdout)
        await self._open(self._process)
        return self._process

    async def _open(self, process: _Process) -> None:
        secret = self._secret.get_secret_value()
        request = {"do": "open", "library": self._path, "corp_id": self._corp_id, "secret": secret}
        try:
            answer, _ = await self._exchange(process, request, b"", self._patience.start)
        except LibraryDied:
            self._deaths += 1
            await self._end()
            raise
        if "problem" in answer:
            self._deaths += 1
            await self._end()
            raise LibraryMissing(_MENDS[answer["problem"]].format(path=self._path))
        _require_good(answer)

    async def _exchange(
        self, process: _Process, request: Document, body: bytes, within: float
    ) -> tuple[Document, bytes]:
        try:
            async with asyncio.timeout(within):
                header = json.dumps(request).encode()
                process.requests.writelines((HEAD.pack(len(header), len(body)), header, body))
                await process.requests.drain()
                return await _answer(process.answers)
        except TimeoutError:
            reason = "did not answer"
        except (asyncio.IncompleteReadError, ConnectionError):
            reason = "ended"
        except ValueError:
            reason = "answered nonsense"
        log.warning("WeCom: the library of the archive %s during %s", reason, request["do"])
        raise LibraryDied(reason, starting=request["do"] == "open")

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.running.kill()
        process.requests.close()
        await process.running.wait()
        with suppress(ConnectionError):
            await process.requests.wait_closed()


_MENDS = {
    "missing": "[wecom.archive] library: {path} cannot be loaded. Name the file libWeWorkFinanceSdk_C.so of this "
    "machine's kind, from the page 会话内容存档 → SDK下载",
    "foreign": "[wecom.archive] library: {path} is another library. Name the file libWeWorkFinanceSdk_C.so",
}


async def _answer(stream: asyncio.StreamReader) -> tuple[Document, bytes]:
    header, body = HEAD.unpack(await stream.readexactly(HEAD.size))
    if header + body > LARGEST:
        raise ValueError("too large")
    answer: Any = json.loads(await stream.readexactly(header))
    return answer, await stream.readexactly(body)


def _require_good(answer: Document) -> None:
    if answer["code"] != 0:
        raise LibraryError(int(answer["code"]))


def _environment() -> dict[str, str]:
    names = [name for name in os.environ if name in _ENVIRONMENT or name.lower().endswith("_proxy")]
    return {name: os.environ[name] for name in names}
