"""What is still to be read again, by channel, as it stands in our own database.

Moments are Slack's: "seconds.microseconds" in their fixed shape, which compare as text.
"""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from crm_core.chat import Document
from crm_core.desk import BEHIND, Memory


@dataclass(frozen=True)
class Gap:
    """Between `since` and `until` something may be missing. It is read backwards: `at` is how far."""

    since: str
    until: str
    at: str

    @property
    def is_begun(self) -> bool:
        return self.at != self.until


@dataclass(frozen=True)
class Behind:
    """A channel with its gaps, the oldest first."""

    team: str
    channel: str
    gaps: tuple[Gap, ...]

    @property
    def complete_up_to(self) -> datetime:
        return moment(min(gap.since for gap in self.gaps))


class Gaps:
    """All of them, in memory and in rows. One node at a time changes them; `load` when it becomes that one."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._rows: dict[str, Document] = {}
        self._turn = asyncio.Lock()

    def behind(self) -> Iterator[Behind]:
        """The channels that are not complete."""
        for channel, row in list(self._rows.items()):
            yield _behind(channel, row)

    async def load(self) -> None:
        """Read the rows."""
        async with self._turn:
            self._rows = await self._memory.all(BEHIND)

    async def add(self, team: str, channel: str, since: str, until: str) -> None:
        """Something may be missing here. Where the new gap meets one that was not begun, they become one."""
        async with self._turn:
            met = [gap for gap in self._of(channel) if not gap.is_begun and gap.until >= since]
            since = min([since, *(gap.since for gap in met)])
            apart = [gap for gap in self._of(channel) if gap not in met]
            await self._write(team, channel, [*apart, Gap(since, until, until)])

    async def reached(self, behind: Behind, gap: Gap, at: str) -> Gap:
        """It is read down to `at`."""
        further = replace(gap, at=at)
        async with self._turn:
            gaps = [further if one == gap else one for one in self._of(behind.channel)]
            await self._write(behind.team, behind.channel, gaps)
        return further

    async def close(self, behind: Behind, gap: Gap) -> None:
        """There is nothing more to be read for this gap."""
        async with self._turn:
            await self._write(behind.team, behind.channel, [one for one in self._of(behind.channel) if one != gap])

    def _of(self, channel: str) -> tuple[Gap, ...]:
        row = self._rows.get(channel)
        return () if row is None else _behind(channel, row).gaps

    async def _write(self, team: str, channel: str, gaps: list[Gap]) -> None:
        if not gaps:
            self._rows.pop(channel, None)
            await self._memory.take(BEHIND, channel)
            return
        row = _row(Behind(team, channel, tuple(sorted(gaps, key=lambda gap: gap.since))))
        self._rows[channel] = row
        await self._memory.put(BEHIND, channel, row)


def stamp(at: datetime) -> str:
    """A moment as Slack writes it."""
    micros = round(at.timestamp() * 1_000_000)
    return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"


def moment(ts: str) -> datetime:
    """The moment of a message."""
    seconds, _, micros = ts.partition(".")
    return datetime.fromtimestamp(int(seconds), UTC).replace(microsecond=int(micros))


def _row(behind: Behind) -> Document:
    return {
        "team": behind.team,
        "gaps": [[gap.since, gap.until, gap.at] for gap in behind.gaps],
        "complete_up_to": behind.complete_up_to.isoformat(),
    }


def _behind(channel: str, row: Mapping[str, object]) -> Behind:
    found = row["gaps"]
    assert isinstance(found, list)  # noqa: S101
    return Behind(str(row["team"]), channel, tuple(Gap(*map(str, gap)) for gap in found))
