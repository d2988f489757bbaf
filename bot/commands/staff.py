"""成员/staff: who works here, and everybody's own settings."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import available_timezones

from rapidfuzz import process

from bot.commands.colleagues import anybody
from bot.commands.command import Command, Reply, Turn
from bot.language import noun
from bot.language.phrase import Phrase
from bot.language.phrases import staff as phrases
from crm_core.chat import Card
from crm_core.people import staff
from crm_core.people.tables import Role, Scope, Staff
from crm_core.people.viewer import Right

_ADD = re.compile(r"(?:添加|新增|加|add|new)\s+(.+)", re.IGNORECASE | re.DOTALL)
_HANDLE = re.compile(r"([a-z]+):(\S{1,200})")
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


def run_staff(turn: Turn, rest: str) -> Reply:
    """The list of colleagues, or a change to one of them."""
    if not rest or rest.lower() in ("list", "列表", "名单"):
        return _everyone(turn)
    if (adding := _ADD.fullmatch(rest)) is not None:
        return _add(turn, adding[1].split())
    name, setting, value = _parts(turn, rest)
    person = _person(turn, name)
    return Reply(Card(text=setting.set(turn, person, value)), personal=False)


def run_own(turn: Turn, rest: str) -> Reply:
    """A change to one of one's own settings."""
    name, setting, value = _parts(turn, rest)
    return Reply(Card(text=setting.set(turn, _person(turn, name), value)), personal=False)


def _everyone(turn: Turn) -> Reply:
    people = staff.everyone(turn.session)
    teams = {team.id: team.name for team in staff.teams(turn.session)}
    items = tuple(_item(turn, person, teams.get(person.team_id or 0, "")) for person in people)
    title = turn.say(phrases.TITLE, people=noun.PEOPLE.count(turn.language, len(people)))
    return Reply(Card(title=title, items=items, footer=turn.say(phrases.LIST_FOOTER)), personal=False)


def _item(turn: Turn, person: Staff, team: str) -> str:
    return turn.say(
        phrases.ITEM,
        name=person.name,
        role=turn.say(phrases.ROLES[person.role]),
        team=team or turn.say(phrases.NO_TEAM),
        zone=person.timezone or turn.config.bot.timezone,
        speaks=turn.say(phrases.LANGUAGES[person.language]),
        digest=_hour(turn, person.digest_hour),
        away="" if person.active else turn.say(phrases.AWAY),
    )


def _hour(turn: Turn, hour: int | None) -> str:
    return turn.say(phrases.DIGEST_OFF) if hour is None else turn.say(phrases.DIGEST_AT, hour=hour)


def _add(turn: Turn, words: list[str]) -> Reply:
    """`名字 [角色] [团队] [平台:账号] [邮箱]`, the words after the name in any order."""
    turn.viewer.require(Right.ADMIN)
    name, *others = words
    handle = next((handle for word in others if (handle := _HANDLE.fullmatch(word))), None)
    role = next((ROLE_WORDS[word.lower()] for word in others if word.lower() in ROLE_WORDS), Role.SALES)
    team = " ".join(word for word in others if not _is_known(word))
    account = None if handle is None else (handle[1], handle[2])
    email = next((word for word in others if "@" in word), "")
    added = staff.add(
        turn.session, name, role=role, now=turn.now, team=team, handle=account, email=email, by=turn.viewer
    )
    shown = "" if handle is None else turn.say(phrases.WITH_HANDLE, handle=handle[0])
    shown += turn.say(phrases.WITH_EMAIL, email=added.email) if email else ""
    text = turn.say(
        phrases.ADDED,
        name=added.name,
        role=turn.say(phrases.ROLES[role]),
        team=team or turn.say(phrases.NO_TEAM),
        handle=shown,
    )
    footer = "" if handle or email else turn.say(phrases.NO_HANDLE, name=added.name)
    return Reply(Card(text=text, footer=footer), personal=False)


def _is_known(word: str) -> bool:
    return (
        word.lower() in (*ROLE_WORDS, "role", "team", "角色", "团队")
        or "@" in word
        or _HANDLE.fullmatch(word) is not None
    )


def _parts(turn: Turn, rest: str) -> tuple[str, "_Setting", str]:
    """The name ("" for oneself), the setting and its value."""
    words = rest.split()
    for at, word in enumerate(words):
        setting = SETTINGS.get(word.lower())
        if setting is not None:
            return " ".join(words[:at]), setting, " ".join(words[at + 1 :])
    raise turn.refusal(phrases.FIELD_UNKNOWN, text=rest[:80], usage=turn.say(phrases.USAGE))


def _person(turn: Turn, name: str) -> Staff:
    """The person meant: oneself may change zone, language and digest; anybody else is for an administrator."""
    if not name or name.lower() in ("我", "我的", "me", "my"):
        person = turn.session.get(Staff, turn.viewer.staff_id)
        if person is not None:
            return person
    return anybody(turn, name.removesuffix("的").removesuffix("'s"))


@dataclass(frozen=True)
class _Setting:
    """`own`: everybody may set it for themselves."""

    label: Phrase
    own: bool
    apply: Callable[[Turn, Staff, str], tuple[str, str]]

    def set(self, turn: Turn, person: Staff, value: str) -> str:
        self._require(turn, person)
        before, after = self.apply(turn, person, value)
        phrase = phrases.SAME if before == after else phrases.CHANGED
        return turn.say(phrase, name=person.name, field=turn.say(self.label), before=before, after=after)

    def _require(self, turn: Turn, person: Staff) -> None:
        if not (self.own and person.id == turn.viewer.staff_id):
            turn.viewer.require(Right.ADMIN)


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
    return _hour(turn, before), _hour(turn, hour)


def _hour_in(turn: Turn, value: str) -> int | None:
    if value.lower() in OFF_WORDS:
        return None
    written = re.fullmatch(r"(\d{1,2})\s*(?::00|点|時|时|h|am)?|(\d{1,2})\s*pm", value.strip(), re.IGNORECASE)
    hour = -1 if written is None else int(written[1]) if written[1] else int(written[2]) % 12 + 12
    if not 0 <= hour <= 23:
        raise turn.refusal(phrases.HOUR_UNKNOWN)
    return hour


def _set_handle(turn: Turn, person: Staff, value: str) -> tuple[str, str]:
    handle = _HANDLE.fullmatch(value)
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


_ROLE = _Setting(phrases.ROLE, own=False, apply=_set_role)
_TEAM = _Setting(phrases.TEAM, own=False, apply=_set_team)
_SCOPE = _Setting(phrases.SCOPE, own=False, apply=_set_scope)
_ZONE = _Setting(phrases.ZONE, own=True, apply=_set_zone)
_LANGUAGE = _Setting(phrases.LANGUAGE, own=True, apply=_set_language)
_DIGEST = _Setting(phrases.DIGEST, own=True, apply=_set_digest)
_HANDLES = _Setting(phrases.HANDLE, own=False, apply=_set_handle)
_EMAIL = _Setting(phrases.EMAIL, own=False, apply=_set_email)
_ON = _Setting(phrases.ACTIVE, own=False, apply=_activate)
_OFF = _Setting(phrases.ACTIVE, own=False, apply=_deactivate)

SETTINGS = {
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

COMMANDS = (
    Command(
        name="staff",
        words=("成员", "staff", "同事", "team members", "colleagues"),
        right=Right.READ,
        writes=True,
        run=run_staff,
        usage=phrases.USAGE,
        summary=phrases.SUMMARY,
    ),
)
