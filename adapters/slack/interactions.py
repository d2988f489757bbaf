"""What is done with buttons, menus, shortcuts and forms."""

from adapters.slack.envelopes import Envelopes
from crm_core.chat import Document


class Presses:
    """Keeps what is pressed, and passes over the rest."""

    def __init__(self, envelopes: Envelopes) -> None:
        self._envelopes = envelopes

    async def handle(self, payload: Document) -> Document:
        """The body of the reply, `{}` for none. Raises `NotKept`."""
        if payload.get("type") == "block_actions" and payload.get("actions"):
            await self._envelopes.interaction(payload)
        return {}
