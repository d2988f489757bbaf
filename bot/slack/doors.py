"""What lets Slack in."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter

from adapters.slack.door import Door
from adapters.slack.history.history import History
from adapters.slack.interactions import Interactions
from adapters.slack.listening import Listening
from adapters.slack.looking import Promise
from adapters.slack.sockets import Sockets
from adapters.slack.webhook import Webhook


@dataclass(frozen=True)
class Doors:
    """Over HTTP when there is a signing secret, over sockets when there is a token for them."""

    door: Door
    interactions: Interactions
    routes: APIRouter
    webhook: Webhook | None
    sockets: Listening | Sockets | None
    history: History
    promises: Sequence[Promise]

    async def open(self) -> None:
        """After what a stop left behind was taken up."""
        self.door.resume(self.promises)
        if self.sockets is not None:
            await self.sockets.start()
        await self.history.start()

    async def close(self) -> None:
        await self.history.stop()
        if self.sockets is not None:
            await self.sockets.stop()
        await self.door.close()
        await self.interactions.close()
