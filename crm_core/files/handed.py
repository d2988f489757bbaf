"""Files that were given to the bot, by number: what a broadcast may take along."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from crm_core import filetypes
from crm_core.errors import NotFound
from crm_core.files import shelf
from crm_core.files.tables import HandedFile
from crm_core.people.viewer import Viewer

#: "The file I sent" is one of the last day.
LATELY = timedelta(days=1)


def note(
    session: Session,
    digest: str,
    *,
    name: str,
    mime: str,
    viewer: Viewer,
    now: datetime,
    conversation_id: int | None = None,
) -> HandedFile:
    """This viewer gave a file whose bytes are kept. Raises `NotFound("attachment_gone")`."""
    file = shelf.known(session, digest)
    handed = HandedFile(
        file_id=file.id,
        staff_id=viewer.staff_id,
        conversation_id=conversation_id,
        digest=digest,
        name=filetypes.name_of(name, mime),
        mime=mime,
        size=file.size,
        at=now,
    )
    session.add(handed)
    session.flush()
    return handed


def by_number(session: Session, numbers: Sequence[int], *, viewer: Viewer) -> list[HandedFile]:
    """Files this viewer gave, in this order. Raises `NotFound`."""
    found = {file.id: file for file in session.exec(select(HandedFile).where(col(HandedFile.id).in_(numbers)))}
    for number in numbers:
        if number not in found or found[number].staff_id != viewer.staff_id:
            raise NotFound("attachment_not_found", id=str(number)[:20])
    return [found[number] for number in dict.fromkeys(numbers)]


def numbers(session: Session, digests: Sequence[str], *, viewer: Viewer) -> dict[str, int]:
    """The number under which this viewer gave each of these files last; those they did not give are left out."""
    theirs = select(HandedFile).where(HandedFile.staff_id == viewer.staff_id, col(HandedFile.digest).in_(digests))
    return {file.digest: file.id for file in session.exec(theirs.order_by(col(HandedFile.id)))} if digests else {}


def latest(
    session: Session, count: int, *, viewer: Viewer, conversation_id: int | None, now: datetime
) -> list[HandedFile]:
    """The last files this viewer gave in this room, or where there are not so many anywhere, the oldest first. Raises
    `NotFound` when there are not so many at all."""
    theirs = select(HandedFile).where(HandedFile.staff_id == viewer.staff_id, col(HandedFile.at) > now - LATELY)
    newest = theirs.order_by(col(HandedFile.id).desc()).limit(count)
    found = list(session.exec(newest.where(HandedFile.conversation_id == conversation_id)))
    if len(found) < count:
        found = list(session.exec(newest))
    if not found:
        raise NotFound("attachment_none")
    if len(found) < count:
        raise NotFound("attachment_fewer", count=len(found))
    return found[::-1]
