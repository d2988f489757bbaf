"""待办/todo: what is open, overdue first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.commands.colleagues import leading_colleague
from bot.commands.command import Command, Reply, Turn
from bot.commands.naming import named
from bot.commands.timing import repeats
from bot.commands.which import OPEN, about, beyond, customer_of, numbered, openers, remembered, shown
from bot.language import moments, noun
from bot.language.phrases import todo as phrases
from crm_core.chat import Button, ButtonStyle, Card, Field
from crm_core.outreach import nudges
from crm_core.outreach.tables import Nudge
from crm_core.people.tables import Staff
from crm_core.people.viewer import Right

PAGE = 10

_PAGE = re.compile(r"(?:^|\s+)(?:第\s*(\d{1,3})\s*页|page\s*(\d{1,3}))\s*$", re.IGNORECASE)
_ONE = re.compile(r"#\s*(\d{1,18})")
_TEAM = frozenset({"团队", "全部", "所有", "team", "all", "everybody", "everyone"})
_DAYS = {
    **dict.fromkeys(("今天", "今日", "today"), "today"),
    **dict.fromkeys(("明天", "明日", "tomorrow"), "tomorrow"),
    **dict.fromkeys(("本周", "这周", "this week", "week"), "week"),
}
_MINE = frozenset({"", "我", "我的", "me", "my", "mine", "列表", "list"})


@dataclass(frozen=True)
class _Asked:
    """Whose open to-dos: their list, its title, what to say when there are none, and how to ask for it again."""

    found: Sequence[Nudge]
    title: str
    none: str
    again: str
    of_others: bool = False


def run_todo(turn: Turn, rest: str) -> Reply:
    """The open to-dos of the viewer, a colleague, the team or a customer; or one of them."""
    if (one := _ONE.fullmatch(rest)) is not None:
        return card_of(turn, nudges.get(turn.session, int(one[1]), viewer=turn.viewer))
    paging = _PAGE.search(rest)
    page = int(paging[1] or paging[2]) if paging else 1
    asked = _asked(turn, rest[: paging.start()].strip() if paging else rest.strip())
    if not asked.found:
        return Reply(Card(text=asked.none, footer=turn.say(phrases.NONE_FOOTER)), personal=False)
    return _list(turn, asked, page)


def _asked(turn: Turn, whose: str) -> _Asked:
    if whose.lower() in _MINE:
        return _own(turn)
    if whose.lower() in _DAYS:
        return _until(turn, whose, _DAYS[whose.lower()])
    if whose.lower() in _TEAM:
        return _team(turn)
    leading = leading_colleague(turn, whose)
    if leading is not None and not leading[1].removesuffix("的"):
        return _colleague(turn, leading[0])
    return _customer(turn, whose)


def _own(turn: Turn) -> _Asked:
    found = nudges.open_of(turn.session, viewer=turn.viewer, staff_id=turn.viewer.staff_id, limit=OPEN)
    return _Asked(found, turn.say(phrases.TITLE, todos=_count(turn, found)), turn.say(phrases.NONE), "")


def _until(turn: Turn, said: str, day: str) -> _Asked:
    """The viewer's own of today (with what is overdue), of tomorrow, or of this week."""
    midnight = turn.now.astimezone(turn.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    first = midnight + timedelta(days=1) if day == "tomorrow" else None
    last = midnight + timedelta(days={"today": 1, "tomorrow": 2}.get(day, 7 - midnight.weekday()))
    found = [one for one in _own(turn).found if one.due_at < last and (first is None or one.due_at >= first)]
    title = turn.say(phrases.TITLE_DAY, day=said, todos=_count(turn, found))
    return _Asked(found, title, turn.say(phrases.NONE_DAY, day=said), said)


def _team(turn: Turn) -> _Asked:
    if turn.viewer.owners is not None and len(turn.viewer.owners) < 2:
        raise turn.refusal(phrases.MANAGERS_ONLY)
    found = nudges.open_of(turn.session, viewer=turn.viewer, limit=OPEN)
    title = turn.say(phrases.TITLE_TEAM, todos=_count(turn, found))
    again = "团队" if turn.language == "zh" else "team"
    return _Asked(found, title, turn.say(phrases.NONE_TEAM), again, of_others=True)


def _colleague(turn: Turn, person: Staff) -> _Asked:
    if not turn.viewer.sees(person.id):
        raise turn.refusal(phrases.MANAGERS_ONLY)
    found = nudges.open_of(turn.session, viewer=turn.viewer, staff_id=person.id, limit=OPEN)
    title = turn.say(phrases.TITLE_OF, name=person.name, todos=_count(turn, found))
    return _Asked(found, title, turn.say(phrases.NONE_OF, name=person.name), person.name)


def _customer(turn: Turn, name: str) -> _Asked:
    customer = named(turn, "待办" if turn.language == "zh" else "todo", name).customer
    found = nudges.open_of(turn.session, viewer=turn.viewer, customer_id=customer.id, limit=OPEN)
    title = turn.say(phrases.TITLE_CUSTOMER, name=customer.name, todos=_count(turn, found))
    none = turn.say(phrases.NONE_CUSTOMER, name=customer.name)
    return _Asked(found, title, none, f"#{customer.id}", of_others=True)


def _count(turn: Turn, found: Sequence[Nudge]) -> str:
    return noun.TODOS.count(turn.language, len(found))


def _list(turn: Turn, asked: _Asked, page: int) -> Reply:
    pages = -(-len(asked.found) // PAGE)
    if not 1 <= page <= pages:
        raise turn.refusal(phrases.NO_PAGE, page=page, pages=pages)
    start = (page - 1) * PAGE
    here = list(enumerate(asked.found, start=1))[start : start + PAGE]
    card = Card(
        title=asked.title,
        items=tuple(_lines(turn, asked, here)),
        buttons=(*_done_buttons(turn, here), *_more_button(turn, asked, page, pages)),
        footer=turn.say(phrases.FOOTER, number=here[0][0]),
    )
    nudges_here = [nudge for _, nudge in here]
    todos = {**(remembered(turn) if page > 1 else {}), **numbered(nudges_here, start + 1)}
    return Reply(card, openers(turn, todos), todos=todos, shown=shown(nudges_here), beyond=beyond(nudges_here))


def _lines(turn: Turn, asked: _Asked, here: Sequence[tuple[int, Nudge]]) -> list[str]:
    """The to-dos under the headings of their time; the headings count the whole list."""
    groups = [_group(turn, nudge) for nudge in asked.found]
    lines: list[str] = []
    for heading in (phrases.OVERDUE, phrases.TODAY, phrases.WEEK, phrases.LATER):
        members = [(number, nudge) for number, nudge in here if groups[number - 1] is heading]
        if members:
            lines.append(turn.say(heading, count=groups.count(heading)))
            lines.extend(_line(turn, number, nudge, of_others=asked.of_others) for number, nudge in members)
    return lines


def _group(turn: Turn, nudge: Nudge) -> object:
    due, today = nudge.due_at.astimezone(turn.zone).date(), turn.now.astimezone(turn.zone).date()
    if nudge.due_at < turn.now:
        return phrases.OVERDUE
    if due == today:
        return phrases.TODAY
    return phrases.WEEK if due <= _end_of_week(today) else phrases.LATER


def _end_of_week(day: date) -> date:
    return day + timedelta(days=6 - day.weekday())


def _line(turn: Turn, number: int, nudge: Nudge, *, of_others: bool) -> str:
    return turn.say(
        phrases.ITEM,
        number=number,
        when=moments.short(nudge.due_at, now=turn.now, zone=turn.zone, language=turn.language),
        text=nudge.text,
        customer=about(turn, nudge),
        who=turn.say(phrases.ITEM_WHO, name=_name_of(turn, nudge.staff_id)) if of_others else "",
        repeats=turn.say(phrases.ITEM_REPEATS, rule=repeats(turn, nudge.recurrence)) if nudge.recurrence else "",
    )


def _name_of(turn: Turn, staff_id: int) -> str:
    person = turn.session.get(Staff, staff_id)
    return "" if person is None else person.name


def _done_buttons(turn: Turn, here: Sequence[tuple[int, Nudge]]) -> tuple[Button, ...]:
    return tuple(
        Button(turn.say(phrases.DONE_BUTTON_OF, number=number), turn.say(phrases.DONE_COMMAND, id=nudge.id))
        for number, nudge in here[:3]
    )


def _more_button(turn: Turn, asked: _Asked, page: int, pages: int) -> tuple[Button, ...]:
    if page == pages:
        return ()
    label = turn.say(phrases.MORE, count=len(asked.found) - page * PAGE)
    command = turn.say(phrases.MORE_COMMAND, which=asked.again, page=page + 1)
    return (Button(label, " ".join(command.split())),)


def card_of(turn: Turn, nudge: Nudge) -> Reply:
    """One to-do with what can be done about it."""
    customer = customer_of(turn, nudge)
    open_ = nudge.state == "open"
    card = Card(
        title=turn.say(phrases.CARD_TITLE, id=nudge.id),
        text=nudge.text,
        fields=tuple(_card_fields(turn, nudge)),
        buttons=_card_buttons(turn, nudge) if open_ else (),
    )
    return Reply(card, subject_id=None if customer is None else customer.id, shown=shown([nudge]))


def _card_fields(turn: Turn, nudge: Nudge) -> list[Field]:
    customer = customer_of(turn, nudge)
    when = moments.short(nudge.due_at, now=turn.now, zone=turn.zone, language=turn.language)
    distance = moments.distance(nudge.due_at, now=turn.now, language=turn.language)
    fields = [
        Field(turn.say(phrases.WHEN), f"{when} ({distance})"),
        Field(turn.say(phrases.REPEATS), repeats(turn, nudge.recurrence) if nudge.recurrence else ""),
        Field(turn.say(phrases.CUSTOMER), "" if customer is None else customer.name),
        Field(turn.say(phrases.FOR), _name_of(turn, nudge.staff_id)),
        Field(turn.say(phrases.STATE), turn.say(phrases.STATES[nudge.state])),
    ]
    return [field for field in fields if field.value]


def _card_buttons(turn: Turn, nudge: Nudge) -> tuple[Button, ...]:
    return (
        Button(turn.say(phrases.DONE_BUTTON), turn.say(phrases.DONE_COMMAND, id=nudge.id), ButtonStyle.PRIMARY),
        Button(turn.say(phrases.SNOOZE_BUTTON), turn.say(phrases.SNOOZE_COMMAND, id=nudge.id)),
        Button(turn.say(phrases.MOVE_BUTTON), turn.say(phrases.MOVE_COMMAND, id=nudge.id)),
        Button(turn.say(phrases.STOP_BUTTON), turn.say(phrases.STOP_COMMAND, id=nudge.id)),
    )


COMMANDS = (
    Command(
        name="todo",
        words=("待办", "todo", "todos", "to-do", "to-dos", "tasks", "待办事项", "my todos"),
        right=Right.READ,
        writes=False,
        run=run_todo,
        usage=phrases.TODO_USAGE,
        summary=phrases.TODO_SUMMARY,
    ),
)
