"""状态/status and 恢复发送/release."""

from datetime import timedelta

import pytest

from crm_core.outreach import holding
from crm_core.outreach.holding import Held
from tests.bot.conftest import Chat, shown


def hold(chat: Chat) -> None:
    with chat.database.writing() as session:
        holding.hold(session, Held(chat.now - timedelta(hours=20), chat.now))


@pytest.mark.parametrize(("text", "says"), [("status", "Program: not running"), ("状态", "程序：没有程序在运行")])
def test_an_administrator_hears_how_the_bot_is(chat: Chat, text: str, says: str) -> None:
    answer = shown(chat.card("dora", text))
    assert says in answer
    assert "→" in answer


@pytest.mark.parametrize("text", ["status", "release all", "恢复发送"])
def test_it_is_for_administrators(chat: Chat, text: str) -> None:
    hold(chat)
    answer = shown(chat.card("bob", text))
    assert "let you run the bot" in answer or "没有这个权限：管理机器人" in answer
    with chat.database.reading() as session:
        assert holding.held(session) is not None


def test_after_a_restore_it_asks_what_should_happen(chat: Chat) -> None:
    chat.card("alice", "remind me in 10 minutes to call Acme")
    chat.later(hours=1)
    hold(chat)
    card = chat.card("dora", "release")
    assert "gone out already: 1; due later: 0" in card.text
    assert [button.command for button in card.buttons] == ["release later", "release all"]
    assert "0 at their time; 1 that may have gone out" in chat.card("dora", card.buttons[0].command).text
    assert "as usual" in chat.card("dora", "release all").text
    assert "nothing to undo" in chat.card("dora", "undo").text


def test_the_same_in_chinese(chat: Chat) -> None:
    hold(chat)
    card = chat.card("dora", "恢复发送")
    assert [button.command for button in card.buttons] == ["恢复发送 之后的", "恢复发送 全部"]
    assert "已恢复发送" in chat.card("dora", "恢复发送 全部").text


def test_a_word_it_does_not_know_changes_nothing(chat: Chat) -> None:
    hold(chat)
    assert "release later" in chat.card("dora", "release some").text
    with chat.database.reading() as session:
        assert holding.held(session) is not None
