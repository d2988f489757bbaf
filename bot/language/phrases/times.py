"""Saying a time back, in words, with its weekday, its zone and how far off it is; and saying what repeats."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.language import noun
from bot.language.phrase import Phrase
from bot.language.phrases.rules import say_rule
from bot.language.phrases.wall import clock, day
from bot.language.times.reading import Reading

_WHEN = Phrase(zh="{words}（{zone}，{distance}）", en="{words} ({zone}, {distance})")
_BY = Phrase(zh="{words}前", en="by {words}")
_AT = Phrase(zh="{day} {clock}", en="{day}, {clock}")
_REPEATED = Phrase(zh="{rule}（{zone}，首次 {words}）", en="{rule} ({zone}, first on {words})")
_IN = Phrase(zh="{span}后", en="in {span}")
_AGO = Phrase(zh="{span}前", en="{span} ago")
_NOW = Phrase(zh="现在", en="now")
_NEAR = {
    -1: Phrase(zh="昨天", en="yesterday"),
    0: Phrase(zh="今天", en="today"),
    1: Phrase(zh="明天", en="tomorrow"),
}
_AFTER_TOMORROW = Phrase(zh="后天", en="in 2 days")
_ZONES = {
    "Asia/Shanghai": "北京时间",
    "Asia/Chongqing": "北京时间",
    "Asia/Urumqi": "新疆时间",
    "Asia/Hong_Kong": "香港时间",
    "Asia/Macau": "澳门时间",
    "Asia/Taipei": "台北时间",
    "Asia/Singapore": "新加坡时间",
    "Asia/Tokyo": "东京时间",
    "Asia/Seoul": "首尔时间",
    "Asia/Dubai": "迪拜时间",
    "Asia/Kolkata": "印度时间",
    "Australia/Sydney": "悉尼时间",
    "Europe/London": "伦敦时间",
    "Europe/Paris": "巴黎时间",
    "Europe/Berlin": "柏林时间",
    "Europe/Moscow": "莫斯科时间",
    "America/New_York": "纽约时间",
    "America/Chicago": "芝加哥时间",
    "America/Los_Angeles": "洛杉矶时间",
    "UTC": "协调世界时",
}


def say(when: Reading | datetime, language: str, zone: ZoneInfo, now: datetime) -> str:
    """ "Mon 23 Nov, 10:30 (Asia/Shanghai, in 5 days)", 11月23日 周一 上午10:30(北京时间,5天后).

    A reading that repeats is said with its first moment, a deadline as one, a date without an hour.
    """
    if not isinstance(when, Reading):
        return _moment(when, language, zone, now)
    if when.rule:
        words = _words(when.at, language, zone, now, date_only=when.date_only)
        rule = say_rule(when.rule, language)
        return _REPEATED.say(language, rule=rule, zone=say_zone(zone, language), words=words)
    return _moment(when.at, language, zone, now, date_only=when.date_only, deadline=when.deadline)


def say_zone(zone: ZoneInfo, language: str) -> str:
    """北京时间 for Asia/Shanghai; in English, and where the city is not listed, its key."""
    return _ZONES.get(zone.key, zone.key) if language == "zh" else zone.key


def _moment(
    at: datetime, language: str, zone: ZoneInfo, now: datetime, *, date_only: bool = False, deadline: bool = False
) -> str:
    words = _words(at, language, zone, now, date_only=date_only)
    words = _BY.say(language, words=words) if deadline else words
    away = _days_away(at, language, zone, now) if date_only else _distance(at, language, zone, now)
    return _WHEN.say(language, words=words, zone=say_zone(zone, language), distance=away)


def _words(at: datetime, language: str, zone: ZoneInfo, now: datetime, *, date_only: bool) -> str:
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    date = day(local.date(), language, with_year=local.year != today.year)
    return date if date_only else _AT.say(language, day=date, clock=clock(local.hour, local.minute, language))


def _distance(at: datetime, language: str, zone: ZoneInfo, now: datetime) -> str:
    """Hours and minutes within half a day or the same date, otherwise days as the calendar counts them."""
    away = at - now
    if abs(away) < timedelta(seconds=30):
        return _NOW.say(language)
    same_date = at.astimezone(zone).date() == now.astimezone(zone).date()
    if not same_date and abs(away) >= timedelta(hours=12):
        return _days_away(at, language, zone, now)
    hours, minutes = divmod(round(abs(away) / timedelta(minutes=1)), 60)
    said = [noun.HOURS.count(language, hours)] * bool(hours) + [noun.MINUTES.count(language, minutes)] * bool(minutes)
    return (_IN if away > timedelta() else _AGO).say(language, span=" ".join(said))


def _days_away(at: datetime, language: str, zone: ZoneInfo, now: datetime) -> str:
    days = (at.astimezone(zone).date() - now.astimezone(zone).date()).days
    if days in _NEAR:
        return _NEAR[days].say(language)
    if days == 2:
        return _AFTER_TOMORROW.say(language)
    return (_IN if days > 0 else _AGO).say(language, span=noun.DAYS.count(language, abs(days)))
