"""What the clock looks after."""

import asyncio
from datetime import timedelta

from sqlmodel import select

from bot.outreach.rounds import throw_away_files
from bot.threads import Core
from crm_core.database import Database
from crm_core.files import shelf
from crm_core.files.tables import KeptFile
from tests.conftest import NOW


def test_however_many_files_nobody_sends_are_thrown_away_at_once(sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        for number in range(50):
            shelf.begin(session, str(number), 1, now=NOW)
    core = Core(sqlite_database, threads=1)
    asyncio.run(throw_away_files(core, NOW + timedelta(days=8)))
    core.close()
    with sqlite_database.reading() as session:
        assert session.exec(select(KeptFile)).all() == []
