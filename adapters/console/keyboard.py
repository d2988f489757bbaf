"""What a person types or presses, on its way in: onto the board for the others in the room, then into the ledger."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.console.client import Console, Post
from adapters.console.format import to_document
from adapters.console.payload import to_body
from crm_core.chat import Attachment, Card, Envelope, Happening, Room, Sender
from crm_core.enclosure import Enclosure


@dataclass(frozen=True)
class Press:
    """A button of the post `post_id`, with its command and the label it carries."""

    post_id: int
    label: str


class Keyboard:
    """Types for people. The same event id typed again changes nothing, so that a client may retry."""

    def __init__(
        self, console: Console, accept: Callable[[Envelope], Awaitable[bool]], clock: Callable[[], datetime]
    ) -> None:
        self._console = console
        self._accept = accept
        self._clock = clock

    async def type(
        self,
        sender: Sender,
        room: Room,
        text: str,
        *,
        event_id: str,
        press: Press | None = None,
        only_for: str = "",
        files: Sequence[Enclosure] = (),
    ) -> Post:
        """Post as this person, with files that are kept. Returns when the board and the ledger have it. What is no text
        in it is left out."""
        text = _plain(text)
        event_id = event_key(sender, event_id)
        post = await self._console.post(
            room.platform_id, sender.platform_id, _card(text, press, files), only_for=only_for, key=f"typed:{event_id}"
        )
        body = to_body(
            event_id=event_id,
            room=room,
            sender=sender,
            message_id=str(post.id),
            text=text,
            sent_at=post.at,
            happening=Happening.PRESSED if press else Happening.POSTED,
            files=[Attachment(file.digest, file.name, file.mime, file.size) for file in files],
        )
        await self._accept(Envelope("console", event_id, body, self._clock()))
        return post


def event_key(sender: Sender, event_id: str) -> str:
    """The event id of the envelope that `Keyboard.type` writes."""
    return f"{sender.platform_id}:{event_id}"


def _card(text: str, press: Press | None, files: Sequence[Enclosure]) -> dict[str, Any]:
    if press is None:
        return {"text": text, **to_document(Card(), files)}
    return {"press": {"post": press.post_id, "label": press.label}, "text": text}


def _plain(text: str) -> str:
    """Without what no database keeps: NUL, and halves of characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
