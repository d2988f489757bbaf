"""Opening the keys of rows takes most of the work, so many at once are opened in a process of our own on all cores;
Python's threads here would let it wait for everything else that the program does."""

import asyncio
import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from adapters.wecom.archive.process import Companion, Died, Frame
from adapters.wecom.archive.ring import Lock, Refused, Ring
from crm_core.chat import Document

#: Fewer are opened right here.
MANY = 100

_ROOT = str(Path(__file__).parents[3])
_RUN = f"import sys; sys.path.insert(0, {_ROOT!r}); from adapters.wecom.archive import unlocking; unlocking.main()"


class Keys:
    """A ring of keys, and the process that uses it when there is much to open."""

    def __init__(self, ring: Ring) -> None:
        self._ring = ring
        self._process = Companion("opening of keys", (sys.executable, "-I", "-c", _RUN), self._hello, _welcome)

    @property
    def fingerprint(self) -> str:
        """Changes when a key comes or goes."""
        return self._ring.fingerprint

    async def unlock(self, locks: Sequence[Lock]) -> list[bytes | Refused]:
        """The key of each row, or why not."""
        if len(locks) >= MANY:
            try:
                return await self._unlock_beside(locks)
            except Died:  # then here, more slowly
                pass
        return await asyncio.to_thread(self._ring.unlock_all, locks)

    async def close(self) -> None:
        await self._process.close()

    async def _unlock_beside(self, locks: Sequence[Lock]) -> list[bytes | Refused]:
        texts = [lock.text.encode("ascii", "replace") for lock in locks]
        rows = [(lock.version, len(text)) for lock, text in zip(locks, texts, strict=True)]
        answer, keys = await self._process.ask({"do": "unlock", "rows": rows}, b"".join(texts))
        at = iter(keys)
        return [bytes(islice(at, length)) if not problem else Refused(problem) for problem, length in answer["rows"]]

    def _hello(self) -> Frame:
        pems = self._ring.pems()
        return {"do": "open", "keys": [(version, len(pem)) for version, pem in pems.items()]}, b"".join(pems.values())


def _welcome(_answer: Document) -> None:
    """It has the keys."""
