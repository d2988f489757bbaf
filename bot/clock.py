"""The one place that reads the clock; everything else is handed `now`."""

from collections.abc import Callable
from datetime import UTC, datetime

#: Returns the present moment, aware.
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)
