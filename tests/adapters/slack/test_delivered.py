"""What is due goes out through Slack: nudges into the direct chat, broadcasts into shared channels, once."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest
from sqlmodel import col, select

from adapters.slack.errors import SlackError
from adapters.slack.installation import Installations
from bot.clock import utc_now
from crm_core.chat import RoomKind
from crm_core.conversations.tables import Conversation
from crm_core.customers import records
from crm_core.database import Database
from crm_core.outreach import broadcasts, nudges
from crm_core.outreach.tables import Delivery, DeliveryState
from crm_core.people import staff
from crm_core.people.tables import Role, Staff
from crm_core.people.viewer import Viewer, of_staff
from tests.adapters.slack.conftest import configured
from tests.fakes.slack.faults import Fault
from tests.fakes.slack.messages import Message
from tests.fakes.slack.people import User
from tests.fakes.slack.scene import Scene
from tests.running import Running, running


class Sales:
    """Alice and Bob on Slack, with customers."""

    def __init__(self, program: Running, scene: Scene) -> None:
        self.program = program
        self.scene = scene
        self.database = program.program.core.database
        program.call(self._known())
        for user, role in ((scene.alice, Role.SALES), (scene.bob, Role.ADMIN)):
            with self.database.writing() as session:
                staff.add(session, user.name, role=role, team="East", handle=("slack", user.id), now=utc_now())

    async def _known(self) -> None:
        """Wait until the bot was told who it is."""
        far = self.program.program.slack
        assert far is not None
        assert isinstance(far.installations, Installations)
        async with asyncio.timeout(30):
            await far.installations.learnt()

    def remind(self, text: str, *, by: User | None = None) -> None:
        """Alice is reminded of something since half an hour ago."""
        earlier = utc_now() - timedelta(hours=1)
        with self.database.writing() as session:
            alice = session.exec(select(Staff).where(Staff.name == "alice")).one()
            nudges.schedule(
                session,
                viewer=self.viewer((by or self.scene.alice).name),
                for_staff=alice,
                text=text,
                due_at=earlier + timedelta(minutes=30),
                timezone="UTC",
                now=earlier,
                platform="slack",
            )

    def broadcast(self, text: str) -> None:
        """To Acme, whose shared channel is the sales channel of the scene."""
        viewer, now = self.viewer("alice"), utc_now()
        with self.database.writing() as session:
            draft = records.Draft(name="Acme", tags=("VIP",))
            acme = records.create(session, draft, viewer=viewer, now=now)
            room = self.scene.sales.id
            known = session.exec(select(Conversation).where(Conversation.platform_id == room)).first()
            channel = known or Conversation(platform="slack", platform_id=room, kind=RoomKind.SHARED, created_at=now)
            channel.kind, channel.customer_id = RoomKind.SHARED, acme.id
            session.add(channel)
            session.flush()
            broadcasts.confirm(
                session, broadcasts.draft(session, "VIP", text, viewer=viewer, now=now), viewer=viewer, now=now
            )

    def viewer(self, name: str) -> Viewer:
        with self.database.reading() as session:
            person = session.exec(select(Staff).where(Staff.name == name)).one()
            return of_staff(session, person, timezone="UTC", language="en")

    def deliver(self) -> None:
        self.program.call(self.program.program.deliver_due())

    def states(self) -> list[DeliveryState]:
        with self.database.reading() as session:
            return [delivery.state for delivery in session.exec(select(Delivery).order_by(col(Delivery.id)))]

    def seen_by(self, user: User) -> list[Message]:
        """What the bot wrote into this person's direct chat."""
        chat = self.scene.world.dm(user, self.scene.crm)
        return [message for message in chat.messages.values() if message.body.get("bot_id")]


@pytest.fixture
def sales(program: Running, scene: Scene) -> Sales:
    return Sales(program, scene)


def test_a_nudge_comes_into_the_direct_chat_with_its_buttons(sales: Sales) -> None:
    sales.remind("call Acme")
    sales.deliver()
    (nudge,) = sales.seen_by(sales.scene.alice)
    assert "call Acme" in nudge.text
    rows = [block for block in nudge.body["blocks"] if block["type"] == "actions"]
    assert len([element for row in rows for element in row["elements"] if element["type"] == "button"]) >= 2
    assert sales.states() == [DeliveryState.SENT]


def test_a_nudge_that_arrived_without_an_answer_is_not_sent_again(sales: Sales) -> None:
    sales.scene.world.faults.add("chat.postMessage", Fault("drop", after=True))
    sales.remind("call Acme")
    sales.deliver()
    with sales.database.writing() as session:
        for delivery in session.exec(select(Delivery)):
            delivery.not_before = utc_now() - timedelta(seconds=1)
    sales.deliver()
    assert len(sales.seen_by(sales.scene.alice)) == 1
    assert sales.states() == [DeliveryState.SENT]


def test_who_set_a_nudge_is_told_when_its_person_can_never_be_written_to(sales: Sales) -> None:
    sales.scene.world.change_user(sales.scene.alice, deleted=True)
    sales.remind("call Acme", by=sales.scene.bob)
    sales.deliver()
    sales.deliver()
    assert sales.states() == [DeliveryState.DEAD, DeliveryState.SENT]
    assert "call Acme" in sales.seen_by(sales.scene.bob)[0].text


def test_a_broadcast_comes_once_into_the_shared_channel(sales: Sales) -> None:
    sales.broadcast("{name}, the new models are here")
    sales.deliver()
    sales.deliver()
    texts = [message.text for message in sales.scene.sales.messages.values() if message.body.get("bot_id")]
    assert texts == ["Acme, the new models are here"]


def test_history_is_asked_for_as_seldom_as_slack_allows_an_app_that_is_sold(
    sqlite_database: Database, scene: Scene
) -> None:
    with running(configured(sqlite_database, scene, history="restricted")) as program:
        far = program.program.slack
        assert far is not None
        Sales(program, scene)
        ask = partial(far.web.call, "conversations.history", channel=scene.sales.id, patience=1)
        program.call(ask())
        with pytest.raises(SlackError) as refused:
            program.call(ask())
        assert (refused.value.retry_after or 0) > 50
