"""What happens around customers, as the callback tells it.

Each is read anew, so that neither order nor doubles matter.
"""

from datetime import datetime

from adapters.wecom.contacts import shapes
from adapters.wecom.contacts.reading import Reading
from adapters.wecom.errors import Remedy, WeComError
from adapters.wecom.events import Event
from adapters.wecom.markup import text_of
from crm_core.address_book import AddressBook, Connection, Standing

#: Events that are looked after here.
NAMES = ("change_external_contact", "change_external_chat", "change_external_tag", "change_contact")

_ADDED = {"add_external_contact": False, "add_half_external_contact": True}
_BY_TRANSFER = "DELETE_BY_TRANSFER"
_PASSING = frozenset({Remedy.REFRESH, Remedy.RETRY, Remedy.WAIT, Remedy.CONFIGURE, Remedy.RECONCILE})


class Happenings:
    """Looks after the events of `NAMES`."""

    def __init__(self, reading: Reading, book: AddressBook) -> None:
        self._reading = reading
        self._book = book

    async def attend(self, event: Event) -> None:
        """Raises `WeComError` when it is to come again."""
        match event.name:
            case "change_external_contact":
                await self._contact(event)
            case "change_external_chat":
                await self._chat(event)
            case "change_external_tag":
                await self._tag(event)
            case "change_contact" if event.change == "delete_user":
                await self._book.left(text_of(event.fields, "UserID"), _moment(event))
                await self._reading.waiting()

    async def _contact(self, event: Event) -> None:
        member, contact = text_of(event.fields, "UserID"), text_of(event.fields, "ExternalUserID")
        at = _moment(event)
        if not member or not contact:
            return
        if event.change in _ADDED:
            await self._customer(contact)
            state, half = text_of(event.fields, "State"), _ADDED[event.change]
            await self._book.met(contact, member, at, half=half, state=state)
        elif event.change == "edit_external_contact":
            await self._customer(contact)
        elif event.change == "del_follow_user":
            await self._book.parted(contact, member, at, Standing.LOST)
        elif event.change == "del_external_contact":
            moved = text_of(event.fields, "Source") == _BY_TRANSFER
            await self._deleted(contact, member, at, Standing.MOVED if moved else Standing.DELETED)

    async def _deleted(self, contact: str, member: str, at: datetime, how: Standing) -> None:
        """Unless they have been added again since."""
        found = await self._customer(contact)
        if not any(one.member == member and one.since > at for one in found):
            await self._book.parted(contact, member, at, how)

    async def _customer(self, contact: str) -> list[Connection]:
        """Nobody, when WeCom will not tell; then only what the event says is known."""
        try:
            return await self._reading.customer(contact)
        except WeComError as error:
            if error.what_to_do in _PASSING:
                raise
            return []

    async def _chat(self, event: Event) -> None:
        chat_id = text_of(event.fields, "ChatId")
        if event.change == "dismiss":
            await self._book.group_ended(chat_id, _moment(event))
        elif chat_id:
            await self._reading.group(chat_id)

    async def _tag(self, event: Event) -> None:
        wanted = text_of(event.fields, "Id")
        if event.change == "delete" and wanted:
            await self._book.labels_gone([wanted], event.received_at)
        elif event.change in {"create", "update"} and wanted:
            is_group = text_of(event.fields, "TagType") == "tag_group"
            await self._labels(wanted, is_group=is_group)

    async def _labels(self, wanted: str, *, is_group: bool) -> None:
        try:
            await self._reading.labels(group_ids=[wanted]) if is_group else await self._reading.labels([wanted])
        except WeComError as error:
            if error.what_to_do in _PASSING:
                raise


def _moment(event: Event) -> datetime:
    return shapes.moment(text_of(event.fields, "CreateTime"))
