"""欢迎语: said to a new customer within the 20 seconds in which WeCom lets us, once."""

import asyncio
import logging
from collections.abc import Callable, Sequence

from adapters.wecom.contacts import shapes
from adapters.wecom.errors import WeComError
from adapters.wecom.events import Event
from adapters.wecom.markup import text_of
from adapters.wecom.tokens import Clock
from adapters.wecom.transport import Transport
from crm_core.address_book import AddressBook
from crm_core.chat import Document

log = logging.getLogger(__name__)

#: Bytes of a welcome.
LONGEST = 4000

_GREETED = frozenset({"add_external_contact", "add_half_external_contact", "msg_audit_approved"})
#: Too late, said already, being said: another app was first, or they talk already.
_NOTED = frozenset({41050, 41051, 41096})
#: A code is only good with the secret of the application that heard of the customer, and which one did is not told.
_ANOTHER = frozenset({41050, 48002})
#: Seconds from the event in which a code is good, and for looking up a name.
_GOOD = 20.0
_NAME = 4.0


class Welcome:
    """`words` may name {name} and {owner}. `transports`: of the secrets whose application may have heard, the likeliest
    first. `said`: told how each ended, by a word."""

    def __init__(
        self,
        transports: Sequence[Transport],
        book: AddressBook,
        words: str,
        clock: Clock,
        said: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._transports = transports
        self._book = book
        self._words = words
        self._clock = clock
        self._said = said

    async def attend(self, event: Event) -> None:
        """Greet, if there is a code for it. Never raises what WeCom refuses: nobody greets later."""
        code = event.secrets.get("WelcomeCode", "")
        if not self._words or not code or event.change not in _GREETED:
            return
        if (self._clock() - event.received_at).total_seconds() > _GOOD:
            self._said("too late")
            return
        words = await self._filled(text_of(event.fields, "ExternalUserID"), text_of(event.fields, "UserID"))
        refusal = await self._say({"welcome_code": code, "text": {"content": words}})
        if refusal is not None and refusal.errcode not in _NOTED:
            log.warning("WeCom: a customer was not welcomed: %s", refusal)
        self._said("said" if refusal is None else refusal.reason)

    async def _say(self, body: Document) -> WeComError | None:
        """Why it was not said."""
        refusal: WeComError | None = None
        for transport in self._transports:
            try:
                await transport.post("externalcontact/send_welcome_msg", body)
            except WeComError as error:
                refusal = error
            else:
                return None
            if refusal.errcode not in _ANOTHER:
                return refusal
        return refusal

    async def _filled(self, contact: str, member: str) -> str:
        names = await self._book.greeting(contact, member)
        name = names.name
        if "{name}" in self._words and not name:
            name = await self._name(contact)
        words = self._words.replace("{name}", name).replace("{owner}", names.owner)
        return words.encode()[:LONGEST].decode(errors="ignore")

    async def _name(self, contact: str) -> str:
        """What a new customer calls themselves, "" when that cannot be told soon."""
        try:
            async with asyncio.timeout(_NAME):
                answer = await self._transports[0].get("externalcontact/get", external_userid=contact)
        except (TimeoutError, WeComError):
            return ""
        shape = answer.get("external_contact")
        person = shapes.person_of(shape) if isinstance(shape, dict) else None
        return "" if person is None else person.name
