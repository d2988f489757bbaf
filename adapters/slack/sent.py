"""What was sent: by its key, from memory or from the metadata that stands beside each post in Slack.

Metadata can be read by everybody in the channel and by every app there, so it holds nothing but a hash of the key.
"""

import hashlib

from adapters.receipts import Receipts
from adapters.slack.told import object_of, objects_of, word
from adapters.slack.web import Web
from crm_core.chat import Document, Receipt, Urgency

EVENT_TYPE = "crm_outbox"

_PAGE = 200
_MOST_PAGES = 3
_PATIENCE = 20.0


def metadata_of(key: str) -> Document | None:
    """What is put beside a message with this key; None for one without."""
    return {"event_type": EVENT_TYPE, "event_payload": {"key": _hash(key)}} if key else None


class Sent(Receipts):
    """The receipts of the last messages with a key; those that are not there, Slack is asked for."""

    def __init__(self, web: Web) -> None:
        super().__init__()
        self._web = web

    async def look(
        self, room: str, key: str, *, team: str = "", thread: str = "", urgency: Urgency = Urgency.DUE
    ) -> Receipt | None:
        """The message with this key among the latest of the channel, or of the thread. Raises `SlackError`."""
        method = "conversations.replies" if thread else "conversations.history"
        pages = self._web.pages(
            method,
            team=team,
            channel=room,
            include_all_metadata=True,
            limit=_PAGE,
            patience=_PATIENCE,
            urgency=urgency,
            ts=thread or None,
        )
        left = _MOST_PAGES
        async for page in pages:
            for message in objects_of(page.get("messages")):
                if _is_of(message, key):
                    return Receipt(word(message, "ts"))
            left -= 1
            if not left:
                break
        return None


def _is_of(message: Document, key: str) -> bool:
    metadata = object_of(message.get("metadata"))
    return metadata.get("event_type") == EVENT_TYPE and metadata.get("event_payload") == {"key": _hash(key)}


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]
