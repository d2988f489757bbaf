"""Who changed what, and whose data was shown to whom."""

from collections.abc import Sequence

from bot.answering.audience import Reader
from bot.commands.command import Reply, Turn
from crm_core.people import audit


def put(turn: Turn, reply: Reply, readers: Sequence[Reader], *, command: str, operation_id: int | None) -> None:
    """Put a turn on record. `command`: what was run, "" for a choice that was offered."""
    details = {"readers": [reader.sender.platform_id for reader in readers]} if readers else None
    if operation_id is not None:
        audit.did(
            turn.session,
            viewer=turn.viewer,
            action=command,
            now=turn.now,
            customer_id=reply.subject_id,
            conversation_id=turn.room.id,
            operation_id=operation_id,
        )
    if reply.personal:
        audit.saw_each(
            turn.session,
            customers_of(reply),
            viewer=turn.viewer,
            action=command or "choice",
            now=turn.now,
            conversation_id=turn.room.id,
            details=details,
        )


def customers_of(reply: Reply) -> list[int]:
    """The customers whose data a reply shows."""
    subject = () if reply.subject_id is None else (reply.subject_id,)
    return list(dict.fromkeys((*subject, *reply.shown)))
