"""A broadcast with a picture, from the file in the chat to what the customer sees."""

from sqlmodel import select

from adapters.console.files import kept
from adapters.console.format import files_in
from crm_core.customers.tables import Identity
from crm_core.enclosure import Enclosure
from tests.adapters.cupboard import PNG
from tests.scenarios.conftest import Chat, Reply


def pictures(reply: Reply) -> list[tuple[str, tuple[Enclosure, ...]]]:
    """What was shown with a file: the words, and the files."""
    return [(str(post.card.get("text", "")), files_in(post.card)) for post in reply.posts if post.card.get("files")]


def test_a_customer_receives_the_picture_that_was_given(chat: Chat) -> None:
    chat.say("zhangsan", "你好", room="group:zhangsan")
    chat.say("alice", "新建 张三 13800138812 标签 VIP")
    with chat.read() as session:
        account = session.exec(select(Identity).where(Identity.platform_user_id == "zhangsan")).one()
    chat.say("alice", f"待认领 关联 {account.id} 到 张三")
    picture = chat.run(kept(chat.program.console.shelf, PNG, "poster.png"))
    preview = chat.say("alice", "群发 VIP: {name}，新品到了", files=[picture])
    assert "poster.png（17 B，图片）" in preview.text, preview.text
    chat.press("alice", "发给我看看")
    chat.later(minutes=1)
    assert pictures(chat.new("alice")) == [("张三，新品到了", (picture,))]
    chat.say("alice", "是")
    chat.later(minutes=1)
    assert pictures(chat.new("zhangsan")) == [("张三，新品到了", (picture,))]
