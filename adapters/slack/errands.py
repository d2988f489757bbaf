"""What is done about events that are no messages, each by its own table entry."""

from collections.abc import Awaitable, Callable, Mapping

from crm_core.chat import Document

Attend = Callable[[Document], Awaitable[None]]


class Errands:
    """`table`: the type of an event, or of a notice → who looks after it."""

    def __init__(self, table: Mapping[str, Attend]) -> None:
        self._table = table

    async def attend(self, payload: Document) -> None:
        """Look after one event or notice, if anybody does."""
        event = payload.get("event")
        kind = event.get("type") if isinstance(event, dict) else payload.get("type")
        attend = self._table.get(str(kind))
        if attend is not None:
            await attend(payload)
