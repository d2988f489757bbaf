"""A far side of a few lines for the Web API: answers what the test scripts, and keeps what it was asked."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from crm_core.chat import Document

#: What happens to a request: a document (200), or a function that makes the whole response.
Reaction = Document | Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Asked:
    """One request. `method`: the last part of its path. `token`: what it carried as bearer."""

    method: str
    token: str
    body: dict[str, Any]


@dataclass
class Far:
    """`reactions`: for the next requests of a method, one each; after them `ok: true`. `gone`: what was told of it."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    reactions: dict[str, list[Reaction]] = field(default_factory=dict)
    gone: list[tuple[str, str]] = field(default_factory=list)
    _runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/api/{method}", self._answer)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/api/"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def will(self, method: str, *reactions: Reaction) -> None:
        self.reactions.setdefault(method, []).extend(reactions)

    def methods(self) -> list[str]:
        return [asked.method for asked in self.asked]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.asked.append(Asked(method, token, await _body(request)))
        waiting = self.reactions.get(method)
        reaction = waiting.pop(0) if waiting else {"ok": True}
        return await reaction(request) if callable(reaction) else web.json_response(reaction)


async def _body(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        body: dict[str, Any] = await request.json()
        return body
    return dict(parse_qsl(await request.text()))


def refusal(error: str, **more: Any) -> Document:
    return {"ok": False, "error": error, **more}


def limited(retry_after: str | None) -> Reaction:
    """A 429; with this header, or with none."""

    async def answer(_: web.Request) -> web.StreamResponse:
        headers = {} if retry_after is None else {"Retry-After": retry_after}
        return web.json_response(refusal("ratelimited"), status=429, headers=headers)

    return answer


def page(status: int, text: str, kind: str = "text/html") -> Reaction:
    """What proxies and outages answer."""

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text=text, content_type=kind)

    return answer


async def reset(request: web.Request) -> web.StreamResponse:
    """The work is done, and the connection drops before the answer."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def silence(until: asyncio.Event) -> Reaction:
    """No answer until the test lets go."""

    async def answer(_: web.Request) -> web.StreamResponse:
        await until.wait()
        return web.json_response({"ok": True})

    return answer
