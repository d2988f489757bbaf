"""成员/staff: who works here, and everybody's own settings."""

import re

from bot.commands.colleagues import anybody
from bot.commands.command import Command, Reply, Turn
from bot.commands.staff_settings import HANDLE, ROLE_WORDS, SETTINGS, Setting, shown_hour
from bot.language import noun
from bot.language.phrases import staff as phrases
from crm_core.chat import Card
from crm_core.people import staff
from crm_core.people.tables import Role, Staff
from crm_core.people.viewer import Right

_ADD = re.compile(r"(?:添加|新增|加|add|new)\s+(.+)", re.IGNORECASE | re.DOTALL)


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
        digest=shown_hour(turn, person.digest_hour),
        away="" if person.active else turn.say(phrases.AWAY),
    )


def _add(turn: Turn, words: list[str]) -> Reply:
    """`名字 [角色] [团队] [平台:账号] [邮箱]`, the words after the name in any order."""
    turn.viewer.require(Right.ADMIN)
    name, *others = words
    handle = next((handle for word in others if (handle := HANDLE.fullmatch(word))), None)
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
        or HANDLE.fullmatch(word) is not None
    )


def _parts(turn: Turn, rest: str) -> tuple[str, Setting, str]:
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
