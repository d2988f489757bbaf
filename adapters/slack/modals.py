"""The forms: opened at once and empty, filled in when it is known with what, and checked again when they come back."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from typing import Any

from adapters.slack import PLATFORM, forms, words
from adapters.slack.archive import Seen
from adapters.slack.envelopes import Envelopes, team_of
from adapters.slack.errors import SlackError
from adapters.slack.forms import Filled, Incomplete, Origin
from adapters.slack.told import object_of
from adapters.slack.web import Web
from adapters.under_way import UnderWay
from crm_core.chat import ChatPlatform, DeliveryError, Document, Urgency
from crm_core.desk import Colleague, Desk
from crm_core.words import Words

log = logging.getLogger(__name__)

#: Seconds. A trigger is good for three; of the wait for an acknowledgement so much may go into filling a form in.
OPENING = 2.0
FILLING = 1.0
CHECKING = 1.5

#: The person closed it, or something newer stands there: nothing to be done.
_TOO_LATE = frozenset({"not_found", "hash_conflict"})


class Modals:
    """`seen`: keeps the messages forms were opened on, for those the bot cannot fetch."""

    def __init__(
        self,
        desk: Desk,
        web: Web,
        platform: ChatPlatform,
        *,
        envelopes: Envelopes,
        seen: Seen,
        clock: Callable[[], datetime],
    ) -> None:
        self._desk = desk
        self._web = web
        self._platform = platform
        self._envelopes = envelopes
        self._seen = seen
        self._clock = clock
        self._filling = UnderWay()

    async def open_log(self, payload: Document, person: str) -> Document:
        """The form for one message, from its shortcut."""
        room, message = object_of(payload.get("channel")), object_of(payload.get("message"))
        place, at = str(room.get("id", "")), str(message.get("ts", ""))
        self._seen.put(place, message, person)

        async def fill(colleague: Colleague) -> Document:
            guess = await self._desk.guess(PLATFORM, person, place, str(message.get("user", "")))
            origin = Origin(colleague.language, colleague.timezone, place, at)
            return forms.log_form(origin, guess, str(message.get("text") or ""))

        return await self._open(payload, person, words.LOG_TITLE, fill)

    async def open_task(self, payload: Document, person: str) -> Document:
        """The form for a task, from anywhere."""

        async def fill(colleague: Colleague) -> Document:
            return forms.task_form(Origin(colleague.language, colleague.timezone))

        return await self._open(payload, person, words.TASK_TITLE, fill)

    async def submit(self, payload: Document, person: str) -> Document:
        """Keep what was filled in; its errors where something is missing. Raises `NotKept`."""
        try:
            filled = forms.read(payload)
            room = await self._room_of(filled, person)
        except Incomplete as incomplete:
            return _errors(incomplete.errors, payload)
        except ValueError:
            return _errors({"customer": words.STALE}, payload)
        await self._envelopes.interaction({**payload, "channel": {"id": room}})
        return {}

    async def finish(self, seconds: float = 2) -> None:
        """Wait for the forms that are being filled in."""
        await self._filling.wait(seconds)

    async def _open(
        self, payload: Document, person: str, title: Words, fill: Callable[[Colleague], Coroutine[Any, Any, Document]]
    ) -> Document:
        """Something stands there before the trigger expires; what takes longer follows."""
        colleague = await self._desk.colleague(PLATFORM, person)
        first = forms.refusal(title) if colleague is None else forms.loading(title, colleague.language)
        view = await self._opened(payload, first)
        if view is not None and colleague is not None:
            await self._soon(self._fill(team_of(payload), view, fill(colleague)))
        return {}

    async def _opened(self, payload: Document, view: Document) -> Document | None:
        try:
            answer = await self._web.call(
                "views.open",
                team=team_of(payload),
                seconds=OPENING,
                patience=OPENING,
                urgency=Urgency.WAITED_FOR,
                trigger_id=str(payload.get("trigger_id", "")),
                view=view,
            )
        except SlackError as error:
            log.info("Slack: a form was not opened: %s", error.error)
            return None
        return object_of(answer.get("view"))

    async def _fill(self, team: str, opened: Document, form: Coroutine[Any, Any, Document]) -> None:
        view = await form
        try:
            await self._web.call(
                "views.update",
                team=team,
                urgency=Urgency.WAITED_FOR,
                view_id=str(opened.get("id", "")),
                hash=str(opened.get("hash") or "") or None,
                view=view,
            )
        except SlackError as error:
            level = logging.DEBUG if error.error in _TOO_LATE else logging.WARNING
            log.log(level, "Slack: a form was not filled in: %s", error.error)

    async def _soon(self, work: Coroutine[Any, Any, None]) -> None:
        """Mostly done at once; when Slack is slow it goes on after the acknowledgement."""
        await asyncio.wait({self._filling.run(work)}, timeout=FILLING)

    async def _room_of(self, filled: Filled, person: str) -> str:
        """Where the command is run. Raises `Incomplete` unless the person is there, whatever the form says."""
        if filled.due is not None and filled.kind == "task" and filled.due <= self._clock():
            raise Incomplete({"due": words.PAST_DUE})
        if await self._desk.colleague(PLATFORM, person) is None:
            raise Incomplete({"customer": words.OUTSIDER})
        room = filled.origin.room
        if self._seen.by(room, filled.origin.message, person) and not room.startswith("D"):
            return room
        try:
            async with asyncio.timeout(CHECKING):
                if not room or room.startswith("D"):
                    return await self._direct_room(room, person)
                roster = await self._platform.roster(room)
        except (DeliveryError, TimeoutError):
            raise Incomplete({"customer": words.TRY_AGAIN}) from None
        if person not in {one.platform_id for one in roster}:
            raise Incomplete({"customer": words.NOT_INSIDE})
        return room

    async def _direct_room(self, room: str, person: str) -> str:
        own = await self._platform.direct_room(person)
        if room and room != own:
            raise Incomplete({"customer": words.NOT_INSIDE})
        return own


def _errors(errors: Mapping[str, Words], payload: Document) -> Document:
    """Under the fields they are about; under the first input when a form has other fields than ours."""
    view = object_of(payload.get("view"))
    language = forms.language_of(payload)
    blocks = [block for block in view.get("blocks") or () if isinstance(block, dict) and block.get("type") == "input"]
    inputs = [str(block.get("block_id", "")) for block in blocks]
    shown = {}
    for block, sentence in errors.items():
        place = block if block in inputs or not inputs else inputs[0]
        shown[place] = sentence.both() if sentence is words.OUTSIDER else sentence.say(language)
    return {"response_action": "errors", "errors": shown} if inputs else {}
