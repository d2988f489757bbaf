"""撤销: every change can be taken back, and it says what is as before."""

import pytest
from sqlmodel import select

from crm_core.outreach.tables import Nudge
from tests.bot.conftest import Chat, shown


@pytest.mark.parametrize(
    ("change", "restored"),
    [
        ("改 张三 阶段 成交", "张三 的阶段恢复为 潜在"),
        ("改 张三 公司 Acme", "张三 的公司恢复为 （空）"),
        ("改 张三 负责人 Bob", "张三 的负责人恢复为 Alice"),
        ("改 张三 退订 是", "张三 的退订恢复为 否"),
        ("改 张三 电话 13900001111", "13900001111 去掉了"),
        ("改 张三 电话 清空", "13800138000 恢复了"),
        ("改 张三 生日 1988-05-03", "张三 的生日恢复为 05-03"),
        ("改 张三 姓名 张三丰", "张三 的姓名恢复为 张三"),
        ("标签 张三 +VIP -潜力", "标签 VIP 去掉了"),
        ("标签 张三 -潜力", "标签 潜力 恢复了"),
        ("记 张三: 今天来过", "备注「今天来过」删掉了"),
        ("新建 李四 13700137000 Acme", "「李四」的记录不再有了"),
        ("分组 重点 = 潜力", "分组「重点」恢复了"),
        ("set 张三 stage won", "张三 的阶段恢复为 潜在"),
    ],
)
def test_a_change_is_taken_back_and_says_what_is_as_before(chat: Chat, change: str, restored: str) -> None:
    chat.card("alice", "新建 张三 13800138000 #潜力")
    chat.card("alice", "改 张三 生日 5月3日")
    before = shown(chat.card("alice", "查 张三"))
    card = chat.card("alice", change)
    assert "撤销" in shown(card) or "Undo" in shown(card)
    assert restored in shown(chat.card("alice", "撤销"))
    assert shown(chat.card("alice", "查 张三")) == before


def test_the_button_undoes_its_own_change_even_when_others_came_after(chat: Chat) -> None:
    chat.card("alice", "新建 张三")
    tagged = chat.card("alice", "标签 张三 VIP")
    chat.card("alice", "改 张三 阶段 成交")
    assert "标签 VIP 去掉了" in shown(chat.card("alice", tagged.buttons[-1].command))
    assert "阶段: 成交" in shown(chat.card("alice", "查 张三"))


def test_undo_goes_back_one_after_the_other_and_then_says_there_is_nothing(chat: Chat) -> None:
    chat.card("alice", "新建 张三")
    chat.card("alice", "标签 张三 VIP")
    assert "VIP" in shown(chat.card("alice", "undo"))
    assert "张三" in shown(chat.card("alice", "撤销"))
    assert "没有可以撤销的操作" in shown(chat.card("alice", "撤销"))
    assert "没有找到" in shown(chat.card("alice", "查 张三"))


def test_the_list_numbers_what_can_be_undone(chat: Chat) -> None:
    chat.card("alice", "新建 张三")
    chat.card("alice", "标签 张三 VIP")
    card = chat.card("alice", "撤销 列表")
    assert [item.partition(". ")[2] for item in card.items] == ["标签 张三 VIP（现在）", "新建 张三（现在）"]
    assert "VIP" in shown(chat.card("alice", card.buttons[0].command))


def test_what_something_came_after_stays_and_the_one_before_is_offered(chat: Chat) -> None:
    chat.card("alice", "新建 张三")
    chat.card("alice", "提醒我明天上午九点买花")
    with chat.database.writing() as session:
        nudge = session.exec(select(Nudge)).one()
        nudge.next_at = None
        session.add(nudge)
    card = chat.card("alice", "撤销")
    assert "我明天上午九点买花」撤销不了" in shown(card)
    assert "提醒已经响了" in shown(card)
    assert [item.partition(". ")[2] for item in card.items] == ["新建 张三（现在）"]
    assert [item.partition(". ")[2] for item in chat.card("alice", "撤销 列表").items] == ["新建 张三（现在）"]
    assert "张三" in shown(chat.card("alice", "查 张三"))
    assert "「张三」的记录不再有了" in shown(chat.card("alice", card.buttons[0].command))


def test_after_some_minutes_it_is_too_late(chat: Chat) -> None:
    chat.card("alice", "新建 张三")
    chat.later(minutes=11)
    assert "超过 10 分钟" in shown(chat.card("alice", "撤销"))


def test_nobody_undoes_what_another_did(chat: Chat) -> None:
    button = chat.card("alice", "新建 张三").buttons[-1]
    assert "没有可以撤销" in shown(chat.card("bob", button.command))
    assert "没有可以撤销" in shown(chat.card("bob", "撤销"))
    assert "负责人" in shown(chat.card("alice", "张三"))


def test_who_is_no_administrator_any_more_cannot_undo_what_only_administrators_do(chat: Chat) -> None:
    chat.card("dora", "成员 Alice 角色 管理员")
    chat.card("alice", "成员 Charlie 角色 经理")
    chat.card("dora", "成员 Alice 角色 销售")
    refused = shown(chat.card("alice", "撤销"))
    assert "管理员" in refused
    assert "Charlie · 经理" in shown(chat.card("bob", "成员"))


def test_everybody_undoes_their_own_settings(chat: Chat) -> None:
    chat.card("alice", "成员 时区 东京")
    chat.card("alice", "撤销")
    assert "Asia/Shanghai" in shown(chat.card("alice", "我是谁"))
