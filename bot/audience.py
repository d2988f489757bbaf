"""Who may read an answer in a room: customer data never stands where a guest or a colleague without rights reads."""

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


def _may_read(reader: Reader, owners: Sequence[int | None], asker: Viewer) -> bool:
    if reader.sender.kind is SenderKind.BOT:
        return True
    viewer = reader.viewer
    if viewer is None or reader.sender.kind in (SenderKind.GUEST, SenderKind.EXTERNAL):
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
