"""待认领/identities: chat accounts that are nobody's yet."""

import re

from bot.commands.command import Command, Reply, Turn
from bot.commands.naming import named
from bot.language import noun
from bot.language.phrases import identities as phrases
from crm_core.chat import Button, ButtonStyle, Card
from crm_core.customers import find, identities, records
from crm_core.customers.records import Draft
from crm_core.customers.tables import Customer, Identity
from crm_core.people.viewer import Right

SHOWN = 10
MOST = 500

_LINK = re.compile(r"(?:关联|认领|link|claim)\s*#?(\d{1,18})\s*(?:到|给|to\b|->)?\s*(.+)", re.IGNORECASE | re.DOTALL)
_CREATE = re.compile(r"(?:新建|创建|create|new)\s*#?(\d{1,18})\s*(.*)", re.IGNORECASE | re.DOTALL)
_ONE = re.compile(r"#?(\d{1,18})")


def run_identities(turn: Turn, rest: str) -> Reply:
    """The review list, one account of it, or what becomes of one."""
    if not rest or rest.lower() in ("list", "列表"):
        return _list(turn)
    if (one := _ONE.fullmatch(rest)) is not None:
        return _card(turn, _waiting(turn, int(one[1])))
    turn.viewer.require(Right.WRITE)
    if (linking := _LINK.fullmatch(rest)) is not None:
        return _link(turn, int(linking[1]), linking[2])
    if (creating := _CREATE.fullmatch(rest)) is not None:
        return _create(turn, int(creating[1]), creating[2].strip())
    raise turn.refusal(phrases.NOT_UNDERSTOOD, text=rest[:80], usage=turn.say(phrases.USAGE))


def _list(turn: Turn) -> Reply:
    waiting = identities.unlinked(turn.session, limit=MOST)
    if not waiting:
        return turn.reply(phrases.NONE)
    shown = waiting[:SHOWN]
    more = len(waiting) - len(shown)
    items = [_item(turn, number, identity) for number, identity in enumerate(shown, start=1)]
    if more:
        items.append(turn.say(phrases.MORE, count=more))
    card = Card(
        title=turn.say(phrases.TITLE, count=noun.IDENTITIES.count(turn.language, len(waiting))),
        items=tuple(items),
        footer=turn.say(phrases.FOOTER, id=shown[0].id),
    )
    answers = {str(number): turn.say(phrases.SHOW_COMMAND, id=one.id) for number, one in enumerate(shown, start=1)}
    return Reply(card, answers=answers)


def _item(turn: Turn, number: int, identity: Identity) -> str:
    return turn.say(phrases.ITEM, number=number, name=_name(turn, identity), platform=identity.platform, id=identity.id)


def _name(turn: Turn, identity: Identity) -> str:
    return identity.display_name or turn.say(phrases.NAMELESS)


def _waiting(turn: Turn, identity_id: int) -> Identity:
    """An account that is nobody's; whose it is already is told to those only who may see the customer."""
    identity = turn.session.get(Identity, identity_id)
    if identity is None:
        raise turn.refusal(phrases.UNKNOWN, id=identity_id)
    if identity.customer_id is None:
        return identity
    customer = turn.session.get(Customer, identity.customer_id)
    if customer is not None and turn.viewer.sees(customer.owner_id):
        raise turn.refusal(phrases.TAKEN, name=customer.name)
    raise turn.refusal(phrases.TAKEN_HIDDEN)


def _card(turn: Turn, identity: Identity) -> Reply:
    """Who could it be? The customers with a like name, or somebody new."""
    name = identity.display_name
    hits = find.find(turn.session, name, viewer=turn.viewer, now=turn.now, limit=3) if name else []
    likely = [hit.customer for hit in hits]
    buttons = [_link_button(turn, identity, customer) for customer in likely]
    create = turn.say(phrases.CREATE_COMMAND, id=identity.id)
    buttons.append(Button(turn.say(phrases.CREATE), create, ButtonStyle.PLAIN if likely else ButtonStyle.PRIMARY))
    text = turn.say(phrases.CARD, name=_name(turn, identity), platform=identity.platform)
    card = Card(title=text, buttons=tuple(buttons), footer=turn.say(phrases.FOOTER, id=identity.id))
    answers = {str(number): button.command for number, button in enumerate(buttons, start=1)}
    return Reply(card, answers=answers, shown=tuple(customer.id for customer in likely))


def _link_button(turn: Turn, identity: Identity, customer: Customer) -> Button:
    command = turn.say(phrases.LINK_COMMAND, id=identity.id, customer=customer.id)
    return Button(turn.say(phrases.LINK, name=customer.name), command)


def _link(turn: Turn, identity_id: int, name: str) -> Reply:
    identity = _waiting(turn, identity_id)
    word = "待认领 关联" if turn.language == "zh" else "identities link"
    customer = named(turn, f"{word} {identity_id}", name).customer
    identities.link(turn.session, identity, customer, by="manual", viewer=turn.viewer, now=turn.now)
    text = turn.say(phrases.LINKED, identity=_name(turn, identity), platform=identity.platform, name=customer.name)
    return Reply(Card(text=text), subject_id=customer.id)


def _create(turn: Turn, identity_id: int, name: str) -> Reply:
    identity = _waiting(turn, identity_id)
    draft = Draft(
        name=name or identity.display_name or identity.platform_user_id,
        phones=(identity.phone,) if identity.phone else (),
        emails=(identity.email,) if identity.email else (),
        source=identity.platform,
    )
    customer = records.create(turn.session, draft, viewer=turn.viewer, now=turn.now, country=turn.config.bot.country)
    identities.link(turn.session, identity, customer, by="manual", viewer=turn.viewer, now=turn.now)
    text = turn.say(phrases.CREATED, name=customer.name, platform=identity.platform)
    return Reply(Card(text=text), subject_id=customer.id)


COMMANDS = (
    Command(
        name="identities",
        words=("待认领", "identities", "身份", "review", "未识别"),
        right=Right.READ,
        writes=True,
        run=run_identities,
        usage=phrases.USAGE,
        summary=phrases.SUMMARY,
    ),
)
