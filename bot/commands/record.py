"""新建/new and 改/set: the master record, written from the chat."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlmodel import col, select

from bot import cards
from bot.commands import fieldwords
from bot.commands.command import Command, Detour, Reply, Turn
from bot.commands.drafting import Drafted, drafted
from bot.commands.find import card_of
from bot.commands.naming import named
from bot.language import grammar
from bot.language.phrases import record as phrases
from bot.language.problems import sentence
from crm_core.chat import Button, ButtonStyle, Card
from crm_core.conversations import notes
from crm_core.customers import contacts, names, records, stages
from crm_core.customers.permits import visible
from crm_core.customers.tables import Customer, CustomerKind
from crm_core.errors import Conflict, Invalid
from crm_core.people.viewer import Right
from crm_core.tags import tags

_ANYWAY = re.compile(r"(?:仍然|仍要|anyway\b)\s*", re.IGNORECASE)
_TO = re.compile(r"^(?:改成|改为|换成|设为|变成|成为|为|成|到|至|(?:to|as|into|is|at)\b)[\s:：=＝]*", re.IGNORECASE)
_CONTACT = re.compile(r"(?P<email>[^\s@＠]+[@＠][^\s@＠]+\.\w{2,})|(?P<phone>[+＋]?\d[\d\-－ ]{5,}\d)")
#: Fields whose value ends at the next field's word; the value of any other ends at a comma only.
_SHORT = frozenset(
    {"phone", "email", "stage", "tier", "birthday", "owner", "language", "timezone", "kind", "opted_out"}
)


@dataclass(frozen=True)
class _Order:
    """One field to be set."""

    field: str
    value: str


def run_new(turn: Turn, rest: str) -> Reply:
    """Create a customer out of one line; asks first when there may be one already."""
    anyway = _ANYWAY.match(rest)
    text = rest[anyway.end() :] if anyway else rest
    wanted = drafted(turn, text)
    if not names.matching_form(wanted.draft.name[: names.LONGEST]):
        raise Detour(
            Reply(Card(text=turn.say(phrases.NEW_WHO)), {"*": turn.say(phrases.NEW_WORD) + " {}"}, personal=False)
        )
    if wanted.left_over:
        text = turn.say(phrases.LEFT_OVER, text=cards.shortened(wanted.left_over, 40))
        raise Detour(Reply(Card(text=text), personal=False))
    if anyway is None:
        _ask_about_namesakes(turn, wanted, text)
    return _created(turn, wanted, text, anyway=anyway is not None)


def _created(turn: Turn, wanted: Drafted, text: str, *, anyway: bool) -> Reply:
    country = turn.config.bot.country
    try:
        customer = records.create(
            turn.session, wanted.draft, viewer=turn.viewer, now=turn.now, country=country, allow_duplicate=anyway
        )
    except Conflict as conflict:
        raise _detour(turn, conflict, turn.say(phrases.NEW_WORD), text, turn.say(phrases.ANYWAY_BUTTON)) from None
    if wanted.note:
        notes.add(turn.session, customer, wanted.note, viewer=turn.viewer, now=turn.now)
    return card_of(turn, customer, turn.say(phrases.CREATED))


def _ask_about_namesakes(turn: Turn, wanted: Drafted, text: str) -> None:
    """Where no phone or e-mail tells them apart, a namesake is likely the same customer."""
    draft = wanted.draft
    if draft.kind is CustomerKind.COMPANY:
        return
    same = select(Customer).where(visible(turn.viewer), Customer.name_key == names.key(draft.name))
    known = list(turn.session.exec(same.order_by(col(Customer.id)).limit(3)))
    if draft.phones or draft.emails:
        reached = contacts.of(turn.session, [each.id for each in known])
        known = [each for each in known if not reached[each.id]]
    if not known:
        return
    command = turn.say(phrases.ANYWAY, word=turn.say(phrases.NEW_WORD), rest=text)
    card = Card(
        text=turn.say(phrases.SAME_NAME, name=draft.name),
        items=tuple(cards.lines_of(turn, known)),
        footer=turn.say(phrases.ANYWAY_QUESTION),
        buttons=(
            *(cards.open_button(turn, customer.id) for customer in known[:1]),
            Button(turn.say(phrases.ANYWAY_BUTTON), command),
        ),
    )
    raise Detour(Reply(card, {"yes": command}, subject_id=known[0].id, shown=tuple(each.id for each in known)))


def _detour(turn: Turn, conflict: Conflict, word: str, text: str, label: str) -> Detour | Conflict:
    """A duplicate is shown, with a way to go on all the same; another conflict stays what it is."""
    if conflict.problem != "customer_duplicate":
        return conflict
    known = int(conflict.details["id"])
    command = turn.say(phrases.ANYWAY, word=word, rest=text)
    buttons = (cards.open_button(turn, known), Button(label, command, ButtonStyle.DANGER))
    return Detour(Reply(Card(text=sentence(conflict, turn.language), buttons=buttons), {"yes": command}, known))


def run_set(turn: Turn, rest: str) -> Reply:
    """Set one field or several of one customer; says what each was and what it is."""
    anyway = _ANYWAY.match(rest)
    text = rest[anyway.end() :] if anyway else rest
    meant = named(turn, turn.say(phrases.SET_WORD), text, glued=True, nameless=lambda said: _is_order(turn, said))
    customer = meant.customer
    if not meant.rest:
        return _ask_what(turn, customer)
    orders = list(_orders(turn, meant.rest))
    if len(orders) == 1 and not orders[0].value:
        return _ask_value(turn, customer, orders[0].field)
    again = f"#{customer.id} {meant.rest}"
    try:
        lines = [_set(turn, customer, order, anyway=anyway is not None) for order in orders]
    except Conflict as conflict:
        word = turn.say(phrases.SET_WORD)
        raise _detour(turn, conflict, word, again, turn.say(phrases.SAVE_ANYWAY_BUTTON)) from None
    card = Card(title=customer.name, items=tuple(lines), buttons=(cards.open_button(turn, customer.id),))
    return Reply(card, subject_id=customer.id)


def _set(turn: Turn, customer: Customer, order: _Order, *, anyway: bool) -> str:
    if order.field == "tags":
        return _tag(turn, customer, order.value)
    changed = records.change(
        turn.session,
        customer,
        order.field,
        order.value,
        viewer=turn.viewer,
        now=turn.now,
        country=turn.config.bot.country,
        allow_duplicate=anyway,
    )
    before = fieldwords.value_of(turn, changed.field, changed.before)
    after = fieldwords.value_of(turn, changed.field, changed.after)
    return _line(turn, changed.field, before, after)


def _tag(turn: Turn, customer: Customer, value: str) -> str:
    before = tags.of(turn.session, [customer.id])[customer.id]
    wanted = [part for part in re.split(r"[\s,，、#＃]+", value) if part]
    tags.add(turn.session, customer, wanted, viewer=turn.viewer, now=turn.now)
    after = tags.of(turn.session, [customer.id])[customer.id]
    return _line(turn, "tags", cards.listed(turn, before), cards.listed(turn, after))


def _line(turn: Turn, field: str, before: str, after: str) -> str:
    nothing = turn.say(phrases.NOTHING)
    phrase = phrases.UNCHANGED if before == after else phrases.CHANGED
    return turn.say(phrase, label=fieldwords.label_of(turn, field), before=before or nothing, after=after or nothing)


def _orders(turn: Turn, text: str) -> Iterator[_Order]:
    """The fields and values of "阶段=成交 等级=A", "电话 139…", "to won", "成交"."""
    for part in re.split(r"\s*[,，;；\n]\s*", text):
        if part:
            yield from _orders_of(turn, part)


def _orders_of(turn: Turn, part: str) -> Iterator[_Order]:
    called = fieldwords.leading(turn, part)
    if called is None:
        yield _by_looks(part)
        return
    value = called.rest
    if called.field in _SHORT:
        for place in re.finditer(r"(?<=\S)\s+(?=\S)", value):
            following = fieldwords.leading(turn, value[place.end() :])
            if following is not None and following.apart and following.rest:
                yield _Order(called.field, _without_to(value[: place.start()]))
                yield from _orders_of(turn, value[place.end() :])
                return
    yield _Order(called.field, _without_to(value))


def _by_looks(part: str) -> _Order:
    """A value that shows by itself which field it is for. Raises `Invalid("field_unknown")`."""
    value = _without_to(part)
    contact = _CONTACT.fullmatch(value)
    if contact is not None:
        return _Order("email" if contact["email"] else "phone", value)
    if stages.stage_of(value.removesuffix("了").removesuffix("阶段")) is not None:
        return _Order("stage", value.removesuffix("了").removesuffix("阶段"))
    if re.fullmatch(r"(?:tier )?[abc](?:级|类)?", grammar.fold(value)):
        return _Order("tier", value)
    raise Invalid("field_unknown", field=cards.shortened(part, 40))


def _without_to(value: str) -> str:
    if stages.stage_of(value) is not None:
        return value
    return _TO.sub("", value, count=1).strip() or value


def _is_order(turn: Turn, text: str) -> bool:
    """Whether a text says what to set without saying of whom."""
    called = fieldwords.leading(turn, text)
    if called is not None:
        return called.apart
    try:
        return bool(_by_looks(text))
    except Invalid:
        return False


def _ask_what(turn: Turn, customer: Customer) -> Reply:
    card = card_of(turn, customer, turn.say(phrases.SET_WHAT, name=customer.name))
    return replace(card, answers={"*": f"{turn.say(phrases.SET_WORD)} #{customer.id} {{}}"})


def _ask_value(turn: Turn, customer: Customer, field: str) -> Reply:
    label = fieldwords.label_of(turn, field)
    card = Card(text=turn.say(phrases.SET_TO_WHAT, name=customer.name, label=label))
    command = turn.say(phrases.SET_COMMAND, id=customer.id, label=label)
    return Reply(card, answers={"*": command}, subject_id=customer.id)


COMMANDS = (
    Command(
        name="new",
        words=("新建", "new", "新增", "添加", "录入", "创建", "加客户", "add", "create"),
        right=Right.WRITE,
        writes=True,
        run=run_new,
        usage=phrases.NEW_USAGE,
        summary=phrases.NEW_SUMMARY,
    ),
    Command(
        name="set",
        words=("改", "set", "修改", "更新", "设置", "update", "change"),
        right=Right.WRITE,
        writes=True,
        run=run_set,
        usage=phrases.SET_USAGE,
        summary=phrases.SET_SUMMARY,
    ),
)
