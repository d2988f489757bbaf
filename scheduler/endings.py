"""What ended in a pump, until it is written down."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlmodel import Session

from crm_core.database import is_unavailable
from crm_core.outreach import marks
from crm_core.outreach.deliveries import Verdict
from scheduler.carrier import Carrier, Ended
from scheduler.leases import Leases
from scheduler.together import Store

log = logging.getLogger(__name__)


class Endings:
    """What was carried, in order. Whatever went out must not go out again, and one end that no database takes keeps
    no other from being marked."""

    def __init__(
        self, store: Store, carrier: Carrier, leases: Leases, *, pump: str, clock: Callable[[], datetime]
    ) -> None:
        self.waiting: list[Ended] = []
        self._store = store
        self._carrier = carrier
        self._leases = leases
        self._pump = pump
        self._clock = clock

    def settled(self, ended: Sequence[Ended]) -> None:
        """These are written down, with what follows from them."""
        for each in ended:
            self.waiting.remove(each)
            self._leases.drop(each.claimed)

    async def settle_singly(self, ended: Sequence[Ended]) -> None:
        """Something cannot be written down, or claimed: each of these in a transaction of its own.

        Raises what `is_unavailable`; those that are not written down by then still wait.
        """
        for each in ended:
            await self._settle_alone(each)
            self.settled((each,))

    async def _settle_alone(self, each: Ended) -> None:
        """The whole, or less and less of it. What cannot be marked at all is left to its lease: whoever claims it when
        that runs out asks the platform first."""
        delivery = each.claimed.delivery
        for less, write in (
            ("what follows from it", self._settle_one),
            ("what the platform said", self._mark),
            ("its end", self._mark_plainly),
        ):
            try:
                await self._store.write(partial(write, each=each))
            except Exception as error:
                if is_unavailable(error):
                    raise
                log.exception("delivery %s: %s could not be written down", delivery.id, less)
            else:
                return

    def _settle_one(self, session: Session, each: Ended) -> None:
        self._carrier.settle(session, (each,), pump=self._pump, now=self._clock())

    def _mark(self, session: Session, each: Ended) -> None:
        self._mark_as(session, each, each.verdict)

    def _mark_plainly(self, session: Session, each: Ended) -> None:
        self._mark_as(session, each, replace(each.verdict, platform_message_id="", problem="unmarkable"))

    def _mark_as(self, session: Session, each: Ended, verdict: Verdict) -> None:
        fates = [(delivery, verdict) for delivery in each.claimed.all]
        marks.mark(session, fates, pump=self._pump, now=self._clock())
