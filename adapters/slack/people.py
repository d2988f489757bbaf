"""Who is behind the user ids of Slack: asked once, kept in memory and in our own database.

Whether somebody is one of us is decided when they are asked for, by the workspaces the bot is installed in.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from adapters.bounded import Bounded
from adapters.slack.errors import Remedy, SlackError
from adapters.slack.installation import Installed
from adapters.slack.told import object_of, word
from adapters.slack.web import Web
from crm_core.chat import Document, Sender, SenderKind, Urgency
from crm_core.desk import Memory

log = logging.getLogger(__name__)

#: What is known is asked again after so long, in case a change was never told.
FRESH_FOR = timedelta(days=7)
#: Who could not be asked about is left alone for so long; who does not exist, for longer.
ASK_AGAIN = timedelta(seconds=30)
NOBODY_FOR = timedelta(hours=6)

_KIND = "person"
_MOST = 20_000
_AT_ONCE = 8
_PATIENCE = 2.0
#: The languages of the product, by how a locale begins.
_LANGUAGES = {"zh": "zh", "en": "en"}

#: Tells the product about people who were just learnt about.
Tell = Callable[[Sequence[Sender]], Awaitable[None]]


@dataclass(frozen=True)
class Person:
    """What Slack says. `team`: where they are at home; `enterprise`: its organisation, "" for none. `updated`: when
    they last changed, in seconds."""

    id: str
    team: str = ""
    enterprise: str = ""
    name: str = ""
    email: str = ""
    timezone: str = ""
    locale: str = ""
    bot: bool = False
    restricted: bool = False
    gone: bool = False
    updated: int = 0


async def nobody_listens(people: Sequence[Sender]) -> None:
    """For a program that does not want to be told."""
    del people


class People:
    """`tell` hears of everybody who is learnt from Slack. For one event loop; `get` and `sender` for all threads."""

    def __init__(
        self,
        web: Web,
        workspaces: Installed,
        memory: Memory,
        clock: Callable[[], datetime],
        *,
        tell: Tell = nobody_listens,
    ) -> None:
        self._web = web
        self._workspaces = workspaces
        self._memory = memory
        self._clock = clock
        self._tell = tell
        self._known = Bounded[str, Person](_MOST)
        self._later = Bounded[str, datetime](_MOST)
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._asking: dict[str, asyncio.Task[Person | None]] = {}

    def get(self, user_id: str) -> Person | None:
        """The person, if known by now."""
        return self._known.get(user_id)

    def sender(self, user_id: str) -> Sender | None:
        """The person as the product sees them, if known by now."""
        person = self.get(user_id)
        return None if person is None else self._sender(person)

    def is_home(self, team: str, enterprise: str = "") -> bool:
        """Whether who is at home there is one of us."""
        return any(
            team in (home.team_id, home.enterprise_id) or (enterprise and enterprise == home.enterprise_id)
            for home in self._workspaces.all()
        )

    async def learn(self, ids: Sequence[str], team: str = "") -> None:
        """Ask about those who are not known. `team`: the workspace through which. Never raises."""
        wanted = [user for user in dict.fromkeys(ids) if user and self._is_due(user)]
        if not wanted:
            return
        found = await asyncio.gather(*(self._shared(user, team) for user in wanted))
        news = [self._sender(person) for person in found if person is not None]
        if news:
            await self._tell(news)

    async def change(self, user: Document) -> None:
        """Slack tells what somebody is now; of those who were never met nothing is kept."""
        user_id = word(user, "id")
        kept = None if not user_id else await self._kept(user_id)
        if kept is None:
            return
        before, now = kept[0], person_of(user, user_id)
        now = replace(
            now,
            email=now.email or before.email,
            team=now.team or before.team,
            locale=now.locale or before.locale,
        )
        if now != before and now.updated >= before.updated:
            await self._write_down(now)
            await self._tell([self._sender(now)])

    def _is_due(self, user: str) -> bool:
        if user in self._known:
            return False
        return user not in self._later or self._later[user] <= self._clock()

    async def _shared(self, user: str, team: str) -> Person | None:
        """One question about a person at a time, whoever asks; who is new, for the first who asked."""
        under_way = self._asking.get(user)
        if under_way is not None:
            await asyncio.shield(under_way)
            return None
        task = self._asking[user] = asyncio.create_task(self._learn(user, team))
        task.add_done_callback(lambda _: self._asking.pop(user, None))
        return await asyncio.shield(task)

    async def _learn(self, user: str, team: str) -> Person | None:
        """Who is told by Slack just now, None for who was known or is still not."""
        kept = await self._kept(user)
        if kept is not None and kept[1]:
            self._known[user] = kept[0]
            return None
        async with self._places:
            person = await self._ask(user, team)
        if person is None:
            if kept is not None:
                self._known[user] = kept[0]
            return None
        await self._write_down(person)
        return person

    async def _write_down(self, person: Person) -> None:
        self._known[person.id] = person
        await self._memory.put(_KIND, person.id, asdict(person) | {"asked_at": self._clock().isoformat()})

    async def _kept(self, user: str) -> tuple[Person, bool] | None:
        """From our own database, and whether it is fresh."""
        document = await self._memory.get(_KIND, user)
        if document is None:
            return None
        asked_at = datetime.fromisoformat(document["asked_at"])
        about = {name: value for name, value in document.items() if name != "asked_at"}
        return Person(**about), self._clock() - asked_at < FRESH_FOR

    async def _ask(self, user: str, team: str) -> Person | None:
        try:
            answer = await self._web.call(
                "users.info",
                team=team,
                user=user,
                include_locale=True,
                patience=_PATIENCE,
                urgency=Urgency.WAITED_FOR,
            )
        except SlackError as error:
            self._later[user] = self._clock() + (NOBODY_FOR if error.remedy is Remedy.NOBODY else ASK_AGAIN)
            log.info("Slack: somebody is not known: %s", error.error)
            return None
        told = object_of(answer.get("user"))
        return person_of(told, user) if told else None

    def _sender(self, person: Person) -> Sender:
        kind = self._kind(person)
        if kind is SenderKind.EXTERNAL:
            return Sender(person.id, person.name, kind, person.email, team=person.team)
        language = _LANGUAGES.get(person.locale[:2], "")
        return Sender(person.id, person.name, kind, person.email, timezone=person.timezone, language=language)

    def _kind(self, person: Person) -> SenderKind:
        """Who left is no member any more, so that nothing is opened to their account."""
        if person.bot:
            return SenderKind.BOT
        if not self.is_home(person.team, person.enterprise):
            return SenderKind.EXTERNAL
        return SenderKind.GUEST if person.restricted or person.gone else SenderKind.MEMBER


def person_of(user: Document, user_id: str) -> Person:
    """A user object of Slack."""
    updated = user.get("updated")
    profile = object_of(user.get("profile"))
    return Person(
        id=user_id,
        team=word(user, "team_id") or word(profile, "team"),
        enterprise=word(object_of(user.get("enterprise_user")), "enterprise_id") or word(user, "enterprise_id"),
        name=name_of(user),
        email=word(profile, "email"),
        timezone=word(user, "tz"),
        locale=word(user, "locale"),
        bot=user.get("is_bot") is True or user_id == "USLACKBOT",
        restricted=user.get("is_restricted") is True or user.get("is_ultra_restricted") is True,
        gone=user.get("deleted") is True,
        updated=updated if isinstance(updated, int) and not isinstance(updated, bool) else 0,
    )


def name_of(user: Document) -> str:
    """What people call them."""
    profile = object_of(user.get("profile"))
    names: Iterable[str] = (
        word(profile, "display_name"),
        word(profile, "real_name"),
        word(user, "real_name"),
        word(user, "name"),
    )
    return next((name.strip() for name in names if name.strip()), "")
