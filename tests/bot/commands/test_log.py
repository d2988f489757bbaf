"""归档/log in a room: one message or a thread, a note with it, twice, undone, and by whom not."""

from dataclasses import replace

import pytest

from crm_core.chat import InboundMessage, OutboundMessage, Room, RoomKind, Sender
from crm_core.conversations import messages
from tests.bot.conftest import CUSTOMER, Chat, colleague, shown

ROOM = "C1"


class Thread:
    """A customer asks in a room, Alice answers in the thread; the bot is then spoken to."""

    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        chat.platform.rooms[ROOM] = (colleague("alice"), colleague("bob"), CUSTOMER)
        self.post(CUSTOMER, "Can I have the Q4 quote?", "1.1")
        self.post(colleague("alice"), "Tomorrow!", "1.2", thread="1.1")
        self.post(CUSTOMER, "Something else", "1.3")

    def post(self, sender: Sender, text: str, id_: str, *, thread: str = "") -> None:
        inbound, _ = self.chat.envelope(sender, text, room=ROOM)
        place = Room(ROOM, RoomKind.GROUP)
        said = replace(inbound, platform_message_id=id_, thread_id=thread, addressed=False, room=place)
        with self.chat.database.writing() as session:
            messages.record(session, said, now=self.chat.now)

    def say(self, who: str, text: str, *, thread: str = "") -> list[OutboundMessage]:
        inbound, envelope_id = self.chat.envelope(who, text, room=ROOM)
        return self.chat.handle(_in(inbound, thread), envelope_id)

    def text(self, who: str, text: str, *, thread: str = "") -> str:
        (message,) = self.say(who, text, thread=thread)
        return shown(message.card)

    def history(self, who: str = "alice") -> str:
        return shown(self.chat.card(who, "history Acme"))


def _in(inbound: InboundMessage, thread: str) -> InboundMessage:
    return replace(inbound, thread_id=thread)


@pytest.fixture
def thread(chat: Chat) -> Thread:
    chat.card("alice", "new Acme")
    chat.card("charlie", "new Secret")
    return Thread(chat)


def test_in_a_thread_all_of_it_is_logged(thread: Thread) -> None:
    assert "Logged 2 messages to Acme." in thread.text("alice", "log acme", thread="1.1")
    history = thread.history()
    assert "Q4 quote" in history
    assert "Tomorrow!" in history
    assert "Something else" not in history


def test_one_message_is_logged_by_its_id(thread: Thread) -> None:
    assert "已把 1 条消息归到 Acme 名下" in thread.text("alice", "归档 #1 消息 1.1")
    assert "Tomorrow!" not in thread.history()


@pytest.mark.parametrize("text", ["log #1 message 1.2 thread", "归档 #1 消息 1.2 整串"])
def test_the_whole_thread_of_a_message_is_logged(thread: Thread, text: str) -> None:
    thread.text("alice", text)
    assert "Q4 quote" in thread.history()
    assert "Tomorrow!" in thread.history()


def test_twice_is_noticed_and_said(thread: Thread) -> None:
    thread.text("alice", "log #1 message 1.1")
    assert "Alice logged it to Acme already (today 10:20)" in thread.text("bob", "log #1 message 1.1")
    assert "Logged 1 message to Acme. It had 1 message already." in thread.text("alice", "log #1 message 1.1 thread")


def test_it_can_be_undone(thread: Thread) -> None:
    thread.text("alice", "log acme", thread="1.1")
    thread.text("alice", "undo")
    assert "Q4 quote" not in thread.history()


def test_a_note_or_a_reminder_may_come_with_it(thread: Thread) -> None:
    text = thread.text("alice", "log #1 message 1.1\nnote #1: wants it\nby Friday")
    assert "Noted about Acme: wants it by Friday" in text
    text = thread.text("alice", "log #1 message 1.1\nremind #1 2026-11-20 09:00 send the quote")
    assert "send the quote" in text
    assert "Fri 20 Nov" in text
    assert "logged it to Acme already" in text
    thread.text("alice", "undo")
    assert "send the quote" not in shown(thread.chat.card("alice", "todo"))


def test_without_a_thread_it_says_where_to_use_it(thread: Thread) -> None:
    assert "inside a thread" in thread.text("alice", "log acme")
    assert "话题" in thread.text("alice", "归档 acme")


def test_a_message_nobody_has_is_said_to_be_missing(thread: Thread) -> None:
    assert "Add me to the channel" in thread.text("alice", "log #1 message 9.9")


def test_hidden_customers_and_forged_numbers_are_refused(thread: Thread) -> None:
    for text in ("log #2 message 1.1", "log #999999 message 1.1", "log Secret message 1.1"):
        answer = thread.text("alice", text)
        assert "Logged" not in answer
        assert "Charlie" not in answer


def test_customers_and_guests_log_nothing(thread: Thread) -> None:
    inbound, envelope_id = thread.chat.envelope(CUSTOMER, "log #1 message 1.1", room=ROOM)
    (message,) = thread.chat.handle(inbound, envelope_id)
    assert "Acme" not in shown(message.card)
    assert "Q4 quote" not in thread.history()


def test_a_name_of_several_asks_which_and_keeps_the_message(thread: Thread) -> None:
    thread.chat.card("alice", "new anyway Acme, Initech")
    (message,) = thread.say("alice", "log Acme message 1.1")
    assert message.card.buttons[0].command.endswith("message 1.1")
