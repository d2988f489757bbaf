"""Requests over connections that stay open, as fast as they are answered or at a pace, and the time of each answer."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter, time
from urllib.parse import urlsplit

_Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Acknowledged:
    """Seconds until each answer; how many were something else than 200, and how many said nothing of what was asked.

    `began`: the moment of the first, in seconds since 1970.
    """

    times: list[float] = field(default_factory=list)
    refused: int = 0
    empty: int = 0
    seconds: float = 0.0
    began: float = 0.0


@dataclass(frozen=True)
class Poster:
    """`render`: a body as a whole HTTP request. `is_empty`: whether the body of an answer says nothing."""

    url: str
    render: Callable[[bytes], bytes]
    is_empty: Callable[[bytes], bool]

    async def as_fast(self, bodies: Sequence[bytes], *, connections: int) -> Acknowledged:
        """Send them over so many connections, each the next as soon as its last is answered."""
        told, waiting = Acknowledged(), iter(bodies)
        started = perf_counter()
        async with asyncio.TaskGroup() as group:
            for _ in range(connections):
                group.create_task(self._each(waiting, told))
        told.seconds = perf_counter() - started
        return told

    async def paced(self, bodies: Sequence[bytes], *, a_second: float, connections: int) -> Acknowledged:
        """Send them at this pace; one that waits for a free connection has waited for its answer."""
        told, line = Acknowledged(began=time()), asyncio.Queue[tuple[float, bytes] | None]()
        started = perf_counter()
        async with asyncio.TaskGroup() as group:
            for _ in range(connections):
                group.create_task(self._from_line(line, told))
            for at, body in enumerate(bodies):
                due = started + at / a_second
                await asyncio.sleep(max(0.0, due - perf_counter()))
                line.put_nowait((due, body))
            for _ in range(connections):
                line.put_nowait(None)
        told.seconds = perf_counter() - started
        return told

    async def _each(self, bodies: Iterator[bytes], told: Acknowledged) -> None:
        streams = await self._connected()
        for body in bodies:
            sent = perf_counter()
            await self._post(streams, body, told)
            told.times.append(perf_counter() - sent)
        streams[1].close()

    async def _from_line(self, line: "asyncio.Queue[tuple[float, bytes] | None]", told: Acknowledged) -> None:
        streams = await self._connected()
        while (next_ := await line.get()) is not None:
            due, body = next_
            await self._post(streams, body, told)
            told.times.append(perf_counter() - due)
        streams[1].close()

    async def _connected(self) -> _Streams:
        parts = urlsplit(self.url)
        return await asyncio.open_connection(parts.hostname, parts.port)

    async def _post(self, streams: _Streams, body: bytes, told: Acknowledged) -> None:
        reader, writer = streams
        writer.write(self.render(body))
        answer = await reader.readuntil(b"\r\n\r\n")
        lines = answer.lower().split(b"\r\n")
        lengths = [line.partition(b":")[2] for line in lines if line.startswith(b"content-length")]
        reply = await reader.readexactly(int(lengths[0]) if lengths else 0)
        told.refused += not answer.startswith(b"HTTP/1.1 200")
        told.empty += self.is_empty(reply)
