"""Where very many would enter a sequence at once, somebody else is asked, sees what would happen, and decides."""

from collections.abc import Iterator

import pytest
from sqlmodel import select

from bot import config
from bot.outreach.messages import notice
from bot.outreach.messages import reader as readers
from crm_core.chat import Card
from crm_core.database import Database
from crm_core.outreach import deliveries, standstill
from crm_core.outreach.deliveries import Verdict
from crm_core.outreach.sequences.tables import Sequence, SequenceState, SequenceVersion
from crm_core.outreach.tables import Delivery, DeliveryKind
from crm_core.people import staff
from crm_core.people.tables import AuditEntry, Handle
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
    commands = [button.command for button in card.buttons]
    assert commands == ["sequence approve #1 1 (2)", "sequence refuse #1 1", "sequence #1"]


def test_asked_twice_they_are_told_once(asked: Chat) -> None:
    asked.card("alice", "sequence on Welcome")
    assert "Asked: Bob, dora; you will be told." in asked.card("alice", "yes").text
    assert len(notices(asked)) == 2


def test_approved_it_runs_for_its_author_who_is_told(asked: Chat) -> None:
    assert "waits for approval: Bob, dora (one of them)" in asked.card("alice", "sequence Welcome").text
    card = asked.card("bob", "sequence Welcome")
    assert [button.command for button in card.buttons[:2]] == ["sequence approve #1", "sequence refuse #1 1"]
    assert "Entering now: 2 customers: Ann, Ben" in shown(asked.card("bob", "sequence approve Welcome"))
    assert sequence(asked) == (SequenceState.DRAFT, None)
    assert "is approved and on; customers of Alice are entering" in asked.card("bob", "yes").text
    assert sequence(asked) == (SequenceState.ON, 1)
    told = rows(asked, DeliveryKind.NOTICE)
    assert (told[-1].recipient, told[-1].body["notice"]) == ("alice", "sequence_approved")
    card_of_alice = composed(asked, told[-1])
    assert isinstance(card_of_alice, Card)
    assert card_of_alice.text == 'Bob approved the sequence "Welcome", version 1 (on).'
    assert isinstance(composed(asked, told[1]), Verdict)
    assert "does not wait for approval" in asked.card("dora", "sequence approve #1").text
    with asked.database.reading() as session:
        done = session.exec(select(AuditEntry.actor, AuditEntry.action)).all()
    assert ("Bob", "sequence approved") in done


def test_refused_it_stays_off_and_says_by_whom(asked: Chat) -> None:
    assert "流程「Welcome」第 1 版已拒绝" in asked.card("bob", "流程 拒绝 #1 1").text
    assert sequence(asked) == (SequenceState.DRAFT, None)
    assert "Version 1 was refused by Bob" in asked.card("alice", "sequence Welcome").text
    assert notices(asked)[-1] == ("alice", "sequence_refused")


def test_what_was_refused_is_not_asked_for_again_before_it_is_changed(asked: Chat) -> None:
    asked.card("bob", "sequence refuse Welcome")
    card = asked.card("alice", "sequence on Welcome")
    assert "Approval: Version 1 was refused by Bob. Change it" in shown(card)
    assert [button.label for button in card.buttons] == ["Not now"]
    assert "was refused by Bob, and is not asked for again" in asked.card("alice", "yes").text
    assert len(notices(asked)) == 3
    asked.card("alice", "sequence edit Welcome\nenter: VIP\nat once: Good morning")
    asked.card("alice", "sequence on Welcome")
    assert "Asked: Bob, dora;" in asked.card("alice", "yes").text


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
    told = rows(asked, DeliveryKind.NOTICE)[-1]
    card = composed(asked, told)
    assert isinstance(card, Card)
    assert card.text.startswith('Bob switched on the sequence "Welcome", version 1 (on), for the customers Bob sees.')
    asked.card("bob", "undo")
    assert isinstance(composed(asked, told), Verdict)
    assert "waits for approval" in asked.card("alice", "sequence Welcome").text


def test_another_version_makes_the_request_void(asked: Chat) -> None:
    asked.card("alice", "sequence edit Welcome\nenter: VIP\nat once: Good morning")
    assert isinstance(composed(asked, rows(asked, DeliveryKind.NOTICE)[0]), Verdict)
    assert "does not wait" in asked.card("bob", "sequence approve Welcome").text


def test_a_card_of_a_version_before_the_one_that_waits_approves_and_refuses_nothing(asked: Chat) -> None:
    asked.card("alice", "sequence edit Welcome\nenter: VIP\nat once: Good morning")
    asked.card("alice", "sequence on Welcome")
    asked.card("alice", "yes")
    for pressed in ("sequence approve #1 1 (2)", "sequence refuse #1 1"):
        card = asked.card("bob", pressed)
        assert card.title == 'Alice wants to switch on the sequence "Welcome", version 2: your approval'
        assert "Something changed since the preview" in card.text
    assert sequence(asked) == (SequenceState.DRAFT, None)
    asked.card("bob", "yes")
    assert sequence(asked) == (SequenceState.ON, 1)


def test_where_more_would_enter_than_the_card_says_it_is_shown_anew(asked: Chat) -> None:
    asked.card("alice", "new Cid tag VIP")
    card = asked.card("bob", "sequence approve #1 1 (2)")
    assert "Entering now: 3 customers" in shown(card)
    assert sequence(asked) == (SequenceState.DRAFT, None)
    assert card.buttons[0].command == "sequence approve #1 1 (3)"
    asked.card("bob", "sequence approve #1 1 (3)")
    assert sequence(asked) == (SequenceState.ON, 1)


def approved(chat: Chat) -> None:
    """Version 1 is on, and version 2 waits."""
    chat.card("bob", "sequence approve #1 1 (2)")
    chat.card("alice", "new Cid tag VIP")
    chat.card("alice", "sequence edit Welcome\nenter: VIP\nat once: Good morning")
    chat.card("alice", "sequence on Welcome")
    assert "Asked: Bob" in chat.card("alice", "yes").text


@pytest.mark.parametrize("order", ["pause", "off", "stop"])
def test_who_ends_a_sequence_ends_the_request_too_and_its_author_is_told(asked: Chat, order: str) -> None:
    approved(asked)
    card = asked.card("dora", f"sequence {order} Welcome")
    assert 'The request for approval of "Welcome", version 2, is withdrawn.' in card.text
    state = sequence(asked)[0]
    assert "does not wait for approval" in asked.card("bob", "sequence approve #1 2 (3)").text
    assert sequence(asked)[0] is state is not SequenceState.ON
    told = composed(asked, rows(asked, DeliveryKind.NOTICE)[-1])
    assert isinstance(told, Card)
    assert told.text.startswith('dora changed, paused or switched off the sequence "Welcome": version 2 does not wait')


def test_off_withdraws_what_waits_as_a_draft(asked: Chat) -> None:
    buttons = asked.card("alice", "sequence Welcome").buttons
    assert ("Withdraw the request", "sequence off #1 1") in [(button.label, button.command) for button in buttons]
    card = asked.card("alice", "sequence off #1")
    assert card.text.startswith('The request for approval of "Welcome", version 1, is withdrawn.')
    assert (sequence(asked), len(notices(asked))) == ((SequenceState.DRAFT, None), 2)
    assert "does not wait" in asked.card("bob", "sequence approve Welcome").text
    assert 'is "draft" now' in asked.card("alice", "sequence off #1").text


def test_the_button_that_withdraws_never_switches_off(asked: Chat) -> None:
    approved(asked)
    assert "does not wait for approval" in asked.card("alice", "sequence off #1 1").text
    assert sequence(asked)[0] is SequenceState.ON
    assert "version 2, is withdrawn." in asked.card("alice", "sequence off #1 2").text
    assert sequence(asked)[0] is SequenceState.ON


def test_off_withdraws_what_waits_for_a_stopped_one(asked: Chat) -> None:
    approved(asked)
    asked.card("dora", "sequence stop Welcome")
    asked.card("alice", "new Dan tag VIP")
    asked.card("alice", "sequence on Welcome")
    assert "Asked: Bob" in asked.card("alice", "yes").text
    assert asked.card("alice", "sequence off Welcome").text.endswith("version 2, is withdrawn.")
    assert sequence(asked)[0] is SequenceState.STOPPED


@pytest.fixture
def of_another_author(chat: Chat) -> Chat:
    """Version 2 of Alice's sequence is written by Dora, who sees Charlie's Zoe too; Eve sees them all as well."""
    chat.card("charlie", "new Zoe tag VIP")
    chat.card("dora", "staff add Eve role admin")
    with chat.database.writing() as session:
        session.add(Handle(staff_id=staff.named(session, "Eve").id, platform="fake", platform_user_id="eve"))
    chat.card("alice", WELCOME)
    chat.card("dora", "sequence edit Welcome\nenter: VIP\nat once: Good morning")
    chat.card("dora", "sequence on Welcome")
    assert "Asked: Eve; you will be told" in chat.card("dora", "yes").text
    return chat


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_who_sees_less_than_its_author_is_neither_asked_nor_shown_nor_heard(of_another_author: Chat, who: str) -> None:
    chat = of_another_author
    assert notices(chat) == [("eve", "sequence_approval")]
    for text in ("sequence approve #1 2 (4)", "sequence approve Welcome", "sequence refuse Welcome"):
        card = chat.card(who, text)
        assert "Some of its customers are not yours to see" in card.text
        assert "Zoe" not in shown(card)
    assert [button.label for button in chat.card(who, "sequence Welcome").buttons][:1] == ["Switch on"]
    assert sequence(chat) == (SequenceState.DRAFT, None)


def test_who_sees_as_much_as_its_author_approves_it_and_it_runs_for_that_author(of_another_author: Chat) -> None:
    of_another_author.card("eve", "sequence approve #1 2 (4)")
    assert sequence(of_another_author) == (SequenceState.ON, 4)


def test_a_request_for_a_segment_that_is_gone_is_let_go(asked: Chat) -> None:
    asked.card("alice", "tag Ann -VIP")
    with asked.database.writing() as session:
        for version in session.exec(select(SequenceVersion)):
            version.entry = "No such tag"
            session.add(version)
    card = composed(asked, rows(asked, DeliveryKind.NOTICE)[0])
    assert card == deliveries.cancel("sequence_moved")


def test_a_request_of_an_author_who_may_not_any_more_is_let_go(asked: Chat) -> None:
    asked.card("dora", "staff Alice role viewer")
    card = composed(asked, rows(asked, DeliveryKind.NOTICE)[0])
    assert card == deliveries.cancel("sequence_moved")


@pytest.mark.parametrize("order", ["sequence approve #1 1 (2)", "sequence refuse #1 1"])
def test_a_decision_that_was_undone_is_not_told(asked: Chat, order: str) -> None:
    asked.card("bob", order)
    told = rows(asked, DeliveryKind.NOTICE)[-1]
    assert isinstance(composed(asked, told), Card)
    asked.card("bob", "undo")
    assert isinstance(composed(asked, told), Verdict)


@pytest.mark.parametrize(
    ("order", "zh", "en"),
    [
        ("sequence approve #1 1 (2)", "批准流程", "approved a sequence"),
        ("sequence refuse #1 1", "拒绝流程", "refused a sequence"),
        ("sequence confirm #1 1 (3)", "自己启用了等待批准的流程", "switched on a sequence that waited for approval"),
        ("sequence off #1", "结束了流程的批准申请", "ended the request to approve a sequence"),
    ],
)
def test_what_became_of_a_request_stands_in_the_audit(asked: Chat, order: str, zh: str, en: str) -> None:
    asked.card("bob", order)
    for text, said in (("审计", (zh, "流程提交批准")), ("audit", (en, "asked for approval of a sequence"))):
        card = shown(asked.card("dora", text))
        assert [each in card for each in said] == [True, True]


def test_where_the_only_one_who_might_agree_is_gone_the_mend_is_named(of_another_author: Chat) -> None:
    chat = of_another_author
    assert "waits for approval: Eve" in chat.card("dora", "sequence Welcome").text
    chat.card("dora", "staff Eve role sales")
    assert "Have an administrator add a manager" in chat.card("dora", "sequence Welcome").text


def test_while_nothing_goes_out_it_is_said_that_they_are_told_later(chat: Chat) -> None:
    with chat.database.writing() as session:
        standstill.begin(session, "stopped", {}, now=chat.now)
    chat.card("alice", WELCOME)
    chat.card("alice", "sequence on Welcome")
    assert "They may look already: sequence approve #1" in chat.card("alice", "yes").text


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
