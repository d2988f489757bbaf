"""How much somebody is sent is counted where all nodes see it, and looked up only when another one counted."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from adapters.wecom.allowance import PER_MINUTE, Allowance
from crm_core.chat import DeliveryError, Document, Urgency
from tests.adapters.wecom.calling import Clock, Notes


@dataclass
class Watched(Notes):
    """A memory that knows how often it was read."""

    read: list[str] = field(default_factory=list)

    async def get(self, kind: str, key: str) -> Document | None:
        self.read.append(key)
        return await super().get(kind, key)

    def counted(self, userid: str) -> int:
        return len(self.kept["allowance", userid]["moments"])


def conduct(scene: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(60):
            await scene()

    asyncio.run(bounded())


def test_what_this_node_counted_is_not_looked_up_again() -> None:
    async def scene() -> None:
        notes, clock = Watched(), Clock()
        allowance = Allowance(notes, clock)
        for _ in range(3):
            await allowance.take("Alice", Urgency.WAITED_FOR)
            clock.forward(seconds=1)
        assert notes.read == ["alice"]
        assert notes.counted("alice") == 3

    conduct(scene)


def test_what_another_node_counted_meanwhile_counts_too() -> None:
    async def scene() -> None:
        notes, clock = Watched(), Clock()
        nodes = [Allowance(notes, clock), Allowance(notes, clock)]
        for number in range(PER_MINUTE):
            await nodes[number % 3 % 2].take("alice", Urgency.WAITED_FOR)
        assert notes.counted("alice") == PER_MINUTE
        for node in nodes:
            assert await refused(node) > 0

    conduct(scene)


def test_of_many_at_once_each_is_counted() -> None:
    async def scene() -> None:
        notes, clock = Watched(), Clock()
        nodes = [Allowance(notes, clock), Allowance(notes, clock)]
        await asyncio.gather(*(nodes[number % 2].take("alice", Urgency.WAITED_FOR) for number in range(20)))
        assert notes.counted("alice") == 20

    conduct(scene)


async def refused(node: Allowance) -> float:
    """Seconds that a delivery has to wait; 0: it was taken."""
    try:
        await node.take("alice", Urgency.DUE)
    except DeliveryError as error:
        return error.retry_after or 0.0
    return 0.0
