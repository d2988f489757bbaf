"""What people say to the robot → `InboundMessage`. The body of the envelope: `{"kind": "robot", "key": …, "at": …,
"message": {…}}`, the message as WeCom gives it, without addresses and keys of files, which open something for minutes.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from adapters.wecom.events import to_json
from adapters.wecom.payload import PICK, People
from adapters.wecom.robot.chats import Chat
from crm_core.chat import Attachment, Document, Happening, InboundMessage, Room, RoomKind, Sender

KIND = "robot"

_SECRETS = frozenset({"response_url", "url", "aeskey"})
_MEDIA = {"image": "image/jpeg", "file": "", "video": "video/mp4"}
_SPOKEN = frozenset({"text", "voice", "mixed"})
#: In a group the robot is called by its name, mostly in the beginning.
_CALLED = re.compile(r"^\s*@\S+[\s\u2005]+|[\s\u2005]+@\S+\s*$")


class Robots:
    """Reads the envelopes of the robot."""

    def __init__(self, people: People) -> None:
        self._people = people

    async def acquaint(self, bodies: Sequence[Document]) -> None:
        said = (_inside(body, "message") for body in bodies)
        await self._people.learn(sorted({userid_of(message) for message in said} - {""}))

    def parse(self, body: Document) -> tuple[InboundMessage, ...]:
        """The message; nothing for what is about nobody's words: being opened, a thumb up. Raises `ValueError`."""
        message = _inside(body, "message")
        if not message:
            raise ValueError("no message")
        if message.get("msgtype") == "event" and not is_press(message):
            return ()
        if not userid_of(message):
            raise ValueError("nobody said it")
        return (_message(message, str(body.get("key", "")), str(body.get("at", "")), self._people),)


def to_body(message: Document, now: datetime) -> str:
    """The body of the envelope."""
    return to_json({"kind": KIND, "key": key_of(message), "at": now.isoformat(), "message": _without_secrets(message)})


def key_of(message: Document) -> str:
    """What it is known by when it comes again."""
    number = message.get("msgid")
    if isinstance(number, str) and 0 < len(number) <= 200:
        return f"{KIND}:{number}"
    return f"{KIND}:{hashlib.sha256(to_json(_without_secrets(message)).encode()).hexdigest()[:40]}"


def is_press(message: Document) -> bool:
    return _inside(message, "event").get("eventtype") == "template_card_event"


def is_request(message: Document) -> bool:
    """Whether somebody waits for an answer. A file alone is one for a broadcast; in a group nobody gives the robot
    any without a word."""
    kind = _word(message, "msgtype")
    return is_press(message) or kind in _MEDIA or (kind in _SPOKEN and bool(_text(message) or _items(message)))


def userid_of(message: Document) -> str:
    userid = _inside(message, "from").get("userid")
    return userid if isinstance(userid, str) else ""


def chat_of(message: Document) -> Chat | None:
    """Where it was said; None when that is not told."""
    if message.get("chattype") == "group":
        chatid = message.get("chatid")
        return Chat(chatid, group=True) if isinstance(chatid, str) and chatid else None
    userid = userid_of(message)
    return Chat(userid, group=False) if userid else None


def _message(message: Document, key: str, at: str, people: People) -> InboundMessage:
    chat, userid = chat_of(message), userid_of(message)
    if chat is None:
        raise ValueError("no chat")
    press = is_press(message)
    pressed = _inside(_inside(message, "event"), "template_card_event")
    return InboundMessage(
        platform="wecom",
        event_id=key,
        happening=Happening.PRESSED if press else Happening.POSTED,
        room=Room(chat.room_id, RoomKind.GROUP if chat.group else RoomKind.DIRECT),
        sender=Sender(userid, people.name(userid)),
        platform_message_id=(_word(pressed, "task_id") if press else _word(message, "msgid")) or key,
        text=_command(pressed) if press else _text(message),
        sent_at=_moment(message, at),
        addressed=is_request(message),
        attachments=tuple(_attachments(message)),
        reply_token=key,
    )


def _text(message: Document) -> str:
    """What was said, without the robot's name. What is quoted beside it is somebody else's."""
    words = "\n".join(_words(message)).strip()
    return _CALLED.sub("", words, count=1).strip() if message.get("chattype") == "group" else words


def _words(message: Document) -> Iterator[str]:
    match message.get("msgtype"):
        case "text" | "voice" as kind:
            yield _word(_inside(message, kind), "content")
        case "mixed":
            yield from (_word(_inside(item, "text"), "content") for item in _items(message))


def _attachments(message: Document) -> Iterator[Attachment]:
    """Known by the number of the message and their place in it."""
    number = _word(message, "msgid")
    kinds = [message.get("msgtype"), *(item.get("msgtype") for item in _items(message))]
    for place, kind in enumerate(kinds):
        if isinstance(kind, str) and kind in _MEDIA:
            yield Attachment(f"{number}/{place}", _word(_inside(message, kind), "filename"), _MEDIA[kind])


def _items(message: Document) -> list[Document]:
    found = _inside(message, "mixed").get("msg_item")
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _command(pressed: Document) -> str:
    key = _word(pressed, "event_key")
    return _picked(pressed) if key == PICK else key


def _picked(pressed: Document) -> str:
    """The command that stands for what was picked, the first when several were."""
    items = _inside(pressed, "selected_items").get("selected_item")
    for item in items if isinstance(items, list) else [items]:
        options = _inside(item, "option_ids").get("option_id") if isinstance(item, dict) else None
        for option in options if isinstance(options, list) else [options]:
            if isinstance(option, str) and option:
                return option
    return ""


def _moment(message: Document, received_at: str) -> datetime:
    """When it was said; when it came, if that is not told."""
    told = str(message.get("create_time", ""))
    if told.isascii() and told.isdigit() and len(told) <= 10 and int(told):
        return datetime.fromtimestamp(int(told), UTC)
    return datetime.fromisoformat(received_at)


def _without_secrets(value: Document) -> Document:
    return {name: _bare(one) for name, one in value.items() if name not in _SECRETS}


def _bare(value: object) -> object:
    if isinstance(value, dict):
        return _without_secrets(value)
    return [_bare(one) for one in value] if isinstance(value, list) else value


def _inside(document: Mapping[str, object], name: str) -> Document:
    value = document.get(name)
    return value if isinstance(value, dict) else {}


def _word(document: Mapping[str, object], name: str) -> str:
    value = document.get(name)
    return value if isinstance(value, str) else ""
