"""Who sits at the terminal: a member of staff, found by console handle or by name, or made one.

Whoever has the terminal has the database, so nobody who is sure of their name is refused here; a slip in the name must
not make a new person. Files are another matter: what they bring in belongs to somebody, so `colleague` knows only those
who are there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.answering.acquaintance import admit_admins, viewer_of
from bot.config import Config, ConfigError
from bot.language import listing
from bot.language.nearest import resembling
from bot.language.phrase import Phrase
from bot.language.phrases import terminal as phrases
from bot.language.problems import sentence
from crm_core.errors import NotFound
from crm_core.people import staff
from crm_core.people.tables import Role, Staff
from crm_core.people.viewer import Viewer

PLATFORM = "console"
LONGEST = 60
_NAMED = 3


@dataclass(frozen=True)
class Seat:
    """`handle`: their id on the console. `remark`: what they should be told about themselves, if anything."""

    handle: str
    name: str
    remark: Phrase | None = None


class NobodyYet(ConfigError):
    """Nobody is called so. `alike`: who may be meant, the nearest first."""

    def __init__(self, name: str, alike: Sequence[str], language: str) -> None:
        phrase = phrases.ALIKE if alike else phrases.NOBODY
        super().__init__(phrase.say(language, name=name, alike=listing.listed(alike, language)))
        self.alike = alike


def seat(session: Session, name: str, *, now: datetime, new: bool = True, language: str = "en") -> Seat:
    """The seat of this person; a new one becomes administrator of an empty database, else a sales member if `new`.

    Raises `ConfigError` for what is no name, `NobodyYet`.
    """
    handle = handle_of(name)
    member = staff.by_handle(session, PLATFORM, handle)
    if member is not None:
        return Seat(handle, member.name)
    member = staff.by_name(session, name)
    if member is not None:
        return _known(session, member, handle)
    first = not staff.everyone(session)
    if not (first or new):
        raise NobodyYet(name, alike(session, name), language)
    staff.add(session, name, role=Role.ADMIN if first else Role.SALES, now=now, handle=(PLATFORM, handle))
    return Seat(handle, name, phrases.FIRST if first else phrases.JOINED)


def colleague(session: Session, name: str, config: Config, *, now: datetime) -> Viewer:
    """The viewer this person is. In an empty database the first one becomes its administrator.

    Raises `ConfigError` for nobody's name, or that of somebody who has left.
    """
    admit_admins(session, config, now=now)
    member = staff.by_handle(session, PLATFORM, handle_of(name)) or staff.by_name(session, name)
    if member is None and not staff.everyone(session):
        member = staff.by_handle(session, PLATFORM, seat(session, name, now=now).handle)
    if member is None:
        language, short = config.bot.language, name[:LONGEST]
        nobody = NobodyYet(short, alike(session, name), language)
        raise ConfigError(f"{nobody}{phrases.SAY_KNOWN.say(language, name=short)}")
    if not member.active:
        error = NotFound("staff_not_found", name=name[:LONGEST])
        raise ConfigError(f"--as: {sentence(error, config.bot.language)}")
    return viewer_of(session, member, config)


def alike(session: Session, name: str) -> list[str]:
    """The colleagues who may be meant by this name."""
    return resembling(name, [member.name for member in staff.everyone(session) if member.active])[:_NAMED]


def handle_of(name: str) -> str:
    """The console handle a name stands for: lower case, dashes for spaces."""
    handle = "-".join(name.casefold().split())
    if not handle or len(handle) > LONGEST or not handle.isprintable():
        raise ConfigError(" · ".join(phrases.NO_NAME.say(language, longest=LONGEST) for language in ("en", "zh")))
    return handle


def _known(session: Session, member: Staff, handle: str) -> Seat:
    for known in staff.handles_of(session, member.id):
        if known.platform == PLATFORM:
            return Seat(known.platform_user_id, member.name)
    staff.add_handle(session, member, PLATFORM, handle)
    return Seat(handle, member.name)
