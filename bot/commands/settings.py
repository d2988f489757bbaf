"""我的设置/settings: one's own language, time zone and digest hour."""

from bot.commands import staff
from bot.commands.command import Command, Reply, Turn
from bot.language.phrases import desk as desk_phrases
from bot.language.phrases import settings as phrases
from bot.language.phrases import staff as staff_phrases
from crm_core.chat import Card, Field
from crm_core.people.tables import Staff
from crm_core.people.viewer import Right


def run_settings(turn: Turn, rest: str) -> Reply:
    """Show one's settings, or change one of them."""
    return staff.run_own(turn, rest) if rest else _shown(turn)


def _shown(turn: Turn) -> Reply:
    member = turn.session.get_one(Staff, turn.viewer.staff_id)
    hour = member.digest_hour
    digest = staff_phrases.DIGEST_OFF if hour is None else staff_phrases.DIGEST_AT
    fields = (
        Field(turn.say(desk_phrases.LANGUAGE), turn.say(staff_phrases.LANGUAGES[member.language])),
        Field(turn.say(desk_phrases.ZONE), turn.viewer.timezone),
        Field(turn.say(desk_phrases.DIGEST), turn.say(digest, hour=hour)),
    )
    title = turn.say(phrases.TITLE, name=member.name)
    return Reply(Card(title=title, fields=fields, footer=turn.say(desk_phrases.SETTINGS_HINT)), personal=False)


COMMANDS = (
    Command(
        name="settings",
        words=("我的设置", "settings", "偏好", "preferences"),
        right=Right.READ,
        writes=True,
        run=run_settings,
        usage=phrases.USAGE,
        summary=phrases.SUMMARY,
    ),
)
