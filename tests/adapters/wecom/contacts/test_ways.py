"""渠道活码: a code is made once, greets with its tag and owner, and is gone when it is stopped or taken back."""

from sqlmodel import select

from crm_core.people import operations
from crm_core.people.tables import Operation, Staff
from crm_core.relations import ways
from crm_core.relations.tables import ContactWay, WayCode
from tests.adapters.wecom.contacts.market import Market
from tests.fakes.wecom.faults import Fault

ADD = "externalcontact/add_contact_way"


def _make(market: Market, *members: str, owner: str = "") -> Operation:
    viewer = market.boss()
    with market.database.writing() as session:
        people = [session.exec(select(Staff).where(Staff.name == name)).one() for name in members]
        whose = session.exec(select(Staff).where(Staff.name == owner)).first()
        with operations.recording(session, viewer=viewer, command="活码", now=market.now()) as operation:
            ways.make(
                session,
                "wecom",
                "展会",
                members=people,
                tag_names=["展会客户"],
                owner=whose,
                viewer=viewer,
                now=market.now(),
            )
        return operation


def _code(market: Market) -> WayCode:
    with market.database.reading() as session:
        return session.exec(select(WayCode)).one()


def test_a_code_is_made_and_who_scans_it_gets_its_tag_owner_and_source(market_of_each: Market) -> None:
    market = market_of_each
    _make(market, "Alice", "Bob", owner="Charlie")
    market.settle()
    (way,) = market.company.world.ways.values()
    assert (_code(market).config_id, way.fields["user"]) == (way.config_id, ["alice", "bob"])
    assert _code(market).qr_code.startswith("http")

    zhao = market.company.world.customer("赵六")
    market.company.world.scan(zhao, way, market.company.alice)
    market.settle()

    customer = market.customer(zhao)
    assert (customer.source, customer.owner_id) == ("展会", market.member("Charlie").id)
    assert market.tags(zhao) == ["展会客户"]
    assert market.names_there("alice", zhao) == {"展会客户"}


def test_a_code_whose_making_was_not_answered_is_not_made_twice(market: Market) -> None:
    market.company.world.faults.add(ADD, Fault("drop", after=True))
    _make(market, "Alice")
    market.settle()
    market.wait(30)
    market.settle()
    (way,) = market.company.world.ways.values()
    assert _code(market).config_id == way.config_id


def test_a_stopped_code_is_gone(market: Market) -> None:
    _make(market, "Alice")
    market.settle()
    with market.database.writing() as session:
        ways.stop(session, session.exec(select(ContactWay)).one(), viewer=market.boss(), now=market.now())
    market.settle()
    assert market.company.world.ways == {}
    assert _code(market).removed_at is not None


def test_taking_the_making_back_takes_the_code_away(market: Market) -> None:
    operation = _make(market, "Alice")
    market.settle()
    with market.database.writing() as session:
        operations.undo(session, session.get_one(Operation, operation.id), viewer=market.boss(), now=market.now())
    market.settle()
    assert market.company.world.ways == {}


def test_what_wecom_will_not_make_is_told(market: Market) -> None:
    market.company.alice.contact = False
    _make(market, "Alice")
    market.settle()
    assert _code(market).problem == "errcode 84074"
