"""conversations.*"""

from tests.fakes.slack import channels, limits, rooms, talk
from tests.fakes.slack.channels import Channel
from tests.fakes.slack.errors import Json, SlackError
from tests.fakes.slack.messages import Message
from tests.fakes.slack.people import User
from tests.fakes.slack.web_api.call import Call

READ = ("channels:read", "groups:read", "im:read", "mpim:read")
HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
_FAMILY = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}


def require_family(call: Call, channel: Channel, right: str) -> None:
    """missing_scope unless the bot has this right (read, history, write …) for this kind of channel."""
    call.require_scope(f"{_FAMILY[channel.type(call.team)]}:{right}")


def info(call: Call) -> Json:
    channel = call.channel()
    require_family(call, channel, "read")
    shape = channels.shape(channel, call.team, call.state.workspaces, call.bot, detail=True)
    if not call.args.flag("include_num_members"):
        shape.pop("num_members", None)
    return {"channel": shape}


def history(call: Call) -> Json:
    channel = call.channel()
    require_family(call, channel, "history")
    channels.require_member(channel, call.bot)
    found = [message for message in reversed(channel.messages.values()) if not message.is_reply or message.is_broadcast]
    return _messages(call, channel, [message for message in found if _within(call, message)])


def replies(call: Call) -> Json:
    channel = call.channel()
    require_family(call, channel, "history")
    channels.require_member(channel, call.bot)
    root = channel.messages.get(call.args.required("ts"))
    if root is None:
        raise SlackError("thread_not_found")
    if root.is_reply:
        return _messages(call, channel, [root])
    answers = [message for message in talk.replies(channel, root) if _within(call, message)]
    return _messages(call, channel, [root, *answers])


def _messages(call: Call, channel: Channel, found: list[Message]) -> Json:
    restricted = call.install.app.profile == "restricted"
    default, most = (limits.RESTRICTED_PAGE, limits.RESTRICTED_PAGE) if restricted else (100, 999)
    page, more = call.page(found, _ts, default=default, most=most)
    metadata = call.args.flag("include_all_metadata")
    shown = [talk.in_history(channel, message, metadata=metadata) for message in page]
    answer: Json = {"messages": shown, "has_more": bool(more["next_cursor"]), "pin_count": 0}
    return answer | ({"response_metadata": more} if more["next_cursor"] else {})


def _within(call: Call, message: Message) -> bool:
    """`oldest` and `latest` are exclusive unless `inclusive`. A ts is compared as text padded to its fixed shape."""
    inclusive = call.args.flag("inclusive")
    oldest, latest = _bound(call.args.text("oldest") or "0"), _bound(call.args.text("latest") or "9999999999")
    ts = _bound(message.ts)
    if ts in {oldest, latest}:
        return inclusive
    return oldest < ts < latest


def _bound(ts: str) -> str:
    """A ts, whole seconds too, in its fixed shape."""
    seconds, _, micros = ts.partition(".")
    try:
        return f"{int(seconds):010d}.{int(micros[:6].ljust(6, '0')):06d}"
    except ValueError:
        raise SlackError("invalid_ts_oldest") from None


def members(call: Call) -> Json:
    channel = call.channel()
    require_family(call, channel, "read")
    page, more = call.page(channel.members, str, default=100, most=1000)
    return {"members": page, "response_metadata": more}


def listing(call: Call) -> Json:
    """conversations.list: everything the workspace has that the bot may know of."""
    return _listed(call, only_mine=False)


def of_user(call: Call) -> Json:
    """users.conversations: only where the bot is in."""
    return _listed(call, only_mine=True)


def _listed(call: Call, *, only_mine: bool) -> Json:
    wanted = call.args.names("types") or ["public_channel"]
    unknown = set(wanted) - set(_TYPES)
    if unknown:
        raise SlackError("invalid_types")
    for kind in wanted:
        call.require_scope(f"{_TYPES[kind]}:read")
    hidden = call.args.flag("exclude_archived")
    found = [
        channel
        for channel in call.state.channels.values()
        if channels.may_see(channel, call.team, call.bot)
        and _type(channel, call.team) in wanted
        and not (hidden and channel.archived)
        and (not only_mine or call.bot.id in channel.members)
    ]
    page, more = call.page(found, _id, default=100, most=999)
    shapes = [channels.shape(one, call.team, call.state.workspaces, call.bot, detail=False) for one in page]
    return {"channels": shapes, "response_metadata": more}


def _ts(message: Message) -> str:
    return message.ts


def _id(channel: Channel) -> str:
    return channel.id


_TYPES = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}


def _type(channel: Channel, team: str) -> str:
    kind = channel.type(team)
    return {"channel": "public_channel", "group": "private_channel"}.get(kind, kind)


def join(call: Call) -> Json:
    channel = call.channel()
    if channel.type(call.team) != "channel":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.archived:
        raise SlackError("is_archived")
    already = call.bot.id in channel.members
    rooms.join(call.state, call.bot, channel)
    shape = channels.shape(channel, call.team, call.state.workspaces, call.bot, detail=True)
    return {"channel": shape} | ({"warning": "already_in_channel"} if already else {})


def open_direct(call: Call) -> Json:
    """conversations.open: with up to eight people, or again by its id."""
    again = call.args.has("channel")
    channel = call.channel() if again else rooms.direct(call.state, [call.bot, *_people(call)])
    if call.args.flag("return_im"):
        return {"channel": channels.shape(channel, call.team, call.state.workspaces, call.bot, detail=True)}
    return {"no_op": False, "already_open": bool(channel.messages), "channel": {"id": channel.id}}


def _people(call: Call) -> list[User]:
    ids = call.args.names("users")
    if not ids:
        raise SlackError("users_list_not_supplied")
    if len(ids) > 8:
        raise SlackError("too_many_users")
    people = [call.state.find_user(user_id) for user_id in ids]
    for person in people:
        if person.deleted:
            raise SlackError("user_disabled")
        if person.is_bot or call.state.is_stranger(person, call.team):
            raise SlackError("invalid_user_combination" if not person.is_bot else "cannot_dm_bot")
    return people
