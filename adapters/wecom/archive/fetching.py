"""Pages of encrypted rows, kept with how far was read before anybody looks into them."""

from collections.abc import Callable
from datetime import datetime, timedelta

from adapters.wecom.archive.lag import Reading
from adapters.wecom.archive.library import Library
from adapters.wecom.archive.rows import page_of
from crm_core.archiving import Safe
from crm_core.chat import Cursor
from crm_core.desk import Memory

#: Rows of one page: what the platform gives at most, and the least that is asked for when a page is too large for it.
LARGEST_PAGE = 1000
_SMALLEST_PAGE = 10
_TOO_LARGE = 301058
#: So seldom it is written down that there was nothing new.
_NOTED = timedelta(minutes=10)
_KIND = "archive"


class Refusal(Exception):
    """WeCom refused. `errcode`: see its page "全局错误码"."""

    def __init__(self, errcode: int) -> None:
        super().__init__(f"errcode {errcode}")
        self.errcode = errcode


class Fetching:
    """Reads one queue."""

    def __init__(self, queue: str, library: Library, safe: Safe, memory: Memory, clock: Callable[[], datetime]) -> None:
        self._queue = queue
        self._library = library
        self._safe = safe
        self._memory = memory
        self._clock = clock
        self._limit = LARGEST_PAGE

    async def reading(self) -> Reading:
        """How far this queue was read, by whichever node."""
        return Reading.of(await self._memory.get(_KIND, self._queue))

    async def page(self) -> int:
        """Have the next rows kept; how many. 0: there are none just now.

        Raises `Refusal`, `Unreadable`, and what `Library` raises. Whatever happens, no row is passed over.
        """
        reading, asked_at = await self.reading(), self._clock()
        page = page_of(await self._library.chat(reading.seq, self._limit))
        if page.errcode == _TOO_LARGE and self._limit > _SMALLEST_PAGE:
            self._limit = max(self._limit // 2, _SMALLEST_PAGE)
            return await self.page()
        if page.errcode:
            raise Refusal(page.errcode)
        if page.rows:
            await self._safe.keep(self._queue, page.rows, self._cursor(reading.up_to(page.last)))
        elif reading.complete_at is None or asked_at - reading.complete_at >= _NOTED:
            await self._memory.put(_KIND, self._queue, reading.complete(asked_at).document())
        self._limit = min(self._limit * 2, LARGEST_PAGE)
        return len(page.rows)

    def _cursor(self, reading: Reading) -> Cursor:
        return Cursor("wecom", _KIND, self._queue, reading.document())
