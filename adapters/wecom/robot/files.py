"""Files that people give to the robot: encrypted, at addresses that are good for five minutes; so where they are is
remembered in memory alone, by the node that heard of them."""

import asyncio
import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from adapters.bounded import Bounded
from adapters.wecom import wire
from crm_core.chat import DeliveryError, Document
from crm_core.desk import TooLarge

LIFE = timedelta(minutes=5)

_MOST = 500
_SECONDS = 60.0
_BLOCK = 32


class Files:
    """By the number of the message and the place in it. `plain`: WeCom is reached without TLS, so files may be, too."""

    def __init__(self, clock: Callable[[], datetime], *, plain: bool = False) -> None:
        self._clock = clock
        self._schemes = {"https", "http"} if plain else {"https"}
        self._known = Bounded[str, tuple[str, str, datetime]](_MOST)

    def hear(self, message: Document) -> None:
        """Remember where the files of a message are."""
        for place, part in enumerate(parts(message)):
            url, key = part.get("url"), part.get("aeskey")
            if isinstance(url, str) and isinstance(key, str):
                self._known[f"{message.get('msgid')}/{place}"] = (url, key, self._clock() + LIFE)

    async def fetch(self, file_id: str, most: int) -> bytes | None:
        """The bytes; None: it was not given to this robot, or too long ago. Raises `DeliveryError`."""
        found = self._known.get(file_id)
        if found is None or self._clock() >= found[2]:
            return None
        url, key, _ = found
        if urlsplit(url).scheme not in self._schemes:
            raise DeliveryError("the address of a file is not one of WeCom's", permanent=True)
        try:
            sealed = await asyncio.to_thread(wire.download, url, most + _BLOCK, _SECONDS)
        except wire.TooLong:
            raise TooLarge from None
        if sealed is None:
            raise DeliveryError("a file is not to be had", retry_after=1)
        return opened(sealed, key)


def parts(message: Document) -> Iterator[Document]:
    """The message itself and what it is made of, as far as they may be files, in order."""
    kinds = [message, *_items(message)]
    for one in kinds:
        inside = one.get(str(one.get("msgtype")))
        yield inside if isinstance(inside, dict) else {}


def opened(sealed: bytes, key: str) -> bytes:
    """AES-256-CBC, the first half of the key as IV, padded to 32. Raises `DeliveryError`."""
    try:
        secret = base64.b64decode(key + "=" * (-len(key) % 4))
        opening = Cipher(algorithms.AES(secret), modes.CBC(secret[:16])).decryptor()
        content = opening.update(sealed) + opening.finalize()
    except (ValueError, binascii.Error):
        raise DeliveryError("a file does not open", permanent=True) from None
    padding = content[-1] if content else 0
    if not 1 <= padding <= _BLOCK:
        raise DeliveryError("a file does not open", permanent=True)
    return content[:-padding]


def _items(message: Mapping[str, object]) -> list[Document]:
    mixed = message.get("mixed")
    found = mixed.get("msg_item") if isinstance(mixed, dict) else None
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
