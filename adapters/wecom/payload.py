"""What stands in an envelope of WeCom → `InboundMessage`. The source of every kind of envelope there is.

The body is JSON: `{"kind": "callback" | …, …}`. Of a callback: `{"kind": "callback", "key": …, "fields": {…}}`, the
elements of its XML as WeCom names them, without what is secret.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol

from adapters.wecom import menu, rooms
from adapters.wecom.events import key_of, to_json, without_secrets
from adapters.wecom.markup import each, inside, text_of, texts
from crm_core.chat import Attachment, Document, Happening, InboundMessage, Room, RoomKind, Sender

KIND = "callback"
#: The key of the button that sends what was picked.
PICK = "pick"

_PRESSES = frozenset({"template_card_event", "template_card_menu_event"})
_SENDABLE = frozenset({"image", "video", "file"})
_MEDIA = {"image": "image/jpeg", "voice": "audio/amr", "video": "video/mp4", "file": ""}


class People(Protocol):
    """Who the people are that callbacks name by their userid."""

    async def learn(self, userids: Sequence[str]) -> None:
        """Look up who is not known. Never raises."""

    def name(self, userid: str) -> str:
        """What a member of staff is called, "" when not known."""


class Kind(Protocol):
    """Reads one kind of envelope."""

    async def acquaint(self, bodies: Sequence[Document]) -> None: ...

    def parse(self, body: Document) -> tuple[InboundMessage, ...]: ...


class Payloads:
    """The source of WeCom. `kinds`: who reads what else there is besides callbacks, by kind."""

    def __init__(self, people: People, kinds: Mapping[str, Kind] | None = None) -> None:
        self._kinds: dict[str, Kind] = {KIND: Callbacks(people), **(kinds or {})}

    async def acquaint(self, bodies: Sequence[str]) -> None:
        read = [document for document in map(_document, bodies) if document is not None]
        for name, kind in self._kinds.items():
            if of_it := [document for document in read if document.get("kind") == name]:
                await kind.acquaint(of_it)

    def parse(self, body: str) -> tuple[InboundMessage, ...]:
        document = _document(body)
        kind = None if document is None else self._kinds.get(str(document.get("kind")))
        if document is None or kind is None:
            raise ValueError("not an envelope of WeCom")
        return kind.parse(document)


class Callbacks:
    """What comes over the callback of the app."""

    def __init__(self, people: People) -> None:
        self._people = people

    async def acquaint(self, bodies: Sequence[Document]) -> None:
        names = {text_of(body.get("fields", {}), "FromUserName") for body in bodies}
        await self._people.learn(sorted(names - {"", "sys"}))

    def parse(self, body: Document) -> tuple[InboundMessage, ...]:
        fields = body.get("fields")
        if not isinstance(fields, dict):
            raise ValueError("no fields")  # noqa: TRY004
        if not _says_something(fields):
            return ()
        return (_message(fields, str(body.get("key")), self._people),)


def to_body(fields: Document) -> str:
    """The body of the envelope of a callback."""
    return to_json({"kind": KIND, "key": key_of(fields), "fields": without_secrets(fields)})


def is_request(fields: Mapping[str, object]) -> bool:
    """Whether somebody waits for an answer: words, a press, an entry of the menu, a file for a broadcast."""
    kind = text_of(fields, "MsgType")
    return kind == "text" or kind in _SENDABLE or (kind == "event" and bool(_command(fields)))


def is_press(fields: Mapping[str, object]) -> bool:
    """Whether it is about a card, which a reply can change."""
    return text_of(fields, "Event") in _PRESSES


def _says_something(fields: Document) -> bool:
    """Besides requests: voices, places and links, which are recorded."""
    return is_request(fields) or text_of(fields, "MsgType") not in {"", "event"}


def _message(fields: Document, key: str, people: People) -> InboundMessage:
    userid = text_of(fields, "FromUserName")
    if not userid or userid == "sys":
        raise ValueError("nobody said it")
    is_event = text_of(fields, "MsgType") == "event"
    return InboundMessage(
        platform="wecom",
        event_id=key,
        happening=Happening.PRESSED if is_event else Happening.POSTED,
        room=Room(rooms.direct(userid), RoomKind.DIRECT),
        sender=Sender(userid, people.name(userid)),
        platform_message_id=_message_id(fields) or key,
        text=_command(fields) if is_event else _text(fields),
        sent_at=datetime.fromtimestamp(int(text_of(fields, "CreateTime")), UTC),
        addressed=is_request(fields),
        attachments=_attachments(fields),
        reply_token=key,
    )


def _message_id(fields: Document) -> str:
    return text_of(fields, "TaskId") if is_press(fields) else text_of(fields, "MsgId")


def _text(fields: Document) -> str:
    match text_of(fields, "MsgType"):
        case "text":
            return text_of(fields, "Content")
        case "location":
            place = f"{text_of(fields, 'Location_X')},{text_of(fields, 'Location_Y')}"
            return _lines(text_of(fields, "Label"), place)
        case "link":
            return _lines(*(text_of(fields, name) for name in ("Title", "Description", "Url")))
    return ""


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part.strip(" ,"))


def _attachments(fields: Document) -> tuple[Attachment, ...]:
    kind, media_id = text_of(fields, "MsgType"), text_of(fields, "MediaId")
    if kind not in _MEDIA or not media_id:
        return ()
    return (Attachment(media_id, text_of(fields, "FileName") or text_of(fields, "Title"), _MEDIA[kind]),)


def _command(fields: Mapping[str, object]) -> str:
    """What a press or an entry of the menu asks for, "" for nothing."""
    event, key = text_of(fields, "Event"), text_of(fields, "EventKey")
    if event == "click":
        return menu.COMMANDS.get(key, "")
    if event not in _PRESSES:
        return ""
    return _picked(fields) if key == PICK else key


def _picked(fields: Mapping[str, object]) -> str:
    """The command that stands for what was picked, the first when several were."""
    items = each(inside(fields, "SelectedItems"), "SelectedItem")
    return next((option for item in items for option in texts(inside(item, "OptionIds"), "OptionId")), "")


def _document(body: str) -> Document | None:
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None
