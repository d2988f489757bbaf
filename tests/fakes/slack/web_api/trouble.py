"""Answers that go wrong: limits, and the faults a scenario ordered."""

import json
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from tests.fakes.serving import cut, gone
from tests.fakes.slack.faults import Fault
from tests.fakes.slack.state import State

OUTAGE = "<!DOCTYPE html><html><head><title>Slack</title></head><body><h1>Server Error</h1></body></html>"
GONE = Response(status_code=499)


async def through(
    state: State, name: str, request: Request, fault: Fault | None, perform: Callable[[], Response]
) -> Response:
    """Perform a call, or what the fault leaves of it."""
    if fault is None:
        return perform()
    state.journal.write("fault", method=name, fault=fault.kind, after=fault.after)
    if fault.kind == "ratelimited":
        return too_many(state, name, fault.retry_after)
    if fault.kind == "error":
        return _json({"ok": False, "error": fault.error})
    if fault.after:
        perform()
    return await _spoilt(fault, request)


def too_many(state: State, method: str, retry_after: int) -> Response:
    state.journal.write("ratelimited", method=method, retry_after=retry_after)
    response = _json({"ok": False, "error": "ratelimited"}, status=429)
    response.headers["retry-after"] = str(retry_after)
    return response


async def _spoilt(fault: Fault, request: Request) -> Response:
    if fault.kind == "html":
        return Response(OUTAGE, status_code=fault.status, media_type="text/html; charset=utf-8")
    if fault.kind == "garbage":
        return Response('{"ok":tru', media_type="application/json; charset=utf-8")
    if fault.kind == "drop":
        await cut(request)
    else:
        await gone(request)
    return GONE


def _json(answer: dict[str, object], *, status: int = 200) -> Response:
    return Response(json.dumps(answer), status_code=status, media_type="application/json; charset=utf-8")
