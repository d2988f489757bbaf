"""The capture ledger, on both databases."""

from datetime import timedelta

from sqlmodel import Session, col, select

from crm_core.chat import Envelope
from crm_core.conversations import ledger
from crm_core.conversations.tables import EnvelopeRow, EnvelopeState
from tests.conftest import NOW


def envelope(event_id: str, body: str = "{}", platform: str = "console") -> Envelope:
    return Envelope(platform, event_id, body, NOW)


def rows(session: Session) -> list[EnvelopeRow]:
    return list(session.exec(select(EnvelopeRow).order_by(col(EnvelopeRow.id))))


def test_new_envelopes_get_ids_in_their_order(session: Session) -> None:
    first, second = ledger.keep(session, [envelope("a", '{"n": 1}'), envelope("b")])
    assert first is not None
    assert second is not None
    assert first < second
    assert [(row.id, row.event_id, row.body) for row in rows(session)] == [
        (first, "a", '{"n": 1}'),
        (second, "b", "{}"),
    ]


def test_a_duplicate_inside_a_batch_is_known(session: Session) -> None:
    first, again = ledger.keep(session, [envelope("a", "1"), envelope("a", "2")])
    assert first is not None
    assert again is None
    assert [row.body for row in rows(session)] == ["1"]


def test_a_duplicate_of_an_earlier_batch_is_known(session: Session) -> None:
    ledger.keep(session, [envelope("a")])
    assert ledger.keep(session, [envelope("a"), envelope("b")])[0] is None
    assert len(rows(session)) == 2


def test_the_same_event_id_on_another_platform_is_another_event(session: Session) -> None:
    ids = ledger.keep(session, [envelope("a"), envelope("a", platform="slack")])
    assert None not in ids


def test_nothing_to_keep_is_no_error(session: Session) -> None:
    assert ledger.keep(session, []) == []


def test_a_body_with_a_nul_character_is_set_aside_and_its_neighbours_are_kept(session: Session) -> None:
    ids = ledger.keep(session, [envelope("a"), envelope("bad", "x\0y"), envelope("half", "\ud83d"), envelope("b")])
    assert None not in ids
    assert [row.state for row in rows(session)] == [
        EnvelopeState.RECEIVED,
        EnvelopeState.SET_ASIDE,
        EnvelopeState.SET_ASIDE,
        EnvelopeState.RECEIVED,
    ]
    assert rows(session)[1].body == "x\\x00y"
    assert rows(session)[1].problem == "envelope_not_text"


def test_a_very_long_event_id_is_kept_shortened_and_still_known_again(session: Session) -> None:
    ids = ledger.keep(session, [envelope("x" * 100_000), envelope("x" * 99_999)])
    assert None not in ids
    assert ledger.keep(session, [envelope("x" * 100_000)]) == [None]
    assert all(len(row.event_id) <= ledger.LONGEST_ID for row in rows(session))


def test_only_one_of_two_marks_an_envelope_answered(session: Session) -> None:
    (number,) = ledger.keep(session, [envelope("a")])
    assert number is not None
    ledger.mark_recorded(session, [number])
    assert ledger.mark_answered(session, number) is True
    assert ledger.mark_answered(session, number) is False


def test_what_a_stop_left_behind_is_what_is_received_or_owed_an_answer(session: Session) -> None:
    received, owed, done, bad = (number or 0 for number in ledger.keep(session, [envelope(str(n)) for n in range(4)]))
    ledger.mark_recorded(session, [owed])
    ledger.finish(session, [done])
    ledger.set_aside(session, bad, "payload_unreadable")
    assert [row.id for row in ledger.waiting(session, 10)] == [received, owed]
    assert [row.id for row in ledger.waiting(session, 10, after=received)] == [owed]
    assert [row.id for row in ledger.waiting(session, 1)] == [received]


def test_what_was_set_aside_can_be_put_back_in_line_after_a_mend(session: Session) -> None:
    (number,) = ledger.keep(session, [envelope("a")])
    assert number is not None
    ledger.set_aside(session, number, "payload_unreadable")
    assert ledger.retry(session) == 1
    session.expire_all()
    (row,) = ledger.waiting(session, 10)
    assert (row.id, row.problem, row.attempts) == (number, "", 1)


def test_an_answered_envelope_is_not_recorded_again(session: Session) -> None:
    (number,) = ledger.keep(session, [Envelope("console", "a", "{}", NOW - timedelta(days=1))])
    assert number is not None
    ledger.finish(session, [number], problem="too_late")
    ledger.mark_recorded(session, [number])
    session.expire_all()
    assert [(row.state, row.problem) for row in rows(session)] == [(EnvelopeState.ANSWERED, "too_late")]
