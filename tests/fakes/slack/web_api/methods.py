"""The methods there are: what each needs, what it costs and what does it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tests.fakes.slack.errors import Json
from tests.fakes.slack.web_api import auth, chat, conversations, files, oauth, reactions, unfurls, users, views
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
    "apps.event.authorizations.list": Method(oauth.authorizations, "4", ("authorizations:read",), takes="app"),
    "apps.uninstall": Method(oauth.uninstall, "1"),
    "auth.revoke": Method(oauth.revoke, "3"),
    "auth.test": Method(auth.test, "special", json=True),
    "bots.info": Method(users.bots_info, "3", ("users:read",)),
    "chat.delete": Method(chat.delete, "3", ("chat:write",), json=True),
    "chat.getPermalink": Method(chat.permalink, "special"),
    "chat.postEphemeral": Method(chat.post_ephemeral, "4", ("chat:write",), json=True),
    "chat.postMessage": Method(chat.post_message, "posting", ("chat:write",), json=True),
    "chat.unfurl": Method(unfurls.unfurl, "3", ("links:write",), json=True),
    "chat.update": Method(chat.update, "3", ("chat:write",), json=True),
    "conversations.history": Method(conversations.history, "3", conversations.HISTORY),
    "conversations.info": Method(conversations.info, "3", conversations.READ),
    "conversations.join": Method(conversations.join, "3", ("channels:join",), json=True),
    "conversations.list": Method(conversations.listing, "2", conversations.READ),
    "conversations.members": Method(conversations.members, "4", conversations.READ),
    "conversations.open": Method(conversations.open_direct, "3", ("im:write", "mpim:write"), json=True),
    "conversations.replies": Method(conversations.replies, "3", conversations.HISTORY),
    "files.completeUploadExternal": Method(files.complete_upload, "4", ("files:write",), json=True),
    "files.getUploadURLExternal": Method(files.upload_url, "4", ("files:write",)),
    "files.info": Method(files.info, "4", ("files:read",)),
    "oauth.v2.access": Method(oauth.access, "4", takes="none"),
    "oauth.v2.exchange": Method(oauth.exchange, "4", takes="none"),
    "reactions.add": Method(reactions.add, "3", ("reactions:write",), json=True),
    "reactions.remove": Method(reactions.remove, "2", ("reactions:write",), json=True),
    "team.info": Method(users.team_info, "3", ("team:read",)),
    "users.conversations": Method(conversations.of_user, "2", conversations.READ),
    "users.info": Method(users.info, "4", ("users:read",)),
    "users.list": Method(users.listing, "2", ("users:read",)),
    "users.lookupByEmail": Method(users.lookup_by_email, "3", ("users:read.email",)),
    "views.open": Method(views.open_modal, "4", json=True),
    "views.publish": Method(views.publish, "4", json=True),
    "views.push": Method(views.push, "4", json=True),
    "views.update": Method(views.update, "4", json=True),
}
