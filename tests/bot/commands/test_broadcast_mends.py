"""How a broadcast is to be written for customers on WeCom, where everybody gets the same words."""

from collections.abc import Iterator

import pytest
from sqlmodel import select

from crm_core.chat import Sender, SenderKind
from crm_core.customers import identities
from crm_core.database import Database
from crm_core.people.tables import Handle, Staff
from crm_core.relations.tables import Relation
from tests.bot.conftest import Chat, hire, shown
from tests.conftest import NOW


@pytest.fixture
def chat(sqlite_database: Database) -> Iterator[Chat]:
    """Alice's VIP Ann, whom Alice writes to on WeCom."""
    hire(sqlite_database, NOW)
    chat = Chat(
        sqlite_database, wecom={"corp_id": "ww1", "robot": {"bot_id": "b", "secret": "s"}, "contact_secret": "c"}
    )
    chat.card("alice", "new Ann tag VIP")
    with chat.database.writing() as session:
        alice = session.exec(select(Staff).where(Staff.name == "Alice")).one()
        session.add(Handle(staff_id=alice.id, platform="wecom", platform_user_id="alice"))
        sender = Sender("wmann", "Ann", SenderKind.EXTERNAL)
        known = identities.seen(session, "wecom", sender, now=NOW, country="CN")
        session.flush()
        session.add(Relation(platform="wecom", member="alice", identity_id=known.id, since=NOW, known_at=NOW))
        number = known.id
    chat.card("alice", f"identities link {number} to Ann")
    yield chat
    chat.close()


@pytest.mark.parametrize(
    ("text", "says", "reads"),
    [
        ("broadcast VIP: Hello {name}", "To reach them: broadcast VIP: Hello {name|there}", "Hello there"),
        ("群发 VIP: {name}您好", "改写后可发: 群发 VIP: {name|}您好", "您好"),
        ("群发 VIP: {name}好", "改写后可发: 群发 VIP: {name|您}好", "您好"),
    ],
)
def test_whom_a_name_leaves_out_is_reached_by_the_command_that_is_shown(
    chat: Chat, text: str, says: str, reads: str
) -> None:
    refused = chat.card("alice", text)
    assert says in shown(refused).splitlines()
    mended = chat.card("alice", says.partition(": ")[2])
    assert [(quote.who, quote.text) for quote in mended.quotes] == [("Ann", reads)]


def test_the_time_is_kept(chat: Chat) -> None:
    card = chat.card("alice", "broadcast VIP tomorrow 10am: Hello {name}")
    (mend,) = [field.value for field in card.fields if field.label == "To reach them"]
    assert "10:00" in shown(chat.card("alice", mend))


def test_the_first_message_of_a_sequence_is_shown_as_it_has_to_be_written(chat: Chat) -> None:
    card = chat.card("alice", "流程 新建 新客\n进入：VIP\n立刻：{name}您好")
    assert "改写后可发: {name|}您好" in shown(card).splitlines()
    mended = chat.card("alice", "流程 修改 新客\n进入：VIP\n立刻：{name|}您好")
    assert "改写后可发" not in shown(mended)
    assert [(quote.who, quote.text) for quote in mended.quotes] == [("Ann", "您好")]
