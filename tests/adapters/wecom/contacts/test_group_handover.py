"""Customer groups go along with their customers, or with the last customer of who left."""

import pytest
from sqlmodel import select

from crm_core.address_book import TransferState
from crm_core.customers.tables import Customer
from crm_core.outreach import handover
from crm_core.outreach.handover import Given
from crm_core.outreach.tables import Delivery
from crm_core.people.tables import Staff
from crm_core.relations.tables import CustomerGroupRow, GroupTransfer
from tests.adapters.wecom.contacts.market import Market
from tests.fakes.wecom.customers import Customer as FakeCustomer
from tests.fakes.wecom.faults import Fault

ASK = "externalcontact/groupchat/onjob_transfer"
ASK_FOR_LEFT = "externalcontact/groupchat/transfer"


def _assign(market: Market, to: str, *of: FakeCustomer) -> Given:
    ids = [market.customer(one).id for one in of]
    with market.database.writing() as session:
        customers = [session.get_one(Customer, one) for one in ids]
        member = session.exec(select(Staff).where(Staff.name == to)).one()
        return handover.give(session, customers, member, viewer=market.boss(), now=market.now())


def _pass_the_grace(market: Market) -> None:
    market.wait(31)
    market.settle()


def _states(market: Market) -> list[tuple[TransferState, str]]:
    with market.database.reading() as session:
        return [(row.state, row.problem) for row in session.exec(select(GroupTransfer))]


def _told(market: Market) -> set[str]:
    with market.database.reading() as session:
        return {one.recipient for one in session.exec(select(Delivery)) if one.body.get("notice") == "group_transfer"}


def _owner(market: Market) -> str:
    with market.database.reading() as session:
        return session.exec(select(CustomerGroupRow)).one().owner_member


def test_a_group_goes_along_with_its_only_customer(market_of_each: Market) -> None:
    market, company = market_of_each, market_of_each.company
    group = company.world.group(company.alice, "Acme 售后", [company.zhang])
    market.sync()

    assert _assign(market, "Bob", company.zhang).groups == 1
    market.settle()
    assert market.calls(ASK) == 0
    _pass_the_grace(market)

    assert (group.owner, _owner(market)) == ("Bob", "Bob")
    assert _states(market) == [(TransferState.DONE, "")]
    assert _told(market) == {"bob"}


def test_a_group_stays_while_one_of_its_customers_does(market: Market) -> None:
    company = market.company
    company.world.group(company.alice, "老客户", [company.zhang, company.li])
    market.sync()
    assert _assign(market, "Bob", company.zhang).groups == 0
    assert _assign(market, "Bob", company.li).groups == 1


def test_groups_of_somebody_who_left_go_with_their_last_customer(market: Market) -> None:
    company = market.company
    group = company.world.group(company.alice, "产品公告", [company.bob, company.acme])
    market.sync()
    company.world.leave(company.alice)
    market.settle()

    assert _assign(market, "Bob", company.zhang).groups == 0
    assert _assign(market, "Bob", company.li).groups == 1
    _pass_the_grace(market)

    assert market.calls(ASK_FOR_LEFT) == 1
    assert group.owner == "Bob"


def test_a_call_whose_answer_was_lost_moves_it_once(market: Market) -> None:
    company = market.company
    company.world.group(company.alice, "Acme 售后", [company.zhang])
    market.sync()
    company.world.faults.add(ASK, Fault("drop", after=True))
    _assign(market, "Bob", company.zhang)
    _pass_the_grace(market)
    market.wait(60)
    market.settle()
    assert _states(market) == [(TransferState.DONE, "")]


def test_a_refusal_is_told_to_both_with_its_code(market: Market) -> None:
    company = market.company
    company.world.group(company.alice, "Acme 售后", [company.zhang])
    market.sync()
    company.world.groups_moved["alice"] = [company.world.seconds] * 300
    _assign(market, "Bob", company.zhang)
    _pass_the_grace(market)
    assert _states(market) == [(TransferState.FAILED, "errcode 90507")]
    assert _told(market) == {"alice", "bob"}


def test_customers_who_come_back_before_it_was_asked_keep_their_group(market: Market) -> None:
    company = market.company
    company.world.group(company.alice, "Acme 售后", [company.zhang])
    market.sync()
    _assign(market, "Bob", company.zhang)
    _assign(market, "Alice", company.zhang)
    _pass_the_grace(market)
    assert market.calls(ASK) == 0
    assert _states(market) == [(TransferState.CANCELLED, "")]


@pytest.mark.parametrize("undone_after", [5, 40])
def test_the_chat_says_what_goes_along_and_what_cannot_be_taken_back(market: Market, undone_after: int) -> None:
    company = market.company
    company.world.group(company.alice, "Acme 售后", [company.zhang])
    market.sync()
    assert "企业微信客户群 30 秒后一起转给 Bob：1 个群" in market.ask("转交 张三 给 Bob")
    market.wait(undone_after)
    market.settle()
    said = market.ask("撤销")
    assert ("客户群“Acme 售后”已经转给新群主" in said) is (undone_after > 30)
    _pass_the_grace(market)
    assert _owner(market) == ("Bob" if undone_after > 30 else "alice")
