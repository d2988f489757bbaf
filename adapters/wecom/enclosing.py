"""Messages with files: uploaded first, then shown one after the other, the words before them and the buttons behind.

Words and cards carry what tells WeCom that they were shown before; a file looks the same in every message. So when
WeCom takes some parts of a message and not the others, those it took are noted, and whoever tries it again, on
whichever node, goes on behind them.
"""

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from adapters.forgetting import Forgetting
from adapters.named import named
from adapters.wecom.errors import WeComError
from adapters.wecom.tokens import Clock
from adapters.wecom.uploads import INVALID_MEDIA, Uploads, media_id_in
from crm_core.chat import DeliveryError, Document, OutboundMessage, Receipt
from crm_core.desk import Memory
from crm_core.enclosure import Enclosure

log = logging.getLogger(__name__)

_KIND = "shown in part"
#: Nobody tries a message for longer.
_USEFUL = timedelta(days=3)


class Post(Protocol):
    """Shows one part of a message. `again`: it may be there already; `once`: then WeCom is to show it once."""

    async def __call__(
        self, message: OutboundMessage, body: Document, *, again: bool, once: bool = True
    ) -> Receipt: ...


@dataclass(frozen=True)
class _Part:
    """`name`: the same in every try; `body` is empty until its `file` is uploaded."""

    name: str
    body: Document
    file: Enclosure | None = None


class Enclosing:
    """`memory`: what was shown in part, for all nodes."""

    def __init__(self, uploads: Uploads, memory: Memory, clock: Clock) -> None:
        self._uploads = uploads
        self._memory = memory
        self._clock = clock
        self._old = Forgetting(memory, _KIND, _USEFUL, clock)

    async def show(
        self,
        message: OutboundMessage,
        said: Sequence[Document],
        buttons: Sequence[Document],
        post: Post,
        *,
        again: bool,
    ) -> Receipt:
        """Every part of a message that has files, those that were shown before left out; the receipt is that of the
        last. Raises `WeComError` and `DeliveryError`."""
        parts, shown = _parts(message, said, buttons), await self._shown(message)
        left = [await self._uploaded(part) for part in parts if part.name not in shown]
        before = len(shown)
        try:
            for part in left:
                shown[part.name] = (await self._show(message, part, post, again=again)).platform_message_id
        except (WeComError, DeliveryError) as error:
            failure = error
        else:
            return Receipt(shown[parts[-1].name])
        if len(shown) > before:
            await self._note(message, shown)
        raise failure

    async def _uploaded(self, part: _Part) -> _Part:
        return part if part.file is None else _Part(part.name, await self._uploads.body(part.file), part.file)

    async def _show(self, message: OutboundMessage, part: _Part, post: Post, *, again: bool) -> Receipt:
        """A file by the id it was uploaded under; when that is too old, under another one. WeCom is asked to show it
        once only where it may be there: it would take the same file in another message for this one."""
        if part.file is None:
            return await post(message, part.body, again=again)
        try:
            return await post(message, part.body, again=again, once=again)
        except WeComError as error:
            if error.errcode != INVALID_MEDIA:
                raise
        body = await self._uploads.body(part.file, refused=(media_id_in(part.body),))
        return await post(message, body, again=again, once=again)

    async def _shown(self, message: OutboundMessage) -> dict[str, str]:
        """The receipts of the parts that earlier tries showed, by their names."""
        noted = await self._memory.get(_KIND, named(message.room_id, message.key)) if message.key else None
        return {} if noted is None else dict(noted["shown"])

    async def _note(self, message: OutboundMessage, shown: dict[str, str]) -> None:
        """Raises `DeliveryError` when it cannot be noted: whoever goes on must take all of it for shown."""
        if not message.key:
            return
        try:
            await self._old.look()
            noted = {"shown": shown, "at": self._clock().isoformat()}
            await self._memory.put(_KIND, named(message.room_id, message.key), noted)
        except Exception as error:
            log.warning("WeCom: a message is shown in part, and that is not noted: %s", type(error).__name__)
            log.debug("noting what is shown", exc_info=True)
            raise DeliveryError("nobody knows which parts are shown", unknown=True) from None


def _parts(message: OutboundMessage, said: Sequence[Document], buttons: Sequence[Document]) -> list[_Part]:
    files = [_Part(f"{place}:{file.digest}:{file.name}", {}, file) for place, file in enumerate(message.files)]
    return [*map(_words, said), *files, *map(_words, buttons)]


def _words(body: Document) -> _Part:
    return _Part(hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest(), body)
