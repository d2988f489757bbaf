"""The HTTP side of a running program: health, metrics, the REST API and the door of each platform."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from importlib.metadata import version
from ipaddress import ip_address
from secrets import compare_digest
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import ASGIApp, Receive, Scope, Send

from bot import api, front, wiring
from bot.api.refusals import saying_too_large
from bot.program import Program
from crm_core.chat import NotKept
from crm_core.migrations import run as migrations

_NOT_FOR_YOU = "Set [metrics] token, and send it as Authorization: Bearer <token>.\n"

#: Bytes a request may bring.
BODY_LIMIT = 1_000_000


class _Application(FastAPI):
    """`doors`: by path, what is reached past every router and middleware; each holds its own bounds."""

    def __init__(self, doors: Mapping[str, ASGIApp], **settings: Any) -> None:
        super().__init__(**settings)
        self._doors = doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        door = self._doors.get(scope["path"]) if scope["type"] == "http" else None
        if door is not None:
            await door(scope, receive, send)
        else:
            await super().__call__(scope, receive, saying_too_large(scope, receive, send))


def create_app(program: Program) -> FastAPI:
    """The application of this program; the program runs as long as the application does."""

    @asynccontextmanager
    async def running(_app: FastAPI) -> AsyncIterator[None]:
        await program.start()
        await program.open_doors()
        try:
            yield
        finally:
            await program.stop()

    app = _Application(
        wiring.doors(program),
        title="crmbot",
        version=version("crmbot"),
        lifespan=running,
        max_body_size=BODY_LIMIT,
        docs_url=None,  # see `api.page`
        redoc_url=None,
    )
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(NotKept, _send_again)
    for router in wiring.routes(program):
        app.include_router(router)
    if not program.config.console.web:
        app.include_router(front.router())
    _mount_health(app, program)
    api.mount(app, program.core, program.config, program.clock)
    return app


def _mount_health(app: FastAPI, program: Program) -> None:
    @app.get("/healthz", include_in_schema=False)
    async def healthz() -> PlainTextResponse:
        return PlainTextResponse("ok\n")

    @app.get("/readyz", include_in_schema=False)
    async def readyz() -> JSONResponse:
        ready, parts = await readiness(program)
        return JSONResponse(parts, status_code=200 if ready else 503)

    @app.get("/metrics", include_in_schema=False)
    async def metrics(request: Request) -> Response:
        if not may_read_metrics(request, program.config.metrics.token.get_secret_value()):
            return PlainTextResponse(_NOT_FOR_YOU, status_code=403)
        return Response(await program.metrics.exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")


def may_read_metrics(request: Request, token: str) -> bool:
    """Whoever has the token; without one, whoever asks from this machine and not through a proxy."""
    if token:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        return compare_digest(given.encode(), token.encode())
    passed_on = any(name in request.headers for name in ("forwarded", "x-forwarded-for", "x-real-ip"))
    return request.client is not None and ip_address(request.client.host).is_loopback and not passed_on


async def readiness(program: Program) -> tuple[bool, dict[str, object]]:
    """Whether the program can do its work, and each part's state, without secrets."""
    database = await _database_state(program)
    platforms = {name: dict(await platform.state()) for name, platform in program.platforms.items()}
    ready = database == "ok" and all(state.get("status") == "ok" for state in platforms.values())
    parts: dict[str, object] = {"ready": ready, "database": database, "platforms": platforms}
    archive = None if program.wecom_doors is None else program.wecom_doors.archive
    if archive is not None:
        parts["wecom_archive"] = dict(await archive.state())
    return ready, parts


async def _database_state(program: Program) -> str:
    try:
        current = await asyncio.to_thread(migrations.current, program.core.database)
    except SQLAlchemyError:
        return "down"
    return "ok" if current else "not migrated"


async def _malformed(_request: Request, error: Exception) -> JSONResponse:
    """Where the request is wrong, without repeating what was sent."""
    found = error.errors() if isinstance(error, RequestValidationError) else ()
    problems = [{"where": ".".join(map(str, problem["loc"])), "problem": problem["msg"]} for problem in found]
    return JSONResponse({"detail": problems}, status_code=422)


async def _send_again(_request: Request, _error: Exception) -> JSONResponse:
    return JSONResponse({"detail": "It could not be kept just now. Send it again."}, status_code=503)
