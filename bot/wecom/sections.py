"""`[wecom]`, `[wecom.robot]` and `[wecom.archive]`: which doors to WeCom are open, and the secret of each.

Every secret in WeCom opens some doors and not others; what a section that was begun still lacks is named, with the page
of the console (https://work.weixin.qq.com/wework_admin/frame) on which it is found.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator

from bot.language.flaws import Flaw
from bot.language.phrase import Phrase
from bot.language.phrases import configuration as words
from bot.sections import Section, is_set, lack, socket_address, web_address

_APP = "应用管理 → 自建应用"
_CALLBACK = f"{_APP} → 接收消息 → 设置API接收"
_AES_KEY = re.compile(r"[A-Za-z0-9]{43}")
_TOKEN = re.compile(r"[A-Za-z0-9]{3,32}")
_KEY_FILE = re.compile(r"([0-9]+):(.+)", re.DOTALL)


def _key_file(written: str) -> str:
    if _KEY_FILE.fullmatch(written) is None:
        raise Flaw(words.WECOM_KEY_FILE)
    return written


class WeComRobot(Section):
    """智能机器人 over a connection that we make: on when both are set."""

    bot_id: str = ""
    secret: SecretStr = SecretStr("")
    ws_url: Annotated[str, AfterValidator(socket_address)] = "wss://openws.work.weixin.qq.com"

    @property
    def on(self) -> bool:
        return bool(self.bot_id and is_set(self.secret))


class WeComArchive(Section):
    """会话内容存档: on when all but `media` are set. `keys`: the private key file of each version of the public key.
    `media`: the folder in which files are stored; "": only what is known about them."""

    library: str = ""
    secret: SecretStr = SecretStr("")
    private_keys: tuple[Annotated[str, AfterValidator(_key_file)], ...] = ()
    media: str = ""

    @property
    def on(self) -> bool:
        return bool(self.library and is_set(self.secret) and self.private_keys)

    @property
    def keys(self) -> dict[int, Path]:
        found = filter(None, map(_KEY_FILE.fullmatch, self.private_keys))
        return {int(match[1]): Path(match[2]) for match in found}


class WeCom(Section):
    """`app`: the self-built app can send; `callback`: it also hears. `on`: there is any door for staff."""

    corp_id: str = ""
    agent_id: Annotated[int, Field(ge=0)] = 0
    secret: SecretStr = SecretStr("")
    token: SecretStr = SecretStr("")
    encoding_aes_key: SecretStr = SecretStr("")
    contact_secret: SecretStr = SecretStr("")
    kf_secret: SecretStr = SecretStr("")
    api_url: Annotated[str, AfterValidator(web_address)] = "https://qyapi.weixin.qq.com/cgi-bin/"
    public_url: Annotated[str, AfterValidator(web_address)] = ""
    welcome: str = ""
    write_remarks: bool = False
    roles: Literal["viewer", "sales", "none"] = "viewer"
    broadcasts_per_customer: Literal["month_days", "7_a_week", "1_a_day"] = "month_days"
    robot: WeComRobot = WeComRobot()
    archive: WeComArchive = WeComArchive()

    @property
    def app(self) -> bool:
        return bool(self.corp_id and self.agent_id and is_set(self.secret))

    @property
    def callback(self) -> bool:
        return self.app and is_set(self.token) and is_set(self.encoding_aes_key)

    @property
    def on(self) -> bool:
        return self.app or self.robot.on

    @property
    def contacts(self) -> bool:
        """客户联系 is open: customers are known, and written to by members of staff."""
        return self.on and is_set(self.contact_secret)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        missing = tuple(_missing(self))
        if missing:
            raise Flaw(words.WECOM_HALF, missing=missing)
        for name, pattern, length in (("token", _TOKEN, "3–32"), ("encoding_aes_key", _AES_KEY, "43")):
            secret: SecretStr = getattr(self, name)
            if is_set(secret) and pattern.fullmatch(secret.get_secret_value()) is None:
                raise Flaw(words.WECOM_LETTERS, name=name, length=length, place=_CALLBACK)
        return self


def _missing(wecom: WeCom) -> Iterator[Phrase]:
    """What a section that was begun lacks, and where in the console it is found."""
    yield from _missing_app(wecom)
    yield from _missing_robot(wecom.robot)
    yield from _missing_archive(wecom.archive)
    if wecom.app and not wecom.callback and not wecom.robot.on and not _half_callback(wecom):
        yield words.CALLBACK
        yield words.OR_ROBOT


def _missing_app(wecom: WeCom) -> Iterator[Phrase]:
    further = map(is_set, (wecom.contact_secret, wecom.kf_secret, wecom.archive.secret))
    begun = bool(wecom.agent_id or any(map(is_set, (wecom.secret, wecom.token, wecom.encoding_aes_key))))
    if not wecom.corp_id and (begun or any(further)):
        yield lack("corp_id", "我的企业 → 企业信息 → 企业ID")
    if begun and not wecom.agent_id:
        yield lack("agent_id", f"{_APP} → AgentId")
    if begun and not is_set(wecom.secret):
        yield lack("secret", f"{_APP} → Secret")
    if _half_callback(wecom):
        yield lack("token" if not is_set(wecom.token) else "encoding_aes_key", _CALLBACK)
    if wecom.corp_id and not begun and not any(map(is_set, (wecom.contact_secret, wecom.archive.secret))):
        yield words.AGENT


def _half_callback(wecom: WeCom) -> bool:
    return is_set(wecom.token) != is_set(wecom.encoding_aes_key)


def _missing_robot(robot: WeComRobot) -> Iterator[Phrase]:
    place = "智能机器人 → API模式 → 长连接"
    if is_set(robot.secret) and not robot.bot_id:
        yield lack("[wecom.robot] bot_id", place)
    if robot.bot_id and not is_set(robot.secret):
        yield lack("[wecom.robot] secret", place)


def _missing_archive(archive: WeComArchive) -> Iterator[Phrase]:
    if not (archive.library or is_set(archive.secret) or archive.private_keys):
        return
    if not archive.library:
        yield words.LIBRARY
    if not is_set(archive.secret):
        yield lack("[wecom.archive] secret", "管理工具 → 会话内容存档 → Secret")
    if not archive.private_keys:
        yield words.PRIVATE_KEYS
