"""What is said in Slack, as the running program has it in the end."""

import asyncio
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sqlmodel import Session, select

from bot import config
from crm_core.conversations.tables import AttachmentRow, Conversation, EnvelopeRow, Membership
from crm_core.customers.tables import Identity
from crm_core.database import Database
from crm_core.people import staff
from crm_core.people.tables import AuditEntry, Handle, Role
from tests.conftest import NOW
from tests.fakes.chaos import Chaos
from tests.fakes.slack.faults import Fault
from tests.fakes.slack.hearing import Hearing
from tests.fakes.slack.person import Person
from tests.fakes.slack.running import Fake
from tests.fakes.slack.sample import Sample
from tests.fakes.slack.truth import compare
from tests.running import Running, running

TOKEN = "a-token-for-reading-messages"


@dataclass(frozen=True)
class Captured:
    """The program, and the fake Slack that delivers to it."""

    program: Running
    fake: Fake
    hearing: Hearing
    company: Sample

    def person(self, name: str) -> Person:
        return Person(self.fake, getattr(self.company, name))

    def settle(self) -> None:
        """Everything is delivered, recorded and answered."""
        self.fake.settle()
        self.program.call(self._recorded())

    def items(self) -> list[dict[str, Any]]:
        """Every message, as REST tells it, the newest first."""
        headers = {"Authorization": f"Bearer {TOKEN}"}
        with httpx.Client(base_url=self.program.url, headers=headers, trust_env=False) as client:
            found: list[dict[str, Any]] = client.get("/api/v1/messages", params={"limit": 200}).json()["items"]
        return found

    def session(self) -> AbstractContextManager[Session]:
        return self.program.program.core.database.reading()

    async def _recorded(self) -> None:
        with self.session() as session:
            envelopes = session.exec(select(EnvelopeRow.platform, EnvelopeRow.event_id)).all()
        await asyncio.gather(*(self.program.program.intake.settled(*one) for one in envelopes))


@pytest.fixture
def captured(sqlite_database: Database, fake: Fake, company: Sample) -> Iterator[Captured]:
    with sqlite_database.writing() as session:
        staff.add(session, "Alice", role=Role.ADMIN, now=NOW, email=company.alice.email)
    section = {
        "bot_token": company.crm.token,
        "signing_secret": company.app.signing_secret,
        "api_url": fake.api_url,
    }
    clock = company.world.clock
    tokens = [{"name": "reader", "token": TOKEN, "role": "admin"}]
    settings = config.parse({"database": {"url": sqlite_database.url}, "slack": section, "api": {"tokens": tokens}})
    with running(settings, clock=clock.utc_now) as program:
        hearing = fake.deliver_to(company.app, f"{program.url}/slack/events")
        yield Captured(program, fake, hearing, company)


def test_what_is_said_edited_and_deleted_is_as_it_stands_in_slack(captured: Captured) -> None:
    company, world = captured.company, captured.company.world
    alice, erin = captured.person("alice"), captured.person("erin")
    root = erin.say(company.acme_shared, "Q3 quote for *5 < 6 & more*, please")
    reply = alice.say(
        company.acme_shared, f"<@{company.erin.id}> on its way: <https://acme.example/q|the quote>", thread=root
    )
    world.edit(root, company.acme_shared, "Q4 quote")
    world.delete(alice.say(company.sales, "a slip"), company.sales)
    captured.settle()
    assert list(compare(world, captured.items())) == []
    by_ts = {item["platform_message_id"]: item for item in captured.items()}
    assert by_ts[reply.ts]["text"] == "@erin on its way: the quote (https://acme.example/q)"
    assert (by_ts[reply.ts]["thread"], by_ts[root.ts]["thread"]) == (root.ts, "")
    assert [version["text"] for version in by_ts[root.ts]["versions"]] == [
        "Q3 quote for *5 < 6 & more*, please",
        "Q4 quote",
    ]


def test_everybody_is_told_apart(captured: Captured) -> None:
    company = captured.company
    for name in ("alice", "bob", "gina", "erin"):
        captured.person(name).say(company.acme_shared, f"this is {name}")
    captured.settle()
    kinds = {item["sender_name"]: item["sender_kind"] for item in captured.items()}
    assert kinds == {"alice": "member", "bob": "member", "gina": "guest", "erin": "external"}
    with captured.session() as session:
        assert session.exec(select(Conversation.kind)).all() == ["shared"]
        assert dict(session.exec(select(Identity.display_name, Identity.team)).all())["erin"] == company.acme.id


def test_a_colleague_is_recognised_by_e_mail_and_that_is_on_record(captured: Captured) -> None:
    captured.person("alice").say(captured.company.sales, "hello")
    captured.settle()
    with captured.session() as session:
        assert session.exec(select(Handle.platform_user_id)).all() == [captured.company.alice.id]
        assert session.exec(select(AuditEntry.action, AuditEntry.actor)).all() == [("recognised", "Alice")]
        assert session.exec(select(Identity)).all() == []


def test_a_mention_in_a_channel_is_one_message_and_one_answer(captured: Captured) -> None:
    alice = captured.person("alice")
    alice.mention(captured.company.sales, "help")
    captured.settle()
    assert [item["text"] for item in captured.items()] == ["help"]
    answers = [line for line in alice.sees.channel(captured.company.sales).splitlines() if "(only you)" in line]
    assert len(answers) == 1


def test_nobody_is_asked_about_twice(captured: Captured) -> None:
    company = captured.company
    for number in range(5):
        captured.person("erin").say(company.acme_shared, f"line {number}")
        captured.settle()
    asked = [entry["method"] for entry in company.world.journal.of("call")]
    assert (asked.count("users.info"), asked.count("conversations.info")) == (1, 1)


def test_slack_that_answers_nothing_loses_no_message(captured: Captured) -> None:
    company = captured.company
    for method in ("users.info", "conversations.info"):
        company.world.faults.add(method, Fault("ratelimited"), times=None)
    captured.person("erin").say(company.acme_shared, "is anybody there?")
    captured.person("bob").say(company.acme_shared, "one moment")
    captured.settle()
    told = {item["sender"]: (item["text"], item["sender_kind"]) for item in captured.items()}
    assert told == {company.erin.id: ("is anybody there?", "external"), company.bob.id: ("one moment", "guest")}


def test_marks_and_comings_and_goings_are_kept(captured: Captured) -> None:
    company, world = captured.company, captured.company.world
    alice, dana = captured.person("alice"), world.user("dana", company.home)
    message = alice.say(company.sales, "Acme signed")
    world.react(company.bob, message, company.sales, "tada")
    world.join(dana, company.sales, inviter=company.alice)
    captured.fake.advance(60)
    world.leave(dana, company.sales)
    captured.settle()
    assert [mark["name"] for item in captured.items() for mark in item["marks"]] == ["tada"]
    with captured.session() as session:
        stays = session.exec(select(Membership).where(Membership.platform_user_id == dana.id)).all()
    assert [stay.left_at is not None for stay in stays] == [True]


def test_a_channel_that_is_renamed_or_gets_another_id_keeps_its_history(captured: Captured) -> None:
    company, world = captured.company, captured.company.world
    captured.person("alice").say(company.sales, "before")
    world.rename(company.alice, company.sales, "sales-emea")
    world.change_id(company.sales)
    captured.person("bob").say(company.sales, "after")
    captured.settle()
    assert list(compare(world, captured.items())) == []
    with captured.session() as session:
        rooms = session.exec(select(Conversation.title, Conversation.platform_id)).all()
    assert rooms == [("sales-emea", company.sales.id)]


def test_a_file_in_a_shared_channel_has_its_name(captured: Captured) -> None:
    company, world = captured.company, captured.company.world
    world.share_file(company.erin, company.acme_shared, "order.pdf", b"%PDF-1.7", words="signed PO")
    captured.settle()
    assert [item["text"] for item in captured.items()] == ["signed PO"]
    with captured.session() as session:
        assert session.exec(select(AttachmentRow.name)).all() == ["order.pdf"]


def test_who_was_not_known_is_known_by_their_next_message(captured: Captured) -> None:
    company = captured.company
    company.world.faults.add("users.info", Fault("ratelimited", retry_after=1))
    erin = captured.person("erin")
    erin.say(company.acme_shared, "one")
    captured.settle()
    captured.fake.advance(60)
    erin.say(company.acme_shared, "two")
    captured.settle()
    with captured.session() as session:
        assert session.exec(select(Identity.display_name)).all() == ["erin"]


def test_a_change_of_somebody_reaches_their_identity_by_itself(captured: Captured) -> None:
    company = captured.company
    captured.person("gina").say(company.acme_shared, "hello")
    captured.settle()
    company.world.change_user(company.gina, email="gina@agency.example")
    captured.settle()
    with captured.session() as session:
        assert session.exec(select(Identity.email)).all() == ["gina@agency.example"]


def test_strange_but_genuine_events_break_nothing(captured: Captured) -> None:
    """Traps: null text, a missing user, blocks of a hundred thousand characters."""
    captured.person("erin").say(captured.company.acme_shared, "before")
    captured.settle()
    captured.fake.call(captured.hearing.estrange())
    captured.person("erin").say(captured.company.acme_shared, "after")
    captured.settle()
    assert list(compare(captured.company.world, captured.items())) == []
    with captured.session() as session:
        assert session.exec(select(EnvelopeRow.problem).where(EnvelopeRow.problem != "")).all() == []


def test_nothing_of_the_bot_is_captured(captured: Captured) -> None:
    alice = captured.person("alice")
    alice.say(alice.direct, "help")
    alice.slash("/crm help", captured.company.sales)
    captured.settle()
    assert [(item["text"], item["sender"]) for item in captured.items()] == [("help", captured.company.alice.id)]


def test_any_order_and_any_number_of_deliveries_end_alike(captured: Captured) -> None:
    """Traps: the order of Socket Mode is not kept, null texts, own edits without their user."""
    company, world = captured.company, captured.company.world
    captured.hearing.unsettle(Chaos(seed=5, duplicate=0.3, reorder=0.5))
    said = [captured.person("erin").say(company.acme_shared, f"line {number}") for number in range(30)]
    for number, message in enumerate(said):
        if number % 3 == 0:
            world.edit(message, company.acme_shared, f"line {number}, corrected")
        if number % 5 == 0:
            world.delete(message, company.acme_shared)
    captured.settle()
    captured.fake.advance(400)
    captured.settle()
    assert list(compare(world, captured.items())) == []
