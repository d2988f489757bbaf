"""Files that a member of staff gives to the bot, fetched and kept before the message is answered, outside any
transaction: platforms keep them for minutes or days only."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.ports.shelf import CoreShelf
from bot.threads import Core
from crm_core import filetypes
from crm_core.chat import Attachment, ChatPlatform, DeliveryError, Happening, InboundMessage, SenderKind
from crm_core.conversations.tables import Conversation
from crm_core.database import is_unavailable
from crm_core.desk import TooLarge
from crm_core.enclosure import LARGEST, MOST
from crm_core.errors import CrmError
from crm_core.files import handed
from crm_core.files.tables import HandedFile
from crm_core.people import staff
from crm_core.people.viewer import RIGHTS, Right, Viewer

log = logging.getLogger(__name__)

#: Seconds until a file that does not come is given up.
PATIENCE = 100.0


@dataclass(frozen=True)
class Given:
    """`digest` "": it could not be had, and `problem` is the code of why."""

    name: str
    mime: str = ""
    digest: str = ""
    problem: str = ""


async def given(core: Core, shelf: CoreShelf, platform: ChatPlatform, inbound: InboundMessage) -> tuple[Given, ...]:
    """What stands with a message of somebody who may send broadcasts; nothing for everybody else.

    Raises only what says that the database is away: then the message is answered later.
    """
    if not inbound.attachments or inbound.happening is not Happening.POSTED or inbound.recovered:
        return ()
    if inbound.sender.kind is not SenderKind.MEMBER or not await core.read(partial(_may_send, inbound=inbound)):
        return ()
    return tuple([await _given(shelf, platform, inbound, file) for file in inbound.attachments[:MOST]])


def hand_over(
    session: Session, found: Sequence[Given], *, viewer: Viewer, room: Conversation, now: datetime
) -> tuple[HandedFile, ...]:
    """Those that were had get their numbers."""
    return tuple(
        handed.note(
            session, each.digest, name=each.name, mime=each.mime, viewer=viewer, now=now, conversation_id=room.id
        )
        for each in found
        if each.digest
    )


async def _given(shelf: CoreShelf, platform: ChatPlatform, inbound: InboundMessage, file: Attachment) -> Given:
    if file.size is not None and file.size > LARGEST:
        return Given(file.name, problem="attachment_too_large")
    try:
        async with asyncio.timeout(PATIENCE):
            content = await platform.fetch(inbound.room.platform_id, file, LARGEST)
        digest = await shelf.keep(content)
    except TooLarge:
        return Given(file.name, problem="attachment_too_large")
    except CrmError as error:
        return Given(file.name, problem=error.problem)
    except Exception as error:
        if is_unavailable(error):
            raise
        log.warning("a file on %s was not fetched: %s", platform.name, _told(error))
        log.debug("fetching a file", exc_info=True)
        return Given(file.name, problem="attachment_not_fetched")
    return Given(file.name, filetypes.mime_of(content, file.name, file.mime), digest)


def _told(error: Exception) -> str:
    """What others say may quote a customer, or name an address."""
    return error.reason if isinstance(error, DeliveryError) else type(error).__name__


def _may_send(session: Session, inbound: InboundMessage) -> bool:
    member = staff.by_handle(session, inbound.platform, inbound.sender.platform_id)
    return member is not None and Right.BROADCAST in RIGHTS[member.role]
