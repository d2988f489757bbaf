"""One HTTP request at a time, byte for byte as wanted: also the broken ones that no client library would send.

Only loopback is reachable: what pretends to be Slack must never post to a real server.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

import h11

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class Answer:
    """`headers`: names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


class NoAnswer(Exception):
    """Nothing that can be read as HTTP came back."""


async def post(
    url: str, body: bytes, headers: Mapping[str, str], *, method: str = "POST", cut: int | None = None, pause: float = 0
) -> Answer:
    """Send one request and read its answer. Raises `NoAnswer`.

    `cut`: hang up after so many bytes of the body. `pause`: seconds between the halves of the body.
    """
    parts = urlsplit(url)
    if parts.hostname not in _LOOPBACK or parts.scheme != "http":
        raise NoAnswer(f"only http on loopback: {parts.scheme}://{parts.hostname}")
    try:
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port or 80)
    except OSError as error:
        raise NoAnswer(f"no connection: {error.strerror}") from error
    try:
        return await _exchange(reader, writer, _head(url, body, headers, method), body, cut=cut, pause=pause)
    except (OSError, h11.RemoteProtocolError) as error:
        raise NoAnswer(f"broken off: {type(error).__name__}") from error
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


def _head(url: str, body: bytes, headers: Mapping[str, str], method: str) -> h11.Request:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    own = {"Host": parts.netloc, "Content-Length": str(len(body)), "Connection": "close"}
    lines = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in {**own, **headers}.items()]
    return h11.Request(method=method, target=target, headers=lines)


async def _exchange(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    head: h11.Request,
    body: bytes,
    *,
    cut: int | None,
    pause: float,
) -> Answer:
    connection = h11.Connection(h11.CLIENT)
    writer.write(connection.send(head) or b"")
    if cut is not None:
        writer.write(body[:cut])
        await writer.drain()
        raise NoAnswer("hung up in the middle of the body")
    sending = asyncio.ensure_future(_send(writer, body, pause))
    try:
        connection.send(h11.Data(data=body))
        connection.send(h11.EndOfMessage())
        return await _read(reader, connection)
    finally:
        sending.cancel()
        with suppress(asyncio.CancelledError, OSError):
            await sending


async def _send(writer: asyncio.StreamWriter, body: bytes, pause: float) -> None:
    """A server may answer and hang up before it has read all: then the rest does not matter."""
    half = len(body) // 2 if pause else len(body)
    writer.write(body[:half])
    await writer.drain()
    if pause:
        await asyncio.sleep(pause)
        writer.write(body[half:])
        await writer.drain()


async def _read(reader: asyncio.StreamReader, connection: h11.Connection) -> Answer:
    head: h11.Response | None = None
    pieces: list[bytes] = []
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(65536))
        elif isinstance(event, h11.Response):
            head = event
        elif isinstance(event, h11.Data):
            pieces.append(bytes(event.data))
        elif isinstance(event, h11.EndOfMessage) and head is not None:
            return Answer(head.status_code, _named(head), b"".join(pieces))
        elif isinstance(event, h11.ConnectionClosed) or event is h11.PAUSED:
            raise NoAnswer("hung up without an answer")


def _named(head: h11.Response) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in head.headers}
