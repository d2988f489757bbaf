"""What the metrics hear of deliveries."""

import asyncio

import pytest
from prometheus_client import generate_latest

from bot.metrics import Metrics
from bot.outreach.later import open_lanes
from bot.watched import WatchedPlatform
from crm_core.chat import DeliveryError
from tests.scheduler.conftest import HandEngine, Office


class Watching:
    """The lanes of the office as the program opens them, with its metrics."""

    def __init__(self, office: Office) -> None:
        self.metrics = Metrics(office.core, office.clock)
        watched = {name: WatchedPlatform(far, self.metrics) for name, far in (("console", office.console),)}
        office.engine = HandEngine()
        office.lanes = open_lanes(
            office.core, watched, office.config, office.clock, office.engine, metrics=self.metrics
        )

    def figure(self, name: str) -> float:
        lines = generate_latest(self.metrics.registry).decode().splitlines()
        return next((float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(f"{name} ")), 0.0)


@pytest.fixture
def watching(office: Office) -> Watching:
    return Watching(office)


def test_a_delivery_is_counted_from_due_to_sent(office: Office, watching: Watching) -> None:
    office.remind("给王五回电话")
    office.clock.forward(hours=1, seconds=20)
    asyncio.run(office._tick())
    assert watching.figure('crmbot_deliveries_finished_total{kind="nudge",state="sent"}') == 1
    assert watching.figure('crmbot_delivery_seconds_sum{kind="nudge"}') == pytest.approx(20, abs=1)
    assert watching.figure('crmbot_platform_seconds_count{platform="console"}') == 1


def test_what_a_platform_refuses_is_counted_by_its_kind(office: Office, watching: Watching) -> None:
    office.remind("给王五回电话")
    office.console.moods = [DeliveryError("later", retry_after=30), DeliveryError("blocked", permanent=True)]
    office.clock.forward(hours=1)
    asyncio.run(office._tick())
    office.clock.forward(minutes=2)
    asyncio.run(office._tick())
    assert watching.figure('crmbot_platform_errors_total{kind="slow_down",platform="console"}') == 1
    assert watching.figure('crmbot_platform_errors_total{kind="permanent",platform="console"}') == 1
    assert watching.figure('crmbot_deliveries_finished_total{kind="nudge",state="dead"}') == 1
