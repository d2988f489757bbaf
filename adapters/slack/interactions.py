"""What is done with buttons, menus, shortcuts and forms.

slack-bolt finds the listener: one for each kind of payload, each with its own table below. Of bolt nothing else is
used: requests come to it verified and parsed, who is who it learns from here without asking Slack, and a listener is
done before the reply goes out.
"""

import asyncio
import json
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import forms
from adapters.slack.envelopes import Envelopes, team_of
from adapters.slack.home import Home
from adapters.slack.manifest import LOG_SHORTCUT, TASK_SHORTCUT
from adapters.slack.modals import Modals
from adapters.slack.presses import command_of
from adapters.slack.suggestions import Suggestions
from adapters.slack.told import object_of, word
from adapters.under_way import UnderWay
from crm_core.chat import ChatPlatform, DeliveryError, Document, NotKept

log = logging.getLogger(__name__)
_bolt_log = logging.getLogger(f"{__name__}.bolt")
_bolt_log.setLevel(logging.CRITICAL)

#: Seconds for finding out where a person is answered who pressed something on their home.
_FINDING = 1.5

_KINDS = frozenset(
    {"block_actions", "block_suggestion", "message_action", "shortcut", "view_submission", "view_closed"}
)
_ANY = re.compile("")

_Listener = Callable[[Document, str], Awaitable[Document]]


@dataclass(frozen=True)
class Handlers:
    """What the listeners hand over to. `settled`: waits until what was kept under a key is answered."""

    modals: Modals
    suggestions: Suggestions
    home: Home
    envelopes: Envelopes
    platform: ChatPlatform
    settled: Callable[[str], Awaitable[None]]


class Interactions:
    """`adapters.slack.door.Interactions`."""

    def __init__(self, handlers: Handlers) -> None:
        self.handlers = handlers
        self._redrawing = UnderWay()
        self._shortcuts: dict[str, _Listener] = {
            LOG_SHORTCUT: handlers.modals.open_log,
            TASK_SHORTCUT: handlers.modals.open_task,
        }
        self._forms: dict[str, _Listener] = {
            forms.LOG: handlers.modals.submit,
            forms.TASK: handlers.modals.submit,
        }
        self._options: dict[str, _Listener] = {forms.PICK: handlers.suggestions.offer}
        self._app = self._bolt()

    async def handle(self, payload: Document) -> Document:
        """The body of the reply, `{}` for none. Raises `NotKept`. What makes no sense is passed over."""
        if word(payload, "type") not in _KINDS or not _person_of(payload):
            return {}
        request = AsyncBoltRequest(body=payload, mode="socket_mode")
        try:
            response = await self._app.async_dispatch(request)
        except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
            log.warning("Slack: an interaction is not understood: %s", type(error).__name__)
            return {}
        failure = request.context.get("failure")
        if isinstance(failure, Exception):
            raise failure
        return _body_of(response)

    async def close(self, seconds: float = 2) -> None:
        """Wait for what goes on after its acknowledgement."""
        await self.handlers.modals.finish(seconds)
        await self._redrawing.wait(seconds)

    def _bolt(self) -> AsyncApp:
        app = AsyncApp(
            name="crmbot",
            logger=_bolt_log,
            signing_secret="",
            client=AsyncWebClient(logger=_bolt_log, retry_handlers=[]),
            authorize=_authorize,
            process_before_response=True,
            request_verification_enabled=False,
            ssl_check_enabled=False,
            url_verification_enabled=False,
            ignoring_self_events_enabled=False,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
        app.action(_ANY)(_listener(self._pressed))
        app.options(_ANY)(_listener(self._suggested))
        app.shortcut(_ANY)(_listener(self._called))
        app.view_submission(_ANY)(_listener(self._submitted))
        app.view_closed(_ANY)(_listener(_nothing))
        return app

    async def _pressed(self, payload: Document, person: str) -> Document:
        """Keep what is to be run; of other presses, like those of a button that is a link, nothing is kept."""
        view = object_of(payload.get("view"))
        if not command_of(payload) or view.get("type") == "modal":
            return {}
        if view.get("type") != "home":
            await self.handlers.envelopes.interaction(payload)
            return {}
        kept = await self.handlers.envelopes.interaction(
            {**payload, "channel": {"id": await self._direct_room(person)}}
        )
        if kept.new:
            self._redrawing.run(self._redraw(kept.key, person, team_of(payload)))
        return {}

    async def _suggested(self, payload: Document, person: str) -> Document:
        listener = self._options.get(str(payload.get("action_id")))
        return {"options": []} if listener is None else await listener(payload, person)

    async def _called(self, payload: Document, person: str) -> Document:
        listener = self._shortcuts.get(str(payload.get("callback_id")))
        return {} if listener is None else await listener(payload, person)

    async def _submitted(self, payload: Document, person: str) -> Document:
        listener = self._forms.get(str(object_of(payload.get("view")).get("callback_id")))
        return {} if listener is None else await listener(payload, person)

    async def _direct_room(self, person: str) -> str:
        """Where a press on the home is answered. Raises `NotKept`: Slack shows that it did not work."""
        try:
            async with asyncio.timeout(_FINDING):
                return await self.handlers.platform.direct_room(person)
        except (DeliveryError, TimeoutError):
            raise NotKept from None

    async def _redraw(self, key: str, person: str, team: str) -> None:
        await self.handlers.settled(key)
        await self.handlers.home.draw(person, team)


async def _authorize() -> AuthorizeResult:
    """Bolt calls nothing and is nobody: what is done is done by our own parts."""
    return AuthorizeResult(enterprise_id=None, team_id=None)


def _listener(run: _Listener) -> Callable[..., Awaitable[None]]:
    """A listener of bolt; what it raises is kept for `handle`, since bolt would log it with the payload."""

    async def listen(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        try:
            reply = await run(body, _person_of(body))
        except Exception as error:
            log.debug("an interaction", exc_info=True)
            context["failure"] = error
            await ack()
        else:
            await _acknowledge(ack, reply)

    return listen


async def _acknowledge(ack: AsyncAck, reply: Document) -> None:
    if "options" in reply:
        await ack(options=reply["options"])
    elif "response_action" in reply:
        await ack(response_action=reply["response_action"], errors=reply.get("errors"))
    else:
        await ack()


async def _nothing(_payload: Document, _person: str) -> Document:
    return {}


def _body_of(response: BoltResponse) -> Document:
    if response.status != 200 or not response.body:
        return {}
    return object_of(json.loads(response.body))


def _person_of(payload: Document) -> str:
    return word(object_of(payload.get("user")), "id")
