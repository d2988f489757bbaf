"""状态/status and 恢复发送/release: how the bot is; after a restore, let messages go out again. For administrators."""

from bot import status
from bot.commands.command import Command, Reply, Turn
from bot.language import moments
from bot.language.phrases import backup as backup_phrases
from bot.language.phrases import status as phrases
from bot.status import Fact
from crm_core.chat import Button, ButtonStyle, Card
from crm_core.checkup import Outcome
from crm_core.outreach import holding
from crm_core.outreach.holding import Held
from crm_core.people.viewer import Right

_MARKS = {Outcome.GOOD: "✅", Outcome.UNSURE: "⚠️", Outcome.BAD: "❌", Outcome.SKIPPED: "…"}
_LATER = frozenset({"later", "之后", "之后的", "后面的"})
_ALL = frozenset({"all", "everything", "全部", "所有"})


def run_status(turn: Turn, _rest: str) -> Reply:
    """The same facts as `crmbot status`."""
    facts = status.told(status.look(turn.session, turn.now), turn.config, turn.now, turn.language)
    worrying = sum(fact.outcome is not Outcome.GOOD for fact in facts)
    text = turn.say(phrases.ATTENTION, count=worrying) if worrying else turn.say(phrases.ALL_WELL)
    items = tuple(line for fact in facts for line in _lines(turn, fact))
    held = holding.held(turn.session)
    buttons = () if held is None else _buttons(turn)
    return Reply(Card(title=turn.say(phrases.TITLE), text=text, items=items, buttons=buttons), personal=False)


def run_release(turn: Turn, rest: str) -> Reply:
    """Ask what should happen, or do it."""
    held = holding.held(turn.session)
    if held is None:
        return turn.reply(backup_phrases.NOT_HELD)
    wanted = rest.strip().casefold()
    if not wanted:
        return _asked(turn, held)
    if wanted not in _LATER | _ALL:
        raise turn.refusal(backup_phrases.UNKNOWN)
    counts = holding.release(turn.session, unsure=wanted in _ALL, now=turn.now, country=turn.config.bot.country)
    if counts is None:
        return turn.reply(backup_phrases.NOT_HELD)
    done = backup_phrases.RELEASED_ALL if wanted in _ALL else backup_phrases.RELEASED_SURE
    text = turn.say(done, unsure=counts.unsure, sure=counts.sure)
    if counts.sequences and wanted in _LATER:
        text += "\n" + turn.say(backup_phrases.SEQUENCES, count=counts.sequences)
    return Reply(Card(text=text), personal=False)


def _asked(turn: Turn, held: Held) -> Reply:
    counts = holding.waiting(turn.session, held)
    taken, restored = (
        moments.short(at, now=turn.now, zone=turn.zone, language=turn.language)
        for at in (held.taken_at, held.restored_at)
    )
    text = turn.say(backup_phrases.WAITING_TEXT, taken=taken, restored=restored, unsure=counts.unsure, sure=counts.sure)
    card = Card(title=turn.say(backup_phrases.WAITING_TITLE), text=text, buttons=_buttons(turn))
    return Reply(card, personal=False)


def _buttons(turn: Turn) -> tuple[Button, ...]:
    sure, everything = turn.say(backup_phrases.SURE_BUTTON), turn.say(backup_phrases.ALL_BUTTON)
    return (
        Button(sure, turn.say(backup_phrases.SURE_COMMAND), ButtonStyle.PRIMARY),
        Button(everything, turn.say(backup_phrases.ALL_COMMAND), ButtonStyle.DANGER),
    )


def _lines(turn: Turn, fact: Fact) -> tuple[str, ...]:
    line = turn.say(phrases.LINE, mark=_MARKS[fact.outcome], title=fact.title, found=fact.found)
    return (line, turn.say(phrases.MEND, mend=fact.mend)) if fact.mend else (line,)


COMMANDS = (
    Command(
        name="status",
        words=("状态", "status", "运行状态"),
        right=Right.ADMIN,
        writes=False,
        run=run_status,
        usage=phrases.USAGE,
        summary=phrases.SUMMARY,
    ),
    Command(
        name="release",
        words=("恢复发送", "release"),
        right=Right.ADMIN,
        writes=False,  # what went out cannot be taken back, so there is no undo
        run=run_release,
        usage=backup_phrases.USAGE,
        summary=backup_phrases.SUMMARY,
    ),
)
