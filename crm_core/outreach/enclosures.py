"""The files of a broadcast: put into its draft, kept from when it is confirmed until it is over."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from crm_core.enclosure import MOST, Enclosure, kind_by_staff
from crm_core.errors import Invalid
from crm_core.files import shelf
from crm_core.files.tables import HandedFile
from crm_core.outreach import states
from crm_core.outreach.tables import Broadcast, BroadcastState, BroadcastWork

_LIVE = (BroadcastState.APPROVAL, BroadcastState.SCHEDULED, BroadcastState.RUNNING, BroadcastState.PAUSED)


def of(broadcast: Broadcast) -> tuple[Enclosure, ...]:
    """In their order."""
    return tuple(Enclosure(**each) for each in broadcast.files)


def put(session: Session, broadcast: Broadcast, files: Sequence[HandedFile], *, now: datetime) -> None:
    """Add these to a draft; the same one twice is one. Raises `Conflict`, `NotFound`, and `Invalid` for too many."""
    _require_draft(broadcast)
    shelf.need(session, [file.digest for file in files], until=now + shelf.DRAFTED)
    added = [{"digest": file.digest, "name": file.name, "mime": file.mime, "size": file.size} for file in files]
    there = [each["digest"] for each in broadcast.files]
    whole = [*broadcast.files, *({each["digest"]: each for each in added if each["digest"] not in there}).values()]
    if len(whole) > MOST:
        raise Invalid("attachments_too_many", limit=MOST)
    broadcast.files = whole
    session.add(broadcast)


def take_out(session: Session, broadcast: Broadcast) -> None:
    """All of them out of a draft. Raises `Conflict`, and `Invalid` when nothing would be left."""
    _require_draft(broadcast)
    if not broadcast.text:
        raise Invalid("broadcast_empty")
    broadcast.files = []
    session.add(broadcast)


def again(session: Session, broadcast: Broadcast, *, now: datetime) -> None:
    """A draft of the same is made: its files are needed as those of any. Raises `NotFound` when one is gone."""
    shelf.need(session, [file.digest for file in of(broadcast)], until=now + shelf.DRAFTED)


def keep(session: Session, broadcast: Broadcast) -> None:
    """From now on, and until the broadcast is over, they are not thrown away. Raises `NotFound`."""
    shelf.need(session, [file.digest for file in of(broadcast)], until=None)


def over(session: Session) -> list[int]:
    """Files, by id, that were kept for broadcasts that are over."""
    held = shelf.held(session)
    live = _live(session) if held else frozenset()
    return [file_id for file_id, digest in held.items() if digest not in live]


def let_go(session: Session, file_id: int, *, now: datetime) -> None:
    """It is kept a while longer, for those who send it once more; unless a broadcast has it again."""
    shelf.let_go(session, file_id, until=now + shelf.SENT, unless=lambda digest: digest in _live(session))


def unfit_by_staff(broadcast: Broadcast) -> bool:
    """Whether members of staff cannot send it because of a file that is not taken there."""
    return any(kind_by_staff(file) is None for file in of(broadcast))


def _live(session: Session) -> frozenset[str]:
    """The digests of all files of broadcasts that were confirmed and are not over."""
    lists = session.exec(select(Broadcast.files).where(col(Broadcast.state).in_(_LIVE)))
    return frozenset(each["digest"] for files in lists for each in files)


def _require_draft(broadcast: Broadcast) -> None:
    if broadcast.state is not BroadcastState.DRAFT or broadcast.work is not BroadcastWork.NONE:
        raise states.refusal(broadcast)
