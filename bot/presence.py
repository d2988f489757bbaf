"""Whether this is the only program on its SQLite file: told by a lock that the system takes away when a program ends,
however it ends.

Each running program shares the lock. Who can have it alone, before sharing it, is the only one; so claims that stand in
the database are those of programs that died, and need not run out first. On PostgreSQL nothing of that kind is certain.
"""

import sys
from pathlib import Path
from typing import IO

from sqlalchemy import make_url

from bot.threads import Core
from crm_core.platforms import memory

#: Beside the database; empty, and never removed: who locks it must lock the same file.
ENDING = "-running"

#: Who of several nodes does a work, as the adapters keep it.
_CLAIMS = ("claim", "robot_claim")


class Presence:
    """From `come` to `leave`."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._file: IO[bytes] | None = None

    async def come(self) -> None:
        """Be here; claims of programs that are not here any more are over."""
        path = _beside(self._core.database.url)
        if path is None:
            return
        self._file = path.open("ab")
        if _shared(self._file):
            await self._core.write(lambda session: memory.forget(session, _CLAIMS))

    def leave(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _beside(url: str) -> Path | None:
    """The file to lock; None for a database that is no file."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in {None, "", ":memory:"}:
        return None
    path = Path(str(parsed.database)).resolve()
    return path.with_name(path.name + ENDING)


if sys.platform == "win32":

    def _shared(_file: IO[bytes]) -> bool:
        return False

else:
    import fcntl

    def _shared(file: IO[bytes]) -> bool:
        """Share the lock; whether nobody did before.

        Between the two steps another program may have it alone for a moment: neither holds anything by then.
        """
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            alone = True
        except BlockingIOError:
            alone = False
        fcntl.flock(file, fcntl.LOCK_SH)
        return alone
