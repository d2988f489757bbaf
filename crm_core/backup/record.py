"""What is known of backups: when the next is due, who is at it, how the last went. One row for all nodes."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from crm_core.chat import Document
from crm_core.platforms import memory

#: How long whoever is at it may be silent.
LEASE = timedelta(minutes=2)
#: After a failure it is tried again.
_AGAIN = timedelta(minutes=30)
#: Older than this, the newest good backup is a reason to worry.
OVERDUE = timedelta(hours=36)
_REMINDED = timedelta(days=1)

_PLACE = ("crmbot", "backup", "last")
_MOMENTS = ("slot", "until", "taken_at", "told_at", "failed_at")


@dataclass(frozen=True)
class Record:
    """`slot`: the appointed time it was last begun for, by `node`, until `until` unless renewed. `taken_at` …
    `seconds`: of the newest good backup. `problem`: why the last attempt failed, at `failed_at`; "": it did not.
    `told_at`: when the administrators were last told of trouble."""

    slot: datetime | None = None
    node: str = ""
    until: datetime | None = None
    taken_at: datetime | None = None
    file: str = ""
    bytes: int = 0
    rows: int = 0
    seconds: float = 0.0
    problem: str = ""
    failed_at: datetime | None = None
    told_at: datetime | None = None


def last(session: Session) -> Record:
    """What is known; an empty record before the first backup."""
    document = memory.get(session, *_PLACE)
    return Record() if document is None else _read(document)


def slot_before(now: datetime, at: time, zone: ZoneInfo) -> datetime:
    """The last time at which a backup was to be made."""
    local = now.astimezone(zone)
    today = local.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    return today if today <= local else today - timedelta(days=1)


def due(found: Record, now: datetime, at: time, zone: ZoneInfo) -> datetime:
    """When the next one is to be begun; one that was missed at once."""
    slot = slot_before(now, at, zone)
    if found.until is not None and now < found.until:
        return found.until
    if found.problem and found.failed_at is not None:
        return found.failed_at + _AGAIN
    if found.slot is None or found.slot < slot:
        return slot
    if found.taken_at is None or found.taken_at < found.slot:
        return slot
    return slot + timedelta(days=1)


def begin(session: Session, found: Record, *, slot: datetime, node: str, now: datetime) -> Record | None:
    """Take it on for this node; None: another did meanwhile."""
    begun = replace(found, slot=slot, node=node, until=now + LEASE)
    return begun if _change(session, found, begun, now) else None


def renew(session: Session, begun: Record, *, now: datetime) -> Record | None:
    """This node is still at it; None: another took it over."""
    return begin(session, begun, slot=begun.slot or now, node=begun.node, now=now)


def finish(
    session: Session, *, taken_at: datetime, file: str, size: int, rows: int, seconds: float, now: datetime
) -> None:
    """A good backup was made, by the clock or by hand."""
    found = last(session)
    done = replace(
        found,
        until=None,
        taken_at=taken_at,
        file=file,
        bytes=size,
        rows=rows,
        seconds=seconds,
        problem="",
        failed_at=None,
        told_at=None,
    )
    memory.put(session, *_PLACE, _written(done), now=now)


def fail(session: Session, problem: str, *, now: datetime) -> bool:
    """An attempt failed; whether the administrators are to be told of it now: not of every attempt."""
    found = last(session)
    tells = found.told_at is None or now - found.told_at >= _REMINDED
    failed = replace(found, until=None, problem=problem[:200], failed_at=now, told_at=now if tells else found.told_at)
    memory.put(session, *_PLACE, _written(failed), now=now)
    return tells


def is_overdue(found: Record, *, now: datetime, since: datetime) -> bool:
    """Whether there has been no good backup for too long. `since`: when the program began to look, if there is none."""
    return now - (found.taken_at or since) > OVERDUE


def worry(session: Session, *, now: datetime, since: datetime) -> bool:
    """Whether the administrators are to be told now that backups are overdue."""
    found = last(session)
    told_lately = found.told_at is not None and now - found.told_at < _REMINDED
    if told_lately or not is_overdue(found, now=now, since=since):
        return False
    return _change(session, found, replace(found, told_at=now), now)


def _change(session: Session, before: Record, after: Record, now: datetime) -> bool:
    known = None if before == Record() else _written(before)
    return memory.replace(session, *_PLACE, before=known, after=_written(after), now=now)


def _written(record: Record) -> Document:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(record).items()}


def _read(document: Document) -> Record:
    moments = {name: datetime.fromisoformat(document[name]) for name in _MOMENTS if document[name]}
    return Record(**{**document, **moments})
