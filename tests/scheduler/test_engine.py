"""The engine hands each key to one worker at a time, in memory and over PostgreSQL."""

import asyncio
from collections.abc import Awaitable, Callable

from scheduler.engine import Engine, engine_for


def conduct(url: str, scene: Callable[[Engine, asyncio.Queue[str]], Awaitable[None]]) -> None:
    """Run a scene with an engine whose worker tells which keys it was given."""

    async def main() -> None:
        engine = engine_for(url)
        given: asyncio.Queue[str] = asyncio.Queue()

        async def work(key: str) -> None:
            given.put_nowait(key)

        await engine.start(work)
        try:
            async with asyncio.timeout(30):
                await scene(engine, given)
        finally:
            await engine.stop()

    asyncio.run(main())


async def until_given(engine: Engine, given: asyncio.Queue[str], key: str) -> None:
    """Wake as the clock does, again and again: an engine that just starts may lose a wake."""
    while True:
        engine.wake(key)
        try:
            assert await asyncio.wait_for(given.get(), 1) == key
        except TimeoutError:
            continue
        return


def test_a_woken_key_is_worked_on_and_can_be_woken_again(database_url: str) -> None:
    async def scene(engine: Engine, given: asyncio.Queue[str]) -> None:
        for _ in range(3):
            await until_given(engine, given, "console")

    conduct(database_url, scene)


def test_the_log_of_finished_work_can_be_forgotten(database_url: str) -> None:
    async def scene(engine: Engine, given: asyncio.Queue[str]) -> None:
        await until_given(engine, given, "console")
        await engine.tidy()
        await until_given(engine, given, "slack")

    conduct(database_url, scene)


def test_a_key_has_one_worker_at_a_time(database_url: str) -> None:
    async def main() -> None:
        nodes = 1 if database_url.startswith("sqlite") else 2
        engines = [engine_for(database_url) for _ in range(nodes)]
        busy = most = total = 0
        enough = asyncio.Event()

        async def work(_key: str) -> None:
            nonlocal busy, most, total
            busy, total = busy + 1, total + 1
            most = max(most, busy)
            for _ in range(20):
                await asyncio.sleep(0)
            busy -= 1
            if total >= 20:
                enough.set()

        for engine in engines:
            await engine.start(work)
        async with asyncio.timeout(60):
            while not enough.is_set():
                for engine in engines:
                    engine.wake("console")
                await asyncio.sleep(0.005)
        for engine in engines:
            await engine.stop()
        assert most == 1

    asyncio.run(main())


def test_an_engine_stops_even_before_it_is_open(database_url: str) -> None:
    async def main() -> None:
        engine = engine_for(database_url)

        async def work(_key: str) -> None:
            raise AssertionError

        await engine.start(work)
        await asyncio.wait_for(engine.stop(), 30)

    asyncio.run(main())


def test_an_engine_whose_database_is_away_keeps_trying_and_stops() -> None:
    async def main() -> None:
        engine = engine_for("postgresql+psycopg://nobody@127.0.0.1:9/none")

        async def work(_key: str) -> None:
            raise AssertionError

        await engine.start(work)
        engine.wake("console")
        await asyncio.sleep(0.3)
        await asyncio.wait_for(engine.stop(), 30)

    asyncio.run(main())
