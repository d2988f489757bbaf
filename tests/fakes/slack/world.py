"""A Slack to play with: `World` puts the verbs together so that a test reads like a script.

    world = World(clock=ManualClock())
    home = world.workspace("home")
    alice = world.user("alice", home)
    crm = world.install(world.app("crm"), home)
    sales = world.channel("sales", alice, members=[crm])
    world.say(alice, sales, "Who owns Acme?")

Texts are as people type them: `<@U…>` (see `mention`) stands for a picked mention, everything else is escaped.
"""

from tests.fakes.slack import files, installs, links, rooms, talk, text, views
from tests.fakes.slack.apps import App, Install
from tests.fakes.slack.channels import Channel, require_member
from tests.fakes.slack.errors import Json, SlackError
from tests.fakes.slack.events import emit
from tests.fakes.slack.kept import File, View
from tests.fakes.slack.messages import Message
from tests.fakes.slack.people import User, Workspace
from tests.fakes.slack.state import State
from tests.fakes.slack.talk import Draft

Member = User | Install
"""Someone in a channel: a person, or an app by its installation."""


class World(State):
    """All verbs may be called from any thread."""

    def workspace(self, name: str, *, enterprise: str | None = None, shows_email: bool = False) -> Workspace:
        with self.lock:
            workspace = Workspace(self.ids.new("T"), name.title(), name, enterprise, shows_email)
            self.workspaces[workspace.id] = workspace
            return workspace

    def user(
        self,
        name: str,
        team: Workspace,
        *,
        email: str | None = None,
        real_name: str = "",
        guest: str = "",
        tz: str = "Europe/Berlin",
        locale: str = "en-US",
    ) -> User:
        """A person. `email` defaults to name@domain.example, "" for none; `guest`: "multi" or "single"."""
        with self.lock:
            user = User(
                id=self.ids.new("U"),
                team_id=team.id,
                name=name,
                real_name=real_name or name.title(),
                email=f"{name}@{team.domain}.example" if email is None else email,
                enterprise_id=team.enterprise_id,
                guest=guest,
                updated=self.seconds,
                tz=tz,
                locale=locale,
            )
            self.users[user.id] = user
            return user

    def app(self, name: str = "crm", *, rotation: bool = False, unfurl_domains: tuple[str, ...] = ()) -> App:
        """An app with one app-level token for sockets. Change its other fields as the scenario needs."""
        with self.lock:
            app = App(
                id=self.ids.new("A"),
                name=name,
                client_id=f"{self.ids.secret('', 10)}.{self.ids.secret('', 12)}",
                client_secret=self.ids.hex(),
                signing_secret=self.ids.hex(),
                unfurl_domains=unfurl_domains,
                rotation=rotation,
                app_tokens={self.ids.secret("xapp-1-"): {"connections:write", "authorizations:read"}},
            )
            self.apps[app.id] = app
            return app

    def install(
        self, app: App, team: Workspace, *, scopes: set[str] | None = None, installer: User | None = None
    ) -> Install:
        """Install an app with a long-lived token, as from the console page; OAuth does the same with consent."""
        with self.lock:
            wanted = app.scopes if scopes is None else scopes
            install = installs.install(self, app, team, scopes=wanted, installer=installer)
            installs.grant(self, install)
            return install

    def bot(self, name: str, team: Workspace, *, app: App | None = None) -> User:
        """A bot user, of another app unless `app` says whose."""
        with self.lock:
            return installs.bot(self, name, team, app_id=app.id if app else self.ids.new("A"))

    def channel(
        self,
        name: str,
        creator: User,
        *,
        private: bool = False,
        members: list[Member] | None = None,
        old_id: bool = False,
    ) -> Channel:
        """A channel with these people in it, invited by its creator. `old_id`: private, from the days of the G ids."""
        with self.lock:
            channel = rooms.create(self, creator, name, private=private, old_id=old_id)
            for member in members or ():
                self.join(member, channel, inviter=creator)
            return channel

    def dm(self, *people: Member) -> Channel:
        with self.lock:
            return rooms.direct(self, [self._user(one) for one in people])

    def mention(self, who: Member) -> str:
        return f"<@{self._user(who).id}>"

    def say(
        self, user: User, channel: Channel, words: str, *, thread: Message | None = None, broadcast: bool = False
    ) -> Message:
        """Post as a person; bots of other apps post with their bot_id. `broadcast`: the reply also to the channel.

        SlackError for somebody who could not: not_in_channel, account_inactive, is_archived.
        """
        with self.lock:
            if user.deleted:
                raise SlackError("account_inactive")
            require_member(channel, user)
            typed = text.from_typed(words)
            extra: Json = {"client_msg_id": self.ids.hex(), "blocks": text.rich_text(typed, self.ids.hex(5))}
            if user.is_bot:
                extra = {"bot_id": user.bot_id, "app_id": user.app_id}
            return talk.post(self, user, channel, Draft(typed, thread.ts if thread else "", broadcast, extra=extra))

    def say_by_webhook(self, channel: Channel, words: str, *, username: str = "ci") -> Message:
        """The old kind of bot post: subtype bot_message, a name, no user."""
        with self.lock:
            poster = next(user for user in self.users.values() if user.team_id == channel.host)
            extra: Json = {"subtype": "bot_message", "bot_id": self.ids.new("B"), "username": username, "user": None}
            return talk.post(self, poster, channel, Draft(text.from_app(words), extra=extra))

    def edit(self, message: Message, channel: Channel, words: str) -> None:
        with self.lock:
            typed = text.from_typed(words)
            changes: Json = {"text": typed, "blocks": text.rich_text(typed, self.ids.hex(5))}
            talk.edit(self, channel, message, changes, by=self.users[message.author])

    def delete(self, message: Message, channel: Channel) -> None:
        with self.lock:
            talk.delete(self, channel, message)

    def preview_link(self, message: Message, channel: Channel, title: str = "A page") -> None:
        """Slack shows what is behind a link in a message: message_changed, though nobody edited anything."""
        with self.lock:
            url = text.urls(message.text)[0]
            shown: Json = {"id": 1, "from_url": url, "original_url": url, "title": title, "fallback": title}
            talk.edit(self, channel, message, {"attachments": [shown]}, by=None)

    def react(self, user: User, message: Message, channel: Channel, name: str = "white_check_mark") -> None:
        with self.lock:
            talk.react(self, user, channel, message, name)

    def unreact(self, user: User, message: Message, channel: Channel, name: str = "white_check_mark") -> None:
        with self.lock:
            talk.unreact(self, user, channel, message, name)

    def join(self, who: Member, channel: Channel, *, inviter: User | None = None) -> None:
        with self.lock:
            rooms.join(self, self._user(who), channel, inviter=inviter)

    def leave(self, who: Member, channel: Channel) -> None:
        with self.lock:
            rooms.leave(self, self._user(who), channel)

    def rename(self, by: User, channel: Channel, name: str) -> None:
        with self.lock:
            rooms.rename(self, by, channel, name)

    def archive(self, by: User, channel: Channel) -> None:
        with self.lock:
            rooms.archive(self, by, channel)

    def unarchive(self, by: User, channel: Channel) -> None:
        with self.lock:
            rooms.unarchive(self, by, channel)

    def set_topic(self, by: User, channel: Channel, topic: str) -> None:
        with self.lock:
            rooms.set_topic(self, by, channel, topic)

    def delete_channel(self, by: User, channel: Channel) -> None:
        with self.lock:
            rooms.delete(self, by, channel)

    def invite_team(self, channel: Channel, team: Workspace) -> None:
        with self.lock:
            rooms.invite_team(self, channel, team.id)

    def connect(self, channel: Channel, team: Workspace, *, name: str = "", private: bool | None = None) -> None:
        """Share a channel with another workspace."""
        with self.lock:
            rooms.connect(self, channel, team.id, name=name, private=private)

    def disconnect(self, channel: Channel, team: Workspace) -> Channel:
        """Sever a workspace from a shared channel; the frozen copy it keeps."""
        with self.lock:
            return rooms.disconnect(self, channel, team.id)

    def change_id(self, channel: Channel) -> None:
        """Give a channel a new C id (channel_id_changed)."""
        with self.lock:
            rooms.change_id(self, channel, self.ids.new("C"))

    def change_user(self, user: User, **fields: str | bool) -> None:
        """Change a person's fields (email, real_name, deleted …): user_change."""
        with self.lock:
            for name, value in fields.items():
                setattr(user, name, value)
            user.updated = self.seconds
            emit(self, "user_change", lambda _: {"type": "user_change", "user": user.shape()}, team=user.team_id)

    def uninstall(self, install: Install) -> None:
        """Take the app out of the workspace: app_uninstalled and tokens_revoked, then its tokens are dead."""
        with self.lock:
            installs.uninstall(self, install)

    def share_file(
        self,
        user: User,
        channel: Channel,
        name: str,
        content: bytes,
        *,
        words: str = "",
        mimetype: str = "",
        thread: Message | None = None,
    ) -> Message:
        """Upload a file into a channel, with a comment or without: a file_share message."""
        with self.lock:
            file = files.upload(self, user, name, content, mimetype=mimetype)
            draft = Draft(text.from_typed(words), thread.ts if thread else "")
            return files.share(self, user, channel, [file], draft)

    def delete_file(self, file: File) -> None:
        with self.lock:
            files.delete(file)

    def compose_link(self, user: User, url: str) -> None:
        """Type a link into the composer, without sending it yet: link_shared with source composer."""
        with self.lock:
            links.composed(self, user, url)

    def open_home(self, user: User, install: Install, *, tab: str = "home") -> None:
        """Open the app's home: app_home_opened."""
        with self.lock:
            channel = rooms.direct(self, [self.bot_of(install), user])
            views.home_opened(self, user, install, channel.id, tab)

    def close_view(self, view: View) -> View | None:
        """Close the modal on top, as its person does; the one under it, if any. Tells no app: interactions do."""
        with self.lock:
            return views.close(self, view)

    def stack(self, user: User) -> list[View]:
        """The open modals a person has before them, lowest first; those of the app opened last."""
        with self.lock:
            stacks = [views for (_, owner), views in self.stacks.items() if owner == user.id and views]
            return list(stacks[-1]) if stacks else []

    def _user(self, who: Member) -> User:
        return self.users[who.bot_user] if isinstance(who, Install) else who
