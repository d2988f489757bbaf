"""Who writes: a member of staff, an administrator named in the configuration, or somebody the bot does not serve."""

from datetime import datetime

from sqlmodel import Session, col, select

from bot.config import Config
from crm_core.chat import Sender
from crm_core.people import viewer as viewers
from crm_core.people.tables import Handle, Role, Staff
from crm_core.people.viewer import Viewer


def staff_of(session: Session, platform: str, platform_user_id: str) -> Staff | None:
    """The active member of staff with this handle."""
    return session.exec(
        select(Staff)
        .join(Handle, col(Handle.staff_id) == Staff.id)
        .where(Handle.platform == platform, Handle.platform_user_id == platform_user_id, col(Staff.active).is_(True))
    ).first()


def admit_admins(session: Session, config: Config, *, now: datetime) -> None:
    """The administrators of the configuration are staff with the role of one; told apart by their handle."""
    for admin in config.bot.admins:
        platform, _, platform_user_id = admin.partition(":")
        staff = staff_of(session, platform, platform_user_id)
        if staff is None:
            staff = Staff(name=platform_user_id, name_key=platform_user_id.casefold(), role=Role.ADMIN, created_at=now)
            session.add(staff)
            session.flush()
            session.add(Handle(staff_id=staff.id, platform=platform, platform_user_id=platform_user_id))
        staff.role = Role.ADMIN
        session.add(staff)


def admins(session: Session) -> list[str]:
    """Names of the administrators, whom an unknown person may ask."""
    return list(session.exec(select(Staff.name).where(Staff.role == Role.ADMIN, col(Staff.active).is_(True)).limit(3)))


def viewer_of(session: Session, staff: Staff, config: Config, *, language: str = "") -> Viewer:
    """The viewer a member of staff is; `language` that of the turn, for those who have set none."""
    return viewers.of_staff(session, staff, timezone=config.bot.timezone, language=language or config.bot.language)


def viewer_of_sender(session: Session, platform: str, sender: Sender, config: Config) -> Viewer | None:
    """The viewer a reader of a room is; None when not of the staff."""
    staff = staff_of(session, platform, sender.platform_id)
    return None if staff is None else viewer_of(session, staff, config)
