"""提醒/remind and 时间/when: read, repeated in words, and asked for when missing."""

import pytest

from tests.bot.conftest import Chat, shown


@pytest.fixture
def chat(chat: Chat) -> Chat:
    for name in ("张三", "周一鸣", "张明天", "Acme", "Bob Miller", "May"):
        chat.card("alice", f"new {name}")
    return chat


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("提醒我下周一上午十点跟进报价", ["跟进报价", "11月23日 周一 上午10:00（北京时间，5 天后）"]),
        ("提醒 张三 明天下午3点 发合同", ["发合同", "11月19日 周四 下午3:00（北京时间，明天）", "客户: 张三"]),
        ("明天下午三点提醒我给周一鸣打电话", ["给周一鸣打电话", "周四 下午3:00", "客户: 周一鸣"]),
        ("提醒我 后天 联系张明天", ["联系张明天", "11月20日 周五 上午9:00", "客户: 张明天"]),
        ("提醒我 今天下午4点 回电话", ["11月18日 周三 下午4:00（北京时间，5 小时 40 分钟后）"]),
        ("提醒我 15分钟后 喝水", ["喝水", "10:35", "15 分钟后"]),
        (
            "remind me tomorrow 3pm to call Bob Miller",
            ["call Bob Miller", "Thu 19 Nov, 15:00 (Asia/Shanghai, tomorrow)"],
        ),
        ("remind me in 1 hour to call her back", ["call her back", "in 1 hour"]),
        ("tomorrow at 3pm remind me to call Acme", ["call Acme", "Thu 19 Nov, 15:00", "Customer: Acme"]),
        ("remind me on May 5 at noon to pay the rent", ["pay the rent", "Wed 5 May 2027, 12:00"]),
        ("remind me to write May on Friday", ["write May", "Fri 20 Nov, 09:00", "Customer: May"]),
        ("remind Bob on Friday to send the quote", ["send the quote", "Fri 20 Nov, 09:00", "For: Bob"]),
        ("remind Bob Miller on Friday about the quote", ["the quote", "Customer: Bob Miller"]),
        ("提醒 Bob 周五 给客户发报价", ["给客户发报价", "提醒谁: Bob"]),
    ],
)
def test_a_reminder_repeats_what_was_understood(chat: Chat, text: str, says: list[str]) -> None:
    answer = shown(chat.card("alice", text))
    assert all(part in answer for part in says), answer
    assert "#1" in answer


def test_a_reminder_can_be_moved_and_undone(chat: Chat) -> None:
    card = chat.card("alice", "remind me tomorrow 3pm to call Acme")
    assert [button.label for button in card.buttons] == ["Other time", "Undo"]
    chat.card("alice", "undo")
    assert "Nothing is open" in shown(chat.card("alice", "todo"))


def test_without_a_time_it_is_asked_for(chat: Chat) -> None:
    card = chat.card("alice", "remind me to send Acme the offer")
    assert "When?" in card.text
    assert [button.label for button in card.buttons] == ["In 1 hour", "Tomorrow 9am", "Next Monday 9am"]
    assert "Thu 19 Nov, 09:00" in shown(chat.card("alice", card.buttons[1].command))


@pytest.mark.parametrize(("answer", "says"), [("1", "11:20"), ("3", "23"), ("周五下午3点", "11月20日 周五 下午3:00")])
def test_the_question_is_answered_with_a_number_or_a_time(chat: Chat, answer: str, says: str) -> None:
    chat.card("alice", "提醒我给张明天打电话")
    said = shown(chat.card("alice", answer))
    assert says in said
    assert "给张明天打电话" in said


def test_a_name_alone_becomes_a_follow_up(chat: Chat) -> None:
    assert "跟进 张三" in shown(chat.card("alice", "提醒 张三 明天"))
    assert "Follow up with Acme" in shown(chat.card("alice", "remind Acme tomorrow"))


def test_a_pronoun_means_the_customer_talked_about(chat: Chat) -> None:
    chat.card("alice", "find Acme")
    assert "Customer: Acme" in shown(chat.card("alice", "remind me tomorrow to call them"))


def test_an_hour_that_has_passed_offers_the_next_one(chat: Chat) -> None:
    card = chat.card("alice", "提醒我 今天早上8点 开会")
    assert "今天 08:00 已经过去了" in card.text
    assert "明天 08:00" in shown(card)
    assert "11月19日 周四 早上8:00" in shown(chat.card("alice", "是"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("提醒我 2月31日 交报告", "没有“2月31日”这一天"),
        ("remind me on February 31 to report", "The calendar has no"),
        ("remind me at 25:00 to sleep", "No clock shows"),
        ("remind me yesterday to call", "already past"),
        ("remind", "Remind you of what, and when?"),
        ("提醒", "提醒什么、什么时候？"),
        ("remind Charlie tomorrow to smile", "not in your team"),
        ("remind me tomorrow " + "x" * 600, "too long"),
    ],
)
def test_what_cannot_be_set_names_its_mend(chat: Chat, text: str, says: str) -> None:
    answer = shown(chat.card("alice", text))
    assert says in answer.replace("「", "“").replace("」", "”")
    assert "Undo" not in answer


def test_a_shared_name_is_asked_about(chat: Chat) -> None:
    chat.card("alice", "new 李四 13800138801")
    chat.card("alice", "new anyway 李四 13800138802")
    card = chat.card("alice", "提醒 李四 明天 发合同")
    assert "哪一位 李四" in card.text
    said = shown(chat.card("alice", "2"))
    assert "发合同" in said
    assert "客户: 李四" in said


def test_somebody_elses_customer_is_no_name(chat: Chat) -> None:
    answer = shown(chat.card("charlie", "提醒我 明天 联系张三"))
    assert "联系张三" in answer
    assert "客户" not in answer


def test_who_may_only_read_sets_none(chat: Chat) -> None:
    chat.card("dora", "staff Bob role viewer")
    assert "Your role lets you look, not set reminders. To set your own" in shown(
        chat.card("bob", "remind me tomorrow to call")
    )
    with_owner = chat.card("bob", "remind me tomorrow to call 张三")
    assert "张三 is with Alice: ask Alice to set it." in with_owner.text
    assert "staff Bob role sales" in with_owner.text
    assert "张三 由 Alice 负责，可以请 Alice 来设。" in chat.card("bob", "提醒我 明天 联系张三").text
    chat.card("dora", "staff Bob role sales")
    assert "Undo" in shown(chat.card("bob", "remind me tomorrow to call"))


def test_who_may_only_read_is_not_sent_to_somebody_who_left(chat: Chat) -> None:
    chat.card("dora", "staff Bob role viewer")
    chat.card("dora", "staff Alice deactivate")
    denied = chat.card("bob", "remind me tomorrow to call 张三")
    assert "is with Alice" not in denied.text
    assert "have an administrator give you a role" in denied.text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("时间 下周三下午", "11月25日 周三 下午3:00（北京时间，7 天后）"),
        ("when next friday", "Fri 27 Nov (Asia/Shanghai, in 9 days)"),
        ("when in 2 hours", "Wed 18 Nov, 12:20 (Asia/Shanghai, in 2 hours)"),
        ("when next friday", "Only a day: a reminder rings at 9:00"),
        ("when pigs fly", "I see no time in it"),
        ("时间 2月31日", "没有"),
        ("时间", "要读哪个时间"),
    ],
)
def test_when_says_how_a_time_is_read(chat: Chat, text: str, says: str) -> None:
    assert says in shown(chat.card("alice", text))


def test_times_are_read_in_the_zone_of_the_person(chat: Chat) -> None:
    chat.card("alice", "staff zone Europe/London")
    assert "Wed 18 Nov, 15:00 (Europe/London, in 12 hours 40 minutes)" in shown(chat.card("alice", "when today 3pm"))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("remind #1 2026-11-20 09:00: send the quote by Friday 3pm", "send the quote by Friday 3pm"),
        ("提醒 #1 2026-11-20 09:00: 明天下午给 #1 打电话", "明天下午给 #1 打电话"),
    ],
)
def test_what_a_form_wrote_is_taken_word_for_word(chat: Chat, text: str, kept: str) -> None:
    card = chat.card("alice", text)
    assert card.text == kept
    assert "9:00" in shown(card)
    assert "张三" in [field.value for field in card.fields]
