"""What each kind of message reads as: a text a person understands, and the files that belong to it.

The key of the body is not always the msgtype; a kind nobody knows yet reads as its name, and the row is kept as it is.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from adapters.wecom.archive import words
from crm_core.chat import Document

#: How deep forwarded chats are read, and how many of their lines.
DEEPEST = 4
MOST_LINES = 100


@dataclass(frozen=True)
class File:
    """A file of a message. `file_id`: what the library fetches it by."""

    file_id: str
    name: str = ""
    mime: str = ""
    size: int | None = None
    md5: str = ""


@dataclass(frozen=True)
class Read:
    text: str
    files: tuple[File, ...] = ()


def read(said: Document, depth: int = 0) -> Read:
    """A row as a person reads it. Never raises."""
    msgtype = text_of(said, "msgtype")
    reader = READERS.get(msgtype)
    body = body_of(said, msgtype)
    if reader is not None:
        return reader(body)
    if depth < DEEPEST and msgtype in ("chatrecord", "mixed"):
        return _items(body, msgtype, depth)
    return Read(words.UNKNOWN.format(type=msgtype or "?"), files_of(body, msgtype))


def body_of(said: Document, msgtype: str) -> Document:
    """The body of a row; where it has no key of its own, the row itself."""
    for key in (_BODY_KEYS.get(msgtype, msgtype), msgtype, "info"):
        if isinstance(said.get(key), dict):
            found: Document = said[key]
            return found
    return said


def files_of(body: Document, msgtype: str) -> tuple[File, ...]:
    """The file of a body that has one."""
    file_id = text_of(body, "sdkfileid")
    if not file_id:
        return ()
    mime, ending = _MEDIA.get(msgtype, ("", ""))
    if msgtype == "emotion":
        mime, ending = ("image/gif", "gif") if number_of(body, "type") == 1 else ("image/png", "png")
    name = text_of(body, "filename") or (f"{msgtype}.{ending}" if ending else "")
    size = next((n for n in (number_of(body, key) for key in ("filesize", "voice_size", "imagesize")) if n), None)
    return (File(file_id, name, mime, size, text_of(body, "md5sum")),)


def text_of(body: Document, name: str) -> str:
    """A text of a body without control characters; a number as text; "" for anything else."""
    value = body.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return words.clean(value) if isinstance(value, str) else ""


def number_of(body: Document, name: str) -> int | None:
    try:
        return int(body[name])
    except (KeyError, TypeError, ValueError):
        return None


def _media(msgtype: str) -> Callable[[Document], Read]:
    def reader(body: Document) -> Read:
        seconds = number_of(body, "play_length")
        length = words.SECONDS.format(seconds=seconds) if seconds else ""
        return Read(f"{words.NAMES[msgtype]}{length}", files_of(body, msgtype))

    return reader


def _file(body: Document) -> Read:
    return Read(words.labelled("file", text_of(body, "filename")), files_of(body, "file"))


def _shared(body: Document) -> Read:
    name = text_of(body, "filename")
    return Read(words.labelled("voip_doc_share", name), files_of(body, "voip_doc_share"))


def _lines(msgtype: str, *names: str) -> Callable[[Document], Read]:
    """The label of the kind, then what stands in these fields."""

    def reader(body: Document) -> Read:
        return Read(words.labelled(msgtype, *(text_of(body, name) for name in names)))

    return reader


def _location(body: Document) -> Read:
    at = ", ".join(filter(None, (text_of(body, "latitude"), text_of(body, "longitude"))))
    return Read(words.labelled("location", text_of(body, "title"), text_of(body, "address"), at))


def _vote(body: Document) -> Read:
    options = body.get("voteitem")
    listed = [words.clean(str(one)) for one in options] if isinstance(options, list) else []
    return Read(words.labelled("vote", text_of(body, "votetitle"), *listed))


def _collect(body: Document) -> Read:
    details = body.get("details")
    asked = [text_of(one, "ques") for one in details if isinstance(one, dict)] if isinstance(details, list) else []
    return Read(words.labelled("collect", text_of(body, "title"), *asked))


def _packet(body: Document) -> Read:
    cents = number_of(body, "totalamount")
    amount = f"¥{cents / 100:.2f}" if cents is not None else ""
    return Read(words.labelled("redpacket", text_of(body, "wish"), amount))


def _news(body: Document) -> Read:
    items = body.get("item")
    listed = [one for one in items if isinstance(one, dict)] if isinstance(items, list) else []
    parts = [" ".join(filter(None, (text_of(one, "title"), text_of(one, "url")))) for one in listed]
    return Read(words.labelled("news", *parts))


def _call(body: Document) -> Read:
    files = files_of(body, "meeting_voice_call")
    shared = body.get("demofiledata")
    named = [text_of(one, "filename") for one in shared if isinstance(one, dict)] if isinstance(shared, list) else []
    return Read(words.labelled("meeting_voice_call", *named), files)


def _voip(body: Document) -> Read:
    seconds = number_of(body, "callduration") or 0
    return Read(words.labelled("voiptext", words.DURATION.format(minutes=seconds // 60, seconds=seconds % 60)))


def _items(body: Document, msgtype: str, depth: int) -> Read:
    """A forwarded chat, or text and pictures in one message: each item's content is JSON in a text."""
    items = body.get("item")
    read_ = (
        [_item(one, depth) for one in items[:MOST_LINES] if isinstance(one, dict)] if isinstance(items, list) else []
    )
    lines = [one.text for one in read_]
    files = tuple(file for one in read_ for file in one.files)
    if msgtype == "mixed":
        return Read("\n".join(filter(None, lines)), files)
    return Read(words.labelled("chatrecord", text_of(body, "title"), *lines), files)


def _item(item: Document, depth: int) -> Read:
    msgtype = text_of(item, "type").removeprefix("ChatRecord").lower()
    content: Any = item.get("content")
    try:
        inside = json.loads(content, strict=False) if isinstance(content, str) else content
    except (ValueError, RecursionError):
        inside = None
    if not isinstance(inside, dict):
        return Read(words.clean(content) if isinstance(content, str) else "")
    return read({"msgtype": msgtype, msgtype: inside}, depth + 1)


#: msgtype → the key of its body, where that is another.
_BODY_KEYS = {
    "docmsg": "doc",
    "markdown": "info",
    "news": "info",
    "voiptext": "info",
    "external_redpacket": "redpacket",
}

_MEDIA = {
    "image": ("image/jpeg", "jpg"),
    "voice": ("audio/amr", "amr"),
    "video": ("video/mp4", "mp4"),
    "meeting_voice_call": ("audio/mp4", "m4a"),
}

READERS: Mapping[str, Callable[[Document], Read]] = {
    "text": lambda body: Read(text_of(body, "content")),
    "markdown": lambda body: Read(text_of(body, "content")),
    "image": _media("image"),
    "voice": _media("voice"),
    "video": _media("video"),
    "emotion": _media("emotion"),
    "file": _file,
    "agree": lambda _body: Read(words.NAMES["agree"]),
    "disagree": lambda _body: Read(words.NAMES["disagree"]),
    "revoke": lambda _body: Read(words.NAMES["revoke"]),
    "card": _lines("card", "corpname", "userid"),
    "location": _location,
    "link": _lines("link", "title", "description", "link_url"),
    "weapp": _lines("weapp", "displayname", "title", "description"),
    "todo": _lines("todo", "title", "content"),
    "vote": _vote,
    "collect": _collect,
    "redpacket": _packet,
    "external_redpacket": _packet,
    "meeting": _lines("meeting", "topic", "address", "remarks"),
    "meeting_notification": _lines("meeting", "topic", "content"),
    "calendar": _lines("calendar", "title", "place", "remarks"),
    "docmsg": _lines("docmsg", "title", "link_url"),
    "news": _news,
    "meeting_voice_call": _call,
    "voip_doc_share": _shared,
    "voiptext": _voip,
    "sphfeed": _lines("sphfeed", "sph_name", "feed_desc"),
    "qydiskfile": _lines("qydiskfile", "filename"),
    "solitaire": _lines("solitaire", "title"),
    "note": _lines("note", "title", "content"),
}
