"""Into a socket of the fake: with Slack's own client, and by hand for doing wrong things."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient
from websockets.asyncio.client import ClientConnection, connect

from tests.fakes.slack.errors import Json
from tests.fakes.slack.running import Fake
from tests.fakes.slack.sample import Sample

Answer = Callable[[Json], Json | None]


class Listener:
    """The official client; acknowledges what it hears at once. `heard`: envelopes in order."""

    def __init__(self, fake: Fake, company: Sample) -> None:
        self.heard: list[SocketModeRequest] = []
        web = AsyncWebClient(base_url=fake.api_url)
        self.client = SocketModeClient(company.app.app_token, web_client=web, ping_interval=0.2)
        self.client.socket_mode_request_listeners.append(self._hear)  # type: ignore[arg-type]

    async def _hear(self, client: SocketModeClient, request: SocketModeRequest) -> None:
        self.heard.append(request)
        await client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))


@asynccontextmanager
async def listening(fake: Fake, company: Sample) -> AsyncIterator[Listener]:
    listener = Listener(fake, company)
    await listener.client.connect()  # type: ignore[no-untyped-call]
    try:
        yield listener
    finally:
        await listener.client.close()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def by_hand(fake: Fake, company: Sample) -> AsyncIterator[ClientConnection]:
    """A connection with a fresh ticket, its hello read."""
    async with connect(await ticket(fake, company), compression=None) as line:
        hello = json.loads(await line.recv())
        assert hello["type"] == "hello"
        yield line


async def ticket(fake: Fake, company: Sample) -> str:
    web = AsyncWebClient(base_url=fake.api_url)
    answer = await web.apps_connections_open(app_token=company.app.app_token)
    return str(answer["url"])


async def read(line: ClientConnection) -> Json:
    frame: Json = json.loads(await line.recv())
    return frame


def outside(fake: Fake, work: Awaitable[Any]) -> Awaitable[Any]:
    """Something of the fake's loop, awaited here."""
    return asyncio.wrap_future(asyncio.run_coroutine_threadsafe(_await(work), fake.loop))


async def _await(work: Awaitable[Any]) -> Any:
    return await work


async def settle(fake: Fake) -> None:
    await asyncio.to_thread(fake.settle)
