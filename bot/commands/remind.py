"""提醒/remind: something returns to the chat at its time."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.commands import timing
from bot.commands.choosing import choice
from bot.commands.colleagues import leading_colleague
from bot.commands.command import Command, Detour, Reply, Turn
from bot.language import moments
from bot.language.phrases import remind as phrases
from bot.language.times import Reading
from crm_core.chat import Button, ButtonStyle, Card, Field
from crm_core.customers import records
from crm_core.customers.mentions import Mention, mentioned
from crm_core.customers.tables import Customer
from crm_core.outreach import nudges
from crm_core.outreach.tables import Nudge
from crm_core.people.tables import Staff
from crm_core.people.viewer import Right

_ME = re.compile(r"(?:我自己|我们|我|本人|(?:me|myself|us)(?![a-z']))\s*", re.IGNORECASE)
_ASKING = re.compile(r"(?:请|记得)?提醒(?:一下)?我?|(?:please\s+)?remind\s+me(?![a-z])", re.IGNORECASE)
_EDGES = " \t\n,，.。;；:：、!！"
_LEADING = re.compile(
    r"(?:(?:要|去|来|记得|一下)(?=[㐀-鿿#\s])|(?:to|that|about)(?![a-z])|[\s,，.。;；:：、]+)+", re.IGNORECASE
)
_PRONOUN = re.compile(r"[他她它](?:们)?|\b(?:him|her|them)\b", re.IGNORECASE)
_NUMBER = re.compile(r"#\d+")
#: As a form writes it: nothing in the text is read as a time or a name.
_EXACT = re.compile(r"#(\d{1,18})\s+(\d{4}-\d\d-\d\d \d\d:\d\d):\s*(\S.*)", re.DOTALL)


@dataclass(frozen=True)
class _Request:
    """What was asked: for whom, what, about whom and when. `untimed` is the request without its time."""

    person: Staff
    what: str
    customer: Customer | None
    due: Reading | None
    untimed: str


def run_remind(turn: Turn, rest: str) -> Reply:
    """Set a reminder; asks for the time when there is none, and offers a better one when it has passed."""
    if not rest.strip():
        return turn.reply(phrases.EMPTY)
    request = _exact(turn, rest.strip()) or _request(turn, rest.strip())
    if request.due is None:
        raise Detour(_ask_time(turn, request.untimed, turn.say(phrases.ASK_TIME, text=request.what)))
    if request.due.at <= turn.now:
        raise Detour(_in_the_past(turn, request, request.due))
    return _confirmation(turn, request, _scheduled(turn, request, request.due))


def _exact(turn: Turn, rest: str) -> _Request | None:
    """`#12 2026-11-20 09:00: text`, word for word."""
    said = _EXACT.fullmatch(rest)
    due = timing.due(turn, said[2]) if said is not None else None
    if said is None or due is None:
        return None
    customer = records.get(turn.session, int(said[1]), viewer=turn.viewer)
    me = turn.session.get_one(Staff, turn.viewer.staff_id)
    return _Request(me, " ".join(said[3].split()), customer, due, untimed=f"#{said[1]} {said[3]}")


def _request(turn: Turn, rest: str) -> _Request:
    person, said = _for_whom(turn, rest)
    mentions = _mentions(turn, said)
    found = timing.within(turn, said, [(one.start, one.end) for one in mentions])
    shared = next((one for one in mentions if len(one.customers) > 1), None)
    if shared is not None:
        raise Detour(_ask_whom(turn, rest, said, shared))
    customer = mentions[0].customers[0] if mentions else _pronoun(turn, said)
    what = _what(found.left if found else said, mentions)
    who = "" if person.id == turn.viewer.staff_id else f"{person.name} "
    return _Request(
        person=person,
        what=_follow_up(turn, customer) if not what or (customer and what == customer.name) else what,
        customer=customer,
        due=found.due if found else None,
        untimed=f"{who}{(found.left if found else said).strip(_EDGES)}",
    )


def _for_whom(turn: Turn, rest: str) -> tuple[Staff, str]:
    """The person to remind, and what the request says after that: a colleague in scope, else the viewer."""
    me = turn.session.get_one(Staff, turn.viewer.staff_id)
    addressed = _ME.match(rest)
    if addressed is not None:
        return me, rest[addressed.end() :]
    leading = leading_colleague(turn, rest)
    if leading is None or any(one.start == 0 and one.end > len(leading[0].name) for one in _mentions(turn, rest)):
        return me, _ASKING.sub(" ", rest, count=1)
    _require_scope(turn, leading[0], me)
    return leading


def _mentions(turn: Turn, text: str) -> list[Mention]:
    """The customers named in a text; May is none in "on May 5"."""
    found = mentioned(turn.session, text, viewer=turn.viewer)
    return [one for one in found if not timing.is_time(text, one.start, one.end)]


def _require_scope(turn: Turn, colleague: Staff, me: Staff) -> None:
    """Reminders may be set for those one sees, and for one's team."""
    same_team = colleague.team_id is not None and colleague.team_id == me.team_id
    if not (turn.viewer.sees(colleague.id) or same_team):
        raise turn.refusal(phrases.NOT_YOURS, name=colleague.name)


def _pronoun(turn: Turn, said: str) -> Customer | None:
    """The customer last talked about, when the text says "him" or 她, or nothing but a time."""
    if turn.subject_id is None or _PRONOUN.search(said) is None:
        return None
    return records.get(turn.session, turn.subject_id, viewer=turn.viewer)


def _what(left: str, mentions: Sequence[Mention]) -> str:
    """The text of the reminder: without its time, without "me to", numbers of customers as their names."""
    names = {f"#{one.customers[0].id}": one.customers[0].name for one in mentions}
    text = _NUMBER.sub(lambda number: names.get(number[0], number[0]), left)
    leading = _LEADING.match(text)
    text = " ".join((text[leading.end() :] if leading else text).split()).strip(_EDGES)
    first = mentions[0].customers[0].name if mentions else ""
    return text[len(first) :].strip(_EDGES) if first and text.startswith(f"{first} ") else text


def _follow_up(turn: Turn, customer: Customer | None) -> str:
    if customer is None:
        return turn.say(phrases.FOLLOW_UP_ANY)
    return turn.say(phrases.FOLLOW_UP, name=customer.name)


def _scheduled(turn: Turn, request: _Request, due: Reading) -> Nudge:
    return nudges.schedule(
        turn.session,
        viewer=turn.viewer,
        for_staff=request.person,
        text=request.what,
        due_at=due.at,
        timezone=turn.viewer.timezone,
        now=turn.now,
        customer=request.customer,
        recurrence=due.rule,
        platform=turn.platform,
    )


def _confirmation(turn: Turn, request: _Request, nudge: Nudge) -> Reply:
    """What was set, its time in words and how far off, so that a wrong reading shows at once."""
    customer = request.customer
    for_other = request.person.id != turn.viewer.staff_id
    fields = [
        Field(turn.say(phrases.NEXT if nudge.recurrence else phrases.TIME), timing.in_full(turn, nudge.due_at)),
        Field(turn.say(phrases.REPEATS), timing.repeats(turn, nudge.recurrence) if nudge.recurrence else ""),
        Field(turn.say(phrases.CUSTOMER), customer.name if customer else ""),
        Field(turn.say(phrases.FOR), request.person.name if for_other else ""),
    ]
    card = Card(
        title=turn.say(phrases.TITLE, id=nudge.id),
        text=nudge.text,
        fields=tuple(field for field in fields if field.value),
        buttons=(Button(turn.say(phrases.MOVE), turn.say(phrases.MOVE_COMMAND, id=nudge.id)),),
    )
    return Reply(card, subject_id=None if customer is None else customer.id)


def _denied(turn: Turn, rest: str) -> Reply:
    """Whom to ask: the owner of the customer it is about, unless they left, or an administrator."""
    known = [one.customers[0] for one in _mentions(turn, rest) if len(one.customers) == 1]
    owner_id = known[0].owner_id if known else None
    ask = ""
    if owner_id is not None and owner_id != turn.viewer.staff_id:
        owner = turn.session.get_one(Staff, owner_id)
        ask = turn.say(phrases.ASK_OWNER, customer=known[0].name, owner=owner.name) if owner.active else ""
    shown = (known[0].id,) if ask else ()
    return Reply(Card(text=turn.say(phrases.MAY_NOT, ask=ask, me=turn.viewer.name)), shown=shown, personal=bool(ask))


def _ask_time(turn: Turn, untimed: str, question: str) -> Reply:
    """Ask when; the answer is a button, a number, or any time."""
    command = turn.say(phrases.SET_COMMAND, text=untimed.replace("{", "(").replace("}", ")"))
    choices = [(label, f"{command} {when}") for label, when in timing.offered(turn)]
    card = Card(
        text=question,
        buttons=tuple(Button(label, text) for label, text in choices),
        footer=turn.say(phrases.ASK_FOOTER),
    )
    answers = {str(number): text for number, (_, text) in enumerate(choices, start=1)}
    return Reply(card, answers={**answers, "*": f"{command} {{}}"})


def _in_the_past(turn: Turn, request: _Request, due: Reading) -> Reply:
    following = timing.next_like(turn, due.at)
    when = timing.written(turn, following)
    command = f"{turn.say(phrases.SET_COMMAND, text=request.untimed)} {when}"
    spoken = moments.short(following, now=turn.now, zone=turn.zone, language=turn.language)
    past = moments.short(due.at, now=turn.now, zone=turn.zone, language=turn.language)
    button = Button(turn.say(phrases.PAST_YES, next=spoken), command, ButtonStyle.PRIMARY)
    card = Card(text=turn.say(phrases.PAST, when=past, next=spoken), buttons=(button,))
    return Reply(card, answers={"yes": command})


def _ask_whom(turn: Turn, rest: str, said: str, shared: Mention) -> Reply:
    """Several customers have this name: the same request again, with a number in its place."""
    at = len(rest) - len(said) + shared.start
    name = rest[at : at + shared.end - shared.start]
    again = turn.say(phrases.SET_COMMAND, text=f"{rest[:at]} {{}} {rest[at + len(name) :]}")
    return choice(turn, turn.say(phrases.WHICH, name=name), shared.customers, again=again)


COMMANDS = (
    Command(
        name="remind",
        words=("提醒", "remind", "reminder"),
        right=Right.WRITE,
        writes=True,
        run=run_remind,
        usage=phrases.USAGE,
        summary=phrases.SUMMARY,
        denied=_denied,
    ),
)
