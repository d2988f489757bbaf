"""A far side of a few lines for WeCom's API: answers what the test scripts, and keeps what it was asked."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web

from crm_core.chat import Document

#: What happens to a request: a document (200), or a function that makes the whole response.
Reaction = Document | Callable[[web.Request], Awaitable[web.StreamResponse]]

SECRET = "s3cret-of-the-app"
CORP = "ww0123456789abcdef"


@dataclass(frozen=True)
class Asked:
    """One request. `path` without `/cgi-bin/`; `token`: what it carried."""

    path: str
    token: str
    query: dict[str, str]
    body: bytes


@dataclass
class Far:
    """`reactions`: for the next requests of a path, one each; after them `errcode: 0`. Tokens are `token-1`, `-2` …"""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    reactions: dict[str, list[Reaction]] = field(default_factory=dict)
    tokens: int = 0
    validity: int = 7200
    _runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application(client_max_size=30_000_000)
        app.router.add_route("*", "/cgi-bin/{path:.+}", self._answer)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/cgi-bin/"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def will(self, path: str, *reactions: Reaction) -> None:
        self.reactions.setdefault(path, []).extend(reactions)

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        query = dict(request.query)
        self.asked.append(Asked(path, query.pop("access_token", ""), query, await request.read()))
        waiting = self.reactions.get(path)
        reaction = waiting.pop(0) if waiting else self._usual(path)
        return await reaction(request) if callable(reaction) else web.json_response(reaction)

    def _usual(self, path: str) -> Reaction:
        if path != "gettoken":
            return {"errcode": 0, "errmsg": "ok"}
        self.tokens += 1
        token = f"token-{self.tokens}"
        return {"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": self.validity}


def refusal(errcode: object, **more: object) -> Document:
    return {"errcode": errcode, "errmsg": "no, hint: [17], from ip: 1.2.3.4", **more}


def page(status: int, text: str | bytes, kind: str = "text/html", **headers: str) -> Reaction:
    """What proxies and outages answer, and what a file is answered with."""
    body = text.encode() if isinstance(text, str) else text

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, body=body, headers={"Content-Type": kind, **headers})

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
        return web.json_response({"errcode": 0})

    return answer
