"""What happens around customers arrives, in whatever order it is told."""

from sqlmodel import select

from crm_core.address_book import Standing
from crm_core.conversations.tables import Membership
from crm_core.outreach.tables import Delivery
from crm_core.people.tables import Staff
from crm_core.relations.tables import CustomerGroupRow, Relation
from tests.adapters.wecom.contacts.market import Market


def test_a_new_customer_is_known_at_once_and_belongs_to_whoever_added_them(market_of_each: Market) -> None:
    market, world, company = market_of_each, market_of_each.company.world, market_of_each.company
    zhao = world.customer("赵六")
    world.befriend(company.bob, zhao)
    market.attend()
    assert market.customer(zhao).name == "赵六"
    assert market.customer(zhao).owner_id == market.member("Bob").id


def test_two_customers_added_in_one_second_are_two(market: Market) -> None:
    world, company = market.company.world, market.company
    for name in ("赵六", "孙七"):
        world.befriend(company.alice, world.customer(name))
    assert market.heard[0]["CreateTime"] == market.heard[1]["CreateTime"]
    market.attend()
    with market.database.reading() as session:
        assert len(session.exec(select(Relation)).all()) == 2


def test_half_a_friend_becomes_a_whole_one(market: Market) -> None:
    world, company = market.company.world, market.company
    zhao = world.customer("赵六")
    world.befriend(company.alice, zhao, half=True)
    market.attend()
    assert market.relation("alice", zhao).standing is Standing.HALF

    world.verify(company.alice, zhao)
    market.attend()
    assert market.relation("alice", zhao).standing is Standing.ADDED
    assert market.customer(zhao).name == "赵六"


def test_a_remark_and_tags_that_were_changed_arrive(market: Market) -> None:
    market.sync()
    world, company = market.company.world, market.company
    world.mark(company.alice, company.zhang, world.tag("VIP"))
    world.note(company.alice, company.zhang, remark="张总", mobiles=["13800138812"])
    market.attend()
    assert market.customer(company.zhang).name == "张总"
    assert market.tags(company.zhang) == ["VIP"]


def test_a_customer_who_deletes_a_member_of_staff_is_lost_and_the_owner_hears_of_it(market: Market) -> None:
    market.sync()
    world, company = market.company.world, market.company
    world.drop_staff(company.zhang, company.alice)
    market.attend()

    assert market.relation("alice", company.zhang).standing is Standing.LOST
    with market.database.reading() as session:
        (notice,) = session.exec(select(Delivery)).all()
    assert (notice.recipient, notice.body["notice"]) == ("alice", "customer_lost")
    market.sync()
    assert market.relation("alice", company.zhang).standing is Standing.LOST


def test_a_customer_whom_the_member_of_staff_deleted_is_no_alarm(market: Market) -> None:
    market.sync()
    market.company.world.drop_customer(market.company.alice, market.company.zhang)
    market.attend()
    assert market.relation("alice", market.company.zhang).standing is Standing.DELETED
    with market.database.reading() as session:
        assert session.exec(select(Delivery)).all() == []


def test_told_backwards_it_ends_the_same(market: Market) -> None:
    market.sync()
    world, company = market.company.world, market.company
    world.drop_customer(company.alice, company.zhang)
    market.wait(5)
    world.befriend(company.alice, company.zhang)
    market.attend(backwards=True)
    assert market.relation("alice", company.zhang).standing is Standing.ADDED


def test_a_tag_that_is_renamed_or_deleted_there_is_so_here(market: Market) -> None:
    world, company = market.company.world, market.company
    vip, hot = world.tag("VIP"), world.tag("热")
    world.mark(company.alice, company.zhang, vip, hot)
    market.sync()
    market.heard.clear()

    world.rename_tag(vip, "大客户")
    world.delete_tag(hot)
    market.attend()

    assert market.tags(company.zhang) == ["大客户"]


def test_who_comes_and_goes_in_a_group_is_known_and_its_end(market: Market) -> None:
    world, company = market.company.world, market.company
    group = world.group(company.alice, "售后", [company.zhang])
    market.attend()
    market.wait()
    world.join(group, company.li)
    world.quit(group, company.zhang)
    market.attend()
    assert _present(market) == {"alice", company.li.external_userid}

    world.dismiss(group)
    market.attend()
    assert _present(market) == set()
    with market.database.reading() as session:
        assert session.exec(select(CustomerGroupRow)).one().ended_at is not None


def test_an_inner_group_is_none_of_customers(market: Market) -> None:
    market.company.world.group(market.company.alice, "内部", [market.company.bob], inner=True)
    market.attend()
    assert _present(market) == set()


def test_whoever_manages_hears_whose_customers_a_leaver_had(market: Market) -> None:
    market.sync()
    market.company.world.leave(market.company.alice)
    market.attend()
    with market.database.reading() as session:
        notices = session.exec(select(Delivery)).all()
        assert [(one.recipient, one.body["notice"], one.body["count"]) for one in notices] == [
            ("boss", "staff_left", 2)
        ]
        assert not session.exec(select(Staff).where(Staff.name == "Alice")).one().active


def _present(market: Market) -> set[str]:
    with market.database.reading() as session:
        return {one.platform_user_id for one in session.exec(select(Membership)) if one.left_at is None}
