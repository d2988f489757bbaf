"""What the core refuses, as HTTP: `{"error": code, "message": sentence}` in the language the caller accepts."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from bot.language import problems
from crm_core.errors import Conflict, CrmError, Expired, NotAllowed, NotFound

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
                return JSONResponse({"error": "malformed", "message": _where(error)}, 422)
            except HTTPException as error:
                words = {"error": "token_needed", "message": error.detail}
                return JSONResponse(words, error.status_code, headers=dict(error.headers or {}))

        return answer


def _where(error: RequestValidationError) -> str:
    """Where the request is wrong, without repeating what was sent."""
    return "; ".join(f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in error.errors())


def refusal(request: Request, error: CrmError) -> JSONResponse:
    """The response to a refused request."""
    language = "zh" if request.headers.get("accept-language", "").lower().startswith("zh") else "en"
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 422)
    return JSONResponse({"error": error.problem, "message": problems.sentence(error, language)}, status)
