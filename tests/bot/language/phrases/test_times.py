"""Times and rules in words."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.language import times
from bot.language.phrases.rules import say_rule
from bot.language.phrases.times import say

SHANGHAI = ZoneInfo("Asia/Shanghai")
#: A Wednesday.
NOW = datetime(2026, 11, 18, 10, 20, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        (
            "下周一上午十点半",
            "11月23日 周一 上午10:30（北京时间，5 天后）",
            "Mon 23 Nov, 10:30 (Asia/Shanghai, in 5 days)",
        ),
        ("明天", "11月19日 周四（北京时间，明天）", "Thu 19 Nov (Asia/Shanghai, tomorrow)"),
        ("后天", "11月20日 周五（北京时间，后天）", "Fri 20 Nov (Asia/Shanghai, in 2 days)"),
        (
            "周五下班前",
            "11月20日 周五 傍晚6:00前（北京时间，后天）",
            "by Fri 20 Nov, 18:00 (Asia/Shanghai, in 2 days)",
        ),
        (
            "in 90 minutes",
            "11月18日 周三 上午11:50（北京时间，1 小时 30 分钟后）",
            "Wed 18 Nov, 11:50 (Asia/Shanghai, in 1 hour 30 minutes)",
        ),
        ("春节", "2027年2月6日 周六（北京时间，80 天后）", "Sat 6 Feb 2027 (Asia/Shanghai, in 80 days)"),
        (
            "每周一9点",
            "每周一 上午9:00（北京时间，首次 11月23日 周一 上午9:00）",
            "every Monday at 09:00 (Asia/Shanghai, first on Mon 23 Nov, 09:00)",
        ),
    ],
)
def test_a_reading_is_said_back_with_weekday_zone_and_distance(text: str, zh: str, en: str) -> None:
    reading = times.read(text, now=NOW)
    assert reading is not None
    assert say(reading, "zh", SHANGHAI, NOW) == zh
    assert say(reading, "en", SHANGHAI, NOW) == en


def test_a_moment_is_said_in_the_zone_of_the_reader() -> None:
    at = datetime(2026, 11, 20, 15, tzinfo=SHANGHAI)
    assert say(at, "en", ZoneInfo("America/New_York"), NOW) == "Fri 20 Nov, 02:00 (America/New_York, in 3 days)"
    assert say(at, "zh", ZoneInfo("America/New_York"), NOW) == "11月20日 周五 凌晨2:00（纽约时间，3 天后）"
    assert say(at, "zh", ZoneInfo("Europe/Oslo"), NOW) == "11月20日 周五 早上8:00（Europe/Oslo，后天）"


def test_what_has_passed_is_said_so() -> None:
    assert say(datetime(2026, 11, 18, 9, tzinfo=SHANGHAI), "en", SHANGHAI, NOW).endswith("1 hour 20 minutes ago)")
    assert say(datetime(2026, 11, 13, 9, tzinfo=SHANGHAI), "zh", SHANGHAI, NOW).endswith("5 天前）")
    assert say(NOW, "en", SHANGHAI, NOW).endswith("now)")


@pytest.mark.parametrize(
    ("rule", "zh", "en"),
    [
        ("FREQ=DAILY", "每天", "every day"),
        ("FREQ=DAILY;INTERVAL=2;BYHOUR=15;BYMINUTE=30", "每2天 下午3:30", "every 2 days at 15:30"),
        ("FREQ=DAILY;BYHOUR=9,18;BYMINUTE=0", "每天 上午9:00、傍晚6:00", "every day at 09:00 and 18:00"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "每个工作日", "every working day"),
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR", "每周一、周三、周五", "every Monday, Wednesday and Friday"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", "每2周的周三", "every 2 weeks on Wednesday"),
        ("FREQ=MONTHLY;BYMONTHDAY=15,30", "每月15日、30日", "every month on the 15th and the 30th"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "每月最后一天", "every month on the last day"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "每月最后一个周五", "every month on the last Friday"),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            "每月最后一个工作日",
            "every month on the last working day",
        ),
        ("FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=15", "每年3月15日", "every year on the 15th of Mar"),
        ("FREQ=HOURLY;INTERVAL=2", "每2小时", "every 2 hours"),
        ("FREQ=WEEKLY;COUNT=5;BYDAY=MO", "每周一，共5次", "every Monday, 5 times"),
        ("FREQ=DAILY;UNTIL=20261231T235959", "每天，到2026年12月31日为止", "every day, until 31 Dec 2026"),
        ("FREQ=SECONDLY", "FREQ=SECONDLY", "FREQ=SECONDLY"),
        ("nonsense", "nonsense", "nonsense"),
    ],
)
def test_a_rule_is_said_in_words(rule: str, zh: str, en: str) -> None:
    assert (say_rule(rule, "zh"), say_rule(rule, "en")) == (zh, en)
