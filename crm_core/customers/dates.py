"""Dates as people write them in a record: a birthday, the end of a contract. Not "next Monday"; that is for nudges."""

import re
from datetime import date

from crm_core.errors import Invalid
from crm_core.text.tidying import one_line

#: Stands for the year of a birthday whose year is not known; a leap year, so that 29 February exists.
UNKNOWN_YEAR = 1604
_EARLIEST = 1900
_LATEST = 2200

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<m>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_MIDNIGHT = r"(?:[ t]00?:00(?::00(?:\.0+)?)?)?"
_WITH_YEAR = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<y>\d{4})([-/.])(?P<m>\d{1,2})\2(?P<d>\d{1,2})" + _MIDNIGHT,
        r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?:\.0)?",
        r"(?P<y>\d{4}) ?年 ?(?P<m>\d{1,2}) ?月 ?(?P<d>\d{1,2}) ?[日号號]?",
        rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)? {_MONTH},? (?P<y>\d{{4}})",
        rf"{_MONTH} (?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y>\d{{4}})",
    )
)
_WITHOUT_YEAR = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<m>\d{1,2}) ?月 ?(?P<d>\d{1,2}) ?[日号號]?",
        r"(?P<m>\d{1,2})-(?P<d>\d{1,2})",
        rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)? {_MONTH}",
        rf"{_MONTH} (?P<d>\d{{1,2}})(?:st|nd|rd|th)?",
    )
)


def parse(text: str) -> date:
    """A date with its year: 1988-5-3, 1988/05/03, 1988年5月3日, 19880503, 3 May 1988.

    Raises `Invalid`: `date_invalid`, `date_without_year`.
    """
    plain = one_line(text[:200]).lower()
    found = _found(_WITH_YEAR, plain)
    if found is not None:
        return _date(_year(found, plain), found, plain)
    if _found(_WITHOUT_YEAR, plain) is not None:
        raise Invalid("date_without_year", text=plain[:40])
    raise Invalid("date_invalid", text=plain[:40])


def parse_birthday(text: str, today: date) -> date:
    """Like `parse`, not in the future; without a year (5月3日, 05-03) it is kept in `UNKNOWN_YEAR`.

    Raises `Invalid`: `date_invalid`, `birthday_in_the_future`.
    """
    plain = one_line(text[:200]).lower()
    found = _found(_WITHOUT_YEAR, plain)
    if found is not None:
        return _date(UNKNOWN_YEAR, found, plain)
    birthday = parse(text)
    if birthday > today:
        raise Invalid("birthday_in_the_future", text=plain[:40])
    return birthday


def birthday_text(birthday: date | None) -> str:
    """`1988-05-03`, or `05-03` when the year is not known, "" for none; `parse_birthday` reads them back."""
    if birthday is None:
        return ""
    return f"{birthday:%m-%d}" if birthday.year == UNKNOWN_YEAR else birthday.isoformat()


def _found(patterns: tuple[re.Pattern[str], ...], text: str) -> re.Match[str] | None:
    return next((match for match in (pattern.fullmatch(text) for pattern in patterns) if match), None)


def _year(found: re.Match[str], text: str) -> int:
    year = int(found["y"])
    if not _EARLIEST <= year <= _LATEST:
        raise Invalid("date_invalid", text=text[:40])
    return year


def _date(year: int, found: re.Match[str], text: str) -> date:
    month = found["m"]
    try:
        return date(year, _MONTHS.index(month) + 1 if month.isalpha() else int(month), int(found["d"]))
    except ValueError:
        raise Invalid("date_invalid", text=text[:40]) from None
