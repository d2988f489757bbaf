"""The methods of Slack's Web API that are called here, and how often each may be ("Web API rate limits")."""

from dataclasses import dataclass
from enum import IntEnum


class Tier(IntEnum):
    """Calls a minute that a workspace allows each method at least."""

    ONE = 1
    TWO = 20
    THREE = 50
    FOUR = 100
    POSTING = 300


@dataclass(frozen=True)
class Method:
    """`repeatable`: called twice it does the same as once, so that it may be tried again when no answer came.

    `json`: takes a JSON body; the reading methods take forms only.
    """

    tier: Tier = Tier.THREE
    repeatable: bool = False
    json: bool = False


_OTHER = Method()

METHODS: dict[str, Method] = {
    "apps.connections.open": Method(Tier.ONE, repeatable=True),
    "auth.test": Method(Tier.FOUR, repeatable=True),
    "bots.info": Method(Tier.THREE, repeatable=True),
    "chat.postEphemeral": Method(Tier.FOUR, json=True),
    "chat.postMessage": Method(Tier.POSTING, json=True),
    "chat.unfurl": Method(Tier.THREE, repeatable=True, json=True),
    "chat.update": Method(Tier.THREE, repeatable=True, json=True),
    "conversations.history": Method(Tier.THREE, repeatable=True),
    "conversations.info": Method(Tier.THREE, repeatable=True),
    "conversations.members": Method(Tier.FOUR, repeatable=True),
    "conversations.open": Method(Tier.THREE, repeatable=True, json=True),
    "conversations.replies": Method(Tier.THREE, repeatable=True),
    "files.completeUploadExternal": Method(Tier.FOUR, json=True),
    "files.getUploadURLExternal": Method(Tier.FOUR, repeatable=True),
    "files.info": Method(Tier.FOUR, repeatable=True),
    "oauth.v2.access": Method(Tier.FOUR),
    "users.conversations": Method(Tier.TWO, repeatable=True),
    "users.info": Method(Tier.FOUR, repeatable=True),
    "views.open": Method(Tier.FOUR, json=True),
    "views.publish": Method(Tier.FOUR, repeatable=True, json=True),
    "views.update": Method(Tier.FOUR, repeatable=True, json=True),
}


def method_of(name: str) -> Method:
    """What is known of a method; of one not listed, that it is called seldom and never twice."""
    return METHODS.get(name, _OTHER)
