"""The page behind a link to a record: how to open it in the chat. Records are shown nowhere else, so it needs no log-in
and holds no data."""

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import HTMLResponse

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>CRM #{number}</title>
<style>body{{font:16px/1.6 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1rem}}
code{{background:#eee;padding:.1em .4em;border-radius:.3em}}</style></head>
<body><h1>#{number}</h1>
<p>Records open in the chat, for those who may see them. In Slack send: <code>/crm find #{number}</code></p>
<p lang="zh">客户资料在聊天里打开，只给有权限的人看。在 Slack 里发送：<code>/crm 查 #{number}</code></p>
</body></html>
"""
_HEADERS = {
    "Cache-Control": "public, max-age=3600",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",
}


def routes() -> APIRouter:
    """`GET /c/{number}`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/c/{number}", response_class=HTMLResponse)
    async def record(number: Annotated[int, Path(ge=1, lt=10**18)]) -> HTMLResponse:
        return HTMLResponse(_PAGE.format(number=number), headers=_HEADERS)

    return router
