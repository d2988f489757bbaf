"""Members of staff, their handles on the platforms, and teams.

Whoever asks for a change is passed as `by`; None is the program itself (wiring, the command line, sample data).
"""

from datetime import datetime
from enum import Enum
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from crm_core.customers import names
from crm_core.customers.contacts import parse_email
from crm_core.errors import Conflict, Invalid, NotFound
from crm_core.people.tables import Handle, Role, Scope, Staff, Team
from crm_core.people.viewer import Right, Viewer

_LANGUAGE_WORDS = {
    word: language
    for language, words in {
        "": ("",),
        "zh": ("zh", "中文", "汉语", "chinese", "zh-cn"),
        "en": ("en", "英文", "英语", "english", "en-us"),
    }.items()
    for word in words
}

#: Built once: this is asked in every turn.
_BEHIND = (
    select(Staff)
    .join(Handle, col(Handle.staff_id) == Staff.id)
    .where(Handle.platform == bindparam("on"), Handle.platform_user_id == bindparam("account"))
)


class _Kept(Enum):
    """Stands for a setting that stays as it is, where None is a value."""

    KEPT = "kept"


KEPT = _Kept.KEPT


def add(
    session: Session,
    name: str,
    *,
    role: Role,
    now: datetime,
    team: str = "",
    handle: tuple[str, str] | None = None,
    email: str = "",
    timezone: str = "",
    language: str = "",
    by: Viewer | None = None,
) -> Staff:
    """A new member of staff; `handle` is (platform, platform user id); a team that is new is made.

    Raises `Invalid` (name, `email_invalid`, `timezone_unknown`, `language_unknown`), `Conflict` (`staff_name_taken`,
    `staff_email_taken`, `handle_taken`).
    """
    _require_admin(by)
    member = Staff(
        name=names.normalise(name),
        name_key=_free_key(session, name),
        role=role,
        team_id=_team(session, team).id if team else None,
        email=_free_email(session, email),
        timezone=parse_timezone(timezone),
        language=parse_language(language),
        created_at=now,
    )
    session.add(member)
    session.flush()
    if handle is not None:
        add_handle(session, member, *handle, by=by)
    return member


def by_handle(session: Session, platform: str, platform_user_id: str) -> Staff | None:
    """The active member of staff behind this account of a platform."""
    member = behind(session, platform, platform_user_id)
    return member if member is not None and member.active else None


def behind(session: Session, platform: str, platform_user_id: str) -> Staff | None:
    """Whose account of a platform this is, those who left included."""
    return session.exec(_BEHIND, params={"on": platform, "account": platform_user_id}).first()


def by_name(session: Session, name: str) -> Staff | None:
    """The active member of staff of this name: spaces, case and script do not matter, nor does a leading @."""
    key = names.matching_form(name[: names.LONGEST]).removeprefix("@")
    return session.exec(select(Staff).where(Staff.name_key == key, col(Staff.active).is_(True))).first()


def named(session: Session, name: str) -> Staff:
    """Like `by_name`; raises `NotFound("staff_not_found")`."""
    member = by_name(session, name)
    if member is None:
        raise NotFound("staff_not_found", name=name[:40])
    return member


def named_or_former(session: Session, name: str) -> Staff:
    """Like `named`; when nobody active has the name, who left last under it."""
    key = names.matching_form(name[: names.LONGEST]).removeprefix("@")
    former = select(Staff).where(Staff.name_key == key).order_by(col(Staff.id).desc()).limit(1)
    return by_name(session, name) or session.exec(former).first() or named(session, name)


def everyone(session: Session) -> list[Staff]:
    """All active members of staff, by name."""
    return list(session.exec(select(Staff).where(col(Staff.active).is_(True)).order_by(Staff.name_key)))


def handles_of(session: Session, staff_id: int) -> list[Handle]:
    """Where this member of staff is reached."""
    return list(session.exec(select(Handle).where(Handle.staff_id == staff_id).order_by(col(Handle.id))))


def teams(session: Session) -> list[Team]:
    """All teams, by name."""
    return list(session.exec(select(Team).order_by(Team.name)))


def change(
    session: Session,
    staff: Staff,
    *,
    name: str | None = None,
    role: Role | None = None,
    team: str | None = None,
    scope: Scope | _Kept | None = KEPT,
    email: str | None = None,
    timezone: str | None = None,
    language: str | None = None,
    digest_hour: int | _Kept | None = KEPT,
    active: bool | None = None,
    by: Viewer | None = None,
) -> Staff:
    """Change what is given. Everybody may set their own time zone, language and digest hour; the rest is for admins.

    `team=""`: no team. `scope=None`: what the role implies. `email=""`: none. `digest_hour=None`: no digest.
    Raises `Invalid` (name, `email_invalid`, `timezone_unknown`, `language_unknown`, `hour_invalid`), `NotAllowed`,
    `Conflict` (`last_admin`, `staff_name_taken`, `staff_email_taken`).
    """
    personal = all(given is None for given in (name, role, team, active, email)) and scope is KEPT
    if not (personal and by is not None and by.staff_id == staff.id):
        _require_admin(by)
    _change_place(session, staff, role=role, team=team, scope=scope, active=active)
    if name is not None:
        staff.name_key = _free_key(session, name, staff)
        staff.name = names.normalise(name)
    if email is not None:
        staff.email = _free_email(session, email, staff.id)
    _change_taste(staff, timezone=timezone, language=language, digest_hour=digest_hour)
    session.add(staff)
    session.flush()
    return staff


def parse_timezone(name: str) -> str:
    """An IANA name, or "". Raises `Invalid("timezone_unknown")`."""
    try:
        return ZoneInfo(name).key if name else ""
    except (KeyError, ValueError, OSError):
        raise Invalid("timezone_unknown", text=name[:40]) from None


def parse_language(word: str) -> str:
    """`zh`, `en` or "". Raises `Invalid("language_unknown")`."""
    language = _LANGUAGE_WORDS.get(names.matching_form(word[:40]))
    if language is None:
        raise Invalid("language_unknown", text=word[:40])
    return language


def add_handle(
    session: Session, staff: Staff, platform: str, platform_user_id: str, *, by: Viewer | None = None
) -> Handle:
    """Another account of this member of staff. Raises `Conflict("handle_taken")` when it is somebody else's."""
    _require_admin(by)
    known = session.exec(
        select(Handle).where(Handle.platform == platform, Handle.platform_user_id == platform_user_id)
    ).first()
    if known is not None and known.staff_id != staff.id:
        raise Conflict("handle_taken", name=session.get_one(Staff, known.staff_id).name)
    handle = known or Handle(staff_id=staff.id, platform=platform, platform_user_id=platform_user_id)
    session.add(handle)
    session.flush()
    return handle


def _change_place(
    session: Session,
    staff: Staff,
    *,
    role: Role | None,
    team: str | None,
    scope: Scope | _Kept | None,
    active: bool | None,
) -> None:
    if staff.role is Role.ADMIN and (active is False or role not in {None, Role.ADMIN}):
        _refuse_last_admin(session, staff)
    if active and not staff.active:
        staff.name_key = _free_key(session, staff.name)
        staff.email = _free_email(session, staff.email, staff.id)
    staff.role = role or staff.role
    staff.active = staff.active if active is None else active
    if team is not None:
        staff.team_id = _team(session, team).id if team else None
    if not isinstance(scope, _Kept):
        staff.scope = scope


def _change_taste(staff: Staff, *, timezone: str | None, language: str | None, digest_hour: int | _Kept | None) -> None:
    if timezone is not None:
        staff.timezone = parse_timezone(timezone)
    if language is not None:
        staff.language = parse_language(language)
    if not isinstance(digest_hour, _Kept):
        staff.digest_hour = _hour(digest_hour)


def _require_admin(by: Viewer | None) -> None:
    if by is not None:
        by.require(Right.ADMIN)


def _refuse_last_admin(session: Session, staff: Staff) -> None:
    others = select(Staff.id).where(Staff.role == Role.ADMIN, col(Staff.active).is_(True), Staff.id != staff.id)
    if session.exec(others.limit(1)).first() is None:
        raise Conflict("last_admin", name=staff.name)


def _free_key(session: Session, name: str, own: Staff | None = None) -> str:
    """The key of a name that no other active colleague has. `own`: who is to have it."""
    key = names.key(name)
    holders = session.exec(select(Staff).where(Staff.name_key == key, col(Staff.active).is_(True)))
    if any(holder is not own for holder in holders):
        raise Conflict("staff_name_taken", name=names.normalise(name))
    return key


def _free_email(session: Session, email: str, staff_id: int | None = None) -> str:
    """The e-mail as it is kept; two active colleagues cannot share one."""
    if not email:
        return ""
    parsed = parse_email(email)
    owners = session.exec(select(Staff).where(Staff.email == parsed, col(Staff.active).is_(True)))
    owner = next((member for member in owners if member.id != staff_id), None)
    if owner is not None:
        raise Conflict("staff_email_taken", name=owner.name)
    return parsed


def _team(session: Session, name: str) -> Team:
    tidy = names.normalise(name)
    key = names.key(tidy)
    team = next((team for team in teams(session) if names.key(team.name) == key), None) or Team(name=tidy)
    session.add(team)
    session.flush()
    return team


def _hour(hour: int | None) -> int | None:
    if hour is not None and not 0 <= hour <= 23:
        raise Invalid("hour_invalid", text=str(hour))
    return hour
