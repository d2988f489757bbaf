"""What a file is, by its first bytes, its name and what was told of it: pure functions."""

import mimetypes
import re

#: What browsers and chats show as a picture.
PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})

_LONGEST_NAME = 120
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}$")
_UNKNOWN = "application/octet-stream"
_ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "video/mp4": ".mp4",
    "application/pdf": ".pdf",
}
_BEGINNINGS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
)


def mime_of(content: bytes, name: str, told: str = "") -> str:
    """The type: what the bytes say goes before what is told, and a picture or a video is one by its bytes alone."""
    found = next((mime for beginning, mime in _BEGINNINGS if content.startswith(beginning)), "")
    if not found and content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        found = "image/webp"
    if not found and content[4:8] == b"ftyp" and content[8:11] != b"qt ":
        found = "video/mp4"
    if found:
        return found
    said = told.partition(";")[0].strip().lower() or mimetypes.guess_type(name)[0] or _UNKNOWN
    misleading = said in _ENDINGS or said.startswith(("image/", "video/", "text/html"))
    return _UNKNOWN if misleading or not said.isascii() or len(said) > 100 else said


def name_of(name: str, mime: str) -> str:
    """The name without folders and signs nobody sees, of a bearable length, with an ending."""
    bare = "".join(sign for sign in name.replace("\\", "/").rpartition("/")[2] if sign.isprintable()).strip(" .")
    found = _ENDING.search(bare)
    ending = found[0] if found else _ENDINGS.get(mime, "")
    stem = bare[: found.start()] if found else bare
    return (stem or mime.partition("/")[0].replace("application", "file"))[:_LONGEST_NAME] + ending
