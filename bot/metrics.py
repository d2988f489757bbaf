"""Figures for Prometheus, in a registry of the program's own.

What passes is counted; what stands in rows is looked at when somebody asks, through indexes only, so that asking costs
the same with a thousand rows and with a hundred million.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import datetime
from functools import cache, partial
from importlib.metadata import version
from time import perf_counter

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, text
from sqlmodel import Session, col, select

from bot.clock import Clock
from bot.threads import Core
from bot.waiting import capture_waits_since, due_since
from bot.watched import is_over
from crm_core.backup import record
from crm_core.chat import Cursor, Envelope, InboundMessage
from crm_core.conversations.tables import EnvelopeRow, EnvelopeState
from crm_core.desk import Accept
from crm_core.outreach.standstill import stands_still
from crm_core.outreach.tables import DEAD, OPEN, Delivery, DeliveryKind, DeliveryState
from crm_core.platforms import chores, completeness, pulses

_Handle = Callable[[InboundMessage, int], Awaitable[None]]
_Settled = list[tuple[DeliveryKind, DeliveryState, float]]

#: Seconds. A nudge may be late by a downtime, a broadcast takes hours at the platform's pace.
_LATE = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 4 * 3600, 24 * 3600)
_DATABASE = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
_PAUSES = (0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 600)
_UNFINISHED = (EnvelopeState.RECEIVED, EnvelopeState.RECORDED, EnvelopeState.SET_ASIDE)
_BEGAN = "metrics_began"


class Metrics:
    """Counts what passes, and looks at the rows when asked."""

    def __init__(self, core: Core, clock: Clock) -> None:
        self._core = core
        self._clock = clock
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self._parts: dict[str, Callable[[], Awaitable[Mapping[str, float]]]] = {}
        self._gauges: dict[str, Gauge] = {}
        self._events = self._counter("events", "Events received", "platform", "known")
        self._commit = self._histogram("capture_seconds", "Event received to committed")
        self._answer = self._histogram("answer_seconds", "Addressed message to answer")
        self._due_to_sent = self._histogram("delivery_seconds", "Due to sent", "kind", buckets=_LATE)
        self._finished = self._counter("deliveries_finished", "What became of deliveries", "kind", "state")
        self._send = self._histogram("platform_seconds", "A message taken by a platform", "platform")
        self._refusals = self._counter("platform_errors", "What platforms refused", "platform", "kind")
        self._pauses = self._histogram("pacing_wait_seconds", "Waits asked for by pacing", buckets=_PAUSES)
        self._database = self._histogram("database_seconds", "Time in a transaction", "use", buckets=_DATABASE)
        self._log = self._counter("log_records", "Warnings and errors in the log", "part", "level")
        self._in_rows = _Rows(self.registry)
        Gauge("crmbot_build_info", "The program", ["version"], registry=self.registry).labels(version("crmbot")).set(1)
        self._backlog = Gauge("crmbot_backlog", "Events on their way in", ["step"], registry=self.registry)
        core.watch_reads(self._database.labels("read").observe)
        core.database.before_writing(_begin)
        core.database.after_commit(self._committed)

    def watch(self, backlog: Callable[[], Mapping[str, int]], commits: Callable[[], int]) -> None:
        """Show what waits at each step of the capture path, and how many commits there were."""
        self.registry.register(_Commits(commits))
        for step in backlog():
            self._backlog.labels(step).set_function(partial(_at, backlog, step))

    def show(self, part: str, figures: Callable[[], Awaitable[Mapping[str, float]]]) -> None:
        """Show the figures of a part of the program, asked for each time."""
        self._parts[part] = figures

    def accepting(self, accept: Accept) -> Accept:
        """`accept`, counted and timed."""

        @cache
        def count(platform: str, new: bool) -> Callable[[], None]:
            return self._events.labels(platform, "no" if new else "yes").inc

        async def counted(envelope: Envelope, note: Cursor | None = None) -> bool:
            began = perf_counter()
            new = await accept(envelope, note)
            self._commit.observe(perf_counter() - began)
            count(envelope.platform, new)()
            return new

        return counted

    def handling(self, handle: _Handle) -> _Handle:
        """`handle`, timed."""

        async def timed(inbound: InboundMessage, envelope_id: int) -> None:
            with self._answer.time():
                await handle(inbound, envelope_id)

        return timed

    def sent(self, platform: str, seconds: float) -> None:
        """A platform took a message."""
        self._send.labels(platform).observe(seconds)

    def refused(self, platform: str, kind: str) -> None:
        """A platform refused something."""
        self._refusals.labels(platform, kind).inc()

    def paused(self, seconds: float) -> None:
        """Pacing asked for a pause."""
        self._pauses.observe(seconds)

    def logged(self, part: str, level: str) -> None:
        """Something is in the log from warnings on."""
        self._log.labels(part, level).inc()

    async def exposition(self) -> bytes:
        """Everything in the text format of Prometheus."""
        await self._core.read(lambda session: self._in_rows.look(session, self._clock()))
        for part, figures in self._parts.items():
            for name, value in (await figures()).items():
                self._gauge(f"crmbot_{part}_{name}").set(value)
        return generate_latest(self.registry)

    def _committed(self, session: Session) -> None:
        self._database.labels("write").observe(perf_counter() - session.info.get(_BEGAN, perf_counter()))
        settled: _Settled = session.info.get("settled", [])
        for kind, state, late in settled:
            if state is DeliveryState.SENT:
                self._due_to_sent.labels(kind.value).observe(late)
            if is_over(state):
                self._finished.labels(kind.value, state.value).inc()

    def _gauge(self, name: str) -> Gauge:
        if name not in self._gauges:
            self._gauges[name] = Gauge(name, name.removeprefix("crmbot_").replace("_", " "), registry=self.registry)
        return self._gauges[name]

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(f"crmbot_{name}", meaning, labels, registry=self.registry)

    def _histogram(
        self, name: str, meaning: str, *labels: str, buckets: tuple[float, ...] = Histogram.DEFAULT_BUCKETS
    ) -> Histogram:
        return Histogram(f"crmbot_{name}", meaning, labels, registry=self.registry, buckets=buckets)


class _Rows:
    """Gauges of what stands in rows."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def gauge(name: str, meaning: str, *labels: str) -> Gauge:
            return Gauge(f"crmbot_{name}", meaning, labels, registry=registry)

        self._envelopes = gauge("envelopes", "Envelopes not finished", "state")
        self._lag = gauge("capture_lag_seconds", "Age of the oldest event that is not recorded")
        self._deliveries = gauge("deliveries", "Deliveries not finished, or given up", "state")
        self._late = gauge("delivery_lateness_seconds", "Age of the oldest due delivery")
        self._held = gauge("outgoing_held", "1: nothing goes out by itself, stopped by a person or after a restore")
        self._chores = gauge("chores", "What platforms are still to be asked to do", "platform", "state")
        self._behind = gauge("history_rooms", "Rooms whose past is being read again")
        self._missing = gauge("history_seconds", "How long ago the least complete room was complete")
        self._backup_age = gauge("backup_age_seconds", "Since the newest good backup; -1: there is none")
        self._backup_bytes = gauge("backup_bytes", "Size of the newest good backup")
        self._backup_failed = gauge("backup_failed", "1: the last attempt at a backup failed")
        self._nodes = gauge("nodes", "Programs that run on this database")

    def look(self, session: Session, now: datetime) -> None:
        for state in _UNFINISHED:
            count = session.exec(select(func.count()).where(EnvelopeRow.state == state)).one()
            self._envelopes.labels(state.value).set(count)
        self._lag.set(_age(capture_waits_since(session), now))
        self._look_at_deliveries(session, now)
        for (platform, doing), count in chores.counts(session).items():
            self._chores.labels(platform, doing).set(count)
        behind = completeness.behind(session)
        self._behind.set(len(behind))
        self._missing.set(max(((now - up_to).total_seconds() for up_to in behind.values()), default=0))
        self._look_at_backup(session, now)
        self._nodes.set(sum(not pulses.is_gone(told, now) for told in pulses.nodes(session).values()))

    def _look_at_deliveries(self, session: Session, now: datetime) -> None:
        counted = select(Delivery.state, func.count()).where(text(OPEN)).group_by(col(Delivery.state))
        found = dict(session.exec(counted).all())
        for state in (DeliveryState.DUE, DeliveryState.SENDING):
            self._deliveries.labels(state.value).set(found.get(state, 0))
        self._late.set(_age(due_since(session, now), now))
        self._held.set(stands_still(session))
        dead = select(func.count()).select_from(Delivery).where(text(DEAD))
        self._deliveries.labels(DeliveryState.DEAD.value).set(session.exec(dead).one())

    def _look_at_backup(self, session: Session, now: datetime) -> None:
        last = record.last(session)
        self._backup_age.set(-1 if last.taken_at is None else (now - last.taken_at).total_seconds())
        self._backup_bytes.set(last.bytes)
        self._backup_failed.set(bool(last.problem))


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else (now - since).total_seconds()


def _begin(session: Session) -> None:
    session.info[_BEGAN] = perf_counter()


class _Commits(Collector):
    """A counter that is kept elsewhere."""

    def __init__(self, commits: Callable[[], int]) -> None:
        self._commits = commits

    def collect(self) -> Iterator[CounterMetricFamily]:
        yield CounterMetricFamily("crmbot_commits", "Commits of events received", value=self._commits())


def _at(backlog: Callable[[], Mapping[str, int]], step: str) -> float:
    return backlog()[step]
