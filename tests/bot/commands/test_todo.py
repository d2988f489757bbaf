"""待办/todo, 完成/done, 稍后/snooze, 改时间/reschedule, 停止/stop."""

import pytest
from sqlmodel import select

from crm_core.outreach.tables import Nudge
from tests.bot.conftest import Chat, shown


@pytest.fixture
def chat(chat: Chat) -> Chat:
    """Alice has three to-dos: Acme in two hours, 张三 on Thursday, the pipeline every Monday."""
    chat.card("alice", "new Acme")
    chat.card("alice", "new 张三")
    chat.card("alice", "remind me in 2 hours to call Acme")
    chat.card("alice", "提醒 张三 明天下午3点 发合同")
    chat.card("alice", "remind me every Monday 9am to look at the pipeline")
    return chat


def rang(chat: Chat, nudge_id: int) -> None:
    """This to-do was just said to its person."""
    with chat.database.writing() as session:
        nudge = session.get_one(Nudge, nudge_id)
        nudge.due_at = nudge.delivered_at = chat.now
        session.add(nudge)


def test_what_is_open_stands_under_its_time(chat: Chat) -> None:
    chat.later(hours=3)
    card = chat.card("alice", "todo")
    assert card.title == "3 to-dos open"
    assert card.items[:4] == (
        "— overdue: 1 —",
        "1. today 12:20 call Acme",
        "— this week: 1 —",
        "2. tomorrow 15:00 发合同 (张三)",
    )
    assert card.items[4] == "— later: 1 —"
    assert [button.command for button in card.buttons] == ["done #1", "done #2", "done #3"]


@pytest.mark.parametrize(
    ("who", "text", "says", "hides"),
    [
        ("alice", "待办", "待办（3 项）", "Nothing"),
        ("alice", "todo Acme", "1 to-do open about Acme", "发合同"),
        ("alice", "待办 张三", "关于 张三 的待办（1 项）", "Acme"),
        ("alice", "what do i have today", "1 to-do open today", "发合同"),
        ("alice", "待办 明天", "明天的待办（1 项）", "Acme"),
        ("alice", "todo this week", "2 to-dos open this week", "pipeline"),
        ("bob", "todo Alice", "3 to-dos open for Alice", "Nothing"),
        ("bob", "todo team", "call Acme · Alice", "Nothing"),
        ("bob", "todo", "Nothing is open", "Acme"),
        ("alice", "todo team", "You see your own only", "Acme"),
        ("alice", "todo Charlie", "You see your own only", "Acme"),
        ("charlie", "todo Acme", "Acme", "call Acme"),
        ("charlie", "todo #1", "no such reminder", "Acme"),
        ("alice", "todo #1", "To-do #1", "发合同"),
        ("alice", "todo page 2", "the last is 1", "Acme"),
    ],
)
def test_lists_show_what_is_asked_for_and_no_more(chat: Chat, who: str, text: str, says: str, hides: str) -> None:
    answer = shown(chat.card(who, text))
    assert says in answer
    assert hides not in answer.replace("todo Acme", "")


def test_more_than_ten_come_page_by_page(chat: Chat) -> None:
    for number in range(4, 15):
        chat.card("alice", f"remind me in {number} days to do task {number}")
    first = chat.card("alice", "todo")
    assert first.title == "14 to-dos open"
    more = first.buttons[-1]
    assert more.label == "4 more"
    second = shown(chat.card("alice", more.command))
    assert "11. " in second
    assert "14. " in second
    assert "1. today" not in second
    assert "task 14" in shown(chat.card("alice", "14"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("done 1", "Done: call Acme"),
        ("完成 2", "已完成：发合同（张三）"),
        ("done #2", "Done: 发合同 (张三)"),
        ("完成 张三", "已完成：发合同（张三）"),
        ("done Acme", "Done: call Acme"),
        ("done pipeline", "Done for this time: look at the pipeline. Next: Mon 30 Nov 09:00"),
        ("done 1, 2", "Done: call Acme\nDone: 发合同 (张三)"),
        ("done 7", "There is no number 7"),
        ("done #99", "no such reminder"),
        ("done Zeppelin", 'Nothing open is about "Zeppelin"'),
    ],
)
def test_done_closes_what_is_meant(chat: Chat, text: str, says: str) -> None:
    assert says in shown(chat.card("alice", text))


def test_done_alone_closes_what_rang_last(chat: Chat) -> None:
    chat.later(hours=2)
    rang(chat, 1)
    assert "Done: call Acme" in shown(chat.card("alice", "done"))


def test_done_alone_asks_when_nothing_rang(chat: Chat) -> None:
    card = chat.card("alice", "done")
    assert card.text == "Which one?"
    assert "Done: 发合同" in shown(chat.card("alice", "2")) or "已完成：发合同" in shown(chat.card("alice", "2"))


def test_numbers_stand_while_the_list_shrinks(chat: Chat) -> None:
    chat.card("alice", "todo")
    assert "call Acme" in shown(chat.card("alice", "done 1"))
    assert "You closed it" in shown(chat.card("alice", "done 1"))
    assert "发合同" in shown(chat.card("alice", "done 2"))


@pytest.mark.parametrize(("text", "says"), [("done 1", "发合同"), ("完成 1", "发合同"), ("done 2", "no number 2")])
def test_a_number_means_the_list_seen_last_whatever_was_said_since(chat: Chat, text: str, says: str) -> None:
    chat.card("alice", "todo 张三")
    chat.card("alice", "show Acme")
    chat.card("alice", "remind me in 5 minutes to stand up")
    chat.later(hours=1)
    assert says in shown(chat.card("alice", text))


def test_the_numbers_of_a_choice_are_those_that_were_shown(chat: Chat) -> None:
    chat.card("alice", "remind me on Friday 3pm to call Acme back")
    assert chat.card("alice", "done call").items[1].startswith("2. ")
    assert "call Acme back" in shown(chat.card("alice", "done 2"))


def test_the_next_day_a_number_is_asked_about(chat: Chat) -> None:
    chat.card("alice", "todo 张三")
    chat.later(hours=13)
    card = chat.card("alice", "done 1")
    assert card.text == "Which one?"
    assert "call Acme" in card.items[0]
    assert "Done: call Acme" in shown(chat.card("alice", "1"))


def test_after_the_second_page_the_numbers_of_the_first_are_still_known(chat: Chat) -> None:
    for number in range(4, 12):
        chat.card("alice", f"remind me in {number} days to do task {number}")
    chat.card("alice", "todo")
    chat.card("alice", "todo page 2")
    assert "call Acme" in shown(chat.card("alice", "done 1"))


def test_a_further_page_renumbers_nothing_that_stands_on_another(chat: Chat) -> None:
    for number in range(4, 15):
        chat.card("alice", f"remind me in {number} days to do task {number}")
    chat.card("alice", "todo")
    chat.card("alice", "done 1")
    assert "11. " in shown(chat.card("alice", "todo page 2"))
    assert "发合同" in shown(chat.card("alice", "2"))
    assert "Done: do task 4" in shown(chat.card("alice", "done 3"))
    assert "task 12" in shown(chat.card("alice", "done 11"))


def test_the_second_to_press_is_told_who_was_first(chat: Chat) -> None:
    chat.card("bob", "done #1")
    chat.later(minutes=5)
    assert "Bob closed it 5 minutes ago: call Acme" in shown(chat.card("alice", "done #1"))
    assert "Bob closed it" in shown(chat.card("alice", "snooze #1"))
    assert "Bob 5 分钟前已经完成了" in shown(chat.card("alice", "停止 #1"))


def test_a_repeating_one_is_closed_once_a_time(chat: Chat) -> None:
    chat.later(days=5)
    rang(chat, 3)
    chat.card("bob", "done #3")
    answer = shown(chat.card("alice", "done #3"))
    assert "Bob closed it for this time" in answer
    assert "Next: Mon 30 Nov 09:00" in answer


def test_done_is_undone(chat: Chat) -> None:
    chat.card("alice", "done 1")
    chat.card("alice", "undo")
    assert "call Acme" in shown(chat.card("alice", "todo"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("snooze 1", "Wed 18 Nov, 11:20 (Asia/Shanghai, in 1 hour): call Acme"),
        ("snooze 1 30 min", "10:50 (Asia/Shanghai, in 30 minutes): call Acme"),
        ("稍后 1 2小时", "12:20（北京时间，2 小时后）再提醒你：call Acme"),
        ("稍后 #2 明天9点", "11月19日 周四 上午9:00（北京时间，明天）"),
        ("snooze Acme until tomorrow 9am", "Thu 19 Nov, 09:00 (Asia/Shanghai, tomorrow): call Acme"),
        ("推迟 张三 到周五", "11月20日 周五 上午9:00"),
        ("reschedule 1 Friday 10am", "Moved to Fri 20 Nov, 10:00 (Asia/Shanghai, in 2 days): call Acme"),
        ("改时间 2 每周五9点", "已改到 11月20日 周五 上午9:00"),
        ("snooze 1 whenever", 'no time in "whenever"'),
        ("reschedule 1 Feb 31", "The calendar has no"),
        ("snooze 9 1 hour", "There is no number 9"),
        ("stop 1", "Dropped: call Acme"),
        ("停止 3", "不再重复：look at the pipeline（每周一 上午9:00）"),
    ],
)
def test_a_to_do_is_put_off_moved_or_dropped(chat: Chat, text: str, says: str) -> None:
    assert says in shown(chat.card("alice", text)).replace("「", "“").replace("」", "”")


def test_snooze_with_a_length_alone_means_the_one_that_rang(chat: Chat) -> None:
    chat.later(hours=2)
    rang(chat, 1)
    assert "14:20 (Asia/Shanghai, in 2 hours): call Acme" in shown(chat.card("alice", "snooze 2 hours"))


def test_reschedule_asks_for_the_time(chat: Chat) -> None:
    assert 'When should "call Acme" be?' in shown(chat.card("alice", "reschedule 1"))
    assert "Fri 20 Nov, 15:00" in shown(chat.card("alice", "on Friday 3pm, please"))


def test_a_stopped_series_stays_stopped(chat: Chat) -> None:
    chat.card("alice", "stop #3")
    with chat.database.reading() as session:
        assert session.exec(select(Nudge.next_at).where(Nudge.id == 3)).one() is None
