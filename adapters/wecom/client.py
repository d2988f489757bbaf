"""WeCom as a chat platform: where each message goes, and what is known of it afterwards."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from adapters.enclosed import named
from adapters.health import Health
from adapters.receipts import Receipts
from adapters.wecom import cards, format, rooms  # noqa: A004
from adapters.wecom.allowance import Allowance
from adapters.wecom.enclosing import Enclosing
from adapters.wecom.errors import Remedy, WeComError, undelivered
from adapters.wecom.payload import People
from adapters.wecom.tickets import Tickets
from adapters.wecom.transport import Transport
from crm_core.chat import (
    Attachment,
    DeliveryError,
    Document,
    OutboundMessage,
    Pacing,
    Receipt,
    Sender,
    Urgency,
)
from crm_core.desk import TooLarge

log = logging.getLogger(__name__)

#: Seconds until an answer that may be on its way is sent again.
ON_ITS_WAY = 1.0
#: Seconds in which WeCom shows the same to the same person once: four hours is the longest it takes.
_ONCE_WITHIN = 14_400


class Way(Protocol):
    """Another way for messages than the app: the robot, a customer's chat."""

    def takes(self, message: OutboundMessage) -> bool:
        """Whether this message goes this way."""

    async def send(self, message: OutboundMessage) -> Receipt:
        """Raises `DeliveryError`."""

    async def roster(self, room_id: str) -> tuple[Sender, ...] | None:
        """Who reads there, the bot left out; None: not a room of this way. Raises `DeliveryError`."""

    async def reaches(self, room_id: str) -> bool:
        """Whether it may write into this direct chat by itself."""

    async def fetch(self, room_id: str, file: Attachment, most: int) -> bytes | None:
        """The bytes of a file that came this way; None: it did not. Raises `DeliveryError`."""


class WeCom:
    """The platform. `app`: None when there is a robot alone. `ways` are asked in order, before the app."""

    name = "wecom"
    pacing = Pacing(per_lane=0.05, per_room=2.0, gathers=True)
    whispers = False
    discreet = False
    edits = False
    call = "@机器人 "

    def __init__(
        self,
        app: "App | None",
        *,
        people: People,
        health: Health,
        ways: Sequence[Way] = (),
    ) -> None:
        self._app = app
        self._people = people
        self._health = health
        self._ways = ways
        self._receipts = Receipts()

    async def send(self, message: OutboundMessage) -> Receipt:
        room, key = message.room_id, message.key
        receipt = self._receipts.receipt(room, key)
        if receipt is None:
            receipt = await self._send(message)
        self._receipts.keep(room, key, receipt)
        return receipt

    async def find(self, room_id: str, key: str) -> Receipt | None:
        """WeCom cannot tell; what is asked for here may be there, so what is sent again must not be shown twice."""
        receipt = self._receipts.receipt(room_id, key)
        if receipt is None:
            self._receipts.keep(room_id, key, None)
        return receipt

    async def roster(self, room_id: str) -> tuple[Sender, ...]:
        for way in self._ways:
            if (found := await way.roster(room_id)) is not None:
                return found
        userid = rooms.userid_in(room_id)
        if not userid:
            raise DeliveryError("no such room", permanent=True)
        return (Sender(userid, self._people.name(userid)),)

    async def direct_room(self, platform_user_id: str) -> str:
        """Raises `DeliveryError` for whom only the robot could write to, and who has not spoken to it."""
        room_id = rooms.direct(platform_user_id)
        if self._app is None and not any([await way.reaches(room_id) for way in self._ways]):
            raise DeliveryError("this person has not written to the robot yet", permanent=True)
        return room_id

    async def fetch(self, room_id: str, file: Attachment, most: int) -> bytes:
        for way in self._ways:
            if (content := await way.fetch(room_id, file, most)) is not None:
                return content
        if self._app is None or not rooms.is_direct(room_id):
            raise DeliveryError("no way to this file", permanent=True)
        return await self._app.fetch(file, most)

    async def state(self) -> Mapping[str, str]:
        return self._health.state()

    async def _send(self, message: OutboundMessage) -> Receipt:
        for way in self._ways:
            if way.takes(message):
                return await way.send(named(message))
        if self._app is None or not rooms.is_direct(message.room_id):
            raise DeliveryError("no way into this room", permanent=True)
        return await self._send_by_app(self._app, message)

    async def _send_by_app(self, app: "App", message: OutboundMessage) -> Receipt:
        try:
            return await app.send(message, again=self._receipts.is_unsure(message.room_id, message.key))
        except WeComError as error:
            failure = error
        if failure.unknown:
            self._receipts.keep(message.room_id, message.key, None)
        raise undelivered(failure)


class App:
    """The self-built app's chat with each member of staff. Raises `WeComError`, and `DeliveryError` for who is gone.

    `callback`: WeCom can reach it, without which there are no buttons. `enclosing`: for files, which are named without.
    """

    def __init__(
        self,
        transport: Transport,
        agent_id: int,
        *,
        tickets: Tickets,
        allowance: Allowance,
        callback: bool,
        enclosing: Enclosing | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._enclosing = enclosing
        self._transport = transport
        self._agent_id = agent_id
        self._tickets = tickets
        self._allowance = allowance
        self._callback = callback
        self._sleep = sleep

    async def send(self, message: OutboundMessage, *, again: bool = False) -> Receipt:
        """`again`: it may be there already."""
        if message.files:
            self._tickets.settle(message.reply_token)
            return await self._post_all(named(message) if self._enclosing is None else message, again=again)
        receipt = self._reply(message)
        if receipt is not None:
            return receipt
        self._tickets.settle(message.reply_token)
        return await self._change(message) or await self._post_all(message, again=again)

    async def fetch(self, file: Attachment, most: int) -> bytes:
        """What somebody gave to the app. Raises `DeliveryError`."""
        try:
            return (await self._transport.download(file.platform_file_id, most=most)).content
        except WeComError as error:
            failure = error
        raise TooLarge if failure.reason == "too_long" else undelivered(failure)

    def _reply(self, message: OutboundMessage) -> Receipt | None:
        """Back with the request that asked, if WeCom still waits: text, or the pressed card changed."""
        token, card = message.reply_token, message.card
        if message.replaces and cards.fits(card) and self._tickets.takes(token, card=True):
            changed = cards.to_markup(cards.changed(card))
            self._tickets.reply(token, {"MsgType": "update_template_card", "TemplateCard": changed})
            return Receipt(message.replaces)
        if self._callback and cards.shown(card.buttons):
            return None
        said = format.pages(card, format.TEXT)
        if message.replaces or len(said) != 1 or not self._tickets.takes(token, card=False):
            return None
        self._tickets.reply(token, {"MsgType": "text", "Content": said[0]})
        return Receipt(f"reply:{token}")

    async def _change(self, message: OutboundMessage) -> Receipt | None:
        """The pressed card, later. None when it cannot be changed: then the answer is a message of its own."""
        if not message.replaces or not cards.fits(message.card):
            return None
        code = self._tickets.response_code(message.reply_token)
        if not code:
            return None
        body = {
            "userids": [_userid(message)],
            "agentid": self._agent_id,
            "response_code": code,
            "template_card": cards.changed(message.card),
        }
        try:
            await self._transport.post("message/update_template_card", body)
        except WeComError as error:
            log.warning("WeCom: a card was not changed: %s", error)
            return None
        return Receipt(message.replaces)

    async def _post_all(self, message: OutboundMessage, *, again: bool) -> Receipt:
        """Page after page, the files, then the buttons; the receipt is that of the buttons, by which a press names the
        message."""
        bodies = self._bodies(message)
        buttons = [body for body in bodies if "template_card" in body]
        said = [body for body in bodies if body not in buttons]
        if message.files and self._enclosing is not None:
            return await self._enclosing.show(message, said, buttons, self._post, again=again)
        return [await self._post(message, body, again=again) for body in (*said, *buttons)][-1]

    def _bodies(self, message: OutboundMessage) -> list[Document]:
        card, key = message.card, message.key
        buttons = cards.of(card, key) if self._callback else []
        style = format.style_of(card)
        said = [] if buttons and cards.fits(card) else format.pages(card, style)
        if not said and not buttons and not message.files:
            said = ["…"]
        texts = [format.to_message(page, style, key) for page in said]
        return [*texts, *({"msgtype": "template_card", "template_card": each} for each in buttons)]

    async def _post(self, message: OutboundMessage, body: Document, *, again: bool, once: bool = True) -> Receipt:
        """One message. What somebody waits for is sent again when no answer came; WeCom shows the same once."""
        await self._allowance.take(_userid(message), message.urgency)
        whole = {"touser": _userid(message), "agentid": self._agent_id, **body, **(_once(message) if once else {})}
        try:
            return await self._post_once(message, whole, again=again)
        except WeComError as error:
            failure = error
        if failure.unknown and not again and message.key and message.urgency is Urgency.WAITED_FOR:
            await self._sleep(ON_ITS_WAY)
            return await self._post_once(message, {**whole, **_once(message)}, again=True)
        raise failure

    async def _post_once(self, message: OutboundMessage, whole: Document, *, again: bool) -> Receipt:
        """`again`: a card whose task id is refused now is there already."""
        task_id = str(whole.get("template_card", {}).get("task_id", ""))
        try:
            answer = await self._transport.post("message/send", whole)
        except WeComError as error:
            if not (again and task_id and error.what_to_do is Remedy.FIX):
                raise
            return Receipt(task_id)
        if answer.get("invaliduser") or answer.get("unlicenseduser"):
            raise DeliveryError("this person cannot be reached by the app", permanent=True)
        return Receipt(task_id or str(answer.get("msgid", "")) or f"sent:{message.key}")


def _once(message: OutboundMessage) -> Document:
    if not message.key:
        return {}
    return {"enable_duplicate_check": 1, "duplicate_check_interval": _ONCE_WITHIN}


def _userid(message: OutboundMessage) -> str:
    return rooms.userid_in(message.room_id)
