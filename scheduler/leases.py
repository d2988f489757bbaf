"""Until when the deliveries in the hands of a pump are its own."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from crm_core.outreach.claims import Claimed

#: How long a claim holds unless it is renewed, and so how long a crash delays what was being sent.
LEASE = timedelta(seconds=6)


class Leases:
    """Every delivery a pump claimed and did not mark yet. One that another pump took over is no longer among them."""

    def __init__(self) -> None:
        self._until: dict[int, datetime] = {}

    def take(self, claimed: Claimed, now: datetime) -> None:
        self._until.update((delivery.id, now + LEASE) for delivery in claimed.all)

    def drop(self, claimed: Claimed) -> None:
        for delivery in claimed.all:
            self._until.pop(delivery.id, None)

    def ending(self, before: datetime) -> Sequence[int]:
        """The ids of those whose lease runs out before this moment, or did already."""
        return [id_ for id_, until in self._until.items() if until < before]

    def renew(self, ids: Collection[int], kept: Collection[int], now: datetime) -> Sequence[int]:
        """Of these `ids` the `kept` ones are held longer. Returns those of the others that were still counted on: they
        are lost."""
        lost = [id_ for id_ in ids if id_ in self._until and id_ not in kept]
        self._until.update((id_, now + LEASE) for id_ in kept if id_ in self._until)
        for id_ in lost:
            del self._until[id_]
        return lost

    def hold(self, claimed: Claimed, now: datetime) -> bool:
        """Whether it may be sent: nobody else can have claimed any part of it."""
        return all(each.id in self._until and now < self._until[each.id] for each in claimed.all)
