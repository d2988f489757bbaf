"""Recording what was said."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from sqlmodel import Session, col, select

from crm_core.chat import Attachment, Happening, InboundMessage, SenderKind
from crm_core.conversations import messages, search, versions
from crm_core.conversations.tables import AttachmentRow, Conversation, Membership, Message, MessageVersion
from crm_core.customers import identities
from crm_core.customers.tables import Identity
from crm_core.errors import Invalid
from crm_core.people.tables import Role, Staff
from crm_core.people.viewer import Viewer
from tests.conftest import NOW
from tests.crm_core.conversations.talk import (
    ALICE,
    DIRECT,
    GROUP,
    LI,
    OTHER_BOT,
    WITH_BOT,
    ZHANG,
    customer_of,
    deleted,
    edited,
    hire,
    known_as,
    record,
    said,
)

MINUTE = timedelta(minutes=1)


@pytest.fixture
def alice(session: Session) -> Staff:
    return hire(session, "Alice")


def only_message(session: Session) -> Message:
    session.expire_all()
    return session.exec(select(Message)).one()


def told(session: Session, message: Message) -> list[tuple[int, str, str]]:
    return [(one.number, one.happening.value, one.text) for one in versions.of(session, message)]


def test_a_message_is_recorded_with_its_conversation_and_sender(session: Session) -> None:
    (recorded,) = record(session, said("第一单", thread="t1"))
    message = only_message(session)
    assert recorded.new
    assert recorded.message is message
    assert (message.text, message.sender_name, message.thread_id) == ("第一单", "张三", "t1")
    assert (recorded.conversation.title, recorded.conversation.last_message_at) == ("Acme 采购群", NOW)
    assert told(session, message) == [(1, "posted", "第一单")]


def test_an_unknown_sender_waits_in_the_review_list(session: Session) -> None:
    (recorded,) = record(session, said())
    assert recorded.identity is not None
    assert [one.display_name for one in identities.unlinked(session, limit=10)] == ["张三"]


def test_a_member_of_staff_is_known_by_handle_and_is_no_identity(session: Session, alice: Staff) -> None:
    (recorded,) = record(session, said(by=ALICE))
    assert recorded.staff is not None
    assert recorded.staff.id == alice.id
    assert recorded.identity is None
    assert session.exec(select(Identity)).all() == []
    assert only_message(session).sender_staff_id == alice.id


def test_another_bot_is_labelled_and_is_no_identity(session: Session) -> None:
    (recorded,) = record(session, said("build ok", by=OTHER_BOT))
    assert (recorded.identity, recorded.staff) == (None, None)
    assert only_message(session).sender_kind is SenderKind.BOT


def test_the_title_follows_the_platform(session: Session) -> None:
    renamed = replace(GROUP, title="Acme 二期")
    record(session, said(), said(id_="m2", room=renamed), said(id_="m3", room=replace(GROUP, title="")))
    assert session.exec(select(Conversation)).one().title == "Acme 二期"


def test_a_sender_is_noted_once_as_a_member_of_the_room(session: Session, alice: Staff) -> None:
    record(session, said(), said(id_="m2"), said(id_="m3", by=ALICE))
    people = session.exec(select(Membership.platform_user_id, Membership.joined_at)).all()
    assert people == [("zhangsan", NOW), ("alice", NOW)]


def test_the_same_message_twice_is_recorded_once(session: Session) -> None:
    first, again = record(session, said(event="e1"), said(event="e2"))
    assert (first.new, again.new) == (True, False)
    assert again.message is first.message
    assert only_message(session).versions == 1


def test_the_same_message_twice_in_one_batch_is_recorded_once(session: Session) -> None:
    first, again = messages.record_all(session, [said(event="e1"), said(event="e2")], now=NOW)
    assert (first.new, again.new) == (True, False)
    assert only_message(session).text == "你好"


def test_the_same_id_in_another_room_is_another_message(session: Session) -> None:
    record(session, said(), said(room=DIRECT))
    assert len(session.exec(select(Message)).all()) == 2


def test_an_edit_keeps_both_versions(session: Session) -> None:
    record(session, said("旧"), edited("新", at=NOW + MINUTE))
    message = only_message(session)
    assert (message.text, message.edited_at, message.versions) == ("新", NOW + MINUTE, 2)
    assert told(session, message) == [(1, "posted", "旧"), (2, "edited", "新")]


def test_a_deleted_message_shows_nothing_and_keeps_its_versions(session: Session) -> None:
    record(session, said("旧"), deleted(at=NOW + MINUTE))
    message = only_message(session)
    assert (message.text, message.deleted_at) == ("", NOW + MINUTE)
    assert told(session, message) == [(1, "posted", "旧"), (2, "deleted", "")]


def test_an_older_edit_after_a_newer_one_is_kept_and_not_shown(session: Session) -> None:
    record(session, said("一"), edited("三", at=NOW + 2 * MINUTE), edited("二", at=NOW + MINUTE))
    message = only_message(session)
    assert (message.text, message.edited_at) == ("三", NOW + 2 * MINUTE)
    assert [text for _, _, text in told(session, message)] == ["一", "二", "三"]


def test_duplicates_of_edits_and_deletes_change_nothing(session: Session) -> None:
    edit, delete = edited("二", at=NOW + MINUTE), deleted(at=NOW + 2 * MINUTE)
    results = record(session, said("一"), edit, edit, delete, delete, edit, said("一"))
    assert [one.new for one in results] == [True, True, False, True, False, False, False]
    assert len(told(session, only_message(session))) == 3


STORY = [
    said("一"),
    edited("二", at=NOW + MINUTE),
    edited("三", at=NOW + 2 * MINUTE),
    deleted(at=NOW + 3 * MINUTE),
]


@pytest.mark.parametrize("batched", [True, False], ids=["in one batch", "one by one"])
@pytest.mark.parametrize("order", list(permutations(range(4))), ids=str)
def test_any_order_of_arrival_ends_the_same(sqlite_session: Session, order: tuple[int, ...], batched: bool) -> None:
    session = sqlite_session
    arriving = [STORY[at] for at in order] * 2
    if batched:
        messages.record_all(session, arriving, now=NOW)
    else:
        record(session, *arriving)
    message = only_message(session)
    assert (message.text, message.sent_at, message.deleted_at) == ("", NOW, NOW + 3 * MINUTE)
    assert message.versions == 4
    assert told(session, message) == [(1, "posted", "一"), (2, "edited", "二"), (3, "edited", "三"), (4, "deleted", "")]


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_the_newest_edit_is_shown_whatever_arrives_first(sqlite_session: Session, order: tuple[int, ...]) -> None:
    record(sqlite_session, *[STORY[at] for at in order])
    message = only_message(sqlite_session)
    assert (message.text, message.sent_at, message.edited_at) == ("三", NOW, NOW + 2 * MINUTE)


def test_an_edit_before_its_message_is_shown_until_the_message_comes(session: Session, alice: Staff) -> None:
    (early,) = record(session, edited("二", at=NOW + MINUTE, by=LI))
    assert early.new
    assert only_message(session).text == "二"
    (late,) = record(session, said("一", thread="t1"))
    assert late.new
    message = only_message(session)
    assert (message.text, message.sender_name, message.thread_id) == ("二", "张三", "t1")


def test_what_is_shown_is_what_is_found(session: Session) -> None:
    everybody = Viewer(None, "API", Role.ADMIN, None)

    def found(query: str) -> list[str]:
        return [message.text for message in search.search(session, query, viewer=everybody)]

    record(session, said("旧报价"), edited("新价格", at=NOW + MINUTE))
    assert (found("报价"), found("价格")) == ([], ["新价格"])
    record(session, deleted(at=NOW + 2 * MINUTE))
    assert found("价格") == []
    record(session, edited("先到的修改", at=NOW + MINUTE, id_="m2"), said("后到的原文", id_="m2"))
    assert (found("修改"), found("原文")) == (["先到的修改"], [])


def test_attachments_are_kept_once(session: Session) -> None:
    file = Attachment("F1", "报价.xlsx", "application/vnd.ms-excel", 2048)
    record(
        session, said(files=(file,)), said(files=(file,)), replace(edited("x", at=NOW + MINUTE), attachments=(file,))
    )
    row = session.exec(select(AttachmentRow)).one()
    assert (row.platform_file_id, row.name, row.size) == ("F1", "报价.xlsx", 2048)


def test_a_press_is_no_message_and_its_room_and_sender_are_known(session: Session, alice: Staff) -> None:
    (recorded,) = record(session, said("完成 3", by=ALICE, id_="", happening=Happening.PRESSED, addressed=True))
    assert recorded.message is None
    assert recorded.staff is not None
    assert session.exec(select(Message)).all() == []


def test_a_message_belongs_to_the_customer_of_its_sender(session: Session, alice: Staff) -> None:
    zhang = customer_of(session, "张三", alice)
    known_as(session, "zhangsan", zhang)
    record(session, said())
    message = only_message(session)
    assert (message.customer_id, message.owner_id) == (zhang.id, alice.id)


def test_a_linked_conversation_decides_before_the_sender(session: Session, alice: Staff) -> None:
    zhang, acme = customer_of(session, "张三"), customer_of(session, "Acme", alice)
    known_as(session, "zhangsan", zhang)
    (first,) = record(session, said(by=ALICE))
    first.conversation.customer_id = acme.id
    session.flush()
    (second,) = record(session, said(id_="m2"))
    assert second.message is not None
    assert (second.message.customer_id, second.message.owner_id) == (acme.id, alice.id)


def test_of_a_merged_customer_the_owner_of_the_survivor_counts(session: Session, alice: Staff) -> None:
    keep, other = customer_of(session, "张三", alice), customer_of(session, "张叁")
    known_as(session, "zhangsan", other)
    other.merged_into_id = keep.id
    session.flush()
    record(session, said())
    message = only_message(session)
    assert (message.customer_id, message.owner_id) == (other.id, alice.id)


def test_what_staff_answer_in_a_direct_chat_belongs_to_the_customer_in_it(session: Session, alice: Staff) -> None:
    zhang = customer_of(session, "张三", alice)
    known_as(session, "zhangsan", zhang)
    record(session, said("价格?", room=DIRECT), said("58", id_="m2", by=ALICE, room=DIRECT))
    assert set(session.exec(select(Message.customer_id)).all()) == {zhang.id}


def test_a_stranger_in_a_direct_chat_is_for_the_eyes_of_the_staff_in_it(session: Session, alice: Staff) -> None:
    record(session, said("在吗", by=ALICE, room=DIRECT), said("在", id_="m2", room=DIRECT))
    assert set(session.exec(select(Message.owner_id)).all()) == {alice.id}


def test_what_staff_say_to_the_bot_belongs_to_no_customer(session: Session, alice: Staff) -> None:
    acme = customer_of(session, "Acme")
    (first,) = record(session, said(by=ALICE))
    first.conversation.customer_id = acme.id
    session.flush()
    (command,) = record(session, said("查 Acme", id_="m2", by=ALICE, addressed=True))
    assert command.message is not None
    assert (command.message.customer_id, command.message.owner_id) == (None, alice.id)
    (to_bot,) = record(session, said("我是谁", id_="m3", by=ALICE, room=WITH_BOT, addressed=True))
    assert to_bot.message is not None
    assert to_bot.message.owner_id == alice.id


def test_contact_is_what_customer_and_staff_say_to_each_other(session: Session, alice: Staff) -> None:
    zhang = customer_of(session, "张三", alice)
    known_as(session, "zhangsan", zhang)
    record(session, said(at=NOW - MINUTE))
    assert zhang.last_contact_at == NOW - MINUTE
    record(session, said(at=NOW - 2 * MINUTE, id_="m2"))
    assert zhang.last_contact_at == NOW - MINUTE
    record(session, said("人工", at=NOW, id_="m3", addressed=True), said("x", at=NOW, id_="m4", by=OTHER_BOT))
    assert zhang.last_contact_at == NOW - MINUTE


def test_text_no_database_can_hold_is_recorded_without_those_characters(session: Session) -> None:
    odd = said("a\0b\ud83d", by=replace(ZHANG, name="张\0三"), files=(Attachment("F1", "x\0y"),))
    record(session, odd)
    message = only_message(session)
    assert (message.text, message.sender_name) == ("ab?", "张三")


@pytest.mark.parametrize(
    "text",
    ["", "x" * 100_000, "\u202eمرحبا 🎉👩‍💻", "]]> %_ ' \" \\", "line\nline\ttab\x07"],
    ids=lambda text: text[:8],
)
def test_odd_text_is_recorded_as_it_is(session: Session, text: str) -> None:
    record(session, said(text))
    assert only_message(session).text == text


@pytest.mark.parametrize(
    "bad",
    [
        said(id_=""),
        said(id_="x" * 256),
        said(id_="a\0"),
        said(room=replace(GROUP, platform_id="")),
        said(by=replace(ZHANG, platform_id="x" * 300)),
    ],
    ids=["no id", "long id", "NUL", "no room", "long sender"],
)
def test_a_malformed_message_is_refused_and_nothing_is_written(session: Session, bad: InboundMessage) -> None:
    with pytest.raises(Invalid) as refused:
        messages.record(session, bad, now=NOW)
    assert refused.value.problem == "message_malformed"
    assert session.exec(select(Conversation)).all() == []


def test_a_thousand_messages_of_many_rooms_are_recorded_in_order(session: Session, alice: Staff) -> None:
    talk = [
        said(str(n), id_=f"m{n}", by=(ZHANG, LI, ALICE)[n % 3], room=replace(GROUP, platform_id=f"g{n % 7}"))
        for n in range(1100)
    ]
    results = messages.record_all(session, [*talk, *talk[:50]], now=NOW)
    assert [one.new for one in results] == [True] * 1100 + [False] * 50
    texts = session.exec(select(Message.text).order_by(col(Message.id))).all()
    assert list(texts) == [str(n) for n in range(1100)]
    assert session.exec(select(MessageVersion)).all() == []
