"""标签: labels on a customer."""

import pytest

from tests.bot.conftest import Chat, shown


@pytest.mark.parametrize(
    ("text", "now"),
    [
        ("标签 张三 VIP", "VIP、潜力"),
        ("标签 张三 VIP 重要", "VIP、潜力、重要"),
        ("标签 张三：VIP，重要", "VIP、潜力、重要"),
        ("标签 张三 +VIP -潜力", "VIP"),
        ("标签 张三 ＋VIP －潜力", "VIP"),
        ("标签 张三 #VIP #重要", "VIP、潜力、重要"),
        ("标签 张三 去掉 潜力 加上 VIP", "VIP"),
        ("标签 张三 vip标签", "vip、潜力"),
        ("给张三打上VIP标签", "VIP、潜力"),
        ("把张三的潜力标签去掉", "现在没有标签"),
        ("tag 张三 VIP, key account", "VIP, key account, 潜力"),
        ("tag 张三 +key account -潜力", "key account"),
        ("mark 张三 as key account", "key account, 潜力"),
    ],
)
def test_tags_go_on_and_off(chat: Chat, text: str, now: str) -> None:
    chat.card("alice", "新建 张三 #潜力")
    chat.later(hours=1)
    assert now in shown(chat.card("alice", text))


def test_what_changes_nothing_says_so_and_offers_no_undo(chat: Chat) -> None:
    chat.card("alice", "新建 张三 #VIP")
    answer = shown(chat.card("alice", "标签 张三 VIP -重要"))
    assert "本来就有 VIP" in answer
    assert "本来就没有 重要" in answer
    assert "撤销" not in answer


def test_without_a_tag_the_tags_are_shown(chat: Chat) -> None:
    chat.card("alice", "新建 张三 #VIP #重要")
    assert "现在的标签：VIP、重要" in shown(chat.card("alice", "标签 张三"))
    assert "张三的标签：VIP、重要" in shown(chat.card("alice", "张三有哪些标签"))


def test_right_after_a_card_a_tag_alone_will_do(chat: Chat) -> None:
    chat.card("alice", "新建 张三")
    assert "张三：加上 VIP" in shown(chat.card("alice", "标签 VIP"))
    assert "张三：去掉 VIP" in shown(chat.card("alice", "标签 -VIP"))


def test_a_misspelt_name_never_becomes_a_tag_of_somebody_else(chat: Chat) -> None:
    chat.card("alice", "新建 李四")
    chat.card("alice", "新建 张三")
    answer = shown(chat.card("alice", "标签 王五 VIP"))
    assert "没有找到「王五」" in answer
    assert "标签" not in shown(chat.card("alice", "查 张三"))


def test_without_a_name_all_tags_are_listed(chat: Chat) -> None:
    assert "还没有标签" in shown(chat.card("alice", "标签"))
    chat.card("alice", "新建 张三 #VIP #重要")
    chat.card("alice", "新建 李四 #VIP")
    chat.later(hours=1)
    assert "VIP（2）、重要（1）" in shown(chat.card("alice", "标签"))


@pytest.mark.parametrize("tag", ["“x”", "长" * 60])
def test_a_bad_tag_is_refused_whole(chat: Chat, tag: str) -> None:
    chat.card("alice", "新建 张三")
    chat.card("alice", f"标签 张三 +VIP, +{tag}")
    assert "没有标签" in shown(chat.card("alice", "标签 张三"))


def test_without_a_name_all_tags_are_shown_whoever_was_talked_about(chat: Chat) -> None:
    chat.card("alice", "新建 张三 #VIP")
    chat.card("alice", "新建 李四 #潜力")
    chat.card("alice", "查 李四")
    assert "VIP" in shown(chat.card("alice", "标签"))
