"""What staff read about their customers on WeCom."""

from sqlmodel import select

from bot import config
from bot.outreach.courier import compose
from crm_core.address_book import TransferState
from crm_core.chat import Card
from crm_core.customers.tables import Customer
from crm_core.outreach import handover
from crm_core.outreach.deliveries import Verdict
from crm_core.outreach.tables import Delivery
from crm_core.people.tables import Staff
from crm_core.relations import transfers
from crm_core.relations.tables import Transfer
from tests.adapters.wecom.contacts.market import Market


def _read(market: Market, notice: str) -> list[Card | Verdict]:
    settings = config.parse({"bot": {"language": "zh"}})
    with market.database.reading() as session:
        rows = session.exec(select(Delivery).order_by(Delivery.recipient)).all()
        made = [compose(session, row, settings, market.now()) for row in rows if row.body.get("notice") == notice]
    return [each if isinstance(each, Verdict) else each.card for each in made]


def test_a_lost_customer_comes_with_what_can_be_done(market: Market) -> None:
    market.company.world.note(market.company.alice, market.company.li, mobiles=["13800138812"])
    market.sync()
    market.company.world.drop_staff(market.company.li, market.company.alice)
    market.settle()
    (card,) = _read(market, "customer_lost")
    assert isinstance(card, Card)
    assert card.title == "客户 李四 删除了 Alice"
    assert [button.label for button in card.buttons] == ["记", "提醒", "改阶段 流失"]
    assert [field.value for field in card.fields] == ["13800138812", "Bob"]


def test_one_who_came_back_meanwhile_is_no_news(market: Market) -> None:
    market.sync()
    market.company.world.drop_staff(market.company.zhang, market.company.alice)
    market.settle()
    market.wait(5)
    market.company.world.befriend(market.company.alice, market.company.zhang)
    market.settle()
    assert [type(one) for one in _read(market, "customer_lost")] == [Verdict]


def test_a_leavers_customers_are_listed_with_the_command(market: Market) -> None:
    market.sync()
    market.company.world.leave(market.company.alice)
    market.settle()
    (card,) = _read(market, "staff_left")
    assert isinstance(card, Card)
    assert card.title.startswith("Alice 离职了")
    assert "转交 负责人：Alice 给" in card.text
    assert len(card.items) == 2


def test_how_a_hand_over_ended_is_one_sentence_with_its_mend(market: Market) -> None:
    market.sync()
    customer_id = market.customer(market.company.zhang).id
    with market.database.writing() as session:
        bob = session.exec(select(Staff).where(Staff.name == "Bob")).one()
        customer = session.get_one(Customer, customer_id)
        handover.give(session, [customer], bob, viewer=market.boss(), now=market.now())
        row = session.exec(select(Transfer)).one()
        transfers.ended(session, str(row.id), TransferState.FAILED, problem="errcode 40128", at=market.now())
    for card in _read(market, "transfer"):
        assert isinstance(card, Card)
        assert "好友仍是 Alice" in card.text
        assert "90 天" in card.text


def test_the_card_of_a_customer_names_everybody_they_are_connected_with(market: Market) -> None:
    market.sync()
    market.company.world.drop_staff(market.company.li, market.company.bob)
    market.settle()
    said = market.ask("查 李四")
    assert "好友: Alice、Bob（已被删除）" in said
