"""Reading 客户联系, one page or one customer at a time, behind what people wait for."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from adapters.wecom.contacts import shapes
from adapters.wecom.errors import FOR_GOOD, Remedy, WeComError
from adapters.wecom.pages import cursor_in, pages
from adapters.wecom.tokens import Clock
from adapters.wecom.transport import Transport
from crm_core.address_book import AddressBook, Connection, CustomerGroup, Label, Person, Waiting
from crm_core.chat import Document

PAGE = 100
GROUPS = 500
WAITING = 1000
#: Members asked for together; WeCom takes as many.
MEMBERS = 100

_NOBODY = frozenset({84061})


@dataclass(frozen=True)
class Page:
    """`cursor`: of the next page, "" at the end. `left_out`: members whose customers are not told."""

    seen: list[tuple[Person, Connection]]
    cursor: str
    left_out: list[str]
    read_at: datetime


class Reading:
    """Everything raises `WeComError`."""

    def __init__(self, transport: Transport, book: AddressBook, clock: Clock) -> None:
        self._transport = transport
        self._book = book
        self._clock = clock

    async def members(self) -> list[str]:
        """Who may have customers, as far as we may know."""
        return shapes.texts_in(await self._get("externalcontact/get_follow_user_list"), "follow_user")

    async def page(self, members: list[str], cursor: str) -> Page:
        """Customers of these members."""
        body: Document = {"userid_list": members, "cursor": cursor, "limit": PAGE}
        read_at = self._clock()
        answer = await self._post("externalcontact/batch/get_by_user", body)
        return Page(shapes.seen_in(answer), cursor_in(answer), shapes.unlicensed_in(answer), read_at)

    async def customer(self, contact: str) -> list[Connection]:
        """Tell the book of everybody who is connected with a customer; who that is."""
        read_at = self._clock()
        try:
            read = [page async for page in pages(partial(self._about, contact))]
        except WeComError as error:
            if error.errcode not in _NOBODY:
                raise
            await self._book.nobody_has(contact, read_at)
            return []
        people = [person for page in read if (person := shapes.person_in(page)) is not None]
        shown = [shapes.connection_of(one) for page in read for one in shapes.objects_in(page, "follow_user")]
        found = [one for one in shown if one is not None]
        if people:
            await self.tell_all_with(people[-1], found, read_at)
        return found

    async def tell(self, seen: list[tuple[Person, Connection]], read_at: datetime) -> None:
        """Tell the book; of tags it does not know, too."""
        unknown = await self._book.saw(seen, read_at)
        if unknown and await self.labels(list(unknown)):
            await self._book.saw(seen, read_at)

    async def tell_all_with(self, person: Person, found: list[Connection], read_at: datetime) -> None:
        unknown = await self._book.saw_all_with(person, found, read_at)
        if unknown and await self.labels(list(unknown)):
            await self._book.saw_all_with(person, found, read_at)

    async def labels(self, tag_ids: list[str] | None = None, group_ids: list[str] | None = None) -> list[Label]:
        """Tell the book of these tags, or of those of these groups, or of the whole library."""
        body: Document = {name: ids for name, ids in (("tag_id", tag_ids), ("group_id", group_ids)) if ids}
        read_at = self._clock()
        labels, gone = shapes.labels_in(await self._post("externalcontact/get_corp_tag_list", body))
        await self._book.saw_labels(labels, read_at, whole=not body)
        if gone:
            await self._book.labels_gone(gone, read_at)
        return labels

    async def groups(self, owners: list[str], cursor: str) -> tuple[list[str], str]:
        """Ids of customer groups of these members, and the cursor of the next page, "" at the end."""
        body: Document = {"status_filter": 0, "owner_filter": {"userid_list": owners}, "limit": GROUPS}
        answer = await self._post("externalcontact/groupchat/list", body | ({"cursor": cursor} if cursor else {}))
        found = [one.get("chat_id") for one in shapes.objects_in(answer, "group_chat_list")]
        return [one for one in found if isinstance(one, str)], cursor_in(answer)

    async def group(self, chat_id: str) -> CustomerGroup | None:
        """Tell the book of a group; None when it is none of ours, or not there any more."""
        read_at = self._clock()
        try:
            answer = await self._post("externalcontact/groupchat/get", {"chat_id": chat_id, "need_name": 1})
        except WeComError as error:
            if error.what_to_do in {Remedy.GONE, Remedy.GIVE_UP, Remedy.FIX} and not error.unknown:
                return None
            raise
        shape = answer.get("group_chat")
        group = shapes.group_of(shape) if isinstance(shape, dict) else None
        if group is not None:
            await self._book.saw_group(group, read_at)
        return group

    async def _about(self, contact: str, cursor: str) -> Document:
        return await self._get("externalcontact/get", external_userid=contact, cursor=cursor)

    async def waiting(self) -> int:
        """Tell the book whose customers wait for a colleague; how many. Nobody, where we may not know."""
        began_at, found = self._clock(), list[Waiting]()
        try:
            async for answer in pages(self._unassigned):
                found += shapes.waiting_in(answer)
        except WeComError as error:
            if error.unknown or error.what_to_do not in FOR_GOOD | {Remedy.CONFIGURE}:
                raise
            return 0
        await self._tell_waiting(found, began_at)
        await self._book.no_others_wait(found, began_at)
        return len(found)

    async def _unassigned(self, cursor: str) -> Document:
        body: Document = {"page_size": WAITING} | ({"cursor": cursor} if cursor else {})
        return await self._post("externalcontact/get_unassigned_list", body)

    async def _tell_waiting(self, found: list[Waiting], read_at: datetime) -> None:
        unknown = await self._book.saw_waiting(found, read_at)
        if unknown:
            seen = [(Person(one.contact), Connection(one.member, one.since)) for one in unknown]
            await self._book.saw(seen, read_at)
            await self._book.saw_waiting(unknown, read_at)

    async def _get(self, path: str, **params: str | int) -> Document:
        return await self._transport.get(path, background=True, **params)

    async def _post(self, path: str, body: Document) -> Document:
        return await self._transport.post(path, body, background=True, repeatable=True)
