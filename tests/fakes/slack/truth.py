"""What was really said where the app could hear it, and how a capture of it compares."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.fakes.finding import Finding
from tests.fakes.slack.errors import Json
from tests.fakes.slack.text import unescape
from tests.fakes.slack.world import World

SPOKEN = frozenset((None, "file_share", "thread_broadcast", "me_message", "bot_message"))
_MARKUP = re.compile(r"<[^<>]*>|:[a-z0-9_+-]+:")
_TS = re.compile(r"\d+\.\d{6}")
_SPACE = re.compile(r"\s+")


@dataclass
class Utterance:
    """`texts`: every version, the last one is how it stands."""

    channel: str
    ts: str
    texts: list[str]
    deleted: bool = False


def truth(world: World, *, direct: bool = False) -> dict[tuple[str, str], Utterance]:
    """By channel (its present id) and ts: all that people and other bots wrote where an app listens. `direct`: with the
    direct chats.
    """
    said: dict[tuple[str, str], Utterance] = {}
    moved: dict[str, str] = {}
    for entry in world.journal.of("event"):
        event = entry["event"]
        if event.get("type") == "channel_id_changed":
            moved[event["old_channel_id"]] = event["new_channel_id"]
        elif _is_speech(event, entry["app"], direct=direct):
            _hear(said, event)
    return {(_now(moved, channel), ts): one for (channel, ts), one in said.items()}


def compare(world: World, items: Iterable[Mapping[str, Any]], *, direct: bool = False) -> Iterator[Finding]:
    """What is wrong with these messages, in the shape of `GET /api/v1/messages`: lost, doubled, an edit or a deletion
    that was not applied, a wrong text.
    """
    known = truth(world, direct=direct)
    moved = {former: channel.id for channel in world.channels.values() for former in channel.former_ids}
    kept: dict[tuple[str, str], Mapping[str, Any]] = {}
    times: Counter[tuple[str, str]] = Counter()
    for item in items:
        found = _TS.search(str(item["platform_message_id"]))
        place = (_now(moved, _room(world, str(item["conversation"]))), found.group() if found else "")
        kept[place] = item
        times[place] += 1
    for place, utterance in known.items():
        if place not in kept:
            yield Finding("lost", " ".join(place))
            continue
        if times[place] > 1:
            yield Finding("doubled", f"{' '.join(place)}, {times[place]} times")
        yield from _differences(utterance, kept[place])
    strange = {entry["ts"] for entry in world.journal.of("oddity")}
    for place in kept.keys() - truth(world, direct=True).keys():
        if place[1] not in strange:
            yield Finding("never said", " ".join(place))


def same_words(raw: str, captured: str) -> bool:
    """Whether a text as Slack sent it reads like the captured one, however mentions, links and emoji are written."""
    pieces = [_flat(unescape(piece)) for piece in _MARKUP.split(raw)]
    if len(pieces) == 1:
        return pieces[0] == _flat(captured)
    position = 0
    for piece in pieces:
        position = _flat(captured).find(piece, position)
        if position < 0:
            return False
        position += len(piece)
    return True


def _is_speech(event: Json, app: str, *, direct: bool) -> bool:
    """The app's own posts are no speech."""
    heard = event.get("type") == "message" and event.get("app_id") != app
    return heard and (direct or event.get("channel_type") != "im")


def _hear(said: dict[tuple[str, str], Utterance], event: Json) -> None:
    subtype = event.get("subtype")
    if subtype in SPOKEN:
        utterance = Utterance(event["channel"], event["ts"], [str(event.get("text") or "")])
        said.setdefault((event["channel"], event["ts"]), utterance)
    elif subtype == "message_changed":
        _change(said.get((event["channel"], event["message"]["ts"])), event["message"])
    elif subtype == "message_deleted":
        _remove(said.get((event["channel"], event["deleted_ts"])))


def _change(utterance: Utterance | None, message: Json) -> None:
    if utterance is None:
        return
    if message.get("subtype") == "tombstone":
        utterance.deleted = True
    elif str(message.get("text") or "") != utterance.texts[-1]:
        utterance.texts.append(str(message.get("text") or ""))


def _remove(utterance: Utterance | None) -> None:
    if utterance is not None:
        utterance.deleted = True


def _differences(utterance: Utterance, item: Mapping[str, Any]) -> Iterator[Finding]:
    where = f"{utterance.channel} {utterance.ts}"
    if utterance.deleted:
        if not item.get("deleted_at"):
            yield Finding("deletion not applied", where)
        return
    if item.get("deleted_at"):
        yield Finding("deleted, though it stands", where)
    elif not same_words(utterance.texts[-1], str(item.get("text") or "")):
        edited = any(same_words(former, str(item.get("text") or "")) for former in utterance.texts[:-1])
        yield Finding("edit not applied" if edited else "wrong text", where)
    elif len(utterance.texts) > 1 and not item.get("edited_at"):
        yield Finding("edit not marked", where)


def _room(world: World, named: str) -> str:
    """A channel by its id, present or former, which may stand beside other words."""
    ids = [known for channel in world.channels.values() for known in (channel.id, *channel.former_ids)]
    return next((known for known in ids if known in named), named)


def _now(moved: Mapping[str, str], channel: str) -> str:
    while channel in moved:
        channel = moved[channel]
    return channel


def _flat(text: str) -> str:
    return _SPACE.sub(" ", text).strip()
