"""How times are read. The tables hold text, moment and answer; the answer is what `crmbot when` prints."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from _pytest.mark import ParameterSet

from bot.language import times

_HERE = Path(__file__).parent
SHANGHAI = ZoneInfo("Asia/Shanghai")
#: A Wednesday.
NOW = datetime(2026, 11, 18, 10, 20, tzinfo=SHANGHAI)


def _table(name: str) -> list[ParameterSet]:
    """Rows of text, now, zone, country and the expected answer."""
    return list(_rows(name))


def _rows(name: str) -> Iterator[ParameterSet]:
    for line in (_HERE / name).read_text(encoding="utf-8").splitlines()[1:]:
        if line and not line.startswith("#"):
            _, text, now, expected, *more = line.split("\t")
            zone = more[0] if more else "Asia/Shanghai"
            country = more[1] if len(more) > 1 else "CN"
            yield pytest.param(text, now, zone, country, expected, id=f"{text} ({now[5:16]})")


def _answer(text: str, now: str, zone: str, country: str) -> str:
    """As `crmbot when` prints it, and the problem where a time is impossible."""
    try:
        moment = datetime.fromisoformat(now).replace(tzinfo=ZoneInfo(zone))
        reading = times.read_strictly(text, now=moment, country=country)
    except times.ImpossibleTime as impossible:
        return impossible.problem
    return times.output(reading) if reading else "none"


@pytest.mark.parametrize(("text", "now", "zone", "country", "expected"), _table("time_expressions.tsv"))
def test_the_agreed_expressions_are_read(text: str, now: str, zone: str, country: str, expected: str) -> None:
    assert _answer(text, now, zone, country) == expected


@pytest.mark.parametrize(("text", "now", "zone", "country", "expected"), _table("more_expressions.tsv"))
def test_many_more_are_read_at_many_moments(text: str, now: str, zone: str, country: str, expected: str) -> None:
    assert _answer(text, now, zone, country) == expected


@pytest.mark.parametrize(
    "text", [line for line in (_HERE / "no_times.txt").read_text(encoding="utf-8").splitlines() if line[0] != "#"]
)
def test_what_only_looks_like_a_time_is_none(text: str) -> None:
    assert times.read_strictly(text, now=NOW) is None


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("明天下午三点提醒我给李四打电话", "给李四打电话"),
        ("提醒我下周二下午两点给王总打电话", "给王总打电话"),
        ("给李四打电话,明天下午三点提醒我", "给李四打电话"),
        ("请在周五下午5点之前提醒我把合同发给张三", "把合同发给张三"),
        ("周五前交报告", "交报告"),
        ("下周一上午十点的会议", "会议"),
        ("提醒我准备周五的会议", "准备周五的会议"),
        ("周五提醒我准备下周一的会", "准备下周一的会"),
        ("明天要求付款", "要求付款"),
        ("每周一9点提醒我写周报", "写周报"),
        ("明天", ""),
        ("remind me to call Bob tomorrow at 3pm", "call Bob"),
        ("schedule a follow-up with Acme in 90 minutes", "follow-up with Acme"),
        ("remind me about the contract on Friday", "the contract"),
        ("call Bob at 3pm on Friday about the contract", "call Bob about the contract"),
        ("every Monday at 9am, 5 times, write the report", "write the report"),
        ("prepare our Monday meeting", "prepare our Monday meeting"),
        ("Remind me to thank Alice next week, please", "thank Alice"),
    ],
)
def test_the_rest_is_the_title_of_the_reminder(text: str, rest: str) -> None:
    reading = times.read(text, now=NOW)
    assert reading is not None
    assert reading.rest == rest


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("提醒我明天下午三点打电话", ["明天下午三点"]),
        ("call Bob tomorrow about the offer, at 3pm", ["tomorrow", "at 3pm"]),
        ("周五下班前交报告", ["周五下班前"]),
        ("截止到周五", ["截止到周五"]),
    ],
)
def test_the_spans_say_where_the_time_stands(text: str, places: list[str]) -> None:
    reading = times.read(text, now=NOW)
    assert reading is not None
    assert [text[start:end] for start, end in reading.spans] == places


@pytest.mark.parametrize(
    "text",
    [
        "周五下班前",
        "by Friday",
        "before 5pm",
        "tomorrow by 5",
        "by end of day",
        "三天之内",
        "within 3 days",
        "最晚周四",
        "本月内",
    ],
)
def test_a_deadline_is_known_as_one(text: str) -> None:
    reading = times.read(text, now=NOW)
    assert reading is not None
    assert reading.deadline


@pytest.mark.parametrize("text", ["周五下午3点", "at 5pm", "in 3 days", "每周一9点", "every day at 9 until Dec 31"])
def test_a_plain_time_is_no_deadline(text: str) -> None:
    reading = times.read(text, now=NOW)
    assert reading is not None
    assert not reading.deadline


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("每周一9点", "2026-11-23T09:00"),
        ("每周三9点", "2026-11-25T09:00"),
        ("每周三下午3点", "2026-11-18T15:00"),
        ("every other Wednesday at 10am", "2026-11-25T10:00"),
        ("每天", "2026-11-19T09:00"),
        ("每天下午6点", "2026-11-18T18:00"),
        ("every 3 days", "2026-11-21T09:00"),
        ("每周", "2026-11-25T09:00"),
        ("每月", "2026-12-18T09:00"),
        ("每月31号", "2026-12-31T09:00"),
        ("每月最后一个周五", "2026-11-27T09:00"),
        ("每隔两小时", "2026-11-18T12:20"),
        ("every 30 minutes", "2026-11-18T10:50"),
        ("每年2月29日", "2028-02-29T09:00"),
        ("从下周一开始每天9点", "2026-11-23T09:00"),
        ("every weekday at 9 starting next Monday", "2026-11-23T09:00"),
        ("每天9点和18点", "2026-11-18T18:00"),
    ],
)
def test_a_rule_comes_with_its_first_moment(text: str, first: str) -> None:
    reading = times.read(text, now=NOW)
    assert reading is not None
    assert f"{reading.at:%Y-%m-%dT%H:%M}" == first


def test_working_days_follow_the_statutory_calendar() -> None:
    friday = datetime(2026, 10, 9, 18, 30, tzinfo=SHANGHAI)
    reading = times.read("每个工作日9点", now=friday)
    assert reading is not None
    assert reading.workdays
    assert reading.at == datetime(2026, 10, 10, 9, tzinfo=SHANGHAI), "the Saturday is worked to make up for the holiday"


def test_a_date_alone_stands_at_nine_even_when_nine_has_passed() -> None:
    reading = times.read("今天", now=NOW)
    assert reading is not None
    assert (reading.at, reading.date_only, reading.has_time) == (NOW.replace(hour=9, minute=0), True, False)


def test_the_answer_is_in_the_zone_of_now() -> None:
    zone = ZoneInfo("America/New_York")
    reading = times.read("2026-12-25T15:00Z", now=NOW.astimezone(zone))
    assert reading is not None
    assert reading.at.tzinfo is zone
    assert times.output(reading) == "2026-12-25T10:00"


def test_read_never_raises_for_an_impossible_time() -> None:
    assert times.read("2月31日", now=NOW) is None


@pytest.mark.parametrize("text", ["2月31日", "25点", "yesterday at 3pm", "every Chinese New Year"])
def test_an_impossible_time_says_the_mend_in_both_languages(text: str) -> None:
    with pytest.raises(times.ImpossibleTime) as caught:
        times.read_strictly(f"提醒我 {text}", now=NOW)
    assert text in caught.value.sentence("zh")
    assert text in caught.value.sentence("en")


@pytest.mark.parametrize(
    "text", ["每" * 100_000, "9" * 100_000, "1/" * 50_000, "周一" * 50_000, "at " * 40_000, "\u202e明天\x00"]
)
def test_long_and_strange_texts_are_read_as_far_as_they_make_sense(text: str) -> None:
    times.read(text, now=NOW)


def test_a_time_far_down_a_long_text_is_not_looked_for_and_nothing_of_the_title_is_lost() -> None:
    text = "明天" + "长" * 2000 + "下午3点"
    reading = times.read(text, now=NOW)
    assert reading is not None
    assert times.output(reading) == "2026-11-19"
    assert reading.rest == text.removeprefix("明天")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("10秒后提醒我", 10),
        ("过30秒叫我", 30),
        ("1分30秒后", 90),
        ("in 10 seconds", 10),
        ("remind me in 1 minute 5 secs", 65),
    ],
)
def test_seconds_are_read_too(text: str, seconds: int) -> None:
    reading = times.read(text, now=NOW)
    assert reading is not None
    assert reading.at == NOW + timedelta(seconds=seconds)
