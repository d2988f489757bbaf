"""Files of the web chat: taken from the page before the line they belong to, and shown to who sees the post."""

from typing import Any, TypeAlias
from urllib.parse import quote

from fastapi import HTTPException, Response

from adapters.console.client import Post
from adapters.console.format import files_in, to_document
from crm_core import filetypes
from crm_core.chat import Card, DeliveryError
from crm_core.desk import Shelf
from crm_core.enclosure import LARGEST, Enclosure
from crm_core.errors import CrmError

_Document: TypeAlias = dict[str, Any]


async def take(shelf: Shelf, content: bytes, name: str) -> _Document:
    """Keep the bytes; what the page is told of them."""
    try:
        file = await kept(shelf, content, name)
    except CrmError:
        raise HTTPException(422, f"A file has at least one byte, and at most {LARGEST // 2**20} MB.") from None
    (told,) = to_document(Card(), [file])["files"]
    return dict(told)


async def kept(shelf: Shelf, content: bytes, name: str) -> Enclosure:
    """The same, as it goes with a line. Raises `CrmError`."""
    return _enclosure(await shelf.keep(content), name, content)


async def known(shelf: Shelf, digest: str, name: str) -> Enclosure:
    """A file that was taken: what it is, is read from its bytes once more, since pages may tell anything."""
    try:
        return _enclosure(digest, name, await shelf.content(digest))
    except DeliveryError:
        raise HTTPException(422, "This file is not kept. Send it again.") from None


async def shown(shelf: Shelf, post: Post | None, place: int) -> Response:
    """A file of a post. Pictures may stand in the page; everything else is saved by the browser, and nothing runs."""
    files = () if post is None else files_in(post.card)
    if place >= len(files):
        raise HTTPException(404, "There is no such file.")
    file = files[place]
    try:
        content = await shelf.content(file.digest)
    except DeliveryError:
        raise HTTPException(404, "This file is not kept any more.") from None
    picture = file.mime in filetypes.PICTURES
    headers = {
        "Content-Disposition": f"{'inline' if picture else 'attachment'}; filename*=utf-8''{quote(file.name)}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, max-age=86400, immutable",
    }
    return Response(content, media_type=file.mime if picture else "application/octet-stream", headers=headers)


def _enclosure(digest: str, name: str, content: bytes) -> Enclosure:
    mime = filetypes.mime_of(content, name)
    return Enclosure(digest, filetypes.name_of(name, mime), mime, len(content))
