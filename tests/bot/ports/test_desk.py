"""What the adapters show a person besides answers: suggestions, my day, previews, guesses, the hello."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from sqlmodel import Session, col, select

from bot import config
from bot.ports.desk import CoreDesk
from bot.threads import Core
from crm_core.chat import Room, RoomKind, Sender, SenderKind
from crm_core.conversations.tables import Conversation, FormerRoom
from crm_core.customers import identities
from crm_core.customers.tables import Customer
from crm_core.desk import Choice
from crm_core.people.tables import AuditEntry
from crm_core.platforms import memory
from tests.bot.conftest import CUSTOMER, Chat, colleague, shown
from tests.conftest import NOW

T = TypeVar("T")

ROOM = Room("C1", RoomKind.CHANNEL, "acme")


class Desk:
    """The desk over the database of a chat, asked from plain functions."""

    def __init__(self, chat: Chat) -> None:
        self.core = Core(chat.database, threads=2)
        self.desk = CoreDesk(self.core, config.parse({"bot": {"language": "en"}}), lambda: chat.now)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run(work)

    def names(self, who: str, text: str, limit: int = 20) -> list[str]:
        return [choice.name for choice in self.run(self.desk.suggest("fake", who, text, limit))]


@pytest.fixture
def desk(chat: Chat) -> Iterator[Desk]:
    for text in ("new Acme Tools", "new Robert Stone, Stone Works", "新建 张三丰", "new Zebra"):
        chat.card("alice", text)
    chat.card("charlie", "new Acme Secret")
    desk = Desk(chat)
    yield desk
    desk.core.close()


@pytest.fixture
def written(chat: Chat) -> Callable[[Callable[[Session], None]], None]:
    def write(change: Callable[[Session], None]) -> None:
        with chat.database.writing() as session:
            change(session)

    return write


class TestSuggestions:
    @pytest.mark.parametrize(
        ("typed", "name"),
        [
            ("acm", "Acme Tools"),
            ("ACME", "Acme Tools"),
            ("zhangsan", "张三丰"),
            ("张", "张三丰"),
            ("Robret Stone", "Robert Stone"),
        ],
    )
    def test_they_forgive_what_is_half_typed_or_mistyped(self, desk: Desk, typed: str, name: str) -> None:
        assert name in desk.names("alice", typed)

    def test_the_second_line_tells_customers_of_one_name_apart(self, desk: Desk) -> None:
        (choice,) = desk.run(desk.desk.suggest("fake", "alice", "Robert Stone"))
        assert choice.about == "Stone Works · Alice"
        assert choice.reference.startswith("#")

    def test_nothing_typed_brings_ones_own(self, desk: Desk) -> None:
        assert desk.names("alice", "") == ["Zebra", "张三丰", "Robert Stone", "Acme Tools"]
        assert desk.names("alice", "", limit=2) == ["Zebra", "张三丰"]

    def test_the_customer_of_the_latest_contact_comes_first(self, desk: Desk, written: Any) -> None:
        def touch(session: Session) -> None:
            for name, days in (("Acme Tools", 1), ("张三丰", 2)):
                customer = session.exec(select(Customer).where(Customer.name == name)).one()
                customer.last_contact_at = NOW - timedelta(days=days)

        written(touch)
        assert desk.names("alice", "")[:2] == ["Acme Tools", "张三丰"]
        assert desk.names("bob", "")[:2] == ["Acme Tools", "张三丰"]

    def test_they_hold_no_customers_of_others(self, desk: Desk) -> None:
        assert "Acme Secret" not in desk.names("alice", "acme")
        assert "Acme Tools" not in desk.names("charlie", "acme")
        assert desk.names("charlie", "") == ["Acme Secret"]

    def test_strangers_and_customers_get_none(self, desk: Desk) -> None:
        assert desk.names("mallory", "acme") == []
        assert desk.names(CUSTOMER.platform_id, "") == []

    def test_a_text_without_end_is_cut(self, desk: Desk) -> None:
        assert desk.names("alice", "x" * 100_000) == []

    def test_what_was_suggested_is_on_record_once_while_typing(self, desk: Desk, chat: Chat) -> None:
        for typed in ("zeb", "zebr", "zebra"):
            assert desk.names("alice", typed) == ["Zebra"]
        assert _on_record(chat, "saw suggest") == [("Alice", "Zebra")]
        chat.later(minutes=11)
        desk.names("alice", "zebra")
        assert _on_record(chat, "saw suggest") == [("Alice", "Zebra")] * 2


class TestMyDay:
    def test_it_begins_with_what_is_overdue_and_ends_with_help(self, desk: Desk, chat: Chat) -> None:
        chat.card("alice", "remind me tomorrow 9am to call Acme Tools")
        chat.card("alice", "remind me in 2 hours to write to Zebra")
        chat.card("alice", "remind me in 30 days to celebrate")
        chat.later(days=1)
        cards = desk.run(desk.desk.my_day("fake", "alice"))
        titles = [card.title or card.text.partition(" ·")[0] for card in cards]
        assert titles[0].startswith("Alice, today is")
        assert titles[1:3] == ["Overdue", "Overdue"]
        assert "write to Zebra" in cards[1].text
        assert [button.label for button in cards[1].buttons] == ["Done", "In 1 hour", "Tomorrow", "Open customer"]
        assert "Open besides: 1" in cards[3].text
        assert titles[-4:] == ["Recent customers", "Connected channels", "Settings", "Help"]

    def test_it_names_the_rooms_that_are_linked(self, desk: Desk, written: Any) -> None:
        def link(session: Session) -> None:
            acme = session.exec(select(Customer).where(Customer.name == "Acme Tools")).one()
            secret = session.exec(select(Customer).where(Customer.name == "Acme Secret")).one()
            for number, customer in enumerate((acme, secret)):
                session.add(
                    Conversation(
                        platform="fake",
                        platform_id=f"C{number}",
                        kind=RoomKind.SHARED,
                        title=f"room-{number}",
                        customer_id=customer.id,
                        created_at=NOW,
                    )
                )

        written(link)
        text = "\n".join(shown(card) for card in desk.run(desk.desk.my_day("fake", "alice")))
        assert "room-0 → Acme Tools" in text
        assert "room-1" not in text
        assert "Secret" not in text

    def test_a_room_whose_past_is_being_read_again_says_how_far_it_is(self, desk: Desk, written: Any) -> None:
        def link(session: Session) -> None:
            acme = session.exec(select(Customer).where(Customer.name == "Acme Tools")).one()
            room = Conversation(
                platform="fake",
                platform_id="C1",
                kind=RoomKind.SHARED,
                title="room",
                customer_id=acme.id,
                created_at=NOW,
                last_message_at=NOW,
            )
            session.add(room)
            behind = {"complete_up_to": (NOW - timedelta(hours=3)).isoformat()}
            memory.put(session, "fake", "history", "C1", behind, now=NOW)
            memory.put(session, "elsewhere", "history", "C2", behind, now=NOW)

        written(link)
        text = "\n".join(shown(card) for card in desk.run(desk.desk.my_day("fake", "alice")))
        assert "room → Acme Tools · catching up, complete up to" in text

    def test_it_is_on_record_and_nobodys_for_strangers(self, desk: Desk, chat: Chat) -> None:
        desk.run(desk.desk.my_day("fake", "alice"))
        assert ("Alice", "Zebra") in _on_record(chat, "saw my day")
        assert desk.run(desk.desk.my_day("fake", "mallory")) == ()


class TestPreview:
    def _preview(self, desk: Desk, who: str, *others: Sender) -> tuple[str, bool] | None:
        found = desk.run(desk.desk.preview("fake", who, _reference(desk, "Zebra"), others))
        return None if found is None else (found.card.title, found.apart)

    def test_it_stands_in_the_room_when_everybody_there_may_see_it(self, desk: Desk, chat: Chat) -> None:
        title, apart = self._preview(desk, "alice", colleague("bob")) or ("", True)
        assert title.startswith("Zebra")
        assert not apart
        with chat.database.reading() as session:
            shown = select(AuditEntry.details).where(AuditEntry.action == "saw preview")
            assert session.exec(shown).all() == [{"readers": ["bob"]}]

    @pytest.mark.parametrize("reader", [colleague("charlie"), CUSTOMER, Sender("x", kind=SenderKind.GUEST)])
    def test_it_is_for_the_poster_alone_when_somebody_may_not(self, desk: Desk, reader: Sender) -> None:
        assert (self._preview(desk, "alice", reader) or ("", False))[1]

    def test_a_room_nobody_knows_is_one_with_outsiders(self, desk: Desk) -> None:
        found = desk.run(desk.desk.preview("fake", "alice", _reference(desk, "Zebra"), None))
        assert found is not None
        assert found.apart

    @pytest.mark.parametrize("who", ["charlie", "mallory", CUSTOMER.platform_id])
    def test_who_may_not_see_the_record_gets_nothing(self, desk: Desk, who: str) -> None:
        assert self._preview(desk, who) is None

    @pytest.mark.parametrize("reference", ["", "#", "#x", "#-1", "#99999999999999999999", "#404", "²"])
    def test_a_reference_to_nothing_gets_nothing(self, desk: Desk, reference: str) -> None:
        assert desk.run(desk.desk.preview("fake", "alice", reference)) is None


def _rename(session: Session) -> None:
    """The room C1 is C2 now."""
    room = session.exec(select(Conversation).where(Conversation.platform_id == "C1")).one()
    session.add(FormerRoom(platform="fake", platform_id="C1", conversation_id=room.id))
    room.platform_id = "C2"


class TestGuess:
    def _know(self, session: Session, name: str) -> None:
        customer = session.exec(select(Customer).where(Customer.name == name)).one()
        seen = identities.seen(session, "fake", CUSTOMER, now=NOW, country="CN")
        seen.customer_id = customer.id

    def test_the_customer_of_the_author_is_guessed(self, desk: Desk, written: Any) -> None:
        written(lambda session: self._know(session, "Zebra"))
        guess = desk.run(desk.desk.guess("fake", "alice", "C1", CUSTOMER.platform_id))
        assert isinstance(guess, Choice)
        assert guess.name == "Zebra"

    def test_the_customer_of_the_room_comes_first(self, desk: Desk, chat: Chat, written: Any) -> None:
        written(lambda session: self._know(session, "Zebra"))
        chat.platform.rooms["C1"] = (colleague("alice"),)
        chat.say("alice", "link Acme Tools", room="C1")
        guess = desk.run(desk.desk.guess("fake", "alice", "C1", CUSTOMER.platform_id))
        assert guess is not None
        assert guess.name == "Acme Tools"

    def test_a_room_is_known_by_an_id_it_had_before(self, desk: Desk, chat: Chat, written: Any) -> None:
        chat.platform.rooms["C1"] = (colleague("alice"),)
        chat.say("alice", "link Acme Tools", room="C1")
        written(_rename)
        guess = desk.run(desk.desk.guess("fake", "alice", "C1"))
        assert guess is not None
        assert guess.name == "Acme Tools"

    def test_a_hidden_customer_is_not_guessed(self, desk: Desk, written: Any) -> None:
        written(lambda session: self._know(session, "Acme Secret"))
        assert desk.run(desk.desk.guess("fake", "alice", "C1", CUSTOMER.platform_id)) is None


class TestHello:
    def test_it_tells_what_is_kept_and_asks_for_the_customer(self, desk: Desk) -> None:
        card = desk.run(desk.desk.hello("fake", "alice", ROOM))
        assert card is not None
        assert "is kept with" in card.text
        assert card.picker is not None
        assert card.picker.command == "link"

    def test_in_a_shared_channel_it_says_that_outsiders_see_nothing(self, desk: Desk) -> None:
        card = desk.run(desk.desk.hello("fake", "alice", Room("C2", RoomKind.SHARED)))
        assert card is not None
        assert "Nobody in this shared channel sees our records" in card.text

    def test_a_stranger_is_told_nothing(self, desk: Desk) -> None:
        assert desk.run(desk.desk.hello("fake", "mallory", ROOM)) is None


def test_a_colleague_is_known_with_language_and_zone(desk: Desk, chat: Chat) -> None:
    chat.card("alice", "staff zone Asia/Tokyo")
    found = desk.run(desk.desk.colleague("fake", "alice"))
    assert found is not None
    assert (found.name, found.language, found.timezone) == ("Alice", "en", "Asia/Tokyo")
    assert desk.run(desk.desk.colleague("fake", "mallory")) is None


def _reference(desk: Desk, name: str) -> str:
    found = desk.run(
        desk.core.read(lambda session: session.exec(select(Customer.id).where(Customer.name == name)).one())
    )
    return f"#{found}"


def _on_record(chat: Chat, action: str) -> list[tuple[str, str]]:
    with chat.database.reading() as session:
        rows = session.exec(
            select(AuditEntry.actor, Customer.name)
            .join(Customer, col(Customer.id) == AuditEntry.customer_id)
            .where(AuditEntry.action == action)
            .order_by(col(AuditEntry.id))
        )
        return [(actor, name) for actor, name in rows]
