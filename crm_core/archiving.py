"""The port for conversations that a platform hands over afterwards, encrypted, row by row.

The rows are kept as they came, together with how far was read, before anybody tries to open them; what was opened goes
through the capture ledger like everything else. Implemented in `bot/`; nothing of a vendor crosses this file.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from crm_core.chat import Cursor, Document


class ConsentState(StrEnum):
    """`default`: they were not asked, and the platform takes it for a yes. `unanswered`: they said nothing yet, and the
    platform takes it for a no."""

    AGREED = "agreed"
    DECLINED = "declined"
    DEFAULT = "default"
    UNANSWERED = "unanswered"


@dataclass(frozen=True)
class Sealed:
    """One encrypted row. `number` grows within its queue; `body` is JSON as it came."""

    number: int
    body: str


@dataclass(frozen=True)
class Agreement:
    """What a customer said about being recorded: with one member of staff, or in a room."""

    customer: str
    state: ConsentState
    changed_at: datetime
    with_whom: str = ""
    room: str = ""


@dataclass(frozen=True)
class Askable:
    """Whose agreement the platform can be asked for: a customer's with a member of staff, or everybody's in a room.
    `number` grows within one list."""

    number: int
    customer: str = ""
    with_whom: str = ""
    room: str = ""


class Safe(Protocol):
    """Where encrypted rows wait."""

    async def keep(self, queue: str, rows: Sequence[Sealed], cursor: Cursor) -> None:
        """Have the rows and how far was read committed together; rows that are there already stay as they are."""

    async def waiting(self, queue: str, limit: int, *, after: int = -1) -> Sequence[Sealed]:
        """Rows that nobody tried to open, of numbers above `after`, in order."""

    async def settle(self, queue: str, opened: Collection[int], problems: Mapping[int, str]) -> None:
        """Let go of the rows that were opened and are in the ledger; remember why others were not. By number."""

    async def retry(self, queue: str, problems: Collection[str] | None = None) -> int:
        """Let the rows with these problems (None: with any) be opened once more; how many."""

    async def counts(self, queue: str) -> Mapping[str, int]:
        """Problem → how many rows; "": those that wait to be opened."""


class Consents(Protocol):
    """Who agreed to be recorded."""

    async def note(self, agreements: Sequence[Agreement]) -> None:
        """Keep what is newer than what is known."""

    async def counts(self) -> Mapping[str, int]:
        """State → how many customers' agreements."""

    async def cover(self, members: Sequence[str]) -> None:
        """Keep whose conversations are recorded, by their ids on the platform."""

    async def connected(self, after: int, limit: int) -> Sequence[Askable]:
        """Members of staff with their customers, of numbers above `after`, in order."""

    async def heard(self, after: int, limit: int) -> Sequence[Askable]:
        """Like `connected`: who was recorded though nobody knows what they agreed to."""

    async def rooms(self, after: int, limit: int) -> Sequence[Askable]:
        """Like `connected`: the groups with customers."""


class Alarm(Protocol):
    """What administrators are told in the chat."""

    async def raise_(self, notice: str, key: str, details: Document) -> None:
        """Tell them once under this key. `notice`: which sentence."""
