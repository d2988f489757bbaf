"""What good manners ask for before a customer is written to: pure functions of data and `now`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm_core.outreach.caps import Cap

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Manners:
    """Quiet hours are local to the recipient, from `quiet_from` until before `quiet_to`; equal hours: none.

    `per_week`: so many broadcasts reach one customer within seven days. `timezone`: of recipients who have none.
    `platforms`: where customers can be written to; None: wherever they are known. `in_rooms`: platforms on which they
    are written to in the shared channel linked to them, never alone. `closed`: where nobody can be written to now.
    `seconds`: for how long one message keeps a platform from the next. `prefer`: platforms, the one a customer is
    rather written to first. `by_staff`: platforms on which a member of staff confirms what goes to their customers,
    with what one customer may get there.
    """

    quiet_from: int = 21
    quiet_to: int = 9
    per_week: int = 3
    timezone: str = "Asia/Shanghai"
    platforms: tuple[str, ...] | None = None
    in_rooms: tuple[str, ...] = ("slack",)
    closed: tuple[str, ...] = ()
    by_staff: Mapping[str, Cap] = field(default_factory=lambda: {"wecom": Cap.MONTH_DAYS})

    seconds: Mapping[str, float] = field(default_factory=dict)
    prefer: tuple[str, ...] = ()

    @property
    def asking(self) -> Mapping[str, Cap]:
        """Of `by_staff`, where customers can be written to now."""
        return {platform: cap for platform, cap in self.by_staff.items() if platform not in self.closed}


#: The manners where a company has set none.
POLITE = Manners()


def quiet_until(manners: Manners, timezone: str, now: datetime) -> datetime | None:
    """When the quiet hours at the recipient end; None when they may be written to now."""
    local = now.astimezone(ZoneInfo(timezone or manners.timezone))
    begin, end = manners.quiet_from, manners.quiet_to
    over_night = begin > end
    is_quiet = (local.hour >= begin or local.hour < end) if over_night else begin <= local.hour < end
    if not is_quiet:
        return None
    day = local.date() + (_DAY if over_night and local.hour >= begin else timedelta())
    return datetime.combine(day, time(end), tzinfo=local.tzinfo).astimezone(now.tzinfo)
