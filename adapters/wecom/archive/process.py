"""A process beside ours that answers requests over its standard input and output, and is started anew when it dies.

A call that takes too long, or in which the process ends, raises `Died`; before the next the process is started again,
after a pause that grows while nothing succeeds. Secrets are written to the process; they stand in no argument, no
environment and no file.
"""

import asyncio
import json
import logging
import os
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from adapters.wecom.archive.child import HEAD
from crm_core.chat import Document

log = logging.getLogger(__name__)

#: Bytes of the largest answer that is believed.
LARGEST = 256 * 2**20

_STREAM = 4 * 2**20
#: What of our environment it may see: how programs are found and how the network is reached, no secret.
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR")

Sleep = Callable[[float], Awaitable[None]]
Frame = tuple[Document, bytes]


class Died(Exception):
    """The process ended or did not answer; `reason` in a word or two. Ask again.

    `starting`: it did not even begin, so what it was asked is not the cause.
    """

    def __init__(self, reason: str, *, starting: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.starting = starting


@dataclass(frozen=True)
class Patience:
    """Seconds: to start, for a call, for a call beyond what the network may take. `pauses`: before a start after so
    many deaths in a row; the last holds for all further."""

    start: float = 30.0
    call: float = 10.0
    network: float = 20.0
    pauses: Sequence[float] = (0.5, 1, 2, 5, 10, 30, 60)


PATIENCE = Patience()


@dataclass(frozen=True)
class _Running:
    process: asyncio.subprocess.Process
    requests: asyncio.StreamWriter
    answers: asyncio.StreamReader


class Companion:
    """Calls wait for each other. `hello`: the first request of every start; `welcome` looks at its answer and raises
    what is wrong with it."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        hello: Callable[[], Frame],
        welcome: Callable[[Document], None],
        *,
        patience: Patience = PATIENCE,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._name = name
        self._command = command
        self._hello = hello
        self._welcome = welcome
        self._patience = patience
        self._sleep = sleep
        self._turn = asyncio.Lock()
        self._running: _Running | None = None
        self._deaths = 0

    async def ask(self, request: Document, body: bytes = b"") -> Frame:
        """Its answer. `seconds` of the request: what the network may take. Raises `Died`, and what `welcome` does."""
        async with self._turn:
            running = self._running or await self._start()
            patience = self._patience.network if "seconds" in request else self._patience.call
            answer = await self._or_end(self._exchange(running, request, body, patience + request.get("seconds", 0)))
            self._deaths = 0
            return answer

    async def close(self) -> None:
        """End the process."""
        async with self._turn:
            await self._end()

    async def _start(self) -> _Running:
        if self._deaths:
            await self._sleep(self._patience.pauses[min(self._deaths, len(self._patience.pauses)) - 1])
        process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=_environment(),
            limit=_STREAM,
        )
        assert process.stdin is not None  # noqa: S101
        assert process.stdout is not None  # noqa: S101
        self._running = _Running(process, process.stdin, process.stdout)
        await self._or_end(self._open(self._running))
        return self._running

    async def _open(self, running: _Running) -> Frame:
        request, body = self._hello()
        answer = await self._exchange(running, request, body, self._patience.start)
        self._welcome(answer[0])
        return answer

    async def _or_end(self, work: Awaitable[Frame]) -> Frame:
        """Whatever goes wrong, also that nobody waits any more, ends the process: its next answer would be to this."""
        try:
            return await work
        except BaseException as error:
            if isinstance(error, Exception):
                self._deaths += 1
            await self._end()
            raise

    async def _exchange(self, running: _Running, request: Document, body: bytes, within: float) -> Frame:
        try:
            async with asyncio.timeout(within):
                header = json.dumps(request).encode()
                running.requests.writelines((HEAD.pack(len(header), len(body)), header, body))
                await running.requests.drain()
                return await _answer(running.answers)
        except TimeoutError:
            reason = "did not answer"
        except (asyncio.IncompleteReadError, ConnectionError):
            reason = "ended"
        except ValueError:
            reason = "answered nonsense"
        log.warning("WeCom: %s %s during %s", self._name, reason, request["do"])
        raise Died(reason, starting=request["do"] == "open")

    async def _end(self) -> None:
        running, self._running = self._running, None
        if running is None:
            return
        with suppress(ProcessLookupError):
            running.process.kill()
        running.requests.close()
        await running.process.wait()
        with suppress(ConnectionError):
            await running.requests.wait_closed()


async def _answer(stream: asyncio.StreamReader) -> Frame:
    header, body = HEAD.unpack(await stream.readexactly(HEAD.size))
    if header + body > LARGEST:
        raise ValueError("too large")
    answer: Any = json.loads(await stream.readexactly(header))
    return answer, await stream.readexactly(body)


def _environment() -> dict[str, str]:
    names = [name for name in os.environ if name in _ENVIRONMENT or name.lower().endswith("_proxy")]
    return {name: os.environ[name] for name in names}
