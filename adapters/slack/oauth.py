"""`/slack/install` and `/slack/oauth_redirect`: a workspace lets the bot in.

Only who has the link with the key may begin: the people of a workspace that is let in are known by their e-mail. The
state that goes to Slack and back is good once, for ten minutes, and for the browser that began.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape
from urllib.parse import urlencode, urljoin

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from adapters.slack import scopes
from adapters.slack.calls import Refused
from adapters.slack.grants import Grants
from adapters.slack.manifest import COMMAND, REDIRECT_PATH
from adapters.slack.workspaces import Workspaces
from crm_core.desk import Memory

INSTALL_PATH = "slack/install"
COOKIE = "crmbot_install"
LIFETIME = timedelta(minutes=10)

_KIND = "oauth state"
_LONGEST = 600
_MOST_STATES = 500
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
}


@dataclass(frozen=True)
class Consent:
    """How a person is asked. `key`: what the link to begin with carries. `public_url` ends with a slash."""

    api_url: str
    public_url: str
    client_id: str
    key: str = field(repr=False)

    @property
    def redirect_uri(self) -> str:
        return f"{self.public_url}{REDIRECT_PATH}"

    @property
    def link(self) -> str:
        """Where to begin."""
        return f"{self.public_url}{INSTALL_PATH}?{urlencode({'key': self.key})}"

    def address(self, state: str) -> str:
        """Slack's page that asks."""
        asked = {
            "client_id": self.client_id,
            "scope": ",".join(scopes.names()),
            "redirect_uri": self.redirect_uri,
            "state": state,
        }
        return f"{urljoin(self.api_url, '/oauth/v2/authorize')}?{urlencode(asked)}"


class States:
    """What is under way, in our own database, so that any node may finish it.

    A state is kept as a hash of it and of the cookie of the browser: neither alone finds it.
    """

    def __init__(self, memory: Memory, clock: Callable[[], datetime]) -> None:
        self._memory = memory
        self._clock = clock

    async def begin(self, browser: str) -> str | None:
        """A new state for this browser; None when too many are under way."""
        if await self._count() >= _MOST_STATES:
            return None
        state = secrets.token_urlsafe(32)
        until = (self._clock() + LIFETIME).isoformat()
        await self._memory.put(_KIND, _key(state, browser), {"until": until})
        return state

    async def finish(self, state: str, browser: str) -> bool:
        """Whether this state is under way in this browser; from now on it is not."""
        if not state or not browser or len(state) + len(browser) > _LONGEST:
            return False
        found = await self._memory.take(_KIND, _key(state, browser))
        return found is not None and datetime.fromisoformat(found["until"]) > self._clock()

    async def _count(self) -> int:
        """How many are under way; those that ran out are taken away."""
        states = await self._memory.all(_KIND)
        old = [key for key, found in states.items() if datetime.fromisoformat(found["until"]) <= self._clock()]
        for key in old:
            await self._memory.take(_KIND, key)
        return len(states) - len(old)


def routes(workspaces: Workspaces, grants: Grants, states: States, consent: Consent) -> APIRouter:
    """Both pages."""
    router = APIRouter(include_in_schema=False)
    pages = _Pages(workspaces, grants, states, consent)

    @router.get(f"/{INSTALL_PATH}")
    async def install(key: str = "") -> Response:
        return await pages.begin(key)

    @router.get(f"/{REDIRECT_PATH}")
    async def oauth_redirect(request: Request, code: str = "", state: str = "", error: str = "") -> Response:
        return await pages.finish(request.cookies.get(COOKIE, ""), code, state, error)

    return router


class _Pages:
    def __init__(self, workspaces: Workspaces, grants: Grants, states: States, consent: Consent) -> None:
        self._workspaces = workspaces
        self._grants = grants
        self._states = states
        self._consent = consent

    async def begin(self, key: str) -> Response:
        if not hmac.compare_digest(key.encode("utf-8", "replace"), self._consent.key.encode()):
            return _page(
                403,
                "这个链接不完整。请向管理员要安装链接：crmbot slack install-link",
                "This link is not whole. Ask the administrator for it: crmbot slack install-link",
            )
        browser = secrets.token_urlsafe(32)
        state = await self._states.begin(browser)
        if state is None:
            return _page(
                429, "正在安装的人太多，请几分钟后再来。", "Too many are installing. Come back in some minutes."
            )
        response = RedirectResponse(self._consent.address(state), status_code=302, headers=_HEADERS)
        response.set_cookie(
            COOKIE,
            browser,
            max_age=int(LIFETIME.total_seconds()),
            path="/",
            secure=self._consent.public_url.startswith("https"),
            httponly=True,
            samesite="lax",
        )
        return response

    async def finish(self, browser: str, code: str, state: str, error: str) -> Response:
        if not await self._states.finish(state, browser):
            return _page(
                400,
                "这次安装已失效：链接只能用一次，十分钟内有效，并且要在同一个浏览器里完成。请从头再来。",
                "This installation is not under way any more: it is good once, for ten minutes, in the browser that "
                "began it. Please begin again.",
            )
        if error or not code or len(code) > _LONGEST:
            return _page(400, "没有安装：Slack 里没有同意。", "Not installed: it was not allowed in Slack.")
        return await self._take_in(code)

    async def _take_in(self, code: str) -> Response:
        try:
            grant = await self._grants.for_code(code, self._consent.redirect_uri)
        except Refused as error:
            return _page(400, f"没有安装。Slack 的回答：{error.reason}", f"Not installed. The answer: {error.reason}")
        await self._workspaces.add(grant)
        name = grant.installation.name
        return _page(
            200,
            f"已装进 {name}。在 Slack 里发送 {COMMAND} help 就可以开始。",
            f"Installed in {name}. Begin in Slack with {COMMAND} help.",
        )


def _page(status: int, zh: str, en: str) -> Response:
    body = f"<p>{escape(en)}</p><p lang='zh'>{escape(zh)}</p>"
    html = (
        "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'><title>crmbot</title>"
        "<meta name='viewport' content='width=device-width'>"
        "<style>body{font:16px/1.6 system-ui;max-width:36em;margin:4em auto;padding:0 1em}</style></head>"
        f"<body>{body}</body></html>"
    )
    response = HTMLResponse(html, status_code=status, headers=_HEADERS)
    response.delete_cookie(COOKIE, path="/")
    return response


def _key(state: str, browser: str) -> str:
    return hashlib.sha256(f"{state} {browser}".encode("utf-8", "replace")).hexdigest()
