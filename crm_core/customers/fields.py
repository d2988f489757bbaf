"""Custom fields: declared in the config or by an administrator, typed, masked when sensitive.

Values stand in `customer.custom` under the field's key: text and choice as text, number as a number, date as
`YYYY-MM-DD`, yes/no as true or false. The type of a field never changes, so a value always has it.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from sqlmodel import Session, col, select

from crm_core.customers import dates, names, stages
from crm_core.customers.field_words import BY_KEY
from crm_core.customers.tables import FieldDefinition, FieldType
from crm_core.errors import Conflict, Invalid
from crm_core.people.viewer import Right, Viewer
from crm_core.rows import add_or_find
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


@dataclass(frozen=True)
class _Field:
    key: str
    label_zh: str
    label_en: str
    type: FieldType
    choices: Sequence[str]
    sensitive: bool


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
    field = _Field(key, label_zh or label_en, label_en or label_zh, type, choices, sensitive)
    _refuse_taken_words(field, [other for other in active(session) if other.key != key])
    return _put(session, field, from_config=from_config)


def sync(session: Session, declared: Iterable[Declared], *, now: datetime) -> None:
    """Make the fields of the config so; those that left it are archived. Fields made in the chat stay.

    Raises what `declare` raises.
    """
    wanted = {field.key: field for field in declared}
    for definition in active(session):
        if definition.from_config and definition.key not in wanted:
            archive(session, definition, now=now)
    others = [definition for definition in active(session) if definition.key not in wanted]
    for field in wanted.values():
        _refuse_taken_words(field, [*others, *(other for other in wanted.values() if other.key != field.key)])
        _put(session, field, from_config=True)


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


def words(field: Declared) -> set[str]:
    """What the field is called, in the matching form."""
    return {names.matching_form(text) for text in (field.key, field.label_zh, field.label_en)}


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


def likely_type(texts: Iterable[str]) -> FieldType:
    """The type that all of these texts fit: number, date, yes/no, else text; text where there are none."""
    plain = [line for line in map(one_line, texts) if line]
    parsers = ((_quantity, FieldType.NUMBER), (dates.parse, FieldType.DATE), (stages.parse_yes_no, FieldType.YES_NO))
    fitting = (kind for parse_one, kind in parsers if plain and all(_parses(parse_one, line) for line in plain))
    return next(fitting, FieldType.TEXT)


def _quantity(plain: str) -> int | float:
    """A number that is no account and no code: those are long, or begin with a nought."""
    if plain.isdigit() and (len(plain) > 9 or (plain.startswith("0") and plain != "0")):
        raise Invalid("number_invalid", text=plain[:40])
    return _number(plain)


def _parses(parse_one: Callable[[str], object], plain: str) -> bool:
    try:
        parse_one(plain)
    except Invalid:
        return False
    return True


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


def _put(session: Session, field: Declared, *, from_config: bool) -> FieldDefinition:
    if not _KEY.fullmatch(field.key):
        raise Invalid("field_key_invalid", key=field.key[:40])
    label_zh, label_en, choices = names.normalise(field.label_zh), names.normalise(field.label_en), _choices(field)
    definition = _with_key(session, field.key)
    if definition is not None and definition.type is not field.type:
        raise Conflict("field_type_fixed", key=field.key)
    if definition is None:
        new = FieldDefinition(key=field.key, label_zh=label_zh, label_en=label_en, type=field.type)
        definition = add_or_find(session, new, lambda: _with_key(session, field.key))
    definition.label_zh, definition.label_en, definition.choices = label_zh, label_en, choices
    definition.sensitive, definition.from_config, definition.archived_at = field.sensitive, from_config, None
    session.add(definition)
    session.flush()
    return definition


def _choices(field: Declared) -> list[str]:
    if field.type is not FieldType.CHOICE:
        return []
    if not field.choices:
        raise Invalid("field_choices_missing", key=field.key[:40])
    return [names.normalise(choice) for choice in field.choices]


def _refuse_taken_words(field: Declared, others: Iterable[Declared]) -> None:
    built_in = next(iter(BY_KEY.keys() & words(field)), None)
    if built_in is not None:
        raise Conflict("field_word_taken", key=field.key[:40], other=built_in)
    for other in others:
        if words(other) & words(field):
            raise Conflict("field_word_taken", key=field.key[:40], other=other.key)


def _with_key(session: Session, key: str) -> FieldDefinition | None:
    return session.exec(select(FieldDefinition).where(FieldDefinition.key == key)).first()
