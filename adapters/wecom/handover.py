"""在职/离职继承: connections asked to go from one member of staff to another, and followed to the end."""

from datetime import datetime, timedelta
from functools import partial

from adapters.wecom.contacts import shapes
from adapters.wecom.errors import FOR_GOOD, WeComError
from adapters.wecom.events import Event
from adapters.wecom.markup import text_of
from adapters.wecom.pages import pages
from adapters.wecom.tokens import Clock
from adapters.wecom.transport import Transport
from crm_core.address_book import Chores, TransferOrder, TransferState
from crm_core.chat import Document

#: How often the result is looked at, and for how long: a customer has a day to refuse.
LOOK = timedelta(hours=3)
GIVEN_UP = timedelta(days=3)

_UNDER_WAY = frozenset({40100, 40129})
_RESULTS = {1: TransferState.DONE, 3: TransferState.REFUSED, 4: TransferState.FULL}
_WAITING, _UNKNOWN = 2, 5
_REASONS = {"customer_refused": TransferState.REFUSED, "customer_limit_exceed": TransferState.FULL}


class Handover:
    """Asks for hand-overs and follows them."""

    def __init__(self, transport: Transport, chores: Chores, clock: Clock) -> None:
        self._transport = transport
        self._chores = chores
        self._clock = clock

    async def do(self, key: str, _body: Document) -> datetime | None:
        """Ask, or see how it stands."""
        order = await self._chores.transfer(key)
        if order is None:
            return None
        try:
            return await (self._ask(key, order) if order.asked_at is None else self._look(key, order, order.asked_at))
        except WeComError as error:
            if error.unknown or error.what_to_do not in FOR_GOOD:
                raise
            problem = error.reason
        await self._chores.transfer_ended(key, TransferState.FAILED, problem, self._clock())
        return None

    async def attend(self, event: Event) -> None:
        """WeCom tells of one that failed."""
        if event.name == "change_external_contact" and event.change == "transfer_fail":
            state = _REASONS.get(text_of(event.fields, "FailReason"), TransferState.FAILED)
            contact, after = text_of(event.fields, "ExternalUserID"), text_of(event.fields, "UserID")
            await self._chores.transfer_failed(contact, after, state, self._clock())

    async def _ask(self, key: str, order: TransferOrder) -> datetime | None:
        answer = await self._post(order, "transfer_customer", {"external_userid": [order.contact]})
        told = next((one for one in shapes.objects_in(answer, "customer")), {})
        code = told.get("errcode", 0)
        if code == 0 or (code in _UNDER_WAY and await self._status(order) == _WAITING):
            await self._chores.transfer_asked(key, self._clock())
            return self._clock() + LOOK
        await self._chores.transfer_ended(key, TransferState.FAILED, f"errcode {code}", self._clock())
        return None

    async def _look(self, key: str, order: TransferOrder, asked_at: datetime) -> datetime | None:
        status, now = await self._status(order), self._clock()
        if status in _RESULTS:
            await self._chores.transfer_ended(key, _RESULTS[status], "", now)
            return None
        if now - asked_at > GIVEN_UP:
            await self._chores.transfer_ended(key, TransferState.FAILED, f"status {status}", now)
            return None
        return now + LOOK

    async def _status(self, order: TransferOrder) -> int:
        """1 done, 2 waiting, 3 refused, 4 full; 5 for what WeCom knows nothing of."""
        async for page in pages(partial(self._results, order)):
            for one in shapes.objects_in(page, "customer"):
                if one.get("external_userid") == order.contact:
                    status = one.get("status")
                    return status if isinstance(status, int) else _UNKNOWN
        return _UNKNOWN

    async def _results(self, order: TransferOrder, cursor: str) -> Document:
        return await self._post(order, "transfer_result", {"cursor": cursor})

    async def _post(self, order: TransferOrder, name: str, more: Document) -> Document:
        path = f"externalcontact/{'resigned/' if order.resigned else ''}{name}"
        body = {"handover_userid": order.before, "takeover_userid": order.after, **more}
        return await self._transport.post(path, body, background=True)
