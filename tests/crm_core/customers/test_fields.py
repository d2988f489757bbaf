"""Custom fields: typed, named in both languages, and never of two types."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlmodel import Session

from crm_core.customers import fields
from crm_core.customers.tables import FieldDefinition, FieldType
from crm_core.database import Database
from crm_core.errors import Conflict, Invalid, NotAllowed
from crm_core.people import operations
from tests.crm_core.conftest import NOW, Cast


@pytest.fixture
def session(sqlite_database: Database) -> Iterator[Session]:
    """The kind of the database does not matter here."""
    with sqlite_database.writing() as session:
        yield session


@dataclass(frozen=True)
class Declared:
    key: str
    label_zh: str
    label_en: str
    type: FieldType = FieldType.TEXT
    choices: tuple[str, ...] = field(default=())
    sensitive: bool = False


def _definition(kind: FieldType, *choices: str) -> FieldDefinition:
    return FieldDefinition(key="f", label_zh="字段", label_en="Field", type=kind, choices=list(choices))


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (FieldType.TEXT, "  a　b\u200b ", "a b"),
        (FieldType.NUMBER, "12,000", 12000),
        (FieldType.NUMBER, "１２．５", 12.5),
        (FieldType.NUMBER, "-3", -3),
        (FieldType.NUMBER, "12.5万", 125000),
        (FieldType.NUMBER, "0.1w", 1000),
        (FieldType.NUMBER, "3K", 3000),
        (FieldType.NUMBER, "1.2亿", 120000000),
        (FieldType.NUMBER, "¥5000元", 5000),
        (FieldType.NUMBER, "5.0", 5),
        (FieldType.DATE, "2027-2-28", "2027-02-28"),
        (FieldType.DATE, "2027年2月28日", "2027-02-28"),
        (FieldType.DATE, "20270228", "2027-02-28"),
        (FieldType.DATE, "28 Feb 2027", "2027-02-28"),
        (FieldType.DATE, "February 28th, 2027", "2027-02-28"),
        (FieldType.DATE, "2027-02-28 00:00:00", "2027-02-28"),
        (FieldType.DATE, "2028-02-29", "2028-02-29"),
        (FieldType.CHOICE, "large", "Large"),
        (FieldType.CHOICE, "繁體", "繁体"),
        (FieldType.YES_NO, "是", True),
        (FieldType.YES_NO, "N", False),
    ],
)
def test_a_value_is_read_by_the_type_of_its_field(kind: FieldType, text: str, value: fields.Value) -> None:
    read = fields.parse(_definition(kind, "Large", "繁体"), text)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("kind", "text", "problem"),
    [
        (FieldType.TEXT, " \u200b ", "field_value_empty"),
        (FieldType.TEXT, "x" * 1001, "field_value_too_long"),
        (FieldType.TEXT, "x" * 100_000, "field_value_too_long"),
        (FieldType.NUMBER, "many", "number_invalid"),
        (FieldType.NUMBER, "1e999", "number_invalid"),
        (FieldType.NUMBER, "nan", "number_invalid"),
        (FieldType.NUMBER, "inf", "number_invalid"),
        (FieldType.NUMBER, "9" * 30, "number_invalid"),
        (FieldType.NUMBER, "1.2.3", "number_invalid"),
        (FieldType.DATE, "2027-02-29", "date_invalid"),
        (FieldType.DATE, "2027-02-31", "date_invalid"),
        (FieldType.DATE, "31 February 2027", "date_invalid"),
        (FieldType.DATE, "2027/13/01", "date_invalid"),
        (FieldType.DATE, "2027-1/2", "date_invalid"),
        (FieldType.DATE, "1604-01-01", "date_invalid"),
        (FieldType.DATE, "tomorrow", "date_invalid"),
        (FieldType.DATE, "5月3日", "date_without_year"),
        (FieldType.CHOICE, "huge", "choice_unknown"),
        (FieldType.YES_NO, "maybe", "yes_no_unknown"),
    ],
)
def test_what_does_not_fit_the_type_is_refused(kind: FieldType, text: str, problem: str) -> None:
    with pytest.raises(Invalid, match=f"^{problem}$"):
        fields.parse(_definition(kind, "Large"), text)


def test_only_an_administrator_declares_and_archives(session: Session, cast: Cast) -> None:
    definition = fields.declare(session, "budget", "预算", "Budget", FieldType.NUMBER, viewer=cast.admin)
    for refused in (cast.alice, cast.boss, cast.intern):
        with pytest.raises(NotAllowed, match="right_missing"):
            fields.declare(session, "size", "规模", "Size", FieldType.TEXT, viewer=refused)
        with pytest.raises(NotAllowed, match="right_missing"):
            fields.archive(session, definition, now=NOW, viewer=refused)
    fields.archive(session, definition, now=NOW, viewer=cast.admin)
    assert fields.active(session) == []


def test_a_field_is_found_by_its_key_and_its_labels(session: Session) -> None:
    budget = fields.declare(session, "yearly_budget", "年度预算", "Yearly Budget", FieldType.NUMBER)
    for word in ("yearly_budget", "年度预算", "年度預算", "YEARLY budget"):
        assert fields.find(session, word) is budget
    assert fields.find(session, "budget") is None


def test_a_missing_label_is_the_other_one(session: Session) -> None:
    definition = fields.declare(session, "size", "规模", "", FieldType.TEXT)
    assert (definition.label_zh, definition.label_en) == ("规模", "规模")


@pytest.mark.parametrize("key", ["", "Budget", "1st", "预算", "a b", "a" * 41, 'x"; --', "a.b"])
def test_a_key_is_plain(session: Session, key: str) -> None:
    with pytest.raises(Invalid, match="field_key_invalid"):
        fields.declare(session, key, "预算", "Budget", FieldType.TEXT)


def test_a_declaration_that_cannot_be_kept_is_refused(session: Session) -> None:
    fields.declare(session, "budget", "预算", "Budget", FieldType.NUMBER)
    with pytest.raises(Conflict, match="field_type_fixed"):
        fields.declare(session, "budget", "预算", "Budget", FieldType.TEXT)
    with pytest.raises(Conflict, match="field_word_taken"):
        fields.declare(session, "budget2", "预 算", "Budget 2", FieldType.NUMBER)
    with pytest.raises(Conflict, match="field_word_taken"):
        fields.declare(session, "handy", "手机", "Handy", FieldType.TEXT)
    with pytest.raises(Invalid, match="field_choices_missing"):
        fields.declare(session, "size", "规模", "Size", FieldType.CHOICE)
    with pytest.raises(Invalid, match="name_empty"):
        fields.declare(session, "size", " ", "", FieldType.TEXT)
    assert [definition.key for definition in fields.active(session)] == ["budget"]


def test_the_config_is_kept_in_step_and_what_the_chat_made_stays(session: Session) -> None:
    fields.declare(session, "made_in_chat", "聊天", "Chat", FieldType.TEXT)
    budget, size = Declared("budget", "预算", "Budget", FieldType.NUMBER), Declared("size", "规模", "Size")
    fields.sync(session, [budget, size], now=NOW)
    assert [definition.key for definition in fields.active(session)] == ["made_in_chat", "budget", "size"]
    fields.sync(session, [Declared("budget", "年预算", "Budget", FieldType.NUMBER, sensitive=True)], now=NOW)
    kept = {definition.key: definition for definition in fields.active(session)}
    assert set(kept) == {"made_in_chat", "budget"}
    assert (kept["budget"].label_zh, kept["budget"].sensitive) == ("年预算", True)
    fields.sync(session, [budget, size], now=NOW)
    assert len(fields.active(session)) == 3


def test_two_fields_of_the_config_may_swap_their_labels(session: Session) -> None:
    fields.sync(session, [Declared("a", "甲", "First"), Declared("b", "乙", "Second")], now=NOW)
    fields.sync(session, [Declared("a", "乙", "Second"), Declared("b", "甲", "First")], now=NOW)
    assert [definition.label_zh for definition in fields.active(session)] == ["乙", "甲"]


def test_a_declaration_can_be_undone(session: Session, cast: Cast) -> None:
    with operations.recording(session, viewer=cast.admin, command="field", now=NOW) as declaring:
        fields.declare(session, "size", "规模", "Size", FieldType.CHOICE, choices=["大", "小"], viewer=cast.admin)
    with operations.recording(session, viewer=cast.admin, command="field", now=NOW) as archiving:
        fields.archive(session, fields.active(session)[0], now=NOW + timedelta(minutes=1), viewer=cast.admin)
    operations.undo(session, archiving, viewer=cast.admin, now=NOW)
    assert fields.active(session)[0].choices == ["大", "小"]
    operations.undo(session, declaring, viewer=cast.admin, now=NOW)
    assert fields.active(session) == []
