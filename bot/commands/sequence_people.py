"""Customers put into a sequence and taken out by hand, and who is under way."""

import re

from bot import cards
from bot.commands import sequence_naming as naming
from bot.commands import sequence_texts as texts
from bot.commands.command import Reply, Turn
from bot.commands.naming import is_name, look, named_alone
from bot.language import grammar, noun
from bot.language.phrase import Phrase
from bot.language.phrases import sequence as phrases
from bot.outreach.company import company_of
from crm_core.chat import Button, Card
from crm_core.customers.names import matching_form
from crm_core.customers.tables import Customer
from crm_core.errors import NotFound
from crm_core.outreach.sequences import enrolments, sequences
from crm_core.outreach.sequences.tables import Sequence, SequenceState

#: How many who are under way are shown.
SHOWN = 20
_TOWARDS = r"(?:到|进入|进|给|去|至|从|to|into|in|from|out of)"
_NUMBER = re.compile(r"(?P<who>.*?)[\s,，]*[#＃]\s*(?P<number>\d{1,18})")
_BETWEEN = re.compile(r"(?<=\S)(?:\s*(?:到|进入)\s*|\s+(?:进|至|从|to|into|in|from|out of)\s+)(?=\S)", re.IGNORECASE)


def add(turn: Turn, rest: str) -> Reply:
    """Put a customer into a sequence."""
    who, sequence = _parted(turn, rest, (SequenceState.ON, SequenceState.PAUSED))
    customer = named_alone(turn, _word(turn, "加", "add"), who) if sequence else _customer(turn, rest)
    if sequence is None:
        raise turn.refusal(phrases.WHICH, customer=customer.name, name=_example(turn))
    if enrolments.active(turn.session, sequence, customer) is not None:
        return _said(turn, customer, phrases.ALREADY, sequence)
    company = company_of(turn.config)
    enrolments.enter(turn.session, sequence, customer, viewer=turn.viewer, now=turn.now, company=company)
    first = enrolments.under_way(turn.session, viewer=turn.viewer, sequence=sequence, customer=customer)
    when = texts.next_step(turn, first[0]) if first else ""
    text = turn.say(phrases.ADDED, name=customer.name, sequence=sequence.name, when=when)
    return Reply(Card(text=text), subject_id=customer.id, shown=(customer.id,))


def remove(turn: Turn, rest: str) -> Reply:
    """Take a customer out of a sequence; of the only one they are in, when none is named."""
    who, sequence = _parted(turn, rest, tuple(SequenceState))
    customer = named_alone(turn, _word(turn, "移出", "remove"), who) if sequence else _customer(turn, rest)
    if sequence is None:
        inside = enrolments.under_way(turn.session, viewer=turn.viewer, customer=customer)
        if len(inside) != 1:
            return _card_of(turn, customer)
        sequence = inside[0].sequence
    enrolments.remove(turn.session, sequence, customer, viewer=turn.viewer, now=turn.now)
    return _said(turn, customer, phrases.REMOVED, sequence)


def who(turn: Turn, rest: str) -> Reply:
    """Who is under way among the customers this viewer sees."""
    sequence = naming.named(turn, rest)
    found = enrolments.under_way(turn.session, viewer=turn.viewer, sequence=sequence, limit=SHOWN + 1)
    if not found:
        return turn.reply(phrases.WHO_NONE, name=sequence.name)
    shown = found[:SHOWN]
    count = noun.CUSTOMERS.count(turn.language, len(shown))
    count = f"{count}+" if len(found) > SHOWN else count
    items = tuple(
        f"{number}. "
        + turn.say(
            phrases.WHO_ITEM,
            name=each.customer.name,
            id=each.customer.id,
            number=each.number,
            when=texts.next_step(turn, each),
        )
        for number, each in enumerate(shown, start=1)
    )
    return Reply(
        Card(
            title=turn.say(phrases.WHO_TITLE, name=sequence.name, customers=count),
            items=items,
            footer=turn.say(phrases.WHO_MORE, count=SHOWN) if len(found) > SHOWN else "",
        ),
        {
            str(number): turn.say(phrases.OPEN_COMMAND, id=each.customer.id)
            for number, each in enumerate(shown, start=1)
        },
        shown=tuple(each.customer.id for each in shown),
    )


def move(turn: Turn, rest: str) -> Reply:
    """Whoever is under way goes on with the version in force."""
    sequence = naming.named(turn, rest)
    company = company_of(turn.config)
    moved = enrolments.move_over(turn.session, sequence, viewer=turn.viewer, now=turn.now, company=company)
    if not moved:
        return turn.reply(phrases.NONE_BEHIND, version=sequence.version)
    left = enrolments.behind(turn.session, sequence)
    customers = noun.CUSTOMERS.count(turn.language, moved)
    text = turn.say(phrases.MOVED, customers=customers, version=sequence.version)
    more = turn.say(phrases.MOVED_MORE, count=left) if left else ""
    return Reply(Card(text="\n".join(part for part in (text, more) if part)), personal=False)


def of_customer(turn: Turn, rest: str) -> Reply:
    """Where a customer is in. Raises `NotFound("sequence_not_found")` for nobody's name."""
    found = look(turn, rest)
    if not found.clear or found.near:
        raise NotFound("sequence_not_found", name=cards.shortened(rest, 60))
    return _card_of(turn, found.customers[0])


def _card_of(turn: Turn, customer: Customer) -> Reply:
    inside = enrolments.under_way(turn.session, viewer=turn.viewer, customer=customer)
    if not inside:
        text = turn.say(phrases.OF_NONE, name=customer.name)
        return Reply(Card(text=text), subject_id=customer.id, shown=(customer.id,))
    items = tuple(
        turn.say(phrases.OF_ITEM, sequence=each.sequence.name, number=each.number, when=texts.next_step(turn, each))
        for each in inside
    )
    buttons = tuple(
        Button(
            turn.say(phrases.REMOVE_BUTTON, sequence=each.sequence.name),
            turn.say(phrases.REMOVE_COMMAND, customer=customer.id, id=each.sequence.id),
        )
        for each in inside
    )
    card = Card(title=turn.say(phrases.OF_TITLE, name=customer.name), items=items, buttons=buttons)
    return Reply(card, subject_id=customer.id, shown=(customer.id,))


def _said(turn: Turn, customer: Customer, phrase: Phrase, sequence: Sequence) -> Reply:
    text = turn.say(phrase, name=customer.name, sequence=sequence.name)
    return Reply(Card(text=text), subject_id=customer.id, shown=(customer.id,))


def _parted(turn: Turn, rest: str, states: tuple[SequenceState, ...]) -> tuple[str, Sequence | None]:
    """Whom a text names, and which sequence: at its end or its beginning, by its name or its number; after "to" or
    "from" by a part of its name, too."""
    known = sorted(sequences.everything(turn.session), key=lambda each: len(each.name), reverse=True)
    numbered = _NUMBER.fullmatch(rest)
    for each in known:
        if numbered is not None and numbered["who"].strip() and each.id == int(numbered["number"]):
            return _without_towards(numbered["who"]), each
        who = _beside(rest, each.name)
        if who is not None:
            return who, each
    apart = None if is_name(turn, rest) else _apart(turn, rest)
    if apart is not None:
        return apart
    open_ = [each for each in known if each.state in states]
    return (rest, open_[0]) if len(open_) == 1 and SequenceState.DRAFT not in states else (rest, None)


def _apart(turn: Turn, rest: str) -> tuple[str, Sequence] | None:
    """What stands before and after a word like "to"; None where such a word is in the name of a customer alone."""
    problem: NotFound | None = None
    for towards in _BETWEEN.finditer(rest):
        try:
            return rest[: towards.start()], naming.named(turn, rest[towards.end() :])
        except NotFound as error:
            problem = error
    if problem is not None and not _is_somebody(turn, rest):
        raise problem
    return None


def _is_somebody(turn: Turn, text: str) -> bool:
    """Whether the whole text stands for one customer."""
    found = look(turn, text)
    return found.clear and not found.near


def _beside(text: str, name: str) -> str | None:
    """What stands before or after the name of a sequence; None where it does not stand at an end."""
    folded, wanted = grammar.fold(text), grammar.fold(name)
    if folded.endswith(wanted):
        return _without_towards(text[: -len(name)])
    if folded.startswith(wanted):
        return _without_towards(text[len(name) :])
    return "" if matching_form(text) == matching_form(name) else None


def _without_towards(text: str) -> str:
    text = text.strip(" ,，:：「」“”\"'\n")
    text = re.sub(rf"(?:\s+{_TOWARDS}|[到进从]|进入)$", "", text, flags=re.IGNORECASE)
    text = re.sub(rf"^(?:{_TOWARDS}\s+|[从])", "", text, flags=re.IGNORECASE)
    return re.sub(
        r"^(?:加入|添加|加|移出|移除|add|remove)\s*", "", text.strip(" ,，:：「」“”\"'\n"), flags=re.IGNORECASE
    )


def _customer(turn: Turn, rest: str) -> Customer:
    return named_alone(turn, _word(turn, "加", "add"), rest)


def _word(turn: Turn, zh: str, en: str) -> str:
    return f"流程 {zh}" if turn.language == "zh" else f"sequence {en}"


def _example(turn: Turn) -> str:
    """The name of a sequence that is on. Raises `Detour` when there is none."""
    on = [each for each in sequences.everything(turn.session) if each.state is SequenceState.ON]
    if not on:
        raise turn.refusal(phrases.WHICH_NONE)
    return on[0].name
