"""A sequence from the first line to its results, and the digest of the morning after, in both languages."""

from datetime import datetime, timedelta

from crm_core.chat import RoomKind, Sender, SenderKind
from crm_core.conversations.tables import Conversation, Message
from crm_core.customers import identities, records
from crm_core.people import staff
from crm_core.people.viewer import of_staff
from tests.conftest import NOW
from tests.scenarios.conftest import Chat

CHINESE = """流程 新建 新客跟进
进入：新客
立刻：您好{name|}
1个工作日后 10:00，没回复：您看了方案吗？
第5天 提醒：打个电话"""


def is_known(chat: Chat, name: str) -> None:
    """The customer 张三 of the demo writes from the account `zhangsan`."""
    with chat.program.core.database.writing() as session:
        known = identities.seen(
            session, "console", Sender("zhangsan", name, SenderKind.EXTERNAL), now=chat.now, country="CN"
        )
        session.flush()
        alice = staff.by_name(session, "Alice")
        assert alice is not None
        viewer = of_staff(session, alice, timezone="Asia/Shanghai", language="zh")
        customer = records.get(session, 1, viewer=viewer)
        if known.customer_id != customer.id:
            identities.link(session, known, customer, by="manual", viewer=viewer, now=chat.now)


def writes(chat: Chat, text: str, at: datetime) -> None:
    with chat.program.core.database.writing() as session:
        room = Conversation(
            platform="console", platform_id="shared:1", kind=RoomKind.SHARED, customer_id=1, created_at=at
        )
        session.add(room)
        session.flush()
        session.add(
            Message(
                conversation_id=room.id, platform="console", platform_message_id=f"said-{at}", text=text, sent_at=at,
                sender_platform_id="zhangsan", sender_kind=SenderKind.EXTERNAL, customer_id=1,
            )
        )  # fmt: skip


def goes_on(chat: Chat, moment: datetime) -> None:
    """The clock is at this moment, and whatever follows from it happens."""
    for _ in range(3):
        chat.later(seconds=max(6.0, (moment - chat.now).total_seconds()))


def test_a_chinese_sequence_from_the_first_line_to_the_digest(chat: Chat) -> None:
    chat.say("alice", "新建 张三 13800138812 标签 新客")
    is_known(chat, "张三")
    draft = chat.say("alice", CHINESE)
    assert "流程「新客跟进」第 1 版已存为草稿" in draft.text
    assert "1 位客户：张三" in draft.text
    assert "回复“是”启用" in chat.press("alice", "启用").text
    assert "已启用，1 位客户正在进入" in chat.say("alice", "是").text
    goes_on(chat, chat.now + timedelta(seconds=31))
    assert "您好张三" in chat.new("zhangsan").text
    assert "张三 #1 · 第 2 步" in chat.say("alice", "流程 在途 新客跟进").text
    writes(chat, "看了，有点贵", chat.now + timedelta(minutes=1))
    goes_on(chat, NOW + timedelta(days=1))
    assert "您看了方案吗" not in chat.new("zhangsan").text
    digest = chat.new("alice").text
    assert "超过 4 个工作小时没回复 1" in digest
    assert "#1 张三：看了，有点贵" in digest
    result = chat.say("alice", "流程 结果 新客跟进").text
    assert "进入 1 · 在途 0 · 走完 0 · 回复 1" in result
    assert "1. 您好{name|} — 已发 1，回复 1" in result
    assert "张三" in chat.press("alice", "张三").text


def test_an_english_sequence_by_hand_with_its_reminder(chat: Chat) -> None:
    chat.say("alice", "new Ann 13800138812")
    chat.say("alice", "sequence new Welcome; exit: won; in 1 hour remind: Call {name}")
    chat.say("alice", "sequence on Welcome")
    assert "is on" in chat.press("alice", "Switch it on").text
    assert "Ann enters the sequence" in chat.say("alice", "sequence add Ann to Welcome").text
    assert chat.say("charlie", "sequence who Welcome").text.startswith("Nobody is under way")
    goes_on(chat, chat.now + timedelta(hours=1))
    goes_on(chat, chat.now + timedelta(seconds=6))
    assert "Call Ann" in chat.new("alice").text
    assert "1 entered · 0 under way · 1 finished · 0 replied" in chat.say("alice", "sequence results Welcome").text
