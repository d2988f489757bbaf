"""Everything in 客户联系 is read, in pages, at a pace, and goes on where it was interrupted."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import pytest
from sqlmodel import select

from adapters.health import Health
from adapters.wecom.contacts.reading import Reading
from adapters.wecom.contacts.sync import PACE, WITH_EVENTS, Sync
from adapters.wecom.errors import WeComError
from bot.ports.address_book import CoreAddressBook
from bot.ports.memory import CoreMemory
from crm_core.address_book import Connection, Person, Standing
from crm_core.conversations.tables import Conversation, Membership
from crm_core.customers.tables import Customer
from crm_core.relations.tables import CustomerGroupRow, Relation
from tests.adapters.wecom.contacts.market import Market
from tests.fakes.wecom.faults import Fault

PAGES = "externalcontact/batch/get_by_user"


def test_every_customer_is_there_with_remark_tags_and_owner(market_of_each: Market) -> None:
    market, world, company = market_of_each, market_of_each.company.world, market_of_each.company
    vip = world.tag("VIP")
    world.note(company.alice, company.zhang, remark="张三 采购", mobiles=["13800138812"], description="要报价")
    world.mark(company.alice, company.zhang, vip)

    assert market.sync()

    zhang = market.customer(company.zhang)
    assert (zhang.name, zhang.owner_id) == ("张三 采购", market.member("Alice").id)
    assert market.tags(company.zhang) == ["VIP"]
    relation = market.relation("alice", company.zhang)
    assert (relation.description, relation.phones) == ("要报价", ["13800138812"])
    assert market.relation("Bob", company.li).standing is Standing.ADDED
    acme = market.customer(company.acme)
    with market.database.reading() as session:
        assert acme.company_id is not None
        assert session.get_one(Customer, acme.company_id).name == "Acme GmbH"


def test_short_and_empty_pages_leave_nobody_out(market: Market) -> None:
    world, company = market.company.world, market.company
    for number in range(250):
        world.befriend(company.alice, world.customer(f"客户{number}"))
    world.short_pages = True
    market.heard.clear()

    assert market.sync()

    with market.database.reading() as session:
        assert len(session.exec(select(Relation)).all()) == 254


def test_what_was_interrupted_goes_on_from_where_it_was(market: Market) -> None:
    world, company = market.company.world, market.company
    for number in range(350):
        world.befriend(company.alice, world.customer(f"客户{number}"))

    def fail(entry: dict[str, object]) -> None:
        if entry.get("path") == PAGES and market.calls(PAGES) == 3:
            world.faults.add(PAGES, Fault("error", code=48002))

    stop = market.fake.journal.subscribe(fail)
    with pytest.raises(WeComError):
        market.sync()
    stop()
    world.faults.clear()
    other = market.open_node()
    market.wait(400)
    assert market.run(other.contacts.sync.go_on())

    with market.database.reading() as session:
        assert len(session.exec(select(Relation)).all()) == 354
    assert market.calls(PAGES) == 5
    assert market.calls("externalcontact/get_follow_user_list") == 1


def test_one_node_reads_at_a_time(market: Market) -> None:
    other = market.open_node()
    assert market.sync()
    market.run(market.node.contacts.sync.again())
    assert not market.run(other.contacts.sync.go_on())


def test_somebody_who_may_not_be_asked_for_keeps_nobody_else_out(market: Market) -> None:
    market.company.bob.licensed = False
    market.company.charlie.contact = True
    assert market.sync()
    with market.database.reading() as session:
        assert {one.member for one in session.exec(select(Relation))} == {"alice", "charlie"}


def test_who_is_gone_when_everything_is_read_again_is_not_connected_any_more(market: Market) -> None:
    assert market.sync()
    market.company.world.drop_customer(market.company.alice, market.company.zhang)
    market.wait()
    assert market.sync()
    assert market.relation("alice", market.company.zhang).standing is Standing.DELETED
    assert market.relation("alice", market.company.li).standing is Standing.ADDED


def test_who_begins_to_listen_reads_everything_once_more(market: Market) -> None:
    assert market.sync()
    market.company.world.drop_customer(market.company.alice, market.company.zhang)
    market.heard.clear()
    market.wait()
    sync = market.node.contacts.sync

    async def listen() -> bool:
        await sync.start()
        await sync.stop()
        return await sync.go_on()

    assert market.run(listen())
    assert market.relation("alice", market.company.zhang).standing is Standing.DELETED
    calls = market.calls(PAGES)
    assert market.run(sync.go_on())
    assert market.calls(PAGES) == calls


def test_groups_are_conversations_with_everybody_who_is_in_them(market_of_each: Market) -> None:
    market, world, company = market_of_each, market_of_each.company.world, market_of_each.company
    group = world.group(company.alice, "Acme 售后", [company.bob, company.zhang])

    assert market.sync()

    with market.database.reading() as session:
        room = session.exec(select(Conversation).where(Conversation.platform_id == group.chat_id)).one()
        assert (room.title, room.kind) == ("Acme 售后", "shared")
        assert {one.platform_user_id for one in session.exec(select(Membership))} == {
            "alice", "Bob", company.zhang.external_userid,
        }  # fmt: skip
        assert session.exec(select(CustomerGroupRow)).one().owner_member == "alice"


class Counting(CoreAddressBook):
    """Counts whom it is told of instead of writing them down."""

    seen: set[str]

    async def saw(self, seen: Sequence[tuple[Person, Connection]], read_at: datetime) -> frozenset[str]:
        del read_at
        self.seen |= {person.platform_id for person, _ in seen}
        return frozenset()


def test_ten_thousand_customers_are_read_far_below_what_is_allowed_with_one_token(market: Market) -> None:
    world, company = market.company.world, market.company
    for number in range(9_996):
        staff = (company.alice, company.bob, company.charlie)[number % 3]
        world.befriend(staff, world.customer(f"客户{number}"))
    book = Counting(market.node.core, "wecom", market.now, "CN")
    book.seen = set()
    memory = CoreMemory(market.node.core, "wecom", market.now)
    reading = Reading(market.node.transport, book, market.now)
    sync = Sync(reading, book, memory, health=Health(), clock=market.now, every=WITH_EVENTS, sleep=market.sleep)

    assert market.run(sync.go_on())

    assert len(book.seen) == 9_999
    calls = [entry for entry in market.fake.journal.of("request") if entry["path"] != "gettoken"]
    minutes = Counter(int(entry["at"] // 60) for entry in calls)
    assert max(minutes.values()) <= 60 / PACE < 10_000
    assert len(calls) < 120
    assert sum(1 for _ in market.fake.journal.of("gettoken")) == 1


def test_progress_is_told(market: Market) -> None:
    assert market.sync()
    assert market.node.health.state()["contacts"].startswith("4 customers, read ")
