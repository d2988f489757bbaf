"""会话存档/recording: who is recorded, and who did not agree."""

from datetime import timedelta

from crm_core.archiving import Agreement, ConsentState
from crm_core.chat import Sender, SenderKind
from crm_core.conversations import consents
from crm_core.customers import identities
from tests.bot.conftest import Chat, shown

ZHANG, LI = "wmZhangSan00000000000000000000000", "wmLiSi000000000000000000000000000"


def recorded(chat: Chat) -> None:
    """张三 declined with Alice an hour ago, 李四 did not answer, three agreed."""
    with chat.database.writing() as session:
        consents.cover(session, "fake", ["alice", "w_unknown"], now=chat.now)
        identities.seen(session, "fake", Sender(ZHANG, "张三", SenderKind.EXTERNAL), now=chat.now, country="CN")
        yes = [Agreement(f"wm{n}", ConsentState.AGREED, chat.now, with_whom="alice") for n in range(3)]
        no = Agreement(ZHANG, ConsentState.DECLINED, chat.now - timedelta(hours=1), with_whom="alice")
        silent = Agreement(LI, ConsentState.UNANSWERED, chat.now - timedelta(days=9000), room="wrGroup")
        consents.note(session, "fake", [*yes, no, silent])


def test_an_administrator_sees_who_is_recorded_and_who_declined(chat: Chat) -> None:
    recorded(chat)
    said = shown(chat.card("dora", "recording"))
    assert "2 colleagues: Alice, w_unknown" in said
    assert "1. 张三 · Declined · Alice · 1 hour ago" in said
    assert f"2. {LI} · Not answered · wrGroup" in said
    assert "3" in said


def test_in_chinese(chat: Chat) -> None:
    recorded(chat)
    said = shown(chat.card("dora", "会话存档"))
    assert "2 位同事：Alice、w_unknown" in said
    assert "1. 张三 · 不同意 · Alice" in said


def test_without_an_archive_it_says_how_to_open_one(chat: Chat) -> None:
    assert "docs/wecom.zh-CN.md" in shown(chat.card("dora", "会话存档"))


def test_it_is_for_administrators(chat: Chat) -> None:
    recorded(chat)
    assert "张三" not in shown(chat.card("alice", "recording"))
