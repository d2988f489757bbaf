"""Envelopes of Slack → what happened. `Payloads` first learns who and what they name, then reads them."""

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from adapters.slack.files import Files, stubs_in
from adapters.slack.happenings import COMES_AND_GOES, DESCRIBED_ANEW, Arrived, Happenings
from adapters.slack.installation import Installation, Installed
from adapters.slack.people import People
from adapters.slack.presses import command_of
from adapters.slack.requests import CommandOf, read_command, read_interaction
from adapters.slack.rooms import Rooms
from adapters.slack.text import named_in
from adapters.slack.told import object_of, objects_of, word, words
from crm_core.chat import Document, InboundMessage

#: People and channels that one message mentions and that are asked about.
_MOST_NAMED = 20
_PERSON_CHANGED = frozenset({"user_change", "user_profile_changed"})


@dataclass
class _Named:
    """Whom and what envelopes of one workspace name, in order."""

    people: list[str] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


class Payloads:
    """The source of Slack. `command_of`: what a press or a form asks for. `roster_changed`: told the channel when
    somebody comes or goes there."""

    def __init__(
        self,
        workspaces: Installed,
        people: People,
        rooms: Rooms,
        files: Files,
        *,
        command_of: CommandOf = command_of,
        roster_changed: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._workspaces = workspaces
        self._people = people
        self._rooms = rooms
        self._files = files
        self._command_of = command_of
        self._roster_changed = roster_changed
        self._happenings = Happenings(people, rooms, files)

    async def acquaint(self, bodies: Sequence[str]) -> None:
        """Ask Slack about people, channels and files that are not known, and about those that changed."""
        teams: dict[str, _Named] = {}
        changed: list[Document] = []
        for body in bodies:
            try:
                document = read_body(body)
            except ValueError:
                continue
            changed += self._changed(document)
            _gather(document, teams.setdefault(self._through(_team_of(document)), _Named()))
        for user in changed:
            await self._people.change(user)
        await asyncio.gather(*(self._learn(team, named) for team, named in teams.items()))

    def parse(self, body: str) -> tuple[InboundMessage, ...]:
        """What one envelope says. Raises `ValueError` when it is not one of ours."""
        document = read_body(body)
        told = self._told(document)
        kind, at = word(document, "kind"), _arrival(document)
        if kind == "event":
            return self._happenings.of(told)
        if kind == "history":
            return self._happenings.recovered(told, at)
        if kind == "command":
            return read_command(self._happenings, told, at, self._name)
        if kind == "interactive":
            return read_interaction(self._happenings, told, at, self._command_of)
        raise ValueError("not an envelope of Slack")

    async def _learn(self, team: str, named: _Named) -> None:
        await asyncio.gather(
            self._people.learn(named.people, team),
            self._rooms.learn(named.channels, team),
            self._files.learn(named.files, team),
        )

    def _through(self, team: str) -> str:
        """The workspace through which Slack is asked; people of other companies act from their own."""
        installation = self._installation(team)
        return installation.team_id if installation is not None else ""

    def _changed(self, document: Document) -> list[Document]:
        """Who is told to have changed; what else changed is forgotten."""
        event = object_of(object_of(document.get("payload")).get("event"))
        kind = word(event, "type")
        if kind in _PERSON_CHANGED:
            return [object_of(event.get("user"))]
        if kind in DESCRIBED_ANEW:
            self._rooms.forget(_channel_of(event))
        elif kind in COMES_AND_GOES:
            self._roster_changed(_channel_of(event))
        return []

    def _told(self, document: Document) -> Arrived:
        payload = object_of(document.get("payload"))
        event = payload if word(document, "kind") == "history" else object_of(payload.get("event"))
        installation = self._installation(_team_of(document))
        authorized = next(iter(objects_of(payload.get("authorizations"))), {})
        bot = word(authorized, "user_id") if authorized.get("is_bot") is True else ""
        bot_user = bot or (installation.bot_user_id if installation else "")
        return Arrived(payload, event, word(document, "key"), bot_user, installation)

    def _installation(self, team: str) -> Installation | None:
        homes = self._workspaces.all()
        return next((home for home in homes if team in (home.team_id, home.enterprise_id)), None) or (
            homes[0] if len(homes) == 1 else None
        )

    def _name(self, user: str) -> str:
        person = self._people.get(user)
        return "" if person is None else person.name


def read_body(body: str) -> Document:
    """The body of an envelope. Raises `ValueError` when it is none."""
    try:
        document = object_of(json.loads(body))
    except RecursionError:
        raise ValueError("nested too deep") from None
    if "payload" not in document:
        raise ValueError("not an envelope of Slack")
    return document


def _team_of(document: Document) -> str:
    """The workspace it came through; of the history, the one that was asked."""
    return word(document, "team") or word(object_of(document.get("payload")), "team")


def _arrival(document: Document) -> datetime | None:
    try:
        at = datetime.fromisoformat(word(document, "at"))
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def _gather(document: Document, named: _Named) -> None:
    """Whom and what one envelope names."""
    payload = object_of(document.get("payload"))
    event = payload if word(document, "kind") == "history" else object_of(payload.get("event"))
    if word(document, "kind") in ("command", "interactive"):
        named.people.append(word(payload, "user_id") or word(object_of(payload.get("user")), "id"))
        named.channels.append(word(payload, "channel_id") or word(object_of(payload.get("channel")), "id"))
        return
    if word(event, "type") in _PERSON_CHANGED:
        return
    named.channels += [_channel_of(event), word(event, "new_channel_id")]
    for message in (event, object_of(event.get("message")), object_of(event.get("previous_message"))):
        people, rooms = named_in(message, _MOST_NAMED)
        named.people += [*_authors(message), *people]
        named.channels += rooms
        named.files += stubs_in(message)


def _authors(message: Document) -> Iterator[str]:
    if not word(message, "bot_id"):
        yield word(message, "user")
    for reaction in objects_of(message.get("reactions")):
        yield from words(reaction, "users")[:_MOST_NAMED]


def _channel_of(event: Document) -> str:
    channel = event.get("channel")
    if isinstance(channel, dict):
        return word(channel, "id")
    return word(event, "channel") or word(object_of(event.get("item")), "channel")
