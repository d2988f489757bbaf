"""chat.*"""

from tests.fakes.slack import rooms, talk, text
from tests.fakes.slack.channels import Channel
from tests.fakes.slack.errors import Json, SlackError
from tests.fakes.slack.limits import PER_CHANNEL
from tests.fakes.slack.messages import plain
from tests.fakes.slack.talk import Draft
from tests.fakes.slack.web_api.call import Call


def post_message(call: Call) -> Json:
    channel = _target(call)
    require_open(call, channel)
    content = _content(call)
    call.state.limits.spend(f"post|{call.install.app.id}|{channel.id}", PER_CHANNEL)
    draft = Draft(
        str(content.pop("text")),
        call.args.text("thread_ts"),
        call.args.flag("reply_broadcast"),
        call.args.parsed("metadata", "invalid_metadata_format"),
        content | _signature(call),
    )
    message = talk.post(call.state, call.bot, channel, draft)
    return {"channel": channel.id, "ts": message.ts, "message": plain(message, metadata=True)}


def require_open(call: Call, channel: Channel) -> None:
    if call.bot.id not in channel.members:
        raise SlackError("not_in_channel")
    if channel.archived:
        raise SlackError("is_archived")


def _target(call: Call) -> Channel:
    """A channel, or the direct chat with the user whose id is given."""
    wanted = call.args.required("channel")
    if wanted.startswith(("U", "W")) and wanted in call.state.users:
        return rooms.direct(call.state, [call.bot, call.state.users[wanted]])
    return call.channel()


def _content(call: Call) -> Json:
    if not call.args.text("text"):
        raise SlackError("no_text")
    return {"text": text.from_app(call.args.text("text"))}


def _signature(call: Call) -> Json:
    return {"bot_id": call.install.bot_id, "app_id": call.install.app.id}
