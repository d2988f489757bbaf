"""What a node without the robot's connection has to say, said by the node that has it, over the memory they share."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import uuid4

from adapters.wecom.errors import Remedy, WeComError
from crm_core.chat import Document
from crm_core.desk import Memory

log = logging.getLogger(__name__)

Ask = Callable[[str, Document], Awaitable[Document]]

#: Seconds between two looks for what others have to say.
LOOK = 1.0

_TO_SAY = "robot_to_say"
_SAID = "robot_said"
#: How often an answer is looked for, and after how many looks what nobody took is taken back.
_LOOKS = 25
_NOBODY = 12
_FORGOTTEN = timedelta(minutes=5)


class Relay:
    """`look`: seconds between two looks."""

    def __init__(self, memory: Memory, clock: Callable[[], datetime], look: float = LOOK) -> None:
        self._memory = memory
        self._clock = clock
        self._look = look

    async def ask(self, cmd: str, body: Document) -> Document:
        """Have it said elsewhere; the body of its acknowledgement. Raises `WeComError`."""
        name = uuid4().hex
        await self._memory.put(_TO_SAY, name, {"cmd": cmd, "body": body, "at": self._clock().isoformat()})
        for look in range(_LOOKS):
            await asyncio.sleep(self._look)
            answer = await self._memory.take(_SAID, name)
            if answer is not None:
                return _opened(answer, cmd)
            if look >= _NOBODY and await self._memory.take(_TO_SAY, name) is not None:
                raise WeComError(path=cmd, reason="not connected", what_to_do=Remedy.RETRY)
        raise WeComError(path=cmd, reason="no_answer", unknown=True)

    async def serve(self, here: Callable[[], bool], ask: Ask) -> None:
        """Say what the others have to say, for ever, as long as the connection is `here`."""
        while True:
            await asyncio.sleep(self._look)
            if here():
                await self._look_around(ask)

    async def _look_around(self, ask: Ask) -> None:
        try:
            for name in await self._memory.all(_TO_SAY):
                await self._say(name, ask)
            await self._forget()
        except Exception as error:
            log.warning("WeCom: what another node has to say waits: %s", type(error).__name__)
            log.debug("looking around", exc_info=True)

    async def _say(self, name: str, ask: Ask) -> None:
        """What is taken is said once, or by nobody."""
        taken = await self._memory.take(_TO_SAY, name)
        if taken is None or self._is_old(taken):
            return
        now = self._clock().isoformat()
        try:
            answer: Document = {"body": await ask(str(taken["cmd"]), taken["body"]), "at": now}
        except WeComError as error:
            told = {"errcode": error.errcode, "reason": error.reason, "unknown": error.unknown}
            answer = {"error": {**told, "what_to_do": error.what_to_do.value}, "at": now}
        await self._memory.put(_SAID, name, answer)

    async def _forget(self) -> None:
        """Answers whose node is gone."""
        for name, answer in (await self._memory.all(_SAID)).items():
            if self._is_old(answer):
                await self._memory.take(_SAID, name)

    def _is_old(self, document: Document) -> bool:
        return abs(self._clock() - datetime.fromisoformat(str(document["at"]))) > _FORGOTTEN


def _opened(answer: Document, cmd: str) -> Document:
    error = answer.get("error")
    if error is None:
        return dict(answer["body"])
    raise WeComError(
        error["errcode"],
        path=cmd,
        reason=str(error["reason"]),
        what_to_do=Remedy(error["what_to_do"]),
        unknown=bool(error["unknown"]),
    )
