"""The API over HTTP: reads a call, checks who asks, from where and how often, and answers as WeCom does."""

import json
from typing import Any, NoReturn

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.fakes.wecom.api import trouble
from tests.fakes.wecom.api.call import Args, Call
from tests.fakes.wecom.api.methods import METHODS, Method
from tests.fakes.wecom.corp import App
from tests.fakes.wecom.errors import Json, WeComError
from tests.fakes.wecom.state import State

Files = dict[str, tuple[str, str, bytes]]
VERBS = ["GET", "POST", "PUT", "DELETE", "PATCH"]
HIDDEN = {"access_token", "corpsecret"}


def api_routes(state: State) -> list[Route]:
    """`/cgi-bin/PATH`"""

    async def endpoint(request: Request) -> Response:
        return await _answer(state, request)

    return [Route("/cgi-bin/{path:path}", endpoint, methods=VERBS)]


async def _answer(state: State, request: Request) -> Response:
    path = request.path_params["path"]
    raw = await request.body()
    files = await _files(request)
    with state.lock:
        _note(state, request, path, raw)
        fault = state.faults.take(path)
    state.limits.running[path] += 1
    try:
        return await trouble.through(state, path, request, fault, lambda: _perform(state, request, path, raw, files))
    finally:
        state.limits.running[path] -= 1


def _perform(state: State, request: Request, path: str, raw: bytes, files: Files) -> Response:
    """The call itself, inside the world's lock."""
    with state.lock:
        try:
            done = _gettoken(state, request) if path == "gettoken" else _call(state, request, path, raw, files)
        except WeComError as error:
            done = error.answer(state.ids.hint())
        code = 0 if isinstance(done, Response) else done["errcode"]
        state.journal.write("answer", path=path, app=_caller(state, request), errcode=code)
        return done if isinstance(done, Response) else _json(done)


def _gettoken(state: State, request: Request) -> Json:
    query = request.query_params
    if request.method != "GET":
        raise WeComError(40063, "GET expected")
    if not query.get("corpid"):
        raise WeComError(41002)
    if not query.get("corpsecret"):
        raise WeComError(41004)
    if query["corpid"] != state.corp_id:
        raise WeComError(40013)
    app = next((one for one in state.apps.values() if one.secret == query["corpsecret"]), None)
    token = state.tokens.fetch(app)
    state.journal.write("gettoken", app=token.app.name, again=state.tokens.fetches[-1].again)
    left = int(token.until - state.clock.now())
    return {"errcode": 0, "errmsg": "ok", "access_token": token.value, "expires_in": left}


def _call(state: State, request: Request, path: str, raw: bytes, files: Files) -> Json | Response:
    app = state.tokens.owner(request.query_params.get("access_token", ""))
    method = _method(path)
    _admit(state, request, app, method)
    limits = state.limits
    if limits.parallel is not None and limits.running[path] > limits.parallel:
        raise WeComError(45033)
    limits.spend(path)
    query = Args(_query(request), texts_only=True)
    args = _args(request, raw, method, files)
    done = method.run(Call(state, path, args, app, files, request.headers.get("range", ""), query))
    return done if isinstance(done, Response) else _dressed(state, {"errcode": 0, "errmsg": "ok", **done})


def _method(path: str) -> Method:
    if path not in METHODS:
        raise WeComError(48002, f"unknown path {path}")
    return METHODS[path]


def _admit(state: State, request: Request, app: App, method: Method) -> None:
    address = request.client.host if request.client else ""
    if address not in app.trusted:
        raise WeComError(60020)
    if not app.enabled:
        raise WeComError(50003)
    if method.family and method.family not in app.families:
        raise WeComError(48002)
    if request.method != method.verb:
        raise WeComError(40063, f"{method.verb} expected")


def _args(request: Request, raw: bytes, method: Method, files: Files) -> Args:
    if method.verb == "GET" or method.upload:
        if method.upload and not files:
            raise WeComError(44001)
        return Args(_query(request), texts_only=True)
    kind = request.headers.get("content-type", "")
    if kind.startswith(("application/x-www-form-urlencoded", "multipart/")):
        raise WeComError(40063, "JSON expected")
    try:
        body = json.loads(raw.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise WeComError(40058, "invalid JSON") from None
    if not isinstance(body, dict):
        raise WeComError(40058, "not an object")
    return Args(body)


def _query(request: Request) -> Json:
    return {name: value for name, value in request.query_params.items() if name not in HIDDEN}


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _dressed(state: State, answer: Json) -> Json:
    """With a field nobody has heard of, and without some of those that are empty."""
    if not state.extras:
        return answer
    kept = {name: value for name, value in answer.items() if value != "" or state.ids.chance(0.5)}
    return {**kept, "x_reserved": {"since": 2027}}


async def _files(request: Request) -> Files:
    if not request.headers.get("content-type", "").startswith("multipart/"):
        return {}
    found: Files = {}
    async with request.form() as form:
        for name, part in form.multi_items():
            if isinstance(part, UploadFile):
                found[name] = (part.filename or "", part.content_type or "", await part.read())
    return found


def _note(state: State, request: Request, path: str, raw: bytes) -> None:
    """The journal keeps the request whole, but for its secrets; bodies of files only by size."""
    query = {name: "…" if name in HIDDEN else value for name, value in request.query_params.items()}
    kind = request.headers.get("content-type", "")
    body: Any = f"{len(raw)} bytes" if kind.startswith("multipart/") else raw.decode("utf-8", "replace")
    state.journal.write(
        "request",
        method=request.method,
        path=path,
        app=_caller(state, request),
        query=query,
        headers=dict(request.headers),
        body=body,
    )


def _caller(state: State, request: Request) -> str:
    return state.tokens.values().get(request.query_params.get("access_token", ""), "")


def _json(answer: Json) -> Response:
    content = json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace")
    return Response(content, media_type=trouble.JSON)
