"""Time during which people work."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crm_core.outreach import worktime
from crm_core.outreach.worktime import Hours

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-18 10:00", "2026-11-18 12:30", 2.5),
        ("2026-11-18 17:00", "2026-11-19 10:00", 2),
        ("2026-11-18 20:00", "2026-11-19 08:00", 0),
        ("2026-11-20 17:00", "2026-11-23 10:00", 2),
        ("2026-09-30 17:00", "2026-10-08 10:00", 2),
        ("2026-10-09 17:00", "2026-10-10 10:00", 2),
    ],
)
def test_only_working_hours_of_workdays_count(start: str, end: str, hours: float) -> None:
    moments = [datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI) for text in (start, end)]
    worked = worktime.between(moments[0], moments[1], zone=SHANGHAI, country="CN", hours=Hours())
    assert worked == timedelta(hours=hours)
