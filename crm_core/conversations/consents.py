"""Who agreed to be recorded, with whom; the newest word holds."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from crm_core.archiving import Agreement, ConsentState
from crm_core.conversations.tables import Consent
from crm_core.customers.tables import Identity
from crm_core.rows import add_or_find


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
