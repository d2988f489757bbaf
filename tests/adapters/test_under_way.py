import asyncio

from adapters.under_way import UnderWay


def test_what_is_done_in_time_is_waited_for_and_the_rest_is_given_up() -> None:
    async def scene() -> tuple[bool, bool, int]:
        under_way, go = UnderWay(), asyncio.Event()
        prompt = under_way.run(_wait_for(go))
        late = under_way.run(_wait_for(asyncio.Event()))
        go.set()
        await under_way.finish(0)
        return prompt.cancelled(), late.cancelled(), len(under_way)

    assert asyncio.run(scene()) == (False, True, 0)


def test_what_is_waited_for_in_vain_goes_on() -> None:
    async def scene() -> tuple[bool, int]:
        under_way, go = UnderWay(), asyncio.Event()
        task = under_way.run(_wait_for(go))
        await under_way.wait(0)
        left = len(under_way)
        go.set()
        await task
        return task.cancelled(), left

    assert asyncio.run(scene()) == (False, 1)


def test_nothing_under_way_is_finished_at_once() -> None:
    asyncio.run(UnderWay().finish(60))


async def _wait_for(event: asyncio.Event) -> None:
    await event.wait()
