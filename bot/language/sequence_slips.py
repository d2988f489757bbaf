"""Lines of a sequence that were meant to begin something and are not understood: they are asked about, for as a part of
the text above them they would be sent to customers."""

import re

from rapidfuzz.distance import OSA

from bot.language import sequence_words as words

_ZH_NUMBER = "[一二两三四五六七八九十百半]{1,4}"
_NUMBER = rf"(?:\d{{1,4}}|{_ZH_NUMBER})"
#: Something like a wait, before a colon.
_WAIT = re.compile(
    rf"(?:\d{{1,4}}\s*(?:个|[a-z])|第\s*(?:\d|{_ZH_NUMBER}\s*[天日])|day\s+\w|after\s|in\s+\d"
    r"|(?:明|后|大后)天|(?:下个?|本|这)?(?:周|星期|礼拜)[一二三四五六日天末]|下个?(?:周|星期|月)|次月"
    r"|tomorrow|(?:on |next |this )?(?:mon|tues|wednes|thurs|fri|satur|sun)day|next (?:week|month))[^:]{0,40}:"
    rf"|{_NUMBER}[^:]{{0,20}}(?:之后|以后|后)[\s,]*:|[^:]{{0,30}}\blater\b[^:]{{0,30}}:"
)
#: A wait without a colon.
_WITHOUT_COLON = re.compile(
    rf"{_NUMBER}\s*个?(?:工作日|天|日|周|星期|小时|钟头|分钟)(?:之后|以后|后)|第\s*{_NUMBER}\s*天|day \d"
    r"|(?:\d{1,4}|an?|one|two|three|four|five|six|seven)\s+(?:(?:work(?:ing)?|business)\s*)?"
    r"(?:day|week|hour|minute)s?\s+(?:later|after)\b"
)
_NAMED = ("at once", "immediately", "right away", "same day", "next day", "next workday", "next working day")
_MISTYPED = 2


def is_slip(line: str) -> bool:
    """Whether a line, folded and without a bullet, that is no head was meant to be one, with a colon or without."""
    before, colon, _ = line[:60].partition(":")
    if not colon:
        return _WITHOUT_COLON.match(line) is not None
    return bool(_WAIT.match(line)) or words.begins_with_length(line) or _is_nearly_named(before)


def _is_nearly_named(text: str) -> bool:
    return any(OSA.distance(text.strip(), name, score_cutoff=_MISTYPED) <= _MISTYPED for name in _NAMED)
