"""客户联系, put together: what is read of customers, what is done about them, and who greets them."""

import asyncio
from dataclasses import dataclass, field

from adapters.health import Health
from adapters.wecom.contacts import happenings
from adapters.wecom.contacts.happenings import Happenings
from adapters.wecom.contacts.reading import Reading
from adapters.wecom.contacts.sync import WITH_EVENTS, WITHOUT_EVENTS, Sync
from adapters.wecom.doing import WeComDoer
from adapters.wecom.errands import Errands
from adapters.wecom.group_handover import GroupHandover
from adapters.wecom.handover import Handover
from adapters.wecom.remarks import Remarks
from adapters.wecom.tags import Tags
from adapters.wecom.tokens import Sleep
from adapters.wecom.transport import Transport
from adapters.wecom.ways import Ways
from adapters.wecom.welcome import Welcome
from bot.clock import Clock
from bot.ports.address_book import CoreAddressBook, CoreChores
from bot.threads import Core
from bot.wecom import sections
from crm_core.desk import Memory
from crm_core.relations import departing, group_transfers, remarks, transfers, ways


@dataclass(frozen=True)
class Contacts:
    """`doer`: does what somebody changed here. `greeters`: transports that nothing else uses."""

    sync: Sync
    doer: WeComDoer
    greeters: list[Transport] = field(default_factory=list)

    async def start(self) -> None:
        await self.sync.start()

    async def stop(self) -> None:
        await self.sync.stop()

    async def close(self) -> None:
        for transport in self.greeters:
            await transport.close()


def contacts_of(
    settings: sections.WeCom,
    core: Core,
    clock: Clock,
    *,
    transport: Transport,
    greeters: list[Transport],
    errands: Errands,
    memory: Memory,
    health: Health,
    country: str,
    sleep: Sleep = asyncio.sleep,
) -> Contacts:
    """Everything around customers; what happens is looked after from now on."""
    book, chores = CoreAddressBook(core, "wecom", clock, country), CoreChores(core, "wecom")
    reading = Reading(transport, book, clock)
    errands.on(happenings.NAMES, Happenings(reading, book).attend)
    if settings.welcome:
        welcome = Welcome(greeters, book, settings.welcome, clock, lambda how: health.good("welcome", how))
        errands.at_once(("change_external_contact",), welcome.attend)
    if settings.write_remarks:
        core.database.before_writing(lambda session: remarks.want(session, frozenset({"wecom"})))
    every = WITH_EVENTS if settings.callback else WITHOUT_EVENTS
    handover = Handover(transport, chores, clock)
    errands.on(("change_external_contact",), handover.attend)
    noting = Remarks(transport, chores, clock)
    doer = WeComDoer(
        {
            ways.CHORE: Ways(transport, chores, clock).do,
            transfers.CHORE: handover.do,
            group_transfers.CHORE: GroupHandover(transport, reading, chores, clock).do,
            departing.CHORE: Tags(transport, reading, book, chores, clock).do,
            remarks.NAME: noting.of(remarks.NAME),
            remarks.PHONES: noting.of(remarks.PHONES),
        }
    )
    sync = Sync(reading, book, memory, health=health, clock=clock, every=every, sleep=sleep)
    return Contacts(sync, doer, greeters)
