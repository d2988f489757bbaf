"""The running program beside the fake WeCom, with an account of 微信客服 and a customer who is in the record."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
from sqlmodel import col, select

from bot import config
from crm_core.chat import Sender, SenderKind
from crm_core.conversations.tables import Conversation, Message
from crm_core.customers import identities, records
from crm_core.customers.records import Draft
from crm_core.database import Database
from crm_core.outreach.tables import Delivery, DeliveryKind
from crm_core.people import staff
from crm_core.people.tables import Role
from crm_core.people.viewer import of_staff
from tests.eventually import eventually
from tests.fakes.wecom.kf import Account
from tests.fakes.wecom.running import Fake, wecom
from tests.fakes.wecom.sample import Sample, sample
from tests.running import Running, running

HOUR = 3600


@dataclass
class Service:
    """`customer_id`: 张三, who is Alice's. `running`: the program, by the fake's clock."""

    fake: Fake
    company: Sample
    account: Account
    running: Running
    database: Database
    customer_id: int

    @property
    def room(self) -> str:
        return f"kf:{self.account.open_kfid}:{self.company.zhang.external_userid}"

    def now(self) -> datetime:
        return self.fake.world.clock.utc_now()

    def customer_says(self, words: str) -> str:
        return self.company.world.kf_say(self.company.zhang, self.account, words)

    def alice_says(self, words: str) -> str:
        """To the bot; what it answers."""
        before = len(self.answers())
        self.company.world.say(self.company.alice, self.company.crm, words)
        self.fake.settle()
        eventually(lambda: len(self.answers()) > before and not self._unanswered())
        return "\n".join(self.answers()[before:])

    def _unanswered(self) -> int:
        """How much of what was said is not answered to the end."""
        return self.running.program.intake.backlog()["unsettled"]

    def answers(self) -> list[str]:
        return [str(message.body) for message in self.company.world.received(self.company.alice)]

    def reached(self) -> list[str]:
        """What the customer was given, in order."""
        return [
            str(one.content["text"]["content"])
            for one in self.company.world.to_customers
            if one.how == "kf" and one.to == self.company.zhang.external_userid
        ]

    def deliver(self) -> None:
        self.running.call(self.running.program.deliver_due())

    def recorded(self) -> list[tuple[str, str]]:
        """Name and text of what stands in the room, in order."""
        with self.database.reading() as session:
            found = session.exec(
                select(Message)
                .join(Conversation, col(Conversation.id) == Message.conversation_id)
                .where(Conversation.platform_id == self.room)
                .order_by(col(Message.sent_at), col(Message.id))
            )
            return [(message.sender_name, message.text) for message in found]

    def sent(self) -> list[Delivery]:
        with self.database.reading() as session:
            return list(session.exec(select(Delivery).where(Delivery.kind == DeliveryKind.ANSWER)))


@pytest.fixture
def company() -> Sample:
    company = sample()
    company.crm.lists_kf = True
    return company


@pytest.fixture
def service(sqlite_database: Database, company: Sample) -> Iterator[Service]:
    with wecom(company.world) as fake:
        now = fake.world.clock.utc_now()
        account = company.world.kf_account("Acme 客服", [company.alice])
        customer_id = known(sqlite_database, company, now)
        section = {**company.app_called_back, "kf_secret": company.kf.secret, "api_url": fake.api_url}
        settings = config.parse({"database": {"url": sqlite_database.url}, "wecom": section})
        with running(settings, clock=fake.world.clock.utc_now) as program:
            fake.deliver_to(company.crm, f"{program.url}/wecom/callback")
            yield Service(fake, company, account, program, sqlite_database, customer_id)


def known(database: Database, company: Sample, now: datetime) -> int:
    """Alice is of the staff, and 张三 is her customer with this account of his."""
    with database.writing() as session:
        alice = staff.add(session, "Alice", role=Role.SALES, team="East", handle=("wecom", "alice"), now=now)
        viewer = of_staff(session, alice, timezone="Asia/Shanghai", language="zh")
        customer = records.create(session, Draft("张三"), viewer=viewer, now=now)
        who = Sender(company.zhang.external_userid, "张三", SenderKind.EXTERNAL)
        identity = identities.seen(session, "wecom", who, now=now, country="CN")
        identities.link(session, identity, customer, by="manual", viewer=viewer, now=now)
        return customer.id
