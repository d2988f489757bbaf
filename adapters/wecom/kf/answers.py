"""Answers of staff to customers of 微信客服 (page "发送消息"): each goes out once at most.

WeCom does not tell afterwards what it was given, so an answer of which nobody knows whether it arrived is not sent
again: its author is told, and looks.
"""

import hashlib
import logging

from adapters.plain import plain
from adapters.wecom.errors import Remedy, WeComError, undelivered
from adapters.wecom.kf.payload import ROOM
from adapters.wecom.transport import Transport
from crm_core.chat import Attachment, DeliveryError, Document, OutboundMessage, Receipt, Sender, SenderKind
from crm_core.desk import Memory

log = logging.getLogger(__name__)

#: Bytes of a text.
MOST = 2_048

_KIND = "kf_answer"
UNSURE = "outcome_unknown"


class Answers:
    """The way into rooms of 微信客服."""

    def __init__(self, transport: Transport, memory: Memory) -> None:
        self._transport = transport
        self._memory = memory

    def takes(self, message: OutboundMessage) -> bool:
        return message.room_id.startswith(ROOM)

    async def send(self, message: OutboundMessage) -> Receipt:
        """A text. Raises `DeliveryError`."""
        account, customer = parties_of(message.room_id)
        words = plain(message.card.text)
        if not words or len(words.encode()) > MOST:
            raise DeliveryError("text is empty or too long", permanent=True)
        msgid = message_id_of(message)
        if (known := await self._begun(msgid)) is not None:
            return known
        asked: Document = {
            "touser": customer,
            "open_kfid": account,
            "msgid": msgid,
            "msgtype": "text",
            "text": {"content": words},
        }
        return await self._post(msgid, asked)

    async def roster(self, room_id: str) -> tuple[Sender, ...] | None:
        """The customer reads there."""
        if not room_id.startswith(ROOM):
            return None
        return (Sender(parties_of(room_id)[1], kind=SenderKind.EXTERNAL),)

    async def reaches(self, room_id: str) -> bool:
        """It writes to customers alone."""
        del room_id
        return False

    async def fetch(self, room_id: str, file: Attachment, most: int) -> bytes | None:
        """Files of customers are not fetched."""
        del room_id, file, most
        return None

    async def _begun(self, msgid: str) -> Receipt | None:
        """The receipt of an answer that arrived; None from now on means that it is on its way."""
        if await self._memory.replace(_KIND, msgid, None, {"sent": False}):
            return None
        known = await self._memory.get(_KIND, msgid)
        if known is not None and known["sent"]:
            return Receipt(msgid)
        raise DeliveryError(UNSURE, permanent=True)

    async def _post(self, msgid: str, asked: Document) -> Receipt:
        """The message is known by our id; the answer repeats it."""
        try:
            await self._transport.post("kf/send_msg", asked)
        except WeComError as error:
            failure = error
        else:
            await self._memory.put(_KIND, msgid, {"sent": True})
            return Receipt(msgid)
        if failure.unknown or failure.what_to_do is Remedy.RECONCILE:
            raise DeliveryError(UNSURE, permanent=True)
        await self._memory.take(_KIND, msgid)
        if failure.what_to_do is Remedy.LATE:
            raise DeliveryError(f"errcode {failure.errcode}", permanent=True)
        raise undelivered(failure)


def parties_of(room_id: str) -> tuple[str, str]:
    """The account and the customer of a room. Raises `DeliveryError`."""
    _, _, parties = room_id.partition(ROOM)
    account, colon, customer = parties.partition(":")
    if not account or not colon or not customer:
        raise DeliveryError("no such room", permanent=True)
    return account, customer


def message_id_of(message: OutboundMessage) -> str:
    """Our own id of a message: the same for the same key, of the characters and the length that WeCom takes."""
    return hashlib.sha256(f"{message.room_id} {message.key}".encode()).hexdigest()[:32]
