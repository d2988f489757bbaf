"""How many of an audience receive a broadcast, where, from whom; and how many do not, and why."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from crm_core.outreach.audiences import Found

#: So many are counted, or frozen, or steered, at once; more of them a slice at a time.
SMALL = 2_000

_SAMPLES = 3
_ROOMS = 5


@dataclass
class Tally:
    """`left_out`: reason → how many. `ways`: platform → how many. `senders`: member of staff → how many. `first`: the
    first who receive it, each with the member of staff who sends it. `rooms`: the first it goes to."""

    total: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    ways: dict[str, int] = field(default_factory=dict)
    senders: dict[int, int] = field(default_factory=dict)
    first: list[tuple[int, int | None]] = field(default_factory=list)
    rooms: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, found: Iterable[Found]) -> Self:
        tally = cls()
        tally.add(found)
        return tally

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Self:
        """What `document` wrote; nothing counted, of an empty one."""
        senders = {int(staff_id): count for staff_id, count in document.get("senders", {}).items()}
        first = [(customer_id, sender) for customer_id, sender in document.get("first", ())]
        left_out, ways, rooms = document.get("left_out", {}), document.get("ways", {}), document.get("rooms", [])
        return cls(document.get("total", 0), left_out, ways, senders, first, list(rooms))

    @property
    def reachable(self) -> int:
        return sum(self.ways.values())

    def document(self) -> dict[str, Any]:
        senders = {str(staff_id): count for staff_id, count in self.senders.items()}
        return {"total": self.total, "left_out": self.left_out, "ways": self.ways, "senders": senders,
                "first": self.first, "rooms": self.rooms}  # fmt: skip

    def add(self, found: Iterable[Found]) -> None:
        """Further customers of the audience."""
        left_out, ways, senders = Counter(self.left_out), Counter(self.ways), Counter(self.senders)
        for one in found:
            self.total += 1
            if one.reason is not None:
                left_out[one.reason] += 1
                continue
            ways[one.platform or ""] += 1
            if one.sender is not None:
                senders[one.sender] += 1
            if one.conversation_id is not None and len(self.rooms) < _ROOMS and one.conversation_id not in self.rooms:
                self.rooms.append(one.conversation_id)
            if len(self.first) < _SAMPLES:
                self.first.append((one.customer_id, one.sender))
        self.left_out, self.ways, self.senders = dict(left_out), dict(ways), dict(senders)
