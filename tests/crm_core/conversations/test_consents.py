"""Who agreed to be recorded: the newest word holds, whatever comes first."""

from datetime import timedelta

from sqlmodel import Session

from crm_core.archiving import Agreement, ConsentState
from crm_core.chat import Sender, SenderKind
from crm_core.conversations import consents
from crm_core.customers import identities, records
from crm_core.customers.records import Draft
from tests.conftest import NOW
from tests.crm_core.conftest import Cast

CUSTOMER = "wmZhangSan00000000000000000000000"


def said(state: ConsentState, hours: int, *, to: str = "alice") -> Agreement:
    return Agreement(CUSTOMER, state, NOW + timedelta(hours=hours), with_whom=to)


def test_the_newest_word_holds(session: Session) -> None:
    consents.note(session, "wecom", [said(ConsentState.DECLINED, 2), said(ConsentState.AGREED, 1)])
    assert consents.counts(session, "wecom") == {"declined": 1}
    consents.note(session, "wecom", [said(ConsentState.AGREED, 3), said(ConsentState.AGREED, 3)])
    assert consents.counts(session, "wecom") == {"agreed": 1}


def test_each_member_of_staff_and_each_room_has_its_own(session: Session) -> None:
    room = Agreement(CUSTOMER, ConsentState.AGREED, NOW, room="wrGroup")
    consents.note(session, "wecom", [said(ConsentState.DECLINED, 1), said(ConsentState.AGREED, 1, to="bob"), room])
    assert consents.counts(session, "wecom") == {"agreed": 2, "declined": 1}


def test_a_refusal_is_known_by_the_customer(session: Session, cast: Cast) -> None:
    customer = records.create(session, Draft("张三"), viewer=cast.admin, now=NOW)
    who = Sender(CUSTOMER, "张三", SenderKind.EXTERNAL)
    identity = identities.seen(session, "wecom", who, now=NOW, country="CN")
    identities.link(session, identity, customer, by="manual", viewer=cast.admin, now=NOW)
    consents.note(session, "wecom", [said(ConsentState.AGREED, 1)])
    assert consents.declined(session, [customer.id]) is None
    consents.note(session, "wecom", [said(ConsentState.DECLINED, 2, to="bob")])
    assert consents.declined(session, [customer.id]) == NOW + timedelta(hours=2)
