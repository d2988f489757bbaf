"""Tags: once per customer, with their cause, and made when they are new."""

from collections.abc import Iterator

import pytest
from sqlmodel import Session, select

from crm_core.customers import records
from crm_core.customers.records import Draft
from crm_core.customers.tables import Customer
from crm_core.database import Database
from crm_core.errors import Invalid, NotFound
from crm_core.tags import tags
from crm_core.tags.tables import CustomerTag, Tag
from tests.crm_core.conftest import NOW, Cast


@pytest.fixture
def session(sqlite_database: Database) -> Iterator[Session]:
    """The kind of the database does not matter here."""
    with sqlite_database.writing() as session:
        yield session


def _zhang(session: Session, cast: Cast) -> Customer:
    return records.create(session, Draft("张三"), viewer=cast.alice, now=NOW)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("VIP", "VIP"),
        ("#VIP", "VIP"),
        ("##　老 朋友 ", "老 朋友"),
        ("ＶＩＰ\u200b", "VIP"),
        ("🔥热", "🔥热"),
        ("A&B(高)", "A&B(高)"),
    ],
)
def test_a_name_is_stored_as_typed_without_its_sign(typed: str, stored: str) -> None:
    assert tags.parse_name(typed) == stored


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", "tag_name_empty"),
        ("#", "tag_name_empty"),
        (" \u200b", "tag_name_empty"),
        ("x" * 51, "tag_name_too_long"),
        ("x" * 100_000, "tag_name_too_long"),
        ('a "b"', "tag_name_quoted"),
        ("「热」", "tag_name_quoted"),
    ],
)
def test_what_is_no_name_is_refused(typed: str, problem: str) -> None:
    with pytest.raises(Invalid, match=f"^{problem}$"):
        tags.parse_name(typed)


def test_adding_says_what_is_new_on_the_customer(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast)
    assert tags.add(session, zhang, ["VIP", "展会", "vip"], viewer=cast.alice, now=NOW) == ["VIP", "展会"]
    assert tags.add(session, zhang, ["ＶＩＰ", "展會", "新"], viewer=cast.alice, now=NOW) == ["新"]
    assert tags.of(session, [zhang.id, 999]) == {zhang.id: ["VIP", "展会", "新"], 999: []}
    assert len(session.exec(select(Tag)).all()) == 3


def test_removing_says_what_was_on_the_customer(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast)
    tags.add(session, zhang, ["VIP", "展会"], viewer=cast.alice, now=NOW)
    assert tags.remove(session, zhang, ["vip", "unknown"], viewer=cast.alice, now=NOW) == ["VIP"]
    assert tags.remove(session, zhang, ["VIP"], viewer=cast.alice, now=NOW) == []
    assert tags.of(session, [zhang.id]) == {zhang.id: ["展会"]}


def test_a_tag_knows_its_cause_and_who_put_it(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast)
    tags.add(session, zhang, ["热"], viewer=cast.bob, now=NOW, cause="rule", detail="价格")
    mark = session.exec(select(CustomerTag)).one()
    assert (mark.cause, mark.cause_detail, mark.staff_id, mark.at) == ("rule", "价格", cast.bob.staff_id, NOW)


def test_one_bad_name_and_nothing_is_tagged(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast)
    with pytest.raises(Invalid, match="tag_name_too_long"):
        tags.add(session, zhang, ["VIP", "x" * 51], viewer=cast.alice, now=NOW)
    assert tags.all_tags(session) == []


def test_all_tags_are_listed_the_commonest_first(session: Session, cast: Cast) -> None:
    one, two = _zhang(session, cast), _zhang(session, cast)
    tags.add(session, one, ["a", "b"], viewer=cast.alice, now=NOW)
    tags.add(session, two, ["b", "c"], viewer=cast.alice, now=NOW)
    tags.remove(session, two, ["c"], viewer=cast.alice, now=NOW)
    assert tags.all_tags(session) == [("b", 2), ("a", 1), ("c", 0)]
    with pytest.raises(NotFound, match="tag_not_found"):
        tags.named(session, "d")
