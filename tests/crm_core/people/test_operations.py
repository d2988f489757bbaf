"""What a person asked for can be taken back, exactly, unless somebody was there meanwhile."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from sqlalchemy import delete, insert
from sqlmodel import Session, select

from crm_core.conversations.tables import Note
from crm_core.customers import contacts, fields, records
from crm_core.customers.records import Draft
from crm_core.customers.tables import ContactKind, ContactPoint, Customer, FieldType, Identity, Stage, Tier
from crm_core.database import Database
from crm_core.errors import Conflict, Expired, Invalid, NotAllowed, NotFound
from crm_core.people import operations
from crm_core.people.tables import Operation, Staff
from crm_core.people.viewer import Viewer
from crm_core.tags import tags
from tests.crm_core.conftest import NOW, Cast
from tests.crm_core.rows import dump

SOON = NOW + timedelta(minutes=2)


def _zhang(session: Session, cast: Cast) -> Customer:
    fields.declare(session, "budget", "预算", "Budget", FieldType.NUMBER)
    fields.declare(session, "renewal", "续约日", "Renewal", FieldType.DATE)
    fields.declare(session, "vip", "是否VIP", "Is VIP", FieldType.YES_NO)
    draft = Draft(
        "张三",
        phones=["13800138812", "13900139912"],
        emails=["zs@acme.com"],
        company="Acme",
        stage="意向",
        tier="B",
        birthday="1988-05-03",
        tags=["老朋友"],
        custom={"预算": "12.5万", "续约日": "2027-02-28", "是否VIP": "是"},
    )
    return records.create(session, draft, viewer=cast.alice, now=NOW)


def _recorded(session: Session, viewer: Viewer, field: str, value: str, customer: Customer) -> Operation:
    with operations.recording(session, viewer=viewer, command=f"set {field}", now=NOW) as operation:
        records.change(session, customer, field, value, viewer=viewer, now=SOON, country="CN")
    return operation


_CHANGES = (
    ("name", "张三丰"),
    ("phone", "13700137712"),
    ("phone", "-13800138812"),
    ("phone", "清空"),
    ("email", "zhang@acme.com"),
    ("address", "上海市浦东新区"),
    ("company", "Umbrella"),
    ("company", "-"),
    ("stage", "成交"),
    ("tier", "A"),
    ("tier", "-"),
    ("birthday", "5月3日"),
    ("birthday", "-"),
    ("预算", "1"),
    ("预算", "-"),
    ("续约日", "2028-01-01"),
    ("是否VIP", "否"),
    ("opted_out", "是"),
    ("owner", "Bob"),
    ("owner", "公海"),
    ("timezone", "Europe/Berlin"),
    ("kind", "公司"),
)


def test_a_change_of_any_field_is_taken_back_to_the_same_bytes(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast)
    before = dump(session)
    for field, value in _CHANGES:
        operation = _recorded(session, cast.alice, field, value, zhang)
        assert dump(session) != before, field
        operations.undo(session, operation, viewer=cast.alice, now=SOON)
        assert dump(session) == before, field


def test_a_new_customer_is_taken_back_with_all_that_came_with_it(session: Session, cast: Cast) -> None:
    fields.declare(session, "budget", "预算", "Budget", FieldType.NUMBER)
    before = dump(session)
    draft = Draft("李四", phones=["13800138812"], company="Acme", tags=["新客", "展会"], custom={"budget": "3w"})
    with operations.recording(session, viewer=cast.alice, command="new 李四", now=NOW) as operation:
        records.create(session, draft, viewer=cast.alice, now=NOW)
    operations.undo(session, operation, viewer=cast.alice, now=SOON)
    assert dump(session) == before


def test_tags_are_taken_back(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast)
    before = dump(session)
    with operations.recording(session, viewer=cast.alice, command="tag", now=NOW) as operation:
        tags.add(session, zhang, ["VIP", "展会"], viewer=cast.alice, now=SOON)
        tags.remove(session, zhang, ["老朋友", "VIP"], viewer=cast.alice, now=SOON)
    assert tags.of(session, [zhang.id]) == {zhang.id: ["展会"]}
    operations.undo(session, operation, viewer=cast.alice, now=SOON)
    assert dump(session) == before


def test_a_handover_and_a_note_are_taken_back(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast)
    before = dump(session)
    with operations.recording(session, viewer=cast.alice, command="assign", now=NOW) as operation:
        records.assign(session, zhang, cast.staff["bob"], viewer=cast.alice, now=SOON)
        session.add(Note(customer_id=zhang.id, author="Alice", text="给 Bob 🤝", at=SOON))
    operations.undo(session, operation, viewer=cast.alice, now=SOON)
    assert dump(session) == before


def test_several_changes_of_one_row_in_one_operation_are_taken_back(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast)
    before = dump(session)
    with operations.recording(session, viewer=cast.alice, command="set", now=NOW) as operation:
        for stage in ("成交", "忠诚", "流失"):
            records.change(session, zhang, "stage", stage, viewer=cast.alice, now=SOON, country="CN")
    operations.undo(session, operation, viewer=cast.alice, now=SOON)
    assert dump(session) == before
    assert zhang.stage is Stage.INTERESTED


def test_what_comes_back_has_its_types(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast)
    for field in ("tier", "birthday", "预算"):
        operation = _recorded(session, cast.alice, field, "-", zhang)
        operations.undo(session, operation, viewer=cast.alice, now=SOON)
    session.expire_all()
    zhang = session.get_one(Customer, zhang.id)
    assert (zhang.tier, zhang.birthday) == (Tier.B, date(1988, 5, 3))
    assert zhang.custom == {"budget": 125000, "renewal": "2027-02-28", "vip": True}
    assert zhang.created_at == NOW


def test_a_deleted_row_returns_under_its_number(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast)
    number = contacts.of(session, [zhang.id])[zhang.id][0].id
    operation = _recorded(session, cast.alice, "phone", "-13800138812", zhang)
    assert session.get(ContactPoint, number) is None
    operations.undo(session, operation, viewer=cast.alice, now=SOON)
    assert session.get_one(ContactPoint, number).value == "+8613800138812"
    contacts.add(session, zhang, ContactKind.PHONE, "13600136612", country="CN")


def test_a_column_that_was_not_loaded_when_it_was_set_is_taken_back(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast)
    before = dump(session)
    session.expire(zhang)
    with operations.recording(session, viewer=cast.alice, command="set", now=NOW) as operation:
        zhang.position = "CEO"
        zhang.tier = None
        session.add(zhang)
    operations.undo(session, operation, viewer=cast.alice, now=SOON)
    assert dump(session) == before


def test_an_operation_without_effect_is_none_to_undo(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast)
    with operations.recording(session, viewer=cast.alice, command="set", now=NOW):
        zhang.position = zhang.position
        session.add(zhang)
    with pytest.raises(NotFound, match="nothing_to_undo"):
        operations.latest(session, viewer=cast.alice, now=NOW)


def test_what_was_changed_meanwhile_is_not_overwritten(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast)
    operation = _recorded(session, cast.alice, "stage", "成交", zhang)
    records.change(session, zhang, "stage", "流失", viewer=cast.bob, now=SOON, country="CN")
    with pytest.raises(Conflict, match="changed_meanwhile"):
        operations.undo(session, operation, viewer=cast.alice, now=SOON)


def test_another_field_changed_meanwhile_stays_and_does_not_stand_in_the_way(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast)
    operation = _recorded(session, cast.alice, "stage", "成交", zhang)
    later = SOON + timedelta(seconds=1)
    records.change(session, zhang, "tier", "A", viewer=cast.bob, now=later, country="CN")
    operations.undo(session, operation, viewer=cast.alice, now=later)
    assert (zhang.stage, zhang.tier, zhang.updated_at) == (Stage.INTERESTED, Tier.A, later)


def test_a_deletion_is_not_taken_back_onto_a_row_of_the_same_number(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast)
    number = contacts.of(session, [zhang.id])[zhang.id][0].id
    operation = _recorded(session, cast.alice, "phone", "-13800138812", zhang)
    session.execute(
        insert(ContactPoint).values(
            id=number, customer_id=zhang.id, kind=ContactKind.EMAIL, value="a@b.cn", label="", is_primary=False
        )
    )
    with pytest.raises(Conflict, match="changed_meanwhile"):
        operations.undo(session, operation, viewer=cast.alice, now=SOON)


def test_a_new_customer_who_is_referred_to_by_now_is_not_taken_back(session: Session, cast: Cast) -> None:
    with operations.recording(session, viewer=cast.alice, command="new", now=NOW) as operation:
        li = records.create(session, Draft("李四"), viewer=cast.alice, now=NOW)
    session.add(Identity(platform="console", platform_user_id="li", customer_id=li.id, first_seen_at=NOW))
    session.flush()
    with pytest.raises(Conflict, match="changed_meanwhile"), session.begin_nested():
        operations.undo(session, operation, viewer=cast.alice, now=SOON)
    assert session.get(Customer, li.id) is not None


def test_a_row_that_is_gone_is_not_taken_back(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast)
    with operations.recording(session, viewer=cast.alice, command="phone", now=NOW) as operation:
        point = contacts.add(session, zhang, ContactKind.PHONE, "13600136612", country="CN")
    session.execute(delete(ContactPoint).where(ContactPoint.id == point.id))  # type: ignore[arg-type]
    with pytest.raises(Conflict, match="changed_meanwhile"):
        operations.undo(session, operation, viewer=cast.alice, now=SOON)


def test_undo_is_possible_for_ten_minutes(session: Session, cast: Cast) -> None:
    operation = _recorded(session, cast.alice, "stage", "成交", _zhang(session, cast))
    late = NOW + operations.UNDO_WINDOW + timedelta(seconds=1)
    with pytest.raises(Expired, match="undo_expired"):
        operations.latest(session, viewer=cast.alice, now=late)
    with pytest.raises(Expired, match="undo_expired"):
        operations.undo(session, operation, viewer=cast.alice, now=late)
    operations.undo(session, operation, viewer=cast.alice, now=NOW + operations.UNDO_WINDOW)


def test_an_operation_is_undone_once(session: Session, cast: Cast) -> None:
    operation = _recorded(session, cast.alice, "stage", "成交", _zhang(session, cast))
    operations.undo(session, operation, viewer=cast.alice, now=SOON)
    with pytest.raises(Conflict, match="already_undone"):
        operations.undo(session, operation, viewer=cast.alice, now=SOON)
    with pytest.raises(NotFound, match="nothing_to_undo"):
        operations.latest(session, viewer=cast.alice, now=SOON)


def test_the_latest_operations_are_undone_one_after_the_other(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast)
    before = dump(session)
    for stage in ("成交", "忠诚", "流失"):
        _recorded(session, cast.alice, "stage", stage, zhang)
    for _ in range(3):
        operation = operations.latest(session, viewer=cast.alice, now=SOON)
        operations.undo(session, operation, viewer=cast.alice, now=SOON)
    assert dump(session) == before


def test_nobody_undoes_what_somebody_else_did(session: Session, cast: Cast) -> None:
    operation = _recorded(session, cast.alice, "stage", "成交", _zhang(session, cast))
    for viewer in (cast.bob, cast.admin):
        with pytest.raises(NotFound, match="nothing_to_undo"):
            operations.latest(session, viewer=viewer, now=SOON)
        with pytest.raises(NotFound, match="nothing_to_undo"):
            operations.get(session, operation.id, viewer=viewer)
        with pytest.raises(NotFound, match="nothing_to_undo"):
            operations.undo(session, operation, viewer=viewer, now=SOON)
    assert operations.get(session, operation.id, viewer=cast.alice) is operation


def test_who_may_no_longer_write_may_not_undo(session: Session, cast: Cast) -> None:
    operation = _recorded(session, cast.alice, "stage", "成交", _zhang(session, cast))
    demoted = Viewer(cast.alice.staff_id, "Alice", cast.intern.role, cast.alice.owners)
    with pytest.raises(NotAllowed, match="right_missing"):
        operations.undo(session, operation, viewer=demoted, now=SOON)


def test_the_undoing_is_recorded_and_cannot_itself_be_undone(session: Session, cast: Cast) -> None:
    operation = _recorded(session, cast.alice, "stage", "成交", _zhang(session, cast))
    operations.undo(session, operation, viewer=cast.alice, now=SOON)
    undoing = session.exec(select(Operation).where(Operation.undoes_id == operation.id)).one()
    (change,) = operations.changes_of(session, undoing.id)
    assert (change.before or {})["stage"] == "won"
    assert (change.after or {})["stage"] == "interested"
    with pytest.raises(NotFound, match="nothing_to_undo"):
        operations.undo(session, undoing, viewer=cast.alice, now=SOON)


def test_changes_outside_of_an_operation_are_not_recorded(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast)
    operation = _recorded(session, cast.alice, "stage", "成交", zhang)
    recorded = len(operations.changes_of(session, operation.id))
    records.change(session, zhang, "tier", "A", viewer=cast.alice, now=SOON, country="CN")
    assert len(operations.changes_of(session, operation.id)) == recorded


def _set_and_fail(session: Session, viewer: Viewer, customer: Customer) -> None:
    with operations.recording(session, viewer=viewer, command="set", now=NOW):
        records.change(session, customer, "stage", "成交", viewer=viewer, now=SOON, country="CN")
        records.change(session, customer, "tier", "Z", viewer=viewer, now=SOON, country="CN")


def test_an_operation_that_fails_records_nothing_more(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast)
    with pytest.raises(Invalid, match="tier_unknown"), session.begin_nested():
        _set_and_fail(session, cast.alice, zhang)
    records.change(session, zhang, "tier", "A", viewer=cast.alice, now=SOON, country="CN")
    with pytest.raises(NotFound, match="nothing_to_undo"):
        operations.latest(session, viewer=cast.alice, now=SOON)
    assert (zhang.stage, zhang.tier) == (Stage.INTERESTED, Tier.A)


def test_a_token_undoes_its_own_operations_only(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast)
    token = Viewer(None, "website", cast.admin.role, None)
    other = Viewer(None, "erp", cast.admin.role, None)
    operation = _recorded(session, token, "stage", "成交", zhang)
    with pytest.raises(NotFound, match="nothing_to_undo"):
        operations.latest(session, viewer=other, now=SOON)
    assert operations.latest(session, viewer=token, now=SOON) is operation


def test_undo_survives_the_process(database: Database) -> None:
    with database.writing() as session:
        alice = Staff(name="Alice", name_key="alice", created_at=NOW)
        session.add(alice)
        session.flush()
        viewer = Viewer(alice.id, "Alice", alice.role, frozenset({alice.id}))
        zhang = records.create(session, Draft("张三", birthday="1988-5-3"), viewer=viewer, now=NOW)
    with database.writing() as session:
        before = dump(session)
        _recorded(session, viewer, "birthday", "-", session.get_one(Customer, zhang.id))
    with database.writing() as session:
        operations.undo(session, operations.latest(session, viewer=viewer, now=SOON), viewer=viewer, now=SOON)
    with database.reading() as session:
        assert dump(session) == before


def test_a_moment_is_recorded_in_utc_whatever_zone_it_was_given_in(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast)
    records.touch(session, zhang.id, datetime(2026, 11, 18, 1, 0, 0, 123456, tzinfo=UTC))
    before = dump(session)
    with operations.recording(session, viewer=cast.alice, command="touch", now=NOW) as operation:
        records.touch(session, zhang.id, NOW.astimezone())
    operations.undo(session, operation, viewer=cast.alice, now=SOON)
    assert dump(session) == before


def test_a_time_written_in_another_zone_is_the_same_time(session: Session, cast: Cast) -> None:
    customer = _zhang(session, cast)
    local = NOW.astimezone(timezone(timedelta(hours=8)))
    with operations.recording(session, viewer=cast.alice, command="note", now=NOW) as operation:
        session.add(Note(customer_id=customer.id, author="Alice", text="called", at=local))
    operations.undo(session, operation, viewer=cast.alice, now=SOON)
    assert session.exec(select(Note)).all() == []
