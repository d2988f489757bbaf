"""The tree of a segment → one condition on `Customer`, the same on SQLite and PostgreSQL.

Every comparison is true or false, never NULL: so "not" means everybody else, customers without any tag, company or
custom field included.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, extract, false, func, not_, or_, true
from sqlmodel import Session, col, select

from crm_core.customers import dates, fields, names, owners, stages
from crm_core.customers.tables import Customer, CustomerKind, FieldDefinition, FieldType, Stage, Tier
from crm_core.errors import Invalid, NotAllowed, NotFound
from crm_core.people.viewer import Viewer
from crm_core.tags import parsing, tags, vocabulary
from crm_core.tags.expression import And, Compare, Expression, Not, Word
from crm_core.tags.tables import CustomerTag, Segment

Condition = ColumnElement[bool]

#: Most names and comparisons in one condition, those of saved segments included.
_MOST = 300


@dataclass(frozen=True)
class Scope:
    """Who asks and when. `inside`: the saved segments this is part of; `names` counts what is looked up."""

    session: Session
    viewer: Viewer
    now: datetime
    inside: frozenset[int] = frozenset()
    names: Iterator[int] = field(default_factory=count)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.viewer.timezone)

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()


def condition(scope: Scope, expression: Expression) -> Condition:
    """The condition this expression is.

    Raises `NotFound` (`tag_not_found`, `staff_not_found`), `Invalid` (`segment_field_unknown`, `segment_circular`,
    a value), `NotAllowed("field_sensitive")`.
    """
    if isinstance(expression, Word | Compare):
        return _leaf(scope, expression)
    if isinstance(expression, Not):
        return not_(condition(scope, expression.part))
    parts = [condition(scope, part) for part in expression.parts]
    return and_(*parts) if isinstance(expression, And) else or_(*parts)


def find(session: Session, name: str) -> Segment | None:
    """The saved segment of this name; spaces, case and script do not matter."""
    key = names.matching_form(name[: tags.LONGEST])
    return session.exec(select(Segment).where(Segment.name_key == key)).first() if key else None


def _leaf(scope: Scope, leaf: Word | Compare) -> Condition:
    if next(scope.names) >= _MOST:
        raise Invalid("segment_too_complex", limit=_MOST)
    return _word(scope, leaf) if isinstance(leaf, Word) else _comparison(scope, leaf)


def _word(scope: Scope, word: Word) -> Condition:
    segment = find(scope.session, word.name)
    if segment is not None:
        return _segment(scope, segment)
    tag, stage = tags.find(scope.session, word.name), stages.stage_of(word.name)
    if tag is None and stage is None:
        return _whose(scope, word)
    meant = [_carries(tag.id)] if tag else []
    return or_(*meant, *([col(Customer.stage) == stage] if stage else []))


def _whose(scope: Scope, word: Word) -> Condition:
    """The viewer's own, or everybody."""
    called = names.matching_form(word.name)
    if called in vocabulary.EVERYBODY:
        return true()
    if called not in vocabulary.MINE:
        raise NotFound("tag_not_found", name=word.name[: tags.LONGEST])
    owner = col(Customer.owner_id)
    return false() if scope.viewer.staff_id is None else _sure(owner, owner == scope.viewer.staff_id)


def _segment(scope: Scope, segment: Segment) -> Condition:
    if segment.id in scope.inside:
        raise Invalid("segment_circular", name=segment.name)
    return condition(replace(scope, inside=scope.inside | {segment.id}), parsing.parse(segment.expression))


def _carries(tag_id: int) -> Condition:
    return col(Customer.id).in_(select(CustomerTag.customer_id).where(CustomerTag.tag_id == tag_id))


def _comparison(scope: Scope, compare: Compare) -> Condition:
    made = _BUILT_IN.get(compare.field)
    return made(scope, compare) if made else _custom(scope, compare)


def _sure(column: SQLColumnExpression[Any], comparison: Condition) -> Condition:
    """A comparison that is false, not NULL, where the column is."""
    return and_(column.is_not(None), comparison)


def _tag(scope: Scope, compare: Compare) -> Condition:
    return _carries(tags.named(scope.session, compare.value).id)


def _stage(_scope: Scope, compare: Compare) -> Condition:
    return col(Customer.stage) == Stage(compare.value)


def _tier(_scope: Scope, compare: Compare) -> Condition:
    return _sure(col(Customer.tier), col(Customer.tier) == Tier(compare.value))


def _kind(_scope: Scope, compare: Compare) -> Condition:
    return col(Customer.kind) == CustomerKind(compare.value)


def _owner(scope: Scope, compare: Compare) -> Condition:
    owner = owners.owner_named(scope.session, compare.value, viewer=scope.viewer, former=True)
    column = col(Customer.owner_id)
    return column.is_(None) if owner is None else _sure(column, column == owner.id)


def _company(_scope: Scope, compare: Compare) -> Condition:
    """The people of a company of this name, and the company itself."""
    named = select(Customer.id).where(
        Customer.name_key == names.matching_form(compare.value), Customer.kind == CustomerKind.COMPANY
    )
    return or_(_sure(col(Customer.company_id), col(Customer.company_id).in_(named)), col(Customer.id).in_(named))


def _text(column: SQLColumnExpression[str]) -> Callable[[Scope, Compare], Condition]:
    return lambda _scope, compare: _same(column, compare.value)


def _same(column: SQLColumnExpression[str], value: str) -> Condition:
    return _sure(column, or_(column == value, func.lower(column) == value.lower()))


def _opted_out(_scope: Scope, compare: Compare) -> Condition:
    column = col(Customer.opted_out_at)
    return column.is_not(None) if compare.value == "yes" else column.is_(None)


def _moment(column: SQLColumnExpression[Any]) -> Callable[[Scope, Compare], Condition]:
    """An amount of time is an age: `>30d` is longer ago than thirty days, never included. A date is a date."""

    def made(scope: Scope, compare: Compare) -> Condition:
        if compare.value == "never":
            return column.is_(None)
        amount = vocabulary.amount_of(compare.value)
        if amount is None:
            return _sure(column, _on_day(scope, column, compare))
        then = _ORDER[_FLIPPED[compare.operator]](column, scope.now - amount)
        return or_(column.is_(None), then) if compare.operator.startswith(">") else _sure(column, then)

    return made


def _on_day(scope: Scope, column: SQLColumnExpression[Any], compare: Compare) -> Condition:
    """Compare with a whole day of the viewer: `>` is after it, `>=` from its beginning."""
    day = dates.parse(compare.value)
    after = compare.operator in {">", "<="}
    edge = datetime.combine(day + timedelta(days=1) if after else day, datetime.min.time(), tzinfo=scope.zone)
    return column >= edge if compare.operator.startswith(">") else column < edge


def _birthday(scope: Scope, compare: Compare) -> Condition:
    column = col(Customer.birthday)
    if compare.value == "never":
        return column.is_(None)
    near, inside = _window(compare)
    within = and_(column.is_not(None), _celebrated(column, scope.today, near))
    return within if inside else and_(column.is_not(None), not_(within))


def _window(compare: Compare) -> tuple[int, bool]:
    """How many days from today on, today included, and whether they are meant or all the others."""
    amount = vocabulary.amount_of(compare.value) or timedelta()
    return amount.days + (compare.operator in {"<=", ">"}), compare.operator.startswith("<")


def _celebrated(column: SQLColumnExpression[Any], today: date, days: int) -> Condition:
    """Whether the next birthday is one of this many days from today on; 29 February is kept on the 28th elsewhere."""
    if days <= 0:
        return false()
    if days >= 365:
        return column.is_not(None)
    day = extract("month", column) * 100 + extract("day", column)
    first, last = _day_number(today), _day_number(_last_of(today + timedelta(days=days - 1)))
    return and_(day >= first, day <= last) if first <= last else or_(day >= first, day <= last)


def _last_of(day: date) -> date:
    leap = (day + timedelta(days=1)).month == 3 and day.month == 2
    return date(2000, 2, 29) if leap else day


def _day_number(day: date) -> int:
    return day.month * 100 + day.day


def _custom(scope: Scope, compare: Compare) -> Condition:
    definition = fields.find(scope.session, compare.field)
    if definition is None:
        raise Invalid("segment_field_unknown", field=compare.field[:40], at=compare.at)
    if definition.sensitive and not scope.viewer.sees_sensitive(None):
        raise NotAllowed("field_sensitive", field=compare.field[:40])
    if compare.operator != ":" and definition.type not in {FieldType.NUMBER, FieldType.DATE}:
        raise Invalid("segment_operator_invalid", field=compare.field[:40], operator=compare.operator)
    stored: Any = col(Customer.custom)[definition.key]
    if definition.type is FieldType.DATE:
        return _custom_date(scope, stored.as_string(), compare, definition)
    value = fields.parse(definition, compare.value)
    if isinstance(value, bool):
        return _sure(stored.as_boolean(), stored.as_boolean() == value)
    if isinstance(value, int | float):
        return _sure(stored.as_float(), _ORDER[compare.operator](stored.as_float(), float(value)))
    return _same(stored.as_string(), value)


def _custom_date(
    scope: Scope, column: SQLColumnExpression[str], compare: Compare, definition: FieldDefinition
) -> Condition:
    """Dates stand as `YYYY-MM-DD`, which sorts. An amount of time is counted from today on."""
    amount = vocabulary.amount_of(compare.value)
    if amount is None:
        return _sure(column, _ORDER[compare.operator](column, fields.parse(definition, compare.value)))
    if compare.operator == ":" or amount % timedelta(days=1):
        raise Invalid("segment_value_invalid", field=compare.field[:40], value=compare.value[:40])
    edge = (scope.today + amount).isoformat()
    ahead = _sure(column, column >= scope.today.isoformat())
    return and_(ahead, _ORDER[compare.operator](column, edge))


_ORDER: Mapping[str, Callable[[Any, Any], Condition]] = {
    ":": lambda column, value: column == value,
    "<": lambda column, value: column < value,
    "<=": lambda column, value: column <= value,
    ">": lambda column, value: column > value,
    ">=": lambda column, value: column >= value,
}
#: More ago is earlier.
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}

_BUILT_IN: Mapping[str, Callable[[Scope, Compare], Condition]] = {
    "tag": _tag,
    "stage": _stage,
    "tier": _tier,
    "kind": _kind,
    "owner": _owner,
    "company": _company,
    "source": _text(col(Customer.source)),
    "position": _text(col(Customer.position)),
    "opted_out": _opted_out,
    "birthday": _birthday,
    "last_contact": _moment(col(Customer.last_contact_at)),
    "created": _moment(col(Customer.created_at)),
}
