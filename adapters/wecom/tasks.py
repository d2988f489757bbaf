"""企业群发: what a member of staff is asked to send to their customers or groups, created, followed, taken back.

Nothing is sent before the member confirms; only what the results call 1 was. `errcode` 0 of a creation says nothing
about a single customer.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial

from adapters.wecom.contacts.shapes import objects_in, texts_in
from adapters.wecom.errors import WeComError, undelivered
from adapters.wecom.pages import pages
from adapters.wecom.transport import Transport
from adapters.wecom.uploads import INVALID_MEDIA, Uploads, media_id_in
from crm_core.chat import DeliveryError, Document
from crm_core.enclosure import kind_by_staff
from crm_core.group_sends import (
    Created,
    Order,
    Outcome,
    Progress,
    Reached,
    RemindedTooOften,
    TaskCancelled,
    TaskUnknown,
)

_HOME = "externalcontact"
#: Codes of these calls that say more than "no".
_NOBODY, _UNKNOWN, _DISPATCHING, _CANCELLED, _REMINDED = 41048, 41047, 41063, 41093, 41094
#: Seconds for the whole of a creation, uploads and second tries included: a request that is left then ends by itself
#: before the task comes into another worker's hands.
WHOLE = 240.0
#: With fewer seconds left nothing is created.
_LEAST = 40.0
#: The largest page of the list of tasks.
_TASKS_PAGE = 100
#: A list whose place is lost is read from its start again, so often.
_STARTS = 3
#: How far WeCom's clock may be from ours.
_SKEW = timedelta(minutes=5)

_REACHED = {0: Reached.UNSENT, 1: Reached.SENT, 2: Reached.NO_FRIEND, 3: Reached.CAPPED}


class Tasks:
    """`crm_core.group_sends.GroupSends` of WeCom, with the secret of 客户联系. `page`: rows asked for at once."""

    def __init__(self, transport: Transport, uploads: Uploads, *, page: int = 1000) -> None:
        self._transport = transport
        self._uploads = uploads
        self._size = page

    async def create(self, order: Order) -> Created:
        """Its files are uploaded before; one whose id is refused, because it is too old, is uploaded anew."""
        ends = asyncio.get_running_loop().time() + WHOLE
        attachments = await self._attachments(order, ends)
        try:
            answer = await self._create(order, attachments, ends)
        except _FileGone:
            spent = [media_id_in(body) for body in attachments]
            answer = await self._create(order, await self._attachments(order, ends, spent), ends)
        if answer is None:
            return Created("", frozenset(order.recipients))
        refused, msgid = frozenset(texts_in(answer, "fail_list")) & set(order.recipients), answer.get("msgid")
        if not isinstance(msgid, str) or not msgid:
            raise DeliveryError("add_msg_template: no msgid", unknown=True)
        return Created(msgid, refused)

    async def find(self, order: Order, since: datetime, until: datetime, known: frozenset[str]) -> Created | None:
        """By its words, its time, its sender and its customers: WeCom has no place for a name of ours."""
        span = {"start_time": int((since - _SKEW).timestamp()), "end_time": int((until + _SKEW).timestamp())}
        asked = {"chat_type": _chat_type(order), "filter_type": 0, "limit": min(self._size, _TASKS_PAGE), **span}
        for listed in await self._rows("get_groupmsg_list_v2", asked, "group_msg_list"):
            msgid = str(listed.get("msgid") or "")
            if msgid and msgid not in known and _says(listed, order):
                found = await self._recognise(msgid, order)
                if found is not None:
                    return found
        return None

    async def progress(self, msgid: str, sender: str) -> Progress | None:
        try:
            return await self._progress(msgid, sender)
        except _Dispatching:
            return None

    async def remind(self, msgid: str) -> None:
        await self._post("remind_groupmsg_send", {"msgid": msgid})

    async def cancel(self, msgid: str) -> None:
        await self._post("cancel_groupmsg_send", {"msgid": msgid}, nothing_on=_CANCELLED, repeatable=True)

    async def _create(self, order: Order, attachments: list[Document], ends: float) -> Document | None:
        """By then (by the loop's clock) there is an answer, or nobody knows."""
        if asyncio.get_running_loop().time() > ends - _LEAST:
            raise DeliveryError("too little time is left to create a task", retry_after=5)
        try:
            async with asyncio.timeout_at(ends):
                return await self._post("add_msg_template", _template(order, attachments), nothing_on=_NOBODY)
        except TimeoutError:
            failure = DeliveryError("add_msg_template: no answer in time", unknown=True)
        raise failure

    async def _attachments(self, order: Order, ends: float, refused: Collection[str] = ()) -> list[Document]:
        """As the request has them. Nothing is created before they are there, and not when that takes long: whoever
        looks after the task next goes on with what was uploaded."""
        if any(kind_by_staff(file) is None for file in order.files):
            raise DeliveryError("a file is not taken", permanent=True)
        try:
            async with asyncio.timeout_at(ends - _LEAST):
                return [await self._uploads.body(file, refused=refused) for file in order.files]
        except TimeoutError:
            failure: DeliveryError = DeliveryError("the files are not uploaded yet", retry_after=5)
        except WeComError as error:
            failure = _failure(error)
        raise failure

    async def _progress(self, msgid: str, sender: str) -> Progress:
        member = await self._member(msgid, sender)
        if member is None or not _confirmed(member):
            return Progress()
        rows = await self._results(msgid, str(member["userid"]))
        return Progress(confirmed=True, confirmed_at=_time(member.get("send_time")), outcomes=rows)

    async def _member(self, msgid: str, sender: str) -> Document | None:
        """How far the sender is, whose id may come back in small letters."""
        rows = await self._rows("get_groupmsg_task", {"msgid": msgid, "limit": self._size}, "task_list")
        return next((row for row in rows if str(row.get("userid", "")).lower() == sender.lower()), None)

    async def _results(self, msgid: str, userid: str) -> Mapping[str, Outcome]:
        asked = {"msgid": msgid, "userid": userid, "limit": self._size}
        return dict(_outcomes(await self._rows("get_groupmsg_send_result", asked, "send_list")))

    async def _recognise(self, msgid: str, order: Order) -> Created | None:
        """This task, if it is for the sender and the customers of the order. Raises while that cannot be told.

        Where nobody is listed (of groups, nobody is before they were sent to) the sender decides: rather one task too
        few than a customer who gets two.
        """
        try:
            member = await self._member(msgid, order.sender)
            rows = await self._results(msgid, str(member["userid"])) if member is not None else {}
        except _Dispatching:
            raise DeliveryError("a task is still being dispatched", retry_after=30) from None
        except TaskCancelled:
            return None
        wanted = set(order.recipients)
        if member is None or set(rows) - wanted:
            return None
        return Created(msgid, frozenset(wanted - set(rows) if rows and not order.to_groups else ()))

    async def _rows(self, call: str, asked: Document, field: str) -> list[Document]:
        """All pages. A cursor that is refused is too old: then from the start."""
        for left in reversed(range(_STARTS)):
            try:
                return [
                    row async for page in pages(partial(self._page, call, asked)) for row in objects_in(page, field)
                ]
            except _PlaceLost:
                if not left:
                    raise
        raise AssertionError  # the last start returns or raises

    async def _page(self, call: str, asked: Document, cursor: str) -> Document:
        try:
            return await self._post(call, {**asked, "cursor": cursor}) or {}
        except _Refused as refusal:
            if not cursor:
                raise
            raise _PlaceLost(refusal.reason, retry_after=60) from None

    async def _post(
        self, call: str, body: Document, *, nothing_on: int = 0, repeatable: bool | None = None
    ) -> Document | None:
        """The answer; None when it is refused with this code, which is no failure."""
        try:
            return await self._transport.post(f"{_HOME}/{call}", body, background=True, repeatable=repeatable)
        except WeComError as error:
            failure = error
        if nothing_on and failure.errcode == nothing_on:
            return None
        raise _failure(failure)


class _Dispatching(DeliveryError):
    """WeCom has the task, and is handing it out."""


class _Refused(DeliveryError):
    """The request is not to WeCom's liking, for instance its cursor."""


class _PlaceLost(DeliveryError):
    """The cursor is too old."""


class _FileGone(DeliveryError):
    """The id of a file is not known, or not any more."""


_FAILURES: dict[int, type[DeliveryError]] = {
    INVALID_MEDIA: _FileGone,
    _UNKNOWN: TaskUnknown,
    _DISPATCHING: _Dispatching,
    _CANCELLED: TaskCancelled,
    _REMINDED: RemindedTooOften,
    40058: _Refused,
    40035: _Refused,
}


def _failure(error: WeComError) -> DeliveryError:
    plain = undelivered(error)
    kind = _FAILURES.get(error.errcode or 0, DeliveryError)
    return kind(plain.reason, permanent=plain.permanent, retry_after=plain.retry_after, unknown=plain.unknown)


def _template(order: Order, attachments: list[Document]) -> Document:
    """The member may leave out whom they choose: they know their customers."""
    to = "chat_id_list" if order.to_groups else "external_userid"
    said: Document = {"text": {"content": order.text}} if order.text else {}
    return {
        "chat_type": _chat_type(order),
        to: list(order.recipients),
        "sender": order.sender,
        "allow_select": True,
        **said,
        **({"attachments": attachments} if attachments else {}),
    }


def _chat_type(order: Order) -> str:
    return "group" if order.to_groups else "single"


def _says(listed: Document, order: Order) -> bool:
    """Whether it has these words and as many files of each kind, and no member made it."""
    text = listed.get("text")
    content = text.get("content") if isinstance(text, dict) else None
    kinds = sorted(str(one.get("msgtype")) for one in objects_in(listed, "attachments"))
    same = _plain(str(content or "")) == _plain(order.text) and kinds == sorted(
        map(str, map(kind_by_staff, order.files))
    )
    return same and not listed.get("creator")


def _plain(text: str) -> str:
    """As it is whatever became of line ends and of blanks around it."""
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()


def _confirmed(member: Document) -> bool:
    return str(member.get("status")) == "2"


def _outcomes(rows: Iterable[Document]) -> Iterable[tuple[str, Outcome]]:
    """A status nobody has explained is taken for "not sent"."""
    for row in rows:
        to, status = row.get("external_userid") or row.get("chat_id"), str(row.get("status"))
        if isinstance(to, str):
            reached = _REACHED.get(int(status) if status.isdecimal() else 0, Reached.UNSENT)
            yield to, Outcome(reached, _time(row.get("send_time")))


def _time(value: object) -> datetime | None:
    """Seconds since 1970, which may come as a number or as a string; 0 and nonsense are None."""
    text = str(value)
    if not text.isdecimal() or not 0 < int(text) < 2**33:
        return None
    return datetime.fromtimestamp(int(text), UTC)
