"""What the parts of a chaos run on WeCom have in common: a company of ten, the program, and its records."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import httpx
from sqlmodel import Session

from crm_core.database import Database
from tests.chaos.mortal import Mortal
from tests.fakes.finding import Finding
from tests.fakes.wecom.corp import Staff
from tests.fakes.wecom.running import Fake
from tests.fakes.wecom.sample import Sample

T = TypeVar("T")

#: Of the API, with the rights of an administrator.
TOKEN = "chaos-reader-0123456789"


@dataclass(frozen=True)
class Plan:
    """`steps`: how often each part does something. `rows_a_step`: of the archive. `patience`: wall seconds until
    everything has to be right. `answered_within`: wall seconds for the answer to a callback.
    """

    steps: int = 2_500
    contacts: int = 1_000
    nudges: int = 300
    rows_a_step: int = 4
    kills: int = 2
    seed: int = 1
    patience: float = 420.0
    answered_within: float = 5.0


@dataclass(frozen=True)
class Stage:
    """`people`: ten members of staff, Alice, Bob and Charlie among them, here and on the fake. The program runs once
    the parts have begun."""

    plan: Plan
    company: Sample
    people: tuple[Staff, ...]
    fake: Fake
    program: Mortal
    folder: Path
    chance: random.Random
    database: Database

    def look(self, reading: Callable[[Session], T]) -> T:
        """What stands in the database of the program."""
        with self.database.reading() as session:
            return reading(session)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """What the API of the program answers."""
        headers = {"Authorization": f"Bearer {TOKEN}"}
        url = f"{self.program.url}/api/v1/{path}"
        answer = httpx.post(url, json=body, headers=headers, trust_env=False, timeout=60)
        return answer.raise_for_status().json()


class Part(Protocol):
    """One thing people do with WeCom. Made before the program starts, over the fake that runs already."""

    def config(self) -> str:
        """Its lines in the configuration: those of `[wecom]` (a blank line for none), then sections of its own."""

    def begin(self) -> None:
        """The program is ready."""

    def go_on(self) -> None:
        """The next thing happens. The program is alive."""

    def findings(self) -> Iterable[Finding]:
        """What is wrong by now; asked for again and again until nothing is, or the patience is over."""
