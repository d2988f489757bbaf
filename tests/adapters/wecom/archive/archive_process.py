"""The archive in a process of its own, to be killed. Says how many messages are recorded, first and after each commit.

python -m tests.adapters.wecom.archive.archive_process DATABASE_URL FOLDER
"""

import asyncio
import sys
from pathlib import Path

from sqlmodel import col, func, select

from adapters.wecom.archive import fetching
from crm_core.conversations.tables import Message
from crm_core.database import Database
from tests.adapters.wecom.archive.reading import reading
from tests.fakes.wecom.archive.chats import Chats


async def read(url: str, folder: Path) -> None:
    """Until it is killed. Another node's claim runs out at once: it was ours, and we died."""
    database = Database(url)
    database.after_commit(lambda _: tell(database))
    tell(database)
    async with reading(database, Chats(folder, kept=True), claimed=False):
        await asyncio.Event().wait()


def tell(database: Database) -> None:
    with database.reading() as session:
        count = session.exec(select(func.count(col(Message.id)))).one()
    print(count, flush=True)  # noqa: T201


if __name__ == "__main__":
    fetching.LARGEST_PAGE = 100
    asyncio.run(read(sys.argv[1], Path(sys.argv[2])))
