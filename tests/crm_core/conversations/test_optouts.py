"""The opt-out word, heard wherever a customer writes it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from crm_core.chat import InboundMessage, SenderKind
from crm_core.customers.tables import Customer, Identity
from crm_core.people.tables import AuditEntry, Staff
from tests.conftest import NOW
from tests.crm_core.conversations.talk import (
    ALICE,
    LI,
    OTHER_BOT,
    ZHANG,
    customer_of,
    edited,
    hire,
    known_as,
    record,
    said,
)

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def alice(session: Session) -> Staff:
    return hire(session, "Alice")


@pytest.fixture
def zhang(session: Session, alice: Staff) -> Customer:
    zhang = customer_of(session, "张三", alice)
    known_as(session, "zhangsan", zhang)
    return zhang


@pytest.mark.parametrize("word", ["退订", "退訂", "TD", "td", "STOP", " Stop. ", "unsubscribe", "ＳＴＯＰ", "退订。"])
def test_the_word_alone_opts_out(session: Session, zhang: Customer, word: str) -> None:
    record(session, said(word))
    assert zhang.opted_out_at == NOW


@pytest.mark.parametrize("text", ["请不要退订", "stop sending", "don't stop", "td5", "", "停"])
def test_a_sentence_with_the_word_does_not(session: Session, zhang: Customer, text: str) -> None:
    record(session, said(text))
    assert zhang.opted_out_at is None


@pytest.mark.parametrize("word", ["恢复订阅", "恢復訂閱", "START", "start!"])
def test_taking_it_back_clears_it(session: Session, zhang: Customer, word: str) -> None:
    record(session, said("退订"), said(word, id_="m2", at=LATER))
    assert zhang.opted_out_at is None


def test_an_older_start_that_arrives_late_clears_nothing(session: Session, zhang: Customer) -> None:
    record(session, said("退订", at=LATER), said("START", id_="m2", at=NOW))
    assert zhang.opted_out_at == LATER


def test_the_first_opt_out_counts_and_a_duplicate_changes_nothing(session: Session, zhang: Customer) -> None:
    record(session, said("退订"), said("退订"), said("STOP", id_="m2", at=LATER))
    assert zhang.opted_out_at == NOW
    assert len(session.exec(select(AuditEntry)).all()) == 1


def test_the_audit_says_what_it_came_from(session: Session, zhang: Customer) -> None:
    record(session, said("退订"))
    (entry,) = session.exec(select(AuditEntry)).all()
    assert (entry.action, entry.actor, entry.customer_id) == ("opted_out", "张三", zhang.id)
    assert entry.details == {"cause": "message", "word": "退订"}
    assert entry.conversation_id is not None


@pytest.mark.parametrize(
    "inbound",
    [said("STOP", by=ALICE), said("STOP", by=OTHER_BOT), edited("STOP", at=LATER)],
    ids=["staff", "another bot", "an edit"],
)
def test_only_what_the_customer_writes_counts(session: Session, zhang: Customer, inbound: InboundMessage) -> None:
    (first,) = record(session, said("你好"))
    first.conversation.customer_id = zhang.id
    session.flush()
    record(session, replace(inbound, platform_message_id="m9") if inbound.sender is not ZHANG else inbound)
    assert zhang.opted_out_at is None


def test_in_a_linked_conversation_an_unknown_outsider_speaks_for_its_customer(session: Session, alice: Staff) -> None:
    acme = customer_of(session, "Acme", alice)
    (first,) = record(session, said("你好"))
    first.conversation.customer_id = acme.id
    session.flush()
    colleague = replace(LI, kind=SenderKind.MEMBER)
    record(session, said("STOP", id_="m2", by=colleague))
    assert acme.opted_out_at is None
    record(session, said("STOP", id_="m3", by=replace(LI, platform_id="guest")))
    assert acme.opted_out_at == NOW


def test_a_customer_who_was_merged_opts_out_the_survivor(session: Session, alice: Staff, zhang: Customer) -> None:
    keep = customer_of(session, "张叁", alice)
    zhang.merged_into_id = keep.id
    session.flush()
    record(session, said("TD"))
    assert (keep.opted_out_at, zhang.opted_out_at) == (NOW, None)


def test_a_stranger_may_say_stop(session: Session) -> None:
    record(session, said("STOP"))
    assert session.exec(select(AuditEntry)).all() == []


def test_whoever_is_nobodys_yet_has_opted_out_once_they_are_known(session: Session, alice: Staff) -> None:
    record(session, said("退订"))
    account = session.exec(select(Identity).where(Identity.platform_user_id == "zhangsan")).one()
    assert (account.customer_id, account.opted_out_at) == (None, NOW)
    zhang = customer_of(session, "张三", alice)
    account.customer_id = zhang.id
    session.add(account)
    session.flush()
    assert (zhang.opted_out_at, account.opted_out_at) == (NOW, None)


def test_nobody_yet_takes_it_back(session: Session, alice: Staff) -> None:
    record(session, said("退订"), said("START", id_="m2", at=LATER))
    account = session.exec(select(Identity).where(Identity.platform_user_id == "zhangsan")).one()
    assert account.opted_out_at is None
