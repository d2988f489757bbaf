"""What is asked for while a transaction runs shares the next one, and nobody suffers from a neighbour."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from bot.threads import Core
from crm_core.database import Database
from crm_core.outreach.tables import Fired
from scheduler.together import Together
from tests.conftest import NOW


def writing(name: str) -> Callable[[Session], str]:
    def write(session: Session) -> str:
        session.add(Fired(name=name, slot=NOW))
        session.flush()
        return name

    return write


def conduct(database: Database, scene: Callable[[Together], Awaitable[None]]) -> int:
    """Run the scene; how many commits it took."""
    commits: list[Session] = []
    database.after_commit(commits.append)

    async def bounded() -> None:
        core = Core(database, threads=2)
        async with asyncio.timeout(30):
            await scene(Together(core))
        core.close()

    asyncio.run(bounded())
    return len(commits)


def names(session: Session) -> list[str]:
    return list(session.exec(select(Fired.name).order_by(col(Fired.name))))


def test_many_share_few_commits_and_each_gets_its_own_result(sqlite_database: Database) -> None:
    async def scene(together: Together) -> None:
        wanted = [f"{number:02}" for number in range(50)]
        assert await asyncio.gather(*(together.write(writing(name)) for name in wanted)) == wanted
        assert await together.read(names) == wanted

    assert conduct(sqlite_database, scene) <= 2


def test_one_that_fails_fails_alone(database: Database) -> None:
    def fail(session: Session) -> None:
        session.add(Fired(name="never", slot=NOW + timedelta(days=1)))
        session.flush()
        raise LookupError("mine alone")

    async def scene(together: Together) -> None:
        results = await asyncio.gather(
            together.write(writing("a")), together.write(fail), together.write(writing("b")), return_exceptions=True
        )
        assert (results[0], results[2]) == ("a", "b")
        assert isinstance(results[1], LookupError)
        assert await together.read(names) == ["a", "b"]

    conduct(database, scene)


def test_who_gave_up_waiting_changes_nothing_for_the_others(sqlite_database: Database) -> None:
    async def scene(together: Together) -> None:
        first = asyncio.ensure_future(together.write(writing("a")))
        second = asyncio.ensure_future(together.write(writing("b")))
        await asyncio.sleep(0)
        first.cancel()
        assert await second == "b"
        with pytest.raises(asyncio.CancelledError):
            await first

    conduct(sqlite_database, scene)
