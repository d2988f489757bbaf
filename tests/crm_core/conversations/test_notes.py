"""What staff write down."""

import pytest
from sqlmodel import Session

from crm_core.conversations import notes
from crm_core.errors import Invalid, NotAllowed, NotFound
from crm_core.people.tables import Role
from tests.conftest import NOW
from tests.crm_core.conversations.talk import customer_of, eyes, hire


def test_a_note_says_who_wrote_what_and_when(session: Session) -> None:
    alice = hire(session, "Alice")
    note = notes.add(session, customer_of(session, "张三"), " 喜欢\r\n喝茶\0 ", viewer=eyes(session, alice), now=NOW)
    assert (note.author, note.staff_id, note.text, note.at) == ("Alice", alice.id, "喜欢\n喝茶", NOW)


@pytest.mark.parametrize(
    ("text", "problem"), [("", "note_empty"), (" \n\u200b", "note_empty"), ("x" * 100_000, "note_too_long")]
)
def test_a_note_needs_a_text_of_some_length(session: Session, text: str, problem: str) -> None:
    viewer = eyes(session, hire(session, "Alice"))
    with pytest.raises(Invalid) as refused:
        notes.add(session, customer_of(session, "张三"), text, viewer=viewer, now=NOW)
    assert refused.value.problem == problem


def test_who_may_not_see_or_write_leaves_no_note(session: Session) -> None:
    alice, charlie, dora = hire(session, "Alice"), hire(session, "Charlie"), hire(session, "Dora", Role.VIEWER)
    zhang = customer_of(session, "张三", alice)
    with pytest.raises(NotFound):
        notes.add(session, zhang, "x", viewer=eyes(session, charlie), now=NOW)
    with pytest.raises(NotAllowed):
        notes.add(session, customer_of(session, "李四"), "x", viewer=eyes(session, dora), now=NOW)
