"""What a person sees in their Slack: channels with their threads, what is for them alone, the Home and the modal."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

from tests.fakes.slack import render, views
from tests.fakes.slack.channels import Channel
from tests.fakes.slack.messages import Ephemeral, Message
from tests.fakes.slack.people import User
from tests.fakes.slack.world import World

Post = Message | Ephemeral


class Sight:
    """The eyes of one person. Everything is plain text, as of now."""

    def __init__(self, world: World, user: User) -> None:
        self._world = world
        self._user = user

    def channels(self) -> list[Channel]:
        """The conversations the person is in."""
        return [channel for channel in self._world.channels.values() if self._user.id in channel.members]

    def channel(self, channel: Channel) -> str:
        """The timeline, replies below their roots, and what only this person sees."""
        with self._world.lock:
            if not self._may_read(channel):
                return ""
            lines = [self.title(channel)]
            for post in self.posts(channel):
                lines += self._lines(post)
            return "\n".join(lines)

    def thread(self, channel: Channel, root: Message) -> str:
        """A root and its replies."""
        with self._world.lock:
            if not self._may_read(channel):
                return ""
            posts = [post for post in self.posts(channel) if root.ts in (post.ts, _thread(post))]
            return "\n".join(line for post in posts for line in self._lines(post))

    def posts(self, channel: Channel) -> list[Post]:
        """Messages and ephemerals of a conversation in reading order: every root with its replies."""
        own = [one for one in self._world.ephemerals if one.channel == channel.id and one.user == self._user.id]
        every: list[Post] = [*channel.messages.values(), *own] if self._may_read(channel) else list(own)
        return sorted(every, key=lambda post: (_thread(post) or post.ts, post.ts))

    def latest(self, channel: Channel) -> str:
        """The last thing that appeared there for this person."""
        with self._world.lock:
            posts = sorted(self.posts(channel), key=lambda post: post.ts)
            return "\n".join(self._words(posts[-1])) if posts else ""

    def line(self, post: Post) -> str:
        """One post with its time and author."""
        return "\n".join(self._lines(post))

    def home(self, app_id: str) -> str:
        """The Home of an app, or "" when it shows none."""
        with self._world.lock:
            home = self._world.homes.get((app_id, self._user.id))
            return "\n".join(render.view(home.body, self.name)) if home else ""

    def modal(self, app_id: str) -> str:
        """The modal of an app in front, or ""."""
        with self._world.lock:
            view = views.top(self._world, app_id, self._user.id)
            return "\n".join(render.view(view.body, self.name)) if view else ""

    def everything(self) -> Iterator[tuple[str, str]]:
        """Every surface this person's client has got, as (where, the raw JSON), for those who look for leaks."""
        with self._world.lock:
            for channel in self.channels():
                for post in self.posts(channel):
                    raw = {"body": post.body, "metadata": getattr(post, "metadata", None)}
                    yield f"{self.title(channel)} {post.ts}", json.dumps(raw, ensure_ascii=False)
            for view in [one for one in self._world.views.values() if one.user == self._user.id]:
                yield view.type, json.dumps(view.body, ensure_ascii=False)

    def name(self, some_id: str) -> str:
        """What this person reads for an id: people, and channels they are in; "" for what they cannot know."""
        user = self._world.users.get(some_id)
        if user is not None:
            return user.name if self._knows(user) else ""
        channel = self._world.channels.get(some_id)
        return channel.name(self._user.team_id) if channel and self._may_read(channel) else ""

    def _knows(self, user: User) -> bool:
        together = any({user.id, self._user.id} <= set(channel.members) for channel in self._world.channels.values())
        return user.team_id == self._user.team_id or together

    def _may_read(self, channel: Channel) -> bool:
        return self._user.id in channel.members

    def title(self, channel: Channel) -> str:
        """How a conversation is called here: #name, or @ and who is in it."""
        if channel.kind == "channel":
            return f"#{channel.name(self._user.team_id)}"
        return "@" + ", ".join(sorted(self.name(one) for one in channel.members if one != self._user.id))

    def _lines(self, post: Post) -> list[str]:
        clock = datetime.fromtimestamp(float(post.ts), UTC).strftime("%H:%M")
        alone = "(only you) " if isinstance(post, Ephemeral) else ""
        first, *rest = self._words(post) or [""]
        edited = " (edited)" if "edited" in post.body else ""
        indent = "  ↳ " if _thread(post) else ""
        head = f"{indent}{clock} {alone}{self._author(post)}: {first}{edited}"
        return [head, *(" " * (len(indent) + 6) + line for line in rest)]

    def _author(self, post: Post) -> str:
        user = str(post.body.get("user") or "")
        return str(post.body.get("username") or self.name(user) or user)

    def _words(self, post: Post) -> list[str]:
        return render.message(post.body, self.name)


def _thread(post: Post) -> str:
    """The root a post answers, or ""."""
    root = str(post.body.get("thread_ts") or "")
    return "" if root == post.ts else root
