"""Reading one gap of a channel: what is missing is kept, what is gone is told, threads that went on are read too."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from adapters.slack import PLATFORM
from adapters.slack.envelopes import Envelopes
from adapters.slack.errors import Remedy, SlackError
from adapters.slack.history.gaps import Behind, Gap, Gaps, moment, stamp
from adapters.slack.installation import Installation
from adapters.slack.own import is_own
from adapters.slack.pacing import Sleep
from adapters.slack.web import Web, next_of
from crm_core.chat import Document, Urgency
from crm_core.desk import Kept

_TS = re.compile(r"[0-9]{10}\.[0-9]{6}")
_JOINED = frozenset({"channel_join", "group_join"})
#: A message as young as this may not be in the history yet: that it is missing there says nothing, so that it is looked
#: for again when it is older.
_TOO_YOUNG = timedelta(seconds=10)


@dataclass(frozen=True)
class Pace:
    """`page`: messages of a page. `lookback`: how much older than a gap a thread may have begun that went on in it."""

    page: int
    lookback: timedelta


#: An app of one's own company, and one that is given to others outside the Marketplace.
PACES = {"internal": Pace(200, timedelta(days=7)), "restricted": Pace(15, timedelta(days=1))}


class Reading:
    """Everything is asked for behind what people wait for.

    Raises `SlackError` and `NotKept`: go on later from where the gap stands.
    """

    def __init__(
        self,
        web: Web,
        envelopes: Envelopes,
        kept: Kept,
        gaps: Gaps,
        pace: Pace,
        *,
        clock: Callable[[], datetime],
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._web = web
        self._envelopes = envelopes
        self._kept = kept
        self._gaps = gaps
        self._pace = pace
        self._clock = clock
        self._sleep = sleep

    async def read(self, installation: Installation, behind: Behind, gap: Gap) -> None:
        """Read the gap to its end, and close it; so too when the bot is not in the channel any more."""
        channel = _Channel(self, installation, behind.channel)
        try:
            gap = await self._read_down(channel, behind, gap)
        except SlackError as error:
            if error.remedy is not Remedy.GIVE_UP:
                raise
        await self._gaps.close(behind, gap)

    async def _read_down(self, channel: "_Channel", behind: Behind, gap: Gap) -> Gap:
        """The gap, as far as it is read. What was too young to be missed is looked for again."""
        async for messages, floor in self._pages(behind, gap, stamp(moment(gap.since) - self._pace.lookback)):
            joined = await channel.take(messages, gap, floor)
            gap = await self._gaps.reached(behind, gap, floor)
            if joined:
                break
        if channel.doubted:
            ripe = moment(gap.until) + _TOO_YOUNG
            await self._sleep(max(0.0, (ripe - self._clock()).total_seconds()))
            top = replace(gap, at=gap.until)
            below = stamp(moment(min(channel.doubted)) - timedelta(microseconds=1))
            async for messages, floor in self._pages(behind, top, below):
                await channel.take(messages, top, floor, ripe=True)
                top = replace(top, at=floor)
        return gap

    async def _pages(self, behind: Behind, gap: Gap, end: str) -> AsyncIterator[tuple[list[Document], str]]:
        """Pages down to `end`, newest first, each with how far down it reaches."""
        floor = gap.at
        asked = {"channel": behind.channel, "latest": gap.at, "oldest": end}
        async for page in self._asked("conversations.history", behind.team, **asked):
            messages = _messages(page)
            floor = messages[-1]["ts"] if messages else floor
            yield messages, floor if next_of(page) else end

    def _asked(self, method: str, team: str, **arguments: Any) -> AsyncIterator[Document]:
        return self._web.pages(
            method, team=team, limit=self._pace.page, urgency=Urgency.BULK, patience=None, **arguments
        )

    async def thread(self, team: str, channel: str, root: str, since: str) -> list[Document]:
        """The replies after `since`; none when the thread is gone."""
        pages = self._asked("conversations.replies", team, channel=channel, ts=root, oldest=since)
        try:
            return [message async for page in pages for message in _messages(page) if message["ts"] != root]
        except SlackError as error:
            if error.error == "thread_not_found":
                return []
            raise

    async def said(self, channel: str, after: str, before: str) -> Mapping[str, str]:
        """Messages that we have between two moments, both left out, with the roots of their threads."""
        found = await self._kept.messages(PLATFORM, channel, moment(after), moment(before))
        return {ts: root for ts, root in found.items() if _TS.fullmatch(ts) and after < ts < before}

    async def keep(self, team: str, channel: str, message: Document) -> None:
        await self._envelopes.history(team, channel, message)

    async def tell_gone(self, team: str, channel: str, ts: str) -> None:
        await self._envelopes.gone(team, channel, ts)


class _Channel:
    """The pages of one gap. `doubted`: what is missing there, and may have been too young to be there."""

    def __init__(self, reading: Reading, installation: Installation, channel: str) -> None:
        self._reading = reading
        self._installation = installation
        self._team = installation.team_id
        self._channel = channel
        self._ripe = False
        self.doubted: set[str] = set()

    async def take(self, messages: list[Document], gap: Gap, floor: str, *, ripe: bool = False) -> bool:
        """Keep what a page brings, from `gap.at` down to `floor`; whether the bot came into the channel on it, so that
        what is older is none of its business. `ripe`: nothing is too young any more."""
        self._ripe = ripe
        joined = next((one["ts"] for one in messages if self._is_our_coming(one)), "")
        bottom = max(floor, joined)
        known = await self._reading.said(self._channel, bottom, gap.at) if bottom < gap.at else {}
        there = {message["ts"] for message in messages}
        for message in reversed(messages):
            if message["ts"] > joined:
                await self._keep(message, gap, known)
        await self._tell_gone([ts for ts, root in known.items() if root in {"", ts} and ts not in there], gap)
        for root in self._threads(messages, gap, known):
            await self._read_thread(root, gap)
        return bool(joined)

    async def _read_thread(self, root: str, gap: Gap) -> None:
        replies = await self._reading.thread(self._team, self._channel, root, gap.since)
        known = await self._reading.said(self._channel, gap.since, gap.until)
        for reply in replies:
            await self._keep(reply, gap, known)
        there = {reply["ts"] for reply in replies}
        await self._tell_gone([ts for ts, its in known.items() if its == root != ts and ts not in there], gap)

    def _threads(self, messages: list[Document], gap: Gap, known: Mapping[str, str]) -> list[str]:
        """Threads that went on in the gap, as Slack has it and as we have it."""
        went_on = [one["ts"] for one in messages if str(one.get("latest_reply", "")) > gap.since]
        ours = [root for ts, root in known.items() if ts > gap.since and root not in {"", ts}]
        return list(dict.fromkeys([*went_on, *ours]))

    async def _keep(self, message: Document, gap: Gap, known: Mapping[str, str]) -> None:
        """Keep it if it is missing, or was changed in the gap. A deleted parent stands there as a tombstone."""
        ts = message["ts"]
        if is_own({"event": {**message, "type": "message"}}, self._installation):
            return
        if message.get("subtype") == "tombstone":
            await self._tell_gone([ts] if ts in known else [], gap)
        elif _edited(message) > gap.since or (gap.since < ts and ts not in known):
            await self._reading.keep(self._team, self._channel, message)

    async def _tell_gone(self, gone: list[str], gap: Gap) -> None:
        latest = gap.until if self._ripe else stamp(moment(gap.until) - _TOO_YOUNG)
        for ts in sorted(gone):
            if ts <= latest:
                await self._reading.tell_gone(self._team, self._channel, ts)
            else:
                self.doubted.add(ts)

    def _is_our_coming(self, message: Document) -> bool:
        return message.get("subtype") in _JOINED and message.get("user") == self._installation.bot_user_id


def _messages(page: Document) -> list[Document]:
    found = page.get("messages")
    every = found if isinstance(found, list) else []
    return [one for one in every if isinstance(one, dict) and _TS.fullmatch(str(one.get("ts", "")))]


def _edited(message: Document) -> str:
    edited = message.get("edited")
    return str(edited.get("ts", "")) if isinstance(edited, dict) else ""
