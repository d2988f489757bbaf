"""The receipts of the last messages with a key, and which of them may or may not have arrived."""

from adapters.bounded import Bounded
from crm_core.chat import Receipt

_MOST = 10_000


class Receipts:
    """In memory, by room and key."""

    def __init__(self) -> None:
        self._receipts = Bounded[tuple[str, str], Receipt | None](_MOST)

    def receipt(self, room: str, key: str) -> Receipt | None:
        return self._receipts.get((room, key))

    def is_unsure(self, room: str, key: str) -> bool:
        """Whether it was sent without an answer."""
        return bool(key) and self._receipts.get((room, key), ...) is None

    def keep(self, room: str, key: str, receipt: Receipt | None) -> None:
        """`receipt` None: nobody knows whether it arrived."""
        if key:
            self._receipts.pop((room, key), None)
            self._receipts[room, key] = receipt
