"""Bytes to and from the addresses that Slack names for files; never to another host, since a token goes with some."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

from adapters.slack.errors import SlackError

#: Seconds for one file.
_WHOLE = 90.0
_PIECE = 65_536
_BROKEN = (aiohttp.ClientError, TimeoutError, OSError, ValueError)


@dataclass(frozen=True)
class Transferred:
    content: bytes
    mime: str


async def put(session: aiohttp.ClientSession, api_url: str, url: str, content: bytes) -> SlackError | None:
    """Why it was not taken, if it was not; nobody sees it yet, so it may be put again."""
    if not is_of_slack(url, api_url):
        return SlackError("elsewhere", method="upload", status=0)
    headers = {"Content-Type": "application/octet-stream"}
    try:
        async with (
            asyncio.timeout(_WHOLE),
            session.post(url, data=content, headers=headers, allow_redirects=False) as answer,
        ):
            return None if answer.status == 200 else _failed("upload", answer.status)
    except _BROKEN:
        return SlackError("unreachable", method="upload", status=0)


async def get(
    session: aiohttp.ClientSession, api_url: str, url: str, *, headers: Mapping[str, str], most: int
) -> Transferred | SlackError:
    """The file, or why not. A redirect leads to a page on which to sign in."""
    if not is_of_slack(url, api_url):
        return SlackError("elsewhere", method="files", status=0)
    try:
        async with (
            asyncio.timeout(_WHOLE),
            session.get(url, headers=headers, allow_redirects=False) as answer,
        ):
            if 300 <= answer.status < 400:
                return SlackError("missing_scope", method="files", needed="files:read")
            if answer.status != 200:
                return _failed("files", answer.status)
            content = bytearray()
            async for piece in answer.content.iter_chunked(_PIECE):
                content += piece
                if len(content) > most:
                    return SlackError("too_large", method="files")
            return Transferred(bytes(content), answer.content_type)
    except _BROKEN:
        return SlackError("unreachable", method="files", status=0)


def is_of_slack(url: str, api_url: str) -> bool:
    """Over TLS at slack.com; or where this program was told that Slack is."""
    try:
        asked, ours = urlsplit(url), urlsplit(api_url)
        host, port = asked.hostname or "", asked.port
    except ValueError:
        return False
    if (asked.scheme, host, port) == (ours.scheme, ours.hostname, ours.port):
        return True
    return asked.scheme == "https" and port in {None, 443} and (host == "slack.com" or host.endswith(".slack.com"))


def _failed(what: str, status: int) -> SlackError:
    """A busy far side is asked again; a refusal is one for good."""
    if status == 429 or status >= 500:
        return SlackError("unreachable", method=what, status=status)
    return SlackError(f"refused_{status}", method=what, status=status)
