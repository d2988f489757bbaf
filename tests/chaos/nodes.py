"""Reminders of a company fall due on the fake Slack while the nodes are killed, the database is thrown down, clocks are
set wrong, and Slack makes wait or cuts its answers off after it has posted. In the end each was said once.

    python -m tests.chaos.nodes [--database postgresql|sqlite] [--nudges 600] [--seconds 150] [--seed 1] [--write]
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
from sqlmodel import col, select

from bench.processes import free_port
from crm_core.database import Database
from crm_core.migrations import run as migrations
from crm_core.outreach import nudges
from crm_core.outreach.tables import Delivery, DeliveryState
from crm_core.people import staff
from crm_core.people.tables import Role
from crm_core.people.viewer import of_staff
from tests.chaos.mortal import Mortal
from tests.chaos.postgres import Postgres, postgres
from tests.fakes.clock import RealClock
from tests.fakes.slack.faults import Fault
from tests.fakes.slack.people import User
from tests.fakes.slack.running import Fake, slack
from tests.fakes.slack.sample import Sample, sample

_TEXT = re.compile(r"nudge (\d+)!")
_OPEN = (DeliveryState.DUE, DeliveryState.SENDING)
_PATIENCE = 300.0
#: Seconds a clock is wrong by, and for how long.
_WRONG_BY, _WRONG_FOR = 15.0, 4.0


@dataclass(frozen=True)
class Plan:
    """`nudges` for `people` fall due within `seconds`. `kills`, `restarts` (of the database), `jumps` (of a clock): how
    many, spread over that time. `refused`, `cut`: share of posts that meet a 429, or whose answer is lost. `beat`:
    seconds of silence after which a node is taken for dead."""

    database: str = "postgresql"
    people: int = 12
    nudges: int = 600
    seconds: float = 150.0
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
    """`said`: number of the nudge → how often it stands in Slack. `silences`: seconds from each kill until something
    was said again. `closest`: seconds between two posts into one chat, at least."""

    plan: Plan
    said: Counter[int]
    made_wait: int
    cut_off: int
    silences: Sequence[float]
    closest: float

    @property
    def lost(self) -> list[int]:
        return [number for number in range(self.plan.nudges) if not self.said[number]]

    @property
    def doubled(self) -> list[int]:
        return [number for number, times in self.said.items() if times > 1]


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
        time.sleep(max(0.0, began + self.plan.seconds - time.monotonic()))

    def settle(self) -> None:
        until = time.monotonic() + _PATIENCE
        while self._is_open() and time.monotonic() < until:
            time.sleep(0.2)

    def _troubles(self) -> list[tuple[float, Callable[[], None]]]:
        plan = self.plan
        restarts = plan.restarts if self.server is not None else 0
        kinds = [self._kill] * plan.kills + [self._throw_down] * restarts + [self._set_clock_wrong] * plan.jumps
        self.chance.shuffle(kinds)
        distance = plan.seconds / (len(kinds) + 1)
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
        time.sleep(min(_WRONG_FOR, self.plan.seconds / 10))
        node.set_wrong(0)

    def _is_open(self) -> bool:
        with self.database.reading() as session:
            found = select(Delivery.id).where(col(Delivery.state).in_(_OPEN)).limit(1)
            return session.exec(found).first() is not None

    def result(self) -> Result:
        world = self.fake.world
        with world.lock:
            chats = [channel for channel in world.channels.values() if channel.kind == "im"]
            posts = {channel.id: sorted(channel.messages.values(), key=lambda each: each.ts) for channel in chats}
        said = [int(found[1]) for each in posts.values() for post in each if (found := _TEXT.search(str(post.body)))]
        moments = sorted(float(post.ts) for each in posts.values() for post in each)
        gaps = [float(later.ts) - float(one.ts) for each in posts.values() for one, later in pairwise(each)]
        return Result(
            self.plan,
            Counter(said),
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
    people = [world.user(f"person{number}", company.home) for number in range(plan.people)]
    with ExitStack() as stack:
        server = stack.enter_context(postgres()) if plan.database == "postgresql" else None
        url = f"sqlite:///{folder}/chaos.db" if server is None else server.url
        database = _prepared(url, people, plan)
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
    config = folder / "config.toml"
    config.write_text(
        f'[database]\nurl = "{url}"\n[slack]\nbot_token = "{company.crm.token}"\napi_url = "{fake.api_url}"\n'
        f'signing_secret = "{company.app.signing_secret}"\n',
        encoding="utf-8",
    )
    nodes = [_node(plan, folder, config, number) for number in range(plan.nodes)]
    try:
        for node in nodes:
            node.mortal.start()
        yield nodes
    finally:
        for node in nodes:
            node.mortal.stop()


def _node(plan: Plan, folder: Path, config: Path, number: int) -> Node:
    port, clock = free_port(), folder / f"clock{number}"
    command = ("-m", "tests.chaos.node", str(config), str(port), str(clock), str(plan.beat))
    node = Node(Mortal(config, folder / f"log{number}", port, os.environ, command), clock)
    node.set_wrong(0)
    return node


def _prepared(url: str, people: Sequence[User], plan: Plan) -> Database:
    """Everybody is staff, and their nudges fall due one after the other once the nodes are there."""
    database, now = Database(url), datetime.now(UTC)
    migrations.upgrade(database)
    begin = now + timedelta(seconds=4 * plan.nodes)
    with database.writing() as session:
        members = [staff.add(session, one.name, role=Role.SALES, now=now, handle=("slack", one.id)) for one in people]
        for member in members:
            staff.change(session, member, digest_hour=None)
        for number in range(plan.nudges):
            member = members[number % len(members)]
            nudges.schedule(
                session,
                viewer=of_staff(session, member, timezone="UTC", language="en"),
                for_staff=member,
                text=f"nudge {number}!",
                due_at=begin + timedelta(seconds=plan.seconds * number / plan.nudges),
                timezone="UTC",
                now=now,
                platform="slack",
            )
    return database


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.nodes", description=__doc__)
    parser.add_argument("--database", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--nudges", type=int, default=600)
    parser.add_argument("--seconds", type=float, default=150.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="put what was found into docs/reliability.md")
    options = parser.parse_args()
    plan = Plan(options.database, nudges=options.nudges, seconds=options.seconds, seed=options.seed)
    with TemporaryDirectory() as folder, Progress() as bar:
        task = bar.add_task(f"{plan.nodes} node(s), {plan.database}", total=plan.seconds)
        result = run(plan, Path(folder), lambda seconds: bar.update(task, completed=seconds))
    sys.stdout.write(
        f"{plan.nudges} reminders: {len(result.lost)} lost, {len(result.doubled)} doubled; silent after a kill for "
        f"{max(result.silences, default=0):.1f} s at most; {result.closest:.2f} s between two posts in a chat\n"
    )
    if options.write:
        from tests.chaos.nodes_report import write

        write(result)
    return 1 if result.lost or result.doubled else 0


if __name__ == "__main__":
    sys.exit(main())
