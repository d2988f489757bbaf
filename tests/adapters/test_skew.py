from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from adapters import skew
from crm_core.checkup import Check, Outcome, Words

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def examine(date: str) -> Check:
    return skew.examine(
        date, NOW, Words(zh=" Slack ", en="Slack"), Words(zh="请求一律被拒绝", en="every request is refused")
    )


@pytest.mark.parametrize(
    ("seconds", "outcome", "found"),
    [
        (20, Outcome.GOOD, "20 s from Slack's"),
        (-60, Outcome.GOOD, "60 s from Slack's"),
        (400, Outcome.BAD, "400 s behind"),
        (-61, Outcome.BAD, "61 s ahead"),
    ],
)
def test_a_clock_that_is_off_is_told(seconds: int, outcome: Outcome, found: str) -> None:
    check = examine(format_datetime(NOW + timedelta(seconds=seconds)))
    assert (check.outcome, check.found.en) == (outcome, found)
    assert check.found.zh == f"与 Slack 相差 {abs(seconds)} 秒"


def test_it_says_what_is_lost_and_the_mend() -> None:
    mend = examine(format_datetime(NOW + timedelta(hours=1))).mend
    assert mend == Words(
        zh="相差超过五分钟，请求一律被拒绝，提醒也不准时。打开 NTP：timedatectl set-ntp true。",
        en="Beyond five minutes every request is refused, and reminders are late. Switch NTP on: "
        "timedatectl set-ntp true.",
    )


def test_an_answer_without_its_time_tells_nothing() -> None:
    assert examine("").outcome is Outcome.SKIPPED
