"""Numbers as people write them in times: 3, 1.5, 两, 廿五, 一百二十, three, twenty-five."""

#: Patterns over folded text, without groups.
ZH = r"(?:\d{1,4}(?:\.\d{1,2})?|[零〇一二两俩三四五六七八九十百廿卅]{1,5})"
ZH_SMALL = r"(?:\d{1,2}|[零〇一二两三四五六七八九十廿卅]{1,3})"

_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90}
_WORDS = {
    **{word: value for value, word in enumerate(_ONES, start=1)},
    **{word: value for value, word in enumerate(_TEENS, start=10)},
    **_TENS,
    "a": 1,
    "an": 1,
    "couple": 2,
    "a couple": 2,
    "a couple of": 2,
    "couple of": 2,
}
_ORDINAL_STEMS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
    "eleventh": 11,
    "twelfth": 12,
    "thirteenth": 13,
    "fourteenth": 14,
    "fifteenth": 15,
    "sixteenth": 16,
    "seventeenth": 17,
    "eighteenth": 18,
    "nineteenth": 19,
    "twentieth": 20,
    "thirtieth": 30,
}

_ONES_PATTERN = "|".join(_ONES)
_TENS_PATTERN = "|".join(_TENS)
HOUR_WORDS = "(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
EN = (
    rf"(?:\d{{1,4}}(?:\.\d{{1,2}})?|(?:{_TENS_PATTERN})(?:[- ](?:{_ONES_PATTERN}))?|{'|'.join(reversed(_TEENS))}"
    rf"|{_ONES_PATTERN}|a\scouple\sof|a\scouple|an|a)"
)
ORDINAL = (
    r"(?:\d{1,2}(?:st|nd|rd|th)|(?:twenty|thirty)[- ](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|"
    + "|".join(sorted(_ORDINAL_STEMS, key=len, reverse=True))
    + ")"
)


def value(text: str) -> float:
    """The number a match of `ZH` or `EN` stands for."""
    if text[0].isdecimal():
        return float(text)
    if text[0].isascii():
        return float(_english(text))
    return float(_chinese(text))


def whole(text: str) -> int:
    """The same where only whole numbers are matched."""
    return int(value(text))


def ordinal(text: str) -> int:
    """The number a match of `ORDINAL` stands for."""
    if text[0].isdecimal():
        return int(text[:-2])
    stem, _, last = text.replace("-", " ").rpartition(" ")
    return (_TENS[stem] if stem else 0) + _ORDINAL_STEMS[last]


def _english(text: str) -> int:
    if text in _WORDS:
        return _WORDS[text]
    return sum(_WORDS[word] for word in text.replace("-", " ").split())


def _chinese(text: str) -> int:
    if all(sign in _DIGITS for sign in text):
        return int("".join(str(_DIGITS[sign]) for sign in text))
    total = digit = 0
    for sign in text:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
            continue
        total += {"十": 10 * (digit or 1), "百": 100 * (digit or 1), "廿": 20, "卅": 30}[sign]
        digit = 0
    return total + digit
