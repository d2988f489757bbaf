"""待认领/identities: accounts that are nobody's yet."""

import pytest

from crm_core.chat import Sender, SenderKind
from crm_core.customers import identities
from tests.bot.conftest import Chat, shown


@pytest.fixture
def chat(chat: Chat) -> Chat:
    chat.card("alice", "new 张三 13800138801")
    chat.card("charlie", "new Carol")
    with chat.database.writing() as session:
        for handle, name, phone in (("zs", "张三", ""), ("w5", "王五", "+8613800138805")):
            sender = Sender(handle, name, SenderKind.EXTERNAL, phone=phone)
            identities.seen(session, "fake", sender, now=chat.now, country="CN")
    return chat


def test_the_review_list_and_one_of_it(chat: Chat) -> None:
    answer = shown(chat.card("alice", "identities"))
    assert "2 accounts to review" in answer
    assert "2. 张三 (fake), number 1" in answer
    card = chat.card("alice", "2")
    assert [button.command for button in card.buttons] == ["identities link 1 #1", "identities create 1"]


def test_an_account_is_linked(chat: Chat) -> None:
    assert "Linked 张三 (fake) to 张三" in shown(chat.card("alice", "identities link #1 to #1"))
    assert "张三 already" in shown(chat.card("alice", "identities link 1 to #1"))
    assert "to a customer already" in shown(chat.card("charlie", "identities link 1 to Carol"))
    chat.card("alice", "undo")
    assert "2 accounts" in shown(chat.card("alice", "identities"))


def test_a_customer_is_created_from_an_account(chat: Chat) -> None:
    assert "已新建客户 王五" in shown(chat.card("alice", "待认领 新建 2"))
    assert "13800138805" in shown(chat.card("alice", "find 王五"))
    assert "1 account to review" in shown(chat.card("alice", "identities"))


@pytest.mark.parametrize(
    ("who", "text", "says"),
    [
        ("alice", "identities 99", "No account with number 99"),
        ("alice", "identities link 99 to #1", "No account with number 99"),
        ("alice", "identities link 1 to Zeppelin", 'I found no "Zeppelin"'),
        ("alice", "identities link 1 to Carol", 'I found no "Carol"'),
        ("alice", "identities what", "Usage: identities"),
    ],
)
def test_what_cannot_be_done_names_its_mend(chat: Chat, who: str, text: str, says: str) -> None:
    assert says in shown(chat.card(who, text))


def test_an_empty_list_says_so(chat: Chat) -> None:
    chat.card("alice", "identities create 1")
    chat.card("alice", "yes")
    chat.card("alice", "identities create 2")
    assert "待认领" in shown(chat.card("alice", "待认领"))
