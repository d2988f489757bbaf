"""活码/qr: managers make, see and stop codes for channels."""

import pytest
from sqlmodel import select

from crm_core.database import Database
from crm_core.people import staff
from crm_core.people.tables import Staff
from crm_core.relations import ways
from crm_core.relations.tables import ContactWay
from tests.bot.conftest import Chat, hire, shown
from tests.conftest import NOW

WECOM = {
    "corp_id": "ww1",
    "agent_id": 1,
    "secret": "s",
    "contact_secret": "c",
    "token": "abc",
    "encoding_aes_key": "k" * 43,
}


@pytest.fixture
def chat(sqlite_database: Database) -> Chat:
    """Alice is on WeCom, Bob is not; Dora is the administrator."""
    hire(sqlite_database, NOW)
    chat = Chat(sqlite_database, wecom=WECOM)
    with sqlite_database.writing() as session:
        alice = session.exec(select(Staff).where(Staff.name == "Alice")).one()
        staff.add_handle(session, alice, "wecom", "alice")
    return chat


def test_a_code_is_made_shown_and_stopped(chat: Chat) -> None:
    assert "正在生成" in shown(chat.card("dora", "活码 展会 给 Alice 标签 VIP、展会客户 负责人 Alice"))
    with chat.database.writing() as session:
        way = session.exec(select(ContactWay)).one()
        assert (way.members, way.tags, way.owner_id is not None) == (["alice"], ["VIP", "展会客户"], True)
        ways.made(session, str(way.id), config_id="c1", qr_code="https://wework.qpic.cn/qr")

    assert "展会" in shown(chat.card("dora", "活码"))
    card = shown(chat.card("dora", "活码 展会"))
    assert "https://wework.qpic.cn/qr" in card
    assert "VIP、展会客户" in card

    assert "已停用" in shown(chat.card("dora", "活码 停用 展会"))
    assert "还没有活码" in shown(chat.card("dora", "活码"))


def test_it_can_be_taken_back(chat: Chat) -> None:
    chat.card("dora", "qr Expo for Alice tag VIP")
    chat.card("dora", "undo")
    assert "no codes yet" in shown(chat.card("dora", "qr"))


@pytest.mark.parametrize(
    ("who", "text", "said"),
    [
        ("alice", "qr Expo for Alice", "Only managers"),
        ("dora", "qr Expo for Bob", "has no account in WeCom"),
        ("dora", "qr Nothing", "no code called"),
        ("dora", f"qr {'x' * 31} for Alice", "at most 30"),
    ],
)
def test_what_cannot_be_made_is_said_with_its_mend(chat: Chat, who: str, text: str, said: str) -> None:
    assert said in shown(chat.card(who, text))


def test_without_the_secret_it_says_what_to_configure(sqlite_database: Database) -> None:
    hire(sqlite_database, NOW)
    assert "contact_secret" in shown(Chat(sqlite_database).card("dora", "qr"))
