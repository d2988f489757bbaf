"""`GET /messages`: what was said, newest first, with every version."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel
from sqlmodel import Session

from bot.api.access import CallerArgument
from bot.api.paging import Page, SpanArgument, Text, Word, page
from bot.api.refusals import Refusing
from crm_core.conversations import log, search
from crm_core.conversations.log import Line, Place
from crm_core.conversations.tables import Message
from crm_core.people import audit
from crm_core.people.viewer import Viewer

router = APIRouter(tags=["messages"], route_class=Refusing)


class VersionOut(BaseModel):
    number: int
    happening: str
    text: str
    at: datetime


class MarkOut(BaseModel):
    """A mark that stands on the message. `by`: the platform's id of the person."""

    name: str
    by: str
    by_name: str
    at: datetime


class MessageOut(BaseModel):
    id: int
    platform: str
    platform_message_id: str
    conversation: str
    thread: str
    sender: str
    sender_name: str
    sender_kind: str
    customer_id: int | None
    text: str
    sent_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    versions: list[VersionOut]
    marks: list[MarkOut]


@router.get("/messages")
async def messages(
    caller: CallerArgument, span: SpanArgument, q: Text = "", platform: Word = "", conversation: Word = ""
) -> Page[MessageOut]:
    """Newest first. `conversation`: the platform's id of the room; `q`: messages that hold every word of it."""

    def look(session: Session, viewer: Viewer, now: datetime) -> Page[MessageOut]:
        place = log.place(session, platform, conversation)
        found: list[Message] = []
        if place is not None and q.strip():
            found = _search(session, q, viewer, place, span)
        elif place is not None:
            found = log.page(session, place, viewer=viewer, limit=span.limit, before_id=span.cursor)
        audit.saw_each(session, (one.customer_id for one in found), viewer=viewer, action="message.list", now=now)
        items = [_out(line) for line in log.lines(session, found, viewer=viewer)]
        return page(items, [item.id for item in items], span)

    return await caller.look(look)


def _search(session: Session, q: str, viewer: Viewer, place: Place, span: SpanArgument) -> list[Message]:
    return search.search(
        session,
        q,
        viewer=viewer,
        platform=place.platform,
        conversation_id=place.conversation_id,
        limit=span.limit,
        before_id=span.cursor,
    )


def _out(line: Line) -> MessageOut:
    message = line.message
    return MessageOut(
        **message.model_dump(include=set(MessageOut.model_fields) & set(type(message).model_fields) - {"versions"}),
        conversation=line.conversation.platform_id,
        thread=message.thread_id,
        sender=message.sender_platform_id,
        versions=[
            VersionOut(number=one.number, happening=one.happening, text=one.text, at=one.at) for one in line.versions
        ],
        marks=[MarkOut(name=one.name, by=one.by, by_name=one.who, at=one.at) for one in line.marks],
    )
