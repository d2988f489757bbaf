"""What a robot asks over HTTP: its later answers, and the files people sent it."""

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.fakes.wecom.api.call import Args
from tests.fakes.wecom.errors import WeComError
from tests.fakes.wecom.robot import answers
from tests.fakes.wecom.robot.robot import Robot
from tests.fakes.wecom.state import State


def robot_routes(state: State, robots: list[Robot]) -> list[Route]:
    """`/aibot/response` and `/aibot/files/CODE`, for all of these robots, now and later."""

    async def respond(request: Request) -> Response:
        raw = await request.body()
        with state.lock:
            return JSONResponse(_respond(state, robots, request.query_params.get("response_code", ""), raw))

    async def serve(request: Request) -> Response:
        code = request.path_params["code"]
        robot = next((one for one in robots if one.files.has(code)), None)
        return robot.files.serve(request) if robot else Response(status_code=404)

    return [Route("/aibot/response", respond, methods=["POST"]), Route("/aibot/files/{code}", serve)]


def _respond(state: State, robots: list[Robot], code: str, raw: bytes) -> dict[str, object]:
    try:
        robot = _robot(robots, code)
        answers.answer_later(robot, robot.later[code], Args(_object(raw)))
    except WeComError as error:
        return error.answer(state.ids.hint())
    return {"errcode": 0, "errmsg": "ok"}


def _robot(robots: list[Robot], code: str) -> Robot:
    for robot in robots:
        if code in robot.later:
            return robot
    raise WeComError(answers.INVALID_REQ_ID, "unknown response_code")


def _object(raw: bytes) -> dict[str, object]:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise WeComError(40058, "invalid JSON") from None
    if not isinstance(body, dict):
        raise WeComError(40058, "not an object")
    return body
