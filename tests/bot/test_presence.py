"""A program that is alone on its SQLite file need not wait for the claims of those that died."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from adapters.claims import LASTS, Claim
from bot import config
from bot.ports.memory import CoreMemory
from bot.presence import ENDING, Presence
from bot.threads import Core
from crm_core.database import Database
from tests.bot.capture.capturing import conduct
from tests.conftest import NOW
from tests.running import running

_SHARES = (
    "import fcntl, sys; file = open(sys.argv[1], 'ab'); fcntl.flock(file, fcntl.LOCK_SH)\n"
    "print(flush=True); sys.stdin.read()"
)


@contextmanager
def here(database: Database) -> Iterator[tuple[Presence, CoreMemory]]:
    """A program on this database, and what its adapters keep there."""
    core = Core(database, threads=1)
    presence = Presence(core)
    try:
        yield presence, CoreMemory(core, "wecom", lambda: NOW)
    finally:
        presence.leave()
        core.close()


@contextmanager
def another(database: Database) -> Iterator["subprocess.Popen[bytes]"]:
    """Another process that runs on this file, until it is killed."""
    path = database.url.removeprefix("sqlite:///") + ENDING
    with subprocess.Popen(
        [sys.executable, "-c", _SHARES, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield process
        finally:
            process.kill()


def claim(memory: CoreMemory, node: str) -> Claim:
    return Claim(memory, "contacts", lambda: NOW, node)


def test_who_is_alone_has_at_once_what_a_killed_program_claimed(sqlite_database: Database) -> None:
    async def scene() -> None:
        with here(sqlite_database) as (_, memory):
            assert await claim(memory, "killed").hold()
        with here(sqlite_database) as (presence, memory):
            assert not await claim(memory, "risen").hold()
            await presence.come()
            assert await claim(memory, "risen").hold()

    conduct(scene)


def test_the_robots_connection_is_free_too_and_nothing_else_is_forgotten(sqlite_database: Database) -> None:
    async def scene() -> None:
        with here(sqlite_database) as (presence, memory):
            await memory.put("robot_claim", "aib1", {"owner": "killed", "beat": 7})
            await memory.put("kf_cursor", "wk1", {"cursor": "c"})
            await presence.come()
            assert await memory.get("robot_claim", "aib1") is None
            assert await memory.get("kf_cursor", "wk1") == {"cursor": "c"}

    conduct(scene)


def test_what_a_program_claimed_that_runs_beside_this_one_is_its_own(sqlite_database: Database) -> None:
    async def scene() -> None:
        with here(sqlite_database) as (presence, memory), here(sqlite_database) as (second, _):
            await presence.come()
            assert await claim(memory, "first").hold()
            await second.come()
            assert not await claim(memory, "second").hold()
            presence.leave()
            second.leave()
            await second.come()
            assert await claim(memory, "second").hold()

    conduct(scene)


def test_a_process_is_there_until_it_is_killed(sqlite_database: Database) -> None:
    async def scene() -> None:
        with here(sqlite_database) as (presence, memory), another(sqlite_database) as process:
            assert await claim(memory, "another").hold()
            await presence.come()
            assert not await claim(memory, "ours").hold()
            presence.leave()
            process.kill()
            process.wait(timeout=30)
            await presence.come()
            assert await claim(memory, "ours").hold()

    conduct(scene)


def test_a_program_that_starts_is_there_until_it_stops(sqlite_database: Database) -> None:
    settings = config.parse({"database": {"url": sqlite_database.url}})
    with here(sqlite_database) as (presence, memory):
        assert asyncio.run(claim(memory, "killed").hold())
        with running(settings):
            assert asyncio.run(memory.get("claim", "contacts")) is None
            assert asyncio.run(claim(memory, "running").hold())
            conduct(presence.come)
            assert asyncio.run(memory.get("claim", "contacts")) is not None


def test_on_postgresql_claims_run_out(postgres_database: Database) -> None:
    async def scene() -> None:
        with here(postgres_database) as (presence, memory):
            assert await claim(memory, "killed").hold()
            await presence.come()
            assert not await claim(memory, "risen").hold()
            assert await Claim(memory, "contacts", lambda: NOW + LASTS, "risen").hold()

    conduct(scene)
