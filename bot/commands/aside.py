"""A turn nobody took: so that what a command shows can be composed later as well, for somebody who did not ask."""

from bot.commands.command import Turn
from bot.config import Config
from bot.outreach.messages.reader import Reader
from crm_core.chat import RoomKind
from crm_core.conversations.tables import Conversation
from crm_core.outreach.tables import Delivery


def turn(reader: Reader, delivery: Delivery, config: Config) -> Turn:
    """For the member of staff whom this delivery is for."""
    return made(reader, delivery.platform, delivery.recipient, config)


def made(reader: Reader, platform: str, person: str, config: Config) -> Turn:
    """For this reader, as this account of a platform."""
    room = Conversation(platform=platform, platform_id="", kind=RoomKind.DIRECT, created_at=reader.now)
    return Turn(
        session=reader.session,
        viewer=reader.viewer,
        now=reader.now,
        config=config,
        room=room,
        platform=platform,
        platform_user_id=person,
        language=reader.viewer.language,
    )
