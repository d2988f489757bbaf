"""What the core refuses, as HTTP: `{"error": code, "message": sentence}` in the language the caller accepts."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import MAX_BODY_SIZE_SCOPE_KEY
from starlette.types import Message, Receive, Scope, Send

from bot.language import flaws, problems
from bot.language.phrases import api as phrases
from crm_core.enclosure import LARGEST, weight
from crm_core.errors import Conflict, CrmError, Expired, Invalid, NotAllowed, NotFound

STATUS: dict[type[CrmError], int] = {NotFound: 404, NotAllowed: 403, Conflict: 409, Expired: 409}

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class Refusing(APIRoute):
    """A route whose refusals by the core are answered, not raised."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except CrmError as error:
                return refusal(request, error)
            except RequestValidationError as error:
                return _refused(422, "malformed", flaws.together(error.errors(), _language(request.headers)))
            except HTTPException as error:
                return _outside(request, error)

        return answer


def refusal(request: Request, error: CrmError) -> JSONResponse:
    """The response to a refused request."""
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 422)
    return _refused(status, error.problem, problems.sentence(error, _language(request.headers), phrases.MENDS))


def _outside(request: Request, error: HTTPException) -> JSONResponse:
    """No token, or a body the framework cannot read; what else it refuses goes on."""
    language = _language(request.headers)
    if error.status_code == 401:
        return _refused(401, "token_needed", phrases.TOKEN_NEEDED.say(language), error.headers)
    if error.status_code == 400:
        return _refused(422, "malformed", phrases.NO_JSON.say(language))
    raise error


def saying_too_large(scope: Scope, receive: Receive, send: Send) -> Send:
    """The way of an answer on which the framework's word for a body above the limit becomes a refusal like others."""
    refused = False

    async def pass_on(message: Message) -> None:
        nonlocal refused
        if message["type"] == "http.response.start" and message["status"] == 413:
            refused = True
            await _too_large(scope[MAX_BODY_SIZE_SCOPE_KEY], _language(Headers(scope=scope)))(scope, receive, send)
        elif not refused:
            await send(message)

    return pass_on


def _too_large(limit: int, language: str) -> JSONResponse:
    """`limit` in bytes; where it is that of a file, so is the refusal."""
    if limit > LARGEST:
        error = Invalid("attachment_too_large", limit=LARGEST // 2**20)
        return _refused(413, error.problem, problems.sentence(error, language))
    return _refused(413, "body_too_large", phrases.TOO_LARGE.say(language, limit=weight(limit)))


def _refused(status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": code, "message": message}, status, headers=headers)


def _language(headers: Headers) -> str:
    return "zh" if headers.get("accept-language", "").lower().startswith("zh") else "en"
