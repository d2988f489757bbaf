"""What the router does around every command: who asks, who reads, what is on record, what stays undone."""

import logging
from dataclasses import replace

import pytest
from sqlmodel import col, select

from bot.commands import BY_NAME, COMMANDS, WORDS
from bot.commands.command import Reply, Turn
from crm_core.chat import DeliveryError, Happening, SenderKind
from crm_core.conversations.tables import EnvelopeRow, EnvelopeState
from crm_core.customers.tables import Customer
from crm_core.database import Database
from crm_core.people.tables import AuditEntry, Role, Staff
from crm_core.tags.tables import Tag
from tests.bot.conftest import CUSTOMER, GUEST, Chat, colleague, hire, shown
from tests.conftest import NOW

TEAM = "group:team"
ACME = "group:acme"


def test_an_unknown_person_is_told_whom_to_ask(chat: Chat) -> None:
    answer = shown(chat.card("mallory", "whoami"))
    assert "dora" in answer
    assert "fake:mallory" in answer


def test_while_there_is_no_administrator_a_stranger_is_told_how_to_become_the_first(sqlite_database: Database) -> None:
    chat = Chat(sqlite_database, bot={})
    assert '[bot] admins = ["fake:alice"]' in shown(chat.card("alice", "我是谁"))
    assert "To become the first one" in shown(chat.card("alice", "who am I"))
    chat.close()


def test_an_unknown_person_learns_nothing(chat: Chat) -> None:
    chat.card("alice", "新建 张三 13800138812")
    for text in ("张三", "查 张三", "8812", "撤销", "2", "标签 张三 VIP"):
        assert "138" not in shown(chat.card("mallory", text))
        assert "不能回答" in shown(chat.card("mallory", text))
    assert "VIP" not in shown(chat.card("alice", "张三"))


def test_a_customer_or_a_guest_in_a_group_is_answered_without_data(chat: Chat) -> None:
    chat.card("alice", "新建 张三 13800138812")
    chat.platform.rooms[ACME] = (CUSTOMER, GUEST, colleague("alice"))
    for outsider in (CUSTOMER, GUEST):
        (message,) = chat.say(outsider, "查 张三", room=ACME)
        assert "同事" in message.card.text
        assert "138" not in shown(message.card)


def test_an_administrator_of_the_configuration_is_staff_from_the_start(chat: Chat) -> None:
    assert "管理员" in shown(chat.card("dora", "我是谁"))


def test_an_administrator_of_the_configuration_who_was_staff_becomes_one(sqlite_database: Database) -> None:
    chat = Chat(sqlite_database)
    with sqlite_database.writing() as session:
        session.exec(select(Staff)).one().role = Role.SALES
    chat.restart()
    assert "管理员" in shown(chat.card("dora", "我是谁"))
    chat.close()


def test_an_answered_message_is_marked_and_not_answered_again(chat: Chat) -> None:
    inbound, envelope_id = chat.envelope("alice", "新建 张三")
    assert len(chat.handle(inbound, envelope_id)) == 1
    assert chat.handle(inbound, envelope_id) == []
    with chat.database.reading() as session:
        assert session.exec(select(EnvelopeRow.state)).all() == [EnvelopeState.ANSWERED]
        assert len(session.exec(select(Customer)).all()) == 1


@pytest.mark.parametrize("happening", [Happening.EDITED, Happening.DELETED])
def test_an_edited_command_is_not_run_again(chat: Chat, happening: Happening) -> None:
    assert chat.say("alice", "新建 张三", happening=happening) == []
    assert "没有找到" in shown(chat.card("alice", "张三"))


def test_a_bot_is_not_talked_to(chat: Chat) -> None:
    assert chat.say(colleague("alice", SenderKind.BOT), "帮助") == []


def test_a_text_too_long_is_never_a_command(chat: Chat) -> None:
    assert "太长" in shown(chat.card("alice", "新建 " + "啊" * 100_000))


@pytest.mark.parametrize("text", ["", "   ", "\x00\x01", "\u202e\u202d", "@bot", "/crm"])
def test_an_empty_text_is_greeted(chat: Chat, text: str) -> None:
    assert "我在" in shown(chat.card("alice", text))


def test_the_answer_speaks_the_language_of_the_question(chat: Chat) -> None:
    assert "撤销" in shown(chat.card("alice", "撤销"))
    assert "nothing to undo" in shown(chat.card("alice", "undo"))


def test_a_short_answer_is_in_the_language_of_what_it_answers(chat: Chat) -> None:
    chat.card("alice", "new Bob Li, Acme")
    chat.card("alice", "new anyway Bob Li, Initech")
    chat.card("alice", "find Bob Li")
    assert "Owner: Alice" in shown(chat.card("alice", "2"))


class TestReaders:
    """Customer data never stands where somebody reads who may not see it."""

    @pytest.fixture(autouse=True)
    def _rooms(self, chat: Chat) -> None:
        chat.card("alice", "新建 张三 13800138812")
        chat.platform.rooms[TEAM] = (colleague("alice"), colleague("bob"))
        chat.platform.rooms[ACME] = (colleague("alice"), CUSTOMER)
        chat.platform.rooms["group:all"] = (colleague("alice"), colleague("charlie"))

    def test_among_colleagues_who_may_see_it_the_card_is_open(self, chat: Chat) -> None:
        (message,) = chat.say("alice", "张三", room=TEAM)
        assert message.only_for == ""
        assert "138" in shown(message.card)

    @pytest.mark.parametrize("room", [ACME, "group:all"])
    def test_where_others_read_only_the_asker_is_answered(self, chat: Chat, room: str) -> None:
        for text in ("张三", "张三的电话", "标签 张三 VIP", "撤销", "新建 王五 13800138812"):
            (message,) = chat.say("alice", text, room=room)
            assert message.only_for == "alice", text

    def test_what_is_no_customer_data_is_open(self, chat: Chat) -> None:
        for room in (TEAM, "group:all"):
            (message,) = chat.say("alice", "帮助", room=room)
            assert message.only_for == "", room

    @pytest.mark.parametrize("text", ["帮助", "我是谁", "成员", "关联", "你好", "2", "提醒我 昨天 打电话"])
    def test_where_a_customer_reads_nothing_is_open(self, chat: Chat, text: str) -> None:
        (message,) = chat.say("alice", text, room=ACME)
        assert message.only_for == "alice"

    def test_a_room_whose_readers_are_unknown_is_not_trusted(self, chat: Chat) -> None:
        (message,) = chat.say("alice", "张三", room="group:unknown")
        assert message.only_for == "alice"

    def test_without_whispers_the_card_goes_to_the_direct_chat_and_its_answers_too(self, chat: Chat) -> None:
        chat.platform.whispers = False
        chat.card("alice", "新建 仍然 张三 Acme")
        apart, note = chat.say("alice", "查 张三", room=ACME)
        assert (apart.room_id, note.room_id) == ("direct:alice", ACME)
        assert "张三" in shown(apart.card)
        assert "张三" not in shown(note.card)
        assert chat.card("alice", "2").title == f"张三 #{apart.card.items[1].rpartition('#')[2]}"

    def test_the_reader_who_sees_only_masked_data_does_not_read_it_in_full(self, chat: Chat) -> None:
        with chat.database.writing() as session:
            session.exec(select(Staff).where(Staff.name == "Bob")).one().role = Role.VIEWER
        (message,) = chat.say("alice", "张三", room=TEAM)
        assert message.only_for == "alice"

    def test_who_saw_and_who_changed_is_on_record(self, chat: Chat) -> None:
        chat.say("alice", "标签 张三 VIP", room=TEAM)
        with chat.database.reading() as session:
            entries = session.exec(select(AuditEntry).order_by(col(AuditEntry.id).desc()).limit(2)).all()
        saw, did = entries
        assert (saw.action, saw.actor, saw.customer_id, saw.details) == ("saw tag", "Alice", 1, {"readers": ["bob"]})
        assert (did.action, did.customer_id) == ("tag", 1)
        assert did.operation_id is not None


def test_a_failure_leaves_nothing_behind_but_an_apology(
    chat: Chat, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(turn: Turn, rest: str) -> Reply:
        turn.session.add(Customer(name=rest, name_key=rest, created_at=turn.now, updated_at=turn.now))
        turn.session.flush()
        raise RuntimeError(f"secret of {rest}")

    monkeypatch.setitem(BY_NAME, "new", replace(BY_NAME["new"], run=fail))
    with caplog.at_level(logging.INFO):
        answer = shown(chat.card("alice", "新建 张三"))
    assert "什么都没有改动" in answer
    assert caplog.records
    assert all("张三" not in record.getMessage() and not record.exc_info for record in caplog.records)
    assert "没有找到" in shown(chat.card("alice", "张三"))


def test_a_platform_that_refuses_the_answer_is_no_failure(chat: Chat, caplog: pytest.LogCaptureFixture) -> None:
    chat.platform.failures = [DeliveryError("channel_not_found", permanent=True)]
    assert chat.say("alice", "新建 张三") == []
    assert "channel_not_found" in caplog.text
    assert "张三" not in caplog.text
    assert "负责人" in shown(chat.card("alice", "张三"))


def test_every_word_calls_one_command() -> None:
    assert len(WORDS) == sum(len(command.words) for command in COMMANDS)


def test_a_role_that_may_only_read_changes_nothing(chat: Chat) -> None:
    chat.card("alice", "新建 张三 13800138812")
    with chat.database.writing() as session:
        session.exec(select(Staff).where(Staff.name == "Bob")).one().role = Role.VIEWER
    for text in ("新建 李四", "改 张三 阶段 成交", "标签 张三 VIP", "记 张三: 你好"):
        assert "没有这个权限：修改客户" in shown(chat.card("bob", text)), text
    card = shown(chat.card("bob", "张三"))
    assert "13800138812" not in card
    assert "138****8812" in card
    assert "记…" not in card


def test_what_one_may_not_see_is_not_there(chat: Chat) -> None:
    chat.card("alice", "新建 张三 13800138812 #VIP")
    for text in ("张三", "#1", "查 8812", "改 #1 阶段 成交", "标签 #1 VIP", "张三的电话是多少", "记 张三: 你好"):
        answer = shown(chat.card("charlie", text))
        assert "没有找到" in answer, text
        assert "138" not in answer


def test_on_both_databases_a_turn_is_one_transaction(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    hire(database, NOW)
    chat = Chat(database)

    def collide(turn: Turn, rest: str) -> Reply:
        for _ in range(2):
            turn.session.add(Tag(name=rest, name_key="same", created_at=turn.now))
        turn.session.flush()
        raise AssertionError("the database refuses")

    for text, said in (
        ("新建 张三 13800138812 Acme #VIP", "已新建"),
        ("改 张三 阶段=成交，电话 12", "不是有效的电话"),
        ("张三", "阶段: 潜在"),
        ("标签 张三 +重要 -VIP", "去掉 VIP"),
        ("撤销", "标签 VIP 恢复了"),
        ("历史 张三", "新建了这个客户"),
        ("分组 VIP", "1 位客户"),
        ("8812", "张三"),
    ):
        assert said in shown(chat.card("alice", text)), text
    monkeypatch.setitem(BY_NAME, "tag", replace(BY_NAME["tag"], run=collide))
    assert "什么都没有改动" in shown(chat.card("alice", "标签 张三 重要"))
    assert "张三" in shown(chat.card("alice", "张三"))
    with database.reading() as session:
        assert set(session.exec(select(EnvelopeRow.state))) == {EnvelopeState.ANSWERED}
    chat.close()
