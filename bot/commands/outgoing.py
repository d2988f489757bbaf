"""暂停外发/stop outgoing and 恢复外发/resume outgoing: everything that goes out by itself, for administrators."""

from bot.commands.command import Command, Reply, Turn
from bot.language import moments
from bot.language.phrases import outgoing as phrases
from crm_core.chat import Button, Card
from crm_core.outreach import pausing, standstill
from crm_core.people.viewer import Right


def run_pause(turn: Turn, _rest: str) -> Reply:
    """Stop it; stopped already, say by whom."""
    before = pausing.paused(turn.session)
    button = Button(turn.say(phrases.RESUME), turn.say(phrases.RESUME_COMMAND))
    if before is None:
        pausing.pause(turn.session, viewer=turn.viewer, now=turn.now)
        return Reply(Card(text=turn.say(phrases.PAUSED), buttons=(button,)), personal=False)
    when = moments.short(before.since, now=turn.now, zone=turn.zone, language=turn.language)
    count = pausing.overdue(turn.session, now=turn.now)
    text = turn.say(phrases.PAUSED_BEFORE, who=before.by, when=when, count=count)
    return Reply(Card(text=text, buttons=(button,)), personal=False)


def run_resume(turn: Turn, _rest: str) -> Reply:
    """Let everything go on."""
    count = pausing.overdue(turn.session, now=turn.now)
    resumed = pausing.resume(turn.session, viewer=turn.viewer, now=turn.now) is not None
    if standstill.stands_still(turn.session):
        said = turn.say(phrases.STILL_HELD if resumed else phrases.HELD)
        button = Button(turn.say(phrases.DECIDE), turn.say(phrases.DECIDE_COMMAND))
        return Reply(Card(text=said, buttons=(button,)), personal=False)
    if not resumed:
        return turn.reply(phrases.NOT_PAUSED)
    return turn.reply(phrases.RESUMED, count=count)


COMMANDS = (
    Command(
        name="stop outgoing",
        words=("暂停外发", "stop outgoing", "pause outgoing", "停止外发"),
        right=Right.ADMIN,
        writes=True,
        run=run_pause,
        usage=phrases.PAUSE_USAGE,
        summary=phrases.PAUSE_SUMMARY,
    ),
    Command(
        name="resume outgoing",
        words=("恢复外发", "resume outgoing", "继续外发"),
        right=Right.ADMIN,
        writes=True,
        run=run_resume,
        usage=phrases.RESUME_USAGE,
        summary=phrases.RESUME_SUMMARY,
    ),
)
