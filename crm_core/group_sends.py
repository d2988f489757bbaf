"""The port to platforms on which nobody but a member of staff writes to their customers, and only by confirming a task.

The program creates a task for a member; the platform asks them; what came of it is asked for until it is known. Failure
raises `DeliveryError`, or one of those below.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from crm_core.chat import DeliveryError
from crm_core.enclosure import Enclosure


class TaskUnknown(DeliveryError):
    """The platform does not know a task of this name, or not yet."""


class TaskCancelled(DeliveryError):
    """The task was cancelled there; nothing can be learnt about it any more."""


class RemindedTooOften(DeliveryError):
    """The platform lets nobody be reminded of it again now."""


class Reached(StrEnum):
    """What came of one customer or group. Only `sent` has the message."""

    UNSENT = "unsent"
    SENT = "sent"
    NO_FRIEND = "no_friend"
    CAPPED = "capped"


@dataclass(frozen=True)
class Order:
    """What a task is to be: this text with these files, from this member of staff, to these customers (or groups, by
    their ids)."""

    sender: str
    text: str
    recipients: tuple[str, ...]
    to_groups: bool = False
    files: tuple[Enclosure, ...] = ()


@dataclass(frozen=True)
class Created:
    """`msgid` "": nobody could be reached, and there is no task. `refused`: who is no part of it."""

    msgid: str
    refused: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Outcome:
    """`at`: when it was sent."""

    reached: Reached
    at: datetime | None = None


@dataclass(frozen=True)
class Progress:
    """`confirmed`: the member sent it, at `confirmed_at` where that is told; before, nothing has an outcome. Of groups,
    only those it was sent to have one."""

    confirmed: bool = False
    confirmed_at: datetime | None = None
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)


class GroupSends(Protocol):
    """What the program asks of such a platform."""

    async def create(self, order: Order) -> Created: ...

    async def find(self, order: Order, since: datetime, until: datetime, known: frozenset[str]) -> Created | None:
        """The task that an earlier `create` of this order between these moments made there; None: there is none, and it
        may be made again. `known`: names of other tasks. Raises rather than guess."""

    async def progress(self, msgid: str, sender: str) -> Progress | None:
        """What came of it so far; None: it is still being handed out."""

    async def remind(self, msgid: str) -> None:
        """Have the platform ask the member again."""

    async def cancel(self, msgid: str) -> None:
        """What was not sent never will be. It may be cancelled already."""
