"""A file that goes out with a message, and what it is where only certain kinds are taken."""

from dataclasses import dataclass
from enum import StrEnum

_MEGABYTE = 2**20

#: Files that go out with one message at most (WeCom, page 92135).
MOST = 9
#: Bytes of the largest file: what WeCom takes ("上传临时素材").
LARGEST = 20 * _MEGABYTE

_LEAST = 6


@dataclass(frozen=True)
class Enclosure:
    """`digest`: SHA-256 of its bytes, by which `crm_core.desk.Shelf` has them. `mime`: a picture or a video is one by
    its bytes, not by its name."""

    digest: str
    name: str
    mime: str
    size: int


class Kind(StrEnum):
    IMAGE = "image"
    VIDEO = "video"
    FILE = "file"


#: As what it can be uploaded to WeCom ("上传临时素材"): kind → types, and the most bytes.
_KINDS: tuple[tuple[Kind, frozenset[str], int], ...] = (
    (Kind.IMAGE, frozenset({"image/jpeg", "image/png"}), 10 * _MEGABYTE),
    (Kind.VIDEO, frozenset({"video/mp4"}), 10 * _MEGABYTE),
)


def kind_by_staff(file: Enclosure) -> Kind | None:
    """As what a member of staff sends it on WeCom: a picture or a video that is too large for one goes as a file; None:
    it is not taken at all."""
    if not _LEAST <= file.size <= LARGEST:
        return None
    return next((kind for kind, mimes, most in _KINDS if file.mime in mimes and file.size <= most), Kind.FILE)


def weight(size: int) -> str:
    """A number of bytes as people read it: "820 B", "14 KB", "1.2 MB"."""
    if size < 1_000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{size / 1_000:.0f} KB"
    return f"{size / 1_000_000:.1f} MB"
