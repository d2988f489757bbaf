"""What can be set of a member of staff, and the words for it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import available_timezones

from rapidfuzz import process

from bot.commands.command import Turn
from bot.language.phrase import Phrase
from bot.language.phrases import staff as phrases
from crm_core.people import staff
from crm_core.people.tables import Role, Scope, Staff
from crm_core.people.viewer import Right

HANDLE = re.compile(r"([a-z]+):(\S{1,200})")
_AREAS = {"上海": "Asia/Shanghai", "北京": "Asia/Shanghai", "香港": "Asia/Hong_Kong", "东京": "Asia/Tokyo"}

ROLE_WORDS = {
    "管理员": Role.ADMIN,
    "经理": Role.MANAGER,
    "主管": Role.MANAGER,
    "销售": Role.SALES,
    "只读": Role.VIEWER,
    **{role.value: role for role in Role},
}
SCOPE_WORDS = {
    "自己": Scope.OWN,
    "团队": Scope.TEAM,
    "全部": Scope.ALL,
    **{scope.value: scope for scope in Scope},
}
LANGUAGE_WORDS = {"zh": "zh", "中文": "zh", "chinese": "zh", "en": "en", "英文": "en", "英语": "en", "english": "en"}
OFF_WORDS = frozenset({"关", "关闭", "不要", "off", "no", "none", "never"})


@dataclass(frozen=True)
class Setting:
    """`own`: everybody may set it for themselves."""

    label: Phrase
    own: bool
    apply: Callable[[Turn, Staff, str], tuple[str, str]]

    def set(self, turn: Turn, person: Staff, value: str) -> str:
        self._require(turn, person)
        name = person.name
        before, after = self.apply(turn, person, value)
        phrase = phrases.SAME if before == after else phrases.CHANGED
        return turn.say(phrase, name=name, field=turn.say(self.label), before=before, after=after)

    def _require(self, turn: Turn, person: Staff) -> None:
        if not (self.own and person.id == turn.viewer.staff_id):
            turn.viewer.require(Right.ADMIN)


def _set_name(turn: Turn, person: Staff, value: str) -> tuple[str, str]:
    if not value:
        raise turn.refusal(phrases.NAME_MISSING, name=person.name)
    before = person.name
    staff.change(turn.session, person, name=value, by=turn.viewer)
    return before, person.name


def _set_role(turn: Turn, person: Staff, value: str) -> tuple[str, str]:
    role = ROLE_WORDS.get(value.lower())
    if role is None:
        raise turn.refusal(phrases.ROLE_UNKNOWN, role=value[:40])
    before = person.role
    staff.change(turn.session, person, role=role, by=turn.viewer)
    return turn.say(phrases.ROLES[before]), turn.say(phrases.ROLES[role])


def _set_scope(turn: Turn, person: Staff, value: str) -> tuple[str, str]:
    scope = SCOPE_WORDS.get(value.lower())
    if scope is None:
        raise turn.refusal(phrases.SCOPE_UNKNOWN, scope=value[:40])
    before = person.scope or ""
    staff.change(turn.session, person, scope=scope, by=turn.viewer)
    return turn.say(phrases.SCOPES[before]), turn.say(phrases.SCOPES[scope])


def _set_team(turn: Turn, person: Staff, value: str) -> tuple[str, str]:
    before = _team(turn, person)
    staff.change(turn.session, person, team=value, by=turn.viewer)
    return before, _team(turn, person)


def _team(turn: Turn, person: Staff) -> str:
    names = {team.id: team.name for team in staff.teams(turn.session)}
    return names.get(person.team_id or 0) or turn.say(phrases.NO_TEAM)


def _set_zone(turn: Turn, person: Staff, value: str) -> tuple[str, str]:
    zone = _zone(turn, value)
    before = person.timezone or turn.config.bot.timezone
    staff.change(turn.session, person, timezone=zone, by=turn.viewer)
    return before, zone


def _zone(turn: Turn, value: str) -> str:
    known = {name.lower(): name for name in available_timezones()}
    zone = _AREAS.get(value) or known.get(value.strip().replace(" ", "_").lower())
    if zone is not None:
        return zone
    near = nearest_zones(value)
    raise turn.refusal(phrases.ZONE_UNKNOWN, zone=value[:40], near=", ".join(near), first=near[0])


def nearest_zones(value: str) -> list[str]:
    """The three time zones whose names, or whose cities' names, are most like this one."""
    zones = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix/")))
    cities = {zone: zone.rsplit("/", 1)[1].lower() for zone in zones}
    city = value.rsplit("/", 1)[-1].strip().replace(" ", "_").lower()
    return [zone for _, _, zone in process.extract(city, cities, limit=3)]


def _set_language(turn: Turn, person: Staff, value: str) -> tuple[str, str]:
    language = LANGUAGE_WORDS.get(value.lower())
    if language is None:
        raise turn.refusal(phrases.LANGUAGE_UNKNOWN)
    before = person.language
    staff.change(turn.session, person, language=language, by=turn.viewer)
    return turn.say(phrases.LANGUAGES[before]), turn.say(phrases.LANGUAGES[language])


def _set_digest(turn: Turn, person: Staff, value: str) -> tuple[str, str]:
    before = person.digest_hour
    hour = _hour_in(turn, value)
    staff.change(turn.session, person, digest_hour=hour, by=turn.viewer)
    return shown_hour(turn, before), shown_hour(turn, hour)


def _hour_in(turn: Turn, value: str) -> int | None:
    if value.lower() in OFF_WORDS:
        return None
    written = re.fullmatch(r"(\d{1,2})\s*(?::00|点|時|时|h|am)?|(\d{1,2})\s*pm", value.strip(), re.IGNORECASE)
    hour = -1 if written is None else int(written[1]) if written[1] else int(written[2]) % 12 + 12
    if not 0 <= hour <= 23:
        raise turn.refusal(phrases.HOUR_UNKNOWN)
    return hour


def _set_handle(turn: Turn, person: Staff, value: str) -> tuple[str, str]:
    handle = HANDLE.fullmatch(value)
    if handle is None:
        raise turn.refusal(phrases.HANDLE_UNKNOWN)
    staff.add_handle(turn.session, person, handle[1], handle[2], by=turn.viewer)
    return turn.say(phrases.NEW_HANDLE), value


def _set_email(turn: Turn, person: Staff, value: str) -> tuple[str, str]:
    before = person.email
    staff.change(turn.session, person, email="" if value.lower() in OFF_WORDS else value, by=turn.viewer)
    nothing = turn.say(phrases.NO_EMAIL)
    return before or nothing, person.email or nothing


def _activate(turn: Turn, person: Staff, _value: str) -> tuple[str, str]:
    return _set_active(turn, person, active=True)


def _deactivate(turn: Turn, person: Staff, _value: str) -> tuple[str, str]:
    return _set_active(turn, person, active=False)


def _set_active(turn: Turn, person: Staff, *, active: bool) -> tuple[str, str]:
    states = {True: turn.say(phrases.ACTIVE_YES), False: turn.say(phrases.ACTIVE_NO)}
    before = person.active
    staff.change(turn.session, person, active=active, by=turn.viewer)
    return states[before], states[active]


_NAME = Setting(phrases.NAME, own=False, apply=_set_name)
_ROLE = Setting(phrases.ROLE, own=False, apply=_set_role)
_TEAM = Setting(phrases.TEAM, own=False, apply=_set_team)
_SCOPE = Setting(phrases.SCOPE, own=False, apply=_set_scope)
_ZONE = Setting(phrases.ZONE, own=True, apply=_set_zone)
_LANGUAGE = Setting(phrases.LANGUAGE, own=True, apply=_set_language)
_DIGEST = Setting(phrases.DIGEST, own=True, apply=_set_digest)
_HANDLES = Setting(phrases.HANDLE, own=False, apply=_set_handle)
_EMAIL = Setting(phrases.EMAIL, own=False, apply=_set_email)
_ON = Setting(phrases.ACTIVE, own=False, apply=_activate)
_OFF = Setting(phrases.ACTIVE, own=False, apply=_deactivate)

SETTINGS = {
    **dict.fromkeys(("名字", "姓名", "改名", "name", "rename"), _NAME),
    **dict.fromkeys(("角色", "role"), _ROLE),
    **dict.fromkeys(("团队", "小组", "team"), _TEAM),
    **dict.fromkeys(("范围", "可见", "scope"), _SCOPE),
    **dict.fromkeys(("时区", "zone", "timezone", "tz"), _ZONE),
    **dict.fromkeys(("语言", "language", "lang"), _LANGUAGE),
    **dict.fromkeys(("日报", "摘要", "digest"), _DIGEST),
    **dict.fromkeys(("账号", "handle", "account"), _HANDLES),
    **dict.fromkeys(("邮箱", "邮件", "email", "e-mail", "mail"), _EMAIL),
    **dict.fromkeys(("启用", "activate"), _ON),
    **dict.fromkeys(("停用", "离职", "deactivate", "remove"), _OFF),
}


def shown_hour(turn: Turn, hour: int | None) -> str:
    """The hour of the daily digest, or that there is none."""
    return turn.say(phrases.DIGEST_OFF) if hour is None else turn.say(phrases.DIGEST_AT, hour=hour)
