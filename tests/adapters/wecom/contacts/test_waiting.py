"""Customers of those who left wait for a colleague, also of those who left before anything was read."""

from datetime import UTC, datetime

from sqlmodel import select

from crm_core.address_book import Standing
from crm_core.customers.tables import Customer
from crm_core.outreach import handover
from crm_core.people.tables import Staff
from tests.adapters.wecom.contacts.market import Market
from tests.fakes.wecom import transfers
from tests.fakes.wecom.customers import Customer as FakeCustomer
from tests.fakes.wecom.faults import Fault

LIST = "externalcontact/get_unassigned_list"
ASK = "externalcontact/resigned/transfer_customer"
DAY = 86_400


def _leaver_with(market: Market) -> FakeCustomer:
    """A customer of Dana, who left before we came."""
    world = market.company.world
    dana, zhao = world.staff_member("dana"), world.customer("赵六")
    world.befriend(dana, zhao)
    world.leave(dana)
    market.heard.clear()
    return zhao


def _assign_to_bob(market: Market, of: FakeCustomer) -> int:
    customer_id = market.customer(of).id
    with market.database.writing() as session:
        bob = session.exec(select(Staff).where(Staff.name == "Bob")).one()
        customer = session.get_one(Customer, customer_id)
        return handover.give(session, [customer], bob, viewer=market.boss(), now=market.now()).transfers


def test_who_left_before_anything_was_read_leaves_customers_who_can_be_handed_over(market_of_each: Market) -> None:
    market = market_of_each
    zhao = _leaver_with(market)
    market.sync()
    left_at = datetime.fromtimestamp(market.company.world.staff["dana"].left_at or 0, UTC)
    assert market.relation("dana", zhao).waits_since == left_at
    assert market.node.health.state()["contacts"].endswith("1 wait for a colleague")

    assert _assign_to_bob(market, zhao) == 1
    market.wait(31)
    market.settle()
    assert market.calls(ASK) == 1
    market.wait(DAY + 60)
    market.settle()
    assert market.relation("dana", zhao).standing is Standing.MOVED
    assert market.relation("Bob", zhao).standing is Standing.ADDED


def test_who_was_taken_over_in_the_console_waits_no_more(market: Market) -> None:
    zhao = _leaver_with(market)
    market.sync()
    world = market.company.world
    assert transfers.start(world, world.staff["dana"], market.company.bob, zhao.external_userid, resigned=True) == 0
    market.wait(DAY + 60)
    market.heard.clear()
    market.sync()
    moved = market.relation("dana", zhao)
    assert (moved.standing, moved.waits_since) == (Standing.MOVED, None)
    assert market.relation("Bob", zhao).standing is Standing.ADDED


def test_a_hand_over_that_is_under_way_is_left_to_its_end(market: Market) -> None:
    zhao = _leaver_with(market)
    market.sync()
    _assign_to_bob(market, zhao)
    market.wait(31)
    market.settle()
    market.sync()
    assert market.relation("dana", zhao).standing is Standing.ADDED


def test_what_a_colleague_notes_does_not_end_the_connection_of_who_left(market: Market) -> None:
    company = market.company
    market.sync()
    market.wait()
    company.world.leave(company.alice)
    market.settle()
    assert market.relation("alice", company.li).waits_since is not None
    market.wait()
    company.world.note(company.bob, company.li, remark="李四 财务")
    market.settle()
    assert market.relation("alice", company.li).standing is Standing.ADDED


def test_where_the_list_may_not_be_read_everything_else_is(market: Market) -> None:
    market.company.world.faults.add(LIST, Fault("error", code=48002))
    assert market.sync()
    assert market.calls(LIST) == 1
