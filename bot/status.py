"""How the program is, for the terminal and for administrators in the chat: the same facts, each with what to do."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from bot.config import Config
from bot.language import moments
from bot.language.phrase import Phrase
from bot.language.phrases import status as phrases
from bot.waiting import capture_waits_since, due_since
from crm_core.backup import record
from crm_core.backup.record import Record
from crm_core.chat import Document
from crm_core.checkup import Outcome
from crm_core.conversations.tables import EnvelopeRow, EnvelopeState
from crm_core.outreach import holding, pausing
from crm_core.outreach.tables import DEAD, OPEN, Delivery
from crm_core.platforms import completeness, pulses

_BEHIND = timedelta(seconds=30)
_LATE = timedelta(minutes=2)
_LATELY = timedelta(days=1)
_MOST_TROUBLES = 5


@dataclass(frozen=True)
class Facts:
    """What the database knows of the program, in one look. `size`: bytes."""

    size: int
    nodes: Mapping[str, Document]
    set_aside: int
    recording_since: datetime | None
    rooms_behind: int
    due: int
    late_since: datetime | None
    dead: int
    paused: pausing.Pause | None
    held: holding.Held | None
    waiting: holding.Waiting | None
    backup: Record


@dataclass(frozen=True)
class Fact:
    """One line: what about, how it is, and what to do when something is to be done."""

    title: str
    outcome: Outcome
    found: str
    mend: str = ""


def look(session: Session, now: datetime) -> Facts:
    """Everything at this moment."""
    held = holding.held(session)
    open_ = select(func.count()).select_from(Delivery).where(text(OPEN), col(Delivery.not_before) <= now)
    dead = select(func.count()).select_from(Delivery).where(text(DEAD), col(Delivery.not_before) > now - _LATELY)
    aside = select(func.count()).where(EnvelopeRow.state == EnvelopeState.SET_ASIDE)
    return Facts(
        size=_size(session),
        nodes=pulses.nodes(session),
        set_aside=session.exec(aside).one(),
        recording_since=capture_waits_since(session),
        rooms_behind=len(completeness.behind(session)),
        due=session.exec(open_).one(),
        late_since=due_since(session, now),
        dead=session.exec(dead).one(),
        paused=pausing.paused(session),
        held=held,
        waiting=None if held is None else holding.waiting(session, held),
        backup=record.last(session),
    )


def told(facts: Facts, config: Config, now: datetime, language: str) -> list[Fact]:
    """The facts as lines in this language, what is bad with its mend."""
    telling = _Telling(facts, config, now, language)
    return [
        telling.nodes(),
        *telling.platforms(),
        telling.capture(),
        *telling.aside(),
        *telling.past(),
        telling.outgoing(),
        *telling.dead(),
        telling.backup(),
        telling.database(),
        *telling.troubles(),
    ]


class _Telling:
    def __init__(self, facts: Facts, config: Config, now: datetime, language: str) -> None:
        self._facts = facts
        self._config = config
        self._now = now
        self._language = language
        self._running = {name: node for name, node in facts.nodes.items() if not pulses.is_gone(node, now)}

    def nodes(self) -> Fact:
        gone = [node for node in self._facts.nodes.values() if pulses.is_missed(node, self._now)]
        if not self._running:
            return self._bad(phrases.PROGRAM, phrases.NOT_RUNNING, phrases.START_IT)
        names = ", ".join(self._named(node) for node in self._running.values())
        if gone:
            missing = ", ".join(self._missing(node) for node in gone)
            return self._unsure(phrases.PROGRAM, phrases.SOME_GONE, phrases.LOOK_AFTER_NODE, nodes=names, gone=missing)
        return self._good(phrases.PROGRAM, phrases.RUNNING, nodes=names)

    def platforms(self) -> Iterator[Fact]:
        states: dict[str, Mapping[str, str]] = {}
        for node in self._running.values():
            for name, state in node.get("platforms", {}).items():
                if name not in states or state.get("status") == "ok":
                    states[name] = state
        for name, state in sorted(states.items()):
            yield self._platform(name, state)

    def _platform(self, name: str, state: Mapping[str, str]) -> Fact:
        title = phrases.PLATFORMS.get(name, Phrase(name, name)).say(self._language)
        details = ", ".join(f"{part}: {told}" for part, told in state.items() if part != "status" and told != "ok")
        if state.get("status") == "ok":
            return Fact(title, Outcome.GOOD, self._say(phrases.CONNECTED))
        return Fact(title, Outcome.BAD, self._say(phrases.DOWN, details=details or "?"), self._say(phrases.ASK_DOCTOR))

    def capture(self) -> Fact:
        since = self._facts.recording_since
        if since is None or self._now - since < _BEHIND:
            return self._good(phrases.CAPTURE, phrases.UP_TO_DATE)
        behind = moments.span(self._now - since, self._language)
        return self._bad(phrases.CAPTURE, phrases.CAPTURE_BEHIND, phrases.CAPTURE_MEND, behind=behind)

    def aside(self) -> Iterator[Fact]:
        if self._facts.set_aside:
            yield self._unsure(phrases.ASIDE, phrases.SET_ASIDE, phrases.ASIDE_MEND, count=self._facts.set_aside)

    def past(self) -> Iterator[Fact]:
        if self._facts.rooms_behind:
            yield self._good(phrases.PAST, phrases.READING_PAST, count=self._facts.rooms_behind)

    def outgoing(self) -> Fact:
        facts = self._facts
        if facts.held is not None and facts.waiting is not None:
            return self._bad(
                phrases.OUTGOING, phrases.HELD, phrases.RELEASE, count=facts.waiting.unsure + facts.waiting.sure
            )
        if facts.paused is not None:
            since = moments.distance(facts.paused.since, now=self._now, language=self._language)
            return self._unsure(
                phrases.OUTGOING, phrases.PAUSED, phrases.RESUME, by=facts.paused.by, since=since, count=facts.due
            )
        if facts.late_since is not None and self._now - facts.late_since > _LATE:
            late = moments.span(self._now - facts.late_since, self._language)
            return self._unsure(phrases.OUTGOING, phrases.LATE, phrases.LATE_MEND, count=facts.due, late=late)
        return self._good(phrases.OUTGOING, phrases.ON_TIME, count=facts.due)

    def dead(self) -> Iterator[Fact]:
        if self._facts.dead:
            yield self._unsure(phrases.UNDELIVERED, phrases.DEAD, phrases.DEAD_MEND, count=self._facts.dead)

    def backup(self) -> Fact:
        last, on = self._facts.backup, self._config.backup.on
        if last.problem:
            return self._bad(phrases.BACKUP, phrases.BACKUP_FAILED, phrases.BACKUP_MEND, problem=last.problem)
        if last.taken_at is None:
            mend = phrases.BACKUP_WAIT if on else phrases.BACKUP_ON
            return self._unsure(phrases.BACKUP, phrases.NO_BACKUP, mend)
        age = moments.distance(last.taken_at, now=self._now, language=self._language)
        details = {"age": age, "size": size(last.bytes), "file": last.file}
        if record.is_overdue(last, now=self._now, since=last.taken_at):
            mend = phrases.BACKUP_MEND if on else phrases.BACKUP_ON
            return self._bad(phrases.BACKUP, phrases.BACKUP_OLD, mend, **details)
        return self._good(phrases.BACKUP, phrases.BACKED_UP, **details)

    def database(self) -> Fact:
        kind = "SQLite" if self._config.database.url.startswith("sqlite") else "PostgreSQL"
        return self._good(phrases.DATABASE, phrases.SIZE, kind=kind, size=size(self._facts.size))

    def troubles(self) -> Iterator[Fact]:
        """The latest of every node, those of the last day."""
        every = [trouble for node in self._facts.nodes.values() for trouble in node.get("troubles", ())]
        newest = sorted(every, key=lambda trouble: str(trouble["at"]), reverse=True)
        for trouble in newest[:_MOST_TROUBLES]:
            at = datetime.fromisoformat(trouble["at"])
            if self._now - at < _LATELY:
                yield self._trouble(trouble, at)

    def _trouble(self, trouble: Document, at: datetime) -> Fact:
        when = moments.distance(at, now=self._now, language=self._language)
        times = f" ×{trouble['count']}" if trouble["count"] > 1 else ""
        outcome = Outcome.BAD if trouble["level"] in {"error", "critical"} else Outcome.UNSURE
        mend = phrases.MENDS.get(trouble["part"], phrases.SEE_LOG)
        title = self._say(phrases.TROUBLE, part=trouble["part"])
        return Fact(title, outcome, f"{when}{times}: {trouble['text']}", self._say(mend))

    def _named(self, node: Document) -> str:
        since = moments.distance(datetime.fromisoformat(node["started_at"]), now=self._now, language=self._language)
        return self._say(phrases.NODE, name=node["name"], version=node["version"], since=since)

    def _missing(self, node: Document) -> str:
        since = moments.distance(pulses.seen_at(node), now=self._now, language=self._language)
        return self._say(phrases.MISSING_NODE, name=node["name"], since=since)

    def _say(self, phrase: Phrase, **details: object) -> str:
        return phrase.say(self._language, **details)

    def _good(self, title: Phrase, found: Phrase, **details: object) -> Fact:
        return Fact(self._say(title), Outcome.GOOD, self._say(found, **details))

    def _unsure(self, title: Phrase, found: Phrase, mend: Phrase, **details: object) -> Fact:
        return Fact(self._say(title), Outcome.UNSURE, self._say(found, **details), self._say(mend))

    def _bad(self, title: Phrase, found: Phrase, mend: Phrase, **details: object) -> Fact:
        return Fact(self._say(title), Outcome.BAD, self._say(found, **details), self._say(mend))


def is_bad(facts: Sequence[Fact]) -> bool:
    return any(fact.outcome is Outcome.BAD for fact in facts)


def size(count: int) -> str:
    """Bytes as people say them: "1.3 GB"."""
    amount = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"


def _size(session: Session) -> int:
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        pages, each = (
            int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()) for name in ("page_count", "page_size")
        )
        return pages * each
    return int(connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one())
