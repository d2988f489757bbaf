"""Where very many would enter a sequence at once, somebody else is asked, sees what would happen, and decides."""

from collections.abc import Iterator

import pytest
from sqlmodel import select

from bot import config
from bot.outreach.messages import notice
from bot.outreach.messages import reader as readers
from crm_core.chat import Card
from crm_core.database import Database
from crm_core.outreach.deliveries import Verdict
from crm_core.outreach.sequences.tables import Sequence, SequenceState
from crm_core.outreach.tables import Delivery, DeliveryKind
from crm_core.people.tables import AuditEntry
from tests.bot.commands.vips import make_reachable, rows
from tests.bot.conftest import Chat, hire, shown
from tests.conftest import NOW

WELCOME = "sequence new Welcome\nenter: VIP\nat once: Hello {name|there}"


@pytest.fixture
def chat(sqlite_database: Database) -> Iterator[Chat]:
    """Alice's VIPs Ann and Ben, one more than may enter unseen; Bob has one of his own."""
    hire(sqlite_database, NOW)
    chat = Chat(sqlite_database, broadcasts={"approval_above": 1})
    for owner, name in (("alice", "Ann"), ("alice", "Ben"), ("bob", "Zed")):
        chat.card(owner, f"new {name} tag VIP")
        make_reachable(chat, owner, name)
    yield chat
    chat.close()


@pytest.fixture
def asked(chat: Chat) -> Chat:
    chat.card("alice", WELCOME)
    chat.card("alice", "sequence on Welcome")
    chat.card("alice", "yes")
    return chat


def sequence(chat: Chat) -> tuple[SequenceState, int | None]:
    with chat.database.reading() as session:
        found = session.exec(select(Sequence)).one()
        return found.state, found.on_by_id


def notices(chat: Chat) -> list[tuple[str, str]]:
    return [(row.recipient, row.body["notice"]) for row in rows(chat, DeliveryKind.NOTICE)]


def composed(chat: Chat, row: Delivery) -> Card | Verdict:
    settings = config.parse({"bot": {"language": "en"}})
    with chat.database.reading() as session:
        reader = readers.of(session, row, settings, chat.now)
        assert reader is not None
        return notice.compose(reader, row, settings)


def test_before_it_is_confirmed_it_is_said_who_has_to_agree(chat: Chat) -> None:
    chat.card("alice", WELCOME)
    card = chat.card("alice", "sequence on Welcome")
    said = "Approval: more than 1 customer would enter at once, so a colleague has to agree: Bob, dora (one of them)"
    assert said in shown(card)
    assert [button.label for button in card.buttons] == ["Ask for approval", "Not now"]
    assert "批准: 超过 1 位客户马上进入，要由另一位同事批准：Bob、dora（其中一位）" in shown(
        chat.card("alice", "流程 启用 Welcome")
    )


def test_they_are_asked_with_what_would_happen_to_the_customers_of_its_author(asked: Chat) -> None:
    assert notices(asked) == [("bob", "sequence_approval"), ("dora", "sequence_approval")]
    assert sequence(asked) == (SequenceState.DRAFT, None)
    card = composed(asked, rows(asked, DeliveryKind.NOTICE)[0])
    assert isinstance(card, Card)
    assert card.title == 'Alice wants to switch on the sequence "Welcome", version 1: your approval'
    assert "Entering now: 2 customers: Ann, Ben" in shown(card)
    assert [button.command for button in card.buttons] == ["sequence approve #1", "sequence refuse #1", "sequence #1"]


def test_asked_twice_they_are_told_once(asked: Chat) -> None:
    asked.card("alice", "sequence on Welcome")
    assert "Asked: Bob, dora; you will be told." in asked.card("alice", "yes").text
    assert len(notices(asked)) == 2


def test_approved_it_runs_for_its_author_who_is_told(asked: Chat) -> None:
    assert "waits for approval: Bob, dora (one of them)" in asked.card("alice", "sequence Welcome").text
    card = asked.card("bob", "sequence Welcome")
    assert [button.command for button in card.buttons[:2]] == ["sequence approve #1", "sequence refuse #1"]
    assert "is approved and on; customers of Alice are entering" in asked.card("bob", "sequence approve #1").text
    assert sequence(asked) == (SequenceState.ON, 1)
    told = rows(asked, DeliveryKind.NOTICE)
    assert (told[-1].recipient, told[-1].body["notice"]) == ("alice", "sequence_approved")
    card_of_alice = composed(asked, told[-1])
    assert isinstance(card_of_alice, Card)
    assert 'Bob approved the sequence "Welcome", version 1' in card_of_alice.text
    assert isinstance(composed(asked, told[1]), Verdict)
    assert "does not wait for approval" in asked.card("dora", "sequence approve #1").text
    with asked.database.reading() as session:
        done = session.exec(select(AuditEntry.actor, AuditEntry.action)).all()
    assert ("Bob", "sequence approved") in done


def test_refused_it_stays_off_and_says_by_whom(asked: Chat) -> None:
    assert "流程「Welcome」第 1 版已拒绝" in asked.card("bob", "流程 拒绝 #1").text
    assert sequence(asked) == (SequenceState.DRAFT, None)
    assert "Version 1 was refused by Bob" in asked.card("alice", "sequence Welcome").text
    assert notices(asked)[-1] == ("alice", "sequence_refused")
    asked.card("alice", "sequence on Welcome")
    asked.card("alice", "yes")
    assert "waits for approval" in asked.card("alice", "sequence Welcome").text


@pytest.mark.parametrize(
    ("who", "says"), [("alice", "Somebody else has to approve"), ("charlie", "is somebody else's")]
)
def test_who_may_not_decide_does_not(asked: Chat, who: str, says: str) -> None:
    assert says in asked.card(who, "sequence approve Welcome").text
    assert says in asked.card(who, "sequence refuse Welcome").text
    assert sequence(asked) == (SequenceState.DRAFT, None)


def test_switched_on_by_somebody_else_for_their_own_customers_nobody_is_asked_any_more(asked: Chat) -> None:
    asked.card("bob", "sequence on Welcome")
    assert asked.card("bob", "yes").text.startswith('Sequence "Welcome", version 1, is on; 3 customers')
    assert sequence(asked) == (SequenceState.ON, 2)
    assert notices(asked)[-1] == ("alice", "sequence_approved")


def test_another_version_makes_the_request_void(asked: Chat) -> None:
    asked.card("alice", "sequence edit Welcome\nenter: VIP\nat once: Good morning")
    assert isinstance(composed(asked, rows(asked, DeliveryKind.NOTICE)[0]), Verdict)
    assert "does not wait" in asked.card("bob", "sequence approve Welcome").text


def test_undone_nobody_is_asked(asked: Chat) -> None:
    asked.card("alice", "undo")
    assert isinstance(composed(asked, rows(asked, DeliveryKind.NOTICE)[0]), Verdict)


def test_an_author_who_may_not_any_more_is_not_approved(asked: Chat) -> None:
    asked.card("dora", "staff Alice role viewer")
    assert "Alice may not send broadcasts any more" in asked.card("bob", "sequence approve Welcome").text
    assert sequence(asked) == (SequenceState.DRAFT, None)


def test_where_nobody_else_may_agree_the_mend_is_named_and_nothing_offered(chat: Chat) -> None:
    for name in ("Alice", "Bob", "Charlie"):
        chat.card("dora", f"staff {name} role viewer")
    chat.card("dora", WELCOME)
    card = chat.card("dora", "sequence on Welcome")
    assert "Have an administrator add a manager" in shown(card)
    assert [button.label for button in card.buttons] == ["Not now"]
    assert "add a manager" in chat.card("dora", "yes").text
