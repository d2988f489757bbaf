"""Who composes and sends what a pump has claimed, and knows what follows from it: the part of a pump that knows what a
message is."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlmodel import Session

from crm_core.chat import Pacing
from crm_core.outreach.claims import Claimed
from crm_core.outreach.deliveries import Verdict

Sleep = Callable[[float], Awaitable[None]]

#: Returns when a message may go out.
Turn = Callable[[], Awaitable[None]]


@dataclass(frozen=True, eq=False)
class Ended:
    """A delivery that was carried, and what becomes of it."""

    claimed: Claimed
    verdict: Verdict


class TooLate(Exception):
    """The turn came when the lease had run out: it may be somebody else's by now."""


class Carrier(Protocol):
    """Composes and sends a claimed delivery, and knows what its end means for its cause."""

    def pacing(self, lane: str) -> Pacing:
        """How this lane's account may be used."""

    async def carry(self, claimed: Claimed, turn: Turn) -> Verdict:
        """Look once more whether it should go out, wait for its turn, and send it.

        What the platform refuses is part of the verdict; what `turn` raises is passed on.
        """

    def settle(self, session: Session, ended: Sequence[Ended], *, pump: str, now: datetime) -> None:
        """Write down what became of these, with what follows from it, but of none that another pump took over."""
