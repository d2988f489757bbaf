"""How a customer is named inside a command."""

import pytest

from tests.bot.conftest import Chat, shown


@pytest.fixture
def people(chat: Chat) -> Chat:
    """张三 at Acme, another 张三 at 星辰制造, 李四, and Zhang Wei."""
    for text in (
        "新建 张三 13800138812 公司 Acme",
        "新建 张三 13900139900 公司 星辰制造 阶段 成交",
        "新建 李四 13700137700",
        "新建 Zhang Wei, Globex",
    ):
        chat.card("alice", text)
    chat.later(hours=1)
    return chat


def test_an_ambiguous_name_gives_a_numbered_list_that_tells_them_apart(people: Chat) -> None:
    answer = shown(people.card("alice", "张三"))
    assert "1. 张三 · 星辰制造 · 成交 · Alice" in answer
    assert "2. 张三 · Acme · 潜在 · Alice" in answer


@pytest.mark.parametrize("choice", ["2", "第二个", "二", "２", "选2", "2。"])
def test_the_list_is_answered_by_a_number(people: Chat, choice: str) -> None:
    people.card("alice", "张三")
    assert "13800138812" in shown(people.card("alice", choice))


def test_the_list_is_answered_by_a_button_as_well(people: Chat) -> None:
    card = people.card("alice", "标签 张三 VIP")
    assert "张三：加上 VIP" in shown(people.card("alice", card.buttons[1].command))


def test_the_choice_goes_on_with_the_whole_command(people: Chat) -> None:
    for text, said in (
        ("改 张三 等级 A", "等级：（空） → A"),
        ("记 张三: 明天 10:30 见面", "明天 10:30 见面"),
        ("张三的电话是多少", "13800138812"),
        ("把张三标成重要", "张三：加上 重要"),
    ):
        assert "哪一位" in shown(people.card("alice", text))
        assert said in shown(people.card("alice", "2"))


def test_a_number_that_is_not_on_the_list_is_said(people: Chat) -> None:
    people.card("alice", "张三")
    assert "没有第 7 个" in shown(people.card("alice", "7"))


def test_an_old_list_is_not_answered_any_more(people: Chat) -> None:
    people.card("alice", "张三")
    people.later(minutes=11)
    assert "没有等你确认" in shown(people.card("alice", "2"))


def test_each_person_and_each_room_has_its_own_list(people: Chat) -> None:
    people.card("alice", "张三")
    assert "没有等你确认" in shown(people.card("bob", "2"))


def test_nothing_found_offers_to_create(people: Chat) -> None:
    answer = shown(people.card("alice", "赵六"))
    assert "没有找到「赵六」" in answer
    assert "新建 赵六" in answer
    assert "已新建" in shown(people.card("alice", "是"))


def test_a_number_is_no_yes(people: Chat) -> None:
    people.card("alice", "赵六")
    assert "已新建" not in shown(people.card("alice", "1"))
    assert "已新建" in shown(people.card("alice", "是"))


def test_two_letters_find_somebody_and_begin_no_name_inside_a_command(people: Chat) -> None:
    assert "Zhang Wei" in shown(people.card("alice", "find zh"))
    assert "Did you mean" in shown(people.card("bob", "note zh hello"))


def test_near_misses_are_offered_and_never_taken_silently(people: Chat) -> None:
    answer = shown(people.card("alice", "标签 李肆 VIP"))
    assert "你是想说" in answer
    assert "李四" in answer
    assert "李四：加上 VIP" in shown(people.card("alice", "1"))


@pytest.mark.parametrize("text", ["%_", "%", "' OR 1=1 --", "]]>", "💥", "\u202eabc", "a" * 3000, "查 " + "张" * 3000])
def test_strange_names_are_harmless(people: Chat, text: str) -> None:
    answer = shown(people.card("alice", text))
    assert answer.strip()
    assert "抱歉" not in answer
    assert "138" not in answer


@pytest.mark.parametrize("pronoun", ["他", "她", "这个客户", "him", "her", "it", "this customer"])
def test_a_pronoun_means_whom_the_last_answer_was_about(people: Chat, pronoun: str) -> None:
    people.card("alice", "李四")
    assert "李四" in shown(people.card("alice", f"tag {pronoun} VIP"))


def test_a_pronoun_is_forgotten_after_half_an_hour(people: Chat) -> None:
    people.card("alice", "李四")
    people.later(minutes=31)
    assert "李四" not in shown(people.card("alice", "标签 他 VIP"))


def test_a_name_wins_over_whom_the_talk_is_about(people: Chat) -> None:
    people.card("alice", "李四")
    assert "Zhang Wei" in shown(people.card("alice", "tag Zhang Wei VIP"))


@pytest.mark.parametrize(
    ("text", "name", "rest"),
    [
        ("note Zhang Wei called", "Zhang Wei", "called"),
        ("note zhangwei: called", "Zhang Wei", "called"),
        ("记 李四今天来过", "李四", "今天来过"),
        ("记 李四，今天来过", "李四", "今天来过"),
        ("记李四: 今天来过", "李四", "今天来过"),
        ("记一下李四今天来过", "李四", "今天来过"),
        ("记 李总 今天来过", "李四", "今天来过"),
        ("记 7700 今天来过", "李四", "今天来过"),
        ("记 ls: 今天来过", "李四", "今天来过"),
        ("记 #5 今天来过", "李四", "今天来过"),
        ("记 #5今天来过", "李四", "今天来过"),
        ("给李四加个备注：今天来过", "李四", "今天来过"),
    ],
)
def test_a_name_ends_where_it_ends(people: Chat, text: str, name: str, rest: str) -> None:
    answer = shown(people.card("alice", text))
    assert name in answer
    assert rest in answer.splitlines()[1].partition(name)[2]


@pytest.mark.parametrize("text", ["查 #999", "#999999999999999999", "标签 #99 VIP", "查 #0"])
def test_an_unknown_number_is_not_found(people: Chat, text: str) -> None:
    assert "没有找到" in shown(people.card("alice", text))


def test_a_customer_whose_name_begins_like_a_command_is_found(people: Chat) -> None:
    people.card("alice", "新建 查理")
    assert "负责人: Alice" in shown(people.card("alice", "查理"))


def test_a_mistyped_command_suggests_the_nearest(people: Chat) -> None:
    card = people.card("alice", "帮主")
    assert "你是想说 帮助 吗" in shown(card)
    assert "我能做这些" in shown(people.card("alice", "是"))


def test_a_long_text_is_not_taken_for_a_name(people: Chat) -> None:
    assert "没看懂" in shown(people.card("alice", "今天天气真不错" * 20))


def test_thanks_are_returned(people: Chat) -> None:
    assert "不客气" in shown(people.card("alice", "谢谢！"))
