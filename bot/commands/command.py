"""What a command is: words that call it, a right it needs, and one function from a turn to a reply."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.config import Config
from bot.language.phrase import Phrase
from crm_core.chat import Card
from crm_core.conversations.tables import Conversation
from crm_core.people.viewer import Right, Viewer


@dataclass(frozen=True)
class Turn:
    """One command being run: inside one transaction, for one viewer, at one moment.

    `subject_id`: the customer last talked about by this viewer in this room, for "他", "she", or no name at all.
    `others_read`: somebody besides the viewer reads in this room.
    """

    session: Session
    viewer: Viewer
    now: datetime
    config: Config
    room: Conversation
    platform: str
    platform_user_id: str
    language: str
    subject_id: int | None = None
    others_read: bool = False

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.viewer.timezone)

    def say(self, phrase: Phrase, **details: object) -> str:
        """The phrase in the language of this turn."""
        return phrase.say(self.language, **details)


@dataclass(frozen=True)
class Reply:
    """The answer to a turn.

    `answers`: what a short answer stands for ("2" → "查 #15"); buttons carry the same commands.
    `subject_id`: the customer this was about. `personal`: it holds customer data, for eyes that may see it only.
    """

    card: Card
    answers: Mapping[str, str] = field(default_factory=dict)
    subject_id: int | None = None
    personal: bool = True


@dataclass(frozen=True)
class Command:
    """`words` call it, in both languages; the first of each is the one shown. `writes`: it runs inside an operation."""

    name: str
    words: tuple[str, ...]
    right: Right
    writes: bool
    run: Callable[[Turn, str], Reply]
    usage: Phrase
    summary: Phrase
