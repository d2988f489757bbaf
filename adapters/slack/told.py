"""Reading what Slack tells: every field may be missing, null or something else."""

from collections.abc import Mapping
from typing import Any

from crm_core.chat import Document


def object_of(value: Any) -> Document:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


def objects_of(value: Any) -> list[Document]:
    """The objects of a list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def word(document: Mapping[str, Any], name: str) -> str:
    """A field that is text, or ""."""
    value = document.get(name)
    return value if isinstance(value, str) else ""


def words(document: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """The texts of a list."""
    value = document.get(name)
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()
