"""Who is meant by a segment, held against plain Python over the same customers."""

import math
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from crm_core.customers import dates, fields, merge, records
from crm_core.customers.records import Draft
from crm_core.customers.tables import Customer, CustomerKind, FieldType, Stage
from crm_core.errors import Conflict, Invalid, NotAllowed, NotFound
from crm_core.people import operations
from crm_core.people.viewer import Viewer
from crm_core.tags import segments, tags
from crm_core.tags.expression import And, Compare, Expression, Not, Or, Word
from tests.crm_core.conftest import NOW, Cast

TODAY = NOW.astimezone(ZoneInfo("Asia/Shanghai")).date()


def _meant(session: Session, text: str, viewer: Viewer) -> list[str]:
    expression = segments.resolve(session, text)
    ids = session.exec(segments.matching(session, expression, viewer=viewer, now=NOW)).all()
    return sorted(session.exec(select(Customer.name).where(col(Customer.id).in_(ids))))


def _new(session: Session, cast: Cast, name: str, *tag_names: str, stage: str = "lead") -> Customer:
    draft = Draft(name, tags=tag_names, stage=stage)
    return records.create(session, draft, viewer=cast.alice, now=NOW)


def test_and_or_and_not_are_right_for_whoever_carries_one_several_or_no_tag(session: Session, cast: Cast) -> None:
    _new(session, cast, "both", "VIP", "展会")
    _new(session, cast, "vip", "VIP")
    _new(session, cast, "fair", "展会")
    _new(session, cast, "none")
    assert _meant(session, "VIP & 展会", cast.alice) == ["both"]
    assert _meant(session, "VIP | 展会", cast.alice) == ["both", "fair", "vip"]
    assert _meant(session, "!VIP", cast.alice) == ["fair", "none"]
    assert _meant(session, "展会 & !VIP", cast.alice) == ["fair"]
    assert _meant(session, "!VIP & !展会", cast.alice) == ["none"]
    assert _meant(session, "!(VIP & 展会)", cast.alice) == ["fair", "none", "vip"]
    assert _meant(session, "!VIP | VIP", cast.alice) == ["both", "fair", "none", "vip"]


def test_a_stage_is_meant_by_its_words_in_both_languages_and_scripts(session: Session, cast: Cast) -> None:
    _new(session, cast, "won", "VIP", stage="成交")
    _new(session, cast, "lost", "VIP", stage="流失")
    for text in ("VIP & !流失", "VIP & !lost", "VIP & !Churned", "VIP且非流失", "VIP & 成交", "VIP & stage:won"):
        assert _meant(session, text, cast.alice) == ["won"], text


def test_a_word_that_is_a_tag_and_a_stage_means_either(session: Session, cast: Cast) -> None:
    _new(session, cast, "tagged", "流失", "VIP")
    _new(session, cast, "staged", "VIP", stage="流失")
    _new(session, cast, "neither", "VIP")
    assert _meant(session, "流失", cast.alice) == ["staged", "tagged"]
    assert _meant(session, "VIP & !流失", cast.alice) == ["neither"]
    assert _meant(session, "tag:流失", cast.alice) == ["tagged"]
    assert _meant(session, "stage:流失", cast.alice) == ["staged"]


def test_a_tag_is_found_whatever_its_case_width_and_script(session: Session, cast: Cast) -> None:
    _new(session, cast, "one", "VIP 客戶", "A & B")
    for text in ("vip客户", "ＶＩＰ 客户", '"vip客戶"', '"a & b"', "#VIP客户", "\u202eVIP\x00客户"):
        assert _meant(session, text, cast.alice) == ["one"], text


def test_a_name_with_an_operator_in_it_is_taken_whole_when_it_exists(session: Session, cast: Cast) -> None:
    _new(session, cast, "africa", "非洲客户")
    _new(session, cast, "other")
    assert _meant(session, "非洲客户", cast.alice) == ["africa"]
    assert _meant(session, "非非洲客户", cast.alice) == ["other"]


def test_only_survivors_are_meant(session: Session, cast: Cast) -> None:
    keep, other = _new(session, cast, "keep", "VIP"), _new(session, cast, "other", "VIP")
    merge.merge(session, keep, other, viewer=cast.alice, now=NOW)
    assert _meant(session, "VIP", cast.alice) == ["keep"]
    assert _meant(session, "!VIP", cast.alice) == []


def test_only_what_the_viewer_sees_is_meant(session: Session, cast: Cast) -> None:
    _new(session, cast, "alice's", "VIP")
    records.create(session, Draft("charlie's", tags=["VIP"]), viewer=cast.charlie, now=NOW)
    records.create(session, Draft("the pool's", tags=["VIP"], owner="公海"), viewer=cast.charlie, now=NOW)
    assert _meant(session, "VIP", cast.alice) == ["alice's", "the pool's"]
    assert _meant(session, "VIP", cast.bob) == ["alice's", "the pool's"]
    assert _meant(session, "VIP", cast.charlie) == ["charlie's", "the pool's"]
    assert _meant(session, "!VIP", cast.charlie) == []
    assert _meant(session, "VIP", cast.admin) == ["alice's", "charlie's", "the pool's"]


def test_opting_out_plays_no_part_unless_it_is_asked_for(session: Session, cast: Cast) -> None:
    out = _new(session, cast, "out", "VIP")
    _new(session, cast, "in", "VIP")
    records.change(session, out, "opted_out", "yes", viewer=cast.alice, now=NOW)
    assert _meant(session, "VIP", cast.alice) == ["in", "out"]
    assert _meant(session, "退订:是", cast.alice) == ["out"]
    assert _meant(session, "VIP & 退订:否", cast.alice) == ["in"]


def test_owner_company_and_text_fields_are_compared(session: Session, cast: Cast) -> None:
    zhang = Draft("张三", company="Acme", source="Trade Fair", position="CEO")
    records.create(session, zhang, viewer=cast.alice, now=NOW)
    records.create(session, Draft("李四", owner="公海"), viewer=cast.alice, now=NOW)
    records.create(session, Draft("王五", source="展会"), viewer=cast.bob, now=NOW)
    assert _meant(session, "owner:alice", cast.bob) == ["张三"]
    assert _meant(session, "owner:me", cast.bob) == ["王五"]
    assert _meant(session, "负责人:无", cast.bob) == ["Acme", "李四"]
    assert _meant(session, "!owner:Alice", cast.bob) == ["Acme", "李四", "王五"]
    assert _meant(session, "company:ACME", cast.bob) == ["Acme", "张三"]
    assert _meant(session, "公司!=Acme", cast.bob) == ["李四", "王五"]
    assert _meant(session, "类型:公司", cast.bob) == ["Acme"]
    assert _meant(session, "source:trade fair | 来源:展会", cast.bob) == ["张三", "王五"]
    assert _meant(session, "position:ceo", cast.bob) == ["张三"]


def test_an_amount_of_time_is_an_age_and_never_is_long_ago(session: Session, cast: Cast) -> None:
    for days in (29, 30, 31):
        records.touch(session, _new(session, cast, f"{days} days").id, NOW - timedelta(days=days))
    _new(session, cast, "never")
    for text, meant in {
        "last_contact<30d": ["29 days"],
        "last_contact<=30d": ["29 days", "30 days"],
        "last_contact>30d": ["31 days", "never"],
        "last_contact>=30d": ["30 days", "31 days", "never"],
        "!last_contact<30d": ["30 days", "31 days", "never"],
        "last_contact:never": ["never"],
        "最近联系>2026-10-18": ["29 days", "30 days"],
        "最近联系>=2026-10-18": ["29 days", "30 days", "31 days"],
        "最近联系<=2026-10-18": ["31 days"],
        "最近联系<2026-10-18": [],
    }.items():
        assert _meant(session, text, cast.alice) == meant, text


@pytest.mark.parametrize("today", [date(2026, 11, 18), date(2027, 2, 28), date(2027, 3, 1), date(2028, 2, 28)])
def test_birthdays_to_come_are_counted_across_the_end_of_the_year(session: Session, cast: Cast, today: date) -> None:
    now = datetime(today.year, today.month, today.day, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
    birthdays = [date(1988, 1, 1) + timedelta(days=days) for days in range(0, 366, 13)] + [
        date(1988, 2, 29),
        date(dates.UNKNOWN_YEAR, 2, 29),
        date(dates.UNKNOWN_YEAR, 11, 18),
        date(1990, 2, 28),
        date(1990, 3, 1),
        date(1990, 12, 31),
    ]
    for number, birthday in enumerate([*birthdays, None]):
        customer = Customer(name=f"{number}", name_key=f"{number}", birthday=birthday, created_at=NOW, updated_at=NOW)
        session.add(customer)
    session.flush()
    for (operator, holds), amount in product(_COMPARE.items(), (0, 1, 2, 30, 100, 300)):
        compare = Compare("birthday", operator, f"{amount}d")
        ids = session.exec(segments.matching(session, compare, viewer=cast.alice, now=now)).all()
        found = {session.get_one(Customer, customer_id).birthday for customer_id in ids}
        wanted = {birthday for birthday in birthdays if holds(_days_until(birthday, today), amount)}
        assert found == wanted, str(compare)


def _days_until(birthday: date, today: date) -> int:
    for year in (today.year, today.year + 1):
        try:
            next_one = birthday.replace(year=year)
        except ValueError:
            next_one = date(year, 2, 28)
        if next_one >= today:
            return (next_one - today).days
    raise AssertionError


_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
}


def _custom(session: Session) -> None:
    fields.declare(session, "budget", "预算", "Budget", FieldType.NUMBER)
    fields.declare(session, "renewal", "续约日", "Renewal", FieldType.DATE)
    fields.declare(session, "size", "规模", "Size", FieldType.CHOICE, choices=["大", "小"])
    fields.declare(session, "paid", "已付款", "Paid", FieldType.YES_NO)
    fields.declare(session, "remark", "备注", "Remark", FieldType.TEXT)
    fields.declare(session, "salary", "薪资", "Salary", FieldType.NUMBER, sensitive=True)


def test_custom_fields_are_compared_by_their_type(session: Session, cast: Cast) -> None:
    _custom(session)
    first = {"budget": "9.5", "renewal": "2026-12-01", "size": "大", "paid": "是", "remark": "Likes Tea", "salary": "5"}
    second = {"budget": "10万", "renewal": "2026-10-01", "size": "小", "paid": "否"}
    for name, custom in (("first", first), ("second", second), ("third", {})):
        records.create(session, Draft(name, custom=custom), viewer=cast.alice, now=NOW)
    assert _meant(session, "预算>=9.5", cast.alice) == ["first", "second"]
    assert _meant(session, "budget<10万", cast.alice) == ["first"]
    assert _meant(session, "budget:100000", cast.alice) == ["second"]
    assert _meant(session, "!budget>1", cast.alice) == ["third"]
    assert _meant(session, "续约日<30d", cast.alice) == ["first"]
    assert _meant(session, "renewal<2026-11-01", cast.alice) == ["second"]
    assert _meant(session, "renewal:2026-12-01", cast.alice) == ["first"]
    assert _meant(session, "规模:大", cast.alice) == ["first"]
    assert _meant(session, "规模!=大", cast.alice) == ["second", "third"]
    assert _meant(session, "已付款:是", cast.alice) == ["first"]
    assert _meant(session, "paid:no", cast.alice) == ["second"]
    assert _meant(session, "remark:likes tea", cast.alice) == ["first"]
    assert _meant(session, "salary>1", cast.alice) == ["first"]


def test_who_may_not_see_a_sensitive_field_may_not_ask_for_it(session: Session, cast: Cast) -> None:
    _custom(session)
    with pytest.raises(NotAllowed, match="field_sensitive"):
        _meant(session, "salary>1", cast.intern)


_UNKNOWN = (
    ("nonsense", NotFound, "tag_not_found"),
    ("VIP & !typo", NotFound, "tag_not_found"),
    ("tag:nonsense", NotFound, "tag_not_found"),
    ("owner:Nobody Known", NotFound, "staff_not_found"),
    ("colour:red", Invalid, "segment_field_unknown"),
    ("规模>大", Invalid, "segment_operator_invalid"),
    ("规模:中", Invalid, "choice_unknown"),
    ("预算:many", Invalid, "number_invalid"),
    ("续约日:30d", Invalid, "segment_value_invalid"),
    ("续约日>2026-02-31", Invalid, "date_invalid"),
    ("VIP'; DROP TABLE customer; --", NotFound, "tag_not_found"),
)


def test_what_is_not_known_is_said_and_never_taken_for_nobody(session: Session, cast: Cast) -> None:
    _custom(session)
    _new(session, cast, "张三", "VIP")
    for text, error, problem in _UNKNOWN:
        with pytest.raises(error, match=f"^{problem}$"):
            _meant(session, text, cast.alice)


def test_a_saved_segment_is_meant_by_its_name_also_inside_others(session: Session, cast: Cast) -> None:
    _new(session, cast, "张三", "VIP", stage="won")
    _new(session, cast, "李四", "VIP", stage="lost")
    segment = segments.save(session, "好客户", "VIP 且非流失", viewer=cast.alice, now=NOW)
    assert segment.expression == "VIP & !流失"
    assert _meant(session, "好客户", cast.alice) == ["张三"]
    segments.save(session, "坏客户", "VIP & !好客户", viewer=cast.alice, now=NOW)
    assert _meant(session, "坏 客戶", cast.alice) == ["李四"]
    segments.save(session, "好客户", "流失", viewer=cast.alice, now=NOW)
    assert _meant(session, "坏客户", cast.alice) == ["张三"]
    assert [each.name for each in segments.saved(session)] == ["坏客户", "好客户"]


def test_a_segment_cannot_be_part_of_itself(session: Session, cast: Cast) -> None:
    _new(session, cast, "张三", "VIP")
    segments.save(session, "甲", "VIP", viewer=cast.alice, now=NOW)
    segments.save(session, "乙", "甲 | VIP", viewer=cast.alice, now=NOW)
    with pytest.raises(Invalid, match="segment_circular"):
        segments.save(session, "甲", "乙", viewer=cast.alice, now=NOW)
    assert segments.named(session, "甲").expression == "VIP"
    with pytest.raises(NotFound, match="tag_not_found"):
        segments.save(session, "丙", "丙", viewer=cast.alice, now=NOW)


def test_segments_that_hold_each_other_many_times_over_are_refused(session: Session, cast: Cast) -> None:
    _new(session, cast, "张三", "VIP")
    segments.save(session, "s0", "VIP", viewer=cast.alice, now=NOW)
    for level in range(1, 4):
        segments.save(session, f"s{level}", _four_times(level - 1), viewer=cast.alice, now=NOW)
    with pytest.raises(Invalid, match="segment_too_complex"):
        segments.save(session, "s4", _four_times(3), viewer=cast.alice, now=NOW)


def _four_times(level: int) -> str:
    return " | ".join([f"s{level}"] * 4)


def test_a_name_stands_for_one_thing(session: Session, cast: Cast) -> None:
    zhang = _new(session, cast, "张三", "VIP")
    segments.save(session, "好客户", "VIP", viewer=cast.alice, now=NOW)
    for name in ("VIP", "成交", "won"):
        with pytest.raises(Conflict, match="segment_name_taken"):
            segments.save(session, name, "VIP", viewer=cast.alice, now=NOW)
    with pytest.raises(Conflict, match="segment_name_taken"):
        segments.save(session, "好客户", "VIP", viewer=cast.bob, now=NOW)
    with pytest.raises(Conflict, match="tag_name_is_segment"):
        tags.add(session, zhang, ["好客戶"], viewer=cast.alice, now=NOW)
    with pytest.raises(NotAllowed, match="right_missing"):
        segments.save(session, "mine", "VIP", viewer=cast.intern, now=NOW)


def test_saving_and_removing_a_segment_can_be_undone(session: Session, cast: Cast) -> None:
    _new(session, cast, "张三", "VIP")
    with operations.recording(session, viewer=cast.alice, command="save", now=NOW) as saving:
        segment = segments.save(session, "好客户", "VIP", viewer=cast.alice, now=NOW)
    with pytest.raises(NotAllowed, match="right_missing"):
        segments.remove(session, segment, viewer=cast.bob)
    with operations.recording(session, viewer=cast.alice, command="remove", now=NOW) as removing:
        segments.remove(session, segment, viewer=cast.alice)
    assert segments.find(session, "好客户") is None
    operations.undo(session, removing, viewer=cast.alice, now=NOW)
    assert segments.named(session, "好客户").expression == "VIP"
    operations.undo(session, saving, viewer=cast.alice, now=NOW)
    with pytest.raises(NotFound, match="segment_not_found"):
        segments.named(session, "好客户")


_TAGS = ("VIP", "展会", "老朋友", "从不")


def _crowd(session: Session, cast: Cast) -> None:
    """Forty customers, each attribute there or not by a seeded die."""
    die = random.Random(8)
    fields.declare(session, "budget", "预算", "Budget", FieldType.NUMBER)
    for number in range(40):
        draft = Draft(
            f"c{number}",
            tags=[name for name in _TAGS[:3] if die.random() < 0.4],
            stage=die.choice(list(Stage)),
            tier=die.choice([None, "A", "B", "C"]),
            owner=die.choice(["Alice", "Charlie", "公海"]),
            company=die.choice(["", "Acme", "Umbrella"]),
            birthday=die.choice([None, f"{die.randint(1, 12)}-{die.randint(1, 28)}"]),
            custom=die.choice([{}, {"budget": str(die.randint(0, 20))}]),
        )
        customer = records.create(session, draft, viewer=cast.admin, now=NOW)
        if die.random() < 0.6:
            records.touch(session, customer.id, NOW - timedelta(days=die.randint(0, 60)))
    first = tags.add(session, session.get_one(Customer, 1), ["从不"], viewer=cast.admin, now=NOW)
    tags.remove(session, session.get_one(Customer, 1), first, viewer=cast.admin, now=NOW)
    session.flush()


_LEAVES = st.one_of(
    st.sampled_from(_TAGS).map(Word),
    st.sampled_from(["流失", "won"]).map(Word),
    st.sampled_from("ABC").map(lambda tier: Compare("tier", ":", tier)),
    st.sampled_from(list(Stage)).map(lambda stage: Compare("stage", ":", stage)),
    st.sampled_from(["Alice", "Charlie", "none"]).map(lambda name: Compare("owner", ":", name)),
    st.sampled_from(["Acme", "Umbrella"]).map(lambda name: Compare("company", ":", name)),
    st.builds(
        Compare,
        st.sampled_from(["last_contact", "birthday"]),
        st.sampled_from(list(_COMPARE)),
        st.integers(0, 90).map("{}d".format),
    ),
    st.builds(Compare, st.just("budget"), st.sampled_from(list(_COMPARE)), st.integers(0, 20).map(str)),
)
_EXPRESSIONS = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts))),
    ),
    max_leaves=8,
)


class _PlainLogic:
    """Segments, worked out in Python over everybody."""

    def __init__(self, session: Session, cast: Cast) -> None:
        self.everybody = session.exec(select(Customer)).all()
        self._carried = tags.of(session, [customer.id for customer in self.everybody])
        self._names = {customer.id: customer.name for customer in self.everybody}
        self._staff = {cast.staff[name].id: name.title() for name in cast.staff}

    def meant(self, expression: Expression, viewer: Viewer) -> list[int]:
        return [each.id for each in self.everybody if viewer.sees(each.owner_id) and self._holds(expression, each)]

    def _holds(self, expression: Expression, customer: Customer) -> bool:
        if isinstance(expression, Not):
            return not self._holds(expression.part, customer)
        if isinstance(expression, And):
            return all(self._holds(part, customer) for part in expression.parts)
        if isinstance(expression, Or):
            return any(self._holds(part, customer) for part in expression.parts)
        if isinstance(expression, Word):
            stage = {"流失": Stage.LOST, "won": Stage.WON}.get(expression.name)
            return expression.name in self._carried[customer.id] or customer.stage is stage
        if expression.operator == ":":
            return self._is(expression, customer)
        number = _number(expression.field, customer)
        return number is not None and _COMPARE[expression.operator](number, float(expression.value.rstrip("d")))

    def _is(self, compare: Compare, customer: Customer) -> bool:
        itself = customer.kind is CustomerKind.COMPANY
        stands = {
            "tier": customer.tier,
            "stage": customer.stage,
            "owner": self._staff.get(customer.owner_id or 0, "none"),
            "company": customer.name if itself else self._names.get(customer.company_id or 0, ""),
        }
        return bool(stands[compare.field] == compare.value)


def _number(field: str, customer: Customer) -> float | None:
    if field == "birthday":
        return None if customer.birthday is None else _days_until(customer.birthday, TODAY)
    if field == "last_contact":
        return math.inf if customer.last_contact_at is None else (NOW - customer.last_contact_at) / timedelta(days=1)
    budget: float | None = customer.custom.get("budget")
    return budget


def test_every_expression_means_whom_plain_logic_means(session: Session, cast: Cast) -> None:
    _crowd(session, cast)
    logic = _PlainLogic(session, cast)

    @given(expression=_EXPRESSIONS, viewer=st.sampled_from([cast.alice, cast.bob, cast.charlie, cast.admin]))
    @settings(max_examples=120, deadline=None, derandomize=True)
    def check(expression: Expression, viewer: Viewer) -> None:
        read_back = segments.resolve(session, str(expression))
        found = session.exec(segments.matching(session, read_back, viewer=viewer, now=NOW)).all()
        assert sorted(found) == sorted(logic.meant(expression, viewer)), str(expression)

    check()


def test_the_day_is_the_viewers(session: Session, cast: Cast) -> None:
    """At 02:20 UTC it is the 18th in Shanghai and still the 17th in New York."""
    customer = _new(session, cast, "born on the 17th")
    customer.birthday = date(1990, 11, 17)
    session.add(customer)
    session.flush()
    in_new_york = replace(cast.alice, timezone="America/New_York")
    assert _meant(session, "birthday<1d", cast.alice) == []
    assert _meant(session, "birthday<1d", in_new_york) == ["born on the 17th"]
