"""Whatever the order and however often: the same happenings leave the same behind."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from crm_core.chat import Attachment, Happening, InboundMessage
from crm_core.conversations import marks, messages, versions
from crm_core.conversations.marks import Standing
from crm_core.conversations.tables import AttachmentRow, Message
from crm_core.conversations.versions import Version
from tests.conftest import NOW
from tests.crm_core.conversations.talk import ALICE, LI, ZHANG, deleted, edited, said

SECOND = timedelta(seconds=1)
PAPER = Attachment("F1", "quote.pdf", "application/pdf", 12)
_fresh = count()

TOLD = (
    said("Q2 quote", thread="t1", files=(PAPER,)),
    edited("Q3 quote", at=NOW + 1 * SECOND),
    edited("Q4 quote", at=NOW + 2 * SECOND),
    said("tada", by=ALICE, at=NOW + 3 * SECOND, happening=Happening.MARKED),
    said("tada", by=ALICE, at=NOW + 4 * SECOND, happening=Happening.UNMARKED),
    said("eyes", by=LI, at=NOW + 5 * SECOND, happening=Happening.MARKED),
    deleted(at=NOW + 6 * SECOND),
    deleted(at=NOW + 7 * SECOND),
)


Left = tuple[dict[str, object], list[Version], Sequence[str], tuple[Standing, ...]]


def left_behind(session: Session, told: Sequence[InboundMessage], *, together: bool) -> Left:
    """What is in the database after these happenings to a message of its own."""
    name = f"m{next(_fresh)}"
    named = [replace(one, platform_message_id=name) for one in told]
    for batch in [named] if together else [[one] for one in named]:
        messages.record_all(session, batch, now=NOW)
    session.expire_all()
    message = session.exec(select(Message).where(Message.platform_message_id == name)).one()
    files = session.exec(select(AttachmentRow.name).where(col(AttachmentRow.message_id) == message.id)).all()
    row = message.model_dump(exclude={"id", "platform_message_id"})
    return row, versions.of(session, message), files, marks.of_all(session, [message]).get(message.id, ())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    dropped=st.sets(st.integers(1, len(TOLD) - 1)),
    order=st.permutations(range(len(TOLD))),
    again=st.lists(st.integers(0, len(TOLD) - 1), max_size=6),
    together=st.booleans(),
)
def test_the_same_is_left_behind(
    sqlite_session: Session, dropped: set[int], order: list[int], again: list[int], together: bool
) -> None:
    kept = [at for at in range(len(TOLD)) if at not in dropped]
    shuffled = [at for at in (*order, *again) if at in kept]
    expected = left_behind(sqlite_session, [TOLD[at] for at in kept], together=False)
    assert left_behind(sqlite_session, [TOLD[at] for at in shuffled], together=together) == expected


def test_what_is_left_behind_tells_all(session: Session) -> None:
    row, versions, files, standing = left_behind(session, TOLD[:6], together=True)
    assert row["sender_platform_id"] == ZHANG.platform_id
    assert [one.text for one in versions] == ["Q2 quote", "Q3 quote", "Q4 quote"]
    assert files == ["quote.pdf"]
    assert [one.name for one in standing] == ["eyes"]
