"""What WeCom is asked to do because somebody changed something here: tags marked, remarks written, codes made …

Each is looked up when it is done, and may be done twice without a trace.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from adapters.wecom.errors import WeComError, undelivered
from crm_core.chat import DeliveryError, Document

#: Does the chore of this key; when to look at it again, None when it is done. Raises `WeComError`, `DeliveryError`.
Do = Callable[[str, Document], Awaitable[datetime | None]]


class WeComDoer:
    """`crm_core.address_book.Doer`: `by_kind` is who does which chore."""

    def __init__(self, by_kind: Mapping[str, Do]) -> None:
        self._by_kind = by_kind

    async def do(self, kind: str, key: str, body: Document) -> datetime | None:
        do = self._by_kind.get(kind)
        if do is None:
            raise DeliveryError("nobody does this", permanent=True)
        try:
            return await do(key, body)
        except WeComError as error:
            failure = undelivered(error)
        raise failure
