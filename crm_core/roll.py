"""The port for the members of the company as the directory of a platform has them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Member:
    """Somebody of the company. `team`: its name, "" for none; `leads`: they lead it.

    `moved`: the directory had another team for them before. `back`: they were gone before.
    """

    platform_id: str
    name: str
    team: str = ""
    leads: bool = False
    moved: bool = False
    back: bool = False


class Roll(Protocol):
    """Where it is written down who is of the staff."""

    async def saw(self, members: Sequence[Member]) -> None:
        """These are of the company, new ones and those of whom something changed."""

    async def renamed(self, platform_id: str, new_id: str) -> None:
        """The same person has another id now."""

    async def left(self, platform_id: str) -> None:
        """Somebody left the company; told twice, it happens once."""
