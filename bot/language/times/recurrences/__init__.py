"""What repeats: how often, on which days, for how long."""

from bot.language.times.meaning import Matcher
from bot.language.times.recurrences import ends, monthdays, often, weekdays

MATCHERS: tuple[Matcher, ...] = (*often.MATCHERS, *weekdays.MATCHERS, *monthdays.MATCHERS, *ends.MATCHERS)
