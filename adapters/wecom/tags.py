"""标签: tags that were set or taken off here, marked on the connections there.

A tag that is in no group of the library is made in a group of our own. WeCom tells us of our own marks like of
everybody's; they are known by what was marked (`Chores.marked`).
"""

import asyncio
from dataclasses import replace
from datetime import datetime

from adapters.wecom.contacts import shapes
from adapters.wecom.contacts.reading import Reading
from adapters.wecom.errors import Remedy, WeComError
from adapters.wecom.tokens import Clock
from adapters.wecom.transport import Transport
from crm_core.address_book import AddressBook, Chores, Label, Wanted
from crm_core.chat import DeliveryError, Document

#: The group of tags that were made here, and how many tags a company may have.
GROUP = "crmbot"
MOST = 3000

_NOT_FRIENDS = frozenset({84061, 40096, 84084})
_UNKNOWN_TAG = 40068
_NAME_TAKEN = 40071
_FULL = 40126
_NEVER = frozenset({_FULL, 40072, 40201})


class Tags:
    """Marks tags."""

    def __init__(self, transport: Transport, reading: Reading, book: AddressBook, chores: Chores, clock: Clock) -> None:
        self._transport = transport
        self._reading = reading
        self._book = book
        self._chores = chores
        self._clock = clock
        self._making = asyncio.Lock()

    async def do(self, key: str, _body: Document) -> datetime | None:
        """Mark what is wanted on one connection."""
        wanted = await self._chores.wanted(key)
        if wanted is not None and any(not label.platform_id for label in wanted.on):
            await self._make_missing(key)
            wanted = await self._chores.wanted(key)
        if wanted is None:
            return None
        known = replace(wanted, on=tuple(label for label in wanted.on if label.platform_id))
        if known.on or known.off:
            await self._mark(key, known)
        return None

    async def _mark(self, key: str, wanted: Wanted) -> None:
        body: Document = {
            "userid": wanted.member,
            "external_userid": wanted.contact,
            "add_tag": [label.platform_id for label in wanted.on],
            "remove_tag": list(wanted.off),
        }
        try:
            await self._transport.post("externalcontact/mark_tag", body, background=True, repeatable=True)
        except WeComError as error:
            failure = error
        else:
            await self._chores.marked(key, wanted, self._clock())
            return
        await self._refused(wanted, failure)

    async def _refused(self, wanted: Wanted, error: WeComError) -> None:
        """They are not connected any more, or a tag is gone: learn that first."""
        if error.errcode in _NOT_FRIENDS:
            await self._reading.customer(wanted.contact)
            raise error
        if error.errcode == _UNKNOWN_TAG:
            await self._reading.labels()
            raise DeliveryError(str(error))
        raise error

    async def _make_missing(self, key: str) -> None:
        """One after the other, and only what the library still lacks when it is read."""
        async with self._making:
            await self._reading.labels()
            wanted = await self._chores.wanted(key)
            for label in wanted.on if wanted is not None else ():
                if not label.platform_id:
                    await self._make(key, label)

    async def _make(self, key: str, label: Label) -> None:
        if await self._book.label_count() >= MOST:
            await self._chores.unmarkable(key, [label.name], f"errcode {_FULL}")
            return
        body: Document = {"group_name": GROUP, "tag": [{"name": label.name}]}
        try:
            answer = await self._transport.post("externalcontact/add_corp_tag", body, background=True)
        except WeComError as error:
            failure = error
        else:
            labels, _ = shapes.labels_in({"tag_group": [answer.get("tag_group")]})
            await self._book.saw_labels(labels, self._clock())
            return
        if failure.errcode in _NEVER or (failure.what_to_do is Remedy.FIX and failure.errcode != _NAME_TAKEN):
            await self._chores.unmarkable(key, [label.name], failure.reason)
        elif failure.errcode == _NAME_TAKEN:  # it was made meanwhile
            await self._reading.labels()
        else:
            raise failure
