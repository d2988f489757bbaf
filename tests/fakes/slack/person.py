"""Acting as a user: what can be done with mouse and keyboard, delivered to the app as Slack does."""

import re
from collections.abc import Callable

from tests.fakes.slack import acknowledged, payloads, text
from tests.fakes.slack.acknowledged import Nonsense, Outcome, failure
from tests.fakes.slack.apps import App, Install
from tests.fakes.slack.channels import Channel
from tests.fakes.slack.elements import NotThere
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.messages import Ephemeral, Message
from tests.fakes.slack.parcel import Attempt, Kind, Parcel, Reply
from tests.fakes.slack.people import User
from tests.fakes.slack.places import Form, Home, Place
from tests.fakes.slack.running import Fake
from tests.fakes.slack.sight import Sight
from tests.fakes.slack.web_api.hooks import new_response_url

_TAG = re.compile(r"(?<![\w<])([@#])([\w.-]*\w)")


class Person:
    """One user before their Slack client. Call it from outside the fake's loop; every action waits for its outcome.

    `sees`: their eyes. What a person cannot do raises `NotThere`; what Slack does not offer them is an outcome.
    """

    def __init__(self, fake: Fake, user: User, app: App | None = None) -> None:
        self.fake = fake
        self.user = user
        self.world = fake.world
        self.app = app or next(iter(fake.world.apps.values()))
        self.sees = Sight(fake.world, user)

    @property
    def direct(self) -> Channel:
        """Their chat with the bot."""
        return self.world.dm(self.user, self.install)

    @property
    def install(self) -> Install:
        """The installation they meet: the one of their workspace, else one they share a channel with."""
        mine = [install for install in self.world.installs if install.app is self.app]
        mine.sort(key=lambda install: install.team_id != self.user.team_id)
        return mine[0]

    @property
    def home(self) -> Home:
        return Home(self)

    @property
    def form(self) -> Form:
        """The modal in front; `NotThere`."""
        return Form(self)

    def on(self, channel: Channel, post: Message | Ephemeral | None = None) -> Place:
        """A message before them: this one, or the latest with something to press."""
        return Place(self, channel, post)

    def say(self, channel: Channel, words: str, *, thread: Message | None = None) -> Message:
        """Write into a channel they are in; @names and #channels are picked from the list, as the composer does."""
        self._require_member(channel)
        return self.world.say(self.user, channel, self._tagged(words, "<{}{}>"), thread=thread)

    def write(self, words: str) -> Message:
        """Write to the bot directly."""
        return self.say(self.direct, words)

    def mention(self, channel: Channel, words: str, *, thread: Message | None = None) -> Message:
        """Mention the bot at the beginning of a message."""
        return self.say(channel, f"{self.world.mention(self.install)} {words}", thread=thread)

    def slash(self, line: str, channel: Channel | None = None) -> Outcome:
        """Type a line that begins with a command, in a channel or in the chat with the bot. Threads take none."""
        channel = channel or self.direct
        self._require_member(channel)
        name, _, words = line.partition(" ")
        commands = self.fake.features(self.app).commands
        if name not in commands or not self._is_at_home():
            return self._refused(f"{name} is not a valid command")
        words = self._escaped(words) if commands[name] else words
        url = self.response_url(channel)
        with self.world.lock:
            fields = payloads.command(
                self.world, self.install, self.user, channel, name=name, words=words, response_url=url
            )
        parcel = Parcel(Kind.COMMAND, fields, answerable=True)
        return self.act(
            parcel,
            lambda reply: acknowledged.to_command(
                self.world, self.install, self.user, channel, typed=line, content=reply.content
            ),
            channel,
        )

    def shortcut(self, callback_id: str, message: Message | None = None, channel: Channel | None = None) -> Outcome:
        """Pick a shortcut: of a message in a channel, or a global one without."""
        kind = "message" if message else "global"
        if self.fake.features(self.app).shortcuts.get(callback_id) != kind or not self._is_at_home():
            return self._refused(f"no {kind} shortcut {callback_id}")
        url = self.response_url(channel) if channel else ""
        with self.world.lock:
            if message and channel:
                self._require_member(channel)
                payload = payloads.message_shortcut(
                    self.world, self.install, self.user, channel, message, callback_id=callback_id, response_url=url
                )
            else:
                payload = payloads.global_shortcut(self.world, self.install, self.user, callback_id=callback_id)
        return self.act(Parcel(Kind.INTERACTION, payload), lambda reply: acknowledged.to_action(reply.content), channel)

    def open_home(self, tab: str = "home") -> str:
        """Open the app's Home and wait until the app heard of it; what stands there then."""
        if not self._is_at_home():
            raise NotThere(f"{self.user.name} has no such app")
        self.world.open_home(self.user, self.install, tab=tab)
        self.fake.settle()
        return self.sees.home(self.app.id)

    def act(self, parcel: Parcel, show: Callable[[Reply], Outcome], channel: Channel | None = None) -> Outcome:
        """Bring a parcel to the app, wait for its acknowledgement and show what that shows."""
        entry = self.world.journal.write(
            "interaction",
            user=self.user.id,
            what=parcel.name,
            channel=channel.id if channel else "",
            key=parcel.key,
        )
        reply = self.fake.call(self.fake.hearing(self.app).door.hand_over(parcel, Attempt()))
        outcome = failure(reply) or self._show(reply, show)
        self.world.journal.write(
            "outcome",
            interaction=entry["n"],
            user=self.user.id,
            what=parcel.name,
            error=outcome.error,
            shown=outcome.shown,
            errors=outcome.errors,
            options=outcome.labels,
        )
        return outcome

    def response_url(self, channel: Channel, original: Message | Ephemeral | None = None) -> str:
        """A fresh one for this channel and person."""
        with self.world.lock:
            return new_response_url(
                self.world,
                app_id=self.app.id,
                team=self.install.team_id,
                channel=channel.id,
                user=self.user.id,
                original=original,
            )

    def _show(self, reply: Reply, show: Callable[[Reply], Outcome]) -> Outcome:
        try:
            with self.world.lock:
                return show(reply)
        except (Nonsense, SlackError) as error:
            self.world.journal.write("violation", what="acknowledgement", text=str(error), app=self.app.id)
            return Outcome("dispatch_failed")

    def _refused(self, why: str) -> Outcome:
        self.world.journal.write("refused", user=self.user.id, why=why)
        return Outcome("not_offered", shown=why)

    def _is_at_home(self) -> bool:
        return any(
            install.app is self.app and install.team_id == self.user.team_id and install.active
            for install in self.world.installs
        )

    def _require_member(self, channel: Channel) -> None:
        if self.user.id not in channel.members:
            raise NotThere(f"{self.user.name} is not in {channel.id}")

    def _escaped(self, words: str) -> str:
        """As `should_escape` has it: picked people and channels by id with their name, links in brackets."""
        return text.from_typed(self._tagged(words, "<{}{}|{}>"))

    def _tagged(self, words: str, shape: str) -> str:
        return _TAG.sub(lambda tag: self._tag(tag, shape), words)

    def _tag(self, tag: re.Match[str], shape: str) -> str:
        sign, name = tag.groups()
        found = self._people(name) if sign == "@" else self._channels(name)
        return shape.format(sign, found, name) if found else tag.group()

    def _people(self, name: str) -> str:
        known = (user.id for user in self.world.users.values() if user.name == name and self.sees.name(user.id))
        return next(known, "")

    def _channels(self, name: str) -> str:
        channels = self.sees.channels()
        return next((one.id for one in channels if one.kind == "channel" and one.name(self.user.team_id) == name), "")
