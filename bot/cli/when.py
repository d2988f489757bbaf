"""`crmbot when`: how a time is read. Answers on standard output, sentences on standard error."""

import argparse
import sys
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.cli import options
from bot.language.problems import times as problems
from bot.language.times import ImpossibleTime, output, read, read_strictly

_NO_TIME, _WRONG_CALL = 1, 2


class Unusable(Exception):
    """An option has a value that means nothing. `problem` and `details` as in `bot/language/problems/times.py`."""

    def __init__(self, problem: str, **details: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.details = details


def add_parser(subcommands: options.Subcommands) -> None:
    """Add `when` to the commands."""
    parser = subcommands.add_parser("when", help="how a time is read: ISO time, date, or RRULE (- reads lines)")
    parser.add_argument("text", nargs="+", help="the text, or - for one text per line from standard input")
    parser.add_argument("--now", default="", metavar="ISO", help="read it as of this moment; without offset, wall time")
    parser.add_argument("--tz", default="Asia/Shanghai", metavar="ZONE", help="the person's time zone")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """The exit code: 0, 1 when there is no time in the text, 2 when an option means nothing."""
    try:
        now = _now(arguments.now, _zone(arguments.tz))
    except Unusable as error:
        return _complain(error.problem, _WRONG_CALL, **error.details)
    text = " ".join(arguments.text)
    if text == "-":
        return _each_line(now)
    try:
        reading = read_strictly(_readable(text), now=now)
    except ImpossibleTime as impossible:
        return _complain(impossible.problem, _NO_TIME, **impossible.details)
    if reading is None:
        return _complain("time_missing", _NO_TIME)
    print(output(reading))
    return 0


def _each_line(now: datetime) -> int:
    """One answer per line, as the lines come."""
    for line in sys.stdin.buffer:
        reading = read(line.decode("utf-8", errors="replace").strip(), now=now)
        print(output(reading) if reading else "none", flush=True)
    return 0


def _readable(text: str) -> str:
    """Without the stand-ins for bytes of the command line that are no UTF-8, which could not be printed again."""
    return text.encode("utf-8", errors="replace").decode("utf-8")


def _complain(problem: str, code: int, **details: str) -> int:
    phrase = problems.PROBLEMS[problem]
    print(phrase.say("zh", **details), phrase.say("en", **details), sep="\n", file=sys.stderr)
    return code


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        raise Unusable("zone_unknown", zone=_readable(name)) from None


def _now(said: str, zone: ZoneInfo) -> datetime:
    if not said:
        return datetime.now(zone)
    try:
        moment = datetime.fromisoformat(said)
        moment = moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)
    except (ValueError, OverflowError):
        raise Unusable("now_unreadable", value=_readable(said)) from None
    if not 1950 < moment.year < 2150:
        raise Unusable("now_unreadable", value=_readable(said))
    return moment
