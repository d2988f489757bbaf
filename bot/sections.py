"""What every section of the configuration is made of; and `[backup]`, `[log]` and `[metrics]`, which whoever runs the
program decides."""

from datetime import time
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from bot.language.flaws import Flaw
from bot.language.phrase import Phrase
from bot.language.phrases import configuration as words


class Section(BaseModel):
    """A frozen part of the configuration; a setting it does not know is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Backup(Section):
    """On when there is a folder. `at` is by the clock of the bot."""

    folder: str = ""
    at: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] = "03:30"
    keep_daily: Annotated[int, Field(ge=1, le=366)] = 7
    keep_weekly: Annotated[int, Field(ge=0, le=520)] = 4

    @property
    def on(self) -> bool:
        return bool(self.folder)

    @property
    def hour(self) -> time:
        return time.fromisoformat(self.at)


class Log(Section):
    """`text` for people, `json` for what collects logs."""

    format: Literal["text", "json"] = "text"


class Metrics(Section):
    """Who may read `/metrics`: whoever sends this token; without one, this machine alone."""

    token: SecretStr = SecretStr("")


def is_set(secret: SecretStr) -> bool:
    """Whether there is anything in it."""
    return bool(secret.get_secret_value())


def lack(name: str, where: str) -> Phrase:
    """A setting that is needed, and where it is found."""
    return Phrase(zh=f"{name}（{where}）", en=f"{name} ({where})")


def web_address(address: str) -> str:
    """With a slash in the end, so that paths can be put after it. Raises `Flaw`."""
    parts = urlsplit(address)
    if address and (parts.scheme not in {"http", "https"} or not parts.netloc):
        raise Flaw(words.ADDRESS)
    return f"{address.rstrip('/')}/" if address else ""


def socket_address(address: str) -> str:
    """An address for WebSockets. Raises `Flaw`."""
    parts = urlsplit(address)
    if parts.scheme not in {"ws", "wss"} or not parts.netloc:
        raise Flaw(words.SOCKET_ADDRESS)
    return address
