import asyncio

from bot.capture.line import Line


def test_the_line_is_served_when_who_serves_waits_not_when_the_last_was_taken() -> None:
    async def told() -> list[str]:
        line: Line[str] = Line(10)
        events: list[str] = []
        line.append("first")
        assert await line.take(10) == ["first"]
        waiting = asyncio.create_task(line.served())
        waiting.add_done_callback(lambda _: events.append("served"))
        await asyncio.sleep(0)
        events.append("first is under way")
        serving = asyncio.create_task(line.take(10))
        await waiting
        await asyncio.sleep(0)
        serving.cancel()
        return events

    assert asyncio.run(told()) == ["first is under way", "served"]


def test_who_waits_for_the_line_waits_for_those_who_came_as_it_was_served() -> None:
    async def waits_on() -> bool:
        line: Line[str] = Line(10)
        line.append("first")
        await line.take(10)
        waiting = asyncio.create_task(line.served())
        await asyncio.sleep(0)
        serving = asyncio.create_task(line.take(10))
        await asyncio.sleep(0)
        line.append("second")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert await serving == ["second"]
        waited = not waiting.done()
        waiting.cancel()
        return waited

    assert asyncio.run(waits_on())


def test_a_closed_line_keeps_nobody_waiting() -> None:
    async def ended() -> list[str]:
        line: Line[str] = Line(10)
        line.append("last")
        line.close()
        taken = await line.take(10)
        assert await line.take(10) == []
        await line.served()
        return taken

    assert asyncio.run(ended()) == ["last"]
