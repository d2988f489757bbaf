"""Workspaces and the people in them, and how a person looks to another workspace."""

from dataclasses import dataclass, field, replace

from tests.fakes.slack.errors import Json


@dataclass
class Workspace:
    """`shows_email`: whether people of connected workspaces may see the addresses of its members."""

    id: str
    name: str
    domain: str
    enterprise_id: str | None = None
    shows_email: bool = False

    def shape(self) -> Json:
        """As team.info shows it."""
        return {
            "id": self.id,
            "name": self.name,
            "domain": self.domain,
            "url": f"https://{self.domain}.slack.com/",
            "email_domain": f"{self.domain}.example",
            "icon": {"image_default": True},
            "enterprise_id": self.enterprise_id,
        }


@dataclass
class User:
    """A member of one workspace. `guest`: "", "multi" (several channels) or "single". `bot_id`: for bots."""

    id: str
    team_id: str
    name: str
    real_name: str
    email: str
    enterprise_id: str | None = None
    tz: str = "Europe/Berlin"
    tz_offset: int = 3600
    locale: str = "en-US"
    title: str = ""
    phone: str = ""
    guest: str = ""
    bot_id: str = ""
    app_id: str = ""
    deleted: bool = False
    admin: bool = False
    updated: int = 0
    profile: Json = field(default_factory=dict)

    @property
    def is_bot(self) -> bool:
        return bool(self.bot_id)

    def shape(self) -> Json:
        """As users.info shows a colleague of the same workspace."""
        shape: Json = {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "deleted": self.deleted,
            "real_name": self.real_name,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "is_email_confirmed": not self.is_bot,
            "updated": self.updated,
            "profile": self._profile(),
        }
        if not self.deleted:
            shape |= self._standing()
        if self.enterprise_id:
            shape["enterprise_user"] = {"id": self.id, "enterprise_id": self.enterprise_id, "teams": [self.team_id]}
        return shape

    def _standing(self) -> Json:
        return {
            "tz": self.tz,
            "tz_label": self.tz,
            "tz_offset": self.tz_offset,
            "is_admin": self.admin,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": bool(self.guest),
            "is_ultra_restricted": self.guest == "single",
            "locale": self.locale,
        }

    def _profile(self) -> Json:
        profile: Json = {
            "real_name": self.real_name,
            "display_name": self.name,
            "title": self.title,
            "phone": self.phone,
            "team": self.team_id,
            "avatar_hash": "",
            "image_72": "https://avatars.example/72.png",
            "status_text": "",
            "status_emoji": "",
        }
        if self.is_bot:
            profile |= {"bot_id": self.bot_id, "api_app_id": self.app_id, "always_active": True}
        elif self.email:
            profile["email"] = self.email
        return profile | self.profile


def slackbot(team_id: str) -> User:
    """Slack's own voice, the same id in every workspace, and by its flags no bot."""
    return User(id="USLACKBOT", team_id=team_id, name="slackbot", real_name="Slackbot", email="")


def seen_from_outside(user: User, *, stranger: bool, email: bool) -> Json:
    """As users.info shows a member of another workspace: no locale, no standing, the address only by policy."""
    shape = replace(user).shape()
    for hidden in ("locale", "is_admin", "is_owner", "is_primary_owner", "is_email_confirmed"):
        shape.pop(hidden, None)
    shape["is_stranger"] = stranger
    profile = shape["profile"]
    for hidden in ("phone", "title") if stranger else ():
        profile.pop(hidden, None)
    if not email or stranger:
        profile.pop("email", None)
    return shape


def short_profile(user: User) -> Json:
    """The `user_profile` that stands in messages of foreign people."""
    return {
        "avatar_hash": "",
        "image_72": "https://avatars.example/72.png",
        "first_name": user.real_name.split(" ")[0],
        "real_name": user.real_name,
        "display_name": user.name,
        "team": user.team_id,
        "name": user.name,
        "is_restricted": bool(user.guest),
        "is_ultra_restricted": user.guest == "single",
    }
