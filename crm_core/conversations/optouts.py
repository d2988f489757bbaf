"""A customer who writes nothing but the opt-out word is left out of broadcasts on every platform until they take it
back. Heard in every room, whether the bot is meant or not; of an account that is nobody's yet it is kept until it is
somebody's."""

from sqlalchemy import event, inspect
from sqlmodel import Session, select

from crm_core.chat import InboundMessage, SenderKind
from crm_core.conversations.tables import Conversation
from crm_core.customers import families
from crm_core.customers.tables import Customer, Identity
from crm_core.people import audit, operations
from crm_core.people.tables import Role
from crm_core.people.viewer import Viewer
from crm_core.text import folding

#: As the whole message, in any case, width and script.
OPT_OUT = frozenset({"退订", "td", "stop", "unsubscribe"})
OPT_IN = frozenset({"恢复订阅", "start"})

_LONGEST = 20
_PUNCTUATION = " .!。！,，"


def listen(
    session: Session, inbound: InboundMessage, room: Conversation, identity: Identity | None, customer_id: int | None
) -> None:
    """Set or take back the opt-out if that is all the message says. Not for colleagues or bots."""
    word = word_of(inbound.text)
    if word not in OPT_OUT | OPT_IN or not _is_customer(inbound, identity):
        return
    whose = (identity.customer_id if identity else None) or customer_id
    if whose is None:
        _keep(session, identity, inbound, out=word in OPT_OUT)
        return
    customer = families.survivor(session, whose)
    if _changes(customer, inbound, out=word in OPT_OUT):
        _set(session, customer, inbound, room, word)


def keep_current(writing: type[Session]) -> None:
    """Watch writing sessions: whose account an opt-out was said from has opted out."""
    event.listen(writing, "before_flush", _carry_over)


def heard(session: Session, inbound: InboundMessage) -> bool | None:
    """Whether this message opted its customer out (True) or in again (False); None: neither, or nobody we know."""
    word = word_of(inbound.text)
    found = session.exec(
        select(Identity).where(
            Identity.platform == inbound.platform, Identity.platform_user_id == inbound.sender.platform_id
        )
    ).first()
    if found is None or word not in OPT_OUT | OPT_IN:
        return None
    who = found if found.customer_id is None else families.survivor(session, found.customer_id)
    return who.opted_out_at is not None


def word_of(text: str) -> str:
    """The folded text if it is as short as an opt-out word, else nothing."""
    return folding.fold(text).strip(_PUNCTUATION) if len(text) <= _LONGEST else ""


def _is_customer(inbound: InboundMessage, identity: Identity | None) -> bool:
    if inbound.sender.kind is SenderKind.BOT:
        return False
    return inbound.sender.kind is not SenderKind.MEMBER or (identity is not None and identity.customer_id is not None)


def _keep(session: Session, identity: Identity | None, inbound: InboundMessage, *, out: bool) -> None:
    """Of an account that is nobody's yet."""
    if identity is not None and _changes(identity, inbound, out=out):
        identity.opted_out_at = inbound.sent_at if out else None
        session.add(identity)


def _carry_over(session: Session, _context: object, _rows: object) -> None:
    for row in (*session.new, *session.dirty):
        if isinstance(row, Identity) and row.opted_out_at is not None and row.customer_id is not None:
            _opt_out(session, row, row.customer_id)


def _opt_out(session: Session, identity: Identity, customer_id: int) -> None:
    """The customer whose account this has just become."""
    if not inspect(identity).attrs.customer_id.history.has_changes():
        return
    with session.no_autoflush:
        customer = families.survivor(session, customer_id)
    customer.opted_out_at = customer.opted_out_at or identity.opted_out_at
    identity.opted_out_at = None
    session.add(customer)


def _changes(customer: Customer | Identity, inbound: InboundMessage, *, out: bool) -> bool:
    if out:
        return customer.opted_out_at is None
    return customer.opted_out_at is not None and customer.opted_out_at <= inbound.sent_at


def _set(session: Session, customer: Customer, inbound: InboundMessage, room: Conversation, word: str) -> None:
    out = word in OPT_OUT
    viewer = Viewer(staff_id=None, name=inbound.sender.name or customer.name, role=Role.VIEWER, owners=frozenset())
    session.flush()
    with operations.recording(
        session, viewer=viewer, command=word, now=inbound.sent_at, conversation_id=room.id
    ) as operation:
        customer.opted_out_at = inbound.sent_at if out else None
        session.add(customer)
    audit.did(
        session,
        viewer=viewer,
        action="opted_out" if out else "opted_in",
        now=inbound.sent_at,
        customer_id=customer.id,
        conversation_id=room.id,
        operation_id=operation.id,
        details={"cause": "message", "word": word},
    )
