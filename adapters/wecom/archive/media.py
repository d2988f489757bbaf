"""Files of archived messages, stored in a folder where one is configured; what waits survives a restart.

A file is fetched piece by piece. What passes (network, system) is tried again; what never works is given up and said.
"""

import asyncio
import hashlib
import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

from adapters.wecom.archive import bodies
from adapters.wecom.archive.bodies import File
from adapters.wecom.archive.library import Library, LibraryError
from adapters.wecom.archive.process import Died
from crm_core.chat import Document
from crm_core.desk import Memory

log = logging.getLogger(__name__)

#: Bytes of the largest file that is stored.
LARGEST = 100 * 2**20
#: Tries before a file is given up, and minutes before the next: doubled each time.
MOST_TRIES = 6

_KIND = "media"
_FIRST_WAIT = timedelta(minutes=1)
_AGAIN = 3


class Spoilt(Exception):
    """The file is not what the message says."""


class Media:
    """`folder`: where files go, under the hash of their id. `library`: a process of its own, since files take long."""

    def __init__(
        self,
        folder: Path,
        library: Library,
        memory: Memory,
        clock: Callable[[], datetime],
        *,
        largest: int = LARGEST,
    ) -> None:
        self._folder = folder
        self._library = library
        self._memory = memory
        self._clock = clock
        self._largest = largest
        self._turn = asyncio.Lock()
        self.wanted = asyncio.Event()

    async def want(self, rows: Iterable[Document]) -> None:
        """Remember the files of these opened rows."""
        for row in rows:
            for file in bodies.read(row).files:
                key = key_of(file.file_id)
                if not self.path(key, file.name).exists():
                    await self._memory.replace(_KIND, key, None, _job(file))
                    self.wanted.set()

    async def fetch_due(self) -> int:
        """Fetch every file whose time has come; how many still wait."""
        async with self._turn:
            self.wanted.clear()
            for key, job in (await self._memory.all(_KIND)).items():
                if not job["given_up"] and _is_due(job, self._clock()):
                    await self._fetch(key, job)
        return sum(not job["given_up"] for job in (await self._memory.all(_KIND)).values())

    def path(self, key: str, name: str) -> Path:
        """Where a file is stored."""
        ending = Path(name).suffix if Path(name).suffix[1:].isalnum() and len(Path(name).suffix) <= 8 else ""
        return self._folder / key[:2] / f"{key}{ending.lower()}"

    async def _fetch(self, key: str, job: Document) -> None:
        problem = ""
        if job["size"] and job["size"] > self._largest:
            problem = "too_large"
        else:
            problem = await self._stored(key, job)
        if not problem:
            await self._memory.take(_KIND, key)
            return
        tries = job["tries"] + 1
        given_up = tries >= MOST_TRIES or problem in _FOR_GOOD
        until = (self._clock() + _FIRST_WAIT * 2**tries).isoformat()
        after = {**job, "tries": tries, "not_before": until, "problem": problem, "given_up": given_up}
        await self._memory.put(_KIND, key, after)
        if given_up:
            log.warning("WeCom: a file of the archive is given up: %s", problem)

    async def _stored(self, key: str, job: Document) -> str:
        """Store the file; why not, else ""."""
        path = self.path(key, job["name"])
        try:
            await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
            await self._load(job, path)
        except LibraryError as error:
            return f"code_{error.code}"
        except Died as error:
            return error.reason
        except Spoilt as error:
            return str(error)
        except OSError as error:
            return error.strerror or "disk"
        return ""

    async def _load(self, job: Document, path: Path) -> None:
        """Piece by piece into a file beside it, which takes its place when it is whole."""
        part, digest, size = path.with_suffix(".part"), hashlib.md5(usedforsecurity=False), 0
        index, finished = "", False
        try:
            with part.open("wb") as file:
                while not finished:
                    data, index, finished = await self._piece(job["file_id"], index)
                    size += len(data)
                    if size > self._largest:
                        raise Spoilt("too_large")
                    digest.update(data)
                    await asyncio.to_thread(file.write, data)
            _require_whole(job, size, digest.hexdigest())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    async def _piece(self, file_id: str, index: str) -> tuple[bytes, str, bool]:
        for tried in range(_AGAIN):
            try:
                chunk = await self._library.media(file_id, index)
            except LibraryError as error:
                if not error.passing or tried == _AGAIN - 1:
                    raise
            else:
                if not chunk.data and not chunk.finished:
                    raise Spoilt("no_end")
                return chunk.data, chunk.index, chunk.finished
        raise AssertionError("unreachable")


_FOR_GOOD = frozenset({"too_large", "code_10005", "code_10010"})


def _is_due(job: Document, now: datetime) -> bool:
    return job["not_before"] is None or datetime.fromisoformat(job["not_before"]) <= now


def key_of(file_id: str) -> str:
    return hashlib.sha256(file_id.encode()).hexdigest()


def _job(file: File) -> Document:
    return {
        "file_id": file.file_id,
        "name": file.name,
        "size": file.size,
        "md5": file.md5.lower(),
        "tries": 0,
        "not_before": None,
        "problem": "",
        "given_up": False,
    }


def _require_whole(job: Document, size: int, digest: str) -> None:
    """The platform leaves the checksum out now and then; then the size must do."""
    if job["md5"] and job["md5"] != digest:
        raise Spoilt("checksum")
    if not job["md5"] and job["size"] and job["size"] != size:
        raise Spoilt("size")
