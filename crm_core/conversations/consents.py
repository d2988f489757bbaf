"""Who agreed to be recorded, with whom; the newest word holds."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func
from sqlmodel import Session, col, select

from crm_core.archiving import Agreement, ConsentState
from crm_core.conversations.tables import Consent, Conversation
from crm_core.customers.tables import Customer, Identity
from crm_core.people.tables import Handle, Staff
from crm_core.platforms import memory
from crm_core.platforms.tables import Memo
from crm_core.rows import add_or_find

_COVERED = "recorded_members"
_NO = (ConsentState.DECLINED, ConsentState.UNANSWERED)


@dataclass(frozen=True)
class Covered:
    """The members of staff whose conversations a platform records, by their ids there, as it said at `at`."""

    platform: str
    members: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class Refusal:
    """A customer of whom something is not recorded. `where`: the room, else the name or id of the member of staff.
    `customer_id`: None for who is nobody's record yet."""

    customer_id: int | None
    name: str
    where: str
    state: ConsentState
    changed_at: datetime


def note(session: Session, platform: str, agreements: Iterable[Agreement]) -> None:
    """Keep what is newer than what is known."""
    for agreement in agreements:
        made = _consent(platform, agreement)
        known = _find(session, made) or add_or_find(session, made, lambda made=made: _find(session, made))  # type: ignore[misc]
        if agreement.changed_at > known.changed_at:
            known.state, known.changed_at = agreement.state, agreement.changed_at
            session.add(known)
            session.flush()


def of_customers(session: Session, customer_ids: Collection[int]) -> list[Consent]:
    """What these customers said, the newest first."""
    query = (
        select(Consent)
        .join(
            Identity,
            (col(Identity.platform) == col(Consent.platform))
            & (col(Identity.platform_user_id) == col(Consent.customer)),
        )
        .where(col(Identity.customer_id).in_(customer_ids))
        .order_by(col(Consent.changed_at).desc(), col(Consent.id))
    )
    return list(session.exec(query))


def declined(session: Session, customer_ids: Collection[int]) -> datetime | None:
    """Since when any of these customers does not want to be recorded by somebody; None when all agreed."""
    refusals = [one for one in of_customers(session, customer_ids) if one.state is ConsentState.DECLINED]
    return refusals[0].changed_at if refusals else None


def counts(session: Session, platform: str) -> dict[str, int]:
    """State → how many agreements."""
    query = select(Consent.state, func.count()).where(Consent.platform == platform).group_by(col(Consent.state))
    return {ConsentState(state).value: count for state, count in session.exec(query)}


def cover(session: Session, platform: str, members: Sequence[str], *, now: datetime) -> None:
    """Keep whose conversations the platform records."""
    memory.put(session, platform, _COVERED, "", {"members": sorted(members)}, now=now)


def covered(session: Session) -> list[Covered]:
    """Of each platform that records conversations."""
    memos = session.exec(select(Memo).where(Memo.kind == _COVERED).order_by(Memo.platform))
    return [Covered(memo.platform, tuple(memo.document["members"]), memo.changed_at) for memo in memos]


def refusals(session: Session, platform: str, limit: int) -> list[Refusal]:
    """Who declined, the latest first, then who did not answer."""
    query = (
        select(Consent, Identity, Customer.name, func.coalesce(func.nullif(col(Conversation.title), ""), Staff.name))
        .outerjoin(Identity, _same(Identity, Consent.customer))
        .outerjoin(Customer, col(Customer.id) == col(Identity.customer_id))
        .outerjoin(Handle, _same(Handle, Consent.with_whom))
        .outerjoin(Staff, col(Staff.id) == col(Handle.staff_id))
        .outerjoin(
            Conversation,
            and_(
                col(Conversation.platform) == col(Consent.platform), col(Conversation.platform_id) == col(Consent.room)
            ),
        )
        .where(Consent.platform == platform, col(Consent.state).in_(_NO))
        .order_by(col(Consent.state), col(Consent.changed_at).desc(), col(Consent.id))
        .limit(limit)
    )
    return [_refusal(*row) for row in session.exec(query)]


def _same(accounts: type[Identity] | type[Handle], account: str) -> ColumnElement[bool]:
    return and_(col(accounts.platform) == col(Consent.platform), col(accounts.platform_user_id) == account)


def _refusal(consent: Consent, identity: Identity | None, customer: str | None, where: str | None) -> Refusal:
    shown = "" if identity is None else identity.display_name
    return Refusal(
        None if identity is None else identity.customer_id,
        customer or shown or consent.customer,
        where or consent.room or consent.with_whom,
        consent.state,
        consent.changed_at,
    )


def _consent(platform: str, agreement: Agreement) -> Consent:
    return Consent(
        platform=platform,
        customer=agreement.customer,
        with_whom=agreement.with_whom,
        room=agreement.room,
        state=agreement.state,
        changed_at=agreement.changed_at,
    )


def _find(session: Session, like: Consent) -> Consent | None:
    query = select(Consent).where(
        Consent.platform == like.platform,
        Consent.customer == like.customer,
        Consent.with_whom == like.with_whom,
        Consent.room == like.room,
    )
    return session.exec(query).first()
