"""What a node that died had accepted is recorded and answered by another one, once."""

import asyncio
from datetime import timedelta

from bot.capture.orphans import Orphans
from bot.threads import Core
from crm_core.conversations import ledger
from crm_core.database import Database
from tests.bot.capture.capturing import Answers, conduct, ledger_of, taking_in, texts_of
from tests.bot.capture.envelopes import envelope
from tests.conftest import NOW


def leave_behind(database: Database) -> None:
    """As a node leaves it that is killed between the commit and the recording."""
    with database.writing() as session:
        ledger.keep(session, [envelope("left", "查张三", addressed=True), envelope("old", "旧", received_at=NOW)])


async def answered(database: Database, count: int) -> None:
    """Wait until so many are: each commit is looked at."""
    loop, changed = asyncio.get_running_loop(), asyncio.Event()
    database.after_commit(lambda _: loop.call_soon_threadsafe(changed.set))
    while sum(state == "answered" for _, state, _ in ledger_of(database)) < count:
        changed.clear()
        await changed.wait()


def test_another_node_takes_it_up(database: Database) -> None:
    answers = Answers()

    async def scene() -> None:
        async with taking_in(database, answers, orphans=(0.01, 0.05)) as intake:
            await intake.accept(envelope("own", "自己的"))
            leave_behind(database)
            await answered(database, 3)

    conduct(scene)
    assert sorted(texts_of(database)) == sorted(["查张三", "旧", "自己的"])
    assert answers.texts == ["查张三"]


def test_two_that_take_it_up_answer_once(database: Database) -> None:
    async def scene() -> None:
        async with (
            taking_in(database, orphans=(0.01, 0.05)),
            taking_in(database, orphans=(0.01, 0.05)),
        ):
            leave_behind(database)
            await answered(database, 2)

    conduct(scene)
    assert sorted(texts_of(database)) == sorted(["查张三", "旧"])


def test_what_moves_is_left_to_who_has_it(sqlite_database: Database) -> None:
    taken: list[list[int]] = []

    async def take(ids: list[int]) -> None:
        taken.append(ids)

    async def scene() -> None:
        core = Core(sqlite_database, threads=1)
        orphans = Orphans(core, lambda _: False, take, patience=0.0)
        numbers = []
        for number in range(3):
            with sqlite_database.writing() as session:
                numbers += ledger.keep(session, [envelope(f"e{number}", received_at=NOW + timedelta(seconds=number))])
                ledger.finish(session, [one for one in numbers[:-1] if one is not None])
            await orphans.look()
        assert taken == []
        await orphans.look()
        assert taken == [[numbers[-1]]]
        core.close()

    conduct(scene)
