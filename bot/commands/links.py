"""关联/link: which customer the conversation of a room is about."""

from bot import cards
from bot.commands.command import Command, Reply, Turn
from bot.commands.naming import named_alone
from bot.language.phrases import links as phrases
from crm_core.chat import Button, Card, RoomKind
from crm_core.conversations import links
from crm_core.customers import records
from crm_core.people.viewer import Right


def run_link(turn: Turn, rest: str) -> Reply:
    """Tie this conversation to a customer; without a name, say which it is tied to."""
    _require_group(turn)
    if not rest:
        return _standing(turn)
    turn.viewer.require(Right.WRITE)
    customer = named_alone(turn, turn.say(phrases.WORD), rest)
    new = links.link(turn.session, turn.room, customer, viewer=turn.viewer, now=turn.now)
    text = turn.say(phrases.LINKED if new else phrases.STANDS, name=customer.name)
    return Reply(Card(text=text, buttons=(cards.open_button(turn, customer.id),)), subject_id=customer.id)


def run_unlink(turn: Turn, _rest: str) -> Reply:
    """Tie this conversation to nobody."""
    _require_group(turn)
    done = links.unlink(turn.session, turn.room, viewer=turn.viewer)
    return turn.reply(phrases.UNLINKED if done else phrases.UNLINKED_YET)


def _require_group(turn: Turn) -> None:
    if turn.room.kind is RoomKind.DIRECT:
        raise turn.refusal(phrases.ONLY_IN_GROUPS)


def _standing(turn: Turn) -> Reply:
    if turn.room.customer_id is None:
        return turn.reply(phrases.UNLINKED_YET)
    customer = records.get(turn.session, turn.room.customer_id, viewer=turn.viewer)
    buttons = (
        cards.open_button(turn, customer.id),
        Button(turn.say(phrases.UNLINK_BUTTON), turn.say(phrases.UNLINK_COMMAND)),
    )
    return Reply(Card(text=turn.say(phrases.STANDS, name=customer.name), buttons=buttons), subject_id=customer.id)


COMMANDS = (
    Command(
        name="link",
        words=("关联", "link", "绑定"),
        right=Right.READ,
        writes=True,
        run=run_link,
        usage=phrases.USAGE,
        summary=phrases.SUMMARY,
    ),
    Command(
        name="unlink",
        words=("取消关联", "unlink"),
        right=Right.WRITE,
        writes=True,
        run=run_unlink,
        usage=phrases.UNLINK_USAGE,
        summary=phrases.UNLINK_SUMMARY,
    ),
)
