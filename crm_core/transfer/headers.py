"""Which column of a table is which field of a customer, found by its heading in Chinese or English."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session

from crm_core.customers import fields, names
from crm_core.customers.field_words import BY_KEY
from crm_core.errors import Invalid
from crm_core.transfer import rejects
from crm_core.transfer.heading_words import BY_HEADING

#: Fields that several columns may feed.
_MANY = frozenset({"phone", "email", "address", "tags", "note", "other_names"})
_NOISE = re.compile(r"[(（\[【](?:必填|选填|required|optional)[)）\]】]|[\s_\-*：:()（）\[\]【】.。/]+")
_NUMBER = re.compile(r"(?:[0-9]+|[一二三四五])$")
_DIGITS = re.compile(r"[0-9]+")
_CLOSE_ENOUGH = 88


class Left(StrEnum):
    """Why a column is left out."""

    ASKED = "asked"
    TAKEN = "taken"
    UNKNOWN = "unknown"
    OURS = "ours"


@dataclass(frozen=True)
class Column:
    """`field` is a field of a customer, a key of a custom field, or "" for a column that is left out.

    `left` says why it is left out; `taken` is the field that another column fills already, for `Left.TAKEN`.
    """

    heading: str
    field: str
    left: Left | None = None
    taken: str = ""


def mapped(session: Session, header: Sequence[str], said: Mapping[str, str]) -> list[Column]:
    """One `Column` for each heading. `said`: heading → field, where the person knows better ("" leaves it out).

    Raises `Invalid`: `import_heading_unknown`, `field_unknown` for what was said, `import_no_name` without a name.
    """
    custom = _custom(session)
    choices = {_key(heading): _named(field, custom) for heading, field in said.items()}
    unknown = set(choices) - {_key(heading) for heading in header}
    if unknown:
        raise Invalid("import_heading_unknown", heading=", ".join(sorted(unknown))[:80])
    columns: list[Column] = []
    for place, heading in enumerate(header):
        key = _key(heading)
        if key not in choices and rejects.is_reason(header, place):
            columns.append(Column(heading, "", Left.OURS))
            continue
        field = choices[key] if key in choices else _guess(key, custom)
        if field and _taken(field, columns):
            columns.append(Column(heading, "", Left.TAKEN, field))
        elif field:
            columns.append(Column(heading, field))
        else:
            columns.append(Column(heading, "", Left.ASKED if key in choices else Left.UNKNOWN))
    if not {"name", "first_name", "last_name"} & {column.field for column in columns}:
        raise Invalid("import_no_name", headings="、".join(header)[:200])
    return columns


def _taken(field: str, columns: list[Column]) -> bool:
    return field not in _MANY and any(column.field == field for column in columns)


def _named(word: str, custom: Mapping[str, str]) -> str:
    key = _key(word)
    field = "" if not key else _exact(key, custom)
    if field is None:
        raise Invalid("field_unknown", field=word[:40])
    return field


def _guess(key: str, custom: Mapping[str, str]) -> str:
    found = _exact(key, custom)
    return found if found is not None else _similar(_NUMBER.sub("", key), custom)


def _exact(key: str, custom: Mapping[str, str]) -> str | None:
    """The field this heading names, as it is or without the number of 手机2 and E-mail 2 Address."""
    for word in (key, _NUMBER.sub("", key), _DIGITS.sub("", key)):
        for table in (custom, BY_KEY, BY_HEADING):
            if word in table:
                return table[word]
    return None


def _similar(key: str, custom: Mapping[str, str]) -> str:
    from rapidfuzz import fuzz, process

    words = {**BY_HEADING, **{word.replace(" ", ""): field for word, field in BY_KEY.items()}, **custom}
    best = process.extractOne(key, list(words), scorer=fuzz.ratio, score_cutoff=_CLOSE_ENOUGH)
    return words[best[0]] if best and len(key) > 2 else ""


def _custom(session: Session) -> dict[str, str]:
    return {_key(word): one.key for one in fields.active(session) for word in (one.key, one.label_zh, one.label_en)}


def _key(heading: str) -> str:
    return _NOISE.sub("", names.matching_form(heading[:100]))
