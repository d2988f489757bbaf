"""What Slack gives for a consent, and again before it runs out ("oauth.v2.access", "Token rotation")."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.direct import open_session
from adapters.slack import calls
from adapters.slack.calls import Refused
from adapters.slack.installation import Installation
from adapters.slack.told import object_of, word
from crm_core.chat import Document


@dataclass(frozen=True)
class Client:
    """The app as Slack knows it when it asks for tokens."""

    api_url: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True)
class Grant:
    """`expires`: when the token runs out, None for never; `refresh`: what gets the next one, for one use."""

    installation: Installation
    refresh: str = field(default="", repr=False)
    expires: datetime | None = None


class Grants:
    """Asks for tokens. All raise `Refused`."""

    def __init__(self, client: Client, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._clock = clock

    async def for_code(self, code: str, redirect_uri: str) -> Grant:
        """What a consent brings. An installation for a whole organization is refused."""
        told = await self._access(code=code, redirect_uri=redirect_uri)
        if told.get("is_enterprise_install"):
            raise Refused("org_install_not_supported")
        token = word(told, "access_token")
        who = await self.who(token)
        return self._grant(told, who, token)

    async def for_refresh(self, refresh: str, installation: Installation) -> Grant:
        """The next pair. The old refresh token is good for nothing after a short grace."""
        told = await self._access(grant_type="refresh_token", refresh_token=refresh)
        who = {"team_id": installation.team_id, "team": installation.name, "bot_id": installation.bot_id}
        return self._grant(told, who, word(told, "access_token"))

    async def who(self, token: str) -> Document:
        """Whose token it is."""
        async with open_session() as session:
            return (await calls.call(session, self._client.api_url, "auth.test", token)).document

    async def _access(self, **arguments: str) -> Document:
        credentials = {"client_id": self._client.client_id, "client_secret": self._client.client_secret}
        async with open_session() as session:
            asked = {**credentials, **arguments}
            return (await calls.call(session, self._client.api_url, "oauth.v2.access", "", **asked)).document

    def _grant(self, told: Document, who: Document, token: str) -> Grant:
        team_id = word(object_of(told.get("team")), "id")
        if not token or not team_id or team_id != who.get("team_id"):
            raise Refused("unexpected_answer")
        seconds = told.get("expires_in")
        installation = Installation(
            team_id=team_id,
            bot_user_id=word(told, "bot_user_id"),
            bot_id=word(who, "bot_id"),
            app_id=word(told, "app_id"),
            bot_token=token,
            enterprise_id=word(object_of(told.get("enterprise")), "id"),
            scopes=tuple(scope for scope in word(told, "scope").split(",") if scope),
            name=word(who, "team"),
        )
        expires = self._clock() + timedelta(seconds=seconds) if isinstance(seconds, int) else None
        return Grant(installation, word(told, "refresh_token"), expires)
