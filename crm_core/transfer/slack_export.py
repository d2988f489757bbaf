"""The standard export of a Slack workspace: a zip of `users.json`, `channels.json` and a folder of days per channel.

Ids are those of the live platform (channel id, `ts`), so that what is imported and what arrives later is one history.
"""

import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from crm_core.chat import Attachment, Happening, InboundMessage, Room, RoomKind, Sender, SenderKind
from crm_core.errors import Invalid
from crm_core.transfer import archives
from crm_core.transfer.slack_text import moment_of, plain

PLATFORM = "slack"
_LISTS = {
    "channels.json": RoomKind.CHANNEL,
    "groups.json": RoomKind.GROUP,
    "mpims.json": RoomKind.GROUP,
    "dms.json": RoomKind.DIRECT,
}
#: Subtypes that are somebody speaking; the others are housekeeping of the channel.
_SPOKEN = frozenset({"", "file_share", "thread_broadcast", "me_message", "bot_message", "file_comment"})
_DAY = re.compile(r"(?P<channel>[^/]+)/\d{4}-\d{2}-\d{2}\.json")

_Json = Mapping[str, Any]


@dataclass(frozen=True)
class _Workspace:
    rooms: Mapping[str, Room]
    senders: Mapping[str, Sender]


def read(path: Path) -> Iterator[InboundMessage]:
    """The messages of the export, a channel after the other, each in the order of time.

    Raises `Invalid`: `file_broken`, `file_bomb`, `history_not_slack`.
    """
    archives.check(path)
    with zipfile.ZipFile(path) as archive:
        workspace = _Workspace(_rooms(archive), _senders(archive))
        if not workspace.rooms:
            raise Invalid("history_not_slack", file=path.name)
    return _messages(path, workspace)


def _messages(path: Path, workspace: _Workspace) -> Iterator[InboundMessage]:
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            day = _DAY.fullmatch(name)
            room = workspace.rooms.get(day["channel"]) if day else None
            if room is None:
                continue
            for entry in _entries(archive, name):
                yield from _spoken(entry, room, workspace)


def _rooms(archive: zipfile.ZipFile) -> dict[str, Room]:
    """Folder → room; the folder is the channel's name, in a direct chat its id."""
    found: dict[str, Room] = {}
    for name, kind in _LISTS.items():
        for entry in _entries(archive, name):
            identifier, title = _word(entry, "id"), _word(entry, "name")
            if not identifier:
                continue
            shared = entry.get("is_ext_shared") is True or entry.get("is_shared") is True
            found[title or identifier] = Room(identifier, RoomKind.SHARED if shared else kind, title)
    return found


def _senders(archive: zipfile.ZipFile) -> dict[str, Sender]:
    return {_word(entry, "id"): _sender(entry) for entry in _entries(archive, "users.json") if _word(entry, "id")}


def _sender(user: _Json) -> Sender:
    profile = user.get("profile")
    profile = profile if isinstance(profile, Mapping) else {}
    name = (
        _word(profile, "display_name") or _word(profile, "real_name") or _word(user, "real_name") or _word(user, "name")
    )
    return Sender(_word(user, "id"), name, _kind(user), _word(profile, "email"), _word(profile, "phone"))


def _kind(user: _Json) -> SenderKind:
    if user.get("is_bot") is True or user.get("id") == "USLACKBOT":
        return SenderKind.BOT
    if user.get("is_stranger") is True:
        return SenderKind.EXTERNAL
    if user.get("is_restricted") is True or user.get("is_ultra_restricted") is True:
        return SenderKind.GUEST
    return SenderKind.MEMBER


def _spoken(entry: _Json, room: Room, workspace: _Workspace) -> Iterator[InboundMessage]:
    ts = _word(entry, "ts")
    at = moment_of(ts)
    sender = _author(entry, workspace)
    if entry.get("type") != "message" or _word(entry, "subtype") not in _SPOKEN or at is None or sender is None:
        return
    posted = InboundMessage(
        platform=PLATFORM,
        event_id=f"import:{room.platform_id}:{ts}",
        happening=Happening.POSTED,
        room=room,
        sender=sender,
        platform_message_id=ts,
        text=_plain(_word(entry, "text"), workspace),
        sent_at=at,
        thread_id=_word(entry, "thread_ts"),
        attachments=_files(entry),
    )
    yield posted
    edited = entry.get("edited")
    edited_at = moment_of(_word(edited, "ts")) if isinstance(edited, Mapping) else None
    if edited_at is not None:
        yield replace(posted, event_id=f"{posted.event_id}:edited", happening=Happening.EDITED, sent_at=edited_at)


def _author(entry: _Json, workspace: _Workspace) -> Sender | None:
    user = _word(entry, "user")
    if user:
        return workspace.senders.get(user) or _stranger(entry, user)
    bot = _word(entry, "bot_id")
    return Sender(bot, _word(entry, "username"), SenderKind.BOT) if bot else None


def _stranger(entry: _Json, user: str) -> Sender:
    """Somebody of another company: not in `users.json`, described on the message."""
    profile = entry.get("user_profile")
    name = _word(profile, "display_name") or _word(profile, "real_name") if isinstance(profile, Mapping) else ""
    return Sender(user, name, SenderKind.EXTERNAL)


def _files(entry: _Json) -> tuple[Attachment, ...]:
    files = entry.get("files")
    return tuple(
        Attachment(_word(file, "id"), _word(file, "name"), _word(file, "mimetype"), _size(file))
        for file in (files if isinstance(files, list) else [])
        if isinstance(file, Mapping) and _word(file, "id")
    )


def _size(file: _Json) -> int | None:
    size = file.get("size")
    return size if isinstance(size, int) and 0 <= size < 2**31 else None


def _plain(text: str, workspace: _Workspace) -> str:
    return plain(text, lambda user: workspace.senders[user].name if user in workspace.senders else "")


def _entries(archive: zipfile.ZipFile, name: str) -> list[_Json]:
    """The objects of a JSON list; a file that is not there has none. Raises `Invalid("file_broken")`."""
    try:
        document = json.loads(archive.read(name))
    except KeyError:
        return []
    except (*archives.UNREADABLE, OSError):
        raise Invalid("file_broken", file=name[-80:]) from None
    return [entry for entry in document if isinstance(entry, Mapping)] if isinstance(document, list) else []


def _word(entry: _Json, key: str) -> str:
    value = entry.get(key)
    return value if isinstance(value, str) else ""
