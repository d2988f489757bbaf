"""Who writes: a member of staff, an administrator named in the configuration, or somebody the bot does not serve."""

from datetime import datetime

from sqlmodel import Session, col, select

from bot.config import Config
from crm_core.chat import Sender
from crm_core.people import staff
from crm_core.people import viewer as viewers
from crm_core.people.tables import Role, Staff
from crm_core.people.viewer import Viewer


def admit_admins(session: Session, config: Config, *, now: datetime) -> None:
    """The administrators of the configuration are active staff with the role of one, whatever was said in the chat;
    known by their handle at first."""
    for admin in config.bot.admins:
        platform, _, platform_user_id = admin.partition(":")
        member = staff.behind(session, platform, platform_user_id)
        if member is None:
            name = platform_user_id if staff.by_name(session, platform_user_id) is None else admin
            staff.add(session, name, role=Role.ADMIN, now=now, handle=(platform, platform_user_id))
        elif member.role is not Role.ADMIN or not member.active:
            staff.change(session, member, role=Role.ADMIN, active=True)


def admins(session: Session) -> list[str]:
    """Names of the administrators, whom an unknown person may ask."""
    return list(session.exec(select(Staff.name).where(Staff.role == Role.ADMIN, col(Staff.active).is_(True)).limit(3)))


def viewer_of(session: Session, member: Staff, config: Config, *, language: str = "") -> Viewer:
    """The viewer a member of staff is; `language` that of the turn, for those who have set none, else what they last
    wrote in."""
    language = language or member.wrote_in or config.bot.language
    return viewers.of_staff(session, member, timezone=config.bot.timezone, language=language)


def viewer_of_sender(session: Session, platform: str, sender: Sender, config: Config) -> Viewer | None:
    """The viewer a reader of a room is; None when not of the staff."""
    member = staff.by_handle(session, platform, sender.platform_id)
    return None if member is None else viewer_of(session, member, config)
