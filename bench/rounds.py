"""How long each question takes, told apart from what else the machine does meanwhile."""

from collections.abc import Callable, Sequence
from statistics import median
from time import perf_counter
from typing import TypeVar

from bench import host

Question = TypeVar("Question")

#: So often every question is asked for its time, and in so many rounds at most until that often counts.
ROUNDS, MOST_ROUNDS = 5, 12

#: What the notes of the tables say about it.
NOTE = (
    f"the time of a question is the median of {ROUNDS} rounds over all of them, after one to warm the caches, without "
    f"those in which the machine's host took a core away (steal; up to {MOST_ROUNDS} rounds for it)"
)


def medians(
    ask: Callable[[Question], object], questions: Sequence[Question], rest: Callable[[], object] = lambda: None
) -> list[float]:
    """Seconds of each question: its median over the rounds, so that a pause of the machine is no question's time.

    `rest`: what is done after each question, and not timed.
    """
    for question in questions:
        _timed(ask, question, rest)
    told: list[list[tuple[bool, float]]] = [[] for _ in questions]
    for _ in range(MOST_ROUNDS):
        for question, times in zip(questions, told, strict=True):
            if sum(whole for whole, _ in times) < ROUNDS:
                times.append(_timed(ask, question, rest))
    return [_median(times) for times in told]


def _timed(ask: Callable[[Question], object], question: Question, rest: Callable[[], object]) -> tuple[bool, float]:
    """Whether the machine was whole meanwhile, and the seconds it took."""
    before = host.stolen()
    started = perf_counter()
    ask(question)
    seconds = perf_counter() - started
    whole = host.stolen() == before
    rest()
    return whole, seconds


def _median(times: Sequence[tuple[bool, float]]) -> float:
    """Of those that count; where none does, of all."""
    return median([seconds for whole, seconds in times if whole] or [seconds for _, seconds in times])
