"""在职/离职继承 behind 转交: asked once, followed, refusals told to both; what was not asked for can be taken back."""

from sqlmodel import select

from crm_core.address_book import Standing, TransferState
from crm_core.customers.tables import Customer
from crm_core.outreach import handover
from crm_core.outreach.tables import Delivery
from crm_core.people.tables import Staff
from crm_core.relations import transfers
from crm_core.relations.tables import Transfer
from tests.adapters.wecom.contacts.market import Market
from tests.fakes.wecom.customers import Customer as FakeCustomer
from tests.fakes.wecom.faults import Fault

ASK = "externalcontact/transfer_customer"
DAY = 86_400


def _assign(market: Market, to: str, *of: FakeCustomer) -> int:
    ids = [market.customer(one).id for one in of]
    with market.database.writing() as session:
        customers = [session.get_one(Customer, one) for one in ids]
        member = session.exec(select(Staff).where(Staff.name == to)).one()
        return handover.give(session, customers, member, viewer=market.boss(), now=market.now()).transfers


def _state(market: Market) -> tuple[TransferState, str]:
    with market.database.reading() as session:
        row = session.exec(select(Transfer)).one()
        return row.state, row.problem


def _told(market: Market) -> set[str]:
    with market.database.reading() as session:
        return {one.recipient for one in session.exec(select(Delivery)) if one.body.get("notice") == "transfer"}


def _pass_a_day(market: Market) -> None:
    market.wait(DAY + 60)
    market.settle()


def test_a_connection_goes_along_and_the_new_owner_hears_of_it(market_of_each: Market) -> None:
    market = market_of_each
    market.sync()
    assert _assign(market, "Bob", market.company.zhang) == 1
    market.settle()
    assert market.calls(ASK) == 0

    market.wait(31)
    market.settle()
    assert _state(market)[0] is TransferState.ASKED

    _pass_a_day(market)
    assert _state(market)[0] is TransferState.DONE
    assert market.relation("alice", market.company.zhang).standing is Standing.MOVED
    assert market.relation("Bob", market.company.zhang).standing is Standing.ADDED
    assert market.customer(market.company.zhang).owner_id == market.member("Bob").id
    assert _told(market) == {"bob"}


def test_a_customer_who_refuses_stays_and_both_hear_of_it(market: Market) -> None:
    market.sync()
    market.company.zhang.refuses_transfer = True
    _assign(market, "Bob", market.company.zhang)
    market.wait(31)
    market.settle()
    _pass_a_day(market)
    assert _state(market)[0] is TransferState.REFUSED
    assert _told(market) == {"alice", "bob"}
    assert market.relation("alice", market.company.zhang).standing is Standing.ADDED


def test_a_receiver_who_may_not_is_told_with_the_reason(market: Market) -> None:
    market.sync()
    market.company.bob.verified = False
    _assign(market, "Bob", market.company.zhang)
    market.wait(31)
    market.settle()
    assert _state(market) == (TransferState.FAILED, "errcode 40098")
    assert _told(market) == {"alice", "bob"}


def test_a_leavers_customers_go_by_the_other_way(market: Market) -> None:
    market.sync()
    market.company.world.leave(market.company.alice)
    market.settle()
    _assign(market, "Bob", market.company.zhang)
    market.wait(31)
    market.settle()
    assert market.calls("externalcontact/resigned/transfer_customer") == 1
    assert _state(market)[0] is TransferState.ASKED


def test_a_call_whose_answer_was_lost_is_asked_once(market: Market) -> None:
    market.sync()
    market.company.world.faults.add(ASK, Fault("drop", after=True))
    _assign(market, "Bob", market.company.zhang)
    market.wait(31)
    market.settle()
    market.wait(60)
    market.settle()
    assert _state(market)[0] is TransferState.ASKED
    assert len(market.company.world.transfers) == 1


def test_taken_back_before_it_was_asked_nothing_is_asked(market: Market) -> None:
    market.sync()
    at = market.now()
    _assign(market, "Bob", market.company.zhang)
    with market.database.writing() as session:
        assert transfers.take_back(session, [market.customer(market.company.zhang).id], since=at, now=at) == []
    market.wait(31)
    market.settle()
    assert market.calls(ASK) == 0
    assert _state(market)[0] is TransferState.CANCELLED


def test_taken_back_afterwards_says_what_goes_on(market: Market) -> None:
    market.sync()
    at = market.now()
    _assign(market, "Bob", market.company.zhang)
    market.wait(31)
    market.settle()
    with market.database.writing() as session:
        going_on = transfers.take_back(session, [market.customer(market.company.zhang).id], since=at, now=market.now())
    assert [one.to_member for one in going_on] == ["Bob"]


def test_an_owner_who_changed_again_cancels_it(market: Market) -> None:
    market.sync()
    _assign(market, "Bob", market.company.zhang)
    _assign(market, "Charlie", market.company.zhang)
    market.wait(31)
    market.settle()
    assert market.calls(ASK) == 0


def test_a_colleague_who_is_connected_already_needs_no_transfer(market: Market) -> None:
    market.sync()
    assert _assign(market, "Bob", market.company.li) == 0
