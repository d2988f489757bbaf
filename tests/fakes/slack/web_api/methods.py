"""The methods there are: what each needs, what it costs and what does it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tests.fakes.slack.errors import Json
from tests.fakes.slack.web_api import auth, chat, conversations, users
from tests.fakes.slack.web_api.call import Call


@dataclass(frozen=True)
class Method:
    """`scopes`: any of them. `takes`: the kind of token. `json`: whether a JSON body is read at all."""

    run: Callable[[Call], Json]
    tier: str
    scopes: tuple[str, ...] = ()
    takes: Literal["bot", "app", "none"] = "bot"
    json: bool = False


METHODS: dict[str, Method] = {
    "apps.connections.open": Method(auth.connections_open, "1", ("connections:write",), takes="app"),
    "auth.test": Method(auth.test, "special", json=True),
    "bots.info": Method(users.bots_info, "3", ("users:read",)),
    "chat.postMessage": Method(chat.post_message, "posting", ("chat:write",), json=True),
    "conversations.history": Method(conversations.history, "3", conversations.HISTORY),
    "conversations.info": Method(conversations.info, "3", conversations.READ),
    "conversations.join": Method(conversations.join, "3", ("channels:join",), json=True),
    "conversations.list": Method(conversations.listing, "2", conversations.READ),
    "conversations.members": Method(conversations.members, "4", conversations.READ),
    "conversations.open": Method(conversations.open_direct, "3", ("im:write", "mpim:write"), json=True),
    "conversations.replies": Method(conversations.replies, "3", conversations.HISTORY),
    "team.info": Method(users.team_info, "3", ("team:read",)),
    "users.conversations": Method(conversations.of_user, "2", conversations.READ),
    "users.info": Method(users.info, "4", ("users:read",)),
    "users.list": Method(users.listing, "2", ("users:read",)),
    "users.lookupByEmail": Method(users.lookup_by_email, "3", ("users:read.email",)),
}
