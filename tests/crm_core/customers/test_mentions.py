"""Customers named in the middle of a sentence."""

import pytest
from sqlmodel import Session

from crm_core.customers import names
from crm_core.customers.mentions import mentioned
from crm_core.customers.tables import Customer, NameKind, OtherName
from crm_core.people.tables import Role, Staff
from crm_core.people.viewer import Viewer
from tests.conftest import NOW


@pytest.fixture
def viewer(session: Session) -> Viewer:
    """Alice, who sees her own customers: 周一鸣, 张三, 张三丰, Bob Miller, Acme and a second 李四. Charlie has 王五."""
    alice = Staff(name="Alice", name_key="alice", created_at=NOW)
    charlie = Staff(name="Charlie", name_key="charlie", created_at=NOW)
    session.add_all([alice, charlie])
    session.flush()
    for name in ("周一鸣", "张三", "张三丰", "Bob Miller", "Acme", "李四", "李四"):
        _customer(session, name, alice.id)
    _customer(session, "王五", charlie.id)
    return Viewer(alice.id, "Alice", Role.SALES, frozenset({alice.id}))


def _customer(session: Session, name: str, owner_id: int) -> Customer:
    customer = Customer(name=name, name_key=names.key(name), owner_id=owner_id, created_at=NOW, updated_at=NOW)
    session.add(customer)
    session.flush()
    return customer


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("提醒我给周一鸣打电话", ["周一鸣"]),
        ("明天给張三丰發合同", ["張三丰"]),
        ("张三和张三丰", ["张三", "张三丰"]),
        ("call bob  miller about ACME's offer", ["bob  miller", "ACME"]),
        ("lunch with Bob-Miller", []),
        ("Acmeville and bobm", []),
        ("给王五打电话", []),
        ("", []),
        ("#9999999 and # and #0", []),
        ("'; drop table customer; -- %_", []),
    ],
)
def test_names_in_a_sentence_are_found_with_their_place(
    session: Session, viewer: Viewer, text: str, found: list[str]
) -> None:
    assert [text[one.start : one.end] for one in mentioned(session, text, viewer=viewer)] == found


def test_a_shared_name_brings_everybody_who_has_it(session: Session, viewer: Viewer) -> None:
    [mention] = mentioned(session, "李四的合同", viewer=viewer)
    assert [customer.name for customer in mention.customers] == ["李四", "李四"]


def test_a_number_names_a_customer_the_viewer_may_see(session: Session, viewer: Viewer) -> None:
    mine = _customer(session, "赵六", viewer.staff_id or 0)
    [mention] = mentioned(session, f"call #{mine.id} now", viewer=viewer)
    assert mention.customers == (mine,)
    stranger = Viewer(999, "Dan", Role.SALES, frozenset({999}))
    assert mentioned(session, f"call #{mine.id} now", viewer=stranger) == []


def test_other_names_count_and_merged_records_do_not(session: Session, viewer: Viewer) -> None:
    kept, merged = _customer(session, "钱七", viewer.staff_id or 0), _customer(session, "钱八", viewer.staff_id or 0)
    merged.merged_into_id = kept.id
    alias = OtherName(
        customer_id=kept.id, kind=NameKind.ALIAS, name="Qian Qi", name_key=names.key("Qian Qi"), since=NOW
    )
    session.add_all([merged, alias])
    session.flush()
    assert [one.customers for one in mentioned(session, "qian qi 和钱八", viewer=viewer)] == [(kept,)]
