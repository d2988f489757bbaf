"""The backup at its hour: by one node, in a process of its own; administrators hear when it fails or is overdue."""

import asyncio
import json
import logging
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

from sqlmodel import Session

from bot.clock import Clock
from bot.config import Config
from bot.threads import Core
from crm_core.backup import record, retention
from crm_core.backup.record import LEASE, Record
from crm_core.chat import Document
from crm_core.outreach import notices

log = logging.getLogger(__name__)

#: Makes a backup of the database at this URL into this file; what `child` tells.
Take = Callable[[str, Path], Awaitable[Document]]

_LOOKS = timedelta(minutes=10)


class BackupDuty:
    """Due at the hour of `[backup] at`, once `open` was called: a program that lives one turn makes none."""

    name = "backup"

    def __init__(self, core: Core, config: Config, clock: Clock, take: Take | None = None) -> None:
        self._core = core
        self._config = config
        self._clock = clock
        self._take = take or in_a_process
        self._node = uuid4().hex
        self._open = False
        self._since = clock()
        self._looked = clock()

    def open(self) -> None:
        """From now on make backups."""
        self._open = self._config.backup.on
        self._since = self._looked = self._clock()

    def due(self, session: Session) -> datetime | None:
        return self._due(record.last(session)) if self._open else None

    async def run(self, stopping: asyncio.Event) -> None:
        """Make the backup that is due, unless another node is at it."""
        begun = await self._core.write(self._begin)
        if begun is None:
            return
        file = Path(self._config.backup.folder) / retention.name_of(self._clock())
        working = asyncio.create_task(self._make(file))
        stopped = asyncio.create_task(stopping.wait())
        try:
            while not working.done() and not stopping.is_set():
                await asyncio.wait(
                    {working, stopped}, timeout=LEASE.total_seconds() / 3, return_when=asyncio.FIRST_COMPLETED
                )
                begun = await self._renew(begun)
        finally:
            stopped.cancel()
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)

    async def worry(self, now: datetime) -> None:
        """Tell the administrators when there was no good backup for too long."""
        if not self._open or now - self._looked < _LOOKS:
            return
        self._looked = now

        def look(session: Session) -> None:
            if record.worry(session, now=now, since=self._since):
                notices.tell_administrators(session, {"notice": "backup_overdue"}, now=now)

        await self._core.write(look)

    def _due(self, found: Record) -> datetime:
        return record.due(found, self._clock(), self._config.backup.hour, self._config.bot.zone)

    def _begin(self, session: Session) -> Record | None:
        now, found = self._clock(), record.last(session)
        if not self._open or self._due(found) > now:
            return None
        slot = record.slot_before(now, self._config.backup.hour, self._config.bot.zone)
        return record.begin(session, found, slot=slot, node=self._node, now=now)

    async def _renew(self, begun: Record) -> Record:
        """While it is still being made; what was finished meanwhile stays as it is."""
        with suppress(Exception):
            renewed = await self._core.write(partial(record.renew, begun=begun, now=self._clock()))
            return renewed or begun
        return begun

    async def _make(self, file: Path) -> None:
        try:
            told = await self._take(self._config.database.url, file)
        except OSError as error:
            told = {"problem": type(error).__name__}
        now = self._clock()
        if "problem" in told:
            log.error("the backup failed: %s", told["problem"])
            await self._core.write(lambda session: self._fail(session, str(told["problem"]), now))
            return
        log.info("backup %s: %d rows, %d bytes, %s s", file.name, told["rows"], told["bytes"], told["seconds"])
        await self._core.write(lambda session: finish(session, told, file, now))
        await asyncio.to_thread(self._tidy, file.parent, now)

    def _fail(self, session: Session, problem: str, now: datetime) -> None:
        if record.fail(session, problem, now=now):
            notices.tell_administrators(session, {"notice": "backup_failed", "problem": problem}, now=now)

    def _tidy(self, folder: Path, now: datetime) -> None:
        kept = self._config.backup
        try:
            retention.tidy(folder, days=kept.keep_daily, weeks=kept.keep_weekly, zone=self._config.bot.zone, now=now)
        except OSError as error:
            log.warning("old backups stay where they are: %s", type(error).__name__)


def finish(session: Session, told: Document, file: Path, now: datetime) -> None:
    """Remember the backup that a child tells of."""
    record.finish(
        session,
        taken_at=datetime.fromisoformat(told["taken_at"]),
        file=str(file),
        size=told["bytes"],
        rows=told["rows"],
        seconds=told["seconds"],
        now=now,
    )


async def in_a_process(url: str, file: Path) -> Document:
    """Have a process of its own make it; it ends when we are cancelled."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.backup.child",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        out, _ = await process.communicate(json.dumps({"url": url, "file": str(file)}).encode())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    try:
        told: Document = json.loads(out)
    except ValueError:
        return {"problem": f"its process ended with {process.returncode}"}
    return told
