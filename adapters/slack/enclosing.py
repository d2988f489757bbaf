"""Messages with files: uploaded, then shown in a channel together with the words ("files.completeUploadExternal").

Slack shows them some moments after it said yes, and has no place for a key beside them. What was uploaded for a message
is remembered before it is shown, so whoever tries it again asks Slack about those very files first, and never shows
others in their place while the first ones may be on their way.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from adapters.forgetting import Forgetting
from adapters.named import named
from adapters.slack.errors import Remedy, SlackError
from adapters.slack.format import to_text
from adapters.slack.told import object_of, word
from adapters.slack.ways import PATIENCE, Rename, following
from adapters.slack.web import Web
from crm_core.chat import Card, DeliveryError, Document, OutboundMessage, Receipt
from crm_core.desk import Memory, Shelf

#: What was to be shown, and is not there so long after it was asked for, never will be.
SETTLED = timedelta(minutes=1)

_KIND = "upload"
#: What was shown is forgotten after so long.
_USEFUL = timedelta(days=3)
#: An upload that nobody ended is not relied upon for longer.
_UNENDED = timedelta(minutes=30)


class Enclosing:
    """`team_of`: the workspace through which a room is reached; `current`: the id that it has now."""

    def __init__(
        self,
        web: Web,
        shelf: Shelf,
        memory: Memory,
        clock: Callable[[], datetime],
        *,
        team_of: Rename,
        current: Rename,
    ) -> None:
        self._web = web
        self._shelf = shelf
        self._memory = memory
        self._clock = clock
        self._team_of = team_of
        self._current = current
        self._old = Forgetting(memory, _KIND, _USEFUL, clock)

    async def send(self, message: OutboundMessage) -> Receipt:
        """Show the words and the files in the room, once for each key. Raises `SlackError` and `DeliveryError`."""
        await self._old.look()
        name = named(message.room_id, message.key or hashlib.sha256(repr(message).encode()).hexdigest())
        known = await self._memory.get(_KIND, name) if message.key else None
        if known is not None and known["asked_at"] is not None:
            return await self._go_on(message, name, known)
        upload = await self._uploaded(message, name, known)
        return await self._show(message, name, upload)

    async def find(self, room: str, key: str) -> Receipt | None:
        """The message that an earlier `send` showed, by its files. Raises `SlackError`."""
        known = await self._memory.get(_KIND, named(room, key)) if key else None
        return None if known is None or known["asked_at"] is None else await self._shown(room, known)

    async def _go_on(self, message: OutboundMessage, name: str, upload: Document) -> Receipt:
        """It was asked for before, and nobody knows what came of it."""
        receipt = await self._shown(message.room_id, upload)
        if receipt is not None:
            return receipt
        wait = datetime.fromisoformat(upload["asked_at"]) + SETTLED - self._clock()
        if wait > timedelta():
            raise DeliveryError("files may still be on their way", retry_after=wait.total_seconds())
        return await self._show(message, name, upload)

    async def _uploaded(self, message: OutboundMessage, name: str, known: Document | None) -> Document:
        """What is uploaded for this message, going on where an earlier try ended."""
        if known is not None and self._clock() - datetime.fromisoformat(known["at"]) > _UNENDED:
            await self._memory.take(_KIND, name)
            known = None
        upload = known or {"files": [], "at": self._clock().isoformat(), "asked_at": None}
        for file in message.files[len(upload["files"]) :]:
            content = await self._shelf.content(file.digest)
            file_id = await self._upload(message.room_id, file.name, content)
            after = {**upload, "files": [*upload["files"], {"id": file_id, "title": file.name}]}
            await self._remember(message, name, upload if known is not None else None, after)
            upload = known = after
        return upload

    async def _show(self, message: OutboundMessage, name: str, upload: Document) -> Receipt:
        asked = {**upload, "asked_at": self._clock().isoformat()}
        await self._remember(message, name, upload, asked)
        words = "" if message.card == Card() else to_text(message.card)

        async def complete(room: str) -> Document:
            return await self._web.call(
                "files.completeUploadExternal",
                team=await self._team_of(room),
                patience=PATIENCE,
                urgency=message.urgency,
                files=asked["files"],
                channel_id=room,
                thread_ts=message.thread_id or None,
                initial_comment=words or None,
            )

        try:
            await following(message.room_id, self._current, complete)
        except SlackError as error:
            failure = error
        else:
            return _receipt(asked)
        if failure.unknown:
            raise failure
        if upload["asked_at"] is not None and failure.remedy is Remedy.GIVE_UP:
            receipt = await self._shown(message.room_id, asked)  # these files were shown by an earlier try
            if receipt is not None:
                return receipt
        if failure.remedy is Remedy.WAIT:
            await self._memory.replace(_KIND, name, asked, upload)
        else:
            await self._memory.take(_KIND, name)
        raise failure

    async def _remember(self, message: OutboundMessage, name: str, before: Document | None, after: Document) -> None:
        """Of several who send the same, one goes on."""
        if message.key and not await self._memory.replace(_KIND, name, before, after):
            raise DeliveryError("somebody else is sending these files", retry_after=SETTLED.total_seconds())

    async def _shown(self, room: str, upload: Document) -> Receipt | None:
        """Whether the first of the files is in the room."""

        async def look(room: str) -> bool:
            try:
                answer = await self._web.call(
                    "files.info", team=await self._team_of(room), file=upload["files"][0]["id"], patience=PATIENCE
                )
            except SlackError as error:
                if error.remedy is Remedy.GIVE_UP:
                    return False
                raise
            return room in _rooms_of(object_of(answer.get("file")))

        shown = await look(room) or await look(await self._current(room))
        return _receipt(upload) if shown else None

    async def _upload(self, room: str, name: str, content: bytes) -> str:
        """Bytes that nobody sees yet; the id of the file."""

        async def ticket(room: str) -> Document:
            return await self._web.call(
                "files.getUploadURLExternal",
                team=await self._team_of(room),
                filename=name,
                length=len(content),
                patience=PATIENCE,
            )

        given = await following(room, self._current, ticket)
        await self._web.put(word(given, "upload_url"), content)
        return word(given, "file_id")


def _receipt(upload: Document) -> Receipt:
    """Slack does not tell the number of the message at once; its first file leads to it."""
    return Receipt(str(upload["files"][0]["id"]))


def _rooms_of(file: Document) -> set[str]:
    shares = object_of(file.get("shares"))
    shared = {room for kind in ("public", "private") for room in object_of(shares.get(kind))}
    listed = (file.get(kind) for kind in ("channels", "groups", "ims"))
    return shared | {str(room) for rooms in listed if isinstance(rooms, list) for room in rooms}
