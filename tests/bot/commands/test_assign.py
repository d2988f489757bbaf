"""转交/assign: one at once, several after a preview; to-dos go along, the new owner is told, undo restores."""

import pytest
from sqlmodel import select

from crm_core.outreach.tables import Delivery, DeliveryKind
from tests.bot.conftest import Chat, shown


@pytest.fixture
def chat(chat: Chat) -> Chat:
    """Alice's Acme and Beta are VIPs, her Carol is lost; a to-do about Acme. Charlie's Zorro."""
    chat.card("alice", "new Acme tag VIP")
    chat.card("alice", "new Beta tag VIP")
    chat.card("alice", "new Carol tag VIP stage lost")
    chat.card("charlie", "new Zorro tag VIP")
    chat.card("alice", "remind me tomorrow 9am to call Acme")
    return chat


def notices(chat: Chat) -> list[tuple[str, object]]:
    with chat.database.reading() as session:
        rows = session.exec(select(Delivery).where(Delivery.kind == DeliveryKind.NOTICE)).all()
        return [(row.recipient, row.body["customer_ids"]) for row in rows]


@pytest.mark.parametrize("text", ["assign Acme to Bob", "assign acme to @bob", "give Acme to Bob", "assign #1 to Bob"])
def test_one_customer_goes_at_once_with_its_to_dos(chat: Chat, text: str) -> None:
    answer = shown(chat.card("alice", text))
    assert "Acme now belongs to Bob (before: Alice)" in answer
    assert "Went along: 1 to-do" in answer
    assert "Bob is being told" in answer
    assert "call Acme" in shown(chat.card("bob", "todo"))
    assert notices(chat) == [("bob", [1])]
    assert 'I found no "Acme"' in shown(chat.card("alice", "find Acme"))


def test_undo_restores_owner_and_to_dos(chat: Chat) -> None:
    chat.card("alice", "转交 Acme 给 Bob")
    chat.card("alice", "undo")
    assert "call Acme" in shown(chat.card("alice", "todo"))
    assert "Owner: Alice" in shown(chat.card("alice", "find Acme"))


def test_a_segment_is_previewed_and_then_confirmed(chat: Chat) -> None:
    card = chat.card("alice", "assign VIP & !lost to Bob")
    assert card.title == "Give 2 customers to Bob?"
    assert "Acme (now with Alice)" in card.items
    assert "Owner: Alice" in shown(chat.card("alice", "find Acme"))
    chat.card("alice", "assign VIP & !lost to Bob")
    assert "2 customers now with Bob." in shown(chat.card("alice", "yes"))
    assert notices(chat) == [("bob", [1, 2])]
    chat.card("alice", "undo")
    assert "Owner: Alice" in shown(chat.card("alice", "find Beta"))


def test_another_number_than_the_confirmed_one_asks_again(chat: Chat) -> None:
    confirm = chat.card("alice", "assign VIP to Bob").buttons[0].command
    chat.card("alice", "new Delta tag VIP")
    card = chat.card("alice", confirm)
    assert "it was 3, now 4" in card.text
    assert "4 customers now with Bob." in shown(chat.card("alice", card.buttons[0].command))


def test_nobody_outside_the_scope_is_moved(chat: Chat) -> None:
    chat.card("alice", "assign VIP to Bob")
    chat.card("alice", "yes")
    assert "Owner: Charlie" in shown(chat.card("charlie", "find Zorro"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("assign Acme, Beta to Bob", "Give 2 customers to Bob?"),
        ("转交 Acme、Beta 给 Bob", "把 2 位客户转交给 Bob？"),
        ("assign Acme to pool", "Acme now belongs to the pool"),
        ("assign Acme to me", "belongs to Alice already"),
        ("把Acme转给Bob", "Acme 已转交：Alice → Bob"),
        ("assign Acme to Bbo", "Did you mean Bob?"),
        ("assign Acme", "Say whom, and to whom"),
        ("assign", "Say whom, and to whom"),
        ("assign Zorro to Bob", 'I found no "Zorro"'),
        ("assign #4 to Bob", "no such customer"),
        ("assign nothing & more to Bob", '"nothing"'),
        ("转交 VIP & 给 Bob", "缺少标签或条件"),
    ],
)
def test_what_is_meant_or_its_mend(chat: Chat, text: str, says: str) -> None:
    assert says in shown(chat.card("alice", text))


def test_who_may_only_read_assigns_nothing(chat: Chat) -> None:
    chat.card("dora", "staff Alice role viewer")
    assert "does not let you hand customers over" in shown(chat.card("alice", "assign Acme to Bob"))
