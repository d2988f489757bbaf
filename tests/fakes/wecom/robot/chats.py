"""What stands in the chats of people with a robot, and what of it still waits for an answer."""

from collections import deque
from dataclasses import dataclass, field
from typing import Literal

from tests.fakes.wecom.errors import Json

MINUTE = 60
HOUR = 3600

Kind = Literal["message", "enter_chat", "template_card_event", "feedback_event", "disconnected_event"]


@dataclass(eq=False)
class Post:
    """`author`: a userid, "" for the robot. `body`: what stands under the msgtype; `own`: a card as one person sees it.

    `finished`: False for a stream that still grows.
    """

    author: str
    msgtype: str
    body: Json
    at: float
    finished: bool = True
    own: dict[str, Json] = field(default_factory=dict)

    def shown_to(self, userid: str) -> Json:
        return self.own.get(userid, self.body)


@dataclass(eq=False)
class Chat:
    """`id`: the userid of a direct chat, the chatid of a group. `spoken`: somebody wrote to the robot here."""

    id: str
    group: bool
    members: list[str]
    posts: list[Post] = field(default_factory=list)
    spoken: bool = False
    sent: deque[float] = field(default_factory=deque)

    def spend(self, now: float, minutely: int, hourly: int) -> bool:
        """Count a message of the robot's; False for one too many."""
        while self.sent and self.sent[0] <= now - HOUR:
            self.sent.popleft()
        if len(self.sent) >= hourly or sum(at > now - MINUTE for at in self.sent) >= minutely:
            return False
        self.sent.append(now)
        return True


@dataclass(eq=False)
class Question:
    """What went out to the robot under a req_id. `streams`: the posts by their id. `answers`: how many it got.

    `body`: as it went out. `post`: the card that was clicked. `place`: how many posts the chat had then.
    """

    req_id: str
    kind: Kind
    chat: Chat
    userid: str
    at: float
    body: Json
    post: Post | None = None
    streams: dict[str, Post] = field(default_factory=dict)
    answers: int = 0
    place: int = 0

    @property
    def answered(self) -> bool:
        """There is an answer, under the req_id or later by itself, and it does not grow any more."""
        later = any(not post.author and post.msgtype != "stream" for post in self.chat.posts[self.place :])
        return (self.answers > 0 or later) and all(post.finished for post in self.streams.values())


@dataclass
class LaterAnswer:
    """What a response_url stands for: good once, within an hour."""

    chat: Chat
    userid: str
    at: float
    used: bool = False
