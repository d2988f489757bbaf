"""The archive in a process of its own, to be killed.

python -m tests.adapters.wecom.archive.archive_process DATABASE_URL FOLDER
"""

import asyncio
import sys
from pathlib import Path

from crm_core.database import Database
from tests.adapters.wecom.archive.reading import reading
from tests.fakes.wecom.archive.chats import Chats


async def read(url: str, folder: Path) -> None:
    """Until it is killed. Another node's claim runs out at once: it was ours, and we died."""
    async with reading(Database(url), Chats(folder, kept=True), claimed=False):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(read(sys.argv[1], Path(sys.argv[2])))
