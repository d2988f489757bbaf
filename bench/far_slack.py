"""Slack as the bench plays it: signed requests over connections that stay open, as fast as they are answered or at a
pace, and the time each acknowledgement took."""

import asyncio
import json
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.fakes.slack.sample import Sample
from tests.fakes.slack.signing import FORM, headers

SECRET = "bench-signing-secret"  # noqa: S105


@dataclass
class Acknowledged:
    """Seconds until each answer; how many were something else than 200, and how many were menus without a customer."""

    times: list[float] = field(default_factory=list)
    refused: int = 0
    empty: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class FarSlack:
    """Whose events they are: the people and the channels of a sample company."""

    sample: Sample
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def messages(self, how_many: int) -> Iterator[bytes]:
        """Bodies of so many new messages, in the channels and by the people of the company in turn."""
        rooms = (self.sample.sales, self.sample.acme_shared)
        people = (self.sample.alice, self.sample.bob)
        for _ in range(how_many):
            at = next(self.numbers)
            room, person = rooms[at % 2], people[at // 2 % 2]
            ts = f"{int(time.time())}.{at:06d}"
            text = f"Could you send us quote number {at}? Purchasing meets on Monday. 请把 {at} 号报价单发给我们。"
            event = {
                "type": "message",
                "channel": room.id,
                "channel_type": "channel",
                "user": person.id,
                "team": self.sample.home.id,
                "text": text,
                "ts": ts,
                "event_ts": ts,
                "client_msg_id": f"{at:032x}",
                "blocks": [{"type": "rich_text", "block_id": "b", "elements": [{"type": "text", "text": text}]}],
            }
            yield json.dumps(self._envelope(event, at), ensure_ascii=False).encode()

    def suggestions(self, texts: Iterable[str]) -> Iterator[bytes]:
        """What Alice types into a menu of customers."""
        for text in texts:
            payload = {
                "type": "block_suggestion",
                "action_id": "pick",
                "block_id": "customer",
                "value": text,
                "user": {"id": self.sample.alice.id, "name": "alice", "team_id": self.sample.home.id},
                "team": {"id": self.sample.home.id, "domain": "home"},
                "api_app_id": self.sample.app.id,
                "container": {"type": "view", "view_id": f"V{next(self.numbers)}"},
                "view": {"id": "V1", "type": "modal", "callback_id": "log_to_crm", "private_metadata": "{}"},
            }
            yield urlencode({"payload": json.dumps(payload)}).encode()

    def _envelope(self, event: dict[str, Any], at: int) -> dict[str, Any]:
        home = self.sample.home.id
        bot = self.sample.crm
        return {
            "type": "event_callback",
            "team_id": home,
            "context_team_id": home,
            "api_app_id": self.sample.app.id,
            "event_id": f"Ev{at:010d}",
            "event_time": int(time.time()),
            "event_context": f"4-{at}",
            "is_ext_shared_channel": False,
            "authorizations": [{"team_id": home, "user_id": bot.bot_user, "is_bot": True}],
            "event": event,
        }


async def as_fast(url: str, bodies: Sequence[bytes], *, connections: int) -> Acknowledged:
    """Send them over so many connections, each the next as soon as its last is answered."""
    told, waiting = Acknowledged(), iter(bodies)
    started = perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(_each(url, waiting, told))
    told.seconds = perf_counter() - started
    return told


async def paced(url: str, bodies: Sequence[bytes], *, a_second: float, connections: int) -> Acknowledged:
    """Send them at this pace; one that waits for a free connection has waited for its acknowledgement."""
    told, line = Acknowledged(), asyncio.Queue[tuple[float, bytes] | None]()
    started = perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(_from_line(url, line, told))
        for at, body in enumerate(bodies):
            due = started + at / a_second
            await asyncio.sleep(max(0.0, due - perf_counter()))
            line.put_nowait((due, body))
        for _ in range(connections):
            line.put_nowait(None)
    told.seconds = perf_counter() - started
    return told


async def _each(url: str, bodies: Iterator[bytes], told: Acknowledged) -> None:
    reader, writer = await _connected(url)
    for body in bodies:
        sent = perf_counter()
        await _post(reader, writer, body, told)
        told.times.append(perf_counter() - sent)
    writer.close()


async def _from_line(url: str, line: "asyncio.Queue[tuple[float, bytes] | None]", told: Acknowledged) -> None:
    reader, writer = await _connected(url)
    while (next_ := await line.get()) is not None:
        due, body = next_
        await _post(reader, writer, body, told)
        told.times.append(perf_counter() - due)
    writer.close()


async def _connected(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    parts = urlsplit(url)
    return await asyncio.open_connection(parts.hostname, parts.port)


async def _post(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, body: bytes, told: Acknowledged) -> None:
    kind = FORM if body.startswith(b"payload=") else "application/json"
    lines = {"Host": "127.0.0.1", "Content-Length": str(len(body))}
    lines |= headers(SECRET, time.time(), body, content_type=kind)
    head = "\r\n".join(["POST /slack/events HTTP/1.1", *(f"{name}: {value}" for name, value in lines.items()), "", ""])
    writer.write(head.encode() + body)
    answer = await reader.readuntil(b"\r\n\r\n")
    lengths = [line.partition(b":")[2] for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length")]
    reply = await reader.readexactly(int(lengths[0]) if lengths else 0)
    told.refused += not answer.startswith(b"HTTP/1.1 200")
    told.empty += b"[]" in reply
