"""Killed at any instant, the archive loses no row and stores none twice."""

import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random

from crm_core.database import Database
from tests.adapters.wecom.archive.reading import CUSTOMER, cursor_of, messages_of, reading
from tests.bot.capture.capturing import conduct
from tests.fakes.wecom.archive.chats import Chats

ROOT = Path(__file__).parents[4]
ROWS = 400


def test_no_row_is_lost_or_doubled(database: Database, chats: Chats) -> None:
    for n in range(ROWS):
        chats.text(CUSTOMER, "alice", str(n))
    for row in chats.rows[::70]:
        chats.again(row)
    chats.key_files()
    chance = Random(5)
    for kill in range(3):
        goal = chance.randrange(kill * ROWS // 4, (kill + 1) * ROWS // 4)
        kill_when(database, chats, goal)

    async def scene() -> None:
        async with reading(database, chats, claimed=False) as bench:
            await bench.all_settled()

    conduct(scene)
    assert Counter(message.text for message in messages_of(database)) == Counter(str(n) for n in range(ROWS))
    assert cursor_of(database).seq == chats.rows[-1].seq


def kill_when(database: Database, chats: Chats, goal: int) -> None:
    """Kill it once so many messages are recorded."""
    command = [sys.executable, "-m", "tests.adapters.wecom.archive.archive_process", database.url, str(chats.folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        recorded = next((count for count in map(int, process.stdout) if count >= goal), None)
        assert recorded is not None
        process.kill()
