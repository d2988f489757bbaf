"""Bytes of a request → what they say. Nothing is repeated in the errors: it may be somebody's words."""

import json
from typing import NoReturn
from urllib.parse import parse_qsl

from crm_core.chat import Document

_MOST_FIELDS = 200


class Malformed(Exception):
    """The bytes are not what they should be."""


def read_object(text: str | bytes) -> Document:
    """A JSON object in UTF-8. Raises `Malformed`."""
    try:
        decoded = text.decode() if isinstance(text, bytes) else text
        said = json.loads(decoded, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise Malformed from None
    if not isinstance(said, dict):
        raise Malformed
    return said


def read_form(body: bytes) -> dict[str, str]:
    """The fields of a form; of a field that comes twice, the first. Raises `Malformed`."""
    try:
        fields = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS, separator="&"
        )
    except ValueError:
        raise Malformed from None
    return dict(reversed(fields))


def _refuse(constant: str) -> NoReturn:
    """`NaN` and the infinities are no JSON, and no database keeps them as such."""
    raise ValueError(constant)
