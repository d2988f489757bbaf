"""`[wecom]`: which doors are open, and what a section that was begun still lacks."""

import re
from pathlib import Path
from typing import Any

import pytest

from bot.config import SECRETS, ConfigError, load, parse
from bot.wecom.sections import WeCom, WeComArchive, WeComRobot

EXAMPLE = Path(__file__).parents[3] / "config.example.toml"
KEY = "a" * 43
APP = {"corp_id": "ww1", "agent_id": 1000002, "secret": "s3cret"}
CALLBACK = {**APP, "token": "T0ken", "encoding_aes_key": KEY}
ROBOT = {"bot_id": "aib1", "secret": "r0b"}
ARCHIVE = {"library": "/lib/sdk.so", "secret": "arch", "private_keys": ["1:/keys/one.pem", "2:C:\\keys\\two.pem"]}


def wecom(**section: Any) -> WeCom:
    return parse({"wecom": section}).wecom


def test_wecom_is_off_until_it_is_set_up() -> None:
    nothing, app, robot = wecom(), wecom(**CALLBACK), wecom(robot=ROBOT)
    assert (nothing.on, nothing.app, nothing.callback) == (False, False, False)
    assert (app.on, app.app, app.callback) == (True, True, True)
    assert (robot.on, robot.app, robot.robot.on) == (True, False, True)


def test_an_app_without_a_public_address_goes_with_a_robot() -> None:
    both = wecom(**APP, robot=ROBOT)
    assert both.app
    assert not both.callback


def test_the_keys_of_the_archive_go_by_their_version() -> None:
    archive = wecom(**CALLBACK, archive=ARCHIVE).archive
    assert archive.on
    assert archive.keys == {1: Path("/keys/one.pem"), 2: Path("C:\\keys\\two.pem")}


@pytest.mark.parametrize(
    ("section", "mend"),
    [
        ({"corp_id": "ww1"}, "agent_id and secret.*应用管理"),
        ({"secret": "hunter2"}, "corp_id.*我的企业.*agent_id"),
        ({"corp_id": "ww1", "agent_id": 1}, "secret.*Secret"),
        (APP, r"token and encoding_aes_key.*or \[wecom.robot\]"),
        ({**APP, "token": "hunter2"}, "needed: encoding_aes_key.*设置API接收"),
        ({**APP, "encoding_aes_key": KEY}, "needed: token"),
        ({**CALLBACK, "encoding_aes_key": "hunter2"}, "encoding_aes_key: 43 letters and digits"),
        ({**CALLBACK, "token": "hunter2 hunter2"}, "token: 3–32 letters and digits"),
        ({"kf_secret": "hunter2"}, "corp_id"),
        ({"contact_secret": "hunter2"}, "corp_id"),
        ({"robot": {"bot_id": "aib"}}, r"\[wecom.robot\] secret"),
        ({"robot": {"secret": "hunter2"}}, r"\[wecom.robot\] bot_id"),
        ({"robot": {**ROBOT, "ws_url": "https://x"}}, "begins with wss://"),
        ({**CALLBACK, "archive": {"secret": "hunter2"}}, r"archive\] library.*archive\] private_keys"),
        ({**CALLBACK, "archive": {"library": "x.so"}}, r"archive\] secret"),
        ({**CALLBACK, "archive": {**ARCHIVE, "private_keys": ["one.pem"]}}, "version:path"),
        ({"archive": ARCHIVE}, "corp_id"),
        ({"api_url": "qyapi.weixin.qq.com"}, "begins with https://"),
        ({"broadcasts_per_customer": "4_a_month"}, "'month_days', '7_a_week' or '1_a_day'"),
        ({"agent_id": "hunter2"}, "integer"),
    ],
)
def test_a_half_filled_section_is_refused_with_the_mend(section: dict[str, Any], mend: str) -> None:
    with pytest.raises(ConfigError, match=mend) as refusal:
        parse({"bot": {"language": "en"}, "wecom": section})
    assert "hunter2" not in str(refusal.value)


def test_no_secret_is_shown_when_the_configuration_is_printed() -> None:
    secrets = {"secret": "hunter2a", "token": "hunter2b", "contact_secret": "hunter2c", "kf_secret": "hunter2d"}
    section = {**CALLBACK, **secrets, "robot": {"bot_id": "b", "secret": "hunter2e"}}
    config = parse({"wecom": {**section, "archive": {**ARCHIVE, "secret": "hunter2f"}}})
    assert "hunter2" not in repr(config)
    assert KEY not in repr(config)


def test_every_secret_may_be_in_the_environment_or_in_a_file(tmp_path: Path) -> None:
    path, secret = tmp_path / "config.toml", tmp_path / "secret"
    path.write_text('[wecom]\ncorp_id = "ww1"\nagent_id = 7\n[wecom.robot]\nbot_id = "aib"\n', encoding="utf-8")
    secret.write_text("r0b\n", encoding="utf-8")
    environment = {"CRMBOT_WECOM_SECRET": "s3cret", "CRMBOT_WECOM_ROBOT_SECRET_FILE": str(secret)}
    found = load(path, environment).wecom
    assert found.secret.get_secret_value() == "s3cret"
    assert found.robot.secret.get_secret_value() == "r0b"
    assert {key for section, key in SECRETS if section == "wecom"} == {
        name for name, field in WeCom.model_fields.items() if "SecretStr" in str(field.annotation)
    }


def test_a_value_where_a_section_belongs_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[wecom]\nrobot = "aib"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"wecom\.robot"):
        load(path, {"CRMBOT_WECOM_ROBOT_SECRET": "s3cret"})


SETTINGS = {name for section in (WeCom, WeComRobot, WeComArchive) for name in section.model_fields}


@pytest.mark.parametrize("name", sorted(SETTINGS - {"robot", "archive"}))
def test_every_setting_is_explained_in_both_languages(name: str) -> None:
    wecom_part = EXAMPLE.read_text(encoding="utf-8").partition("[wecom]")[2]
    explained = re.search(rf"((?:^# .*\n)+)^{name} = ", wecom_part, flags=re.MULTILINE)
    assert explained is not None
    assert re.search(r"[A-Za-z]{3,}.? [A-Za-z]{2,}", explained[1])
    assert re.search(r"[\u4e00-\u9fff]{2,}", explained[1])
