"""The master record: what may be written by whom, and what is refused with nothing written."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session, col, func, select

from crm_core.customers import contacts, field_words, fields, names, records, summary
from crm_core.customers.records import Changed, Draft
from crm_core.customers.tables import (
    ContactKind,
    Customer,
    CustomerKind,
    FieldType,
    OtherName,
    Stage,
    Tier,
)
from crm_core.errors import Conflict, CrmError, Invalid, NotAllowed, NotFound
from crm_core.people import operations, staff
from crm_core.people.tables import Role
from crm_core.people.viewer import Viewer, of_token
from crm_core.tags import tags
from tests.crm_core.conftest import NOW, Cast
from tests.crm_core.rows import dump

LATER = NOW + timedelta(hours=1)


def _zhang(session: Session, cast: Cast, **more: object) -> Customer:
    draft = Draft("张三", phones=["13800138812"], emails=["zs@acme.com"], company="Acme", **more)  # type: ignore[arg-type]
    return records.create(session, draft, viewer=cast.alice, now=NOW)


def _set(session: Session, customer: Customer, field: str, value: str, viewer: Viewer) -> Changed:
    return records.change(session, customer, field, value, viewer=viewer, now=LATER, country="CN")


def test_a_customer_is_its_makers_and_everything_typed_is_read(session: Session, cast: Cast) -> None:
    fields.declare(session, "budget", "预算", "Budget", FieldType.NUMBER)
    draft = Draft(
        "  张　三 ",
        phones=["138 0013 8812", "", "13900139912"],
        emails=["ZS@Acme.com"],
        addresses=["上海市"],
        company="Acme",
        position="总经理",
        stage="意向",
        tier="a级",
        birthday="1988年5月3日",
        source="展会",
        tags=["VIP", "#展会"],
        custom={"预算": "10万"},
        other_names=["三哥"],
        timezone="Asia/Shanghai",
        language="中文",
    )
    zhang = records.create(session, draft, viewer=cast.alice, now=NOW)
    session.expire_all()
    assert (zhang.name, zhang.name_key, zhang.kind) == ("张 三", "张三", CustomerKind.PERSON)
    assert (zhang.owner_id, zhang.created_by_id) == (cast.alice.staff_id, cast.alice.staff_id)
    assert (zhang.stage, zhang.tier, zhang.birthday) == (Stage.INTERESTED, Tier.A, date(1988, 5, 3))
    assert (zhang.position, zhang.source, zhang.timezone, zhang.language) == ("总经理", "展会", "Asia/Shanghai", "zh")
    assert zhang.custom == {"budget": 100000}
    assert (zhang.created_at, zhang.updated_at) == (NOW, NOW)
    card = summary.of(session, zhang, viewer=cast.alice, now=NOW)
    assert (card.phones, card.emails, card.addresses) == (["13800138812", "13900139912"], ["zs@acme.com"], ["上海市"])
    assert (card.tags, card.other_names, card.company) == (["VIP", "展会"], ["三哥"], "Acme")


_BAD_DRAFTS = (
    (Draft(""), "name_empty"),
    (Draft("张" * 201), "name_too_long"),
    (Draft("张三", phones=["812"]), "phone_invalid"),
    (Draft("张三", emails=["acme"]), "email_invalid"),
    (Draft("张三", addresses=["路" * 301]), "address_too_long"),
    (Draft("张三", company="公" * 201), "name_too_long"),
    (Draft("张三", position="总" * 201), "field_value_too_long"),
    (Draft("张三", stage="nowhere"), "stage_unknown"),
    (Draft("张三", tier="Z"), "tier_unknown"),
    (Draft("张三", birthday="1988-02-31"), "date_invalid"),
    (Draft("张三", birthday="2030-01-01"), "birthday_in_the_future"),
    (Draft("张三", source="源" * 201), "field_value_too_long"),
    (Draft("张三", tags=["VIP", "x" * 51]), "tag_name_too_long"),
    (Draft("张三", owner="Somebody"), "staff_not_found"),
    (Draft("张三", custom={"colour": "red"}), "field_unknown"),
    (Draft("张三", other_names=[" "]), "name_empty"),
    (Draft("张三", timezone="Mars/Olympus"), "timezone_unknown"),
    (Draft("张三", language="tlh"), "language_unknown"),
)


def test_a_draft_with_one_bad_value_is_refused_and_nothing_of_it_is_written(session: Session, cast: Cast) -> None:
    before = dump(session)
    for draft, problem in _BAD_DRAFTS:
        with pytest.raises(CrmError, match=f"^{problem}$"):
            records.create(session, draft, viewer=cast.alice, now=NOW)
        assert dump(session) == before, problem


def test_a_viewer_writes_nothing(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast)
    with pytest.raises(NotAllowed, match="right_missing"):
        records.create(session, Draft("李四"), viewer=cast.intern, now=NOW)
    with pytest.raises(NotAllowed, match="right_missing"):
        _set(session, zhang, "stage", "成交", cast.intern)
    with pytest.raises(NotAllowed, match="right_missing"):
        records.assign(session, zhang, None, viewer=cast.intern, now=NOW)
    with pytest.raises(NotAllowed, match="right_missing"):
        tags.add(session, zhang, ["VIP"], viewer=cast.intern, now=NOW)
    with pytest.raises(NotAllowed, match="right_missing"):
        tags.remove(session, zhang, ["VIP"], viewer=cast.intern, now=NOW)
    assert records.get(session, zhang.id, viewer=cast.intern) is zhang


def test_what_may_not_be_seen_is_not_found_whatever_is_asked(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast)
    for refused in (
        lambda: records.get(session, zhang.id, viewer=cast.charlie),
        lambda: _set(session, zhang, "stage", "成交", cast.charlie),
        lambda: records.assign(session, zhang, None, viewer=cast.charlie, now=NOW),
        lambda: tags.add(session, zhang, ["VIP"], viewer=cast.charlie, now=NOW),
        lambda: tags.remove(session, zhang, ["VIP"], viewer=cast.charlie, now=NOW),
        lambda: summary.of(session, zhang, viewer=cast.charlie, now=NOW),
        lambda: records.get(session, 999, viewer=cast.charlie),
        lambda: records.get(session, 0, viewer=cast.charlie),
        lambda: records.get(session, -1, viewer=cast.charlie),
        lambda: records.get(session, 10**30, viewer=cast.charlie),
    ):
        with pytest.raises(NotFound, match=r"^customer_not_found$"):
            refused()
    for viewer in (cast.alice, cast.bob, cast.boss, cast.admin, cast.intern):
        assert records.get(session, zhang.id, viewer=viewer) is zhang


def test_a_phone_or_email_that_is_known_is_refused_with_whose_it_is(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast)
    for draft in (Draft("李四", phones=["+86 138-0013-8812"]), Draft("李四", emails=["zs@ACME.com"])):
        with pytest.raises(Conflict, match=r"^customer_duplicate$") as refused:
            records.create(session, draft, viewer=cast.bob, now=NOW)
        assert (refused.value.details["id"], refused.value.details["name"]) == (zhang.id, "张三")
    li = records.create(session, Draft("李四"), viewer=cast.alice, now=NOW)
    with pytest.raises(Conflict, match=r"^customer_duplicate$"):
        _set(session, li, "phone", "13800138812", cast.alice)
    assert contacts.of(session, [li.id]) == {li.id: []}


def test_of_a_customer_who_is_not_visible_a_duplicate_tells_only_the_owner(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast)
    with pytest.raises(Conflict, match=r"^customer_duplicate_hidden$") as refused:
        records.create(session, Draft("李四", phones=["13800138812"]), viewer=cast.charlie, now=NOW)
    assert refused.value.details == {"owner": "Alice", "value": "13800138812"}
    li = records.create(session, Draft("李四"), viewer=cast.charlie, now=NOW)
    with pytest.raises(Conflict, match=r"^customer_duplicate_hidden$"):
        _set(session, li, "email", "zs@acme.com", cast.charlie)
    assert zhang.name not in str(refused.value.details)


def test_a_duplicate_can_be_made_on_purpose_and_an_address_is_shared_freely(session: Session, cast: Cast) -> None:
    _zhang(session, cast, addresses=["上海"])
    again = Draft("张三的妻子", phones=["13800138812"], addresses=["上海"])
    wife = records.create(session, again, viewer=cast.alice, now=NOW, allow_duplicate=True)
    owners = contacts.owners_of(session, ContactKind.PHONE, "+8613800138812")
    assert [owner.name for owner in owners] == ["张三", "张三的妻子"]
    li = records.create(session, Draft("李四", addresses=["上海"]), viewer=cast.alice, now=NOW)
    records.change(session, li, "phone", "13800138812", viewer=cast.alice, now=NOW, allow_duplicate=True)
    assert wife.id < li.id


def test_setting_the_phone_a_customer_has_already_is_no_duplicate(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast)
    assert _set(session, zhang, "电话", "138 0013 8812", cast.alice) == Changed("phone", "13800138812", "13800138812")


def test_a_company_is_shared_by_its_people_and_made_once(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast)
    li = records.create(session, Draft("李四", company=" ａｃｍｅ "), viewer=cast.charlie, now=NOW)
    assert zhang.company_id == li.company_id
    acme = session.get_one(Customer, zhang.company_id)
    assert (acme.name, acme.kind, acme.owner_id) == ("Acme", CustomerKind.COMPANY, None)


def test_a_company_that_is_not_visible_is_neither_linked_nor_told_of(session: Session, cast: Cast) -> None:
    hidden = records.create(session, Draft("Umbrella", kind=CustomerKind.COMPANY), viewer=cast.charlie, now=NOW)
    li = records.create(session, Draft("李四", company="Umbrella"), viewer=cast.alice, now=NOW)
    assert li.company_id not in {None, hidden.id}
    with pytest.raises(Conflict, match=r"^customer_duplicate"):
        records.create(session, Draft("umbrella", kind=CustomerKind.COMPANY), viewer=cast.alice, now=NOW)


def test_a_company_of_the_same_name_is_refused_and_people_may_share_a_name(session: Session, cast: Cast) -> None:
    acme = records.create(session, Draft("Acme", kind=CustomerKind.COMPANY), viewer=cast.charlie, now=NOW)
    with pytest.raises(Conflict, match=r"^customer_duplicate_hidden$"):
        records.create(session, Draft("ACME", kind=CustomerKind.COMPANY), viewer=cast.alice, now=NOW)
    other = records.create(session, Draft("Acme 2", kind=CustomerKind.COMPANY), viewer=cast.charlie, now=NOW)
    with pytest.raises(Conflict, match=r"^customer_duplicate$") as refused:
        _set(session, other, "name", "acme", cast.charlie)
    assert refused.value.details["id"] == acme.id
    one, two = (records.create(session, Draft("王五"), viewer=cast.alice, now=NOW) for _ in range(2))
    assert one.id != two.id


def test_one_can_make_a_customer_for_somebody_else_or_for_the_pool(session: Session, cast: Cast) -> None:
    for owner, owner_id in (
        ("bob", cast.bob.staff_id),
        ("公海", None),
        ("我", cast.alice.staff_id),
        (" ", cast.alice.staff_id),
    ):
        customer = records.create(session, Draft("王五", owner=owner), viewer=cast.alice, now=NOW)
        assert customer.owner_id == owner_id


def test_a_token_makes_customers_of_the_pool(session: Session, cast: Cast) -> None:
    token = of_token("website", Role.SALES, timezone="Asia/Shanghai", language="zh")
    customer = records.create(session, Draft("王五"), viewer=token, now=NOW)
    assert (customer.owner_id, customer.created_by_id) == (None, None)
    assert records.get(session, customer.id, viewer=cast.charlie) is customer


_CHANGES = (
    ("姓名", "张三丰", Changed("name", "张三", "张三丰")),
    ("阶段", "成交", Changed("stage", "lead", "won")),
    ("STAGE", "Churned", Changed("stage", "won", "lost")),
    ("等级", "a级", Changed("tier", "", "A")),
    ("tier", "清空", Changed("tier", "A", "")),
    ("生日", "1988/5/3", Changed("birthday", "", "1988-05-03")),
    ("birthday", "5月3日", Changed("birthday", "1988-05-03", "05-03")),
    ("birthday", "05-04", Changed("birthday", "05-03", "05-04")),
    ("birthday", "-", Changed("birthday", "05-04", "")),
    ("公司", "Umbrella", Changed("company", "Acme", "Umbrella")),
    ("company", "none", Changed("company", "Umbrella", "")),
    ("Job Title", "CEO", Changed("position", "", "CEO")),
    ("来源", "展会", Changed("source", "", "展会")),
    ("电话", "13900139912", Changed("phone", "13800138812", "13900139912")),
    ("phone", "-13900139912", Changed("phone", "13900139912", "13800138812")),
    ("phone", "clear", Changed("phone", "13800138812", "")),
    ("邮箱", "ZSF@acme.com", Changed("email", "zs@acme.com", "zsf@acme.com")),
    ("地址", "武当山 1 号", Changed("address", "", "武当山 1 号")),
    ("时区", "Europe/Berlin", Changed("timezone", "", "Europe/Berlin")),
    ("语言", "English", Changed("language", "", "en")),
    ("退订", "是", Changed("opted_out", "no", "yes")),
    ("opted out", "否", Changed("opted_out", "yes", "no")),
    ("预算", "12.5w", Changed("budget", "", "125000")),
    ("Budget", "-", Changed("budget", "125000", "")),
    ("负责人", "Bob", Changed("owner", "Alice", "Bob")),
    ("owner", "公海", Changed("owner", "Bob", "")),
    ("kind", "company", Changed("kind", "person", "company")),
)


def test_every_field_is_set_by_its_words_in_both_languages(session: Session, cast: Cast) -> None:
    fields.declare(session, "budget", "预算", "Budget", FieldType.NUMBER)
    zhang = _zhang(session, cast)
    for field, value, changed in _CHANGES:
        assert _set(session, zhang, field, value, cast.bob) == changed
    assert zhang.updated_at == LATER
    assert {changed.field for *_, changed in _CHANGES} == set(field_words.FIELD_WORDS.values()) | {"budget"}


_BAD_CHANGES = (
    ("favourite colour", "red", "field_unknown"),
    ("", "red", "field_unknown"),
    ("name", "", "name_empty"),
    ("phone", "812", "phone_invalid"),
    ("phone", "-13700137712", "contact_not_found"),
    ("email", "zs", "email_invalid"),
    ("address", "路" * 301, "address_too_long"),
    ("stage", "nowhere", "stage_unknown"),
    ("stage", "", "stage_unknown"),
    ("tier", "D", "tier_unknown"),
    ("birthday", "2027-02-30", "date_invalid"),
    ("birthday", "31 February 1988", "date_invalid"),
    ("birthday", "2月30日", "date_invalid"),
    ("birthday", "1850-01-01", "date_invalid"),
    ("birthday", "2026-11-19", "birthday_in_the_future"),
    ("owner", "Somebody", "staff_not_found"),
    ("timezone", "../../etc/passwd", "timezone_unknown"),
    ("opted_out", "maybe", "yes_no_unknown"),
    ("kind", "dog", "kind_unknown"),
    ("budget", "many", "number_invalid"),
    ("position", "x" * 100_000, "field_value_too_long"),
)


def test_a_bad_value_is_refused_and_changes_nothing(session: Session, cast: Cast) -> None:
    fields.declare(session, "budget", "预算", "Budget", FieldType.NUMBER)
    zhang = _zhang(session, cast)
    before = dump(session)
    for field, value, problem in _BAD_CHANGES:
        with pytest.raises(CrmError, match=f"^{problem}$"), session.begin_nested():
            _set(session, zhang, field, value, cast.alice)
        assert dump(session) == before, (field, value)


def test_today_is_no_birthday_in_the_future_where_the_viewer_is(session: Session, cast: Cast) -> None:
    assert _set(session, _zhang(session, cast), "birthday", "2026-11-18", cast.alice).after == "2026-11-18"


def test_a_former_name_is_kept_and_a_name_taken_up_again_is_no_longer_former(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast)
    _set(session, zhang, "name", "张三丰", cast.alice)
    _set(session, zhang, "name", "張三丰", cast.alice)
    _set(session, zhang, "name", "张君宝", cast.alice)
    former = session.exec(select(OtherName.name).order_by(col(OtherName.id))).all()
    assert (zhang.name, former) == ("张君宝", ["张三", "張三丰"])
    _set(session, zhang, "name", "张三", cast.alice)
    assert session.exec(select(OtherName.name).order_by(col(OtherName.id))).all() == ["張三丰", "张君宝"]


def test_a_company_with_people_stays_a_company_and_does_not_belong_to_itself(session: Session, cast: Cast) -> None:
    acme = session.get_one(Customer, _zhang(session, cast).company_id)
    with pytest.raises(Conflict, match="company_has_members"):
        _set(session, acme, "kind", "个人", cast.alice)
    with pytest.raises(Invalid, match="company_of_itself"):
        _set(session, acme, "company", "acme", cast.alice)


def test_a_customer_is_handed_over_and_leaves_ones_sight(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast)
    records.assign(session, zhang, cast.staff["charlie"], viewer=cast.alice, now=LATER)
    assert records.get(session, zhang.id, viewer=cast.charlie).owner_id == cast.charlie.staff_id
    with pytest.raises(NotFound, match="customer_not_found"):
        records.get(session, zhang.id, viewer=cast.alice)
    records.assign(session, zhang, None, viewer=cast.charlie, now=LATER)
    records.assign(session, zhang, cast.staff["alice"], viewer=cast.alice, now=LATER)
    assert zhang.owner_id == cast.alice.staff_id


def test_nobody_gets_a_customer_who_has_left(session: Session, cast: Cast) -> None:
    bob = staff.change(session, cast.staff["bob"], active=False)
    with pytest.raises(Invalid, match="staff_inactive"):
        records.assign(session, _zhang(session, cast), bob, viewer=cast.alice, now=NOW)
    with pytest.raises(NotFound, match="staff_not_found"):
        _set(session, _zhang2(session, cast), "owner", "Bob", cast.alice)


def _zhang2(session: Session, cast: Cast) -> Customer:
    return records.create(session, Draft("张四"), viewer=cast.alice, now=NOW)


def test_contact_is_remembered_forward_only(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast)
    records.touch(session, zhang.id, NOW)
    records.touch(session, zhang.id, NOW - timedelta(days=1))
    assert zhang.last_contact_at == NOW
    records.touch(session, zhang.id, datetime(2026, 12, 1, tzinfo=UTC))
    assert zhang.last_contact_at == datetime(2026, 12, 1, tzinfo=UTC)


def test_text_of_any_kind_is_stored_and_found_again(session: Session, cast: Cast) -> None:
    for typed in (
        "]]>",
        "100%_\\",
        "O'Neil; DROP TABLE customer;--",
        "שלום عليكم",
        "👨\u200d👩\u200d👧",
        "\ud83dx",
        "a\x00b",
        "=1+1",
    ):
        customer = records.create(session, Draft(typed, source=typed, position=typed), viewer=cast.alice, now=NOW)
        session.expire(customer)
        assert customer.name == names.normalise(typed)
    assert session.exec(select(func.count(col(Customer.id)))).one() == 8


def test_a_number_that_was_taken_back_is_not_given_to_another_customer(session: Session, cast: Cast) -> None:
    with operations.recording(session, viewer=cast.alice, command="new", now=NOW) as operation:
        number = _zhang2(session, cast).id
    operations.undo(session, operation, viewer=cast.alice, now=NOW)
    assert _zhang2(session, cast).id > number


def test_the_words_for_fields_are_in_the_form_they_are_compared_in(session: Session) -> None:
    for word, field in field_words.BY_KEY.items():
        assert names.matching_form(word) == word
        assert records.field_named(session, word.upper()) == field
    assert records.FIELD_WORDS["电话"] == records.FIELD_WORDS["phone number"] == "phone"


def test_the_card_shows_everything_in_full_to_whom_may_see_it(session: Session, cast: Cast) -> None:
    fields.declare(session, "idcard", "身份证", "ID card", FieldType.TEXT, sensitive=True)
    fields.declare(session, "paid", "已付款", "Paid", FieldType.YES_NO)
    zhang = _zhang(
        session, cast, tags=["VIP"], custom={"idcard": "310000", "paid": "是"}, birthday="5-3", addresses=["上海市浦东"]
    )
    records.touch(session, zhang.id, NOW - timedelta(days=3, hours=5))
    card = summary.of(session, zhang, viewer=cast.bob, now=NOW)
    assert (card.name, card.owner_name, card.company, card.tags) == ("张三", "Alice", "Acme", ["VIP"])
    assert (card.phones, card.emails) == (["13800138812"], ["zs@acme.com"])
    assert [(value.label("zh"), value.label("en"), value.value) for value in card.custom] == [
        ("身份证", "ID card", "310000"),
        ("已付款", "Paid", "yes"),
    ]
    assert (card.birthday, card.silent_days, card.opted_out) == ("05-03", 3, False)
    assert (card.next_nudge, card.last_note, card.last_messages) == (None, None, [])


def test_the_card_is_masked_for_who_only_looks_and_looking_writes_nothing(session: Session, cast: Cast) -> None:
    fields.declare(session, "idcard", "身份证", "ID card", FieldType.TEXT, sensitive=True)
    zhang = _zhang(session, cast, custom={"idcard": "310000"}, addresses=["上海市浦东新区世纪大道"])
    before = dump(session)
    card = summary.of(session, zhang, viewer=cast.intern, now=NOW)
    assert (card.phones, card.emails, card.addresses) == (["138****8812"], ["z***@acme.com"], ["上海市***"])
    assert card.custom[0].value == "***"
    assert not {"13800138812", "zs@acme.com", "310000", "浦东"} & set(repr(card).split("'"))
    assert dump(session) == before
    assert not session.dirty


def test_an_archived_field_is_neither_shown_nor_set(session: Session, cast: Cast) -> None:
    definition = fields.declare(session, "budget", "预算", "Budget", FieldType.NUMBER)
    zhang = _zhang(session, cast, custom={"budget": "5"})
    fields.archive(session, definition, now=NOW)
    assert summary.of(session, zhang, viewer=cast.alice, now=NOW).custom == []
    with pytest.raises(Invalid, match="field_unknown"):
        _set(session, zhang, "预算", "6", cast.alice)
    fields.declare(session, "budget", "预算", "Budget", FieldType.NUMBER)
    assert summary.of(session, zhang, viewer=cast.alice, now=NOW).custom[0].value == "5"
