"""The files of messages: what is known of each, once. The files themselves stay on the platform."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from crm_core.chat import Attachment
from crm_core.conversations.tables import AttachmentRow


def record(session: Session, files: Sequence[tuple[int, Attachment]]) -> None:
    """Keep files, each with the id of its message; one that comes again may say more of itself."""
    ids = {message_id for message_id, _ in files}
    rows = session.exec(select(AttachmentRow).where(col(AttachmentRow.message_id).in_(ids))) if ids else ()
    held = {(row.message_id, row.platform_file_id): row for row in rows}
    for message_id, file in files:
        row = held.setdefault((message_id, file.platform_file_id), _row(message_id, file))
        if file.name and not row.name:  # it was not known before what it is
            row.name, row.mime, row.size = file.name, file.mime, file.size
        session.add(row)


def _row(message_id: int, file: Attachment) -> AttachmentRow:
    return AttachmentRow(
        message_id=message_id,
        platform_file_id=file.platform_file_id,
        name=file.name,
        mime=file.mime,
        size=file.size,
    )
