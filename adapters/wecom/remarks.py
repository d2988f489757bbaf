"""备注: what was changed here, noted on the connections there; only where that is wanted."""

from datetime import datetime

from adapters.wecom.doing import Do
from adapters.wecom.tokens import Clock
from adapters.wecom.transport import Transport
from crm_core.address_book import Chores, Remark
from crm_core.chat import Document


class Remarks:
    """Writes names and phones."""

    def __init__(self, transport: Transport, chores: Chores, clock: Clock) -> None:
        self._transport = transport
        self._chores = chores
        self._clock = clock

    def of(self, kind: str) -> Do:
        """Who does chores of this kind: "remark", "phones"."""

        async def do(key: str, _body: Document) -> datetime | None:
            wanted = await self._chores.remark(kind, key)
            if wanted is not None:
                await self._transport.post("externalcontact/remark", _body_of(wanted), background=True, repeatable=True)
                await self._chores.remarked(key, wanted, self._clock())
            return None

        return do


def _body_of(wanted: Remark) -> Document:
    body: Document = {"userid": wanted.member, "external_userid": wanted.contact}
    if wanted.remark is not None:
        body["remark"] = wanted.remark
    if wanted.phones is not None:
        body["remark_mobiles"] = list(wanted.phones) or [""]
    return body
