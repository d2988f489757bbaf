"""One message as Slack keeps it, and how it looks in history, in events and to another workspace."""

import copy
from dataclasses import dataclass

from tests.fakes.slack.errors import Json


@dataclass
class Message:
    """`body`: the fields Slack shows (user, text, blocks, thread_ts, edited, files, reactions, attachments, bot_id …).

    `author`: the user behind it, also for bots; `team`: that user's workspace. `metadata`: shown on request only.
    """

    ts: str
    author: str
    team: str
    body: Json
    metadata: Json | None = None

    @property
    def text(self) -> str:
        return str(self.body.get("text") or "")

    @property
    def thread_ts(self) -> str:
        """The root it answers, or "" when it is no reply."""
        return str(self.body.get("thread_ts") or "")

    @property
    def is_reply(self) -> bool:
        return bool(self.thread_ts) and self.thread_ts != self.ts

    @property
    def is_broadcast(self) -> bool:
        return self.body.get("subtype") == "thread_broadcast"


@dataclass
class Ephemeral:
    """Seen by one person only, gone on reload, in no history."""

    ts: str
    channel: str
    user: str
    body: Json


STUB_FIELDS = {"mode": "file_access", "file_access": "check_file_info", "created": 0, "timestamp": 0, "user": ""}


def stub_files(body: Json) -> Json:
    """The files of a message in a shared channel: ids only, to be asked for with files.info."""
    if body.get("files"):
        body["files"] = [{"id": file["id"], **STUB_FIELDS} for file in body["files"]]
    return body


def plain(message: Message, *, stubs: bool = False, metadata: bool = False) -> Json:
    """The message as it stands, without what a thread adds to its root."""
    body = {"type": "message", **copy.deepcopy(message.body), "ts": message.ts}
    if metadata and message.metadata is not None:
        body["metadata"] = copy.deepcopy(message.metadata)
    return stub_files(body) if stubs else body


def with_thread(body: Json, replies: list[Message]) -> Json:
    """The message as the root of these replies, as history and `root` show it."""
    users = list(dict.fromkeys(reply.author for reply in replies))
    return {
        **body,
        "thread_ts": body["ts"],
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts,
        "reply_users": users[:5],
        "is_locked": False,
        "subscribed": False,
    }


def tombstone(message: Message) -> None:
    """Turn a deleted root that has replies into the stone that keeps its thread together."""
    message.author = "USLACKBOT"
    message.metadata = None
    message.body = {
        "subtype": "tombstone",
        "user": "USLACKBOT",
        "text": "This message was deleted.",
        "hidden": True,
        "thread_ts": message.ts,
    }
