"""What people said or pressed and the robot has not answered yet: for minutes and in memory alone, since the answer
goes back over the same connection. After a restart it goes out as a message of its own."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.bounded import Bounded
from adapters.wecom.robot.chats import Chat

#: How long a message can be answered: WeCom ends a stream after six minutes. A press: five seconds.
ANSWERED_WITHIN = timedelta(minutes=5, seconds=30)
PRESSED_WITHIN = timedelta(seconds=4)

_MOST = 10_000


@dataclass
class Question:
    """`begun`: the stream with this `key` as its id was shown, and is to be ended. `turn`: one answer at a time."""

    key: str
    req_id: str
    chat: Chat
    until: datetime
    press: bool = False
    begun: bool = False
    answered: bool = False
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def is_open(self, now: datetime) -> bool:
        return not self.answered and now < self.until


class Questions:
    """By the key that the envelope has as its event id, and its message as `reply_token`."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._open = Bounded[str, Question](_MOST)

    def ask(self, key: str, req_id: str, chat: Chat, *, press: bool) -> Question:
        """It is asked now. The same once more is the same question, to be answered under the newer `req_id`."""
        known = self._open.get(key)
        if known is not None:
            if not (known.begun or known.answered):
                known.req_id = req_id
            return known
        until = self._clock() + (PRESSED_WITHIN if press else ANSWERED_WITHIN)
        question = self._open[key] = Question(key, req_id, chat, until, press)
        return question

    def find(self, key: str) -> Question | None:
        """The question, while it can be answered."""
        question = self._open.get(key)
        return question if question is not None and question.is_open(self._clock()) else None

    def close(self, question: Question) -> None:
        """Nobody will answer it any more."""
        self._open.pop(question.key, None)
