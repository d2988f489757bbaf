"""What a short answer ("2", "yes") in a room stands for just now, and whom the talk is about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam
from sqlmodel import Session, select

from crm_core.conversations.tables import Prompt
from crm_core.rows import add_or_find

#: How long an offered list can be answered, and how long "he" and "she" still mean the same customer.
ANSWERS_LIVE = timedelta(minutes=10)
SUBJECT_LIVES = timedelta(minutes=30)
#: How long the numbers of a list of to-dos are taken from it, whatever else is said.
LISTS_LIVE = timedelta(hours=12)


@dataclass(frozen=True)
class Listed:
    """The ids of to-dos by their numbers in a list. `fresh`: it was shown a short while ago."""

    numbers: Mapping[str, int]
    fresh: bool


#: Built once: this is asked in every turn.
_OFFERED = select(Prompt).where(
    Prompt.conversation_id == bindparam("room"), Prompt.platform_user_id == bindparam("person")
)


def remember(
    session: Session,
    conversation_id: int,
    platform_user_id: str,
    *,
    answers: Mapping[str, str],
    subject_id: int | None,
    now: datetime,
    listed: Mapping[str, int] | None = None,
    before: Prompt | None = None,
) -> None:
    """Replace the answers offered to this person in this room. Without a subject the former one stays, and without a
    list of to-dos (`listed`) the former list. `before`: what `find` found in this transaction, if it did."""
    prompt = before or find(session, conversation_id, platform_user_id)
    if prompt is None:
        new = Prompt(conversation_id=conversation_id, platform_user_id=platform_user_id, expires_at=now)
        prompt = add_or_find(session, new, lambda: find(session, conversation_id, platform_user_id))
    if subject_id is not None or prompt.expires_at <= now:
        prompt.subject_id = subject_id
    prompt.answers = dict(answers)
    if listed:
        prompt.listed, prompt.listed_at = dict(listed), now
    prompt.expires_at = now + SUBJECT_LIVES
    session.add(prompt)
    session.flush()


def listed(session: Session, conversation_id: int, platform_user_id: str, now: datetime) -> Listed | None:
    """The list of to-dos this person was shown last in this room; None when there was none."""
    prompt = find(session, conversation_id, platform_user_id)
    if prompt is None or prompt.listed_at is None:
        return None
    return Listed(dict(prompt.listed), now < prompt.listed_at + LISTS_LIVE)


def meant(prompt: Prompt | None, now: datetime) -> tuple[dict[str, str], int | None]:
    """The commands the answers stand for, and the customer last talked about; empty and None once they are too old."""
    if prompt is None or prompt.expires_at <= now:
        return {}, None
    fresh = now < prompt.expires_at - SUBJECT_LIVES + ANSWERS_LIVE
    return dict(prompt.answers) if fresh else {}, prompt.subject_id


def find(session: Session, conversation_id: int, platform_user_id: str) -> Prompt | None:
    """What was offered to this person in this room last, however long ago."""
    return session.exec(_OFFERED, params={"room": conversation_id, "person": platform_user_id}).first()
