"""One TOML file and the environment → frozen sections.

Every secret may come from the environment instead: `CRMBOT_` + section + key in capitals (`CRMBOT_DATABASE_URL`),
or the same with `_FILE` naming a file that holds it; the token of the API client `reporting` is in
`CRMBOT_API_TOKEN_REPORTING`. `config.example.toml` shows every setting with its default.
"""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator

from bot.language import flaws
from bot.language.flaws import Flaw
from bot.language.phrase import Phrase
from bot.language.phrases import configuration as words
from bot.sections import Backup, Log, Metrics, Section, is_set, lack, web_address
from bot.wecom.sections import WeCom
from crm_core.customers.tables import FieldType
from crm_core.outreach.caps import Cap
from crm_core.outreach.manners import Manners
from crm_core.people.tables import Role


class ConfigError(Exception):
    """The program cannot start with this configuration; the text says the mend."""


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise Flaw(words.ZONE)
    return name


def _account(name: str) -> str:
    """An account with its platform, which people forget."""
    if re.fullmatch("[a-z]+:.+", name) is None:
        raise Flaw(words.ACCOUNT)
    return name


class Bot(Section):
    """How the bot speaks, whose clock it goes by, and who administers it (`platform:id`)."""

    language: Literal["zh", "en"] = "zh"
    timezone: Annotated[str, AfterValidator(_known_zone)] = "Asia/Shanghai"
    admins: tuple[Annotated[str, AfterValidator(_account)], ...] = ()
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "CN"
    silent_days: Annotated[int, Field(ge=1, le=365)] = 14
    promised_hours: Annotated[float, Field(gt=0, le=200)] = 4
    work_from: Annotated[int, Field(ge=0, le=23)] = 9
    work_to: Annotated[int, Field(ge=1, le=24)] = 18

    @model_validator(mode="after")
    def _works(self) -> Self:
        if self.work_from >= self.work_to:
            raise Flaw(words.WORKDAY)
        return self

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class DatabaseSection(Section):
    url: str = "sqlite:///crmbot.db"


class Console(Section):
    """The web chat, where whoever opens the page picks who they are: only for a machine of one's own."""

    web: bool = False


class Slack(Section):
    """On when `bot_token` (one workspace) or `client_id` (many) is set; Slack then comes over HTTP when
    `signing_secret` is set, over sockets when `app_token` is."""

    bot_token: SecretStr = SecretStr("")
    signing_secret: SecretStr = SecretStr("")
    app_token: SecretStr = SecretStr("")
    api_url: Annotated[str, AfterValidator(web_address)] = "https://slack.com/api/"
    public_url: Annotated[str, AfterValidator(web_address)] = ""
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    encryption_key: SecretStr = SecretStr("")
    history: Literal["internal", "restricted"] = "internal"

    @property
    def on(self) -> bool:
        return bool(self.bot_token.get_secret_value() or self.client_id)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if is_set(self.bot_token) and self.client_id:
            raise Flaw(words.SLACK_BOTH)
        missing = tuple(_missing(self))
        if missing:
            raise Flaw(words.SLACK_HALF, missing=missing)
        return self


def _missing(slack: Slack) -> Iterator[Phrase]:
    """What a section that was begun lacks, and where in https://api.slack.com/apps it is found."""
    begun = any(map(is_set, (slack.signing_secret, slack.app_token, slack.client_secret, slack.encryption_key)))
    if begun and not slack.on:
        yield lack("bot_token", "OAuth & Permissions → Bot User OAuth Token")
    if slack.on and not is_set(slack.signing_secret) and not is_set(slack.app_token):
        yield lack("signing_secret", "Basic Information → App Credentials")
        yield words.OR_APP_TOKEN
    if slack.client_id or is_set(slack.client_secret) or is_set(slack.encryption_key):
        if not slack.client_id:
            yield lack("client_id", "Basic Information → App Credentials")
        if not is_set(slack.client_secret):
            yield lack("client_secret", "Basic Information → App Credentials")
        if not is_set(slack.encryption_key):
            yield words.ENCRYPTION_KEY
        if not slack.public_url:
            yield words.PUBLIC_URL


class Outreach(Section):
    """Limits on what customers receive; hours are local to the recipient, `quiet_to` excluded."""

    quiet_from: Annotated[int, Field(ge=0, le=23)] = 21
    quiet_to: Annotated[int, Field(ge=0, le=23)] = 9
    broadcasts_per_week: Annotated[int, Field(ge=1)] = 3


class Broadcasts(Section):
    """`approval_above`: to more customers only once a second person approved; 0: never asked. `reply_days`: so long an
    answer counts as one to the broadcast. `prefer`: platforms, the one a customer is rather written to first."""

    approval_above: Annotated[int, Field(ge=0)] = 500
    reply_days: Annotated[int, Field(ge=1, le=60)] = 3
    prefer: tuple[str, ...] = ()


class CustomField(Section):
    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    label_zh: str
    label_en: str
    type: FieldType = FieldType.TEXT
    choices: tuple[str, ...] = ()
    sensitive: bool = False


class Token(Section):
    name: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
    token: Annotated[SecretStr, Field(min_length=16)]
    role: Role = Role.VIEWER


class Api(Section):
    tokens: tuple[Token, ...] = ()


#: How long one message keeps a platform from the next, as its adapter says.
_SECONDS = {"slack": 0.2}


class Config(Section):
    bot: Bot = Bot()
    database: DatabaseSection = DatabaseSection()
    console: Console = Console()
    slack: Slack = Slack()
    wecom: WeCom = WeCom()
    outreach: Outreach = Outreach()
    broadcasts: Broadcasts = Broadcasts()
    backup: Backup = Backup()
    log: Log = Log()
    metrics: Metrics = Metrics()
    fields: tuple[CustomField, ...] = ()
    api: Api = Api()

    @property
    def manners(self) -> Manners:
        """What is asked for before customers are written to."""
        limits = self.outreach
        return Manners(
            limits.quiet_from,
            limits.quiet_to,
            limits.broadcasts_per_week,
            self.bot.timezone,
            closed=() if self.wecom.contacts else ("wecom",),
            by_staff={"wecom": Cap(self.wecom.broadcasts_per_customer)},
            seconds=_SECONDS,
            prefer=self.broadcasts.prefer,
        )


#: (section, key) that may come from the environment; a section in another one has both names, with a dot between.
SECRETS = (
    ("database", "url"),
    ("slack", "bot_token"),
    ("slack", "signing_secret"),
    ("slack", "app_token"),
    ("slack", "client_secret"),
    ("slack", "encryption_key"),
    ("wecom", "secret"),
    ("wecom", "token"),
    ("wecom", "encoding_aes_key"),
    ("wecom", "contact_secret"),
    ("wecom", "kf_secret"),
    ("wecom.robot", "secret"),
    ("wecom.archive", "secret"),
    ("metrics", "token"),
)


def load(path: Path, environment: Mapping[str, str] = os.environ) -> Config:
    """Read and check the configuration. Raises `ConfigError` with a sentence that names the mend."""
    document = _read(path)
    # A value where a section belongs is refused before secrets are put into the sections.
    language = _language(document)
    _parse({name: part for name, part in document.items() if not isinstance(part, dict)}, language)
    for section, key in SECRETS:
        secret = _secret(f"CRMBOT_{section}_{key}".upper().replace(".", "_"), environment, language)
        if secret is not None:
            _put(document, section, key, secret)
    for token in document.get("api", {}).get("tokens", []):
        if "token" not in token and "name" in token:
            token["token"] = _secret(f"CRMBOT_API_TOKEN_{token['name']}".upper(), environment, language) or ""
    return parse(document)


def parse(document: Mapping[str, Any]) -> Config:
    """Check a configuration that is already read."""
    return _parse(document, _language(document))


def _read(path: Path) -> dict[str, Any]:
    """What stands in the file. What is wrong is said in both languages: which one is set there is not known."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(" · ".join(_unread(path, error, language) for language in ("en", "zh"))) from None


def _unread(path: Path, error: OSError | ValueError, language: str) -> str:
    if isinstance(error, FileNotFoundError):
        return words.MISSING.say(language, path=path)
    said = words.UNREADABLE if isinstance(error, OSError) else words.NOT_TOML
    return said.say(language, path=path, why=flaws.unreadable(error, language))


def _parse(document: Mapping[str, Any], language: str) -> Config:
    try:
        return Config.model_validate(document)
    except ValidationError as error:
        found = flaws.sentences(flaws.found_in(error), language)
    said = (words.AT.say(language, place=place, problem=problem) for place, problem in found)
    raise ConfigError(flaws.joined(said, language))


def _language(document: Mapping[str, Any]) -> str:
    """That of the bot, as far as it is set at all."""
    section = document.get("bot")
    return "en" if isinstance(section, dict) and section.get("language") == "en" else "zh"


def _put(document: dict[str, Any], section: str, key: str, secret: str) -> None:
    """Into the section; where a value stands instead of one, it is refused when everything is checked."""
    for name in section.split("."):
        document = document.setdefault(name, {})
        if not isinstance(document, dict):
            return
    document[key] = secret


def _secret(name: str, environment: Mapping[str, str], language: str) -> str | None:
    if name in environment:
        return environment[name]
    file = environment.get(f"{name}_FILE")
    if file is None:
        return None
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        why = flaws.unreadable(error, language)
        raise ConfigError(words.SECRET_FILE.say(language, name=name, file=file, why=why)) from None
