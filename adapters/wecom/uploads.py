"""Files uploaded to WeCom, each once for everybody: its id is good for three days ("上传临时素材")."""

import asyncio
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import PurePath

from adapters.bounded import Bounded
from adapters.forgetting import Forgetting
from adapters.named import named
from adapters.wecom.errors import WeComError
from adapters.wecom.tokens import Clock
from adapters.wecom.transport import Transport
from crm_core.chat import Document
from crm_core.desk import Memory, Shelf
from crm_core.enclosure import Enclosure, Kind, kind_by_staff

#: What WeCom says to an id that it does not know, or that is too old.
INVALID_MEDIA = 40007

#: An id that is older is not used any more: what it stands for may be looked at a day later.
_FRESH = timedelta(days=2)
#: One that is older is forgotten.
_USEFUL = timedelta(days=3)
_KIND = "upload"
_MOST = 1_000
_ENDINGS = {Kind.IMAGE: (".jpg", ".jpeg", ".png"), Kind.VIDEO: (".mp4",), Kind.FILE: ("",)}
_BY_MIME = {"image/jpeg": ".jpg", "image/png": ".png", "video/mp4": ".mp4"}


class Uploads:
    """`memory` holds the ids, which are of use for every secret of the company."""

    def __init__(self, transport: Transport, shelf: Shelf, memory: Memory, clock: Clock) -> None:
        self._transport = transport
        self._shelf = shelf
        self._memory = memory
        self._clock = clock
        self._turns = Bounded[str, asyncio.Lock](_MOST)
        self._old = Forgetting(memory, _KIND, _USEFUL, clock)

    async def body(self, file: Enclosure, *, refused: Collection[str] = ()) -> Document:
        """`{"msgtype": "image", "image": {"media_id": …}}`; `refused`: ids that are not known there any more. Raises
        `WeComError`, and `DeliveryError` when its bytes are gone."""
        kind = kind_by_staff(file)
        if kind is None:
            raise WeComError(45001, path="media/upload")
        return {"msgtype": kind.value, kind.value: {"media_id": await self._media_id(file, kind, refused)}}

    async def _media_id(self, file: Enclosure, kind: Kind, refused: Collection[str]) -> str:
        key = _key(file, kind)
        async with self._turns.setdefault(key, asyncio.Lock()):
            known = await self._memory.get(_KIND, key)
            if known is not None and known["media_id"] not in refused and self._is_fresh(known):
                return str(known["media_id"])
            await self._old.look()
            content = await self._shelf.content(file.digest)
            at = self._clock()
            media_id = await self._transport.upload(kind.value, _name(file, kind), content, file.mime)
            await self._memory.put(_KIND, key, {"media_id": media_id, "at": at.isoformat()})
            return media_id

    def _is_fresh(self, known: Document) -> bool:
        return self._clock() - datetime.fromisoformat(known["at"]) < _FRESH


def media_id_in(body: Document) -> str:
    """The id in what `Uploads.body` gave."""
    return str(body[body["msgtype"]]["media_id"])


def _key(file: Enclosure, kind: Kind) -> str:
    """The name is part of it: the same bytes under another name are shown under that."""
    return named(kind, file.digest, file.name)


def _name(file: Enclosure, kind: Kind) -> str:
    """With an ending that WeCom takes for this kind."""
    if file.name.lower().endswith(_ENDINGS[kind]):
        return file.name
    return PurePath(file.name).stem + _BY_MIME.get(file.mime, "")
