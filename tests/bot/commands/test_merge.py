"""合并/merge: previewed, confirmed, undone."""

import re

import pytest

from tests.bot.conftest import Chat, shown


@pytest.fixture
def chat(chat: Chat) -> Chat:
    """Alice's Robert (a VIP) and Bob Smith of Acme, and two of the name 李四; Charlie's Carol."""
    chat.card("alice", "new Robert phone 13800138801 tag VIP")
    chat.card("alice", "new Bob Smith phone 13800138802 company Acme")
    chat.card("alice", "new 李四 13800138803")
    chat.card("alice", "new anyway 李四 13800138804")
    chat.card("charlie", "new Carol")
    return chat


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("merge Robert, Bob Smith", "Merge Bob Smith into Robert?"),
        ("merge Robert and Bob Smith", "Merge Bob Smith into Robert?"),
        ("merge Bob Smith into Robert", "Merge Bob Smith into Robert?"),
        ("合并 Robert Bob Smith", "把 Bob Smith 并入 Robert？"),
        ("合并 Robert 和 Bob Smith", "把 Bob Smith 并入 Robert？"),
        ("把Bob Smith合并到Robert", "把 Bob Smith 并入 Robert？"),
        ("Robert and Bob Smith are the same", "Merge Bob Smith into Robert?"),
        ("merge #1 #2", "Merge Bob Smith into Robert?"),
    ],
)
def test_a_merge_is_previewed_first(chat: Chat, text: str, title: str) -> None:
    card = chat.card("alice", text)
    assert card.title == title
    assert "13800138802" in shown(card)
    assert "Bob Smith #2" in shown(chat.card("alice", "find #2"))


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("合并 李四 和 李四", "把 李四 并入 李四？"),
        ("merge 李四 and 李四", "Merge 李四 into 李四?"),
        ("把李四合并到李四", "把 李四 并入 李四？"),
    ],
)
def test_of_two_namesakes_the_one_who_was_chosen_leaves_the_other(chat: Chat, text: str, title: str) -> None:
    asked = chat.card("alice", text)
    assert len(asked.items) == 2
    card = chat.card("alice", "2")
    assert card.title == title
    assert len(set(re.findall("#[45]", shown(card)))) == 2


@pytest.mark.parametrize("text", ["合并 #4 和 李四", "合并 李四 到 #4", "merge 李四 into #4"])
def test_the_one_named_by_number_is_not_offered_again(chat: Chat, text: str) -> None:
    card = chat.card("alice", text)
    assert (card.title or "").count("李四") == 2
    assert "13800138804" in shown(card)


def test_a_list_for_the_second_leaves_out_the_first(chat: Chat) -> None:
    chat.card("alice", "new anyway 李四 13800138805")
    chat.card("alice", "合并 李四 和 李四")
    asked = chat.card("alice", "2")
    assert [button.command for button in asked.buttons] == ["合并 #5 #7", "合并 #5 #4"]


@pytest.mark.parametrize("confirm", ["yes", "是", "merge #1 #2 confirm", "ok"])
def test_confirmed_it_is_done_and_can_be_undone(chat: Chat, confirm: str) -> None:
    chat.card("alice", "merge Robert, Bob Smith")
    done = shown(chat.card("alice", confirm))
    assert "Bob Smith" in done
    assert "merge" in done.lower() or "合并" in done
    card = shown(chat.card("alice", "find #2"))
    assert "Robert #1" in card
    assert "13800138802" in card
    chat.card("alice", "undo")
    assert "13800138802" not in shown(chat.card("alice", "find Robert"))


def test_no_leaves_both_as_they_are(chat: Chat) -> None:
    chat.card("alice", "merge Robert, Bob Smith")
    assert "nothing was done" in shown(chat.card("alice", "no"))
    assert "13800138802" not in shown(chat.card("alice", "find Robert"))


def test_the_other_one_can_be_kept(chat: Chat) -> None:
    card = chat.card("alice", "merge Robert, Bob Smith")
    assert chat.card("alice", card.buttons[1].command).title == "Merge Robert into Bob Smith?"


def test_a_shared_name_is_asked_about(chat: Chat) -> None:
    card = chat.card("alice", "merge Robert, 李四")
    assert len(card.items) == 2
    assert chat.card("alice", "2").title == "Merge 李四 into Robert?"


@pytest.mark.parametrize(
    ("who", "text", "says"),
    [
        ("alice", "merge Robert", "Name two customers"),
        ("alice", "merge", "Name two customers"),
        ("alice", "合并 Robert 和 Robert", "同一个客户"),
        ("alice", "merge #1 #1", "same customer"),
        ("alice", "merge Robert, Zeppelin", 'I found no "Zeppelin"'),
        ("alice", "merge Robert, Carol", 'I found no "Carol"'),
        ("charlie", "merge #1 #2", "no such customer"),
    ],
)
def test_what_cannot_be_merged_names_its_mend(chat: Chat, who: str, text: str, says: str) -> None:
    answer = shown(chat.card(who, text))
    assert says in answer
    assert "138001388" not in answer
