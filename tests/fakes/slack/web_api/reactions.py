"""reactions.*"""

import re

from tests.fakes.slack import talk
from tests.fakes.slack.channels import Channel, require_member
from tests.fakes.slack.errors import Json, SlackError
from tests.fakes.slack.messages import Message
from tests.fakes.slack.web_api.call import Call

NAME = re.compile(r"[a-z0-9_+'\-]+(::skin-tone-[2-6])?")


def add(call: Call) -> Json:
    channel, message = _item(call)
    talk.react(call.state, call.bot, channel, message, _name(call))
    return {}


def remove(call: Call) -> Json:
    channel, message = _item(call)
    talk.unreact(call.state, call.bot, channel, message, _name(call))
    return {}


def _item(call: Call) -> tuple[Channel, Message]:
    if not call.args.has("timestamp"):
        raise SlackError("no_item_specified")
    channel = call.channel()
    require_member(channel, call.bot)
    if channel.archived:
        raise SlackError("is_archived")
    return channel, talk.find(channel, call.args.text("timestamp"))


def _name(call: Call) -> str:
    name = call.args.required("name").strip(":")
    if not NAME.fullmatch(name):
        raise SlackError("invalid_name")
    return name
