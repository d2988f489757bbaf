"""How far this machine's clock is from a platform's, by the date of one of its answers; for the doctor."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from crm_core.checkup import Check, Words, bad, good, skipped

_CLOCK = Words(zh="本机时钟", en="Clock")
#: Seconds this clock may be off; beyond 300 the platforms' signatures do not hold.
_MOST = 60


def examine(date: str, now: datetime, far: Words, lost: Words) -> Check:
    """`date`: the answer's header. `far`: whose clock it is; `lost`: what beyond five minutes is refused."""
    try:
        there = parsedate_to_datetime(date).astimezone(UTC)
    except ValueError:
        return skipped(_CLOCK, Words(zh="回答里没有时间", en="the answer says no time"))
    seconds = round((now - there).total_seconds())
    apart = f"与{far.zh}相差 {abs(seconds)} 秒"
    if abs(seconds) <= _MOST:
        return good(_CLOCK, Words(zh=apart, en=f"{abs(seconds)} s from {far.en}'s"))
    found = Words(zh=apart, en=f"{abs(seconds)} s {'ahead' if seconds > 0 else 'behind'}")
    mend = Words(
        zh=f"相差超过五分钟，{lost.zh}，提醒也不准时。打开 NTP：timedatectl set-ntp true。",
        en=f"Beyond five minutes {lost.en}, and reminders are late. Switch NTP on: timedatectl set-ntp true.",
    )
    return bad(_CLOCK, found, mend)
