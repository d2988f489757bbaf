"""Which messages of a room are recorded, by the ids of their platform."""

from datetime import datetime

from sqlmodel import Session, col, select

from crm_core.conversations.tables import Conversation, Message


def messages(session: Session, platform: str, room_id: str, after: datetime, before: datetime) -> dict[str, str]:
    """Those sent between two moments (both included) and not deleted, each with the id of its thread ("": none)."""
    query = (
        select(Message.platform_message_id, Message.thread_id)
        .join(Conversation, col(Conversation.id) == Message.conversation_id)
        .where(Conversation.platform == platform, Conversation.platform_id == room_id)
        .where(col(Message.sent_at) >= after, col(Message.sent_at) <= before, col(Message.deleted_at).is_(None))
    )
    return dict(session.exec(query).all())
