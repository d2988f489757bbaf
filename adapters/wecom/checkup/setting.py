"""What the configuration says of WeCom, as far as the doctor looks at it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

_NONE = SecretStr("")


@dataclass(frozen=True)
class Setting:
    """ "" or empty for what it does not say. `connected`: a running program has the robot's connection."""

    api_url: str
    corp_id: str = ""
    agent_id: int = 0
    secret: SecretStr = _NONE
    token: SecretStr = _NONE
    encoding_aes_key: SecretStr = _NONE
    public_url: str = ""
    contact_secret: SecretStr = _NONE
    kf_secret: SecretStr = _NONE
    bot_id: str = ""
    robot_secret: SecretStr = _NONE
    ws_url: str = ""
    connected: bool = False
    library: str = ""
    archive_secret: SecretStr = _NONE
    keys: Mapping[int, Path] = field(default_factory=dict)
    media: str = ""
