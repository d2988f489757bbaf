"""Apps, their installations and the tokens of these."""

from dataclasses import dataclass, field

BOT_SCOPES = frozenset(
    (
        "app_mentions:read",
        "commands",
        "chat:write",
        "channels:history",
        "groups:history",
        "im:history",
        "mpim:history",
        "channels:read",
        "groups:read",
        "im:read",
        "mpim:read",
        "im:write",
        "channels:join",
        "users:read",
        "users:read.email",
        "team:read",
        "files:read",
        "files:write",
        "reactions:read",
        "reactions:write",
        "links:read",
        "links:write",
    )
)
"""What an installation is granted unless the script says otherwise."""

BOT_EVENTS = frozenset(
    (
        "app_home_opened",
        "app_mention",
        "message.channels",
        "message.groups",
        "message.im",
        "message.mpim",
        "member_joined_channel",
        "member_left_channel",
        "channel_rename",
        "channel_archive",
        "channel_unarchive",
        "channel_deleted",
        "group_rename",
        "group_archive",
        "group_unarchive",
        "channel_id_changed",
        "channel_shared",
        "channel_unshared",
        "reaction_added",
        "reaction_removed",
        "link_shared",
        "user_change",
        "tokens_revoked",
        "app_uninstalled",
    )
)
"""What an app is subscribed to unless the script says otherwise."""

EVENT_SCOPES: dict[str, tuple[str, ...]] = {
    "app_mention": ("app_mentions:read",),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "message.im": ("im:history",),
    "message.mpim": ("mpim:history",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
    "channel_rename": ("channels:read",),
    "channel_archive": ("channels:read",),
    "channel_unarchive": ("channels:read",),
    "channel_deleted": ("channels:read",),
    "group_rename": ("groups:read",),
    "group_archive": ("groups:read",),
    "group_unarchive": ("groups:read",),
    "channel_id_changed": ("channels:read", "groups:read"),
    "channel_shared": ("channels:read", "groups:read"),
    "channel_unshared": ("channels:read", "groups:read"),
    "reaction_added": ("reactions:read",),
    "reaction_removed": ("reactions:read",),
    "link_shared": ("links:read",),
    "user_change": ("users:read",),
    "file_shared": ("files:read",),
}
"""Which scope (any of them) an event needs; events that are not listed need none."""

ACCESS_SECONDS = 43_200
GRACE_SECONDS = 60


@dataclass
class Token:
    """A bot's access. `expires`: seconds since 1970, or None when it does not."""

    value: str
    expires: float | None = None
    revoked: bool = False


@dataclass
class Refresh:
    """A refresh token, good for one use. `used`: when; a second use is answered for a short grace only."""

    value: str
    used: float | None = None


@dataclass
class App:
    """`app_tokens`: `xapp-…` tokens with their scopes.

    `profile`: which limits Slack holds it to: internal, marketplace or restricted.
    """

    id: str
    name: str
    client_id: str
    client_secret: str
    signing_secret: str
    events: set[str] = field(default_factory=lambda: set(BOT_EVENTS))
    scopes: set[str] = field(default_factory=lambda: set(BOT_SCOPES))
    unfurl_domains: tuple[str, ...] = ()
    redirect_urls: tuple[str, ...] = ()
    app_tokens: dict[str, set[str]] = field(default_factory=dict)
    rotation: bool = False
    profile: str = "internal"
    socket_mode: bool = False

    @property
    def app_token(self) -> str:
        """Its first app-level token."""
        return next(iter(self.app_tokens))


@dataclass
class Install:
    """An app in a workspace. `tokens`: newest last."""

    app: App
    team_id: str
    bot_user: str
    bot_id: str
    installer: str
    scopes: set[str]
    enterprise_id: str | None = None
    active: bool = True
    tokens: list[Token] = field(default_factory=list)
    refreshes: list[Refresh] = field(default_factory=list)

    @property
    def token(self) -> str:
        """The newest access token."""
        return self.tokens[-1].value
