"""Work in the background gives way while somebody waits for an answer, but not for ever."""

import asyncio

from bot.courtesy import Courtesy
from crm_core.chat import InboundMessage
from crm_core.database import Database
from tests.bot.capture.capturing import conduct, taking_in
from tests.bot.capture.envelopes import envelope


def test_it_goes_on_as_soon_as_the_answer_is_given(sqlite_database: Database) -> None:
    courtesy = Courtesy(longest=30)
    went_on: list[str] = []

    async def work(when: str) -> None:
        await courtesy.give_way()
        went_on.append(when)

    async def scene() -> None:
        asked, answer = asyncio.Event(), asyncio.Event()

        async def handle(inbound: InboundMessage, envelope_id: int) -> None:
            asked.set()
            await answer.wait()
            went_on.append("answered")

        async with taking_in(sqlite_database, handle, courtesy=courtesy) as intake:
            await work("before")
            await intake.accept(envelope("e1", addressed=True))
            await asked.wait()
            meanwhile = asyncio.create_task(work("meanwhile"))
            await intake.accept(envelope("e2", "not for the bot"))
            await intake.settled("console", "e2")
            answer.set()
            await meanwhile

    conduct(scene)
    assert went_on == ["before", "answered", "meanwhile"]


def test_what_is_fetched_is_nobody_who_waits(sqlite_database: Database) -> None:
    async def scene() -> None:
        courtesy, asked, go_on = Courtesy(longest=30), asyncio.Event(), asyncio.Event()

        async def handle(inbound: InboundMessage, envelope_id: int) -> None:
            asked.set()
            await go_on.wait()

        async with taking_in(sqlite_database, handle, courtesy=courtesy) as intake:
            await intake.accept_all([envelope("e1", addressed=True)])
            await asked.wait()
            await courtesy.give_way()
            go_on.set()

    conduct(scene)


def test_it_does_not_wait_for_ever() -> None:
    courtesy = Courtesy(longest=0.001)
    courtesy.note(waiting=True)
    conduct(courtesy.give_way)
