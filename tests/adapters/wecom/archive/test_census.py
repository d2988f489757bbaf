"""Who agreed to be archived is asked for in turn, at a pace, and goes on where it was interrupted."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlmodel import select

from adapters.wecom.archive.agreements import Agreements, Approvals
from adapters.wecom.archive.census import EVERY, PACE, Census
from adapters.wecom.errors import WeComError
from adapters.wecom.events import event_of
from adapters.wecom.transport import Transport
from bot.ports.archiving import CoreConsents
from bot.ports.memory import CoreMemory
from crm_core.chat import RoomKind
from crm_core.conversations import consents
from crm_core.conversations.tables import Consent, Conversation
from crm_core.database import Database
from tests.adapters.wecom.contacts.market import Market, open_market
from tests.fakes.wecom.faults import Fault

PAIRS = "msgaudit/check_single_agree"
ROOM = "msgaudit/check_room_agree"


@pytest.fixture
def market(sqlite_database: Database) -> Iterator[Market]:
    """Alice and Bob are archived, Charlie is not; their customers are known."""
    with open_market(sqlite_database) as market:
        market.company.alice.archived = market.company.bob.archived = True
        yield market


def ask(market: Market, hold: Callable[[], Awaitable[bool]] | None = None) -> None:
    """A node that has just started asks for everybody that is due."""

    async def scene() -> None:
        core, company = market.node.core, market.company
        memory = CoreMemory(core, "wecom", market.now)
        secret = SecretStr(company.archive.secret)
        calls = Transport(
            market.fake.api_url, company.world.corp_id, secret, memory=memory, clock=market.now, sleep=market.sleep
        )
        known = CoreConsents(core, "wecom", market.now)
        market.slept.clear()
        try:
            await Census(Agreements(calls), known, memory, market.now, sleep=market.sleep).go_on(hold or always)
        finally:
            await calls.close()

    market.run(scene())


async def always() -> bool:
    return True


def counts(market: Market) -> dict[str, int]:
    with market.database.reading() as session:
        return consents.counts(session, "wecom")


def said(market: Market) -> set[tuple[str, str, str]]:
    """With whom or where, customer, state."""
    with market.database.reading() as session:
        rows = session.exec(select(Consent)).all()
    names = {one.external_userid: one.name for one in market.company.world.customers.values()}
    return {(row.with_whom or "a room", names[row.customer], row.state.value) for row in rows}


def test_every_archived_pair_and_room_is_asked_for(market: Market) -> None:
    world, company = market.company.world, market.company
    world.agree(company.alice, company.zhang)
    world.agree(company.bob, company.li, "Disagree")
    world.group(company.alice, "采购群", [company.alice, company.zhang])
    market.sync()

    ask(market)

    assert said(market) == {
        ("alice", "张三", "agreed"),
        ("alice", "李四", "unanswered"),
        ("Bob", "李四", "declined"),
        ("a room", "张三", "agreed"),
    }
    with market.database.reading() as session:
        (covered,) = consents.covered(session)
        assert covered.members == ("Bob", "alice")
        told = [(one.name, one.where, one.state.value) for one in consents.refusals(session, "wecom", 10)]
    assert told == [("李四", "Bob", "declined"), ("李四", "Alice", "unanswered")]


def test_the_pace_holds_and_nothing_is_asked_again_before_its_time(market: Market) -> None:
    world, company = market.company.world, market.company
    for number in range(130):
        world.befriend(company.alice, world.customer(f"客户{number}"))
    market.sync()

    ask(market)
    assert market.calls(PAIRS) == 2
    assert sum(counts(market).values()) == 133
    assert set(market.slept) == {PACE}
    assert len(market.slept) >= market.calls(PAIRS)
    ask(market)
    assert market.calls(PAIRS) == 2
    market.wait(EVERY / timedelta(seconds=1))
    ask(market)
    assert market.calls(PAIRS) == 4


def test_what_was_interrupted_goes_on_from_where_it_was(market: Market) -> None:
    world, company = market.company.world, market.company
    for number in range(110):
        world.befriend(company.alice, world.customer(f"客户{number}"))
    market.sync()
    asked: list[bool] = []

    async def twice() -> bool:
        asked.append(True)
        return len(asked) <= 2

    ask(market, twice)
    assert market.calls(PAIRS) == 1
    ask(market)
    assert market.calls(PAIRS) == 2
    assert market.calls("msgaudit/get_permit_user_list") == 1
    assert sum(counts(market).values()) == 113


def test_one_that_is_refused_leaves_the_others_asked_for(market: Market) -> None:
    market.sync()
    for _ in range(2):
        market.company.world.faults.add(PAIRS, Fault("error", code=40096))
    ask(market)
    assert sum(counts(market).values()) == 2


def test_a_room_that_is_refused_is_passed_over(market: Market) -> None:
    company = market.company
    for name in ("一群", "二群"):
        company.world.group(company.alice, name, [company.alice, company.zhang])
    market.sync()
    company.world.faults.add(ROOM, Fault("error", code=86003))
    ask(market)
    assert market.calls(ROOM) == 2
    assert len([one for one in said(market) if one[0] == "a room"]) == 1


def test_what_concerns_every_call_is_raised_and_asked_again_later(market: Market) -> None:
    market.sync()
    market.company.world.faults.add(PAIRS, Fault("error", code=301052))
    with pytest.raises(WeComError, match="301052"):
        ask(market)
    assert not counts(market)
    ask(market)
    assert counts(market)


def test_who_was_recorded_is_asked_for_where_no_customers_are_read(market: Market) -> None:
    company = market.company
    company.world.agree(company.alice, company.zhang, "Default_Agree")
    with market.database.writing() as session:
        for customer in (company.zhang, company.li):
            room = f"pair:alice:{customer.external_userid}"
            session.add(Conversation(platform="wecom", platform_id=room, kind=RoomKind.DIRECT, created_at=market.now()))
    ask(market)
    assert said(market) == {("alice", "张三", "default"), ("alice", "李四", "unanswered")}


def test_a_yes_over_the_callback_is_kept_at_once(market: Market) -> None:
    market.sync()
    market.heard.clear()
    market.company.world.agree(market.company.bob, market.company.li)
    (fields,) = market.heard
    event = event_of({name: str(value) for name, value in fields.items()}, market.now())
    market.run(Approvals(CoreConsents(market.node.core, "wecom", market.now)).attend(event))
    assert said(market) == {("Bob", "李四", "agreed")}
