"""The Web API over HTTP: reads a call, checks who and how often, meets the ordered faults, answers as Slack does."""

import contextlib
import json
from email.utils import formatdate
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.fakes.slack.errors import Json, SlackError
from tests.fakes.slack.limits import RateLimited, rate_for
from tests.fakes.slack.state import State
from tests.fakes.slack.web_api import trouble
from tests.fakes.slack.web_api.auth import authenticate
from tests.fakes.slack.web_api.call import Args, Call, missing_scope
from tests.fakes.slack.web_api.methods import METHODS, Method


def api_routes(state: State) -> list[Route]:
    """`/api/METHOD`, by GET or POST."""

    async def endpoint(request: Request) -> Response:
        return await _answer(state, request)

    return [Route("/api/{method}", endpoint, methods=["GET", "POST"])]


async def _answer(state: State, request: Request) -> Response:
    name = request.path_params["method"]
    method = None
    call = Call(state, name, Args({}), token=_header(request, "bearer"), basic=_header(request, "basic"))
    fault = state.faults.take(name)
    try:
        method = _method(name)
        call.args, call.warnings = await _read(request, json_too=method.json)
        call.token = call.token or call.args.text("token")
    except SlackError as error:
        return _response(call, method, error.answer())
    if fault and fault.kind == "ratelimited":
        return _penalised(call, method, fault.retry_after)
    return await trouble.through(state, name, request, fault, lambda: _perform(call, method))


def _method(name: str) -> Method:
    if name not in METHODS:
        raise SlackError("unknown_method", req_method=name)
    return METHODS[name]


def _perform(call: Call, method: Method) -> Response:
    """The call itself, inside the world's lock."""
    state = call.state
    with state.lock:
        entry = state.journal.write("call", method=call.method, args=_without_token(call.args.values))
        try:
            authenticate(call, method.takes)
            _limit(call, method)
            _require_scopes(call, method)
            answer = {"ok": True, **method.run(call)}
        except SlackError as error:
            answer = error.answer()
        except RateLimited as limited:
            return trouble.too_many(state, call.method, limited.retry_after)
        state.journal.write("answer", call=entry["n"], method=call.method, team=_team(call), answer=_short(answer))
    return _response(call, method, answer)


def _penalised(call: Call, method: Method, seconds: int) -> Response:
    """An ordered 429: the penalty counts like an earned one."""
    with contextlib.suppress(SlackError):
        authenticate(call, method.takes)
    call.state.limits.penalise(_key(call), seconds)
    return trouble.too_many(call.state, call.method, seconds)


def _limit(call: Call, method: Method) -> None:
    profile = call.app.profile if call.app else "internal"
    call.state.limits.spend(_key(call), rate_for(call.method, method.tier, profile))


def _key(call: Call) -> str:
    """Whose bucket: the method's for a workspace and an app, whatever the token."""
    return f"{call.method}|{call.app.id if call.app else 'anyone'}|{_team(call)}"


def _require_scopes(call: Call, method: Method) -> None:
    if method.takes == "app":
        assert call.app is not None
        if method.scopes and call.app.app_tokens[call.token].isdisjoint(method.scopes):
            raise SlackError("missing_scope", needed=",".join(method.scopes), provided="")
    elif method.takes == "bot" and method.scopes and call.install.scopes.isdisjoint(method.scopes):
        raise missing_scope(method.scopes, call.install)


def _team(call: Call) -> str:
    return call.owner.team_id if call.owner else ""


def _response(call: Call, method: Method | None, answer: Json) -> Response:
    if call.warnings and answer["ok"]:
        answer = {**answer, "warning": ",".join(call.warnings)}
        answer["response_metadata"] = {**answer.get("response_metadata", {}), "warnings": call.warnings}
    headers = {"x-slack-req-id": call.state.ids.hex(), "date": formatdate(call.state.clock.now(), usegmt=True)}
    if call.owner:
        headers["x-oauth-scopes"] = ",".join(sorted(call.owner.scopes))
        headers["x-accepted-oauth-scopes"] = ",".join(method.scopes if method else ())
    content = json.dumps(answer, ensure_ascii=False)
    return Response(content, headers=headers, media_type="application/json; charset=utf-8")


def _header(request: Request, wanted: str) -> str:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    return value.strip() if scheme.lower() == wanted else ""


async def _read(request: Request, *, json_too: bool) -> tuple[Args, list[str]]:
    """Arguments of query and body, and warnings about the content type. A JSON body is ignored where Slack does."""
    values: Json = dict(request.query_params)
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    warnings: list[str] = []
    if kind.strip() == "application/json":
        body = await _json(request)
        if json_too:
            values |= body
        if "charset" not in parameters:
            warnings.append("missing_charset")
    elif request.method == "POST":
        form = await request.form()
        values |= {name: value for name, value in form.items() if not isinstance(value, UploadFile)}
        if kind.strip() == "application/x-www-form-urlencoded" and "charset" in parameters:
            warnings.append("superfluous_charset")
    return Args(values), warnings


async def _json(request: Request) -> Json:
    try:
        body: Any = json.loads(await request.body() or b"{}")
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(body, dict):
        raise SlackError("json_not_object")
    return body


def _short(answer: Json) -> Json:
    """What the journal keeps of an answer: its plain values, no lists and no secrets."""
    return _without_token({name: value for name, value in answer.items() if not isinstance(value, list | dict)})


def _without_token(values: Json) -> Json:
    return {name: value for name, value in values.items() if not name.endswith(("token", "secret"))}
