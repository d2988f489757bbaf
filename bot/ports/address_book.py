"""What a platform tells of customers, written down; and what it is to be asked to do, looked up."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar

from sqlmodel import Session

from bot.clock import Clock
from bot.threads import Core
from crm_core.address_book import (
    Connection,
    CustomerGroup,
    Greeting,
    GroupOrder,
    Label,
    Person,
    Remark,
    Standing,
    TransferOrder,
    TransferState,
    Waiting,
    Wanted,
    WayOrder,
)
from crm_core.relations import (
    connections,
    departing,
    group_transfers,
    groups,
    leaving,
    library,
    names,
    remarks,
    transfers,
    waiting,
    ways,
)

#: Written in one transaction: so few that what people say meanwhile hardly waits for it. One takes 15 to 20 ms.
_AT_ONCE = 3

T = TypeVar("T")


class CoreAddressBook:
    """`crm_core.address_book.AddressBook` of one platform, over the core. `country`: of phone numbers."""

    def __init__(self, core: Core, platform: str, clock: Clock, country: str) -> None:
        self._core = core
        self._platform = platform
        self._clock = clock
        self._country = country

    async def saw(self, seen: Sequence[tuple[Person, Connection]], read_at: datetime) -> frozenset[str]:
        unknown: frozenset[str] = frozenset()
        for at in range(0, len(seen), _AT_ONCE):
            unknown |= await self._write(partial(self._saw, seen=seen[at : at + _AT_ONCE], read_at=read_at))
        return unknown

    def _saw(self, session: Session, *, seen: Sequence[tuple[Person, Connection]], read_at: datetime) -> frozenset[str]:
        return connections.saw(session, self._platform, seen, read_at=read_at, now=self._clock(), country=self._country)

    async def saw_all_with(self, person: Person, found: Sequence[Connection], read_at: datetime) -> frozenset[str]:
        platform, country, now = self._platform, self._country, self._clock()
        return await self._write(
            lambda session: connections.saw_all_with(
                session, platform, person, found, read_at=read_at, now=now, country=country
            )
        )

    async def saw_all_of(self, member: str, began_at: datetime) -> int:
        platform, now = self._platform, self._clock()

        def end(session: Session) -> int:
            connections.settle_owners(session, platform, now=now)
            return connections.saw_all_of(session, platform, member, began_at=began_at, now=now)

        return await self._write(end)

    async def nobody_has(self, contact: str, read_at: datetime) -> None:
        platform = self._platform
        await self._write(lambda session: connections.nobody_has(session, platform, contact, read_at=read_at))

    async def met(self, contact: str, member: str, at: datetime, *, half: bool, state: str) -> None:
        platform, country, now = self._platform, self._country, self._clock()
        await self._write(
            lambda session: connections.met(
                session, platform, contact, member, at=at, now=now, half=half, state=state, country=country
            )
        )

    async def parted(self, contact: str, member: str, at: datetime, how: Standing) -> None:
        platform, now = self._platform, self._clock()
        await self._write(
            lambda session: connections.parted(session, platform, contact, member, at=at, how=how, now=now)
        )

    async def saw_labels(self, labels: Sequence[Label], read_at: datetime, *, whole: bool = False) -> None:
        platform, now = self._platform, self._clock()
        await self._write(lambda session: library.saw(session, platform, labels, read_at=read_at, now=now, whole=whole))

    async def labels_gone(self, ids: Sequence[str], at: datetime) -> None:
        platform, now = self._platform, self._clock()
        await self._write(lambda session: library.gone(session, platform, ids, at=at, now=now))

    async def label_count(self) -> int:
        return await self._core.read(lambda session: library.count(session, self._platform))

    async def saw_group(self, group: CustomerGroup, read_at: datetime) -> None:
        platform, country, now = self._platform, self._country, self._clock()
        await self._write(
            lambda session: groups.saw(session, platform, group, read_at=read_at, now=now, country=country)
        )

    async def group_ended(self, room_id: str, at: datetime) -> None:
        platform = self._platform
        await self._write(lambda session: groups.ended(session, platform, room_id, at=at))

    async def saw_waiting(self, found: Sequence[Waiting], read_at: datetime) -> list[Waiting]:
        unknown: list[Waiting] = []
        for at in range(0, len(found), _AT_ONCE):
            some = found[at : at + _AT_ONCE]
            unknown += await self._write(partial(waiting.saw, platform=self._platform, found=some, read_at=read_at))
        return unknown

    async def no_others_wait(self, found: Sequence[Waiting], began_at: datetime) -> None:
        platform, now = self._platform, self._clock()
        await self._write(lambda session: waiting.no_others(session, platform, found, began_at=began_at, now=now))

    async def left(self, member: str, at: datetime) -> None:
        platform = self._platform
        await self._write(lambda session: leaving.left(session, platform, member, now=at))

    async def greeting(self, contact: str, member: str) -> Greeting:
        platform = self._platform
        return await self._core.read(lambda session: names.greeting(session, platform, contact, member))

    async def _write(self, change: Callable[[Session], T]) -> T:
        def told(session: Session) -> T:
            session.info[remarks.TOLD] = True
            return change(session)

        return await self._core.write(told)


class CoreChores:
    """`crm_core.address_book.Chores` of one platform, over the core."""

    def __init__(self, core: Core, platform: str) -> None:
        self._core = core
        self._platform = platform

    async def wanted(self, key: str) -> Wanted | None:
        return await self._core.read(lambda session: departing.wanted(session, self._platform, key))

    async def marked(self, key: str, wanted: Wanted, at: datetime) -> None:
        await self._core.write(lambda session: departing.marked(session, self._platform, key, wanted, at=at))

    async def unmarkable(self, key: str, names: Collection[str], problem: str) -> None:
        await self._core.write(lambda session: departing.unmarkable(session, key, names, problem))

    async def remark(self, kind: str, key: str) -> Remark | None:
        return await self._core.read(lambda session: remarks.wanted(session, kind, key))

    async def remarked(self, key: str, remark: Remark, at: datetime) -> None:
        await self._core.write(lambda session: remarks.written(session, key, remark, at=at))

    async def way(self, key: str) -> WayOrder | None:
        return await self._core.read(lambda session: ways.wanted(session, key))

    async def way_tried(self, key: str, at: datetime) -> None:
        await self._core.write(lambda session: ways.tried(session, key, at=at))

    async def way_made(self, key: str, config_id: str, qr_code: str) -> None:
        await self._core.write(lambda session: ways.made(session, key, config_id=config_id, qr_code=qr_code))

    async def way_removed(self, key: str, at: datetime) -> None:
        await self._core.write(lambda session: ways.removed(session, key, at=at))

    async def way_refused(self, key: str, problem: str) -> None:
        await self._core.write(lambda session: ways.refused(session, key, problem))

    async def transfer(self, key: str) -> TransferOrder | None:
        return await self._core.write(lambda session: transfers.order(session, key))

    async def transfer_asked(self, key: str, at: datetime) -> None:
        await self._core.write(lambda session: transfers.asked(session, key, at=at))

    async def transfer_ended(self, key: str, state: TransferState, problem: str, at: datetime) -> None:
        await self._core.write(lambda session: transfers.ended(session, key, state, problem=problem, at=at))

    async def transfer_failed(self, contact: str, after: str, state: TransferState, at: datetime) -> None:
        platform = self._platform
        await self._core.write(lambda session: transfers.failed(session, platform, contact, after, state, at=at))

    async def group_transfer(self, key: str, at: datetime) -> GroupOrder | None:
        return await self._core.write(lambda session: group_transfers.order(session, key, at=at))

    async def group_transfer_ended(self, key: str, state: TransferState, problem: str, at: datetime) -> None:
        await self._core.write(lambda session: group_transfers.ended(session, key, state, problem=problem, at=at))
