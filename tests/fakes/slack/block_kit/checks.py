"""What Block Kit demands, put together from small checks. Each writes what is wrong with its place into a report."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Spot:
    """A place in the JSON and the report about the whole of it, in the words and pointers of Slack."""

    pointer: str = ""
    found: list[str] = field(default_factory=list)

    def down(self, step: str | int) -> "Spot":
        return Spot(f"{self.pointer}/{step}", self.found)

    def fail(self, sentence: str) -> None:
        self.found.append(f"[ERROR] {sentence} [json-pointer:{self.pointer}]")


Check = Callable[[Spot, Any], None]


def anything(spot: Spot, value: Any) -> None:
    """No demand."""


def string(most: int, *, least: int = 1) -> Check:
    def check(spot: Spot, value: Any) -> None:
        if not isinstance(value, str):
            spot.fail("must be a string")
        elif len(value) < least:
            spot.fail(f"must be more than {least - 1} characters")
        elif len(value) > most:
            spot.fail(f"must be less than {most + 1} characters")

    return check


def flag(spot: Spot, value: Any) -> None:
    if not isinstance(value, bool):
        spot.fail("must be a boolean")


def whole(least: int, most: int) -> Check:
    def check(spot: Spot, value: Any) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            spot.fail("must be an integer")
        elif not least <= value <= most:
            spot.fail(f"must be between {least} and {most}")

    return check


def one_of(*allowed: str) -> Check:
    def check(spot: Spot, value: Any) -> None:
        if value not in allowed:
            spot.fail(f"must be one of the enum values: {', '.join(allowed)}")

    return check


def a_list(item: Check, most: int, *, least: int = 1) -> Check:
    def check(spot: Spot, value: Any) -> None:
        if not isinstance(value, list):
            spot.fail("must be an array")
            return
        if len(value) < least:
            spot.fail(f"no fewer than {least} items allowed [{len(value)} provided]")
        if len(value) > most:
            spot.fail(f"no more than {most} items allowed [{len(value)} provided]")
        for number, entry in enumerate(value):
            item(spot.down(number), entry)

    return check


def fields(allowed: Mapping[str, Check], *, required: tuple[str, ...] = ()) -> Check:
    """An object with these fields and no others; `type` is checked by whoever chose this check."""

    def check(spot: Spot, value: Any) -> None:
        if not isinstance(value, dict):
            spot.fail("must be an object")
            return
        for name in required:
            if value.get(name) is None:
                spot.fail(f"missing required field: {name}")
        for name, entry in value.items():
            if name in allowed:
                allowed[name](spot.down(name), entry)
            elif name != "type":
                spot.fail(f"invalid additional property: {name}")

    return check


def by_type(kinds: Mapping[str, Check], what: str) -> Check:
    """An object whose `type` says which check it must pass."""

    def check(spot: Spot, value: Any) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str):
            spot.fail("missing required field: type")
        elif kind not in kinds:
            spot.fail(f"unsupported type: {kind} [{what}]")
        else:
            kinds[kind](spot, value)

    return check


def all_of(*checks: Check) -> Check:
    """One check after the other; the later ones may rely on what the earlier ones found sound."""

    def check(spot: Spot, value: Any) -> None:
        before = len(spot.found)
        for one in checks:
            if len(spot.found) == before:
                one(spot, value)

    return check


def walk(value: Any) -> Iterator[Any]:
    """Every object inside a JSON value, itself first."""
    if isinstance(value, dict):
        yield value
        for entry in value.values():
            yield from walk(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from walk(entry)
