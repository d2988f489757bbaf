"""How long each question takes, told apart from what else the machine does meanwhile."""

from collections.abc import Callable, Sequence
from statistics import median
from time import perf_counter
from typing import TypeVar

Question = TypeVar("Question")

#: So often every question is asked for its time.
ROUNDS = 5

#: What the notes of the tables say about it.
NOTE = f"the time of a question is the median of {ROUNDS} rounds over all of them, after one to warm the caches"


def medians(
    ask: Callable[[Question], object], questions: Sequence[Question], rest: Callable[[], object] = lambda: None
) -> list[float]:
    """Seconds of each question: its median over the rounds, so that a pause of the machine is no question's time.

    `rest`: what is done after each question, and not timed.
    """
    for question in questions:
        _seconds(ask, question, rest)
    rounds = [[_seconds(ask, question, rest) for question in questions] for _ in range(ROUNDS)]
    return [median(times) for times in zip(*rounds, strict=True)]


def _seconds(ask: Callable[[Question], object], question: Question, rest: Callable[[], object]) -> float:
    started = perf_counter()
    ask(question)
    seconds = perf_counter() - started
    rest()
    return seconds
