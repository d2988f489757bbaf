"""Who calls: a bearer token of the configuration becomes a caller with a viewer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from secrets import compare_digest
from typing import Annotated, TypeVar

from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlmodel import Session

from bot.clock import Clock
from bot.config import Config, Token
from bot.threads import Core
from crm_core.people import operations
from crm_core.people import viewer as viewers
from crm_core.people.viewer import Right, Viewer

T = TypeVar("T")
Work = Callable[[Session, Viewer, datetime], T]

_BEARER = HTTPBearer(auto_error=False, description="A token of the configuration: [[api.tokens]]")


@dataclass(frozen=True)
class Api:
    """What the routes work with; `mount` puts it into the state of the application."""

    core: Core
    config: Config
    clock: Clock

    def token(self, given: str) -> Token | None:
        """The token of the configuration that was given, compared in constant time."""
        matching = [
            token
            for token in self.config.api.tokens
            if compare_digest(given.encode(), token.token.get_secret_value().encode())
        ]
        return matching[0] if matching else None


@dataclass(frozen=True)
class Caller:
    """Whoever holds the token of this request, and the three ways to work for them."""

    api: Api
    viewer: Viewer
    command: str

    @property
    def country(self) -> str:
        return self.api.config.bot.country

    async def read(self, look: Work[T]) -> T:
        """Run `look` in a reading session."""
        self.viewer.require(Right.READ)
        return await self.api.core.read(lambda session: look(session, self.viewer, self.api.clock()))

    async def look(self, look: Work[T]) -> T:
        """Run `look` where the looking itself is put on record."""
        self.viewer.require(Right.READ)
        return await self.api.core.write(lambda session: look(session, self.viewer, self.api.clock()))

    async def write(self, change: Work[T], right: Right = Right.WRITE) -> T:
        """Run `change`, which takes this right, as one recorded operation in one transaction."""
        self.viewer.require(right)
        return await self.api.core.write(lambda session: self._recorded(session, change))

    def _recorded(self, session: Session, change: Work[T]) -> T:
        now = self.api.clock()
        with operations.recording(session, viewer=self.viewer, command=self.command, now=now):
            return change(session, self.viewer, now)


async def _caller(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]
) -> Caller:
    api: Api = request.app.state.api
    token = api.token(credentials.credentials) if credentials else None
    if token is None:
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
    bot = api.config.bot
    viewer = viewers.of_token(token.name, token.role, timezone=bot.timezone, language=bot.language)
    return Caller(api, viewer, f"{request.method} {request.url.path}")


#: The argument of a route that knows who calls. 401 without a known token.
CallerArgument = Annotated[Caller, Depends(_caller)]
