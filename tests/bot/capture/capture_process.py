"""The real intake in a process of its own, to be killed: reads `event_id text` lines, writes an event id when it is
acknowledged. What begins with `!` is said to the bot; answering it puts up one post on the board.

    python -m tests.bot.capture.capture_process URL
"""

import asyncio
import os
import sys

from sqlmodel import Session

from bot.capture.intake import Intake
from bot.clock import utc_now
from bot.threads import Core
from crm_core.chat import InboundMessage
from crm_core.conversations import board, ledger
from crm_core.database import Database
from tests.bot.capture.envelopes import Plain, envelope


async def serve(url: str) -> None:
    lines = await _lines()
    first = await lines.readline()
    core = Core(Database(url))

    async def handle(inbound: InboundMessage, envelope_id: int) -> None:
        await core.write(lambda session: _effect(session, inbound, envelope_id))

    intake = Intake(core, {"console": Plain()}, handle, utc_now, "CN", patience=30)
    await intake.start()
    async with asyncio.TaskGroup() as group:
        line = first
        while line:
            event_id, text = line.decode().split()
            group.create_task(_take(intake, event_id, text))
            line = await lines.readline()
    await intake.stop()
    core.close()


async def _lines() -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


async def _take(intake: Intake, event_id: str, text: str) -> None:
    room = f"room:{int(event_id[1:]) % 5}"
    addressed = text.startswith("!")
    await intake.accept(envelope(event_id, text, room=room, addressed=addressed, received_at=utc_now()))
    os.write(1, f"{event_id}\n".encode())


def _effect(session: Session, inbound: InboundMessage, envelope_id: int) -> None:
    if ledger.mark_answered(session, envelope_id):
        card = {"text": inbound.text}
        board.append(session, room_id="effects", author_id="bot", card=card, now=utc_now())


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
