"""One line of a customer's history, and its place in it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, or_, true
from sqlalchemy.orm import Mapped

from crm_core.errors import Invalid


class EntryKind(StrEnum):
    MESSAGE = "message"
    NOTE = "note"
    NUDGE = "nudge"
    BROADCAST = "broadcast"
    CREATED = "created"
    RENAMED = "renamed"
    STAGE = "stage"
    TIER = "tier"
    OWNER = "owner"
    TAGGED = "tagged"
    UNTAGGED = "untagged"
    MERGED = "merged"
    UNMERGED = "unmerged"
    LINKED = "linked"
    UNLINKED = "unlinked"
    OPTED_OUT = "opted_out"
    OPTED_IN = "opted_in"


@dataclass(frozen=True, order=True)
class Place:
    """Where an entry stands: by time, and at the same moment by source and row. `part`: of several of one row."""

    at: datetime
    rank: int
    row_id: int
    part: int = 0

    @classmethod
    def read(cls, before: datetime | str | None) -> "Place | None":
        """A moment, or the `cursor` of an entry. Raises `Invalid("cursor_invalid")`."""
        if before is None:
            return None
        if isinstance(before, datetime):
            return cls(before, -1, 0)
        try:
            at, rank, row_id, part = before.split("~")
            place = cls(datetime.fromisoformat(at).astimezone(UTC), int(rank), int(row_id), int(part))
        except (ValueError, OverflowError):
            raise Invalid("cursor_invalid") from None
        if datetime.fromisoformat(at).tzinfo is None or not (0 <= place.row_id < 2**62 and abs(place.rank) < 100):
            raise Invalid("cursor_invalid")
        return place

    def __str__(self) -> str:
        return f"{self.at.astimezone(UTC).isoformat()}~{self.rank}~{self.row_id}~{self.part}"


@dataclass(frozen=True)
class Entry:
    """`who` wrote or did it. `text`: what was said; of a change `before → after`. `ref`: `message:12`.

    Of a change `before` and `after` are names or stored words (`won`, `A`); of a nudge `after` is its state.
    `deleted`: the message was taken back, and `text` is empty except for administrators. `files`: names of attachments.
    `marks`: of each mark on the message, how many put it there.
    """

    kind: EntryKind
    at: datetime
    who: str
    text: str
    ref: str
    place: Place
    before: str = ""
    after: str = ""
    edited: bool = False
    deleted: bool = False
    files: tuple[str, ...] = ()
    marks: tuple[tuple[str, int], ...] = ()

    @property
    def cursor(self) -> str:
        """Asks for the page below this entry."""
        return str(self.place)


def below(
    place: Place | None, rank: int, at: Mapped[datetime] | Mapped[datetime | None], row_id: Mapped[int]
) -> ColumnElement[bool]:
    """The condition on the rows of a source of this rank that stand below the place, or partly below it."""
    if place is None:
        return true()
    if rank != place.rank:
        return at <= place.at if rank < place.rank else at < place.at
    return or_(at < place.at, and_(at == place.at, row_id < place.row_id + (place.part > 0)))
