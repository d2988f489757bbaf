"""A bare call to Slack's Web API with a given token: what is asked before there is an installation to ask for."""

import asyncio
from dataclasses import dataclass

import aiohttp

from adapters.slack.pacing import seconds_of
from crm_core.chat import Document

#: Seconds for Slack to answer.
PATIENCE = 10.0

_TOO_MANY = 429


@dataclass(frozen=True)
class Answer:
    """`scopes` of the token, as Slack names them beside every answer. `date`: its clock, as HTTP writes it."""

    document: Document
    scopes: tuple[str, ...] = ()
    date: str = ""


class Refused(Exception):
    """`reason`: Slack's word for it, or what became of the call; without token and address."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


async def call(session: aiohttp.ClientSession, api_url: str, method: str, token: str, **arguments: str) -> Answer:
    """Call one method. Raises `Refused`."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        async with (
            asyncio.timeout(PATIENCE),
            session.post(api_url + method, data=arguments, headers=headers, allow_redirects=False) as response,
        ):
            if response.status == _TOO_MANY:
                raise Refused("ratelimited", seconds_of(response.headers.get("Retry-After")))
            document = await response.json(content_type=None) if response.ok else None
            scopes = response.headers.get("x-oauth-scopes", "")
            date = response.headers.get("Date", "")
            status = response.status
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise Refused(type(error).__name__) from None
    if not isinstance(document, dict):
        raise Refused(f"HTTP {status}")
    if document.get("ok") is not True:
        raise Refused(str(document.get("error", "unknown"))[:100])
    return Answer(document, tuple(scope.strip() for scope in scopes.split(",") if scope.strip()), date)
