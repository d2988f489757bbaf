"""Phones, e-mails and addresses: read strictly, kept with one primary each, masked for whom they are not."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from crm_core.customers import contacts, phones, records
from crm_core.customers.records import Draft
from crm_core.customers.tables import ContactKind, Customer
from crm_core.database import Database
from crm_core.errors import Conflict, Invalid, NotFound
from tests.crm_core.conftest import NOW, Cast


@pytest.fixture
def session(sqlite_database: Database) -> Iterator[Session]:
    """The kind of the database does not matter here."""
    with sqlite_database.writing() as session:
        yield session


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("13800138812", "+8613800138812"),
        ("138 0013 8812", "+8613800138812"),
        ("138-0013-8812", "+8613800138812"),
        ("１３８００１３８８１２", "+8613800138812"),
        ("+86 138 0013 8812", "+8613800138812"),
        ("0086-13800138812", "+8613800138812"),
        ("8613800138812", "+8613800138812"),
        ("15048530186.0", "+8615048530186"),
        ("1.5048530186E10", "+8615048530186"),
        ("1.5048530186e+10", "+8615048530186"),
        ("手机:13800138812", "+8613800138812"),
        ("Tel. 138 0013 8812", "+8613800138812"),
        ("021-62345678", "+862162345678"),
        ("(010) 8888 6666", "+861088886666"),
        ("０２１－６２３４５６７８", "+862162345678"),
        ("400-820-8820", "+864008208820"),
        ("+1 415 555 2671", "+14155552671"),
        ("+1 (206) 555-0100", "+12065550100"),
        ("+852 2345 6789", "+85223456789"),
        ("+886 912 345 678", "+886912345678"),
        ("+44 20 7946 0958", "+442079460958"),
    ],
)
def test_a_phone_is_read_however_it_is_written(typed: str, number: str) -> None:
    assert phones.parse(typed, "CN").number == number
    assert phones.parse(number, "CN").number == number


def test_a_phone_without_a_country_code_is_one_of_the_country() -> None:
    assert phones.parse("(415) 555-2671", "US").number == "+14155552671"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "812",
        "10086",
        "12345678901",
        "1380013881",
        "138001388123",
        "62345678",
        "1.50485E+10",
        "1.5E+400",
        "15048530186.5",
        "电话",
        "1-800-FLOWERS",
        "13800138812 13800138813",
        "call 13800138812 now",
        "+999 1234567",
        "1" * 100_000,
        "13800138812; DROP TABLE customer",
        "²³⁴",
        "\x00",
    ],
)
def test_what_is_no_phone_is_refused(typed: str) -> None:
    with pytest.raises(Invalid, match="phone_invalid"):
        phones.parse(typed, "CN")


@pytest.mark.parametrize(
    "typed", ["021-62345678转801", "021-62345678 转 801", "021-62345678 ext. 801", "021-62345678x801"]
)
def test_an_extension_is_kept_beside_the_number(typed: str) -> None:
    assert phones.parse(typed, "CN") == phones.Phone("+862162345678", "801")


@pytest.mark.parametrize(
    ("number", "shown", "masked"),
    [
        ("+8613800138812", "13800138812", "138****8812"),
        ("+862162345678", "021 6234 5678", "+86****5678"),
        ("+14155552671", "+1 415-555-2671", "+1****2671"),
        ("+85223456789", "+852 2345 6789", "+852****6789"),
        ("+2901234", "+290 1234", "+290****34"),
    ],
)
def test_a_phone_is_shown_in_full_or_masked(number: str, shown: str, masked: str) -> None:
    assert contacts.shown(ContactKind.PHONE, number) == shown
    assert contacts.masked(ContactKind.PHONE, number) == masked


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Zhang.San@Acme.COM", "zhang.san@acme.com"),
        (" zs@acme.com ", "zs@acme.com"),
        ("ｚｓ＠ａｃｍｅ．ｃｏｍ", "zs@acme.com"),
        ("mailto:zs@acme.com", "zs@acme.com"),
        ("<zs@acme.com>", "zs@acme.com"),
        ("o'neil+crm@mail.acme.co.uk", "o'neil+crm@mail.acme.co.uk"),
        ("12345@qq.com", "12345@qq.com"),
    ],
)
def test_an_email_is_stored_in_lower_case(typed: str, stored: str) -> None:
    assert contacts.parse_email(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "acme.com",
        "@acme.com",
        "zs@",
        "zs@acme",
        "zs@@acme.com",
        "zs@acme..com",
        ".zs@acme.com",
        "zs.@acme.com",
        "z s@acme.com",
        "zs@-acme.com",
        "zs@acme.com, li@acme.com",
        "张三@acme.com",
        "zs@acme.com\r\nBcc: all@acme.com",
        '"a b"@acme.com',
        "a" * 65 + "@acme.com",
        "a@" + "b." * 130 + "com",
        "a" * 100_000 + "@acme.com",
        "=cmd|' /C calc'!A0@acme.com",
    ],
)
def test_what_is_no_email_is_refused(typed: str) -> None:
    with pytest.raises(Invalid, match="email_invalid"):
        contacts.parse_email(typed)


@given(st.text(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_as_an_email_or_refused(text: str) -> None:
    try:
        stored = contacts.parse_email(text)
    except Invalid:
        return
    assert contacts.parse_email(stored) == stored


def test_an_email_and_an_address_are_masked_and_a_short_one_shows_nothing() -> None:
    assert contacts.masked(ContactKind.EMAIL, "zhangsan@acme.com") == "z***@acme.com"
    assert contacts.masked(ContactKind.EMAIL, "z@acme.com") == "***@acme.com"
    assert contacts.masked(ContactKind.ADDRESS, "上海市浦东新区世纪大道 1 号") == "上海市***"
    assert contacts.masked(ContactKind.ADDRESS, "上海") == "***"


def test_an_address_is_one_bounded_line() -> None:
    assert contacts.parse_address("上海市\n浦东新区\u202e  1 号") == "上海市 浦东新区 1 号"
    with pytest.raises(Invalid, match="address_empty"):
        contacts.parse_address(" \n ")
    with pytest.raises(Invalid, match="address_too_long"):
        contacts.parse_address("路" * 301)


def _zhang(session: Session, cast: Cast, *typed: str) -> Customer:
    return records.create(session, Draft("张三", phones=typed), viewer=cast.alice, now=NOW)


def _phones(session: Session, customer: Customer) -> list[tuple[str, bool]]:
    return [(point.value, point.is_primary) for point in contacts.of(session, [customer.id])[customer.id]]


def test_the_first_phone_becomes_the_primary_one(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast, "13800138812", "13900139912")
    assert _phones(session, zhang) == [("+8613800138812", True), ("+8613900139912", False)]


def test_removing_the_primary_one_promotes_the_oldest_of_the_others(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast, "13800138812", "13900139912", "13700137712")
    contacts.remove(session, zhang, ContactKind.PHONE, "138 0013 8812", country="CN")
    assert _phones(session, zhang) == [("+8613900139912", True), ("+8613700137712", False)]


def test_the_same_phone_is_kept_once(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast, "13800138812", "+86 138 0013 8812")
    contacts.add(session, zhang, ContactKind.PHONE, "13800138812", country="CN")
    assert _phones(session, zhang) == [("+8613800138812", True)]


def test_each_kind_has_its_own_primary_one(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast, "13800138812")
    contacts.add(session, zhang, ContactKind.EMAIL, "zs@acme.com", country="CN")
    contacts.add(session, zhang, ContactKind.ADDRESS, "上海", country="CN")
    assert [point.is_primary for point in contacts.of(session, [zhang.id])[zhang.id]] == [True, True, True]


def test_what_is_not_there_cannot_be_removed(session: Session, cast: Cast) -> None:
    with pytest.raises(NotFound, match="contact_not_found"):
        contacts.remove(session, _zhang(session, cast), ContactKind.PHONE, "13800138812", country="CN")


def test_there_is_a_bound_to_the_number_of_phones(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast, *(f"138001388{tail:02}" for tail in range(50)))
    with pytest.raises(Conflict, match="contacts_too_many"):
        contacts.add(session, zhang, ContactKind.PHONE, "13900139912", country="CN")


def test_the_owner_of_a_phone_is_found_with_its_extension_beside_it(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast, "021-62345678转801")
    assert contacts.owners_of(session, ContactKind.PHONE, "+862162345678") == [zhang]
    (point,) = contacts.of(session, [zhang.id])[zhang.id]
    assert (point.label, point.reversed) == ("ext. 801", "8765432612" + "68")
