"""Bytes of files: kept once, part by part, thrown away when nobody sends them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import func, select

from crm_core.database import Database
from crm_core.enclosure import LARGEST
from crm_core.errors import Invalid, NotFound
from crm_core.files import handed, shelf
from crm_core.files.tables import FilePart, KeptFile
from crm_core.people.tables import Role
from crm_core.people.viewer import of_token
from tests.conftest import NOW

API = of_token("shop", Role.ADMIN, timezone="Asia/Shanghai", language="en")
CONTENT = bytes(range(256)) * 700  # several parts


def keep(database: Database, content: bytes = CONTENT) -> str:
    digest = shelf.digest_of(content)
    with database.writing() as session:
        file_id = shelf.begin(session, digest, len(content), now=NOW).id
    for number, slab in shelf.slabs(content):
        with database.writing() as session:
            shelf.put(session, file_id, number, slab)
    with database.writing() as session:
        shelf.finish(session, file_id)
    return digest


def test_what_is_kept_comes_back_and_is_there_once(database: Database) -> None:
    digests = {keep(database), keep(database)}
    with database.reading() as session:
        assert [shelf.content(session, digest) for digest in digests] == [CONTENT]
        assert session.exec(select(func.count()).select_from(FilePart)).one() == -(-len(CONTENT) // shelf.PART)


def test_a_file_that_was_half_put_is_gone_on_with(database: Database) -> None:
    digest = shelf.digest_of(CONTENT)
    with database.writing() as session:
        file_id = shelf.begin(session, digest, len(CONTENT), now=NOW).id
        shelf.put(session, file_id, 1, CONTENT[shelf.PART : 2 * shelf.PART])
        with pytest.raises(NotFound):
            shelf.content(session, digest)
    keep(database)
    with database.reading() as session:
        assert shelf.content(session, digest) == CONTENT


def test_a_file_nobody_sends_is_thrown_away_and_one_that_goes_out_is_not(sqlite_database: Database) -> None:
    unused, sent = keep(sqlite_database), keep(sqlite_database, b"the list")
    with sqlite_database.writing() as session:
        handed.note(session, unused, name="a.bin", mime="", viewer=API, now=NOW)
        shelf.need(session, [sent], until=None)
    later = NOW + timedelta(days=8)
    with sqlite_database.writing() as session:
        assert shelf.unused(session, now=NOW, limit=9) == []
        for file_id in shelf.unused(session, now=later, limit=9):
            shelf.throw_away(session, file_id, now=later)
    with sqlite_database.reading() as session:
        assert [file.digest for file in session.exec(select(KeptFile))] == [sent]
        with pytest.raises(NotFound):
            handed.by_number(session, [1], viewer=API)


def test_given_again_at_the_moment_it_is_thrown_away_it_is_kept_anew(postgres_database: Database) -> None:
    digest, later = keep(postgres_database), NOW + timedelta(days=8)

    def begin_again() -> bool:
        with postgres_database.writing() as session:
            return shelf.begin(session, digest, len(CONTENT), now=later).whole

    with ThreadPoolExecutor(1) as thread:
        with postgres_database.writing() as session:
            shelf.throw_away(session, session.exec(select(KeptFile.id)).one(), now=later)
            whole = thread.submit(begin_again)
            while not whole.done() and not somebody_waits(postgres_database):
                pass
        assert whole.result() is False
    with postgres_database.reading() as session:
        assert session.exec(select(KeptFile.digest, KeptFile.whole)).all() == [(digest, False)]


def somebody_waits(database: Database) -> bool:
    """Whether a transaction of this database waits for another one."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with database.reading() as session:
        return bool(session.connection().exec_driver_sql(waiting).scalar_one())


def test_nothing_and_too_much_are_refused(sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        for size, problem in ((0, "attachment_empty"), (LARGEST + 1, "attachment_too_large")):
            with pytest.raises(Invalid, match=problem):
                shelf.begin(session, "x", size, now=NOW)
