"""Why a broadcast did not reach somebody, in plain words."""

import pytest

from crm_core.outreach.tables import DeliveryState
from tests.bot.commands.vips import introduce, went
from tests.bot.conftest import Chat, shown


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("broadcast 1", "Ben: the conversation is gone"),
        ("broadcast 1 failed", "Ben #2 · the conversation is gone"),
        ("群发 1 失败", "Ben #2 · 会话已不存在"),
    ],
)
def test_what_a_platform_says_is_put_in_plain_words_where_it_is_known(chat: Chat, text: str, said: str) -> None:
    introduce(chat)
    chat.card("alice", "broadcast VIP: Hello")
    chat.card("alice", "yes")
    went(chat, "no such room", ann=DeliveryState.SENT, ben=DeliveryState.DEAD)
    assert said in shown(chat.card("alice", text))
