"""How times are read. The tables hold text, moment and answer; the answer is what `crmbot when` prints."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from _pytest.mark import ParameterSet

from bot.language import times

_HERE = Path(__file__).parent


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
