"""`[backup]`, `[log]` and `[metrics]`: what whoever runs the program decides."""

from datetime import time
from typing import Annotated, Literal

from pydantic import Field, SecretStr

from bot.sections import Section


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
