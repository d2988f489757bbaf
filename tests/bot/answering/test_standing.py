"""A question that waits outlives what was not understood, and only that."""

import pytest
from sqlmodel import select

from crm_core.outreach import broadcasts, previews
from crm_core.outreach.tables import Broadcast, BroadcastState, BroadcastWork
from crm_core.outreach.tally import Tally
from tests.adapters.cupboard import PDF
from tests.bot.commands.vips import introduce, recipients
from tests.bot.conftest import Chat, colleague, shown


@pytest.fixture
def chat(chat: Chat) -> Chat:
    introduce(chat)
    return chat


def state(chat: Chat) -> BroadcastState:
    with chat.database.reading() as session:
        return BroadcastState(session.exec(select(Broadcast.state)).one())


@pytest.mark.parametrize(
    "text",
    ["yse", "yess please", "Zeppelin", "hlep", "3", "thanks", "x" * 4001],
)
def test_the_preview_waits_and_is_said_again_after_a_line_that_may_have_been_the_answer(chat: Chat, text: str) -> None:
    preview = chat.card("alice", "broadcast VIP: Hello {name}")
    card = chat.card("alice", text)
    assert "Still waiting for your answer: Broadcast 1: 2 customers would receive it" in shown(card)
    assert [(button.label, button.command) for button in card.buttons[:2]] == [
        ("Yes", preview.buttons[0].command),
        ("No", "broadcast cancel 1"),
    ]
    assert "on its way to 2 customers" in shown(chat.card("alice", "yes"))
    assert recipients(chat) == ["ann", "ben"]


@pytest.mark.parametrize(
    ("text", "yes"),
    [
        ("todo Charlie", "yes"),
        ("show Zeppelin", "ok"),
        ("show Zeppelin", "send it"),
        ("done 7", "发"),
        ("broadcast 99", "yes"),
        ("待办 Charlie", "好"),
        ("完成7", "好"),
        ("what is Zeppelin's phone?", "yes"),
    ],
)
def test_after_a_command_that_came_to_nothing_a_yes_shows_the_preview_before_anything_is_sent(
    chat: Chat, text: str, yes: str
) -> None:
    chat.card("alice", "broadcast VIP: Hello {name}")
    card = chat.card("alice", text)
    assert "Broadcast 1" not in shown(card)
    assert "群发 1" not in shown(card)
    assert "broadcast confirm 1" not in shown(card)
    preview = chat.card("alice", yes)
    assert preview.text.startswith(("Broadcast 1 was neither sent nor cancelled", "群发 1 还没有确认，没有发送"))
    assert preview.buttons[0].label in {"Send to 2", "确认发送（2）"}
    assert recipients(chat) == []
    chat.card("alice", yes)
    assert recipients(chat) == ["ann", "ben"]


def test_after_a_command_that_came_to_nothing_a_file_alone_is_for_no_draft(chat: Chat) -> None:
    chat.card("alice", "broadcast VIP: Hello")
    chat.card("alice", "show Zeppelin")
    assert "Got file #1: list.pdf" in chat.card("alice", "", files={"list.pdf": PDF}).text


def test_after_a_command_that_came_to_nothing_a_sequence_is_not_switched_on_unseen(chat: Chat) -> None:
    chat.card("alice", "sequence new Welcome\nenter: VIP\nat once: Hello")
    assert "Answer yes" in chat.card("alice", "sequence on Welcome").footer
    chat.card("alice", "show Zeppelin")
    assert "Nothing is waiting" in shown(chat.card("alice", "yes"))
    assert "draft" in shown(chat.card("alice", "sequence Welcome"))


def test_a_question_that_any_text_answers_gives_way_to_a_command_that_came_to_nothing(chat: Chat) -> None:
    chat.card("alice", "remind me tomorrow to call Ann")
    chat.card("alice", "reschedule 1")
    assert "Still waiting" not in shown(chat.card("alice", "done 99"))
    assert "Moved to" not in shown(chat.card("alice", "on Friday 3pm"))


def test_the_preview_waits_in_chinese(chat: Chat) -> None:
    chat.card("alice", "群发 VIP: {name}您好")
    card = chat.card("alice", "时的")
    assert "没有找到「时的」。\n上一个问题还等着你回答：群发 1 预览：2 位客户会收到" in card.text
    assert [button.label for button in card.buttons[:2]] == ["是", "否"]
    assert "群发 1 已取消" in shown(chat.card("alice", "否"))


def test_yes_is_for_the_question_and_never_for_an_offer_that_came_after_it(chat: Chat) -> None:
    chat.card("alice", "broadcast VIP: Hello")
    card = chat.card("alice", "Zeppelin")
    assert "Answer yes to do so" not in shown(card)
    assert [button.command for button in card.buttons][2:] == ["new Zeppelin"]
    chat.card("alice", "hlep")
    assert "on its way" in shown(chat.card("alice", "yes"))


def test_an_offer_after_a_line_that_was_not_understood_waits_for_no_other(chat: Chat) -> None:
    chat.card("alice", "Zeppelin")
    chat.card("alice", "Zeppelina")
    assert "Zeppelina" in shown(chat.card("alice", "yes"))


def test_a_list_is_answered_after_a_refusal(chat: Chat) -> None:
    chat.card("alice", "新建 张三 13800138812 公司 Acme")
    chat.card("alice", "新建 张三 13900139900 公司 星辰制造")
    assert "2. 张三" in shown(chat.card("alice", "张三"))
    assert "只能看到自己的" in shown(chat.card("alice", "待办 Charlie"))
    assert "张三" in shown(chat.card("alice", "2"))


def test_a_time_that_was_not_understood_is_asked_for_again(chat: Chat) -> None:
    chat.card("alice", "remind me tomorrow to call Ann")
    chat.card("alice", "reschedule 1")
    assert 'Still waiting for your answer: When should "call Ann" be?' in shown(chat.card("alice", "whenever"))
    assert "Moved to" in shown(chat.card("alice", "on Friday 3pm"))


def test_a_question_that_any_text_answers_waits_for_one_line_that_is_none(chat: Chat) -> None:
    chat.card("alice", "remind me tomorrow to call Ann")
    chat.card("alice", "reschedule 1")
    assert "Still waiting for your answer" in shown(chat.card("alice", "Ann"))
    assert "Still waiting for your answer" not in shown(chat.card("alice", "Ann"))
    assert chat.card("alice", "Ann").title.startswith("Ann")


def test_an_answer_that_failed_is_not_asked_for_again(chat: Chat) -> None:
    chat.card("alice", "broadcast VIP: Hello")
    chat.card("bob", "broadcast cancel 1")
    chat.card("dora", "staff Alice role viewer")
    assert "Still waiting" not in shown(chat.card("alice", "yes"))
    assert "Nothing is waiting" in shown(chat.card("alice", "yes"))


def test_after_something_else_yes_tells_of_the_draft_and_sends_it_when_said_again(chat: Chat) -> None:
    chat.card("alice", "broadcast VIP: Hello {name}")
    chat.card("alice", "show Ann")
    card = chat.card("alice", "yes")
    assert "Broadcast 1 was neither sent nor cancelled" in shown(card)
    assert card.buttons[0].label == "Send to 2"
    assert recipients(chat) == []
    chat.card("alice", "yes")
    assert state(chat) is BroadcastState.RUNNING


@pytest.mark.parametrize(
    ("lines", "says", "label"),
    [
        (("broadcast VIP: Hi", "show Ann", "no"), "To cancel it answer no once more.", "Cancel broadcast 1"),
        (("broadcast VIP: Hi", "show Zeppelin", "no"), "neither sent nor cancelled", "Cancel broadcast 1"),
        (("broadcast VIP: Hi", "todo", "no"), "neither sent nor cancelled", "Cancel broadcast 1"),
        (("群发 VIP: 您好", "提醒我 明天下午3点 联系 Ann", "取消"), "群发 1 还没有确认，没有发送。", "取消群发 1"),
        (("群发 VIP: 您好", "待办", "否"), "要取消它，再回复一次“否”。", "取消群发 1"),
    ],
)
def test_after_something_else_a_no_drops_the_draft_only_when_it_is_said_again(
    chat: Chat, lines: tuple[str, ...], says: str, label: str
) -> None:
    for line in ("remind me tomorrow at 9 to call Ann", *lines[:-1]):
        chat.card("alice", line)
    card = chat.card("alice", lines[-1])
    assert says in card.text
    assert state(chat) is BroadcastState.DRAFT
    (button,) = card.buttons
    assert button.label == label
    dropped = shown(chat.card("alice", lines[-1] if label.isascii() else button.command))
    assert "nothing was sent" in dropped or "什么都没有发送" in dropped
    assert state(chat) is BroadcastState.CANCELLED


def test_a_no_after_a_command_that_came_to_nothing_is_not_for_the_draft_either(chat: Chat) -> None:
    for text in ("broadcast VIP: Hi", "show Ann", "no", "done 7", "no"):
        chat.card("alice", text)
    assert state(chat) is BroadcastState.DRAFT


def test_a_yes_after_such_a_no_shows_the_preview_once_more(chat: Chat) -> None:
    for text in ("broadcast VIP: Hi", "show Ann", "no"):
        chat.card("alice", text)
    assert chat.card("alice", "yes").buttons[0].label == "Send to 2"
    assert recipients(chat) == []


@pytest.mark.parametrize("text", ["send", "Send it!", "发送", "确认发送", "发吧"])
def test_a_word_for_sending_is_a_yes_to_the_draft_that_waits(chat: Chat, text: str) -> None:
    chat.card("alice", "broadcast VIP: Hello {name}")
    chat.card("alice", text)
    assert state(chat) is BroadcastState.RUNNING


@pytest.mark.parametrize("text", ["send", "发送"])
def test_a_word_for_sending_is_a_yes_to_nothing_else(chat: Chat, text: str) -> None:
    assert text in shown(chat.card("alice", text))
    chat.card("alice", "remind me yesterday at 3pm to call Ann")
    assert text in shown(chat.card("alice", text))
    assert "call Ann" not in shown(chat.card("alice", "todo"))


def test_an_answer_that_comes_too_late_tells_of_the_draft_for_a_while(chat: Chat) -> None:
    chat.card("alice", "broadcast VIP: Hello")
    chat.later(minutes=15)
    assert "neither sent nor cancelled" in shown(chat.card("alice", "yes"))
    chat.later(minutes=31)
    assert "Nothing is waiting" in shown(chat.card("alice", "yes"))
    assert "nothing was done" in shown(chat.card("bob", "no"))


@pytest.mark.parametrize(("no", "says"), [("算了", "好，不做了"), ("never mind", "nothing was done")])
def test_a_no_to_another_question_tells_of_no_draft(chat: Chat, no: str, says: str) -> None:
    chat.card("alice", "remind me tomorrow to call Ann")
    chat.card("alice", "broadcast VIP: Hello")
    chat.card("alice", "改时间 1" if no == "算了" else "reschedule 1")
    assert says in shown(chat.card("alice", no))


def test_of_a_draft_before_the_last_broadcast_nothing_is_told(chat: Chat) -> None:
    chat.card("alice", "broadcast VIP: Hello")
    chat.card("alice", "broadcast VIP: Good morning")
    chat.card("alice", "yes")
    assert "Nothing is waiting" in shown(chat.card("alice", "yes"))
    assert recipients(chat) == ["ann", "ben"]


def test_a_question_is_said_again_only_where_it_might_be_asked(chat: Chat) -> None:
    chat.platform.rooms["group:all"] = (colleague("alice"), colleague("charlie"))
    chat.say("alice", "broadcast VIP: Hello {name}", room="group:all")
    (message,) = chat.say("alice", "hlep", room="group:all")
    assert "Still waiting" in shown(message.card)
    assert message.only_for == "alice"


def test_a_large_broadcast_is_not_counted_anew_for_each_yes(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (broadcasts, previews):
        monkeypatch.setattr(module, "SMALL", 1)
    for text in ("broadcast VIP: Hello {name}", "yes"):
        assert "are being counted" in shown(chat.card("alice", text))
    with chat.database.writing() as session:
        draft = session.exec(select(Broadcast)).one()
        draft.work, draft.counted = BroadcastWork.NONE, Tally(4, ways={"fake": 2}, first=[(1, None)]).document()
        session.add(draft)
    assert "neither sent nor cancelled" in shown(chat.card("alice", "yes"))
    assert "on its way to 2 customers" in shown(chat.card("alice", "yes"))
