"""Of several nodes one has the sockets; another one opens its own when that one is gone."""

from datetime import timedelta

from adapters.claims import LASTS, Claim
from adapters.slack.listening import Listening
from bot.ports.memory import CoreMemory
from crm_core.database import Database
from tests.adapters.slack.lines import Line, conduct, ready
from tests.conftest import NOW
from tests.fakes.far_side import MovableClock
from tests.fakes.slack.hearing import Hearing
from tests.fakes.slack.running import Fake
from tests.fakes.slack.sample import Sample


def listening(line: Line, clock: MovableClock, node: str) -> Listening:
    """The node whose sockets these are."""
    claim = Claim(CoreMemory(line.core, "slack", clock), "sockets", clock, node)
    return Listening(lambda: line.sockets, claim, line.health, beat=0.01)


def test_one_node_listens_and_the_next_one_when_it_stops(
    database: Database, fake: Fake, company: Sample, hearing: Hearing
) -> None:
    async def scene() -> None:
        clock = MovableClock(NOW)
        async with (
            ready(database, fake, company) as one,
            ready(database, fake, company) as other,
        ):
            first, second = listening(one, clock, "first"), listening(other, clock, "second")
            await first.start()
            await one.told("sockets", "2 of 2 open")
            await second.start()
            assert other.health.state()["sockets"] == "another node has them"
            assert (first.hears, second.hears) == (True, False)
            await first.stop()
            await other.told("sockets", "2 of 2 open")
            assert second.hears
            await second.stop()

    conduct(scene)


def test_where_a_node_died_another_one_listens_once_its_word_runs_out(
    sqlite_database: Database, fake: Fake, company: Sample, hearing: Hearing
) -> None:
    async def scene() -> None:
        clock = MovableClock(NOW)
        async with ready(sqlite_database, fake, company) as line:
            assert await Claim(CoreMemory(line.core, "slack", clock), "sockets", clock, "dead").hold()
            node = listening(line, clock, "alive")
            await node.start()
            assert line.health.state()["sockets"] == "another node has them"
            clock.now += LASTS + timedelta(seconds=1)
            await line.told("sockets", "2 of 2 open")
            await node.stop()

    conduct(scene)
