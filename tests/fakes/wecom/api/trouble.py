"""Answers that go wrong because a scenario ordered it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from tests.fakes.serving import cut, gone
from tests.fakes.wecom.errors import WeComError
from tests.fakes.wecom.faults import Fault
from tests.fakes.wecom.state import State

OUTAGE = (
    "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>"
)
LEFT = Response(status_code=499)
REFUSALS = {"busy": -1, "frequency": 45009}
JSON = "application/json; charset=UTF-8"


async def through(
    state: State, path: str, request: Request, fault: Fault | None, perform: Callable[[], Response]
) -> Response:
    """Perform a call, or what the fault leaves of it."""
    if fault is None:
        return perform()
    state.journal.write("fault", path=path, fault=fault.kind, after=fault.after)
    if fault.kind in {"busy", "frequency", "error"}:
        return _refused(state, path, fault)
    if fault.kind in {"slow", "drip", "string"}:
        return await _late(fault, perform())
    done = perform() if fault.after else None
    return await _spoilt(fault, request, done)


def _refused(state: State, path: str, fault: Fault) -> Response:
    if fault.kind == "frequency":
        with state.lock:
            state.limits.block(path, fault.seconds)
    error = WeComError(REFUSALS.get(fault.kind, fault.code))
    return Response(json.dumps(error.answer(state.ids.hint())), media_type=JSON)


async def _late(fault: Fault, response: Response) -> Response:
    if fault.kind == "string":
        answer = json.loads(bytes(response.body))
        return Response(json.dumps({**answer, "errcode": str(answer["errcode"])}), media_type=JSON)
    if fault.kind == "drip":
        return StreamingResponse(_dripping(bytes(response.body), fault.seconds), media_type=response.media_type)
    await asyncio.sleep(fault.seconds)
    return response


async def _dripping(body: bytes, seconds: float) -> AsyncIterator[bytes]:
    for index in range(len(body)):
        yield body[index : index + 1]
        await asyncio.sleep(seconds / len(body))


async def _spoilt(fault: Fault, request: Request, done: Response | None) -> Response:
    if fault.kind == "drop":
        await cut(request)
        return LEFT
    if fault.kind == "hang":
        await gone(request)
        return LEFT
    if fault.kind == "redirect":
        return Response(status_code=302, headers={"location": fault.location})
    if fault.kind in {"html", "page"}:
        status = 200 if fault.kind == "page" else fault.status
        return Response(OUTAGE, status_code=status, media_type="text/html; charset=utf-8")
    body = bytes(done.body) if done else b'{"errcode":0,"errmsg":"ok"}'
    spoilt = {"empty": b"", "cut": body[: len(body) // 2], "garbage": body[:-1] + b',"x":"\xff\xfe\x80"}'}
    return Response(spoilt[fault.kind], media_type=JSON)
