"""chat.*, but for unfurling"""

from tests.fakes.slack import rooms, talk
from tests.fakes.slack.channels import Channel, require_member
from tests.fakes.slack.errors import Json, SlackError
from tests.fakes.slack.limits import PER_CHANNEL
from tests.fakes.slack.messages import Ephemeral, Message, plain
from tests.fakes.slack.talk import Draft
from tests.fakes.slack.web_api import content
from tests.fakes.slack.web_api.call import Call

UPDATED_TEXT = 4_000


def post_message(call: Call) -> Json:
    channel = _target(call)
    _require_open(call, channel)
    shown = content.read(call)
    content.require_some(call, shown)
    metadata = content.metadata(call)
    thread = call.args.text("thread_ts")
    if thread and thread not in channel.messages:
        raise SlackError("thread_not_found")
    call.state.limits.spend(f"post|{call.install.app.id}|{channel.id}", PER_CHANNEL)
    draft = Draft(
        text=str(shown.pop("text", "")),
        thread_ts=thread,
        broadcast=call.args.flag("reply_broadcast"),
        metadata=metadata,
        extra=shown | content.signature(call),
    )
    message = talk.post(call.state, call.bot, channel, draft)
    return {"channel": channel.id, "ts": message.ts, "message": plain(message, metadata=True)}


def update(call: Call) -> Json:
    """Blocks and attachments not given stay as they are; metadata as well."""
    channel = _written_to(call)
    message = talk.find(channel, call.args.required("ts"))
    if message.author != call.bot.id:
        raise SlackError("cant_update_message")
    if len(call.args.text("text")) > UPDATED_TEXT:
        raise SlackError("msg_too_long")
    shown = content.read(call)
    content.require_some(call, {**message.body, **shown})
    metadata = content.metadata(call)
    if metadata is not None:
        message.metadata = metadata or None
    only_text = not ({**message.body, **shown}).get("blocks")
    talk.edit(call.state, channel, message, shown, by=call.bot if only_text else None)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": plain(message)}


def delete(call: Call) -> Json:
    channel = _written_to(call)
    message = talk.find(channel, call.args.required("ts"))
    if message.author != call.bot.id:
        raise SlackError("cant_delete_message")
    talk.delete(call.state, channel, message)
    return {"channel": channel.id, "ts": message.ts}


def post_ephemeral(call: Call) -> Json:
    """For one person's eyes, while they look: kept in `state.ephemerals`, in no history."""
    channel = call.channel()
    _require_open(call, channel)
    user = call.state.find_user(call.args.required("user"))
    if user.id not in channel.members or user.deleted:
        raise SlackError("user_not_in_channel")
    shown = content.read(call)
    content.require_some(call, shown)
    body: Json = {**shown, **content.signature(call), "user": call.bot.id, "is_ephemeral": True}
    if call.args.has("thread_ts"):
        body["thread_ts"] = call.args.text("thread_ts")
    ts = channel.stamps.next(call.state.clock.now())
    call.state.ephemerals.append(Ephemeral(ts, channel.id, user.id, body))
    return {"message_ts": ts}


def permalink(call: Call) -> Json:
    channel = call.channel()
    message: Message = talk.find(channel, call.args.required("message_ts"))
    domain = call.state.workspaces[call.team].domain
    link = f"https://{domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def _target(call: Call) -> Channel:
    """A channel, or the direct chat with the user whose id is given."""
    wanted = call.args.required("channel")
    user = call.state.users.get(wanted)
    if user is None:
        return call.channel()
    if user.deleted or user.is_bot or call.state.is_stranger(user, call.team):
        raise SlackError("channel_not_found")
    return rooms.direct(call.state, [call.bot, user])


def _written_to(call: Call) -> Channel:
    """The channel of a message to be changed, by its own id."""
    channel = call.channel()
    require_member(channel, call.bot)
    if channel.archived:
        raise SlackError("is_archived")
    return channel


def _require_open(call: Call, channel: Channel) -> None:
    """not_in_channel, is_archived, is_inactive, restricted_action."""
    public = channel.type(call.team) == "channel" and "chat:write.public" in call.install.scopes
    if not public:
        require_member(channel, call.bot)
    if channel.archived:
        raise SlackError("is_archived")
    if channel.frozen:
        raise SlackError("is_inactive")
    if channel.posting == "admins" and not call.bot.admin:
        raise SlackError("restricted_action")
