"""What Slack brings, whichever way it comes: kept first, then acknowledged, then acted upon."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from adapters.slack import words
from adapters.slack.envelopes import Envelopes, Kept, team_of
from adapters.slack.installation import Installation
from adapters.slack.looking import Looking, Promise
from adapters.slack.own import is_own
from adapters.slack.tickets import Tickets
from adapters.under_way import UnderWay
from crm_core.chat import Document, NotKept
from crm_core.desk import Accept
from crm_core.words import Words

log = logging.getLogger(__name__)

#: Seconds. Slack gives up after three.
DEADLINE = 2.5
ANSWER_WITHIN = 0.8

NOTHING: Document = {}

_MOST_ERRANDS = 1000
_AT_ONCE = 16
#: Seconds after which nobody else is about to give an answer that was promised before the start.
_OVERDUE = 15.0
_GONE = frozenset({"tokens_revoked", "app_uninstalled"})


Settled = Callable[[str], Awaitable[None]]
Respond = Callable[[str, Document], Awaitable[None]]


class Interactions(Protocol):
    """What answers buttons, menus, shortcuts and forms."""

    async def handle(self, payload: Document) -> Document:
        """The body of the reply, `{}` for none. What has an effect is kept first; raises `NotKept` when it is not."""


class Errands(Protocol):
    """What is done about events that are no messages: the home that is opened, a link, being invited."""

    async def attend(self, payload: Document) -> None:
        """Look after one event or notice, after it is kept and once. Never raises."""


class Workspaces(Protocol):
    """What the door asks and tells about installations."""

    async def of(self, team_id: str) -> Installation | None: ...

    def mark_down(self, team_id: str, reason: str) -> None: ...


class Door:
    """Shared by HTTP and sockets. Every reply is the body Slack gets with the acknowledgement, `{}` for none.

    `settled`: waits until what was kept under a key is answered or nobody will; `respond`: posts to the address that
    came with a command. With both, something follows "Looking"; with `looking`, even when the program is killed.
    """

    def __init__(
        self,
        installations: Workspaces,
        accept: Accept,
        tickets: Tickets,
        *,
        clock: Callable[[], datetime],
        interactions: Interactions,
        errands: Errands,
        settled: Settled | None = None,
        respond: Respond | None = None,
        looking: Looking | None = None,
        deadline: float = DEADLINE,
        answer_within: float = ANSWER_WITHIN,
    ) -> None:
        self._installations = installations
        self._envelopes = Envelopes(accept, tickets, clock)
        self._clock = clock
        self._tickets = tickets
        self._interactions = interactions
        self._errands = errands
        self._settled = settled
        self._respond = respond
        self._looking = looking
        self._deadline = deadline
        self._answer_within = answer_within
        self._running = UnderWay()
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def event(self, payload: Document) -> Document:
        """Take an event or a notice. What is unknown is passed over. Raises `NotKept`: do not acknowledge it."""
        kind = payload.get("type")
        if kind == "url_verification":
            return {"challenge": str(payload.get("challenge", ""))}
        if kind == "event_callback" and isinstance(payload.get("event"), dict):
            await self._take(payload)
        elif kind == "app_rate_limited":
            self._attend(payload)
        return NOTHING

    async def command(self, form: Mapping[str, str]) -> Document:
        """Take a slash command and wait a moment for its answer, which comes by itself. Never raises."""
        try:
            async with asyncio.timeout(self._deadline):
                kept = await self._envelopes.command(form)
                return await self._acknowledgement(kept)
        except NotKept:
            return _whispered(words.NOT_KEPT)
        except TimeoutError:
            return _whispered(words.SLOW)

    async def interactive(self, payload: Document) -> Document:
        """Take a press, a shortcut, a form or what is typed into a menu. Raises `NotKept`, but not for a form."""
        try:
            async with asyncio.timeout(self._deadline):
                return await self._interactions.handle(payload)
        except NotKept:
            if payload.get("type") != "view_submission":
                raise
            return _refusal(payload, words.NOT_KEPT)
        except TimeoutError:
            log.warning("Slack: an interaction took more than %s s", self._deadline)
            return _late(payload)

    def resume(self, promises: Iterable[Promise]) -> None:
        """Look after what was promised before the start, once what was left behind is taken up."""
        for promise in promises:
            self._running.run(self._keep_promise(promise))

    async def close(self, seconds: float = 5) -> None:
        """Let what is being attended to finish; after these seconds give up on the rest."""
        await self._running.finish(seconds)

    async def _take(self, payload: Document) -> None:
        team_id = team_of(payload)
        if is_own(payload, await self._installations.of(team_id)):
            return
        kept = await self._envelopes.event(payload)
        kind = payload["event"].get("type")
        if kind in _GONE:
            self._gone(team_id, payload["event"])
        if kept.new and kind != "message":
            self._attend(payload)

    def _gone(self, team_id: str, event: Document) -> None:
        """A revocation may be about people's own tokens, of which we have none."""
        tokens = event.get("tokens")
        if event["type"] != "tokens_revoked" or (isinstance(tokens, dict) and tokens.get("bot")):
            self._installations.mark_down(team_id, str(event["type"]))

    async def _acknowledgement(self, kept: Kept) -> Document:
        if not kept.new or await self._tickets.answered(kept.key, self._answer_within):
            return NOTHING
        try:
            if self._settled is not None and self._respond is not None:
                await self._promise(kept.key)
                self._running.run(self._take_away_looking(kept.key, self._settled, self._respond))
        finally:
            self._tickets.acknowledged(kept.key)
        return _whispered(words.LOOKING)

    async def _promise(self, key: str) -> None:
        if self._looking is not None:
            await self._looking.keep(key, self._tickets.address(key))

    async def _take_away_looking(self, key: str, settled: Settled, respond: Respond) -> None:
        """When nobody answers after all."""
        await settled(key)
        await self._say_instead(words.NO_ANSWER, key, respond)
        if self._looking is not None:
            await self._looking.drop(key)

    async def _keep_promise(self, promise: Promise) -> None:
        """The answer is given here, or by another node in a moment; else it is said that there is none."""
        if self._settled is None or self._respond is None or self._looking is None:
            return
        await self._settled(promise.key)
        if self._tickets.stands(promise.key):
            await asyncio.sleep(_OVERDUE - (self._clock() - promise.at).total_seconds())
        if await self._looking.drop(promise.key):
            await self._say_instead(words.RESTARTED, promise.key, self._respond)

    async def _say_instead(self, text: Words, key: str, respond: Respond) -> None:
        """In the place of "Looking", where it still stands."""
        address = await self._tickets.unanswered(key)
        if address is not None:
            try:
                await respond(address, {**_whispered(text), "replace_original": True})
            except Exception as error:
                log.warning("Slack: that there is no answer could not be said: %s", type(error).__name__)
                log.debug("saying so", exc_info=True)

    def _attend(self, payload: Document) -> None:
        if len(self._running) >= _MOST_ERRANDS:
            log.warning("Slack: too much to attend to at once, an event is only kept")
        else:
            self._running.run(self._attend_in_turn(payload))

    async def _attend_in_turn(self, payload: Document) -> None:
        async with self._places:
            try:
                await self._errands.attend(payload)
            except Exception as error:
                log.warning("Slack: an event was not attended to: %s", type(error).__name__)
                log.debug("attending", exc_info=True)


def _whispered(text: Words) -> Document:
    return {"response_type": "ephemeral", "text": text.both()}


def _late(payload: Document) -> Document:
    """A menu stays empty; a form says so; a button has nothing to be said with."""
    match payload.get("type"):
        case "block_suggestion":
            return {"options": []}
        case "view_submission":
            return _refusal(payload, words.SLOW)
    return NOTHING


def _refusal(payload: Document, text: Words) -> Document:
    """The sentence under the first field of a form."""
    view = payload.get("view")
    blocks = view.get("blocks") if isinstance(view, dict) else None
    inputs = [block for block in blocks or () if isinstance(block, dict) and block.get("type") == "input"]
    if not inputs:
        return NOTHING
    return {"response_action": "errors", "errors": {str(inputs[0].get("block_id", "")): text.both()}}
