"""What an adapter may ask of the product: its memory, the ledger, its desk for a person, and what was recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from crm_core.chat import Card, Cursor, DeliveryError, Document, Envelope, Room, Sender

#: The kind of what is kept, by room, while its past is read again: `complete_up_to`, a moment in ISO 8601. A room
#: without one is complete.
BEHIND = "history"


class Memory(Protocol):
    """What an adapter keeps over restarts and shares with the other nodes: small JSON objects by kind and key.

    Secrets are encrypted before they are put here.
    """

    async def get(self, kind: str, key: str) -> Document | None: ...

    async def all(self, kind: str) -> dict[str, Document]: ...

    async def put(self, kind: str, key: str, document: Document) -> None: ...

    async def replace(self, kind: str, key: str, before: Document | None, after: Document) -> bool:
        """Put `after` if `before` (None: nothing) is still what is there; whether it was. One of several succeeds."""

    async def take(self, kind: str, key: str) -> Document | None:
        """Remove it and return it; of several who take at once, one gets it."""


class Accept(Protocol):
    """How an event comes into the ledger."""

    async def __call__(self, envelope: Envelope, note: Cursor | None = None) -> bool:
        """Wait until it is kept, together with a note for the adapter's `Memory` when it is new; whether it is.

        Raises `NotKept`: do not acknowledge.
        """


@dataclass(frozen=True)
class Colleague:
    """A member of staff as an adapter speaks to them: `language` "zh" or "en", `timezone` an IANA name."""

    name: str
    language: str
    timezone: str


@dataclass(frozen=True)
class Choice:
    """A customer to be picked: `reference` as commands take it (`#12`); `about` tells it from others of the name."""

    reference: str
    name: str
    about: str = ""


@dataclass(frozen=True)
class Preview:
    """What a link to a record shows; `apart`: to the one who posted it alone."""

    card: Card
    apart: bool


class Desk(Protocol):
    """What an adapter may ask of the product for a person, besides running commands.

    Every answer is what this person may see, and what it shows of customers is on record. Whoever is not of the staff
    gets nothing: None, or an empty tuple.
    """

    async def colleague(self, platform: str, person_id: str) -> Colleague | None: ...

    async def suggest(self, platform: str, person_id: str, text: str, limit: int = 20) -> tuple[Choice, ...]:
        """Customers a half-typed name may mean, the likeliest first; for "" those one dealt with last."""

    async def my_day(self, platform: str, person_id: str) -> tuple[Card, ...]:
        """What is due, the overdue first, one card each with its buttons; customers, channels, settings, help."""

    async def preview(
        self, platform: str, person_id: str, reference: str, others: Sequence[Sender] | None = ()
    ) -> Preview | None:
        """The card of the record `#12`. `others`: who reads where the link stands; None: that cannot be told."""

    async def guess(self, platform: str, person_id: str, room_id: str, author_id: str = "") -> Choice | None:
        """The customer a message is most likely about: of its room, else of its author."""

    async def hello(self, platform: str, person_id: str, room: Room) -> Card | None:
        """What to say to the one who brought the bot into a room: what is kept, and which customer it is about."""


class Kept(Protocol):
    """What was recorded, for an adapter that looks for what is missing."""

    async def messages(self, platform: str, room_id: str, after: datetime, before: datetime) -> Mapping[str, str]:
        """The ids of messages of this room that stand there, sent between two moments (both included), each with the id
        of its thread ("": none)."""


class TooLarge(DeliveryError):
    """The file has more bytes than are wanted."""

    def __init__(self) -> None:
        super().__init__("the file is too large", permanent=True)


class Shelf(Protocol):
    """The bytes of files that go out, by their SHA-256."""

    async def content(self, digest: str) -> bytes:
        """Raises `DeliveryError`, for good, when they are gone."""

    async def keep(self, content: bytes) -> str:
        """Have these bytes kept; their digest. Raises `CrmError` for none, and for too many."""
