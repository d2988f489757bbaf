"""Values from outside that the database can hold."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime

from bot.language.flaws import Flaw
from bot.language.phrases import api as phrases


def _plain(text: str) -> str:
    if "\0" in text:
        raise Flaw(phrases.NUL)
    return text


def _utc(moment: datetime) -> datetime:
    if not 1970 <= moment.year <= 2200:
        raise Flaw(phrases.YEAR)
    return moment.astimezone(UTC)


#: Beside `str`: text that every database can hold.
Plain = AfterValidator(_plain)

#: With its offset, in UTC, of a year that people plan for.
Moment = Annotated[AwareDatetime, AfterValidator(_utc)]
