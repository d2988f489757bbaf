"""成员/staff: the list, one's own settings, and what is for administrators."""

import pytest

from tests.bot.conftest import Chat, shown


def test_the_list_names_everybody_with_role_team_and_zone(chat: Chat) -> None:
    answer = shown(chat.card("alice", "staff"))
    assert "4 people" in answer
    assert "Bob · manager · Sales · Asia/Shanghai" in answer
    assert "Charlie · 销售 · Others" in shown(chat.card("bob", "成员"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("staff zone Europe/London", "Alice's time zone: Asia/Shanghai → Europe/London"),
        ("staff zone europe/london", "Asia/Shanghai → Europe/London"),
        ("成员 时区 东京", "Alice 的时区：Asia/Shanghai → Asia/Tokyo"),
        ("成员 时区 Asia/Shanghai", "本来就是 Asia/Shanghai"),
        ("staff language en", "as they write → English"),
        ("staff digest 8", "at 9:00 → at 8:00"),
        ("staff digest 8pm", "at 9:00 → at 20:00"),
        ("成员 日报 关", "9:00 → 关"),
        ("staff me digest off", "at 9:00 → off"),
    ],
)
def test_everybody_sets_their_own_zone_language_and_digest(chat: Chat, text: str, says: str) -> None:
    assert says in shown(chat.card("alice", text))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("成员 时区 Mars/Phobos", "没有时区“Mars/Phobos”"),
        ("staff zone Europe/Londn", "Europe/London"),
        ("staff zone shang hai", "Asia/Shanghai"),
        ("staff language fr", "I speak Chinese (zh) and English (en)."),
        ("staff digest 25", "from 0 to 23"),
        ("成员 日报 早上", "0 到 23"),
        ("staff hat red", "Usage: staff"),
    ],
)
def test_what_cannot_be_set_names_its_mend(chat: Chat, text: str, says: str) -> None:
    assert says in shown(chat.card("alice", text))


def test_an_unknown_zone_offers_the_nearest_names(chat: Chat) -> None:
    answer = shown(chat.card("alice", "staff zone America/New_Yrok"))
    assert "The nearest: America/New_York" in answer


@pytest.mark.parametrize(
    "text",
    [
        "staff add Eve sales",
        "staff Bob role viewer",
        "staff Bob zone Europe/London",
        "成员 我 角色 管理员",
        "staff Bob deactivate",
    ],
)
def test_the_rest_is_for_administrators(chat: Chat, text: str) -> None:
    answer = shown(chat.card("alice", text))
    assert "Ask an administrator" in answer or "请联系管理员" in answer
    assert "Undo" not in answer


def test_an_administrator_adds_people_who_are_then_known(chat: Chat) -> None:
    answer = shown(chat.card("dora", "staff add Eve manager West fake:eve"))
    assert "Added Eve: manager, West, account fake:eve." in answer
    assert "You are Eve" in shown(chat.card("eve", "whoami"))


def test_somebody_added_without_an_account_is_pointed_out(chat: Chat) -> None:
    assert "成员 小王 账号" in shown(chat.card("dora", "成员 添加 小王 销售 华东"))
    assert "新增 → fake:wang" in shown(chat.card("dora", "成员 小王 账号 fake:wang"))
    assert "小王" in shown(chat.card("wang", "我是谁"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("staff Bob role viewer", "Bob's role: manager → viewer"),
        ("staff Charlie team Sales", "Charlie's team: Others → Sales"),
        ("成员 Charlie 范围 全部", "Charlie 的可见范围：随角色 → 全部"),
        ("成员 Charlie 时区 Europe/Paris", "Asia/Shanghai → Europe/Paris"),
        ("staff Charlie name Charles Dean", "Charlie's name: Charlie → Charles Dean"),
        ("成员 Charlie 名字 查理", "Charlie 的名字：Charlie → 查理"),
        ("staff Charlie name bob", "a colleague called bob already"),
        ("staff Charlie name", "What is the new name?"),
        ("staff Bob role boss", 'There is no role "boss"'),
        ("staff Bbo role viewer", "Did you mean Bob?"),
        ("staff Charlie handle nonsense", "platform:id"),
        ("staff add Alice", "Alice"),
    ],
)
def test_an_administrator_changes_anybody(chat: Chat, text: str, says: str) -> None:
    assert says in shown(chat.card("dora", text))


def test_who_is_called_otherwise_is_still_the_same(chat: Chat) -> None:
    chat.card("dora", "staff Charlie name Charles")
    assert "You are Charles" in shown(chat.card("charlie", "whoami"))
    assert "does not let you run the bot" in shown(chat.card("charlie", "staff Charles name Boss"))


def test_somebody_deactivated_is_no_longer_served_and_can_return(chat: Chat) -> None:
    assert "active → inactive" in shown(chat.card("dora", "staff Charlie deactivate"))
    assert "You are Charlie" not in shown(chat.card("charlie", "whoami"))
    assert "inactive → active" in shown(chat.card("dora", "staff Charlie activate"))
    assert "You are Charlie" in shown(chat.card("charlie", "whoami"))


def test_a_change_is_undone(chat: Chat) -> None:
    chat.card("alice", "staff zone Europe/London")
    chat.card("alice", "undo")
    assert "Time zone: Asia/Shanghai" in shown(chat.card("alice", "whoami"))


def test_an_administrator_sets_the_e_mail_a_colleague_is_recognised_by(chat: Chat) -> None:
    assert "e-mail dana@home.example" in shown(chat.card("dora", "staff add Dana sales dana@home.example"))
    assert "handle" not in shown(chat.card("dora", "staff add Frank sales frank@home.example"))
    assert "dana@home.example → d@home.example" in shown(chat.card("dora", "staff Dana email D@home.example"))
    assert "d@home.example → 无" in shown(chat.card("dora", "成员 Dana 邮箱 关"))
    assert "Frank" in shown(chat.card("dora", "staff Dana email frank@home.example"))
    assert "not a valid e-mail" in shown(chat.card("dora", "staff Dana email somewhere"))
