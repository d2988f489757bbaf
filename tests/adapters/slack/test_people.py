"""Who people are and what channels are, asked of the fake Slack."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from adapters.slack.files import Files
from adapters.slack.installation import Installation
from adapters.slack.people import ASK_AGAIN, FRESH_FOR, NOBODY_FOR, People
from adapters.slack.rooms import Rooms
from crm_core.chat import Attachment, RoomKind, Sender, SenderKind
from tests.adapters.slack.known import Workspaces
from tests.adapters.slack.office import Office
from tests.fakes.slack.faults import Fault
from tests.fakes.slack.people import User, Workspace
from tests.fakes.slack.world import World


@dataclass
class Town:
    """What learns, over the fake Slack and by its clock. `heard`: who was told to the product."""

    office: Office
    heard: list[Sender] = field(default_factory=list)

    @property
    def world(self) -> World:
        return self.office.scene.world

    @property
    def home(self) -> Workspace:
        return self.office.scene.home

    def people(self) -> People:
        """As after a start."""
        crm = self.office.scene.crm
        home = Installation(crm.team_id, crm.bot_user, crm.bot_id, crm.app.id, crm.token)
        return People(self.office.web, Workspaces(home), self.office.memory, self._now, tell=self._hear)

    def rooms(self) -> Rooms:
        return Rooms(self.office.web, self.office.memory, self._now)

    def files(self) -> Files:
        return Files(self.office.web, self._now)

    def sender(self, people: People, user: User) -> Sender | None:
        """Who it is, after asking."""
        self.office.run(people.learn([user.id]))
        return people.sender(user.id)

    def asked(self, method: str = "users.info") -> int:
        return len(self.office.asked(method))

    def forward(self, seconds: float) -> None:
        self.office.scene.clock.advance(seconds)

    def _now(self) -> datetime:
        return self.office.scene.clock.utc_now()

    async def _hear(self, people: Sequence[Sender]) -> None:
        self.heard.extend(people)


@pytest.fixture
def town(office: Office) -> Town:
    return Town(office)


def test_people_are_told_apart(town: Town) -> None:
    world, people = town.world, town.people()
    acme = world.workspace("acme")
    alice, erin = town.office.scene.alice, world.user("erin", acme)
    gina, dora = world.user("gina", town.home, guest="single"), world.user("dora", town.home)
    shared = world.channel("shared", alice, members=[gina, dora, town.office.scene.crm])
    world.connect(shared, acme)
    world.join(erin, shared, inviter=alice)
    world.change_user(dora, deleted=True)
    told = {user.name: town.sender(people, user) for user in (alice, erin, gina, dora)}
    kinds = {name: sender.kind for name, sender in told.items() if sender is not None}
    assert kinds == {
        "alice": SenderKind.MEMBER,
        "erin": SenderKind.EXTERNAL,
        "gina": SenderKind.GUEST,
        "dora": SenderKind.GUEST,
    }
    assert told["alice"] == Sender(
        alice.id, "alice", SenderKind.MEMBER, "alice@home.example", timezone="Europe/Berlin", language="en"
    )
    assert told["erin"] == Sender(erin.id, "erin", SenderKind.EXTERNAL, "", team=acme.id)
    assert [sender.name for sender in town.heard] == ["alice", "erin", "gina", "dora"]


def test_everybody_is_asked_about_once_also_after_a_start(town: Town) -> None:
    alice = town.office.scene.alice
    first = town.people()
    assert town.sender(first, alice) == town.sender(first, alice) == town.sender(town.people(), alice)
    assert town.asked() == 1
    assert len(town.heard) == 1


def test_many_who_ask_at_once_ask_once(town: Town) -> None:
    people, alice = town.people(), town.office.scene.alice

    async def together() -> None:
        await asyncio.gather(*(people.learn([alice.id, alice.id]) for _ in range(10)))

    town.office.run(together())
    assert (town.asked(), len(town.heard)) == (1, 1)
    assert people.sender(alice.id) is not None


def test_who_changed_is_known_without_asking(town: Town) -> None:
    people, bob = town.people(), town.office.scene.bob
    town.sender(people, bob)
    before = bob.shape()
    town.forward(10)
    town.world.change_user(bob, email="bob@new.example")
    town.office.run(people.change(bob.shape()))
    town.office.run(people.change(before))
    known = people.sender(bob.id)
    assert known is not None
    assert (known.email, town.asked(), [one.email for one in town.heard]) == (
        "bob@new.example",
        1,
        ["bob@home.example", "bob@new.example"],
    )
    assert town.sender(town.people(), bob) == known


def test_who_was_never_met_may_change_unnoticed(town: Town) -> None:
    people, bob = town.people(), town.office.scene.bob
    town.office.run(people.change(bob.shape()))
    town.office.run(people.change({}))
    assert (people.sender(bob.id), town.heard) == (None, [])


def test_who_was_not_asked_about_for_a_week_is_asked_about_again(town: Town) -> None:
    bob = town.office.scene.bob
    town.sender(town.people(), bob)
    town.world.change_user(bob, real_name="Robert")
    town.forward(FRESH_FOR.total_seconds() + 1)
    assert town.asked() == 1
    town.sender(town.people(), bob)
    assert town.asked() == 2


def test_what_was_known_holds_while_slack_is_away(town: Town) -> None:
    bob = town.office.scene.bob
    town.sender(town.people(), bob)
    town.forward(FRESH_FOR.total_seconds() + 1)
    town.world.faults.add("users.info", Fault("error", error="internal_error"), times=None)
    assert town.sender(town.people(), bob) is not None


@pytest.mark.parametrize(
    "fault",
    [Fault("ratelimited", retry_after=20), Fault("html"), Fault("garbage"), Fault("error", error="fatal_error")],
)
def test_who_could_not_be_asked_about_is_known_later(town: Town, fault: Fault) -> None:
    people, alice = town.people(), town.office.scene.alice
    town.world.faults.add("users.info", fault, times=None)
    assert town.sender(people, alice) is None
    town.world.faults.clear()
    asked = town.asked()
    town.sender(people, alice)
    assert town.asked() == asked
    town.forward(ASK_AGAIN.total_seconds() + 30)
    assert town.sender(people, alice) is not None


def test_nobody_is_asked_about_over_and_over(town: Town) -> None:
    people = town.people()
    for _ in range(5):
        town.office.run(people.learn(["U0NOBODY", ""]))
        town.forward(60)
    assert town.asked() == 1
    town.forward(NOBODY_FOR.total_seconds())
    town.office.run(people.learn(["U0NOBODY"]))
    assert town.asked() == 2


def test_channels_are_what_slack_says(town: Town) -> None:
    world, scene, rooms = town.world, town.office.scene, town.rooms()
    acme = world.workspace("acme")
    secret = world.channel("secret", scene.alice, members=[scene.crm], private=True)
    shared = world.channel("shared", scene.alice, members=[scene.crm])
    world.connect(shared, acme)
    direct = world.dm(scene.alice, scene.crm)
    channels = (scene.sales, secret, shared, direct)
    town.office.run(rooms.learn([channel.id for channel in channels]))
    kinds = [rooms.room(channel.id).kind for channel in channels]
    assert kinds == [RoomKind.CHANNEL, RoomKind.GROUP, RoomKind.SHARED, RoomKind.DIRECT]
    assert [rooms.room(channel.id).title for channel in channels] == ["sales", "secret", "shared", ""]
    facts = rooms.get(shared.id)
    assert facts is not None
    assert facts.teams == (acme.id,)
    town.office.run(town.rooms().learn([channel.id for channel in channels]))
    assert town.asked("conversations.info") == 4


def test_a_channel_that_changed_is_asked_about_again(town: Town) -> None:
    world, scene, rooms = town.world, town.office.scene, town.rooms()
    town.office.run(rooms.learn([scene.sales.id]))
    world.rename(scene.alice, scene.sales, "sales-emea")
    rooms.forget(scene.sales.id)
    town.office.run(rooms.learn([scene.sales.id]))
    assert rooms.room(scene.sales.id).title == "sales-emea"


def test_a_channel_that_could_not_be_asked_about_is_guessed_and_known_later(town: Town) -> None:
    scene, rooms = town.office.scene, town.rooms()
    town.world.faults.add("conversations.info", Fault("ratelimited", retry_after=20), times=None)
    town.office.run(rooms.learn([scene.sales.id]))
    assert (rooms.room(scene.sales.id).kind, rooms.room(scene.sales.id).title) == (RoomKind.CHANNEL, "")
    assert rooms.room(scene.sales.id, shared=True).kind is RoomKind.SHARED
    town.world.faults.clear()
    town.forward(60)
    town.office.run(rooms.learn([scene.sales.id]))
    assert rooms.room(scene.sales.id).title == "sales"


def test_a_stub_of_a_file_is_asked_about_once(town: Town) -> None:
    scene, files = town.office.scene, town.files()
    message = town.world.share_file(scene.alice, scene.sales, "po.pdf", b"%PDF-1.7", mimetype="application/pdf")
    file_id = message.body["files"][0]["id"]
    stub = {"files": [{"id": file_id, "mode": "file_access", "file_access": "check_file_info"}]}
    assert files.of(stub) == (Attachment(file_id),)
    town.office.run(files.learn([file_id]))
    town.office.run(files.learn([file_id]))
    assert files.of(stub) == (Attachment(file_id, "po.pdf", "application/pdf", 8),)
    assert town.asked("files.info") == 1
