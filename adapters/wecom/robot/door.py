"""What comes over the robot's connection: kept, then answered with what it came with. WeCom does not send it again, so
what cannot be kept at once is tried for a while."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime

from adapters.under_way import UnderWay
from adapters.wecom.door import Settled
from adapters.wecom.robot import frames, payload
from adapters.wecom.robot.answers import NO_ANSWER, NOT_KEPT, Answers
from adapters.wecom.robot.chats import Chats
from adapters.wecom.robot.files import Files
from adapters.wecom.robot.frames import Frame
from adapters.wecom.robot.outlet import NearestOutlet
from adapters.wecom.robot.questions import Question, Questions
from crm_core.chat import Document, Envelope, NotKept
from crm_core.desk import Accept

log = logging.getLogger(__name__)

#: Seconds until somebody who asked is shown that we are looking.
LOOKING_AFTER = 1.5

WELCOME = (
    "你好，我是团队的 CRM 助手。直接问我客户、待办和提醒；发“帮助”看我会什么。\n"
    "Hello, I am your team's CRM. Ask me about customers, tasks and reminders; “help” shows what I can do."
)

_MOST = 1_000
_TRIES = 30
_ENTERED = "enter_chat"


class RobotDoor:
    """`hear` never waits. `settled`: waits until what was kept under a key is answered, or nobody will."""

    def __init__(
        self,
        accept: Accept,
        outlet: NearestOutlet,
        answers: Answers,
        questions: Questions,
        chats: Chats,
        *,
        clock: Callable[[], datetime],
        settled: Settled,
        files: Files | None = None,
        looking_after: float = LOOKING_AFTER,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._accept = accept
        self._outlet = outlet
        self._answers = answers
        self._questions = questions
        self._chats = chats
        self._clock = clock
        self._settled = settled
        self._files = files
        self._looking_after = looking_after
        self._sleep = sleep
        self._running = UnderWay()

    def hear(self, frame: Frame) -> None:
        """Take a callback; what is none is passed over."""
        if frame.cmd not in {frames.MESSAGE, frames.EVENT}:
            return
        if len(self._running) >= _MOST:
            log.warning("WeCom: too much comes from the robot at once, something is not kept")
            return
        self._running.run(self._quietly(self._take(frame)))

    async def close(self, seconds: float = 5) -> None:
        """Let what is being taken finish; after these seconds give up on the rest."""
        await self._running.finish(seconds)

    async def _take(self, frame: Frame) -> None:
        message = frame.body
        if frame.event == _ENTERED:
            await self._welcome(frame.req_id)
        if self._files is not None:
            self._files.hear(message)
        question = self._question(frame) if payload.is_request(message) else None
        try:
            new = await self._keep(message)
        except NotKept:
            log.warning("WeCom: something said to the robot was not kept")
            if question is not None and not question.press:
                await self._answers.end(question, NOT_KEPT)
            return
        chat = payload.chat_of(message)
        if chat is not None and frame.cmd == frames.MESSAGE:
            await self._chats.note(chat)
        if new and question is not None:
            await self._see_to(question)

    def _question(self, frame: Frame) -> Question | None:
        chat = payload.chat_of(frame.body)
        if chat is None:
            return None
        return self._questions.ask(payload.key_of(frame.body), frame.req_id, chat, press=payload.is_press(frame.body))

    async def _keep(self, message: Document) -> bool:
        """Whether it is new. Raises `NotKept` when the database does not take it for long."""
        now = self._clock()
        envelope = Envelope("wecom", payload.key_of(message), payload.to_body(message, now), now)
        for _ in range(_TRIES):
            try:
                return await self._accept(envelope)
            except NotKept:
                await self._sleep(1)
        raise NotKept

    async def _see_to(self, question: Question) -> None:
        """Whoever waits sees that somebody is looking, and in the end an answer or that there is none."""
        settling = asyncio.ensure_future(self._settled(question.key))
        done, _ = await asyncio.wait({settling}, timeout=self._looking_after)
        if not done and not question.press:
            await self._quietly(self._answers.begin(question))
        await settling
        if question.begun:
            await self._answers.end(question, NO_ANSWER)
        self._questions.close(question)

    async def _welcome(self, req_id: str) -> None:
        await self._outlet.ask(frames.WELCOME, {"msgtype": "text", "text": {"content": WELCOME}}, req_id)

    async def _quietly(self, work: Coroutine[None, None, None]) -> None:
        """What goes wrong with one callback is no trouble for the others."""
        try:
            await work
        except Exception as error:
            log.warning("WeCom: something from the robot was not seen to: %s", type(error).__name__)
            log.debug("hearing the robot", exc_info=True)
