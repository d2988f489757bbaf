"""What every platform promises (`crm_core/chat.py`), the fake of the tests included."""

import asyncio

import pytest

from adapters.console.client import Console
from adapters.console.world import DEMO
from bot.board import CoreBoard
from bot.threads import Core
from crm_core.chat import Card, ChatPlatform, DeliveryError, OutboundMessage, Pacing, Sender, SenderKind
from crm_core.database import Database
from tests.conftest import NOW
from tests.fakes.platform import FakePlatform

MESSAGE = OutboundMessage("group:east", Card(text="hello"), key="one")


def console_over(database: Database) -> Console:
    return Console(CoreBoard(Core(database, threads=2), lambda: NOW), DEMO)


@pytest.fixture
def console(database: Database) -> Console:
    return console_over(database)


@pytest.fixture(params=["console", "fake"])
def platform(request: pytest.FixtureRequest) -> ChatPlatform:
    if request.param == "console":
        return console_over(request.getfixturevalue("sqlite_database"))
    fake = FakePlatform()
    fake.rooms["group:east"] = (Sender("alice", "Alice"), Sender("bob", "Bob"))
    return fake


def test_it_has_a_name_and_a_pace(platform: ChatPlatform) -> None:
    assert platform.name.islower()
    assert isinstance(platform.pacing, Pacing)


def test_the_same_key_is_never_shown_twice(platform: ChatPlatform) -> None:
    async def twice() -> tuple[str, str]:
        first, again = await platform.send(MESSAGE), await platform.send(MESSAGE)
        return first.platform_message_id, again.platform_message_id

    first, again = asyncio.run(twice())
    assert first == again


def test_what_was_sent_is_found_by_its_key(platform: ChatPlatform) -> None:
    async def look() -> tuple[bool, bool, bool]:
        before = await platform.find("group:east", "one")
        receipt = await platform.send(MESSAGE)
        return (
            before is None,
            await platform.find("group:east", "one") == receipt,
            await platform.find("x", "one") is None,
        )

    assert asyncio.run(look()) == (True, True, True)


def test_without_a_key_every_message_is_shown(platform: ChatPlatform) -> None:
    async def twice() -> int:
        message = OutboundMessage("group:east", Card(text="hello"))
        return len({(await platform.send(message)).platform_message_id for _ in range(2)})

    assert asyncio.run(twice()) == 2


def test_it_tells_who_reads_in_a_room_the_bot_left_out(platform: ChatPlatform) -> None:
    roster = asyncio.run(platform.roster("group:east"))

    assert [sender.platform_id for sender in roster] == ["alice", "bob"]
    assert {sender.kind for sender in roster} == {SenderKind.MEMBER}


def test_a_direct_room_can_be_sent_to(platform: ChatPlatform) -> None:
    async def send() -> str:
        room_id = await platform.direct_room("alice")
        return (await platform.send(OutboundMessage(room_id, Card(text="hello")))).platform_message_id

    assert asyncio.run(send())


def test_it_says_how_it_is_without_secrets(platform: ChatPlatform) -> None:
    assert asyncio.run(platform.state()) == {"status": "ok"}


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
