"""What the app asks for when it is installed: each scope, what it is for, and which methods and events need it.

The manifest asks for exactly these, and the doctor looks whether they were given.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """`zh`, `en`: what it is for. Each of `methods` and `events` needs this scope or another one that names it too."""

    name: str
    zh: str
    en: str
    methods: tuple[str, ...] = ()
    events: tuple[str, ...] = ()


_ROOMS = ("conversations.info", "conversations.members", "users.conversations")
_PAST = ("conversations.history", "conversations.replies")
_SHARING = (
    "member_joined_channel",
    "member_left_channel",
    "channel_id_changed",
    "channel_shared",
    "channel_unshared",
)
_POSTS = ("chat.postMessage", "chat.postEphemeral", "chat.update")
_PUBLIC = ("channel_rename", "channel_archive", "channel_unarchive")
_PRIVATE = ("group_rename", "group_archive", "group_unarchive")

SCOPES: tuple[Scope, ...] = (
    Scope("chat:write", "发送答复与提醒", "answers and reminders", methods=_POSTS),
    Scope("commands", "/crm 命令与快捷方式", "the command /crm and the shortcuts"),
    Scope("app_mentions:read", "有人 @ 机器人时作答", "answers when it is mentioned", events=("app_mention",)),
    Scope("im:history", "私聊里的提问", "questions in direct chats", methods=_PAST, events=("message.im",)),
    Scope("im:read", "认出私聊", "knows direct chats", methods=_ROOMS),
    Scope("im:write", "把提醒发到私聊", "brings reminders to direct chats", methods=("conversations.open",)),
    Scope(
        "channels:history",
        "记录公开频道的聊天",
        "keeps what is said in public channels it is in",
        methods=_PAST,
        events=("message.channels",),
    ),
    Scope(
        "groups:history",
        "记录私有频道的聊天",
        "keeps what is said in private channels it is in",
        methods=_PAST,
        events=("message.groups",),
    ),
    Scope(
        "mpim:history",
        "记录多人私聊",
        "keeps what is said in group chats it is in",
        methods=_PAST,
        events=("message.mpim",),
    ),
    Scope(
        "channels:read",
        "公开频道的名称与成员",
        "names and members of public channels",
        methods=_ROOMS,
        events=(*_SHARING, *_PUBLIC),
    ),
    Scope(
        "groups:read",
        "私有频道的名称与成员",
        "names and members of private channels",
        methods=_ROOMS,
        events=(*_SHARING, *_PRIVATE),
    ),
    Scope("mpim:read", "多人私聊的成员", "members of group chats", methods=_ROOMS),
    Scope(
        "users:read",
        "知道是谁在说话",
        "who is speaking",
        methods=("users.info", "bots.info"),
        events=("user_change",),
    ),
    Scope("users:read.email", "按邮箱认出同事", "knows colleagues by their e-mail"),
    Scope(
        "files:read",
        "文件的名称与大小，群发要带的文件",
        "names and sizes of files, those for a broadcast",
        methods=("files.info",),
    ),
    Scope(
        "files:write",
        "群发里带图片和文件",
        "pictures and files in broadcasts",
        methods=("files.getUploadURLExternal", "files.completeUploadExternal"),
    ),
    Scope("reactions:read", "记录表情回应", "keeps reactions", events=("reaction_added", "reaction_removed")),
    Scope("links:read", "看到客户链接", "sees links to records", events=("link_shared",)),
    Scope("links:write", "展开客户链接", "shows a card under links to records", methods=("chat.unfurl",)),
)

#: Events that every app may subscribe to.
FREE_EVENTS = ("app_home_opened", "tokens_revoked", "app_uninstalled")

#: What the token for sockets needs.
SOCKET_SCOPE = "connections:write"


def names() -> tuple[str, ...]:
    """The names of the scopes, as the manifest and the installation ask for them."""
    return tuple(scope.name for scope in SCOPES)


def events() -> tuple[str, ...]:
    """The events the app subscribes to."""
    return (*FREE_EVENTS, *dict.fromkeys(event for scope in SCOPES for event in scope.events))


def missing(given: tuple[str, ...]) -> tuple[Scope, ...]:
    """Those that a token lacks."""
    return tuple(scope for scope in SCOPES if scope.name not in given)
