"""欢迎语 in time, once, in the name of whoever was added."""

from collections.abc import Iterator

import pytest

from crm_core.database import Database
from tests.adapters.wecom.contacts.market import Market, open_market
from tests.fakes.wecom.faults import Fault

WORDS = "您好 {name}，我是 {owner}。"
SEND = "externalcontact/send_welcome_msg"


@pytest.fixture
def greeting(sqlite_database: Database) -> Iterator[Market]:
    with open_market(sqlite_database, welcome=WORDS) as market:
        yield market


def test_a_new_customer_is_welcomed_by_name(greeting: Market) -> None:
    world, zhao = greeting.company.world, greeting.company.world.customer("赵六")
    world.befriend(greeting.company.alice, zhao)
    greeting.attend()
    (said,) = world.reached(zhao, "welcome")
    assert said.content["text"]["content"] == "您好 赵六，我是 Alice。"
    assert greeting.node.health.state()["welcome"] == "said"


def test_it_waits_for_nothing_that_is_slow(greeting: Market) -> None:
    world, zhao = greeting.company.world, greeting.company.world.customer("赵六")
    world.faults.add("externalcontact/get", Fault("busy"))
    world.befriend(greeting.company.alice, zhao)
    greeting.attend()
    assert len(world.reached(zhao, "welcome")) == 1


def test_told_twice_it_is_said_once(greeting: Market) -> None:
    world, zhao = greeting.company.world, greeting.company.world.customer("赵六")
    world.befriend(greeting.company.alice, zhao)
    greeting.heard *= 2
    greeting.attend()
    assert len(world.reached(zhao, "welcome")) == 1
    assert greeting.node.health.state()["status"] == "ok"


def test_without_a_code_nothing_is_said(greeting: Market) -> None:
    greeting.company.alice.welcome = "控制台的欢迎语"
    greeting.company.world.befriend(greeting.company.alice, greeting.company.world.customer("赵六"))
    greeting.attend()
    assert greeting.calls(SEND) == 0


def test_after_twenty_seconds_nothing_is_tried(greeting: Market) -> None:
    world, zhao = greeting.company.world, greeting.company.world.customer("赵六")
    world.befriend(greeting.company.alice, zhao)
    greeting.wait(21)
    greeting.attend()
    assert world.reached(zhao, "welcome") == []
    assert "41050" in greeting.node.health.state()["welcome"]


def test_whoever_has_a_chat_already_is_quietly_left_alone(greeting: Market, caplog: pytest.LogCaptureFixture) -> None:
    world, zhao = greeting.company.world, greeting.company.world.customer("赵六")
    world.befriend(greeting.company.alice, zhao)
    world.talk(greeting.company.alice, zhao)
    greeting.attend()
    assert world.reached(zhao, "welcome") == []
    assert not caplog.records
