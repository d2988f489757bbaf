"""The bytes of files, kept once whoever hands them over, part by part so that no transaction is long.

A file is begun, its parts are put, and it is finished; whoever is killed in between, or works at the same time, leaves
nothing that the next one cannot go on with, since the same bytes have the same parts.
"""

import base64
import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from crm_core.enclosure import LARGEST
from crm_core.errors import Invalid, NotFound
from crm_core.files.tables import FilePart, HandedFile, KeptFile
from crm_core.rows import add_or_find
from crm_core.tables import metadata

#: Bytes of one part, and parts that are put in one transaction.
PART = 48 * 2**10
SLAB = 8
#: A file nobody sends is thrown away after so long; later one that stands in a draft, and one whose last broadcast is
#: over, which may be sent again (never sooner than the others: a draft may have the file besides).
UNUSED = timedelta(days=7)
DRAFTED = timedelta(days=30)
SENT = timedelta(days=30)

_PARTS = metadata.tables["file_part"]
_PUT = {
    name: dialect.insert(_PARTS).on_conflict_do_nothing(index_elements=["file_id", "number"])
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def slabs(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The bytes cut for `put`: the number of the first part, and what belongs to it and the next ones."""
    step = PART * SLAB
    return ((at // PART, content[at : at + step]) for at in range(0, len(content), step))


def begin(session: Session, digest: str, size: int, *, now: datetime) -> KeptFile:
    """The file of these bytes, new or known. Raises `Invalid` for one that is empty or too large."""
    if size < 1:
        raise Invalid("attachment_empty")
    if size > LARGEST:
        raise Invalid("attachment_too_large", limit=LARGEST // 2**20)
    made = KeptFile(digest=digest, size=size, kept_at=now, needed_until=now + UNUSED)
    file = _locked(session, digest) or add_or_find(session, made, lambda: _locked(session, digest))
    _need(session, file, now + UNUSED)
    return file


def put(session: Session, file_id: int, number: int, content: bytes) -> None:
    """Parts of the file, from this number on; those that are there stay."""
    pieces = (content[at : at + PART] for at in range(0, len(content), PART))
    rows = [
        {"file_id": file_id, "number": number + place, "data": base64.b64encode(piece).decode()}
        for place, piece in enumerate(pieces)
    ]
    connection = session.connection()
    connection.execute(_PUT[connection.dialect.name], rows)


def finish(session: Session, file_id: int) -> None:
    """All parts are there."""
    session.execute(update(KeptFile).where(col(KeptFile.id) == file_id).values(whole=True))


def known(session: Session, digest: str) -> KeptFile:
    """The whole file. Raises `NotFound("attachment_gone")`."""
    return _whole(session.exec(select(KeptFile).where(KeptFile.digest == digest)).first())


def content(session: Session, digest: str) -> bytes:
    """The bytes. Raises `NotFound`."""
    file = known(session, digest)
    parts = select(FilePart.data).where(FilePart.file_id == file.id).order_by(col(FilePart.number))
    return b"".join(map(base64.b64decode, session.exec(parts)))


def need(session: Session, digests: Sequence[str], *, until: datetime | None) -> None:
    """Keep these files at least until then; None: until they are let go. Raises `NotFound` when one is gone."""
    for digest in sorted(set(digests)):
        _need(session, _whole(_locked(session, digest)), until)


def held(session: Session) -> dict[int, str]:
    """Files that are kept without an end: digest by id."""
    wanted = select(KeptFile.id, KeptFile.digest).where(col(KeptFile.needed_until).is_(None))
    return dict(session.exec(wanted.order_by(col(KeptFile.id))).all())


def let_go(session: Session, file_id: int, *, until: datetime, unless: Callable[[str], bool]) -> None:
    """A file that was kept without an end is kept until then, unless somebody is found to need its digest."""
    file = session.get(KeptFile, file_id, with_for_update=True, populate_existing=True)
    if file is not None and file.needed_until is None and not unless(file.digest):
        file.needed_until = until
        session.add(file)
        session.flush()


def unused(session: Session, *, now: datetime, limit: int) -> list[int]:
    """Files that nobody needs any more, by id."""
    wanted = select(KeptFile.id).where(col(KeptFile.needed_until) <= now)
    return list(session.exec(wanted.order_by(col(KeptFile.id)).limit(limit)))


def throw_away(session: Session, file_id: int, *, now: datetime) -> None:
    """A file that is still not needed."""
    file = session.get(KeptFile, file_id, with_for_update=True, populate_existing=True)
    if file is None or file.needed_until is None or file.needed_until > now:
        return
    session.execute(delete(FilePart).where(col(FilePart.file_id) == file_id))
    session.execute(delete(HandedFile).where(col(HandedFile.file_id) == file_id))
    session.delete(file)
    session.flush()


def _whole(file: KeptFile | None) -> KeptFile:
    if file is None or not file.whole:
        raise NotFound("attachment_gone")
    return file


def _locked(session: Session, digest: str) -> KeptFile | None:
    """As it is now: whoever throws it away, or came to need it, at the same moment is waited for."""
    wanted = select(KeptFile).where(KeptFile.digest == digest).with_for_update(key_share=True)
    return session.exec(wanted.execution_options(populate_existing=True)).first()


def _need(session: Session, file: KeptFile, until: datetime | None) -> None:
    """Never shorter than it was."""
    if file.needed_until is not None and (until is None or until > file.needed_until):
        file.needed_until = until
        session.add(file)
        session.flush()
