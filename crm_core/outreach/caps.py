"""How many broadcasts one customer may get on a platform that counts them: pure functions of the rule and `now`.

WeCom, "创建企业群发" (page 92135): in a calendar month as many as it has days, unless the company chose seven a week or
one a day. Months, weeks (from Monday) and days are China's.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

_CHINA = ZoneInfo("Asia/Shanghai")


class Cap(StrEnum):
    """The rule a company goes by."""

    MONTH_DAYS = "month_days"
    SEVEN_A_WEEK = "7_a_week"
    ONE_A_DAY = "1_a_day"


@dataclass(frozen=True)
class Window:
    """At most so many from `since` on."""

    since: datetime
    most: int


def window(cap: Cap, now: datetime) -> Window:
    """The one that `now` is in."""
    local = now.astimezone(_CHINA)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    if cap is Cap.ONE_A_DAY:
        return Window(midnight, 1)
    if cap is Cap.SEVEN_A_WEEK:
        return Window(midnight - timedelta(days=local.weekday()), 7)
    return Window(midnight.replace(day=1), monthrange(local.year, local.month)[1])
