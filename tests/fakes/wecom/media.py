"""Files that travel: three days by their id, for every app of the company."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.fakes.wecom.errors import WeComError

if TYPE_CHECKING:
    from tests.fakes.wecom.state import State

LIFE = 3 * 86_400
LEAST = 5
MEGABYTE = 1 << 20
MOST = {"image": 10 * MEGABYTE, "voice": 2 * MEGABYTE, "video": 10 * MEGABYTE, "file": 20 * MEGABYTE}
ENDINGS = {"image": (".jpg", ".jpeg", ".png"), "voice": (".amr",), "video": (".mp4",), "file": ("",)}


@dataclass(frozen=True)
class Media:
    id: str
    type: str
    name: str
    content_type: str
    content: bytes
    at: int


def keep(state: "State", kind: str, name: str, content_type: str, content: bytes) -> Media:
    """Take a file in: 40004 for its type or ending, 44001 for nothing, 40006 for its size."""
    if kind not in MOST or not name.lower().endswith(ENDINGS[kind]):
        raise WeComError(40004, kind)
    if not content:
        raise WeComError(44001)
    if len(content) <= LEAST:
        raise WeComError(40006)
    if len(content) > MOST[kind]:
        raise WeComError(45001)
    media = Media(state.ids.new("3", 64), kind, name, content_type, content, state.seconds)
    state.media[media.id] = media
    return media


def find(state: "State", media_id: str, kind: str = "") -> Media:
    """40007 for an id that is unknown, three days old, or of another type."""
    media = state.media.get(media_id)
    if media is None or media.at + LIFE <= state.clock.now() or (kind and media.type != kind):
        raise WeComError(40007)
    return media
