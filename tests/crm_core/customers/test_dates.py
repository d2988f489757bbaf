"""Dates of a record, and birthdays whose year is not known."""

from datetime import date

import pytest

from crm_core.customers import dates
from crm_core.errors import Invalid

TODAY = date(2026, 11, 18)


@pytest.mark.parametrize(
    "typed",
    [
        "1988-5-3",
        "1988-05-03",
        "1988/5/3",
        "1988.05.03",
        "19880503",
        "19880503.0",
        "1988年5月3日",
        "1988 年 5 月 3 号",
        "１９８８年５月３日",
        "3 May 1988",
        "3rd May 1988",
        "May 3, 1988",
        "may 3 1988",
        "1988-05-03 00:00:00",
        "1988-05-03T00:00:00",
    ],
)
def test_a_birthday_is_read_however_it_is_written(typed: str) -> None:
    assert dates.parse_birthday(typed, TODAY) == date(1988, 5, 3)


@pytest.mark.parametrize("typed", ["5月3日", "5月3号", "05-03", "5-3", "3 May", "May 3rd"])
def test_a_birthday_without_a_year_is_kept_and_shown_without_one(typed: str) -> None:
    birthday = dates.parse_birthday(typed, TODAY)
    assert (birthday.year, birthday.month, birthday.day) == (dates.UNKNOWN_YEAR, 5, 3)
    assert dates.birthday_text(birthday) == "05-03"
    assert dates.parse_birthday(dates.birthday_text(birthday), TODAY) == birthday


def test_a_leap_day_needs_no_year() -> None:
    assert dates.birthday_text(dates.parse_birthday("2月29日", TODAY)) == "02-29"
    assert dates.birthday_text(None) == ""


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "2月30日",
        "2月31日",
        "1988-02-30",
        "1987-02-29",
        "1988-00-10",
        "1988-13-01",
        "88-5-3",
        "5/3",
        "1604-05-03",
        "0000-00-00",
        "1899-12-31",
        "2201-01-01",
        "1988-5/3",
        "yesterday",
        "1988-05-03 12:00",
        "３１ February 1988",
        "1" * 100_000,
    ],
)
def test_what_is_no_day_is_refused(typed: str) -> None:
    with pytest.raises(Invalid, match=r"^date_invalid$"):
        dates.parse_birthday(typed, TODAY)


def test_nobody_is_born_tomorrow() -> None:
    assert dates.parse_birthday("2026-11-18", TODAY) == TODAY
    with pytest.raises(Invalid, match=r"^birthday_in_the_future$"):
        dates.parse_birthday("2026-11-19", TODAY)
