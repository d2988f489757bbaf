"""渠道活码: codes made and taken away with 联系我, each once."""

from datetime import datetime, timedelta
from functools import partial

from adapters.wecom.contacts import shapes
from adapters.wecom.errors import Remedy, WeComError
from adapters.wecom.pages import pages
from adapters.wecom.tokens import Clock
from adapters.wecom.transport import Transport
from crm_core.address_book import Chores, WayOrder
from crm_core.chat import Document

_MULTI, _SINGLE, _QR = 2, 1, 2
_UNKNOWN = frozenset({40058, 41044})
_FOR_GOOD = frozenset({Remedy.FIX, Remedy.GONE, Remedy.REFUSED, Remedy.GIVE_UP})


class Ways:
    """Makes and removes codes."""

    def __init__(self, transport: Transport, chores: Chores, clock: Clock) -> None:
        self._transport = transport
        self._chores = chores
        self._clock = clock

    async def do(self, key: str, _body: Document) -> datetime | None:
        order = await self._chores.way(key)
        if order is not None and order.config_id:
            await self._remove(key, order.config_id)
        elif order is not None:
            await self._make(key, order)
        return None

    async def _make(self, key: str, order: WayOrder) -> None:
        found = await self._found(order) if order.tried else None
        if found is None:
            await self._chores.way_tried(key, self._clock())
            found = await self._added(key, order)
        await self._chores.way_made(key, str(found.get("config_id", "")), str(found.get("qr_code", "")))

    async def _added(self, key: str, order: WayOrder) -> Document:
        try:
            return await self._transport.post("externalcontact/add_contact_way", _body_of(order), background=True)
        except WeComError as error:
            failure = error
        if failure.what_to_do in _FOR_GOOD and not failure.unknown:
            await self._chores.way_refused(key, failure.reason)
        raise failure

    async def _found(self, order: WayOrder) -> Document | None:
        """The one that was made when no answer came, known by its state."""
        since = int((order.since - timedelta(minutes=5)).timestamp())
        async for page in pages(partial(self._listed, since)):
            for one in shapes.objects_in(page, "contact_way"):
                body: Document = {"config_id": one.get("config_id")}
                shown = await self._transport.post("externalcontact/get_contact_way", body, background=True)
                way = shown.get("contact_way")
                if isinstance(way, dict) and way.get("state") == order.state:
                    return way
        return None

    async def _listed(self, since: int, cursor: str) -> Document:
        body: Document = {"start_time": since, "limit": 100, "cursor": cursor}
        return await self._transport.post("externalcontact/list_contact_way", body, background=True, repeatable=True)

    async def _remove(self, key: str, config_id: str) -> None:
        body: Document = {"config_id": config_id}
        try:
            await self._transport.post("externalcontact/del_contact_way", body, background=True, repeatable=True)
        except WeComError as error:
            if error.errcode not in _UNKNOWN:  # it is gone already
                raise
        await self._chores.way_removed(key, self._clock())


def _body_of(order: WayOrder) -> Document:
    kind = _SINGLE if len(order.members) == 1 else _MULTI
    return {
        "type": kind,
        "scene": _QR,
        "remark": order.name,
        "skip_verify": True,
        "state": order.state,
        "user": list(order.members),
    }
