"""Who may read an answer in a room: customer data never stands where a colleague without rights reads, and where a
customer or a guest reads, nothing does."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crm_core.chat import Sender, SenderKind
from crm_core.people.viewer import Viewer


@dataclass(frozen=True)
class Reader:
    """Somebody in the room besides the asker; `viewer` None: not of the company's staff."""

    sender: Sender
    viewer: Viewer | None


def all_may_read(readers: Iterable[Reader], owners: Sequence[int | None], *, asker: Viewer) -> bool:
    """Whether everybody may see customers of these owners as fully as the asker does.

    Without owners (a list, a count) everybody must see as wide as the asker.
    """
    return all(_may_read(reader, owners, asker) for reader in readers)


def outsiders_read(readers: Iterable[Reader]) -> bool:
    """Whether somebody reads who is not of the company: not even the commands or the colleagues are their business."""
    return any(_is_outsider(reader) for reader in readers)


def _is_outsider(reader: Reader) -> bool:
    kind = reader.sender.kind
    return kind is not SenderKind.BOT and (reader.viewer is None or kind in (SenderKind.GUEST, SenderKind.EXTERNAL))


def _may_read(reader: Reader, owners: Sequence[int | None], asker: Viewer) -> bool:
    if reader.sender.kind is SenderKind.BOT:
        return True
    viewer = reader.viewer
    if viewer is None or _is_outsider(reader):
        return False
    if not owners:
        return _as_wide(viewer, asker)
    return all(_as_fully(viewer, asker, owner) for owner in owners)


def _as_fully(viewer: Viewer, asker: Viewer, owner: int | None) -> bool:
    return viewer.sees(owner) and (viewer.sees_sensitive(owner) or not asker.sees_sensitive(owner))


def _as_wide(viewer: Viewer, asker: Viewer) -> bool:
    if viewer.staff_id == asker.staff_id:
        return True
    sees_all = viewer.owners is None or (asker.owners is not None and asker.owners <= viewer.owners)
    return sees_all and (viewer.sees_sensitive(None) or not asker.sees_sensitive(None))
