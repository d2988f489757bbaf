"""日报/digest: the card of the morning, whenever it is asked for."""

import pytest

from tests.bot.conftest import Chat, shown


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("digest", "Alice, today is Wed 18 Nov"),
        ("today", "Due today: 1"),
        ("show me my digest", "call Acme"),
        ("日报", "Alice，今天是11月18日 周三"),
        ("今日", "今天到期 1"),
        ("简报", "call Acme"),
        ("看今天的日报", "call Acme"),
        ("digest 8", "staff digest 8"),
        ("日报 关", "成员 日报 关"),
    ],
)
def test_it_comes_when_it_is_asked_for(chat: Chat, text: str, says: str) -> None:
    chat.card("alice", "new Acme")
    chat.card("alice", "remind me in 2 hours to call Acme")
    assert says in shown(chat.card("alice", text))


def test_it_says_when_there_is_nothing(chat: Chat) -> None:
    assert chat.card("alice", "digest").text == "Nothing waits for you today."
    assert chat.card("alice", "日报").text == "今天没有要处理的事。"


def test_who_leads_a_team_sees_how_it_stands_and_others_see_nothing_of_it(chat: Chat) -> None:
    chat.card("alice", "remind me in 2 hours to call Acme")
    chat.later(hours=3)
    assert "Alice: 1 overdue" in shown(chat.card("bob", "digest"))
    assert "Nothing waits" in shown(chat.card("charlie", "digest"))
