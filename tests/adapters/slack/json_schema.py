"""As much of JSON Schema as our schemas use. A word it does not know is an error, so that nothing passes unchecked."""

import re
from collections.abc import Iterator
from typing import Any

_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
}
_ABOUT = {"$schema", "title", "description", "type", "required", "properties", "additionalProperties", "items"}
_LIMITS = {"enum", "minLength", "maxLength", "pattern", "maxItems", "uniqueItems"}


def problems(value: Any, schema: dict[str, Any], where: str = "") -> Iterator[str]:
    """What does not fit, with its place."""
    assert set(schema) <= _ABOUT | _LIMITS, f"unknown words in the schema at {where}: {set(schema) - _ABOUT - _LIMITS}"
    kind = schema.get("type")
    if kind is not None and not isinstance(value, _TYPES[kind]):
        yield f"{where}: is no {kind}"
        return
    yield from (f"{where}: {word}" for word in _LIMITS & set(schema) if not _fits(value, word, schema[word]))
    if isinstance(value, dict):
        yield from _members(value, schema, where)
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from problems(item, schema.get("items", {}), f"{where}[{number}]")


def _members(value: dict[str, Any], schema: dict[str, Any], where: str) -> Iterator[str]:
    known = schema.get("properties", {})
    yield from (f"{where}.{name}: is missing" for name in schema.get("required", ()) if name not in value)
    if schema.get("additionalProperties") is False:
        yield from (f"{where}.{name}: is unknown" for name in value if name not in known)
    for name, member in value.items():
        yield from problems(member, known.get(name, {}), f"{where}.{name}")


def _fits(value: Any, word: str, limit: Any) -> bool:
    match word:
        case "enum":
            return any(value == one for one in limit)
        case "minLength":
            return len(value) >= int(limit)
        case "maxLength" | "maxItems":
            return len(value) <= int(limit)
        case "pattern":
            return re.search(limit, value) is not None
    return len(set(value)) == len(value)
