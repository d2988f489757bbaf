"""Two records of one customer become one, and two again."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session, select

from crm_core.chat import RoomKind, Sender, SenderKind
from crm_core.conversations.tables import Conversation, Message, Note
from crm_core.customers import contacts, fields, identities, merge, records, summary
from crm_core.customers.merge import Difference, Gain
from crm_core.customers.records import Draft
from crm_core.customers.tables import ContactKind, Customer, CustomerKind, FieldType, Tier
from crm_core.errors import Conflict, Invalid, NotAllowed, NotFound
from crm_core.outreach.tables import Nudge
from crm_core.people import operations
from crm_core.people.tables import Operation
from crm_core.tags import tags
from tests.crm_core.conftest import NOW, Cast
from tests.crm_core.rows import dump

SOON = NOW + timedelta(minutes=2)


def _declare(session: Session) -> None:
    fields.declare(session, "budget", "预算", "Budget", FieldType.NUMBER)
    fields.declare(session, "idcard", "身份证", "ID card", FieldType.TEXT, sensitive=True)


def _keep(session: Session, cast: Cast) -> Customer:
    _declare(session)
    draft = Draft("张三", phones=["13800138812"], stage="成交", tags=["VIP"], custom={"budget": "100"}, source="展会")
    return records.create(session, draft, viewer=cast.alice, now=NOW)


def _other(session: Session, cast: Cast) -> Customer:
    _declare(session)
    draft = Draft(
        "张总",
        phones=["13800138812", "13900139912"],
        emails=["zs@acme.com"],
        addresses=["上海"],
        company="Acme",
        position="CEO",
        stage="流失",
        tier="A",
        birthday="1988-05-03",
        source="网站",
        tags=["VIP", "老朋友"],
        custom={"budget": "200", "idcard": "310000"},
        other_names=["三哥", "张三"],
        timezone="Asia/Tokyo",
        language="zh",
    )
    return records.create(session, draft, viewer=cast.alice, now=NOW, allow_duplicate=True)


def _history(session: Session, cast: Cast, customer: Customer) -> None:
    room = Conversation(
        platform="console", platform_id="r", kind=RoomKind.DIRECT, customer_id=customer.id, created_at=NOW
    )
    session.add(room)
    session.flush()
    identity = identities.seen(session, "console", Sender("zs", "三"), now=NOW, country="CN")
    identities.link(session, identity, customer, by="manual", viewer=cast.alice, now=NOW)
    message = Message(
        conversation_id=room.id,
        platform="console",
        platform_message_id="1",
        sender_platform_id="zs",
        sender_name="三",
        sender_kind=SenderKind.EXTERNAL,
        customer_id=customer.id,
        owner_id=customer.owner_id,
        text="你好",
        sent_at=NOW,
    )
    nudge = Nudge(
        staff_id=cast.staff["alice"].id,
        customer_id=customer.id,
        text="回电",
        due_at=SOON,
        starts_at=SOON,
        timezone="Asia/Shanghai",
        created_at=NOW,
    )
    session.add_all((message, nudge, Note(customer_id=customer.id, author="Alice", text="喜欢茶", at=NOW)))
    session.flush()


def _merged(session: Session, cast: Cast, keep: Customer, other: Customer) -> Operation:
    with operations.recording(session, viewer=cast.alice, command="merge", now=NOW) as operation:
        merge.merge(session, keep, other, viewer=cast.alice, now=SOON)
    return operation


def test_the_survivor_keeps_its_values_and_fills_its_gaps(session: Session, cast: Cast) -> None:
    keep, other = _keep(session, cast), _other(session, cast)
    records.touch(session, other.id, SOON)
    _merged(session, cast, keep, other)
    assert (keep.name, keep.stage, keep.source, keep.tier, keep.position) == ("张三", "won", "展会", Tier.A, "CEO")
    assert (keep.birthday, keep.timezone, keep.last_contact_at) == (date(1988, 5, 3), "Asia/Tokyo", SOON)
    assert keep.custom == {"budget": 100, "idcard": "310000"}
    assert summary.of(session, keep, viewer=cast.alice, now=SOON).company == "Acme"


def test_contact_points_tags_and_names_are_united(session: Session, cast: Cast) -> None:
    keep, other = _keep(session, cast), _other(session, cast)
    _merged(session, cast, keep, other)
    points = [(point.kind, point.value, point.is_primary) for point in contacts.of(session, [keep.id])[keep.id]]
    assert sorted(points) == [
        (ContactKind.ADDRESS, "上海", True),
        (ContactKind.EMAIL, "zs@acme.com", True),
        (ContactKind.PHONE, "+8613800138812", True),
        (ContactKind.PHONE, "+8613900139912", False),
    ]
    assert contacts.of(session, [other.id]) == {other.id: []}
    assert tags.of(session, [keep.id, other.id]) == {keep.id: ["VIP", "老朋友"], other.id: []}
    assert summary.of(session, keep, viewer=cast.alice, now=SOON).other_names == ["三哥", "张总"]
    assert contacts.owners_of(session, ContactKind.PHONE, "+8613900139912") == [keep]


def test_what_was_said_noted_and_planned_is_read_through_the_survivor(session: Session, cast: Cast) -> None:
    keep, other = _keep(session, cast), _other(session, cast)
    _history(session, cast, other)
    _merged(session, cast, keep, other)
    card = summary.of(session, keep, viewer=cast.alice, now=SOON)
    assert [utterance.text for utterance in card.last_messages] == ["你好"]
    assert card.last_note is not None
    assert card.last_note.text == "喜欢茶"
    assert card.next_nudge is not None
    assert card.next_nudge.text == "回电"
    assert identities.of(session, [keep.id])[keep.id][0].platform_user_id == "zs"


def test_conversations_and_messages_stay_where_they_are(session: Session, cast: Cast) -> None:
    keep, other = _keep(session, cast), _other(session, cast)
    _history(session, cast, other)
    _merged(session, cast, keep, other)
    assert session.exec(select(Conversation.customer_id)).all() == [other.id]
    assert session.exec(select(Message.customer_id)).all() == [other.id]


def test_an_undo_restores_the_same_bytes(session: Session, cast: Cast) -> None:
    keep, other = _keep(session, cast), _other(session, cast)
    _history(session, cast, other)
    before = dump(session)
    operation = _merged(session, cast, keep, other)
    assert dump(session) != before
    operations.undo(session, operation, viewer=cast.alice, now=SOON)
    assert dump(session) == before


def test_a_chain_of_merges_leads_to_the_last_survivor_and_unwinds(session: Session, cast: Cast) -> None:
    customers = [_keep(session, cast), _other(session, cast)]
    customers += [records.create(session, Draft(name), viewer=cast.alice, now=NOW) for name in ("小张", "张先生")]
    states = [dump(session)]
    made = []
    for keep, other in ((1, 2), (0, 1), (3, 0)):
        made.append(_merged(session, cast, customers[keep], customers[other]))
        states.append(dump(session))
    last = customers[3]
    assert all(records.get(session, each.id, viewer=cast.alice) is last for each in customers)
    assert records.family(session, customers[2].id) == [last.id, *(customers[at].id for at in (0, 1, 2))]
    assert summary.of(session, last, viewer=cast.alice, now=SOON).other_names == ["三哥", "小张", "张总", "张三"]
    for operation in reversed(made):
        states.pop()
        operations.undo(session, operation, viewer=cast.alice, now=SOON)
        assert dump(session) == states[-1]


def test_an_earlier_merge_of_a_chain_cannot_be_undone_before_the_later_one(session: Session, cast: Cast) -> None:
    first, second = _keep(session, cast), _other(session, cast)
    third = records.create(session, Draft("小张", phones=["13700137712"]), viewer=cast.alice, now=NOW)
    operation = _merged(session, cast, second, third)
    _merged(session, cast, first, second)
    with pytest.raises(Conflict, match="changed_meanwhile"):
        operations.undo(session, operation, viewer=cast.alice, now=SOON)


def test_a_merged_record_stands_for_its_survivor_in_the_next_merge(session: Session, cast: Cast) -> None:
    first, second = _keep(session, cast), _other(session, cast)
    third = records.create(session, Draft("小张"), viewer=cast.alice, now=NOW)
    _merged(session, cast, first, second)
    _merged(session, cast, third, second)
    assert first.merged_into_id == third.id
    with pytest.raises(Invalid, match="merge_with_itself"):
        merge.merge(session, first, second, viewer=cast.alice, now=SOON)


def test_a_customer_is_not_merged_with_itself(session: Session, cast: Cast) -> None:
    keep = _keep(session, cast)
    with pytest.raises(Invalid, match="merge_with_itself"):
        merge.merge(session, keep, keep, viewer=cast.alice, now=SOON)
    with pytest.raises(Invalid, match="merge_with_itself"):
        merge.preview(session, keep, keep, viewer=cast.alice)


def test_a_person_is_not_merged_with_a_company(session: Session, cast: Cast) -> None:
    company = records.create(session, Draft("Acme", kind=CustomerKind.COMPANY), viewer=cast.alice, now=NOW)
    with pytest.raises(Invalid, match="merge_kinds_differ"):
        merge.merge(session, _keep(session, cast), company, viewer=cast.alice, now=SOON)


def test_what_is_not_visible_is_not_found_in_either_place(session: Session, cast: Cast) -> None:
    keep = _keep(session, cast)
    hidden = records.create(session, Draft("李四"), viewer=cast.charlie, now=NOW)
    for pair in ((keep, hidden), (hidden, keep)):
        with pytest.raises(NotFound, match="customer_not_found"):
            merge.merge(session, *pair, viewer=cast.alice, now=SOON)
        with pytest.raises(NotFound, match="customer_not_found"):
            merge.preview(session, *pair, viewer=cast.alice)


def test_who_only_reads_does_not_merge_and_sees_a_masked_preview(session: Session, cast: Cast) -> None:
    keep, other = _keep(session, cast), _other(session, cast)
    with pytest.raises(NotAllowed, match="right_missing"):
        merge.merge(session, keep, other, viewer=cast.intern, now=SOON)
    gains = merge.preview(session, keep, other, viewer=cast.intern).gains
    assert Gain("phone", "139****9912") in gains
    assert Gain("email", "z***@acme.com") in gains
    assert Gain("idcard", "***") in gains


def test_a_preview_says_what_is_gained_and_what_differs_and_writes_nothing(session: Session, cast: Cast) -> None:
    keep, other = _keep(session, cast), _other(session, cast)
    before = dump(session)
    preview = merge.preview(session, keep, other, viewer=cast.alice)
    assert preview.gains == [
        Gain("company", "Acme"),
        Gain("position", "CEO"),
        Gain("tier", "A"),
        Gain("birthday", "1988-05-03"),
        Gain("timezone", "Asia/Tokyo"),
        Gain("language", "zh"),
        Gain("idcard", "310000"),
        Gain("email", "zs@acme.com"),
        Gain("address", "上海"),
        Gain("phone", "13900139912"),
        Gain("tag", "老朋友"),
        Gain("alias", "张总"),
        Gain("alias", "三哥"),
    ]
    assert preview.differences == [
        Difference("stage", "won", "lost"),
        Difference("source", "展会", "网站"),
        Difference("budget", "100", "200"),
    ]
    assert dump(session) == before


def test_who_opted_out_stays_out_whichever_record_said_so(session: Session, cast: Cast) -> None:
    keep, other = _keep(session, cast), _other(session, cast)
    records.change(session, other, "退订", "是", viewer=cast.alice, now=NOW, country="CN")
    assert Gain("opted_out", "yes") in merge.preview(session, keep, other, viewer=cast.alice).gains
    _merged(session, cast, keep, other)
    assert keep.opted_out_at == NOW


def test_a_pool_record_gets_the_owner_of_the_other(session: Session, cast: Cast) -> None:
    keep = records.create(session, Draft("张三", owner="公海"), viewer=cast.bob, now=NOW)
    merge.merge(session, keep, _other(session, cast), viewer=cast.bob, now=SOON)
    assert keep.owner_id == cast.staff["alice"].id


def test_the_people_of_a_merged_company_belong_to_the_survivor(session: Session, cast: Cast) -> None:
    zhang = records.create(session, Draft("张三", company="Acme Ltd"), viewer=cast.alice, now=NOW)
    keep = records.create(session, Draft("Acme", kind=CustomerKind.COMPANY), viewer=cast.alice, now=NOW)
    other = session.get_one(Customer, zhang.company_id)
    records.change(session, keep, "company", "Acme Ltd", viewer=cast.alice, now=NOW, country="CN")
    before = dump(session)
    operation = _merged(session, cast, keep, other)
    assert zhang.company_id == keep.id
    assert keep.company_id is None
    operations.undo(session, operation, viewer=cast.alice, now=SOON)
    assert dump(session) == before


def test_two_records_of_the_same_name_leave_no_alias(session: Session, cast: Cast) -> None:
    one, two = (records.create(session, Draft(name), viewer=cast.alice, now=NOW) for name in ("張三", "张 三"))
    _merged(session, cast, one, two)
    assert summary.of(session, one, viewer=cast.alice, now=SOON).other_names == []


def test_contact_moves_forward_only(session: Session, cast: Cast) -> None:
    keep, other = _keep(session, cast), _other(session, cast)
    records.touch(session, keep.id, SOON)
    records.touch(session, other.id, datetime(2026, 1, 1, tzinfo=UTC))
    _merged(session, cast, keep, other)
    assert keep.last_contact_at == SOON
    records.touch(session, other.id, SOON + timedelta(hours=1))
    assert keep.last_contact_at == SOON + timedelta(hours=1)
