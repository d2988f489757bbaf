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
from crm_core.files.tables import HandedFile
from crm_core.people.viewer import Right, Viewer


@dataclass(frozen=True)
class Turn:
    """One command being run: inside one transaction, for one viewer, at one moment.

    `subject_id`: the customer last talked about by this viewer in this room, for "他", "she", or no name at all.
    `thread_id`: the thread of the room it was said in, "" outside. `others_read`: somebody besides the viewer reads in
    this room. `call`: what words to the bot begin with here, "" where plain ones are heard; every phrase may say it.
    `awaits`: the question of the last answer that waits for a short one, "" for none.
    `files`: what was given with this message; `missing`: what of it could not be had, by name, with the problem.
    `commands`: all there are, for the help.
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
    thread_id: str = ""
    others_read: bool = False
    call: str = ""
    awaits: str = ""
    files: tuple[HandedFile, ...] = ()
    missing: tuple[tuple[str, str], ...] = ()
    commands: "tuple[Command, ...]" = ()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.viewer.timezone)

    def say(self, phrase: Phrase, **details: object) -> str:
        """The phrase in the language of this turn."""
        return phrase.say(self.language, call=self.call, **details)

    def reply(self, phrase: Phrase, **details: object) -> "Reply":
        """A sentence with nobody's data in it."""
        return Reply(Card(text=self.say(phrase, **details)), personal=False)

    def refusal(self, phrase: Phrase, **details: object) -> "Detour":
        """Raise it: the command answers this sentence instead, and nothing is written."""
        return Detour(self.reply(phrase, **details))


@dataclass(frozen=True)
class Reply:
    """The answer to a turn.

    `answers`: what a short answer stands for: "2", "yes" or "no" → a full command ("查 #15"); "*" → a command in which
    `{}` is the next free text ("记 #15 {}"); "file" → one for a file that comes without words. Buttons carry the same
    commands. A yes button's command goes under "yes".
    `subject_id`: the customer this was about. `shown`: further customers whose data it shows.
    `personal`: it holds customer data, for eyes that may see it only. `beyond`: some of it belongs to none of these
    customers, such as a to-do of one's own: for eyes that see as widely as the viewer's.
    `missed`: the text was taken for a name or a word that there is not, so that a question before it still waits.
    `closes`: the to-do this settles, so that the message it was asked in can be replaced. `shared`: meant for the whole
    room. `follows`: the broadcast whose progress this message goes on to show. `todos`: the to-dos that the numbers of
    its list mean, also later ("done 2"), until another such list is shown. The router adds the way to undo to the
    answer of a command that changed something.
    """

    card: Card
    answers: Mapping[str, str] = field(default_factory=dict)
    subject_id: int | None = None
    shown: tuple[int, ...] = ()
    personal: bool = True
    beyond: bool = False
    missed: bool = False
    closes: int | None = None
    shared: bool = False
    follows: int | None = None
    todos: Mapping[str, int] = field(default_factory=dict)


class Detour(Exception):
    """A command cannot go on and answers something else: a question, a list to choose from. Nothing is written."""

    def __init__(self, reply: Reply) -> None:
        super().__init__("the command asks back")
        self.reply = reply


@dataclass(frozen=True)
class Command:
    """`words` call it, in both languages; the first of each is the one shown. `writes`: it runs inside an operation.

    `denied`: what is said to whoever has not the right, where it is more than which right that is.
    """

    name: str
    words: tuple[str, ...]
    right: Right
    writes: bool
    run: Callable[[Turn, str], Reply]
    usage: Phrase
    summary: Phrase
    denied: Callable[[Turn, str], Reply] | None = None

    def require(self, turn: Turn, rest: str) -> None:
        """Raises `NotAllowed`, or a `Detour` that says more, for whoever may not give this command."""
        if self.denied is not None and not turn.viewer.may(self.right):
            raise Detour(self.denied(turn, rest))
        turn.viewer.require(self.right)

    def word(self, language: str) -> str:
        """The word shown for this command in "zh" or "en"."""
        return next(word for word in self.words if word.isascii() == (language != "zh"))
