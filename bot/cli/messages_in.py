"""Past conversations out of a history: looked through, asked about, taken in batch by batch."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.cli.doors import Door, progress
from bot.language.phrases import transfer as phrases
from crm_core.chat import InboundMessage
from crm_core.errors import Invalid
from crm_core.people.viewer import Right
from crm_core.transfer import histories, runs
from crm_core.transfer.histories import Problem, Recorded

_BATCH = 500
_LISTED = 20

_Entry = InboundMessage | Problem


@dataclass
class _Survey:
    """What a history holds."""

    entries: int = 0
    rooms: set[tuple[str, str]] = field(default_factory=set)
    people: set[tuple[str, str]] = field(default_factory=set)
    first: datetime | None = None
    last: datetime | None = None
    problems: list[Problem] = field(default_factory=list)

    def add(self, entry: _Entry) -> None:
        if isinstance(entry, Problem):
            self.problems.append(entry)
            return
        self.entries += 1
        self.rooms.add((entry.platform, entry.room.platform_id))
        self.people.add((entry.platform, entry.sender.platform_id))
        self.first = min(self.first or entry.sent_at, entry.sent_at)
        self.last = max(self.last or entry.sent_at, entry.sent_at)


@dataclass
class _Outcome:
    added: int = 0
    duplicate: int = 0
    problems: list[Problem] = field(default_factory=list)

    def add(self, recorded: Recorded) -> None:
        self.added += recorded.new
        self.duplicate += recorded.known
        self.problems += recorded.problems

    @property
    def counts(self) -> dict[str, int]:
        return {"added": self.added, "duplicate": self.duplicate, "rejected": len(self.problems)}


def take(door: Door, file: Path, *, dry: bool, yes: bool) -> int:
    """Import the messages of this file; the exit code. Raises `CrmError` when it cannot be read."""
    door.viewer.require(Right.IMPORT)
    survey = _Survey()
    for entry in histories.read(file):
        survey.add(entry)
    if not survey.entries:
        return _nothing(door, file, survey)
    _show(door, file, survey)
    if dry:
        with door.database.writing() as session:
            outcome = _run(door, file, survey, lambda batch: _recorded(door, session, batch))
            session.rollback()
        return _report(door, outcome, dry=True)
    if not door.confirms(phrases.GO_ON_HISTORY, yes=yes):
        _list(door, survey.problems)
        return 0
    outcome = _run(door, file, survey, lambda batch: _committed(door, batch))
    with door.database.writing() as session:
        runs.finish(session, file.name, outcome.counts, viewer=door.viewer, now=door.now)
    return _report(door, outcome, dry=False)


def _run(door: Door, file: Path, survey: _Survey, record: Callable[[list[InboundMessage]], Recorded]) -> _Outcome:
    outcome, done = _Outcome(problems=list(survey.problems)), 0
    with progress(phrases.PROGRESS_IN.say(door.viewer.language), survey.entries) as report:
        for batch in _batches(entry for entry in histories.read(file) if isinstance(entry, InboundMessage)):
            outcome.add(record(batch))
            done += len(batch)
            report(done)
    return outcome


def _batches(entries: Iterable[InboundMessage]) -> Iterator[list[InboundMessage]]:
    entries = iter(entries)
    while batch := list(islice(entries, _BATCH)):
        yield batch


def _committed(door: Door, batch: list[InboundMessage]) -> Recorded:
    with door.database.writing() as session:
        return _recorded(door, session, batch)


def _recorded(door: Door, session: Session, batch: list[InboundMessage]) -> Recorded:
    return histories.take(session, batch, viewer=door.viewer, now=door.now, country=door.config.bot.country)


def _show(door: Door, file: Path, survey: _Survey) -> None:
    zone = ZoneInfo(door.viewer.timezone)
    first, last = (f"{at.astimezone(zone):%Y-%m-%d}" if at else "" for at in (survey.first, survey.last))
    door.say(
        phrases.HISTORY,
        file=file.name,
        rooms=len(survey.rooms),
        people=len(survey.people),
        messages=survey.entries,
        first=first,
        last=last,
    )


def _nothing(door: Door, file: Path, survey: _Survey) -> int:
    _list(door, survey.problems)
    door.complain(Invalid("history_empty", file=file.name))
    return 1


def _report(door: Door, outcome: _Outcome, *, dry: bool) -> int:
    _list(door, outcome.problems)
    door.say(phrases.HISTORY_TRIED if dry else phrases.HISTORY_DONE, **outcome.counts)
    return 0 if outcome.added or outcome.duplicate else 1


def _list(door: Door, problems: Sequence[Problem]) -> None:
    if not problems:
        return
    door.say(phrases.REJECTS)
    for problem in problems[:_LISTED]:
        door.say(phrases.ENTRY, where=problem.where, reason=door.explain(problem.error))
    if len(problems) > _LISTED:
        door.say(phrases.MORE, count=len(problems) - _LISTED)
