"""Names and phones changed here are noted there, where that is wanted."""

from collections.abc import Iterator

import pytest

from crm_core.customers import records
from crm_core.customers.tables import Customer
from crm_core.database import Database
from tests.adapters.wecom.contacts.market import Market, open_market

REMARK = "externalcontact/remark"


@pytest.fixture
def writing(sqlite_database: Database) -> Iterator[Market]:
    with open_market(sqlite_database, write_remarks=True) as market:
        yield market


def _change(market: Market, field: str, value: str) -> None:
    customer_id = market.customer(market.company.zhang).id
    with market.database.writing() as session:
        customer = session.get_one(Customer, customer_id)
        records.change(session, customer, field, value, viewer=market.boss(), now=market.now())


def test_a_name_and_a_phone_are_noted_and_come_back_as_no_change(writing: Market) -> None:
    writing.sync()
    _change(writing, "name", "张总")
    _change(writing, "phone", "13800138812")
    writing.settle()
    relation = writing.company.world.relations["alice", writing.company.zhang.external_userid]
    assert (relation.remark, relation.mobiles) == ("张总", ["13800138812"])
    assert writing.calls(REMARK) == 2
    assert writing.customer(writing.company.zhang).name == "张总"


def test_a_phone_alone_leaves_what_was_noted(writing: Market) -> None:
    world, company = writing.company.world, writing.company
    world.note(company.alice, company.zhang, remark="张三 华东")
    writing.sync()
    _change(writing, "name", "老张")
    writing.settle()
    world.note(company.alice, company.zhang, remark="张三 华东区 采购")
    writing.settle()
    _change(writing, "phone", "13800138812")
    writing.settle()
    relation = world.relations["alice", company.zhang.external_userid]
    assert (relation.remark, relation.mobiles) == ("张三 华东区 采购", ["13800138812"])


def test_what_was_read_is_not_written_back(writing: Market) -> None:
    writing.company.world.note(writing.company.alice, writing.company.zhang, remark="张三", mobiles=["13800138812"])
    writing.sync()
    writing.settle()
    assert writing.calls(REMARK) == 0


def test_unless_it_is_wanted_nothing_is_written(market: Market) -> None:
    market.sync()
    _change(market, "name", "张总")
    market.settle()
    assert market.calls(REMARK) == 0
