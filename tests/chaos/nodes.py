"""Reminders, a broadcast and a sequence of a company fall due on the fake Slack while the nodes are killed, the
database is thrown down, clocks are set wrong, and Slack makes wait or cuts its answers off after it has posted. In the
end each was said once.

    python -m tests.chaos.nodes [--database postgresql|sqlite] [--nudges 450] [--customers 50] [--seconds 150]
                                [--seed 1] [--write]
"""

import argparse
import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.progress import Progress

from bench.processes import free_port
from bot import config
from crm_core.database import Database
from tests.chaos import nodes_company
from tests.chaos.mortal import Mortal
from tests.chaos.nodes_company import NUDGE, PROMO, STEPS, Load, Word
from tests.chaos.postgres import Postgres, postgres
from tests.fakes.clock import RealClock
from tests.fakes.slack.faults import Fault
from tests.fakes.slack.running import Fake, slack
from tests.fakes.slack.sample import Sample, sample

_TEXT = {
    "im": re.compile(rf"({NUDGE}) (\d+)!"),
    "channel": re.compile(rf"({'|'.join((PROMO, *STEPS))}) K(\d+)!"),
}
#: Customers may be written to at any hour.
_ALWAYS = {"outreach": {"quiet_from": 0, "quiet_to": 0}}
_PATIENCE = 300.0
#: Seconds a clock is wrong by, and for how long.
_WRONG_BY, _WRONG_FOR = 15.0, 4.0


@dataclass(frozen=True)
class Plan:
    """`kills`, `restarts` (of the database), `jumps` (of a clock): how many, spread over the time of the load.
    `refused`, `cut`: share of posts that meet a 429, or whose answer is lost. `beat`: seconds of silence after which a
    node is taken for dead."""

    database: str = "postgresql"
    load: Load = field(default_factory=Load)
    kills: int = 8
    restarts: int = 3
    jumps: int = 4
    refused: float = 0.03
    cut: float = 0.03
    beat: float = 10.0
    seed: int = 1

    @property
    def nodes(self) -> int:
        return 2 if self.database == "postgresql" else 1


@dataclass(frozen=True)
class Result:
    """`said`: how often each stands in Slack. `silences`: seconds from each kill until something was said again.
    `closest`: seconds between two posts into one chat, at least."""

    plan: Plan
    said: Counter[Word]
    made_wait: int
    cut_off: int
    silences: Sequence[float]
    closest: float

    def lost(self, *kinds: str) -> list[Word]:
        """Of these kinds; without any, of all."""
        return [word for word in self.plan.load.words if not self.said[word] and word[0] in (kinds or (word[0],))]

    def doubled(self, *kinds: str) -> list[Word]:
        return [word for word, times in self.said.items() if times > 1 and word[0] in (kinds or (word[0],))]


@dataclass
class Node:
    """A node and its clock."""

    mortal: Mortal
    clock: Path

    def set_wrong(self, seconds: float) -> None:
        self.clock.write_text(f"{seconds:<20}", encoding="ascii")


@dataclass
class Run:
    plan: Plan
    fake: Fake
    nodes: list[Node]
    server: Postgres | None
    database: Database
    chance: random.Random
    kills: list[float] = field(default_factory=list)

    def go_through(self, progress: Callable[[float], object]) -> None:
        """Everything that befalls them, one after the other."""
        began = time.monotonic()
        for at, befall in self._troubles():
            time.sleep(max(0.0, began + at - time.monotonic()))
            befall()
            progress(time.monotonic() - began)
        time.sleep(max(0.0, began + self.plan.load.seconds - time.monotonic()))

    def settle(self) -> None:
        until = time.monotonic() + _PATIENCE
        while self._is_open() and time.monotonic() < until:
            time.sleep(0.2)

    def _troubles(self) -> list[tuple[float, Callable[[], None]]]:
        plan = self.plan
        restarts = plan.restarts if self.server is not None else 0
        kinds = [self._kill] * plan.kills + [self._throw_down] * restarts + [self._set_clock_wrong] * plan.jumps
        self.chance.shuffle(kinds)
        distance = plan.load.seconds / (len(kinds) + 1)
        return [(distance * (place + self.chance.uniform(0.7, 1.3)), kind) for place, kind in enumerate(kinds, start=1)]

    def _kill(self) -> None:
        self.kills.append(time.time())
        self.chance.choice(self.nodes).mortal.die_and_rise()

    def _throw_down(self) -> None:
        assert self.server is not None
        self.server.restart()

    def _set_clock_wrong(self) -> None:
        node = self.chance.choice(self.nodes)
        node.set_wrong(self.chance.choice((_WRONG_BY, -_WRONG_BY)))
        time.sleep(min(_WRONG_FOR, self.plan.load.seconds / 10))
        node.set_wrong(0)

    def _is_open(self) -> bool:
        with self.database.reading() as session:
            return nodes_company.is_open(session)

    def result(self) -> Result:
        world = self.fake.world
        with world.lock:
            rooms = [
                (one.kind, sorted(one.messages.values(), key=lambda each: each.ts)) for one in world.channels.values()
            ]
        said, moments, gaps = Counter[Word](), [], []
        for kind, posts in rooms:
            found = [(match, float(post.ts)) for post in posts if (match := _TEXT[kind].search(str(post.body)))]
            said.update((match[1], int(match[2])) for match, _ in found)
            moments += [at for _, at in found]
            gaps += [later - one for (_, one), (_, later) in pairwise(found)]
        return Result(
            self.plan,
            said,
            len(list(world.journal.of("ratelimited"))),
            len(list(world.journal.of("fault", fault="drop"))),
            [min((at - kill for at in moments if at > kill), default=0.0) for kill in self.kills],
            min(gaps, default=0.0),
        )


def run(plan: Plan, folder: Path, progress: Callable[[float], object] = lambda _: None) -> Result:
    """Through all of it, until nothing is open any more."""
    company = sample(RealClock(), seed=plan.seed)
    world = company.world
    world.limits.haste = 10.0
    people = nodes_company.people_of(company, plan.load)
    channels = nodes_company.channels_of(company, plan.load)
    with ExitStack() as stack:
        server = stack.enter_context(postgres()) if plan.database == "postgresql" else None
        url = f"sqlite:///{folder}/chaos.db" if server is None else server.url
        begin = datetime.now(UTC) + timedelta(seconds=4 * plan.nodes)
        database = nodes_company.prepare(
            url, people, channels, load=plan.load, config=config.parse(_ALWAYS), begin=begin
        )
        stack.callback(database.close)
        fake = stack.enter_context(slack(world))
        nodes = stack.enter_context(_living(plan, folder, company, fake, url))
        world.faults.add("chat.postMessage", Fault("ratelimited", retry_after=1), times=None, chance=plan.refused)
        world.faults.add("chat.postMessage", Fault("drop", after=True), times=None, chance=plan.cut)
        chaos = Run(plan, fake, nodes, server, database, random.Random(plan.seed))
        chaos.go_through(progress)
        chaos.settle()
        return chaos.result()


@contextmanager
def _living(plan: Plan, folder: Path, company: Sample, fake: Fake, url: str) -> Iterator[list[Node]]:
    path = folder / "config.toml"
    path.write_text(
        f'[database]\nurl = "{url}"\n[slack]\nbot_token = "{company.crm.token}"\napi_url = "{fake.api_url}"\n'
        f'signing_secret = "{company.app.signing_secret}"\n[outreach]\n'
        + "".join(f"{name} = {value}\n" for name, value in _ALWAYS["outreach"].items()),
        encoding="utf-8",
    )
    nodes = [_node(plan, folder, path, number) for number in range(plan.nodes)]
    try:
        for node in nodes:
            node.mortal.start()
        yield nodes
    finally:
        for node in nodes:
            node.mortal.stop()


def _node(plan: Plan, folder: Path, path: Path, number: int) -> Node:
    port, clock = free_port(), folder / f"clock{number}"
    command = ("-m", "tests.chaos.node", str(path), str(port), str(clock), str(plan.beat))
    node = Node(Mortal(path, folder / f"log{number}", port, os.environ, command), clock)
    node.set_wrong(0)
    return node


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.nodes", description=__doc__)
    parser.add_argument("--database", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--nudges", type=int, default=Load.nudges)
    parser.add_argument("--customers", type=int, default=Load.customers)
    parser.add_argument("--seconds", type=float, default=Load.seconds)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="put what was found into docs/reliability.md")
    options = parser.parse_args()
    load = Load(nudges=options.nudges, customers=options.customers, seconds=options.seconds)
    plan = Plan(options.database, load, seed=options.seed)
    with TemporaryDirectory() as folder, Progress() as bar:
        task = bar.add_task(f"{plan.nodes} node(s), {plan.database}", total=load.seconds)
        result = run(plan, Path(folder), lambda seconds: bar.update(task, completed=seconds))
    lost, doubled = result.lost(), result.doubled()
    sys.stdout.write(
        f"{len(load.words)} messages: {len(lost)} lost {lost[:5]}, {len(doubled)} doubled {doubled[:5]}; silent after "
        f"a kill for {max(result.silences, default=0):.1f} s at most; {result.closest:.2f} s between two posts in a "
        "chat\n"
    )
    if options.write:
        from tests.chaos.nodes_report import write

        write(result)
    return 1 if lost or doubled else 0


if __name__ == "__main__":
    sys.exit(main())
