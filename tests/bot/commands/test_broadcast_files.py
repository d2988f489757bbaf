"""群发/broadcast with pictures and files: given with the message, before it, or after the preview."""

import sqlite3

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from bot.ports.shelf import CoreShelf
from crm_core.chat import Attachment
from crm_core.database import Database
from crm_core.enclosure import LARGEST
from crm_core.outreach import enclosures
from crm_core.outreach.tables import Broadcast
from tests.adapters.cupboard import PDF, PNG
from tests.bot.commands.vips import introduce, recipients
from tests.bot.conftest import Chat, shown


@pytest.fixture
def chat(chat: Chat) -> Chat:
    introduce(chat)
    return chat


def names(database: Database, broadcast_id: int = 1) -> list[str]:
    with database.reading() as session:
        return [file.name for file in enclosures.of(session.get_one(Broadcast, broadcast_id))]


def test_the_message_that_starts_it_brings_the_file(chat: Chat) -> None:
    card = chat.card("alice", "broadcast VIP: Hello {name}", files={"list.pdf": PDF, "poster.png": PNG})
    assert "Files: list.pdf (17 B, file), poster.png (17 B, picture)" in shown(card)
    chat.card("alice", "yes")
    assert recipients(chat) == ["ann", "ben"]
    assert names(chat.database) == ["list.pdf", "poster.png"]
    assert "list.pdf" in shown(chat.card("alice", "broadcast 1"))


def test_a_file_given_after_the_preview_goes_along_and_can_be_taken_out(chat: Chat) -> None:
    first = chat.card("alice", "broadcast VIP: Hello")
    assert "Give me a picture or a file" in first.footer
    second = chat.card("alice", "", files={"poster.png": PNG})
    assert "poster.png (17 B, picture)" in shown(second)
    assert chat.card("alice", "", files={"list.pdf": PDF}).fields[1].value.count("B, ") == 2
    without = next(button.command for button in second.buttons if button.label == "Without files")
    assert "Files" not in shown(chat.card("alice", without))
    chat.card("alice", "yes")
    assert names(chat.database) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("broadcast VIP with file: Hello", ["poster.png"]),
        ("broadcast VIP with the last 2 files: Hello", ["list.pdf", "poster.png"]),
        ("broadcast VIP with file #1: Hello", ["list.pdf"]),
        ("broadcast VIP attachment #1 #2: Hello", ["list.pdf", "poster.png"]),
        ("broadcast VIP tomorrow 10am with file: Hello", ["poster.png"]),
        ("群发 VIP 带附件: 大家好", ["poster.png"]),
        ("群发 VIP 附件 #1: 大家好", ["list.pdf"]),
        ("群发 VIP 附件#1、#2：大家好", ["list.pdf", "poster.png"]),
        ("群发 VIP 明天10点 带2个附件: 大家好", ["list.pdf", "poster.png"]),
        ("群发 VIP 带图片：", ["poster.png"]),
        ("broadcast VIP: with file attached", []),
    ],
)
def test_what_was_given_before_is_meant_by_number_or_as_the_last(chat: Chat, text: str, wanted: list[str]) -> None:
    got = chat.card("alice", "", files={"list.pdf": PDF})
    assert "Got file #1: list.pdf (17 B, file)" in got.text
    chat.card("alice", "", files={"poster.png": PNG})
    chat.card("alice", text)
    assert names(chat.database) == wanted


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("broadcast VIP with file: Hello", "no file within a day"),
        ("群发 VIP 带附件: 你好", "没有给我发过文件"),
        ("broadcast VIP with file #7: Hello", "no file #7 of yours"),
        ("broadcast Nix with file: Hello", "no file within a day"),
    ],
)
def test_a_file_that_is_not_there_has_its_mend(chat: Chat, text: str, says: str) -> None:
    assert says in shown(chat.card("alice", text))
    with chat.database.reading() as session:
        assert session.exec(select(Broadcast)).all() == []


def test_in_a_channel_the_file_given_in_the_direct_chat_is_meant_too(chat: Chat) -> None:
    chat.card("alice", "", files={"list.pdf": PDF})
    chat.platform.rooms["sales"] = ()
    (answer,) = chat.say("alice", "broadcast VIP with file: Hello", room="sales")
    assert "list.pdf (17 B, file)" in shown(answer.card)


def test_a_file_with_a_word_about_it_is_a_file(chat: Chat) -> None:
    assert "Got file #1: list.pdf" in chat.card("alice", "our autumn catalogue", files={"list.pdf": PDF}).text
    assert "Ann #1" in shown(chat.card("alice", "Ann", files={"list.pdf": PDF}))


def test_files_of_others_are_nobody_elses(chat: Chat) -> None:
    chat.card("bob", "", files={"list.pdf": PDF})
    assert "no file #1 of yours" in shown(chat.card("alice", "broadcast VIP with file #1: Hello"))


def test_a_file_that_could_not_be_had_stops_the_broadcast(chat: Chat) -> None:
    message, envelope_id = chat.envelope("alice", "broadcast VIP: Hello", files={"list.pdf": PDF})
    chat.platform.files.clear()
    (answer,) = chat.handle(message, envelope_id)
    assert "could not be fetched" in answer.card.text
    assert "Nothing is sent without it" in answer.card.text
    big = chat.card("alice", "", files={"film.mp4": b"\0" * (LARGEST + 1)})
    assert "film.mp4: The file is too large: at most 20 MB" in big.text


def test_whatever_goes_wrong_with_a_file_is_answered(
    chat: Chat, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fetch(room_id: str, file: Attachment, most: int) -> bytes:
        raise KeyError(room_id, file, most)

    monkeypatch.setattr(chat.platform, "fetch", fetch)
    answer = chat.card("alice", "broadcast VIP: Hello", files={"list.pdf": PDF})
    assert "list.pdf: The file could not be fetched" in answer.text
    assert "KeyError" in caplog.text
    assert "list.pdf" not in "".join(record.getMessage() for record in caplog.records)


def test_while_the_database_is_away_a_file_is_not_said_to_be_missing(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def keep(_shelf: CoreShelf, _content: bytes) -> str:
        raise OperationalError("away", None, sqlite3.OperationalError("disk I/O error"))

    monkeypatch.setattr(CoreShelf, "keep", keep)
    message, envelope_id = chat.envelope("alice", "broadcast VIP: Hello", files={"list.pdf": PDF})
    before = len(chat.platform.sent)
    with pytest.raises(OperationalError):
        chat.handle(message, envelope_id)
    assert len(chat.platform.sent) == before


def test_a_picture_alone_is_a_broadcast_too(chat: Chat) -> None:
    card = chat.card("alice", "群发 VIP:", files={"poster.png": PNG})
    assert "2 位客户会收到" in card.title
    assert "Without" not in shown(card)
    chat.card("alice", "是")
    assert recipients(chat) == ["ann", "ben"]


def test_in_the_list_each_has_its_words_and_the_names_of_its_files(chat: Chat) -> None:
    for text, files in (("", {"poster.png": PNG}), ("Hello", {"list.pdf": PDF, "poster.png": PNG}), ("Hi", {})):
        chat.card("alice", f"broadcast VIP: {text}", files=files)
        chat.card("alice", "yes")
    listed = [item.split(" · ")[3] for item in chat.card("alice", "broadcasts").items]
    assert listed == ["Hi", "Hello (with list.pdf, poster.png)", "poster.png"]


def test_who_may_send_no_broadcasts_gives_no_files(chat: Chat) -> None:
    chat.card("dora", "staff Alice role viewer")
    assert "I am here" in chat.card("alice", "", files={"list.pdf": PDF}).text


def test_a_resent_broadcast_has_the_same_files(chat: Chat) -> None:
    chat.card("alice", "broadcast VIP: Hello", files={"list.pdf": PDF})
    chat.card("alice", "no")
    chat.card("alice", "broadcast resend 1")
    assert names(chat.database, 2) == ["list.pdf"]


def test_nothing_is_put_into_what_is_under_way(chat: Chat) -> None:
    chat.card("alice", "broadcast VIP tomorrow 10am: Hello")
    chat.card("alice", "yes")
    assert "cannot be done" in shown(chat.card("alice", "broadcast attach 1", files={"list.pdf": PDF}))
    assert names(chat.database) == []


def test_the_button_of_a_preview_without_the_file_does_not_send_it(chat: Chat) -> None:
    before = chat.card("alice", "broadcast VIP: Hello").buttons[0].command
    after = chat.card("alice", "", files={"list.pdf": PDF}).buttons[0].command
    asked = chat.card("alice", before)
    assert "The files are others by now" in asked.text
    assert recipients(chat) == []
    assert asked.buttons[0].command == after
    chat.card("alice", after)
    assert recipients(chat) == ["ann", "ben"]
