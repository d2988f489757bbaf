"""查/find: the card of the one who is meant."""

from tests.bot.conftest import Chat, shown


def test_the_card_of_a_company_lists_its_people_to_go_on_with(chat: Chat) -> None:
    chat.card("alice", "新建公司 Acme")
    chat.card("alice", "新建 张三 公司 Acme")
    chat.card("alice", "新建 李四 公司 Acme")

    card = chat.card("alice", "查 Acme")

    assert [item.split(" · ")[:2] for item in card.items] == [["1. 张三", "Acme"], ["2. 李四", "Acme"]]
    assert chat.card("alice", "2").title.startswith("李四")


def test_people_whom_the_reader_may_not_see_are_not_listed(chat: Chat) -> None:
    chat.card("alice", "新建公司 Acme")
    chat.card("alice", "转交 Acme 给 公海")
    chat.card("alice", "新建 张三 公司 Acme")

    card = chat.card("charlie", "查 Acme")

    assert card.title.startswith("Acme")
    assert "张三" not in shown(card)
