"""What an event of Slack says happened, for the product. Whatever is not understood is nothing at all."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from adapters.slack import PLATFORM
from adapters.slack.files import Files
from adapters.slack.installation import Installation
from adapters.slack.own import is_own
from adapters.slack.people import People, Person, name_of
from adapters.slack.rooms import Rooms
from adapters.slack.text import said
from adapters.slack.told import object_of, objects_of, word, words
from crm_core.chat import Document, Happening, InboundMessage, Room, RoomKind, Sender, SenderKind
from crm_core.transfer.slack_text import moment_of

#: The `ts` that a message is known by.
_MESSAGE = re.compile(r"[0-9]{1,12}\.[0-9]{6}")

#: Subtypes that are somebody speaking; the others are housekeeping.
SPOKEN = frozenset({"", "file_share", "thread_broadcast", "me_message", "bot_message", "file_comment"})
#: Housekeeping that tells something all the same.
TOLD = {
    "channel_join": Happening.JOINED,
    "group_join": Happening.JOINED,
    "channel_leave": Happening.LEFT,
    "group_leave": Happening.LEFT,
    "channel_name": Happening.RENAMED,
    "group_name": Happening.RENAMED,
}
COMES_AND_GOES = {"member_joined_channel": Happening.JOINED, "member_left_channel": Happening.LEFT}
_REACTIONS = {"reaction_added": Happening.MARKED, "reaction_removed": Happening.UNMARKED}
#: Events after which a channel is what `conversations.info` says then.
DESCRIBED_ANEW = frozenset(
    {
        *("channel_rename", "group_rename", "channel_archive", "group_archive", "channel_unarchive", "group_unarchive"),
        *("channel_shared", "channel_unshared", "channel_converted_to_private", "channel_deleted", "group_deleted"),
    }
)


@dataclass(frozen=True)
class Arrived:
    """One payload and how it came. `key`: the id of its envelope. `bot_user`: the user that the bot is there."""

    payload: Document
    event: Document
    key: str
    bot_user: str
    installation: Installation | None


class Happenings:
    """Reads events; who and where they are is looked up in what is known by now."""

    def __init__(self, people: People, rooms: Rooms, files: Files) -> None:
        self._people = people
        self._rooms = rooms
        self._files = files
        self._readers: Mapping[str, Callable[[Arrived], tuple[InboundMessage, ...]]] = {
            "message": self._message,
            "app_mention": self._message,
            **dict.fromkeys(_REACTIONS, self._reaction),
            **dict.fromkeys(COMES_AND_GOES, self._coming_or_going),
            **dict.fromkeys(DESCRIBED_ANEW, self._description),
            "channel_id_changed": self._move,
        }

    def of(self, told: Arrived) -> tuple[InboundMessage, ...]:
        """What happened; nothing for events that are none of our business, and for what the bot did itself."""
        read = self._readers.get(word(told.event, "type"))
        return () if read is None or is_own(told.payload, told.installation) else read(told)

    def recovered(self, told: Arrived, at: datetime | None) -> tuple[InboundMessage, ...]:
        """A message as the history has it: posted, perhaps edited, with the marks that stand on it; or one that it has
        no more, deleted before `at`."""
        event, subtype = told.event, word(told.event, "subtype")
        if subtype == "message_deleted":
            one = self._about(told, event, Happening.DELETED, word(event, "deleted_ts"), at)
            return () if one is None else (one,)
        if subtype not in SPOKEN or is_own({**told.payload, "event": {**event, "type": "message"}}, told.installation):
            return ()
        posted = tuple(replace(one, recovered=True) for one in self._posted(told))
        if not posted:
            return ()
        edited_at = moment_of(object_of(event.get("edited")).get("ts"))
        edits = () if edited_at is None else (self._as_edit(posted[0], edited_at),)
        return (*posted, *edits, *self._standing_marks(told, posted[0]))

    def sender(self, user: str, message: Document) -> Sender:
        """Who it was: as learnt, else as far as the message itself tells."""
        known = self._people.sender(user)
        return known if known is not None else self._stranger(user, message)

    def room(self, told: Arrived, channel: str, kind: str = "") -> Room:
        return self._rooms.room(channel, told=kind, shared=told.payload.get("is_ext_shared_channel") is True)

    def _message(self, told: Arrived) -> tuple[InboundMessage, ...]:
        subtype = word(told.event, "subtype")
        if subtype == "message_changed":
            return self._changed(told)
        if subtype == "message_deleted":
            return self._deleted(told)
        if subtype in TOLD:
            return self._housekeeping(told, TOLD[subtype])
        return self._posted(told) if subtype in SPOKEN and told.event.get("hidden") is not True else ()

    def _posted(self, told: Arrived) -> tuple[InboundMessage, ...]:
        event = told.event
        one = self._about(told, event, Happening.POSTED, word(event, "ts"), moment_of(event.get("ts")))
        if one is None:
            return ()
        heard = said(event, told.bot_user, self._person_name, self._room_name)
        for_the_bot = heard.mentioned or one.room.kind is RoomKind.DIRECT or word(event, "type") == "app_mention"
        addressed = for_the_bot and one.sender.kind is not SenderKind.BOT
        return (replace(one, text=heard.text, addressed=addressed, attachments=self._files.of(event)),)

    def _changed(self, told: Arrived) -> tuple[InboundMessage, ...]:
        """An edit, or the deletion of a message that has replies; a preview that was added is neither."""
        event, message = told.event, object_of(told.event.get("message"))
        before = object_of(event.get("previous_message"))
        if word(message, "subtype") == "tombstone":
            return self._gone(told, message, before)
        edited = word(object_of(message.get("edited")), "ts")
        is_new = edited and edited != word(object_of(before.get("edited")), "ts")
        if not is_new and (not before or word(message, "text") == word(before, "text")):
            return ()
        if word(message, "subtype") not in SPOKEN:
            return ()
        at = moment_of(edited if is_new else event.get("ts"))
        one = self._about(told, message, Happening.EDITED, word(message, "ts"), at)
        if one is None:
            return ()
        heard = said(message, told.bot_user, self._person_name, self._room_name)
        return (replace(one, text=heard.text, attachments=self._files.of(message)),)

    def _deleted(self, told: Arrived) -> tuple[InboundMessage, ...]:
        before = object_of(told.event.get("previous_message"))
        gone = {**before, "ts": word(told.event, "deleted_ts") or word(before, "ts")}
        return self._gone(told, gone, before)

    def _gone(self, told: Arrived, message: Document, before: Document) -> tuple[InboundMessage, ...]:
        at = moment_of(told.event.get("ts")) or moment_of(told.event.get("event_ts"))
        one = self._about(told, before, Happening.DELETED, word(message, "ts"), at)
        return () if one is None else (one,)

    def _housekeeping(self, told: Arrived, happening: Happening) -> tuple[InboundMessage, ...]:
        event = told.event
        one = self._about(told, event, happening, "", moment_of(event.get("ts")))
        if one is None:
            return ()
        if happening is Happening.RENAMED and word(event, "name"):
            one = replace(one, room=replace(one.room, title=word(event, "name")))
        return (replace(one, thread_id=""),)

    def _reaction(self, told: Arrived) -> tuple[InboundMessage, ...]:
        event, item = told.event, object_of(told.event.get("item"))
        if word(item, "type") != "message":
            return ()
        placed = {**event, "channel": word(item, "channel")}
        happening = _REACTIONS[word(event, "type")]
        at = moment_of(event.get("event_ts"))
        one = self._about(replace(told, event=placed), placed, happening, word(item, "ts"), at)
        return () if one is None or not word(event, "reaction") else (replace(one, text=word(event, "reaction")),)

    def _coming_or_going(self, told: Arrived) -> tuple[InboundMessage, ...]:
        happening = COMES_AND_GOES[word(told.event, "type")]
        one = self._about(told, told.event, happening, "", moment_of(told.event.get("event_ts")))
        return () if one is None or not one.sender.platform_id else (one,)

    def _description(self, told: Arrived) -> tuple[InboundMessage, ...]:
        """What the channel is now, as far as it is known; of a new name this event tells itself."""
        channel = object_of(told.event.get("channel"))
        channel_id = word(channel, "id") or word(told.event, "channel")
        if self._rooms.get(channel_id) is None and not word(channel, "name"):
            return ()
        placed = {"channel": channel_id}
        at = moment_of(told.event.get("event_ts"))
        one = self._about(replace(told, event=placed), placed, Happening.RENAMED, "", at)
        if one is None:
            return ()
        return (replace(one, room=replace(one.room, title=word(channel, "name") or one.room.title)),)

    def _move(self, told: Arrived) -> tuple[InboundMessage, ...]:
        before, now = word(told.event, "old_channel_id"), word(told.event, "new_channel_id")
        placed = {"channel": now}
        at = moment_of(told.event.get("event_ts"))
        one = self._about(replace(told, event=placed), placed, Happening.MOVED, "", at)
        return () if one is None or not before else (replace(one, text=before),)

    def _about(
        self, told: Arrived, message: Document, happening: Happening, name: str, at: datetime | None
    ) -> InboundMessage | None:
        """The frame of what happened; None when it does not say where, when or to what."""
        channel = word(told.event, "channel") or word(message, "channel")
        needs_name = happening in (Happening.POSTED, Happening.EDITED, Happening.DELETED, *_REACTIONS.values())
        if not channel or at is None or (needs_name and _MESSAGE.fullmatch(name) is None):
            return None
        thread = word(message, "thread_ts")
        return InboundMessage(
            platform=PLATFORM,
            event_id=told.key,
            happening=happening,
            room=self.room(told, channel, word(told.event, "channel_type")),
            sender=self._author(message),
            platform_message_id=name,
            text="",
            sent_at=at,
            thread_id="" if thread == name else thread,
        )

    def _author(self, message: Document) -> Sender:
        user, bot = word(message, "user"), word(message, "bot_id")
        if bot or word(message, "subtype") == "bot_message":
            profile = object_of(message.get("bot_profile"))
            known = self._people.get(user)
            name = word(message, "username") or word(profile, "name") or (known.name if known else "")
            return Sender(user or bot, name, SenderKind.BOT)
        return self.sender(user, message)

    def _stranger(self, user: str, message: Document) -> Sender:
        """Not known yet. Somebody of another company is described on the message; anybody else may be a guest."""
        if user == "USLACKBOT":
            return Sender(user, "Slackbot", SenderKind.BOT)
        homes = [word(message, name) for name in ("user_team", "source_team")]
        away = next((team for team in homes if team and not self._people.is_home(team)), "")
        profile = object_of(message.get("user_profile"))
        if not away:
            return Sender(user, "", SenderKind.GUEST)
        return Sender(user, name_of({**profile, "profile": profile}), SenderKind.EXTERNAL, team=away)

    def _as_edit(self, posted: InboundMessage, at: datetime) -> InboundMessage:
        return replace(posted, happening=Happening.EDITED, sent_at=at, addressed=False)

    def _standing_marks(self, told: Arrived, posted: InboundMessage) -> tuple[InboundMessage, ...]:
        """When they were put there is not told; not before it was said."""
        return tuple(
            replace(
                posted,
                happening=Happening.MARKED,
                sender=self.sender(user, {}),
                text=word(reaction, "name"),
                addressed=False,
                thread_id="",
                attachments=(),
            )
            for reaction in objects_of(told.event.get("reactions"))
            if word(reaction, "name")
            for user in words(reaction, "users")
            if user and user != told.bot_user
        )

    def _person_name(self, user: str) -> str:
        person: Person | None = self._people.get(user)
        return "" if person is None else person.name

    def _room_name(self, channel: str) -> str:
        facts = self._rooms.get(channel)
        return "" if facts is None else facts.title
