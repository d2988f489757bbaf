"""The Chinese calendar: lunar dates and solar terms. Its tables are loaded when one is asked for."""

from datetime import date, timedelta


def solar_date(year: int, month: int, day: int) -> date | None:
    """The date of a lunar day; None when that year's month has no such day. A leap month has a negative number."""
    from lunar_python import Lunar, LunarMonth

    of_year = LunarMonth.fromYm(year, month)
    if of_year is None or not 1 <= day <= of_year.getDayCount():
        return None
    solar = Lunar.fromYmd(year, month, day).getSolar()
    return date(solar.getYear(), solar.getMonth(), solar.getDay())


def new_years_eve(year: int) -> date:
    """除夕 in a Gregorian year, the day before that year's spring festival."""
    first = solar_date(year, 1, 1)
    if first is None:
        raise AssertionError("every lunar year has a first day")
    return first - timedelta(days=1)


def solar_term(year: int, name: str) -> date:
    """清明, 冬至 … of a Gregorian year."""
    from lunar_python import Lunar

    solar = Lunar.fromYmd(year, 6, 1).getJieQiTable()[name]
    return date(solar.getYear(), solar.getMonth(), solar.getDay())
