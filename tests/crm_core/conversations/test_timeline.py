"""The history of a customer in one list."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from crm_core.chat import Attachment
from crm_core.conversations import links, notes, timeline
from crm_core.conversations.entries import Entry
from crm_core.customers import merge, records
from crm_core.customers.tables import Customer
from crm_core.errors import Invalid, NotFound
from crm_core.outreach import nudges
from crm_core.outreach.tables import Broadcast, Delivery, DeliveryKind, DeliveryState
from crm_core.people import operations
from crm_core.people.tables import Role, Staff
from crm_core.people.viewer import Viewer
from crm_core.tags import tags
from tests.conftest import NOW
from tests.crm_core.conversations.talk import ALICE, customer_of, deleted, edited, eyes, hire, known_as, record, said

MINUTE = timedelta(minutes=1)


@pytest.fixture
def alice(session: Session) -> Staff:
    return hire(session, "Alice")


@pytest.fixture
def viewer(session: Session, alice: Staff) -> Viewer:
    return eyes(session, alice)


@pytest.fixture
def zhang(session: Session, alice: Staff) -> Customer:
    zhang = customer_of(session, "张三", alice)
    known_as(session, "zhangsan", zhang)
    return zhang


def told(entries: list[Entry]) -> list[tuple[str, str, str]]:
    return [(entry.kind.value, entry.who, entry.text) for entry in entries]


def test_messages_and_notes_are_one_list_newest_first(session: Session, viewer: Viewer, zhang: Customer) -> None:
    record(session, said("一"), said("二", id_="m2", at=NOW + 2 * MINUTE))
    notes.add(session, zhang, "喜欢喝茶", viewer=viewer, now=NOW + MINUTE)
    assert told(timeline.of(session, zhang, viewer=viewer)) == [
        ("message", "张三", "二"),
        ("note", "Alice", "喜欢喝茶"),
        ("message", "张三", "一"),
    ]


def test_changes_say_who_changed_what(session: Session, alice: Staff, viewer: Viewer, zhang: Customer) -> None:
    bob = hire(session, "Bob")
    boss = eyes(session, hire(session, "Ada", Role.ADMIN))
    with operations.recording(session, viewer=viewer, command="set", now=NOW):
        records.change(session, zhang, "stage", "成交", viewer=viewer, now=NOW)
        tags.add(session, zhang, ["VIP"], viewer=viewer, now=NOW)
    with operations.recording(session, viewer=boss, command="assign", now=NOW + MINUTE):
        tags.remove(session, zhang, ["VIP"], viewer=boss, now=NOW)
        records.change(session, zhang, "name", "张三丰", viewer=boss, now=NOW)
        records.assign(session, zhang, bob, viewer=boss, now=NOW)
    assert told(timeline.of(session, zhang, viewer=boss)) == [
        ("owner", "Ada", "Alice → Bob"),
        ("renamed", "Ada", "张三 → 张三丰"),
        ("untagged", "Ada", "VIP"),
        ("tagged", "Alice", "VIP"),
        ("stage", "Alice", "lead → won"),
    ]


def test_a_tag_keeps_its_name_when_its_making_was_undone(session: Session, viewer: Viewer, zhang: Customer) -> None:
    with operations.recording(session, viewer=viewer, command="tag", now=NOW) as operation:
        tags.add(session, zhang, ["VIP"], viewer=viewer, now=NOW)
    operations.undo(session, operation, viewer=viewer, now=NOW + MINUTE)
    assert told(timeline.of(session, zhang, viewer=viewer)) == [
        ("untagged", "Alice", "VIP"),
        ("tagged", "Alice", "VIP"),
    ]


def test_a_link_and_an_opt_out_are_turning_points(session: Session, viewer: Viewer, zhang: Customer) -> None:
    (recorded,) = record(session, said("STOP"))
    with operations.recording(session, viewer=viewer, command="link", now=NOW + MINUTE):
        links.link(session, recorded.conversation, zhang, viewer=viewer, now=NOW)
    with operations.recording(session, viewer=viewer, command="unlink", now=NOW + 2 * MINUTE):
        links.unlink(session, recorded.conversation, viewer=viewer)
    assert told(timeline.of(session, zhang, viewer=viewer)) == [
        ("unlinked", "Alice", "Acme 采购群"),
        ("linked", "Alice", "Acme 采购群"),
        ("opted_out", "张三", ""),
        ("message", "张三", "STOP"),
    ]


def test_nudges_and_delivered_broadcasts_are_in_it(
    session: Session, alice: Staff, viewer: Viewer, zhang: Customer
) -> None:
    nudges.schedule(
        session,
        viewer=viewer,
        for_staff=alice,
        text="打电话",
        due_at=NOW + 9 * MINUTE,
        timezone="Asia/Shanghai",
        now=NOW,
        customer=zhang,
    )
    for state, text in ((DeliveryState.SENT, "{name}新年好！{owner|我们}"), (DeliveryState.DUE, "还没发")):
        broadcast = Broadcast(created_by_id=alice.id, segment="VIP", text=text, created_at=NOW)
        session.add(broadcast)
        session.flush()
        session.add(
            Delivery(
                kind=DeliveryKind.BROADCAST,
                lane="console",
                platform="console",
                recipient="zhangsan",
                broadcast_id=broadcast.id,
                customer_id=zhang.id,
                priority=9,
                state=state,
                due_at=NOW,
                not_before=NOW,
                sent_at=NOW + MINUTE if state is DeliveryState.SENT else None,
            )
        )
    session.flush()
    assert told(timeline.of(session, zhang, viewer=viewer)) == [
        ("broadcast", "Alice", "张三新年好！Alice"),
        ("nudge", "Alice", "打电话"),
    ]


def test_a_deleted_message_is_shown_as_deleted_and_its_text_to_administrators_alone(
    session: Session, viewer: Viewer, zhang: Customer
) -> None:
    file = Attachment("F1", "报价.xlsx")
    record(session, said("一", files=(file,)), edited("二", at=NOW + MINUTE), deleted(at=NOW + 2 * MINUTE))
    (entry,) = timeline.of(session, zhang, viewer=viewer)
    assert (entry.deleted, entry.text, entry.files) == (True, "", ())
    (entry,) = timeline.of(session, zhang, viewer=eyes(session, hire(session, "Ada", Role.ADMIN)))
    assert (entry.deleted, entry.text) == (True, "二")


def test_an_edited_message_and_its_files_say_so(session: Session, viewer: Viewer, zhang: Customer) -> None:
    record(session, said("一", files=(Attachment("F1", "报价.xlsx"),)), edited("二", at=NOW + MINUTE))
    (entry,) = timeline.of(session, zhang, viewer=viewer)
    assert (entry.text, entry.edited, entry.files) == ("二", True, ("报价.xlsx",))


def test_what_staff_say_to_the_bot_is_not_in_it(session: Session, viewer: Viewer, zhang: Customer) -> None:
    (recorded,) = record(session, said("你好"))
    links.link(session, recorded.conversation, zhang, viewer=viewer, now=NOW)
    record(session, said("查 张三", id_="m2", by=ALICE, addressed=True), said("您好", id_="m3", by=ALICE))
    assert {entry.text for entry in timeline.of(session, zhang, viewer=viewer)} == {"你好", "您好"}


def test_after_a_merge_both_histories_are_one(session: Session, alice: Staff, viewer: Viewer, zhang: Customer) -> None:
    record(session, said("一"))
    keep = customer_of(session, "张叁", alice)
    notes.add(session, keep, "备注", viewer=viewer, now=NOW + MINUTE)
    with operations.recording(session, viewer=viewer, command="merge", now=NOW + 2 * MINUTE) as operation:
        merge.merge(session, keep, zhang, viewer=viewer, now=NOW)
    expected = [("merged", "Alice", "张三 → 张叁"), ("note", "Alice", "备注"), ("message", "张三", "一")]
    assert told(timeline.of(session, keep, viewer=viewer)) == expected
    assert told(timeline.of(session, zhang, viewer=viewer)) == expected
    operations.undo(session, operation, viewer=viewer, now=NOW + 3 * MINUTE)
    assert told(timeline.of(session, keep, viewer=viewer)) == [("note", "Alice", "备注")]


def test_charlie_sees_no_history_of_a_customer_of_alice(session: Session, zhang: Customer) -> None:
    record(session, said("秘密"))
    with pytest.raises(NotFound):
        timeline.of(session, zhang, viewer=eyes(session, hire(session, "Charlie")))


def test_pages_hold_everything_once_even_at_the_same_moment(session: Session, viewer: Viewer, zhang: Customer) -> None:
    bob = hire(session, "Bob")
    for n in range(70):
        record(session, said(f"m{n}", id_=f"m{n}", at=NOW + (n // 20) * MINUTE))
        notes.add(session, zhang, f"n{n}", viewer=viewer, now=NOW)
    boss = eyes(session, hire(session, "Ada", Role.ADMIN))
    with operations.recording(session, viewer=boss, command="set", now=NOW):
        for stage in ("won", "lost") * 30:
            records.change(session, zhang, "stage", stage, viewer=boss, now=NOW)
        zhang.name, zhang.owner_id, zhang.stage = "张三丰", bob.id, zhang.stage
        session.flush()
    everything = timeline.of(session, zhang, viewer=boss, limit=1000)
    assert len(everything) == 200
    paged: list[Entry] = []
    while page := timeline.of(session, zhang, viewer=boss, before=paged[-1].cursor if paged else None, limit=7):
        paged += page
    assert paged[:200] == everything
    assert len(paged) == len({(entry.ref, entry.kind) for entry in paged}) == 70 + 70 + 60 + 2


def test_a_moment_can_be_asked_for(session: Session, viewer: Viewer, zhang: Customer) -> None:
    record(session, said("一"), said("二", id_="m2", at=NOW + MINUTE))
    assert [entry.text for entry in timeline.of(session, zhang, viewer=viewer, before=NOW + MINUTE)] == ["一"]


@pytest.mark.parametrize(
    "cursor", ["", "x", "2026-11-18~0~1~0", "1~2~3", "2026-11-18T00:00:00+00:00~0~99999999999999999999~0"]
)
def test_a_foreign_cursor_is_refused(session: Session, viewer: Viewer, zhang: Customer, cursor: str) -> None:
    with pytest.raises(Invalid) as refused:
        timeline.of(session, zhang, viewer=viewer, before=cursor)
    assert refused.value.problem == "cursor_invalid"
