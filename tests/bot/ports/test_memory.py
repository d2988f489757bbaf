import asyncio

from bot.ports.memory import CoreMemory
from bot.threads import Core
from crm_core.database import Database
from crm_core.desk import Memory
from tests.conftest import NOW


def memory_of(database: Database, platform: str = "slack") -> Memory:
    return CoreMemory(Core(database, threads=4), platform, lambda: NOW)


def test_what_was_put_is_there_by_kind_and_key(database: Database) -> None:
    async def keep() -> tuple[object, ...]:
        memory = memory_of(database)
        await memory.put("user", "U1", {"name": "Alice"})
        await memory.put("user", "U1", {"name": "Alice", "tz": "Asia/Shanghai"})
        await memory.put("room", "U1", {"title": "east"})
        return (
            await memory.get("user", "U1"),
            await memory.get("user", "U2"),
            await memory.all("room"),
            await memory_of(database, "wecom").get("user", "U1"),
        )

    known = {"name": "Alice", "tz": "Asia/Shanghai"}
    assert asyncio.run(keep()) == (known, None, {"U1": {"title": "east"}}, None)


def test_of_several_who_take_at_once_one_gets_it(database: Database) -> None:
    async def take() -> list[object]:
        memory = memory_of(database)
        await memory.put("state", "s1", {"for": "alice"})
        return [found for found in await asyncio.gather(*(memory.take("state", "s1") for _ in range(6))) if found]

    assert asyncio.run(take()) == [{"for": "alice"}]


def test_of_several_who_replace_the_same_one_succeeds(database: Database) -> None:
    async def replace() -> tuple[list[bool], object]:
        memory = memory_of(database)
        first = await asyncio.gather(*(memory.replace("token", "T1", None, {"turn": 0}) for _ in range(4)))
        tried = (memory.replace("token", "T1", {"turn": 0}, {"turn": turn}) for turn in range(1, 7))
        second = await asyncio.gather(*tried)
        return [sum(first) == 1, sum(second) == 1], await memory.get("token", "T1")

    once, kept = asyncio.run(replace())
    assert once == [True, True]
    assert kept in [{"turn": turn} for turn in range(1, 7)]


def test_nothing_is_replaced_when_something_else_is_there(database: Database) -> None:
    async def replace() -> tuple[bool, bool, object]:
        memory = memory_of(database)
        missing = await memory.replace("token", "T1", {"turn": 0}, {"turn": 1})
        await memory.put("token", "T1", {"turn": 5})
        return missing, await memory.replace("token", "T1", None, {"turn": 1}), await memory.get("token", "T1")

    assert asyncio.run(replace()) == (False, False, {"turn": 5})
