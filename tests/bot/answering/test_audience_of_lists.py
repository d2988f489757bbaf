"""A list in a group: what belongs to no customer, or to another one, is not read over the asker's shoulder."""

from tests.bot.conftest import Chat, colleague, shown

TEAM = "group:team"


def test_ones_own_todos_are_whispered_beside_those_of_a_shared_customer(chat: Chat) -> None:
    chat.platform.rooms[TEAM] = (colleague("alice"), colleague("charlie"))
    chat.card("dora", "新建 张三 负责人 公海")
    chat.card("alice", "提醒 明天9点 给张三打电话")
    (answer,) = chat.say("alice", "待办", room=TEAM)
    assert not answer.only_for
    chat.card("alice", "提醒 明天10点 准备述职")
    (answer,) = chat.say("alice", "待办", room=TEAM)
    assert "述职" in shown(answer.card)
    assert answer.only_for == "alice"


def test_an_undo_that_touches_a_customer_others_may_not_see_is_whispered(chat: Chat) -> None:
    chat.platform.rooms[TEAM] = (colleague("alice"), colleague("charlie"))
    chat.card("dora", "新建 张三 13800138000 负责人 公海")
    chat.card("alice", "新建 李四 13900139000")
    chat.card("alice", "合并 张三 李四 确认")
    (answer,) = chat.say("alice", "撤销", room=TEAM)
    assert "李四" in shown(answer.card)
    assert answer.only_for == "alice"


def test_an_administrator_of_the_configuration_who_was_deactivated_is_back_after_a_restart(chat: Chat) -> None:
    chat.card("dora", "成员 添加 Eve 管理员 fake:eve")
    assert "dora" in shown(chat.card("eve", "成员 dora 停用"))
    chat.restart()
    assert "管理员" in shown(chat.card("dora", "我是谁"))


def test_the_trail_shows_no_phone_to_whom_it_is_masked(chat: Chat) -> None:
    chat.card("alice", "new Zhao 13800138000")
    assert "13800138000" in shown(chat.card("alice", "audit Zhao"))
    chat.card("dora", "staff alice role viewer")
    trail = shown(chat.card("alice", "audit Zhao"))
    assert "new" in trail
    assert "13800138000" not in trail
