"""What holds for every text: nothing is raised, the answer is aware and parses, the spans lie in the text."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.language import times
from bot.language.phrases.times import say

_VOCABULARY = """
明天 后天 下周一 周五 周末 月底 下个月 明年 今年 2月 12月 31号 5日 上午 下午 晚上 凌晨 3点 十二点 半 一刻 15:30
25:00 前 后 内 之后 每 每天 每周 每月 每年 隔 一三五 工作日 个 天 小时 分钟 两 三 十 百 春节 国庆 除夕 农历 腊月
初八 廿三 第一个 最后一个 周 月 年 日 号 点 到 从 直到 共 次 提醒我 给 打电话 的 和 、 , 。 tomorrow next Monday
Fri every other week day of the month last first at 3 pm noon midnight in two and half an hour days weeks within
before after until Christmas New Year Dec 5 31 February 2026 2026-12-25 T15:00Z 12/8 : - / 9999 0 00 quarter
past to end beginning for times remind me call Bob ■ 👍 \u202e \x00
"""
_WORDS = _VOCABULARY.split()
_SENTENCES = st.lists(st.sampled_from(_WORDS), max_size=14).flatmap(
    lambda words: st.sampled_from(("", " ")).map(lambda space: space.join(words))
)
_ZONES = st.sampled_from(
    ("Asia/Shanghai", "America/New_York", "Europe/London", "Pacific/Apia", "Asia/Kathmandu", "UTC")
)
_NOWS = st.tuples(st.integers(946_684_800, 4_133_894_400), _ZONES).map(
    lambda drawn: datetime.fromtimestamp(drawn[0], ZoneInfo(drawn[1]))
)
_COUNTRIES = st.sampled_from(("CN", "US", "DE", "XX"))
_NOW = datetime(2026, 11, 18, 2, 20, tzinfo=UTC).astimezone(ZoneInfo("Asia/Shanghai"))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=_SENTENCES | st.text(max_size=60), now=_NOWS, country=_COUNTRIES)
@example(text="九九九九年十二月三十一日半夜", now=_NOW, country="CN")
@example(text="9999年后", now=_NOW, country="CN")
@example(text="in 9999 weeks", now=_NOW, country="CN")
@example(text="1000个工作日后", now=_NOW, country="XX")
def test_whatever_is_written_the_answer_is_sound(text: str, now: datetime, country: str) -> None:
    reading = times.read(text, now=now, country=country)
    if reading is None:
        return
    assert reading.at.utcoffset() is not None
    assert reading.at.tzinfo is now.tzinfo
    assert reading.at.astimezone(UTC) > now.astimezone(UTC) or (reading.date_only and reading.at.date() == now.date())
    assert reading.spans
    assert all(0 <= start < end <= len(text) for start, end in reading.spans)
    assert _parses(times.output(reading), reading)
    assert say(reading, "zh", ZoneInfo("Asia/Shanghai"), now)
    assert say(reading, "en", ZoneInfo("Asia/Shanghai"), now)


def _parses(printed: str, reading: times.Reading) -> bool:
    """What was printed is the same time to a program."""
    if reading.rule:
        return bool(rrulestr(printed, dtstart=reading.at.replace(tzinfo=None)))
    if reading.date_only:
        return date.fromisoformat(printed) == reading.at.date()
    return datetime.fromisoformat(printed) == reading.at.replace(tzinfo=None, second=0, microsecond=0)
