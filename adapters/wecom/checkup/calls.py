"""A bare call to WeCom's API for the doctor, which has no database to keep tokens in and wants to know the address that
WeCom sees us at."""

import asyncio
import json
import re
from dataclasses import dataclass

import aiohttp
from pydantic import SecretStr

from crm_core.chat import Document

_PATIENCE = 10.0
_MOST = 8_000_000
_ADDRESS = re.compile(r"from ip: ([0-9a-fA-F.:]{2,45})")


@dataclass(frozen=True)
class Answer:
    """`date`: WeCom's clock, as HTTP writes it."""

    document: Document
    date: str = ""


class Refused(Exception):
    """`errcode`: WeCom's, None when there was none; then `reason` is what became of the call. `address`: ours, as WeCom
    sees it. Holds no secret."""

    def __init__(self, errcode: int | None, reason: str = "", address: str = "") -> None:
        super().__init__(errcode, reason)
        self.errcode = errcode
        self.reason = reason
        self.address = address


async def token(session: aiohttp.ClientSession, api_url: str, corp_id: str, secret: SecretStr) -> Answer:
    """With the token in its document: the one there is, if there is one. Raises `Refused`."""
    return await ask(session, api_url, "gettoken", {"corpid": corp_id, "corpsecret": secret.get_secret_value()})


async def ask(
    session: aiohttp.ClientSession,
    api_url: str,
    path: str,
    parameters: dict[str, str],
    body: Document | None = None,
) -> Answer:
    """One call; with a body it is a POST. Raises `Refused`, with nothing of the address behind it."""
    try:
        async with (
            asyncio.timeout(_PATIENCE),
            session.request(
                "GET" if body is None else "POST", api_url + path, params=parameters, json=body, allow_redirects=False
            ) as response,
        ):
            status, date = response.status, response.headers.get("Date", "")
            text = (await response.content.read(_MOST)).decode("utf-8", "replace")
            document, reason = _read(text) if status == 200 else None, f"HTTP {status}"
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        document, date, reason = None, "", type(error).__name__
    if document is None:
        raise Refused(None, reason)
    errcode = str(document.get("errcode", 0))
    if errcode != "0":
        seen = _ADDRESS.search(str(document.get("errmsg", "")))
        raise Refused(int(errcode) if errcode.removeprefix("-").isdecimal() else -1, "", seen[1] if seen else "")
    return Answer(document, date)


def _read(text: str) -> Document | None:
    try:
        read = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None
