"""What is done about events that are no messages, each by its own table entry."""

from collections.abc import Awaitable, Callable, Mapping

from adapters.slack.told import object_of
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


async def nothing(payload: Document) -> None:
    """Nothing more."""
    del payload


class Comings:
    """`member_joined_channel` and `member_left_channel`: who reads there is asked anew. `then`: what else is done."""

    def __init__(self, roster_changed: Callable[[str], None], then: Attend = nothing) -> None:
        self._roster_changed = roster_changed
        self._then = then

    async def attend(self, payload: Document) -> None:
        self._roster_changed(str(object_of(payload.get("event")).get("channel", "")))
        await self._then(payload)
