"""How a broadcast is to be written for customers on WeCom, where everybody gets the same words."""

from collections.abc import Iterator

import pytest
from sqlmodel import select

from bot import config
from bot.outreach.messages import notice
from bot.outreach.messages import reader as readers
from crm_core.chat import Card, Sender, SenderKind
from crm_core.customers import identities
from crm_core.database import Database
from crm_core.outreach.tables import DeliveryKind
from crm_core.people.tables import Handle, Staff
from crm_core.relations.tables import Relation
from tests.adapters.cupboard import PDF, PNG
from tests.bot.commands.vips import make_reachable, rows
from tests.bot.conftest import Chat, hire, shown
from tests.conftest import NOW

#: With WeCom, and with two customers too many for one person to decide.
CAREFUL: dict[str, object] = {
    "wecom": {"corp_id": "ww1", "robot": {"bot_id": "b", "secret": "s"}, "contact_secret": "c"},
    "broadcasts": {"approval_above": 1},
}


@pytest.fixture
def chat(sqlite_database: Database) -> Iterator[Chat]:
    """Alice's VIP Ann, whom Alice writes to on WeCom."""
    hire(sqlite_database, NOW)
    chat = Chat(sqlite_database, wecom=CAREFUL["wecom"], broadcasts=CAREFUL["broadcasts"])
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


def asked_of(chat: Chat, who: str) -> str:
    """What the last notice to this colleague shows."""
    row = [each for each in rows(chat, DeliveryKind.NOTICE) if each.recipient == who][-1]
    settings = config.parse({**CAREFUL, "bot": {"language": "en"}})
    with chat.database.reading() as session:
        reader = readers.of(session, row, settings, chat.now)
        assert reader is not None
        card = notice.compose(reader, row, settings)
    assert isinstance(card, Card)
    return shown(card)


def test_who_is_to_approve_it_is_not_shown_how_to_send_their_own(chat: Chat) -> None:
    for name in ("Ben", "Bea"):
        chat.card("alice", f"new {name} tag VIP")
        make_reachable(chat, "alice", name)
    preview = chat.card("alice", "broadcast VIP: Hello {name}")
    assert "To reach them: broadcast VIP: Hello {name|there}" in shown(preview)
    chat.card("alice", "yes")
    asked = asked_of(chat, "bob")
    assert "1 on WeCom, where everybody gets the same words" in asked
    assert "To reach them" not in asked
    made = chat.card("alice", "sequence new Welcome\nenter: VIP\nat once: Hello {name}")
    assert "To reach them: Hello {name|there}" in shown(made)
    chat.card("alice", "sequence on Welcome")
    chat.card("alice", "yes")
    asked = asked_of(chat, "bob")
    assert 'the sequence "Welcome"' in asked
    assert "1 on WeCom, where everybody gets the same words" in asked
    assert "To reach them" not in asked


def test_the_files_are_kept_whatever_was_given_since(chat: Chat) -> None:
    for name, content in (("list.pdf", PDF), ("poster.png", PNG)):
        chat.card("alice", "", files={name: content})
    card = chat.card("alice", "broadcast VIP with file #1: Hello {name}")
    (mend,) = [field.value for field in card.fields if field.label == "To reach them"]
    assert mend == "broadcast VIP with file #1: Hello {name|there}"
    assert "Files: list.pdf" in shown(chat.card("alice", mend))
    card = chat.card("alice", "群发 VIP 附件 #1 #2：{name}您好")
    (mend,) = [field.value for field in card.fields if field.label == "改写后可发"]
    assert mend == "群发 VIP 附件 #1 #2: {name|}您好"
    again = shown(chat.card("alice", mend))
    assert "list.pdf" in again
    assert "poster.png" in again


def test_a_name_with_a_title_has_no_such_command(chat: Chat) -> None:
    assert "改写后可发" not in shown(chat.card("alice", "群发 VIP: {name}总，您好"))


def test_each_message_of_a_sequence_is_shown_as_it_has_to_be_written(chat: Chat) -> None:
    later = "3天后：{name}好\n5天后 提醒：问{name}\n7天后：{name}总，方案您看了吗？"
    card = chat.card("alice", f"流程 新建 新客\n进入：VIP\n立刻：您好\n{later}")
    mends = [field.value for field in card.fields if field.label == "改写后可发"]
    assert mends == [
        "第 2 步（照现在的写法 1 位收不到）：{name|您}好\n第 4 步（照现在的写法 1 位收不到）：请写成不带名字的一句话"
    ]
    assert [(quote.who, quote.text) for quote in card.quotes] == [("Ann", "您好")]
    asked = chat.card("alice", "sequence on 新客")
    assert "step 2 (1 would not get it as it is): {name|您}好" in shown(asked)


def test_the_first_message_of_a_sequence_is_shown_as_it_has_to_be_written(chat: Chat) -> None:
    card = chat.card("alice", "流程 新建 新客\n进入：VIP\n立刻：{name}您好")
    assert "改写后可发: {name|}您好" in shown(card).splitlines()
    mended = chat.card("alice", "流程 修改 新客\n进入：VIP\n立刻：{name|}您好")
    assert "改写后可发" not in shown(mended)
    assert [(quote.who, quote.text) for quote in mended.quotes] == [("Ann", "您好")]
