"""The running program over the fake's real callbacks: a customer is added, welcomed, tagged, lost."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from bot import config
from crm_core.customers.tables import Customer
from crm_core.database import Database
from crm_core.outreach.tables import Delivery
from crm_core.people import staff
from crm_core.people.tables import Role
from crm_core.people.viewer import of_token
from crm_core.tags import tags
from tests.conftest import NOW
from tests.eventually import eventually
from tests.fakes.clock import RealClock
from tests.fakes.wecom.judge import Judge
from tests.fakes.wecom.running import Fake, wecom
from tests.fakes.wecom.sample import Sample, sample
from tests.running import Running, running


@dataclass
class Shop:
    fake: Fake
    company: Sample
    program: Running
    database: Database

    def named(self, name: str) -> Customer | None:
        with self.database.reading() as session:
            return session.exec(select(Customer).where(Customer.name == name)).first()


@pytest.fixture
def shop(sqlite_database: Database) -> Iterator[Shop]:
    company = sample(RealClock())
    crm, world = company.crm, company.world
    crm.lists_contact = True
    with sqlite_database.writing() as session:
        staff.add(session, "Alice", role=Role.SALES, handle=("wecom", "alice"), now=NOW)
    with wecom(world) as fake:
        section = {
            **company.app_called_back,
            "contact_secret": company.contact.secret,
            "api_url": fake.api_url,
            "welcome": "您好 {name}，我是 {owner}。",
        }
        parsed = config.parse({"database": {"url": sqlite_database.url}, "wecom": section})
        with running(parsed) as program:
            fake.deliver_to(crm, f"{program.url}/wecom/callback")
            yield Shop(fake, company, program, sqlite_database)


def test_from_the_first_hello_to_the_last(shop: Shop) -> None:
    world, alice = shop.company.world, shop.company.alice
    eventually(lambda: shop.named("张三") is not None)

    zhao = world.customer("赵六")
    relation = world.befriend(alice, zhao)
    eventually(lambda: shop.named("赵六") is not None and bool(world.reached(zhao, "welcome")))
    assert [one.content["text"]["content"] for one in world.reached(zhao)] == ["您好 赵六，我是 Alice。"]

    viewer = of_token("test", Role.ADMIN, timezone="Asia/Shanghai", language="zh")
    known = shop.named("赵六")
    assert known is not None
    with shop.program.program.core.database.writing() as session:
        customer = session.get_one(Customer, known.id)
        tags.add(session, customer, ["决策人"], viewer=viewer, now=datetime.now(UTC))
    eventually(lambda: len(relation.tags) == 1)

    world.drop_staff(zhao, alice)
    eventually(lambda: _notices(shop) == ["customer_lost"])
    eventually(lambda: any("赵六" in str(one.body) for one in world.received(alice)))
    Judge(world, shop.fake.robots).require_clean()


def _notices(shop: Shop) -> list[str]:
    with shop.database.reading() as session:
        return [str(one.body["notice"]) for one in session.exec(select(Delivery)) if "notice" in one.body]
