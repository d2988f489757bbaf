"""Figures for Prometheus, in a registry of the program's own."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import datetime
from functools import cache, partial
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
from sqlalchemy import func
from sqlmodel import Session, col, select

from bot.clock import Clock
from bot.threads import Core
from crm_core.chat import Envelope, InboundMessage
from crm_core.conversations.tables import EnvelopeRow, EnvelopeState
from crm_core.outreach.tables import Delivery, DeliveryState
from crm_core.platforms import chores, completeness

_Accept = Callable[[Envelope], Awaitable[bool]]
_Handle = Callable[[InboundMessage, int], Awaitable[None]]


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
        self._events = Counter("crmbot_events", "Events received", ["platform", "known"], registry=self.registry)
        self._commit = Histogram("crmbot_capture_seconds", "Event received to committed", registry=self.registry)
        self._answer = Histogram("crmbot_answer_seconds", "Addressed message to answer", registry=self.registry)
        self._envelopes = Gauge("crmbot_envelopes", "Envelopes not finished", ["state"], registry=self.registry)
        self._deliveries = Gauge("crmbot_deliveries", "Deliveries not finished", ["state"], registry=self.registry)
        self._chores = Gauge(
            "crmbot_chores", "What platforms are still to be asked to do", ["platform", "state"], registry=self.registry
        )
        self._backlog = Gauge("crmbot_backlog", "Events on their way in", ["step"], registry=self.registry)
        self._behind = Gauge("crmbot_history_rooms", "Rooms whose past is being read again", registry=self.registry)
        self._missing = Gauge(
            "crmbot_history_seconds", "How long ago the least complete room was complete", registry=self.registry
        )
        self._late = Gauge("crmbot_delivery_lateness_seconds", "Age of the oldest due delivery", registry=self.registry)

    def watch(self, backlog: Callable[[], Mapping[str, int]], commits: Callable[[], int]) -> None:
        """Show what waits at each step of the capture path, and how many commits there were."""
        self.registry.register(_Commits(commits))
        for step in backlog():
            self._backlog.labels(step).set_function(partial(_at, backlog, step))

    def show(self, part: str, figures: Callable[[], Awaitable[Mapping[str, float]]]) -> None:
        """Show the figures of a part of the program, asked for each time."""
        self._parts[part] = figures

    def accepting(self, accept: _Accept) -> _Accept:
        """`accept`, counted and timed."""

        @cache
        def count(platform: str, new: bool) -> Callable[[], None]:
            return self._events.labels(platform, "no" if new else "yes").inc

        async def counted(envelope: Envelope) -> bool:
            began = perf_counter()
            new = await accept(envelope)
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

    async def exposition(self) -> bytes:
        """Everything in the text format of Prometheus."""
        await self._core.read(self._look)
        for part, figures in self._parts.items():
            for name, value in (await figures()).items():
                self._gauge(f"crmbot_{part}_{name}").set(value)
        return generate_latest(self.registry)

    def _gauge(self, name: str) -> Gauge:
        if name not in self._gauges:
            self._gauges[name] = Gauge(name, name.removeprefix("crmbot_").replace("_", " "), registry=self.registry)
        return self._gauges[name]

    def _look(self, session: Session) -> None:
        for state in (EnvelopeState.RECEIVED, EnvelopeState.RECORDED, EnvelopeState.SET_ASIDE):
            count = session.exec(select(func.count()).where(EnvelopeRow.state == state)).one()
            self._envelopes.labels(state.value).set(count)
        for waiting in (DeliveryState.DUE, DeliveryState.SENDING):
            count = session.exec(select(func.count()).where(Delivery.state == waiting)).one()
            self._deliveries.labels(waiting.value).set(count)
        for (platform, doing), count in chores.counts(session).items():
            self._chores.labels(platform, doing).set(count)
        self._late.set(self._lateness(session))
        behind = completeness.behind(session)
        self._behind.set(len(behind))
        now = self._clock()
        self._missing.set(max(((now - up_to).total_seconds() for up_to in behind.values()), default=0))

    def _lateness(self, session: Session) -> float:
        now = self._clock()
        oldest: datetime | None = session.exec(
            select(func.min(Delivery.not_before)).where(
                col(Delivery.state) == DeliveryState.DUE, col(Delivery.not_before) <= now
            )
        ).one()
        return 0.0 if oldest is None else (now - oldest).total_seconds()


class _Commits(Collector):
    """A counter that is kept elsewhere."""

    def __init__(self, commits: Callable[[], int]) -> None:
        self._commits = commits

    def collect(self) -> Iterator[CounterMetricFamily]:
        yield CounterMetricFamily("crmbot_commits", "Commits of events received", value=self._commits())


def _at(backlog: Callable[[], Mapping[str, int]], step: str) -> float:
    return backlog()[step]
