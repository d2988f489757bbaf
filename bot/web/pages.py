"""The page of the web chat and its files. Everything comes from here: the policy lets the browser load nothing else."""

from pathlib import Path

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import FileResponse

from adapters.console.webhook import only_this_name

_FOLDER = Path(__file__).parent / "static"

#: The files of the page and their types.
FILES = {
    "index.html": "text/html; charset=utf-8",
    "chat.css": "text/css; charset=utf-8",
    "chat.js": "text/javascript; charset=utf-8",
    "card.js": "text/javascript; charset=utf-8",
    "files.js": "text/javascript; charset=utf-8",
    "words.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


def routes() -> APIRouter:
    """`/` and `/static/…`."""
    router = APIRouter(dependencies=[Depends(only_this_name)], include_in_schema=False)

    @router.get("/")
    async def page() -> FileResponse:
        return _file("index.html")

    @router.get("/static/{name}")
    async def file(name: str) -> FileResponse:
        if name not in FILES:
            raise HTTPException(404)
        return _file(name)

    return router


def _file(name: str) -> FileResponse:
    return FileResponse(_FOLDER / name, media_type=FILES[name], headers=_HEADERS)
