"""The port for what a platform knows of customers apart from what is said: who of the staff is connected with whom,
what they noted and which tags they set there.

Knowledge has a moment (`read_at`, `at`): what is older never overrides what is newer, so it may come twice and in any
order. Implemented in `bot/` for one platform each; nothing of a vendor crosses this file.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from crm_core.chat import Document


class Standing(StrEnum):
    """half: added from one side only; lost: the customer deleted the member of staff, whose side stays; deleted: the
    member of staff deleted the customer; moved: a colleague took over."""

    ADDED = "added"
    HALF = "half"
    LOST = "lost"
    DELETED = "deleted"
    MOVED = "moved"


@dataclass(frozen=True)
class Person:
    """A customer as the platform shows them. `company`: of those whose company is on the platform too."""

    platform_id: str
    name: str = ""
    company: str = ""
    position: str = ""


@dataclass(frozen=True)
class Connection:
    """What one member of staff and a customer are to each other, as it stands on the platform.

    `member`: platform id of the member of staff. `how`: the platform's number for the way they met. `state`: of the
    code they met through. `tags`: ids of the platform's library.
    """

    member: str
    since: datetime
    remark: str = ""
    description: str = ""
    company: str = ""
    phones: tuple[str, ...] = ()
    how: int = 0
    state: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Label:
    """A tag of the platform's library."""

    platform_id: str
    name: str
    group_id: str = ""
    group: str = ""


@dataclass(frozen=True)
class Seat:
    """Somebody in a customer group."""

    platform_id: str
    joined_at: datetime
    outsider: bool
    name: str = ""


@dataclass(frozen=True)
class CustomerGroup:
    """`owner`: platform id of the member of staff whose group it is."""

    platform_id: str
    title: str
    owner: str
    created_at: datetime
    notice: str = ""
    seats: tuple[Seat, ...] = ()


@dataclass(frozen=True)
class Waiting:
    """A customer whose member of staff left at this moment; nobody took over on the platform yet."""

    member: str
    contact: str
    since: datetime


@dataclass(frozen=True)
class Wanted:
    """What is to be marked on one connection: `on` by name, with the id of the library ("": not in it yet); `off`:
    ids. `remaining`: nothing can be marked any more when it is False."""

    member: str
    contact: str
    on: tuple[Label, ...] = ()
    off: tuple[str, ...] = ()


@dataclass(frozen=True)
class Remark:
    """What a member of staff is to have noted of a customer. None: as it is there."""

    member: str
    contact: str
    remark: str | None = None
    phones: tuple[str, ...] | None = None


@dataclass(frozen=True)
class WayOrder:
    """A code to be made, `tried`: perhaps it was already; or, with a `config_id`, to be taken away."""

    name: str
    state: str
    members: tuple[str, ...]
    since: datetime
    tried: bool = False
    config_id: str = ""


class TransferState(StrEnum):
    """planned → asked → done | refused (by the customer) | full (the receiver) | failed; cancelled: never asked."""

    PLANNED = "planned"
    ASKED = "asked"
    DONE = "done"
    REFUSED = "refused"
    FULL = "full"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class TransferOrder:
    """A connection that is to go from one member of staff to another. `resigned`: the first one has left."""

    contact: str
    before: str
    after: str
    resigned: bool
    asked_at: datetime | None = None


@dataclass(frozen=True)
class GroupOrder:
    """A customer group that is to go from one member of staff to another. `resigned`: the first one has left."""

    room: str
    before: str
    after: str
    resigned: bool


@dataclass(frozen=True)
class Greeting:
    """Whom a welcome names."""

    name: str
    owner: str


class AddressBook(Protocol):
    """What an adapter tells about the customers of its platform."""

    async def saw(self, seen: Sequence[tuple[Person, Connection]], read_at: datetime) -> frozenset[str]:
        """These connections stand as they were read. The ids of tags that are not known: tell `saw_labels`, and this
        once more."""

    async def saw_all_with(self, person: Person, found: Sequence[Connection], read_at: datetime) -> frozenset[str]:
        """Like `saw`; there are no other connections with this customer."""

    async def saw_all_of(self, member: str, began_at: datetime) -> int:
        """Everybody connected with this member of staff was told since then; how many are over by now."""

    async def nobody_has(self, contact: str, read_at: datetime) -> None:
        """Nobody is connected with this customer any more."""

    async def met(self, contact: str, member: str, at: datetime, *, half: bool, state: str) -> None:
        """They are connected from this moment, after `saw` where it could be read; the tag and the owner of the code
        with this `state` are theirs."""

    async def parted(self, contact: str, member: str, at: datetime, how: Standing) -> None:
        """They are not any more. The owner hears of a customer who left by themselves."""

    async def saw_labels(self, labels: Sequence[Label], read_at: datetime, *, whole: bool = False) -> None:
        """These tags are in the library; `whole`: and no others."""

    async def labels_gone(self, ids: Sequence[str], at: datetime) -> None:
        """These tags, or all of these groups, are not in the library any more."""

    async def label_count(self) -> int: ...

    async def saw_group(self, group: CustomerGroup, read_at: datetime) -> None:
        """A customer group stands like this, with these people in it and no others."""

    async def group_ended(self, room_id: str, at: datetime) -> None: ...

    async def saw_waiting(self, found: Sequence[Waiting], read_at: datetime) -> list[Waiting]:
        """These wait for a colleague. Those nobody told of: tell `saw`, and this once more."""

    async def no_others_wait(self, found: Sequence[Waiting], began_at: datetime) -> None:
        """Nobody else has waited since then: whoever did was taken over."""

    async def left(self, member: str, at: datetime) -> None:
        """Somebody left the company: whoever manages them is told of the customers who wait for a colleague."""

    async def greeting(self, contact: str, member: str) -> Greeting:
        """Names for a welcome, as far as they are known."""


class Chores(Protocol):
    """What the platform is to be asked to do, as it stands when it is about to be asked."""

    async def wanted(self, key: str) -> Wanted | None:
        """The tags to be marked on a connection, by the key of the chore; None: nothing."""

    async def marked(self, key: str, wanted: Wanted, at: datetime) -> None:
        """That was marked; the ids of new tags are known by `saw_labels`."""

    async def unmarkable(self, key: str, names: Collection[str], problem: str) -> None:
        """These tags will never be marked there."""

    async def remark(self, kind: str, key: str) -> Remark | None: ...

    async def remarked(self, key: str, remark: Remark, at: datetime) -> None: ...

    async def way(self, key: str) -> WayOrder | None: ...

    async def way_tried(self, key: str, at: datetime) -> None: ...

    async def way_made(self, key: str, config_id: str, qr_code: str) -> None: ...

    async def way_removed(self, key: str, at: datetime) -> None: ...

    async def way_refused(self, key: str, problem: str) -> None: ...

    async def transfer(self, key: str) -> TransferOrder | None:
        """None: it is over, or not wanted any more."""

    async def transfer_asked(self, key: str, at: datetime) -> None: ...

    async def transfer_ended(self, key: str, state: TransferState, problem: str, at: datetime) -> None:
        """It is over; whom it concerns is told."""

    async def transfer_failed(self, contact: str, after: str, state: TransferState, at: datetime) -> None:
        """The same, told by the platform itself of whatever is under way to this member of staff."""

    async def group_transfer(self, key: str, at: datetime) -> GroupOrder | None:
        """None: it is over, or not wanted any more."""

    async def group_transfer_ended(self, key: str, state: TransferState, problem: str, at: datetime) -> None:
        """It is over; whom it concerns is told."""


class Doer(Protocol):
    """Does the chores of a platform. Whatever is done twice must not be seen twice."""

    async def do(self, kind: str, key: str, body: Document) -> datetime | None:
        """Do it; when to look at it again, None when it is done. Raises `DeliveryError`."""
