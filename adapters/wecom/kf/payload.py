"""Entries of `kf/sync_msg` → what happened in the room `kf:<open_kfid>:<external_userid>`.

An event names the account and the customer inside; everything else beside its body.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from adapters.bounded import Bounded
from adapters.wecom.archive import words
from adapters.wecom.archive.bodies import text_of
from adapters.wecom.transport import Transport
from crm_core.chat import Attachment, Document, Happening, InboundMessage, Room, RoomKind, Sender, SenderKind

ROOM = "kf:"

_CUSTOMER, _SERVICER = 3, 5
_RECALLS = frozenset({"user_recall_msg", "servicer_recall_msg"})
_MOST_NAMES = 20_000
_ASKED_FOR = 100

_MEDIA = {
    "image": (words.NAMES["image"], "image/jpeg"),
    "voice": (words.NAMES["voice"], "audio/amr"),
    "video": (words.NAMES["video"], "video/mp4"),
    "file": (words.NAMES["file"], ""),
}
#: msgtype → its label, and the fields that are shown after it.
_SHOWN = {
    "link": ("link", ("title", "desc", "url")),
    "business_card": ("card", ("userid",)),
    "miniprogram": ("weapp", ("title",)),
    "location": ("location", ("name", "address", "latitude", "longitude")),
    "channels": ("channels", ("nickname", "title")),
    "channels_shop_product": ("product", ("title", "price", "shop_nickname")),
    "channels_shop_order": ("order", ("order_id", "product_titles", "price_wording", "state")),
    "merged_msg": ("chatrecord", ("title",)),
    "note": ("note", ()),
}


class ServiceMessages:
    """Reads envelopes of 微信客服; `transport` tells what customers call themselves."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._names = Bounded[str, str](_MOST_NAMES)

    async def acquaint(self, bodies: Sequence[Document]) -> None:
        """Learn the names of customers nobody asked for yet. May raise what `transport` does."""
        customers = dict.fromkeys(customer for body in bodies if (customer := ids_of(body)[1]))
        unknown = [customer for customer in customers if customer not in self._names]
        for at in range(0, len(unknown), _ASKED_FOR):
            asked = {"external_userid_list": unknown[at : at + _ASKED_FOR], "need_enter_session_context": 0}
            answer = await self._transport.post("kf/customer/batchget", asked, background=True)
            listed = answer.get("customer_list")
            for one in listed if isinstance(listed, list) else ():
                if isinstance(one, dict):
                    self._names[text_of(one, "external_userid")] = text_of(one, "nickname")

    def parse(self, body: Document) -> tuple[InboundMessage, ...]:
        """Raises `ValueError` and its like for what is no entry."""
        row: Document = body["row"]
        account, customer = ids_of(body)
        if row.get("msgtype") == "event":
            event: Document = row["event"]
            recalled = text_of(event, "recall_msgid")
            if event.get("event_type") not in _RECALLS or not recalled:
                return ()
            return (self._message(row, account, customer, recalled, Happening.DELETED),)
        if row.get("origin") not in {_CUSTOMER, _SERVICER}:
            return ()
        return (self._message(row, account, customer, text_of(row, "msgid"), Happening.POSTED),)

    def _message(
        self, row: Document, account: str, customer: str, message_id: str, happening: Happening
    ) -> InboundMessage:
        if not account or not customer or not message_id:
            raise ValueError("an entry names its account, its customer and itself")
        known = Sender(customer, self._names.get(customer, ""), SenderKind.EXTERNAL)
        servicer = text_of(row, "servicer_userid")
        text, attachments = ("", ()) if happening is Happening.DELETED else _read(row)
        return InboundMessage(
            platform="wecom",
            event_id=f"kf:{text_of(row, 'msgid')}",
            happening=happening,
            room=Room(f"{ROOM}{account}:{customer}", RoomKind.DIRECT, members=(known,)),
            sender=Sender(servicer) if servicer else known,
            platform_message_id=message_id,
            text=text,
            sent_at=datetime.fromtimestamp(int(row["send_time"]), UTC),
            attachments=attachments,
        )


def ids_of(body: Document) -> tuple[str, str]:
    """The account and the customer of an entry, "" for what it does not say."""
    row = body.get("row")
    row = row if isinstance(row, dict) else {}
    event = row.get("event")
    inside = event if isinstance(event, dict) else {}
    account = text_of(row, "open_kfid") or text_of(inside, "open_kfid") or text_of(body, "account")
    return account, text_of(row, "external_userid") or text_of(inside, "external_userid")


def _read(row: Document) -> tuple[str, tuple[Attachment, ...]]:
    msgtype = text_of(row, "msgtype")
    found: Any = row.get(msgtype)
    body: Document = found if isinstance(found, dict) else {}
    if msgtype == "text":
        return text_of(body, "content"), ()
    if msgtype in _MEDIA:
        label, mime = _MEDIA[msgtype]
        return label, (Attachment(text_of(body, "media_id"), mime=mime),) if text_of(body, "media_id") else ()
    if msgtype == "msgmenu":
        return _menu(body), ()
    if msgtype in _SHOWN:
        label, names = _SHOWN[msgtype]
        return words.labelled(label, *(text_of(body, name) for name in names)), ()
    return words.UNKNOWN.format(type=msgtype or "?"), ()


def _menu(body: Document) -> str:
    items = body.get("list")
    lines = []
    for item in items if isinstance(items, list) else ():
        inside = item.get(str(item.get("type"))) if isinstance(item, dict) else None
        if isinstance(inside, dict):
            lines.append(text_of(inside, "content"))
    return words.labelled("menu", text_of(body, "head_content"), *lines, text_of(body, "tail_content"))
