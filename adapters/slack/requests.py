"""What somebody asks with a slash command, a button, a menu or a form: a command in plain text."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from adapters.slack import PLATFORM
from adapters.slack.happenings import Arrived, Happenings
from adapters.slack.told import object_of, objects_of, word
from crm_core.chat import Document, Happening, InboundMessage, Room, RoomKind, Sender
from crm_core.transfer.slack_text import Names, moment_of, plain

#: What a press or a submitted form asks for; "" for nothing.
CommandOf = Callable[[Document], str]


def read_command(
    happenings: Happenings, told: Arrived, at: datetime | None, names: Names
) -> tuple[InboundMessage, ...]:
    """A slash command. It is no message of the channel: nothing is captured but that it was asked."""
    form = told.payload
    channel, user = word(form, "channel_id"), word(form, "user_id")
    if not channel or not user or at is None:
        return ()
    room = happenings.room(told, channel, word(form, "channel_name"))
    sender = happenings.sender(user, {"user_team": word(form, "team_id")})
    return (_asked(told, room, sender, plain(word(form, "text"), names).strip(), at),)


def read_interaction(
    happenings: Happenings, told: Arrived, at: datetime | None, command_of: CommandOf
) -> tuple[InboundMessage, ...]:
    """A press, or a form that was submitted; nothing else asks for anything."""
    payload = told.payload
    container, person = object_of(payload.get("container")), object_of(payload.get("user"))
    user, command = word(person, "id"), command_of(payload)
    action = next(iter(objects_of(payload.get("actions"))), {})
    when = moment_of(action.get("action_ts")) or at
    if word(payload, "type") not in ("block_actions", "view_submission") or not user or not command or when is None:
        return ()
    sender = happenings.sender(user, {"user_team": word(person, "team_id")})
    asked = _asked(told, _room(happenings, told, user), sender, command, when)
    message, thread = word(container, "message_ts"), word(container, "thread_ts")
    return (replace(asked, platform_message_id=message, thread_id="" if thread == message else thread),)


def _room(happenings: Happenings, told: Arrived, user: str) -> Room:
    """Where it was pressed; from the Home or a form the direct chat, which Slack knows by the person, too."""
    channel = object_of(told.payload.get("channel"))
    place = word(channel, "id") or word(object_of(told.payload.get("container")), "channel_id")
    return happenings.room(told, place, word(channel, "name")) if place else Room(user, RoomKind.DIRECT)


def _asked(told: Arrived, room: Room, sender: Sender, command: str, at: datetime) -> InboundMessage:
    return InboundMessage(
        platform=PLATFORM,
        event_id=told.key,
        happening=Happening.PRESSED,
        room=room,
        sender=sender,
        platform_message_id="",
        text=command,
        sent_at=at,
        addressed=True,
        reply_token=told.key,
    )
