"""The movable clock: what is due happens at its own moment, and nothing waits for the wall."""

import asyncio

from tests.fakes.clock import ManualClock, RealClock


def test_timers_fire_in_the_order_of_their_moments() -> None:
    clock = ManualClock(1000)
    fired: list[tuple[str, float]] = []
    clock.after(300, lambda: fired.append(("late", clock.now())))
    clock.after(60, lambda: fired.append(("soon", clock.now())))
    clock.after(400, lambda: fired.append(("never", clock.now())))
    clock.advance(300)
    assert fired == [("soon", 1060), ("late", 1300)]
    assert (clock.now(), clock.next_due()) == (1300, 1400)


def test_a_timer_may_set_the_next_one() -> None:
    clock = ManualClock(0)
    fired: list[float] = []

    def again() -> None:
        fired.append(clock.now())
        clock.after(10, again)

    clock.after(10, again)
    clock.advance(35)
    assert fired == [10, 20, 30]


def test_a_cancelled_timer_stays_silent() -> None:
    clock = ManualClock(0)
    fired: list[int] = []
    clock.after(1, lambda: fired.append(1)).cancel()
    clock.advance(2)
    assert fired == []
    assert clock.next_due() is None


def test_a_chain_of_sleeps_keeps_its_pace() -> None:
    clock = ManualClock(0)
    woken: list[float] = []

    async def sleeper() -> None:
        for seconds in (1, 60, 300):
            await clock.sleep(seconds)
            woken.append(clock.now())

    async def play() -> None:
        task = asyncio.create_task(sleeper())
        await clock.run(400)
        await task

    asyncio.run(play())
    assert woken == [1, 61, 361]


def test_the_real_clock_is_the_walls() -> None:
    clock = RealClock()
    before = clock.now()
    done = asyncio.Event()

    async def play() -> None:
        loop = asyncio.get_running_loop()
        clock.after(0, lambda: loop.call_soon_threadsafe(done.set))
        await asyncio.wait_for(done.wait(), timeout=30)
        await clock.sleep(0)

    asyncio.run(play())
    assert clock.now() >= before
