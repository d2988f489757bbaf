"""Answers under the req_id of a question: a stream, that is the whole text so far again and again until its end, and
cards. Whatever cannot be said that way any more goes out as a message of its own.
"""

import asyncio
from collections.abc import Awaitable, Callable

from adapters.wecom.allowance import Allowance
from adapters.wecom.errors import Remedy, WeComError
from adapters.wecom.robot import frames
from adapters.wecom.robot.outlet import NearestOutlet
from adapters.wecom.robot.questions import Question
from crm_core.chat import Document, Urgency

#: Bytes of a stream, and of a markdown text.
LONGEST = 20_480

LOOKING = "正在查… Looking…"
NO_ANSWER = "这次没能答复，请再发一次。No answer could be given this time. Please send it again."
NOT_KEPT = "刚才没能记下，请再发一次。That could not be kept just now. Please send it again."

#: A long text grows by so many characters, with so many seconds between two pieces.
_PIECE = 3_000
_PAUSE = 0.4


class Answers:
    """Answers a question; each of them waits for its acknowledgement before the next goes out."""

    def __init__(
        self, outlet: NearestOutlet, allowance: Allowance, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._outlet = outlet
        self._allowance = allowance
        self._sleep = sleep

    async def begin(self, question: Question) -> None:
        """Show that somebody is looking, unless the answer is there. Raises `WeComError`, `DeliveryError`."""
        async with question.turn:
            if not (question.answered or question.begun):
                await self._allowance.take(question.chat.room_id, Urgency.WAITED_FOR)
                question.begun = True
                await self._outlet.ask(frames.RESPOND, _stream(question, LOOKING, finish=False), question.req_id)

    async def end(self, question: Question, words: str) -> None:
        """Say these words if nothing was said. Raises like `begin`."""
        async with question.turn:
            if not question.answered:
                await self.say(question, words)

    async def say(self, question: Question, words: str, card: Document | None = None) -> None:
        """The whole answer, while holding the `turn`: words, a card or both. Raises like `begin`."""
        if not question.begun:
            await self._allowance.take(question.chat.room_id, Urgency.WAITED_FOR)
        if not words and not question.begun and card is not None:
            await self._ask_twice(question, {"msgtype": "template_card", "template_card": card})
        else:
            await self._grow(question, words, card)
        question.answered = True

    async def change(self, question: Question, card: Document) -> None:
        """Put this card into the place of the pressed one. Raises `WeComError`."""
        body = {"response_type": "update_template_card", "template_card": card}
        await self._outlet.ask(frames.UPDATE, body, question.req_id)
        question.answered = True

    async def _grow(self, question: Question, words: str, card: Document | None) -> None:
        question.begun = True
        for end in range(_PIECE, len(words), _PIECE):
            await self._ask_twice(question, _stream(question, words[:end], finish=False))
            await self._sleep(_PAUSE)
        last = _stream(question, words, finish=True)
        if card is not None:
            await self._allowance.take(question.chat.room_id, Urgency.WAITED_FOR)
            last = {**last, "msgtype": "stream_with_template_card", "template_card": card}
        await self._ask_twice(question, last)

    async def _ask_twice(self, question: Question, body: Document) -> None:
        """What was not acknowledged is said once more: the same stream and the same card are not shown twice."""
        try:
            await self._outlet.ask(frames.RESPOND, body, question.req_id)
        except WeComError as error:
            if not (error.unknown or error.what_to_do is Remedy.RETRY):
                raise
        else:
            return
        try:
            await self._outlet.ask(frames.RESPOND, body, question.req_id)
        except WeComError as error:
            if not is_there_already(error):
                raise


def is_there_already(error: WeComError) -> bool:
    """What a card or the end of a stream is refused with when it was shown at the first try."""
    return error.what_to_do is Remedy.FIX or error.errcode == frames.TOO_LATE


def _stream(question: Question, words: str, *, finish: bool) -> Document:
    return {"msgtype": "stream", "stream": {"id": question.key[-64:], "finish": finish, "content": words}}
