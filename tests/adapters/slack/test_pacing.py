"""Who may call when: urgent first, then in the order of arrival, a second between two messages of a channel."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from adapters.slack.pacing import LONGEST_PAUSE, UNSAID, Gate, Gates, TooSoon, seconds_of
from crm_core.chat import Urgency
from tests.conftest import NOW
from tests.fakes.far_side import MovableClock


class Talk:
    """Messages into one channel; `said`: (what, seconds after the start)."""

    def __init__(self, *, takes: float = 0.0) -> None:
        self.clock = MovableClock(NOW)
        self.pacing = Gates(self.clock, self.clock.sleep)
        self.said: list[tuple[str, float]] = []
        self._takes = takes

    async def say(
        self, what: str, urgency: Urgency = Urgency.DUE, patience: float | None = None, channel: str = "C1"
    ) -> None:
        async with self.pacing.line("T1", channel).passing(urgency, patience):
            self.said.append((what, (self.clock() - NOW).total_seconds()))
            await asyncio.sleep(0)
            self.clock.forward(seconds=self._takes)


def run(work: Callable[[], Awaitable[None]]) -> None:
    async def begin() -> None:
        await work()

    asyncio.run(begin())


def test_two_messages_of_a_channel_are_a_second_apart_after_the_answer_to_the_first() -> None:
    talk = Talk(takes=0.5)

    async def work() -> None:
        await talk.say("one")
        await talk.say("two")
        await talk.say("three")

    run(work)
    assert talk.said == [("one", 0), ("two", 1.5), ("three", 3)]


def test_channels_do_not_wait_for_each_other() -> None:
    talk = Talk()

    async def work() -> None:
        await asyncio.gather(*(talk.say(name, channel=name) for name in "abc"))

    run(work)
    assert talk.said == [("a", 0), ("b", 0), ("c", 0)]


def test_an_answer_goes_before_nudges_and_nudges_before_broadcasts_each_in_order() -> None:
    talk = Talk()

    async def work() -> None:
        await asyncio.gather(
            talk.say("under way", Urgency.BULK),
            talk.say("broadcast 1", Urgency.BULK),
            talk.say("nudge 1"),
            talk.say("broadcast 2", Urgency.BULK),
            talk.say("answer", Urgency.WAITED_FOR),
            talk.say("nudge 2"),
        )

    run(work)
    assert [what for what, _ in talk.said] == [
        "under way",
        "answer",
        "nudge 1",
        "nudge 2",
        "broadcast 1",
        "broadcast 2",
    ]
    assert [at for _, at in talk.said] == [0, 1, 2, 3, 4, 5]


def test_who_cannot_wait_is_told_how_long_it_would_be_and_makes_way() -> None:
    talk = Talk()

    async def work() -> None:
        await talk.say("one")
        with pytest.raises(TooSoon) as refused:
            await talk.say("now or never", Urgency.WAITED_FOR, patience=0.2)
        assert refused.value.retry_after == pytest.approx(1)
        await talk.say("two")

    run(work)
    assert talk.said == [("one", 0), ("two", 1)]


def test_who_gives_up_waiting_leaves_the_line_to_the_next() -> None:
    async def work() -> None:
        clock = MovableClock(NOW)
        gate = Gate(clock, asyncio.sleep, interval=60)
        passed: list[str] = []

        async def go(name: str) -> None:
            async with gate.passing(Urgency.DUE, None):
                passed.append(name)

        await go("first")
        gives_up, stays = asyncio.create_task(go("gives up")), asyncio.create_task(go("stays"))
        await asyncio.sleep(0)
        clock.forward(seconds=60)
        gives_up.cancel()
        await asyncio.wait_for(stays, 5)
        assert passed == ["first", "stays"]

    run(work)


def test_a_gate_lets_some_through_at_once_and_then_as_many_as_slack_allows_a_minute() -> None:
    clock = MovableClock(NOW)
    pacing = Gates(clock, clock.sleep)
    at: list[float] = []

    async def work() -> None:
        for _ in range(35):
            async with pacing.gate("users.info", "T1").passing(Urgency.DUE, None):
                at.append((clock() - NOW).total_seconds())

    run(work)
    assert at[:25] == [0] * 25
    assert at[25:27] == pytest.approx([0.6, 1.2])
    assert sum(moment < 60 for moment in at) <= 100


def test_a_limit_of_one_call_a_minute_is_kept_where_it_is_configured() -> None:
    clock = MovableClock(NOW)
    pacing = Gates(clock, clock.sleep, {"conversations.history": 1})

    async def work() -> None:
        for _ in range(3):
            async with pacing.gate("conversations.history", "T1").passing(Urgency.DUE, None):
                pass

    run(work)
    assert (clock() - NOW).total_seconds() == pytest.approx(120)


def test_idle_lines_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.pacing._MOST_LINES", 3)
    talk = Talk()

    async def work() -> None:
        for number in range(10):
            await talk.say("hi", channel=f"C{number}")
            talk.clock.forward(seconds=2)

    run(work)
    assert len(talk.pacing._lines) <= 3


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("3", 3),
        ("0.5", 0.5),
        ("-1", 0),
        ("1e9", LONGEST_PAUSE),
        (None, UNSAID),
        ("", UNSAID),
        ("nan", UNSAID),
        ("x", UNSAID),
    ],
)
def test_whatever_retry_after_says_becomes_seconds(header: str | None, seconds: float) -> None:
    assert seconds_of(header) == seconds
