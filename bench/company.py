"""A large made-up company for the benches: the same for the same sizes, names as unevenly spread as real ones."""

import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

NOW = datetime(2026, 11, 18, 2, 20, tzinfo=UTC)
STAFF = 500
_WORDS = tomllib.loads(Path(__file__).with_name("vocabulary.toml").read_text("utf-8"))
TAGS = tuple(_WORDS["tags"].split())
_SURNAMES = "".join(_WORDS["surnames"].split())
_GIVEN = "".join(_WORDS["given"].split())
_FIRST, _SYLLABLES = _WORDS["first"].split(), _WORDS["syllables"].split()
_PLACES, _FANCY, _TRADES = _WORDS["places"].split(), _WORDS["fancy"].split(), _WORDS["trades"].split()
_POSITIONS = ("", "", "", "总经理", "销售经理", "采购经理", "工程师", "财务总监", "CEO", "老师", "主管", "manager")
_DOMAINS = ("acme.example", "globex.example", "initech.example", "mail.example", "corp.example", "shop.example")

_OPENERS, _SUBJECTS, _VERBS = _WORDS["openers"].split(), _WORDS["subjects"].split(), _WORDS["verbs"].split()
_RARE, _ENGLISH = _WORDS["rare"].split(), _WORDS["english"].strip().splitlines()


@dataclass(frozen=True)
class Sizes:
    customers: int = 1_000_000
    messages: int = 2_000_000

    @property
    def companies(self) -> int:
        return max(self.customers // 20, 1)

    @property
    def staff(self) -> int:
        return max(min(STAFF, self.customers // 200), 2)


@dataclass(frozen=True)
class Person:
    """What the benches ask for: one customer of the made-up company."""

    id: int
    name: str
    owner_id: int
    phone: str
    email: str
    company: str
    tag: str


def staff_rows(sizes: Sizes) -> Iterator[dict[str, Any]]:
    for id_ in range(1, sizes.staff + 1):
        yield {"id": id_, "name": f"Rep {id_}", "name_key": f"rep{id_}", "created_at": NOW, "role": "sales"}


def companies(sizes: Sizes) -> Iterator[str]:
    """The names of the companies, whose ids are the first ones; every one is different."""
    chance = random.Random(11)
    for number in range(sizes.companies):
        if number % 5 == 4:
            yield f"{_latin(chance)}{_latin(chance).lower()} {chance.choice(('Ltd', 'Inc', 'GmbH', 'Group'))}"
        else:
            name = chance.choice(_FANCY) if chance.random() < 0.3 else "".join(chance.sample(_GIVEN, 2))
            yield f"{chance.choice(_PLACES)}{name}{chance.choice(_TRADES)}有限公司"


def people(sizes: Sizes, names: list[str]) -> Iterator[tuple[Person, dict[str, Any]]]:
    """Every person with the columns of their record; ids follow those of the companies."""
    chance = random.Random(12)
    surnames, weights = _zipf(_SURNAMES, 0.9)
    given, given_weights = _zipf(_GIVEN, 0.6)
    for id_ in range(sizes.companies + 1, sizes.customers + 1):
        latin = id_ % 10 == 0
        first = chance.choice(_FIRST)
        if latin:
            name = f"{first} {_latin(chance)}"
        else:
            count = 1 if chance.random() < 0.2 else 2
            name = chance.choices(surnames, cum_weights=weights)[0]
            name += "".join(chance.choices(given, cum_weights=given_weights, k=count))
        company = chance.randrange(sizes.companies) if chance.random() < 0.8 else None
        contact = chance.expovariate(1 / 120)
        person = Person(
            id=id_,
            name=name,
            owner_id=chance.randrange(sizes.staff) + 1,
            phone=f"+861{chance.choice('3578')}{chance.randrange(10**9):09d}",
            email=f"{first.lower()}{chance.randrange(10**6)}@{chance.choice(_DOMAINS)}",
            company="" if company is None else names[company],
            tag=chance.choice(TAGS),
        )
        yield (
            person,
            {
                "id": id_,
                "name": name,
                "company_id": None if company is None else company + 1,
                "position": chance.choice(_POSITIONS),
                "owner_id": person.owner_id,
                "last_contact_at": NOW - timedelta(days=contact),
            },
        )


def messages(sizes: Sizes, owners: list[int]) -> Iterator[dict[str, Any]]:
    """What was said; half of it in one hundredth of the conversations. `owners`: of the customer ids from 1."""
    chance = random.Random(13)
    for id_ in range(1, sizes.messages + 1):
        busy = chance.random() < 0.5
        customer = (
            chance.randrange(max(sizes.customers // 100, 1)) + 1 if busy else chance.randrange(sizes.customers) + 1
        )
        yield {
            "id": id_,
            "customer_id": customer,
            "owner_id": owners[customer - 1] or None,
            "text": _said(chance),
            "sent_at": NOW - timedelta(seconds=(sizes.messages - id_) * 40),
        }


def _said(chance: random.Random) -> str:
    dice = chance.random()
    if dice < 0.15:
        return f"{chance.choice(_ENGLISH)} {chance.choice(_FIRST)}"
    words = [chance.choice(_OPENERS), ","]
    for _ in range(chance.choice((1, 1, 2, 3))):
        words += [chance.choice(_SUBJECTS), chance.choice(_VERBS), chance.choice((",", "。", ";", "!"))]
    if dice < 0.25:
        words.append(f"单号PO-{chance.randrange(10**6):06d}")
    elif dice < 0.35:
        words.append(
            f"客户做{chance.choice(_RARE)}的,找{chance.choice(_SURNAMES)}{chance.choice(_GIVEN)}{chance.choice(_GIVEN)}"
        )
    elif dice < 0.55:
        words.append("".join(chance.choices(_GIVEN, k=chance.randrange(4, 14))))
    return "".join(words)


def _latin(chance: random.Random) -> str:
    return "".join(chance.choices(_SYLLABLES, k=chance.choice((2, 3)))).capitalize()


def _zipf(letters: str, steepness: float) -> tuple[list[str], list[float]]:
    """Each once, the first ones far likelier; cumulative weights."""
    distinct = list(dict.fromkeys(letters))
    return distinct, list(accumulate(1 / (rank + 3) ** steepness for rank in range(len(distinct))))
