"""分组: customers by an expression."""

import pytest

from tests.bot.conftest import Chat, shown


@pytest.fixture
def people(chat: Chat) -> Chat:
    for text in ("新建 张三 #VIP 阶段 成交", "新建 李四 #VIP 阶段 流失", "新建 王五 #潜力"):
        chat.card("alice", text)
    chat.card("charlie", "新建 赵六 #VIP")
    return chat


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("分组 VIP", {"张三", "李四"}),
        ("分组 VIP & !流失", {"张三"}),
        ("有多少VIP客户", {"张三", "李四"}),
        ("哪些客户已经成交了", {"张三"}),
        ("我的客户有哪些", {"张三", "李四", "王五"}),
        ("有多少客户", {"张三", "李四", "王五"}),
        ("列出所有潜力客户", {"王五"}),
        ("最近新增了哪些客户", {"张三", "李四", "王五"}),
        ("how many VIP customers", {"张三", "李四"}),
        ("list my customers", {"张三", "李四", "王五"}),
        ("which customers are won", {"张三"}),
        ("谁这周过生日", set()),
    ],
)
def test_a_segment_lists_who_is_meant_and_visible(people: Chat, text: str, names: set[str]) -> None:
    card = people.card("alice", text)
    assert {item.split(" ")[1] for item in card.items} == names


@pytest.mark.parametrize(
    ("before", "text", "title"),
    [
        ("", "分组 大家", "全部客户：3 位客户"),
        ("标签 张三 大家", "分组 大家", "大家：1 位客户"),
        ("分组 我的 = VIP", "分组 我的", "我的：2 位客户"),
        ("", "segment mine", "My customers: 3 customers"),
    ],
)
def test_a_list_is_called_what_it_is_of(people: Chat, before: str, text: str, title: str) -> None:
    if before:
        people.card("alice", before)
    assert people.card("alice", text).title == title


def test_a_number_opens_a_card_of_the_list(people: Chat) -> None:
    people.card("alice", "分组 VIP & !流失")
    assert people.card("alice", "1").title.startswith("张三")


def test_a_segment_is_saved_listed_used_and_deleted(people: Chat) -> None:
    assert "已保存分组「重点」" in shown(people.card("alice", "分组 重点 = VIP & !流失"))
    assert "1. 重点 = VIP & !流失" in shown(people.card("alice", "分组"))
    assert "重点：1 位客户" in shown(people.card("alice", "重点客户有哪些"))
    assert "已删除" in shown(people.card("alice", "分组 删除 重点"))
    assert "还没有保存" in shown(people.card("alice", "分组"))


def test_long_lists_have_pages(people: Chat) -> None:
    for number in range(20):
        people.card("alice", f"新建 客人{number} 1380013{number:04}")
    first = people.card("alice", "分组 我的")
    assert "23 位客户" in first.title
    assert len(first.items) == 10
    last = people.card("alice", people.card("alice", first.buttons[0].command).buttons[0].command)
    assert len(last.items) == 3
    assert not last.buttons


@pytest.mark.parametrize(
    "text", ["分组 VIP &", "分组 不存在", "分组 (((", "分组 重点 = ", "分组 删除 没有", "分组 最近联系>很久"]
)
def test_a_bad_expression_is_a_sentence(people: Chat, text: str) -> None:
    answer = shown(people.card("alice", text))
    assert answer.strip()
    assert "抱歉" not in answer
    assert "还没有保存" in shown(people.card("alice", "分组"))
