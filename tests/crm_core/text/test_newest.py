"""What matches, the newest first: compared with what was put in, for common, rare and unevenly spread words."""

from collections.abc import Iterator, Sequence

import pytest
from sqlmodel import Session

from crm_core.conversations.message_index import INDEX
from crm_core.text.newest import newest
from crm_core.text.terms import Term, every

#: The word, and the ids of the rows that hold it, over more than a hundred ages of rows.
SPREAD: dict[str, Sequence[int]] = {
    "wrare": range(1, 4_000_000, 900_001),
    "wfew": range(7, 4_000_000, 4_001),
    "wevery": range(7, 4_000_000, 1_301),
    "wonce": range(1_000_000, 1_006_000, 3),
    "wtwice": [*range(100_000, 103_000, 2), *range(2_000_000, 2_003_000, 2)],
    "wlately": range(3_990_000, 4_000_000, 6),
    "wlast": [3_999_999],
}
HIGHEST = 4_000_000


@pytest.fixture
def spread(session: Session) -> Session:
    held: dict[int, list[str]] = {}
    for word, ids in SPREAD.items():
        for id_ in ids:
            held.setdefault(id_, ["wall"]).append(word)
    INDEX.put(session, sorted(held.items()))
    return session


def falling(ids: Sequence[int], below: int) -> list[int]:
    return [id_ for id_ in sorted(ids, reverse=True) if id_ < below]


def flat(chunks: Iterator[Sequence[int]]) -> list[int]:
    return [id_ for ids in chunks for id_ in ids]


@pytest.mark.parametrize("word", SPREAD)
@pytest.mark.parametrize("below", [2**62, HIGHEST, 2_001_500, 1_000_000, 1])
def test_every_match_comes_once_and_the_newest_first(spread: Session, word: str, below: int) -> None:
    assert flat(newest(spread, INDEX, Term(word), below=below)) == falling(SPREAD[word], below)


def test_what_all_rows_hold_comes_in_falling_order(spread: Session) -> None:
    held = {id_ for ids in SPREAD.values() for id_ in ids}
    assert flat(newest(spread, INDEX, Term("wall"), below=2**62)) == falling([*held], 2**62)


def test_several_words_are_asked_for_together(spread: Session) -> None:
    both = every(Term("wevery"), Term("wfew"))
    expected = falling([*{*SPREAD["wevery"]} & {*SPREAD["wfew"]}], 2**62)
    assert flat(newest(spread, INDEX, both, below=2**62)) == expected


def test_a_few_are_told_first_and_then_more_at_once(spread: Session) -> None:
    sizes = [len(ids) for ids in newest(spread, INDEX, Term("wlately"), below=2**62)]
    assert sizes[0] == 32
    assert max(sizes) > 32
    assert sum(sizes) == len(SPREAD["wlately"])


def test_nothing_matches_in_an_empty_index(session: Session) -> None:
    assert list(newest(session, INDEX, Term("wall"), below=2**62)) == []
