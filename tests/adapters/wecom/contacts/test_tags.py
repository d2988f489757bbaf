"""Tags both ways over the fake: no echo, nothing doubled, nothing lost."""

from sqlmodel import select

from crm_core.customers.tables import Customer
from crm_core.platforms.tables import Chore, ChoreState
from crm_core.relations.tables import TagWish
from tests.adapters.wecom.contacts.market import Market
from tests.fakes.wecom import tags as fake_tags
from tests.fakes.wecom.faults import Fault

MARK = "externalcontact/mark_tag"
MAKE = "externalcontact/add_corp_tag"


def test_a_tag_set_here_is_marked_there_on_every_connection_and_made_when_it_is_new(market_of_each: Market) -> None:
    market = market_of_each
    market.sync()
    market.tag(market.company.li, "决策人")
    market.settle()

    assert market.names_there("alice", market.company.li) == market.names_there("Bob", market.company.li) == {"决策人"}
    groups = market.company.world.tag_groups.values()
    assert [(group.name, [tag.name for tag in group.tags]) for group in groups] == [("crmbot", ["决策人"])]


def test_our_own_marks_come_back_as_events_and_are_no_change(market: Market) -> None:
    market.sync()
    market.tag(market.company.zhang, "VIP")
    market.settle()
    market.settle()
    assert market.calls(MARK) == 1
    assert market.tags(market.company.zhang) == ["VIP"]


def test_a_tag_of_the_library_is_taken_whatever_group_it_is_in(market: Market) -> None:
    vip = market.company.world.tag("VIP", group="等级")
    market.sync()
    market.tag(market.company.zhang, "vip")
    market.settle()
    assert market.company.world.relations["alice", market.company.zhang.external_userid].tags == [vip.id]
    assert market.calls(MAKE) == 0


def test_a_tag_taken_off_here_is_taken_off_there(market: Market) -> None:
    world, company = market.company.world, market.company
    world.mark(company.alice, company.zhang, world.tag("VIP"), world.tag("热"))
    market.sync()
    market.tag(company.zhang, "VIP", off=True)
    market.settle()
    assert market.names_there("alice", company.zhang) == {"热"}
    assert market.tags(company.zhang) == ["热"]


def test_a_mark_whose_answer_was_lost_is_made_once_more_without_a_trace(market: Market) -> None:
    market.sync()
    market.company.world.faults.add(MARK, Fault("drop", after=True))
    market.tag(market.company.zhang, "VIP")
    market.settle()
    assert market.names_there("alice", market.company.zhang) == {"VIP"}
    assert market.tags(market.company.zhang) == ["VIP"]


def test_a_tag_whose_making_was_not_answered_is_not_made_twice(market: Market) -> None:
    market.sync()
    market.company.world.faults.add(MAKE, Fault("drop", after=True))
    market.tag(market.company.zhang, "VIP")
    market.settle()
    market.wait(30)
    market.settle()
    assert market.names_there("alice", market.company.zhang) == {"VIP"}
    assert [len(group.tags) for group in market.company.world.tag_groups.values()] == [1]


def test_what_was_wanted_before_a_kill_is_done_by_the_next_process(market: Market) -> None:
    market.sync()
    market.tag(market.company.zhang, "VIP")
    other = market.open_node()
    market.run(other.chores.do_due())
    assert market.names_there("alice", market.company.zhang) == {"VIP"}


def test_too_many_calls_wait_for_the_end_of_the_window(market: Market) -> None:
    market.sync()
    market.company.world.faults.add(MARK, Fault("frequency", seconds=60))
    market.tag(market.company.zhang, "VIP")
    market.settle()
    assert market.names_there("alice", market.company.zhang) == set()
    market.wait(61)
    market.settle()
    assert market.names_there("alice", market.company.zhang) == {"VIP"}
    assert not list(market.fake.journal.of("violation"))


def test_somebody_who_is_no_friend_any_more_ends_it(market: Market) -> None:
    market.sync()
    market.company.world.drop_customer(market.company.alice, market.company.zhang)
    market.heard.clear()
    market.tag(market.company.zhang, "VIP")
    market.settle()
    with market.database.reading() as session:
        assert session.exec(select(Chore.state)).all() == [ChoreState.DEAD]
    assert market.relation("alice", market.company.zhang).standing == "deleted"
    assert market.tags(market.company.zhang) == ["VIP"]


def test_a_full_library_takes_no_more_and_the_tag_stays_here(market: Market) -> None:
    world = market.company.world
    group = fake_tags.group_named(world, None, "满")
    fake_tags.add(world, None, group, [(f"标签{number}", 0) for number in range(fake_tags.MOST)])
    market.heard.clear()
    market.sync()
    market.tag(market.company.zhang, "VIP")
    market.settle()
    assert market.calls(MAKE) == 0
    assert market.tags(market.company.zhang) == ["VIP"]
    with market.database.reading() as session:
        assert session.exec(select(TagWish.problem)).all() == ["errcode 40126"]


def test_the_staff_and_the_bot_tag_the_same_customer_at_once(market: Market) -> None:
    world, company = market.company.world, market.company
    vip, hot = world.tag("VIP"), world.tag("热")
    market.sync()
    market.heard.clear()
    market.tag(company.zhang, "热")
    world.mark(company.alice, company.zhang, vip)
    market.settle()
    assert market.names_there("alice", company.zhang) == {"VIP", "热"} == set(market.tags(company.zhang))
    assert hot.id in world.relations["alice", company.zhang.external_userid].tags


def test_nobody_without_a_connection_costs_a_call(market: Market) -> None:
    market.sync()
    with market.database.writing() as session:
        lone = Customer(name="独", name_key="独", created_at=market.now(), updated_at=market.now())
        session.add(lone)
    from crm_core.tags import tags

    with market.database.writing() as session:
        tags.add(session, session.get_one(Customer, lone.id), ["VIP"], viewer=market.boss(), now=market.now())
    market.settle()
    assert market.calls(MARK) == 0
