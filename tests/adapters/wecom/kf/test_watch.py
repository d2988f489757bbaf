"""What customers write to 微信客服 is read also when its doorbell did not reach us."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from pydantic import SecretStr

from adapters.claims import LASTS, Claim
from adapters.wecom.events import Event, event_of
from adapters.wecom.kf.sync import CURSORS, EVENT, Sync
from adapters.wecom.kf.watch import EVERY, Watch
from adapters.wecom.transport import Transport
from crm_core.chat import Cursor, Envelope
from tests.adapters.wecom.calling import Notes
from tests.fakes.wecom.faults import Fault
from tests.fakes.wecom.kf import Account
from tests.fakes.wecom.running import Fake, wecom
from tests.fakes.wecom.sample import Sample, sample

#: Seconds between two looks in a test.
QUICK = 0.01
#: What the fake calls readings without a token.
UNASKED = "kf/sync_msg without token"


@dataclass
class Ledger:
    """What was fetched, and a memory in which the cursor is kept with it. `then` is done with every page."""

    notes: Notes = field(default_factory=Notes)
    then: Callable[[], Awaitable[None]] | None = None
    bodies: list[str] = field(default_factory=list)
    grown: asyncio.Event = field(default_factory=asyncio.Event)

    async def accept_all(self, envelopes: Sequence[Envelope], cursor: Cursor | None) -> list[bool]:
        if cursor is not None:
            await self.notes.put(cursor.kind, cursor.key, cursor.document)
        self.bodies += [envelope.body for envelope in envelopes]
        self.grown.set()
        if self.then is not None:
            await self.then()
        return [True] * len(envelopes)

    async def told(self, message_id: str, reason: str) -> None:
        raise AssertionError(f"{message_id}: {reason}")

    async def has(self, *words: str) -> None:
        """Wait until each of these was fetched."""
        while not all(any(each in body for body in self.bodies) for each in words):
            await self.grows()

    async def grows(self) -> None:
        """Wait until more is fetched."""
        self.grown.clear()
        await self.grown.wait()


@dataclass
class Office:
    """`account` and `write` are the other side's; the rest is ours."""

    fake: Fake
    company: Sample
    ledger: Ledger = field(default_factory=Ledger)

    def __post_init__(self) -> None:
        self.transport = Transport(
            self.fake.api_url,
            self.company.world.corp_id,
            SecretStr(self.company.kf.secret),
            memory=self.ledger.notes,
            clock=self.now,
        )

    def account(self) -> Account:
        return self.company.world.kf_account("Acme 客服", [self.company.alice])

    def write(self, account: Account, words: str) -> None:
        """A customer writes, and no doorbell reaches anybody: nothing listens to the fake's events."""
        self.company.world.kf_say(self.company.zhang, account, words)

    def now(self) -> datetime:
        return self.company.world.clock.utc_now()

    def claim(self, node: str) -> Claim:
        return Claim(self.ledger.notes, "kf", self.now, node)

    def watch(self, *, every: float = QUICK, node: str = "first") -> Watch:
        notes = self.ledger.notes
        sync = Sync(self.transport, self.ledger.accept_all, notes, self.ledger, self.now)
        return Watch(sync, self.transport, notes, self.claim(node), every=every)

    @asynccontextmanager
    async def watching(self, *, every: float = QUICK, node: str = "first") -> AsyncIterator[Watch]:
        watch = self.watch(every=every, node=node)
        await watch.start()
        try:
            yield watch
        finally:
            await watch.stop()

    def doorbell(self, account: Account) -> Event:
        """The newest of an account."""
        token = next(token for token, (whose, _) in reversed(self.company.world.kf.tokens.items())
                     if whose == account.open_kfid)  # fmt: skip
        fields = {"Event": EVENT, "Token": token, "OpenKfId": account.open_kfid}
        return event_of(fields, self.now())

    def refusals(self) -> int:
        """How often it was said that there were too many calls."""
        return sum(entry["errcode"] == 45009 for entry in self.fake.journal.of("answer"))


@pytest.fixture
def company() -> Sample:
    """One whose accounts may be read as often as a test does."""
    company = sample()
    company.world.limits.own[UNASKED] = (100_000, 100_000)
    return company


def conduct(company: Sample, scene: Callable[[Office], Awaitable[None]]) -> None:
    """Run a scene; one that hangs fails."""

    async def run(fake: Fake) -> None:
        office = Office(fake, company)
        try:
            async with asyncio.timeout(60):
                await scene(office)
        finally:
            await office.transport.close()

    with wecom(company.world) as fake:
        asyncio.run(run(fake))


def test_what_was_written_before_the_start_is_read_also_of_an_account_that_never_rang(company: Sample) -> None:
    async def scene(office: Office) -> None:
        office.write(office.account(), "一")
        office.write(office.account(), "二")
        async with office.watching(every=EVERY):
            await office.ledger.has("一", "二")

    conduct(company, scene)


def test_what_is_written_while_we_run_is_read_though_nobody_rings(company: Sample) -> None:
    async def scene(office: Office) -> None:
        account = office.account()
        office.write(account, "一")
        async with office.watching():
            await office.ledger.has("一")
            office.write(account, "二")
            await office.ledger.has("二")

    conduct(company, scene)


def test_it_is_known_which_accounts_were_read_lately(company: Sample) -> None:
    async def scene(office: Office) -> None:
        account = office.account()
        office.write(account, "一")
        async with office.watching(every=EVERY) as watch:
            await office.ledger.has("一")
            assert watch.sync.was_read(account.open_kfid, EVERY)
            assert not watch.sync.was_read(account.open_kfid, 0)
            assert not watch.sync.was_read("another", EVERY)

    conduct(company, scene)


def test_of_many_accounts_a_few_are_looked_at_at_once(company: Sample) -> None:
    company.world.limits.own[UNASKED] = (5, 60)

    async def scene(office: Office) -> None:
        for _ in range(9):
            office.write(office.account(), "在吗")
        async with office.watching():
            while len(office.ledger.bodies) < 4:
                await office.ledger.grows()
        assert len(office.ledger.bodies) == 4
        assert office.refusals() == 0

    conduct(company, scene)


def test_when_too_much_was_asked_doorbells_are_answered_all_the_same(company: Sample) -> None:
    company.world.limits.own[UNASKED] = (0, 0)

    async def scene(office: Office) -> None:
        account = office.account()
        office.write(account, "一")
        async with office.watching() as watch:
            while not office.refusals():  # noqa: ASYNC110
                await asyncio.sleep(QUICK)
            await watch.sync.attend(office.doorbell(account))
            await office.ledger.has("一")
        assert office.refusals() == 1
        assert not list(office.fake.journal.of("violation"))

    conduct(company, scene)


def test_without_a_list_of_the_accounts_those_are_read_that_rang_before(company: Sample) -> None:
    company.world.faults.add("kf/account/list", Fault("error", code=48002))

    async def scene(office: Office) -> None:
        rang, never = office.account(), office.account()
        office.write(rang, "一")
        office.write(never, "二")
        await office.ledger.notes.put(CURSORS, rang.open_kfid, {"cursor": ""})
        async with office.watching(every=EVERY):
            await office.ledger.has("一")
        assert len(office.ledger.bodies) == 1

    conduct(company, scene)


def test_an_account_that_cannot_be_read_keeps_no_other_waiting(company: Sample) -> None:
    company.world.faults.add("kf/sync_msg", Fault("error", code=48002))

    async def scene(office: Office) -> None:
        for words in ("一", "二"):
            office.write(office.account(), words)
        async with office.watching(every=EVERY):
            await office.ledger.has("二")
        assert len(office.ledger.bodies) == 1

    conduct(company, scene)


def test_a_node_that_lost_the_work_half_way_looks_no_further(company: Sample) -> None:
    async def scene(office: Office) -> None:
        for words in ("一", "二"):
            office.write(office.account(), words)

        async def stall() -> None:
            """So long that another node takes the work."""
            await asyncio.to_thread(office.fake.advance, 2 * LASTS.total_seconds())
            assert await office.claim("second").hold()

        office.ledger.then = stall
        await office.watch()._look_around(0)
        assert len(office.ledger.bodies) == 1

    conduct(company, scene)


def test_when_the_node_that_looks_stops_another_one_goes_on(company: Sample) -> None:
    async def scene(office: Office) -> None:
        account = office.account()
        async with office.watching():
            office.write(account, "一")
            await office.ledger.has("一")
        office.write(account, "二")
        async with office.watching(node="second"):
            await office.ledger.has("二")

    conduct(company, scene)
