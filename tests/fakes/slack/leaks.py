"""Who saw what they must not see: marked secrets before people from outside, and secrets in logs."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from tests.fakes.finding import Finding
from tests.fakes.journal import Entry
from tests.fakes.slack.people import User
from tests.fakes.slack.sight import Sight
from tests.fakes.slack.world import World

#: Shorter texts occur in logs by chance.
TELLING = 12


def outsiders(world: World) -> list[User]:
    """Guests, and people whose workspace did not install any app."""
    at_home = {install.team_id for install in world.installs}
    people = [user for user in world.users.values() if not user.is_bot]
    return [user for user in people if user.guest or user.team_id not in at_home]


def leaks(world: World, markers: Iterable[str]) -> Iterator[Finding]:
    """Markers on any surface an outsider has, or ever was given."""
    wanted = tuple(markers)
    for user in outsiders(world):
        shown = [*Sight(world, user).everything(), *_given(world, user)]
        for where, raw in shown:
            for marker in wanted:
                if marker in raw:
                    yield Finding("leak", f"{marker} before {user.name} in {where}")


def secrets_in(world: World, log: str) -> Iterator[Finding]:
    """Tokens, addresses that act like tokens, and what people wrote, in the text of a log."""
    for name, secret in _secrets(world):
        if secret in log:
            yield Finding("secret in the log", name)
    for channel in world.channels.values():
        for message in channel.messages.values():
            if len(message.text) >= TELLING and message.text in log:
                yield Finding("words in the log", f"{channel.id} {message.ts}")


def _given(world: World, user: User) -> Iterator[tuple[str, str]]:
    """What went out to a person at any time, by the journal."""
    rooms = {channel.id for channel in world.channels.values() if user.id in channel.members}
    for entry in tuple(world.journal.entries):
        if entry["kind"] == "call" and _reaches(world, entry["args"], user, rooms):
            yield f"{entry['method']} (entry {entry['n']})", _raw(entry["args"])
        elif entry["kind"] == "response" and _answers(entry, user, rooms):
            yield f"a response_url (entry {entry['n']})", _raw(entry["body"])
        elif entry["kind"] == "outcome" and entry["user"] == user.id:
            yield f"{entry['what']} (entry {entry['n']})", _raw([entry["shown"], entry["errors"], entry["options"]])


def _reaches(world: World, args: dict[str, Any], user: User, rooms: set[str]) -> bool:
    if args.get("trigger_id"):
        trigger = world.triggers._given.get(str(args["trigger_id"]))
        return trigger is not None and trigger.user == user.id
    if args.get("user") or args.get("user_id"):
        return user.id in (args.get("user"), args.get("user_id"))
    return args.get("channel") in rooms or args.get("channel") == user.id


def _answers(entry: Entry, user: User, rooms: set[str]) -> bool:
    public = entry["body"].get("response_type") == "in_channel"
    return entry["user"] == user.id or (public and entry["channel"] in rooms)


def _secrets(world: World) -> Iterator[tuple[str, str]]:
    for app in world.apps.values():
        yield "signing secret", app.signing_secret
        yield "client secret", app.client_secret
        yield from (("app token", token) for token in app.app_tokens)
    for install in world.installs:
        yield from (("bot token", token.value) for token in install.tokens)
        yield from (("refresh token", token.value) for token in install.refreshes)
    yield from (("response_url", key) for key in world.response_urls)


def _raw(value: Any) -> str:
    """As text in which a marker is found whether it was sent as JSON or as JSON in a string."""
    return json.dumps(value, ensure_ascii=False).replace("\\", "")
