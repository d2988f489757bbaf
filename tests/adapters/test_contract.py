"""What every platform promises (`crm_core/chat.py`), the fake of the tests included."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import pytest

from adapters.console.client import Console
from adapters.console.world import DEMO
from bot.ports.board import CoreBoard
from bot.threads import Core
from crm_core.chat import Attachment, Card, ChatPlatform, DeliveryError, OutboundMessage, Pacing, Sender, SenderKind
from crm_core.database import Database
from tests.adapters.cupboard import PDF, PNG, Cupboard
from tests.adapters.slack.office import open_offices
from tests.adapters.wecom.office import open_offices as open_wecom
from tests.conftest import NOW
from tests.fakes.platform import FakePlatform

T = TypeVar("T")


@dataclass(frozen=True)
class Place:
    """A platform with Alice in a room of it, and Bob where the room has place for him."""

    platform: ChatPlatform
    runner: asyncio.Runner
    room: str = "group:east"
    readers: tuple[str, ...] = ("alice", "bob")
    shelf: Cupboard = field(default_factory=Cupboard)

    @property
    def alice(self) -> str:
        return self.readers[0]

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def message(self, key: str = "one") -> OutboundMessage:
        return OutboundMessage(self.room, Card(text="hello"), key=key)


def console_over(database: Database, shelf: Cupboard | None = None) -> Console:
    return Console(CoreBoard(Core(database, threads=2), lambda: NOW), DEMO, shelf or Cupboard())


@pytest.fixture
def console(database: Database) -> Console:
    return console_over(database)


@contextmanager
def fake_place() -> Iterator[Place]:
    fake = FakePlatform()
    fake.rooms["group:east"] = (Sender("alice", "Alice"), Sender("bob", "Bob"))
    with asyncio.Runner() as runner:
        yield Place(fake, runner)


@contextmanager
def console_place(database: Database) -> Iterator[Place]:
    shelf = Cupboard()
    with asyncio.Runner() as runner:
        yield Place(console_over(database, shelf), runner, shelf=shelf)


@contextmanager
def slack_place() -> Iterator[Place]:
    with open_offices() as office:
        scene = office.scene
        yield Place(office.slack, office.runner, scene.sales.id, (scene.alice.id, scene.bob.id), office.shelf)


@contextmanager
def wecom_place() -> Iterator[Place]:
    with open_wecom() as office:
        yield Place(office.node, office.runner, "direct:alice", ("alice",), office.shelf)


PLACES = {"slack": slack_place, "wecom": wecom_place, "fake": fake_place}


@pytest.fixture(params=["console", *PLACES])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    if request.param == "console":
        opened = console_place(request.getfixturevalue("sqlite_database"))
    else:
        opened = PLACES[request.param]()
    with opened as place:
        yield place


def test_it_has_a_name_and_a_pace(place: Place) -> None:
    assert place.platform.name.islower()
    assert isinstance(place.platform.pacing, Pacing)


def test_the_same_key_is_never_shown_twice(place: Place) -> None:
    first, again = (place.run(place.platform.send(place.message())) for _ in range(2))
    assert first == again


def test_what_was_sent_is_found_by_its_key(place: Place) -> None:
    assert place.run(place.platform.find(place.room, "one")) is None
    receipt = place.run(place.platform.send(place.message()))
    assert place.run(place.platform.find(place.room, "one")) == receipt
    assert place.run(place.platform.find("x", "one")) is None


def test_without_a_key_every_message_is_shown(place: Place) -> None:
    receipts = {place.run(place.platform.send(place.message(key=""))) for _ in range(2)}
    assert len(receipts) == 2


def test_files_are_shown_with_their_words_and_once(place: Place) -> None:
    files = (place.shelf.put("报价单.pdf", PDF), place.shelf.put("poster.png", PNG))
    message = replace(place.message("files"), files=files)
    assert place.run(place.platform.find(place.room, "files")) is None
    first, again = (place.run(place.platform.send(message)) for _ in range(2))
    assert first == again
    assert first.platform_message_id
    assert place.run(place.platform.find(place.room, "files")) == first


def test_what_was_never_attached_is_not_fetched(place: Place) -> None:
    with pytest.raises(DeliveryError):
        place.run(place.platform.fetch(place.room, Attachment("nothing"), 1_000))


def test_it_tells_who_reads_in_a_room_the_bot_left_out(place: Place) -> None:
    roster = place.run(place.platform.roster(place.room))
    assert tuple(sender.platform_id for sender in roster) == place.readers
    assert {sender.kind for sender in roster} == {SenderKind.MEMBER}


def test_a_direct_room_can_be_sent_to(place: Place) -> None:
    room = place.run(place.platform.direct_room(place.alice))
    assert place.run(place.platform.send(OutboundMessage(room, Card(text="hello")))).platform_message_id


def test_what_is_for_one_reader_can_be_sent(place: Place) -> None:
    whisper = OutboundMessage(place.room, Card(text="hello"), only_for=place.alice)
    assert place.run(place.platform.send(whisper)).platform_message_id


def test_it_says_how_it_is_without_secrets(place: Place) -> None:
    assert place.run(place.platform.state())["status"] == "ok"


def test_the_console_refuses_a_room_that_is_not_there_for_good(console: Console) -> None:
    with pytest.raises(DeliveryError) as refused:
        asyncio.run(console.send(OutboundMessage("group:nowhere", Card(text="hello"))))

    assert refused.value.permanent


def test_the_console_knows_who_is_a_guest_and_who_a_customer(console: Console) -> None:
    kinds = {sender.platform_id: sender.kind for sender in asyncio.run(console.roster("group:zhangsan"))}

    assert kinds == {"alice": SenderKind.MEMBER, "zhangsan": SenderKind.EXTERNAL, "guest": SenderKind.GUEST}


def test_the_console_shows_each_reader_their_own_in_order(console: Console) -> None:
    async def seen(reader: str) -> tuple[list[str], list[str]]:
        after = await console.board.after({"group:east": 0, "direct:alice": 0}, reader=reader, limit=10)
        latest = await console.board.latest("group:east", reader=reader, limit=2)
        return [post.card["text"] for post in after], [post.card["text"] for post in latest]

    async def talk() -> None:
        for text, only_for in (("one", ""), ("two", "alice"), ("three", "bob"), ("four", "")):
            await console.send(OutboundMessage("group:east", Card(text=text), only_for=only_for))

    asyncio.run(talk())
    assert asyncio.run(seen("alice")) == (["one", "two", "four"], ["two", "four"])
    assert asyncio.run(seen("bob")) == (["one", "three", "four"], ["three", "four"])
