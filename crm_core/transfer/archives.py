"""Zip files from outside, refused before they can fill the disk or the memory."""

import zipfile
import zlib
from pathlib import Path

from crm_core.errors import Invalid

#: Bytes of one member, and of all members together, unpacked.
LARGEST_MEMBER = 200_000_000
LARGEST_TOTAL = 2_000_000_000
MOST_MEMBERS = 200_000
#: How many times larger than packed a member may be, beyond the first megabyte.
STEEPEST = 200
_FREE = 1_000_000
#: What the standard library raises for a member that is damaged, encrypted or packed in a way it does not know.
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


def check(path: Path) -> None:
    """Raise `Invalid("file_bomb")` or `Invalid("file_broken")` for a zip that is not safe to unpack.

    The sizes an archive declares are enough: the standard library stops reading at the declared size.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (*UNREADABLE, OSError):
        raise Invalid("file_broken", file=path.name) from None
    too_many = len(members) > MOST_MEMBERS
    too_large = sum(member.file_size for member in members) > LARGEST_TOTAL
    if too_many or too_large or any(_is_bomb(member) for member in members):
        raise Invalid("file_bomb", file=path.name)


def check_whole(path: Path) -> None:
    """Like `check`, and every member is read once: for readers that do not stop at the declared size."""
    check(path)
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()
    except (*UNREADABLE, OSError):
        damaged = path.name
    if damaged is not None:
        raise Invalid("file_broken", file=path.name)


def _is_bomb(member: zipfile.ZipInfo) -> bool:
    if member.file_size > LARGEST_MEMBER:
        return True
    return member.file_size > _FREE and member.file_size > STEEPEST * max(member.compress_size, 1)
