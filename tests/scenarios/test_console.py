"""The program, from a line typed to the answer shown."""

from datetime import timedelta

from sqlmodel import select

from crm_core.conversations.tables import Message
from crm_core.outreach import nudges
from crm_core.people import staff
from crm_core.people.viewer import of_staff
from tests.scenarios.conftest import Chat


def test_help_is_answered_in_the_direct_chat(chat: Chat) -> None:
    reply = chat.say("alice", "帮助")

    assert len(reply.posts) == 1
    assert reply.rooms == ("direct:alice",)
    assert "帮助" in reply.text


def test_in_a_group_the_bot_answers_only_when_it_is_meant(chat: Chat) -> None:
    assert chat.say("alice", "帮助", room="group:east").posts == ()
    assert chat.say("alice", "@crm 帮助", room="group:east").rooms == ("group:east",)
    assert chat.say("alice", "＠bot 帮助", room="group:east").rooms == ("group:east",)
    assert chat.say("alice", "/crm help", room="group:east").rooms == ("group:east",)
    assert chat.say("alice", "@crmx 帮助", room="group:east").posts == ()


def test_colleagues_of_the_room_see_the_answer_and_others_do_not(chat: Chat) -> None:
    chat.say("alice", "@crm help", room="group:east")

    assert len(chat.new("bob").posts) == 1
    assert chat.new("charlie").posts == ()


def test_a_button_runs_its_command_for_whoever_presses_it(chat: Chat) -> None:
    chat.say("alice", "新建 张三 13800138812 示例科技")
    assert "撤销" in chat.say("alice", "标签 张三 VIP").text

    undone = chat.press("alice", "撤销")

    assert undone.posts
    assert "VIP" not in chat.say("alice", "查 张三").text


def test_a_card_stays_with_its_reader_where_a_customer_reads_along(chat: Chat) -> None:
    chat.say("alice", "新建 张三 13800138812")

    reply = chat.say("alice", "@crm 查 张三", room="group:zhangsan")

    assert "8812" in reply.text
    assert reply.private
    assert chat.new("zhangsan").posts == ()
    assert chat.new("guest").posts == ()


def test_a_colleague_of_another_team_is_told_nothing(chat: Chat) -> None:
    chat.say("alice", "新建 张三 13800138812")

    assert "8812" not in chat.say("charlie", "查 张三").text
    assert "8812" in chat.say("bob", "查 张三").text


def test_what_customers_say_is_recorded_without_an_answer(chat: Chat) -> None:
    assert chat.say("zhangsan", "报价收到了", room="group:zhangsan").posts == ()

    with chat.read() as session:
        (message,) = session.exec(select(Message))
    assert (message.text, message.sender_name) == ("报价收到了", "张三")


def remind(chat: Chat, text: str, **delay: float) -> None:
    """A reminder for Alice, as the remind command makes it."""
    with chat.program.core.database.writing() as session:
        alice = staff.named(session, "alice")
        viewer = of_staff(session, alice, timezone="Asia/Shanghai", language="zh")
        nudges.schedule(
            session,
            viewer=viewer,
            for_staff=alice,
            text=text,
            due_at=chat.now + timedelta(**delay),
            timezone="Asia/Shanghai",
            now=chat.now,
            platform="console",
        )


def test_a_reminder_comes_back_when_its_time_has_come_and_only_once(chat: Chat) -> None:
    remind(chat, "给李四打电话", hours=2)

    chat.later(hours=1)
    assert chat.new("alice").posts == ()

    chat.later(hours=1)
    reminder = chat.new("alice")
    assert "给李四打电话" in reminder.text
    assert reminder.rooms == ("direct:alice",)

    chat.later(minutes=5)
    assert chat.new("alice").posts == ()
    assert chat.new("bob").posts == ()


def test_a_customer_who_opts_out_is_told_so_and_how_to_come_back(chat: Chat) -> None:
    chat.say("alice", "新建 张三 13800138000")
    chat.say("zhangsan", "你好", room="group:zhangsan")
    assert "张三" in chat.say("alice", "@crm 待认领 关联 1 张三", room="group:east").text

    assert "恢复订阅" in chat.say("zhangsan", "退订").text
    assert "退订" in chat.say("zhangsan", "恢复订阅").text


def test_somebody_unknown_who_opts_out_has_opted_out_once_they_are_known(chat: Chat) -> None:
    chat.say("alice", "新建 张三 13800138000")
    chat.say("zhangsan", "你好", room="group:zhangsan")
    assert "恢复订阅" in chat.say("zhangsan", "退订").text

    chat.say("alice", "@crm 待认领 关联 1 张三", room="group:east")

    assert "已退订" in chat.say("alice", "查 张三").text
