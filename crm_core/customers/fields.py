"""Custom fields: declared in the config or by an administrator, typed, masked when sensitive.

Values stand in `customer.custom` under the field's key: text and choice as text, number as a number, date as
`YYYY-MM-DD`, yes/no as true or false. The type of a field never changes, so a value always has it.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from sqlmodel import Session, col, select

from crm_core.customers import dates, names, stages
from crm_core.customers.field_words import BY_KEY
from crm_core.customers.tables import FieldDefinition, FieldType
from crm_core.errors import Conflict, Invalid
from crm_core.people.viewer import Right, Viewer
from crm_core.text.tidying import one_line

Value = str | int | float | bool

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LONGEST_TEXT = 1000
_LARGEST = Decimal(10) ** 15
_NUMBER = re.compile(r"[¥$€£]? ?(?P<sign>[+-]?)(?P<digits>\d[\d,]*(?:\.\d+)?) ?(?P<unit>千|k|万|萬|w|亿|億|m|百万)?元?")
_UNITS = {"千": 3, "k": 3, "万": 4, "萬": 4, "w": 4, "百万": 6, "m": 6, "亿": 8, "億": 8}


class Declared(Protocol):
    """A custom field as a config declares it."""

    @property
    def key(self) -> str: ...
    @property
    def label_zh(self) -> str: ...
    @property
    def label_en(self) -> str: ...
    @property
    def type(self) -> FieldType: ...
    @property
    def choices(self) -> Sequence[str]: ...
    @property
    def sensitive(self) -> bool: ...


def declare(
    session: Session,
    key: str,
    label_zh: str,
    label_en: str,
    type: FieldType,  # noqa: A002
    *,
    choices: Sequence[str] = (),
    sensitive: bool = False,
    from_config: bool = False,
    viewer: Viewer | None = None,
) -> FieldDefinition:
    """Make a field, or change the labels, choices and sensitivity of the one with this key; an archived one returns.

    `viewer` None: the program itself. Raises `Invalid` (`field_key_invalid`, `field_choices_missing`, a label),
    `Conflict` (`field_type_fixed`, `field_word_taken`), `NotAllowed`.
    """
    if viewer is not None:
        viewer.require(Right.ADMIN)
    if not _KEY.fullmatch(key):
        raise Invalid("field_key_invalid", key=key[:40])
    definition = _with_key(session, key) or FieldDefinition(key=key, label_zh="", label_en="", type=type)
    if definition.type is not type:
        raise Conflict("field_type_fixed", key=key)
    definition.label_zh = names.normalise(label_zh or label_en)
    definition.label_en = names.normalise(label_en or label_zh)
    definition.choices = _choices(key, type, choices)
    definition.sensitive, definition.from_config, definition.archived_at = sensitive, from_config, None
    _refuse_taken_words(session, definition)
    session.add(definition)
    session.flush()
    return definition


def sync(session: Session, declared: Iterable[Declared], *, now: datetime) -> None:
    """Make the fields of the config so; those that left it are archived. Fields made in the chat stay."""
    kept = {
        declare(
            session,
            field.key,
            field.label_zh,
            field.label_en,
            field.type,
            choices=field.choices,
            sensitive=field.sensitive,
            from_config=True,
        ).key
        for field in declared
    }
    for definition in active(session):
        if definition.from_config and definition.key not in kept:
            archive(session, definition, now=now)


def archive(session: Session, definition: FieldDefinition, *, now: datetime, viewer: Viewer | None = None) -> None:
    """Show and ask for this field no more; its values stay where they are. Raises `NotAllowed`."""
    if viewer is not None:
        viewer.require(Right.ADMIN)
    definition.archived_at = now
    session.add(definition)
    session.flush()


def active(session: Session) -> list[FieldDefinition]:
    """The fields in use, in the order they were made."""
    query = select(FieldDefinition).where(col(FieldDefinition.archived_at).is_(None))
    return list(session.exec(query.order_by(col(FieldDefinition.id))))


def find(session: Session, word: str) -> FieldDefinition | None:
    """The field in use with this key or label, in either language."""
    wanted = names.matching_form(word[: names.LONGEST])
    return next((definition for definition in active(session) if wanted in words(definition)), None)


def words(definition: FieldDefinition) -> set[str]:
    """What the field is called, in the matching form."""
    return {names.matching_form(text) for text in (definition.key, definition.label_zh, definition.label_en)}


def parse(definition: FieldDefinition, text: str) -> Value:
    """The value to store. Raises `Invalid`: `field_value_empty`, `field_value_too_long`, `number_invalid`,
    `date_invalid`, `date_without_year`, `choice_unknown`, `yes_no_unknown`.
    """
    if len(text) > 4 * _LONGEST_TEXT:
        raise Invalid("field_value_too_long", limit=_LONGEST_TEXT)
    plain = one_line(text)
    if not plain:
        raise Invalid("field_value_empty", field=definition.key)
    if definition.type is FieldType.NUMBER:
        return _number(plain)
    if definition.type is FieldType.DATE:
        return dates.parse(plain).isoformat()
    if definition.type is FieldType.YES_NO:
        return stages.parse_yes_no(plain)
    return _choice(definition, plain) if definition.type is FieldType.CHOICE else _text(plain)


def text(value: Value | None) -> str:
    """A stored value as text; yes and no are `yes` and `no`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _text(plain: str) -> str:
    if len(plain) > _LONGEST_TEXT:
        raise Invalid("field_value_too_long", limit=_LONGEST_TEXT)
    return plain


def _choice(definition: FieldDefinition, plain: str) -> str:
    wanted = names.matching_form(plain)
    for choice in definition.choices:
        if names.matching_form(choice) == wanted:
            return choice
    raise Invalid("choice_unknown", text=plain[:40], choices=", ".join(definition.choices))


def _number(plain: str) -> int | float:
    written = _NUMBER.fullmatch(plain.lower())
    if written is None:
        raise Invalid("number_invalid", text=plain[:40])
    digits = Decimal(written["sign"] + written["digits"].replace(",", ""))
    number = digits.scaleb(_UNITS.get(written["unit"] or "", 0))
    if abs(number) > _LARGEST:
        raise Invalid("number_invalid", text=plain[:40])
    return int(number) if number == number.to_integral_value() else float(number)


def _choices(key: str, kind: FieldType, choices: Sequence[str]) -> list[str]:
    if kind is not FieldType.CHOICE:
        return []
    if not choices:
        raise Invalid("field_choices_missing", key=key)
    return [names.normalise(choice) for choice in choices]


def _refuse_taken_words(session: Session, definition: FieldDefinition) -> None:
    if BY_KEY.keys() & words(definition):
        raise Conflict("field_word_taken", key=definition.key, other=", ".join(BY_KEY.keys() & words(definition)))
    for other in active(session):
        if other.key != definition.key and words(other) & words(definition):
            raise Conflict("field_word_taken", key=definition.key, other=other.key)


def _with_key(session: Session, key: str) -> FieldDefinition | None:
    return session.exec(select(FieldDefinition).where(FieldDefinition.key == key)).first()
