"""What is offered while somebody types into a field for a customer."""

from adapters.slack import PLATFORM
from adapters.slack.forms import option
from crm_core.chat import Document
from crm_core.desk import Desk

#: Slack takes a hundred; so many are read.
MOST = 20
_LONGEST = 100


class Suggestions:
    """Whoever is not of the staff is offered nothing."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def offer(self, payload: Document, person: str) -> Document:
        """The reply to a `block_suggestion`."""
        typed = payload.get("value")
        text = typed[:_LONGEST] if isinstance(typed, str) else ""
        choices = await self._desk.suggest(PLATFORM, person, text, MOST)
        return {"options": [option(choice) for choice in choices]}
