"""The port between the product and the chat platforms.

An adapter turns what its platform sends into an `InboundMessage`, and an `OutboundMessage` into what its platform
shows. Nothing of a vendor crosses this file. Success returns a `Receipt`; failure raises `DeliveryError`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any, Protocol, TypeAlias

from crm_core.enclosure import Enclosure

#: A JSON object.
Document: TypeAlias = dict[str, Any]


class RoomKind(StrEnum):
    DIRECT = "direct"
    GROUP = "group"
    CHANNEL = "channel"
    SHARED = "shared"


class SenderKind(StrEnum):
    """What the platform knows about a sender; who is staff is known by the core alone."""

    MEMBER = "member"
    GUEST = "guest"
    EXTERNAL = "external"
    BOT = "bot"


class Happening(StrEnum):
    """What an `InboundMessage` is about; how each uses the fields of it:

    marked, unmarked: the sender put a mark (a reaction, `text` its name) on `platform_message_id`, or took it away.
    joined, left: the sender came into the room, or went.
    renamed: the room is now what it says of itself here, title and kind. moved: it had the id in `text` before.
    """

    POSTED = "posted"
    EDITED = "edited"
    DELETED = "deleted"
    PRESSED = "pressed"
    MARKED = "marked"
    UNMARKED = "unmarked"
    JOINED = "joined"
    LEFT = "left"
    RENAMED = "renamed"
    MOVED = "moved"


@dataclass(frozen=True)
class Sender:
    """`team`: the platform's id of the other company an external sender belongs to; "": not known, or our own.

    `timezone`, `language` ("zh" or "en"): what they have set on the platform, "" where it does not tell.
    """

    platform_id: str
    name: str = ""
    kind: SenderKind = SenderKind.MEMBER
    email: str = ""
    phone: str = ""
    team: str = ""
    timezone: str = ""
    language: str = ""


@dataclass(frozen=True)
class Room:
    """`members`: outsiders who are known to be in it, whether or not they ever say something."""

    platform_id: str
    kind: RoomKind
    title: str = ""
    members: tuple[Sender, ...] = ()


@dataclass(frozen=True)
class Attachment:
    platform_file_id: str
    name: str = ""
    mime: str = ""
    size: int | None = None


@dataclass(frozen=True)
class InboundMessage:
    """One thing that happened in a room.

    `event_id` is unique on its platform and is what duplicates are known by. For an edit or a delete,
    `platform_message_id` names the message it is about. For a press, `text` is the command its button carries, and
    `platform_message_id` the message the button stands on, where the platform tells.
    `addressed`: the bot is meant (direct chat, mention, slash command, button); `text` is then without the mention.
    When several events say that one posted message is for the bot, it is answered once. `recovered`: read afterwards
    from the platform's history; it is recorded, never answered.
    """

    platform: str
    event_id: str
    happening: Happening
    room: Room
    sender: Sender
    platform_message_id: str
    text: str
    sent_at: datetime
    addressed: bool = False
    thread_id: str = ""
    attachments: tuple[Attachment, ...] = ()
    reply_token: str = ""
    recovered: bool = False


@dataclass(frozen=True)
class Envelope:
    """The raw event as the platform delivered it, kept before anything is understood. `body` is JSON or XML text."""

    platform: str
    event_id: str
    body: str
    received_at: datetime


@dataclass(frozen=True)
class Cursor:
    """How far something was read, as an adapter remembers it: the `Memory` of `platform` holds `document` under kind
    and key once what was read is kept."""

    platform: str
    kind: str
    key: str
    document: Document


class NotKept(Exception):
    """The envelope is not committed: do not acknowledge it, so that the platform sends it again."""


@dataclass(frozen=True)
class Field:
    label: str
    value: str


@dataclass(frozen=True)
class Quote:
    """One utterance of a conversation, shown on a card."""

    who: str
    when: str
    text: str


class ButtonStyle(StrEnum):
    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True)
class Button:
    """`command` is run as if the viewer had typed it; the right to do so is checked again when it is pressed.

    `confirm`: a question the platform asks before, where it can ("": none).
    """

    label: str
    command: str
    style: ButtonStyle = ButtonStyle.PLAIN
    confirm: str = ""


@dataclass(frozen=True)
class Picker:
    """A customer to be picked, found while typing; `command` is run with the reference of the one picked (`#12`)."""

    label: str
    command: str


@dataclass(frozen=True)
class Card:
    """An answer, neutral to the platform. Every part is plain text; empty parts are not shown."""

    text: str = ""
    title: str = ""
    fields: tuple[Field, ...] = ()
    quotes: tuple[Quote, ...] = ()
    items: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    picker: Picker | None = None
    footer: str = ""


class Urgency(IntEnum):
    """What goes first where a platform makes wait: what somebody waits for, what is due now, then all the rest."""

    WAITED_FOR = 0
    DUE = 1
    BULK = 2


@dataclass(frozen=True)
class OutboundMessage:
    """`only_for`: platform id of the one reader in the room it is for. `key`: the same key is never shown twice.

    `replaces`: the message in that room that this one takes the place of, where the platform can do that. `files` stand
    with its words; a way that takes none says their names.
    """

    room_id: str
    card: Card
    only_for: str = ""
    thread_id: str = ""
    reply_token: str = ""
    key: str = ""
    replaces: str = ""
    urgency: Urgency = Urgency.WAITED_FOR
    files: tuple[Enclosure, ...] = ()


@dataclass(frozen=True)
class Receipt:
    platform_message_id: str


@dataclass(frozen=True)
class Pacing:
    """Smallest distance in seconds between two messages of one lane, and between two into one room.

    `gathers`: messages are scarce there, so what is due at once for one person goes out as one.
    """

    per_lane: float = 0.0
    per_room: float = 0.0
    gathers: bool = False


class DeliveryError(Exception):
    """The platform did not take a message.

    `permanent`: never try again. `retry_after`: seconds the platform asks for. `unknown`: it may have been taken; ask
    `find` before sending again. `reason` is for the log and holds no text of the message.
    """

    def __init__(
        self, reason: str, *, permanent: bool = False, retry_after: float | None = None, unknown: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.retry_after = retry_after
        self.unknown = unknown


class ChatPlatform(Protocol):
    """What the program asks of a platform. One folder in `adapters/` keeps this promise for each.

    `whispers`: in a group it can show a message to one reader alone (`OutboundMessage.only_for`). `discreet`: there
    answers go to the asker alone until they are shared. `edits`: a message there can be replaced again and again.
    `call`: what words to the bot begin with there, since plain ones are not heard.
    """

    name: str
    pacing: Pacing
    whispers: bool
    discreet: bool
    edits: bool
    call: str

    async def send(self, message: OutboundMessage) -> Receipt: ...

    async def find(self, room_id: str, key: str) -> Receipt | None:
        """The receipt of an earlier `send` with this key, if the platform can tell; else None."""

    async def roster(self, room_id: str) -> tuple[Sender, ...]:
        """Who reads in this room, the bot left out."""

    async def direct_room(self, platform_user_id: str) -> str:
        """The room id of the direct chat between the bot and this person."""

    async def fetch(self, room_id: str, file: Attachment, most: int) -> bytes:
        """The bytes of what was attached in this room, not more than `most`. Raises `DeliveryError`."""

    async def state(self) -> Mapping[str, str]:
        """For `/readyz`: `{"status": "ok" | "down", …}` without secrets."""


class Source(Protocol):
    """What reads the envelopes of a platform."""

    async def acquaint(self, bodies: Sequence[str]) -> None:
        """Learn about the people, rooms and files these envelopes name, outside any transaction; what cannot be learnt
        now stays unknown. Never raises."""

    def parse(self, body: str) -> tuple[InboundMessage, ...]:
        """What one envelope says, from its body and what is known by now. Raises `ValueError` when it is not ours."""


class Archive(Protocol):
    """What a platform still knows of what was said there."""

    async def recall(self, room_id: str, message_id: str, *, thread: bool) -> None:
        """Have this message, or the whole of its thread, in the ledger and recorded if it was not. Never raises."""
