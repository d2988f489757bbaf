"""What one turn begins with, and what comes out of it."""

from dataclasses import dataclass
from datetime import datetime

from bot.answering.files import Given
from bot.config import Config
from crm_core.chat import Card, InboundMessage, RoomKind, Sender


@dataclass(frozen=True)
class Scene:
    """What is known before the transaction begins.

    `others`: who reads in the room besides the sender, the bot left out; None: the platform could not tell.
    `direct_room_id`: where the sender is answered apart, if need be. `discreet`: answers in groups go to the asker
    alone until they are shared. `call`: what words to the bot begin with in this room, "" where plain ones are heard.
    `files`: what stands with the message, fetched.
    """

    inbound: InboundMessage
    envelope_id: int
    config: Config
    now: datetime
    others: tuple[Sender, ...] | None = ()
    direct_room_id: str = ""
    discreet: bool = False
    call: str = ""
    files: tuple[Given, ...] = ()

    @property
    def in_group(self) -> bool:
        return self.inbound.room.kind is not RoomKind.DIRECT


@dataclass(frozen=True)
class Answer:
    """`apart`: only the asker reads it. `language`: of the turn. `replaces`: it takes the place of the message whose
    button was pressed. `follows`: the broadcast whose progress it goes on to show, to this member of staff."""

    card: Card
    apart: bool
    language: str
    replaces: bool = False
    follows: int | None = None
    reader_id: int = 0
