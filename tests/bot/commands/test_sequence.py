"""流程/sequence in the chat: written, previewed, switched on, followed; by whom, and seen by whom."""

import pytest
from sqlmodel import select

from crm_core.database import Database
from crm_core.outreach.sequences.tables import Enrolment, EnrolmentState, Sequence, SequenceState
from tests.bot.commands.vips import make_reachable
from tests.bot.conftest import Chat, hire, shown
from tests.conftest import NOW

WELCOME = """sequence new Welcome
enter: VIP
exit: reply, won
at once: Hello {name|there}
3 workdays later 10:00, if no reply: Did you have a look?
day 7 remind: Call them"""
CHINESE = """流程 新建 新客跟进
进入：VIP
立刻：您好{name|}
3个工作日后 10:00，没回复：方案您看了吗？
第7天 提醒：打个电话"""


@pytest.fixture
def chat(chat: Chat) -> Chat:
    """Alice's VIPs Ann, and Cid who opted out; Charlie's VIP Zoe."""
    for owner, name in (("alice", "Ann"), ("alice", "Cid"), ("charlie", "Zoe")):
        chat.card(owner, f"new {name} tag VIP")
        make_reachable(chat, owner, name)
    chat.card("alice", "set Cid opted out yes")
    return chat


def on(chat: Chat, name: str = "Welcome") -> None:
    chat.card("alice", f"sequence on {name}")
    chat.card("alice", "yes")


def state(chat: Chat) -> SequenceState:
    with chat.database.reading() as session:
        return session.exec(select(Sequence)).one().state


def test_a_draft_is_shown_with_its_steps_and_who_would_enter(chat: Chat) -> None:
    card = chat.card("alice", WELCOME)
    assert card.title == 'Sequence "Welcome", version 1, is a draft now'
    assert {field.label: field.value for field in card.fields} == {
        "Enters": "VIP",
        "Leaves on": "reply, won, opt-out, lost, merged",
        "Entering now": "1 customer: Ann",
    }
    assert card.items == (
        "1. at once message: Hello {name|there}",
        "2. 3 workdays later at 10:00, if no reply message: Did you have a look?",
        "3. day 7 remind the owner: Call them",
    )
    assert [(quote.who, quote.text) for quote in card.quotes] == [("Ann", "Hello Ann")]
    assert state(chat) is SequenceState.DRAFT


def test_the_same_in_chinese(chat: Chat) -> None:
    card = chat.card("alice", CHINESE)
    assert card.title == "流程「新客跟进」第 1 版已存为草稿"
    assert card.items == (
        "1. 立刻 发给客户：您好{name|}",
        "2. 3 个工作日后 10:00，没回复才 发给客户：方案您看了吗？",
        "3. 第 7 天 提醒负责人：打个电话",
    )
    asked = chat.card("alice", "流程 启用 新客跟进")
    assert "回复“是”启用" in asked.footer
    assert chat.card("alice", "是").text == "流程「新客跟进」第 1 版已启用，1 位客户正在进入。"
    assert state(chat) is SequenceState.ON


def test_it_is_switched_on_only_as_it_was_previewed(chat: Chat) -> None:
    chat.card("alice", WELCOME)
    chat.card("alice", "sequence on Welcome")
    chat.card("alice", "new Dan tag VIP")
    card = chat.card("alice", "sequence confirm #1 1 (1)")
    assert "Something changed since the preview" in card.text
    assert state(chat) is SequenceState.DRAFT
    assert chat.card("alice", "yes").text == 'Sequence "Welcome", version 1, is on; 2 customers entering.'


def test_switching_on_can_be_taken_back(chat: Chat) -> None:
    chat.card("alice", WELCOME)
    on(chat)
    chat.card("alice", "undo")
    assert state(chat) is SequenceState.DRAFT


def test_a_customer_is_put_in_and_taken_out_by_hand(chat: Chat) -> None:
    chat.card("alice", WELCOME)
    on(chat)
    added = chat.card("alice", "sequence add Ann to Welcome")
    assert added.text.startswith('Ann enters the sequence "Welcome"')
    assert chat.card("alice", "sequence add Ann").text == 'Ann is in the sequence "Welcome" already.'
    assert chat.card("alice", "sequence Ann").items[0].startswith("Welcome · step 1")
    assert chat.card("alice", "流程 移出 Ann").text == "Ann 已移出流程「Welcome」。"
    assert chat.card("alice", "sequence who Welcome").text == 'Nobody is under way in the sequence "Welcome".'
    chat.card("alice", "undo")
    assert "Ann #1" in chat.card("alice", "sequence who Welcome").items[0]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("周到科技", "周到科技"),
        ("周到科技有限公司", "周到科技"),
        ("Ann from Acme", "Ann from Acme"),
        ("Goto in Welcome Inn", "Goto in Welcome Inn"),
    ],
)
def test_a_word_for_from_or_to_may_stand_in_a_name(chat: Chat, name: str, said: str) -> None:
    chat.card("alice", WELCOME)
    on(chat)
    chat.card("alice", f"new {name}")
    make_reachable(chat, "alice", name)
    assert chat.card("alice", f"流程 加 {said}").text.startswith(f"{name} 进入流程「Welcome」")
    assert chat.card("alice", f"sequence add {said} to wel").text == f'{name} is in the sequence "Welcome" already.'
    assert chat.card("alice", f"sequence remove {said}").text == f'{name} is out of the sequence "Welcome".'
    assert 'There is no sequence "Welcom2"' in chat.card("alice", f"sequence add {said} to Welcom2").text


def test_putting_in_can_be_taken_back(chat: Chat) -> None:
    chat.card("alice", WELCOME)
    on(chat)
    chat.card("alice", "流程 加 Ann 到 Welcome")
    chat.card("alice", "撤销")
    with chat.database.reading() as session:
        assert session.exec(select(Enrolment)).all() == []


def test_who_opted_out_is_not_put_in(chat: Chat) -> None:
    chat.card("alice", WELCOME)
    on(chat)
    assert "opted out" in chat.card("alice", "sequence add Cid to Welcome").text


def test_a_colleague_sees_the_sequence_and_not_the_customers(chat: Chat) -> None:
    chat.card("alice", WELCOME)
    on(chat)
    chat.card("alice", "sequence add Ann to Welcome")
    assert "0 under way" in chat.card("charlie", "sequence").items[0]
    assert "Nobody is under way" in chat.card("charlie", "sequence who Welcome").text
    assert chat.card("charlie", "sequence results Welcome").text.startswith("0 entered")
    assert "1 under way" in chat.card("bob", "sequence").items[0]


def test_a_colleague_puts_their_own_customers_in_and_steers_nothing(chat: Chat) -> None:
    chat.card("alice", WELCOME)
    on(chat)
    assert chat.card("charlie", "sequence add Zoe to Welcome").text.startswith("Zoe enters")
    for order in ("pause", "off", "stop", "on"):
        assert "somebody else's" in chat.card("charlie", f"sequence {order} Welcome").text
    assert "somebody else's" in chat.card("charlie", WELCOME.replace("new", "edit", 1)).text
    assert state(chat) is SequenceState.ON
    assert chat.card("bob", "sequence pause Welcome").text.startswith('Sequence "Welcome" is paused')


def test_who_may_not_write_to_customers_makes_no_sequence(chat: Chat) -> None:
    chat.card("dora", "staff Charlie role viewer")
    assert "Welcome" not in shown(chat.card("charlie", WELCOME))
    with chat.database.reading() as session:
        assert session.exec(select(Sequence)).all() == []


def test_a_change_waits_until_it_is_switched_on(chat: Chat) -> None:
    chat.card("alice", WELCOME)
    on(chat)
    chat.card("alice", "sequence add Ann to Welcome")
    assert "version 2, is a draft" in chat.card("alice", WELCOME.replace("new", "edit", 1) + "!").title
    card = chat.card("alice", "sequence Welcome")
    assert card.text == "Version 2 waits to be switched on; until then customers begin the old one"
    on(chat)
    assert "1 more go by an older version" in chat.card("alice", "sequence results Welcome").footer
    assert "administrator" in chat.card("alice", "sequence move Welcome").text
    assert chat.card("dora", "sequence move Welcome").text.startswith("1 customer go on with version 2")


def test_off_and_stop_say_what_becomes_of_those_under_way(chat: Chat) -> None:
    chat.card("alice", WELCOME)
    on(chat)
    chat.card("alice", "sequence add Ann to Welcome")
    assert "1 under way go on to the end" in chat.card("alice", "sequence off Welcome").text
    assert "is not on" in chat.card("charlie", "sequence add Zoe to Welcome").text
    assert "go no further" in chat.card("alice", "sequence stop Welcome").text
    assert "cannot be done" in chat.card("alice", "sequence pause Welcome").text


def test_what_cannot_be_says_the_mend_and_writes_nothing(chat: Chat) -> None:
    for text, says in (
        ("sequence new Welcome", "Write the steps"),
        ("sequence new Welcome\nenter: Sunshine\nat once: Hi", "Sunshine"),
        ("sequence new Welcome\nenter: VIP", "no steps"),
        ("sequence new Welcome\nat once: Hi {colour}", "{colour}"),
        ("sequence new Welcome\nafter 5 parsecs: Hi", 'Line 1 is not clear: "after 5 parsecs: Hi"'),
        ("sequence new Welcome\n  at once: Hi\n  3 wokdays later: Ho", "put two blanks in front"),
        ("流程 新建 新客\n立刻：您好\n三天候：方案您看了吗", "第 2 行像是新的一步"),
        ("sequence new Welcome: at once: Hi\nexit: won", "Line 2 belongs before the first step"),
        ("sequence on Nothing", 'There is no sequence "Nothing"'),
        ("流程 新建 新客\n立刻", "第 1 行看不懂"),
    ):
        assert says in shown(chat.card("alice", text))
    with chat.database.reading() as session:
        assert session.exec(select(Sequence)).all() == []


def test_a_doubtful_line_of_a_text_is_mended_as_its_refusal_says(chat: Chat) -> None:
    texts = (("Trip", "at once: Hello", "3 days later we meet"), ("Ticket", "at once: Hi", "exit: by the garden"))
    for name, before, line in texts:
        refused = shown(chat.card("alice", f"sequence new {name}: {before}; {line}"))
        assert "write line by line and put two blanks in front" in refused
        made = shown(chat.card("alice", f"sequence new {name}\n{before}\n  {line}"))
        assert line in made


def test_active_is_the_state_of_who_was_put_in(chat: Chat) -> None:
    chat.card("alice", WELCOME)
    on(chat)
    chat.card("alice", "sequence Welcome add Ann")
    with chat.database.reading() as session:
        assert session.exec(select(Enrolment)).one().state is EnrolmentState.ACTIVE


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("sequence 1", 'Sequence "Welcome", version 1'),
        ("1", 'Sequence "Welcome", version 1'),
        ("sequence pause 1", 'Sequence "Welcome" is paused'),
        ("sequence 1 pause", 'Sequence "Welcome" is paused'),
        ("流程 暂停 1", "流程「Welcome」已暂停"),
        ("流程 ＃1 暂停", "流程「Welcome」已暂停"),
        ("流程 １ 暂停", "流程「Welcome」已暂停"),
        ("sequence pause wel", 'Sequence "Welcome" is paused'),
        ("sequence results come", 'Results of "Welcome"'),
        ("sequence add Ann to 1", 'Ann enters the sequence "Welcome"'),
        ("sequence add Ann to wel", 'Ann enters the sequence "Welcome"'),
        ("sequence pause w", 'There is no sequence "w"'),
        ("sequence pause 7", 'There is no sequence "7"'),
        ("sequence on new c", '"new c" could be: New cars, New customers'),
        ("sequence Ann", "Ann"),
    ],
)
def test_a_sequence_is_called_by_its_number_and_by_a_part_of_its_name(chat: Chat, text: str, says: str) -> None:
    for name in ("Welcome", "New cars", "New customers", "Annual"):
        chat.card("alice", WELCOME.replace("Welcome", name))
    on(chat)
    assert chat.card("alice", "sequence").items[-1].startswith("1. Welcome")
    assert says in shown(chat.card("alice", text))
    assert "Annual" not in shown(chat.card("alice", "sequence Ann"))


def test_a_sequence_of_a_high_number_is_opened_from_the_list_by_it(sqlite_database: Database) -> None:
    hire(sqlite_database, NOW)
    with sqlite_database.writing() as session:
        before = Sequence(id=122, name="Old", name_key="old", created_at=NOW, changed_at=NOW)
        session.add(before)
        session.flush()
        session.delete(before)
    chat = Chat(sqlite_database)
    chat.card("alice", "new Ann tag VIP")
    chat.card("alice", WELCOME)
    assert chat.card("alice", "sequence").items[0].startswith("123. Welcome")
    assert chat.card("alice", "１２３").title.startswith('Sequence "Welcome"')
    chat.close()
