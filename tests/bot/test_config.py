"""The configuration: complete in its example, strict in what it takes, silent about secrets."""

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel, SecretStr

from bot.config import SECRETS, Config, ConfigError, CustomField, Slack, Token, load, parse

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"


def test_the_example_is_a_valid_configuration() -> None:
    assert load(EXAMPLE, environment={}).bot.timezone == "Asia/Shanghai"


def test_the_example_shows_every_setting_with_its_default() -> None:
    shown = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    for section, model in (("bot", Config().bot), ("database", Config().database), ("console", Config().console),
                           ("outreach", Config().outreach), ("broadcasts", Config().broadcasts),
                           ("slack", Config().slack),
                           ("wecom", Config().wecom), ("backup", Config().backup),
                           ("log", Config().log), ("metrics", Config().metrics)):  # fmt: skip
        assert set(shown[section]) == set(type(model).model_fields), section
        for name, value in shown[section].items():
            default = getattr(model, name)
            assert value == _as_written(default), name


def _as_written(default: object) -> object:
    if isinstance(default, BaseModel):
        return {name: _as_written(getattr(default, name)) for name in type(default).model_fields}
    if isinstance(default, SecretStr):
        return default.get_secret_value()
    return list(default) if isinstance(default, tuple) else default


@pytest.mark.parametrize("name", Slack.model_fields)
def test_every_setting_of_slack_is_explained_in_both_languages(name: str) -> None:
    explained = re.search(rf"((?:^# .*\n)+)^{name} = ", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert explained is not None
    assert re.search(r"[A-Za-z]{3,}.? [A-Za-z]{2,}", explained[1])
    assert re.search(r"[\u4e00-\u9fff]{2,}", explained[1])


@pytest.mark.parametrize("model", [CustomField, Token])
def test_the_example_shows_every_setting_of_a_repeated_section(model: type[BaseModel]) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    missing = [name for name in model.model_fields if not re.search(rf"^(# )?{name} = ", text, flags=re.MULTILINE)]
    assert missing == []


def test_no_section_is_missing_from_the_example() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert [name for name in Config.model_fields if f"[{name}" not in text] == []


def test_an_unknown_setting_is_refused_by_name() -> None:
    with pytest.raises(ConfigError, match=r"bot\.langauge"):
        parse({"bot": {"langauge": "zh"}})


def test_an_unknown_time_zone_is_refused_with_the_mend() -> None:
    with pytest.raises(ConfigError, match="IANA name such as Asia/Shanghai") as refusal:
        parse({"bot": {"timezone": "Mars/Phobos", "language": "en"}})
    assert "Mars" not in str(refusal.value)


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        ({"bot": {"langauge": "zh"}}, "[bot.langauge] 没有这一项，请检查拼写"),
        ({"bot": {"silent_days": "soon"}}, "[bot.silent_days] 这里要写整数"),
        ({"bot": {"silent_days": 0}}, "[bot.silent_days] 不能小于 1"),
        ({"bot": {"work_from": 18}}, "[bot] 下班要晚于上班：work_to 必须大于 work_from"),
        ({"bot": {"admins": ["wecom:a", "b"]}}, "[bot.admins 第 2 项] 账号前要写明平台"),
        ({"fields": [{"key": "size", "label_zh": "规模"}]}, "[fields 第 1 项，label_en] 缺少这一项"),
        ({"bot": {"langauge": "zh", "silent_days": 0}}, "[bot.silent_days] 不能小于 1；[bot.langauge] 没有这一项"),
        ({"slack": {"history": "all"}}, "[slack.history] 只能是 'internal'、'restricted'"),
        (
            {"slack": {"bot_token": "xoxb-1"}},
            "还缺：signing_secret（Basic Information → App Credentials）；或 app_token（Basic Information → App-L",
        ),
        ({"slack": "on"}, "[slack] 这里不是一个值"),
        ({"wecom": {"api_url": "qyapi"}}, "[wecom.api_url] 这不是网址：应以 https:// 开头"),
        ({"wecom": {"corp_id": "ww1"}}, "企业微信只设置了一半，还缺：agent_id 和 secret"),
    ],
)
def test_what_is_wrong_is_said_in_the_language_of_the_bot(section: dict[str, object], sentence: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        parse(section)
    assert sentence in str(refusal.value)


def test_what_is_repeated_is_counted_from_one() -> None:
    with pytest.raises(ConfigError, match=r"^\[api\.tokens no\. 2, token\] this is missing$"):
        parse({"bot": {"language": "en"}, "api": {"tokens": [{"name": "a", "token": "0" * 16}, {"name": "b"}]}})


def test_a_token_that_is_too_short_is_refused_without_being_shown() -> None:
    with pytest.raises(ConfigError) as refusal:
        parse({"api": {"tokens": [{"name": "x", "token": "hunter2"}]}})
    assert "hunter2" not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_a_token_is_not_shown_when_the_configuration_is_printed() -> None:
    config = parse({"api": {"tokens": [{"name": "x", "token": "0123456789abcdef"}]}})
    assert "0123456789abcdef" not in repr(config)


def test_a_missing_file_names_the_mend(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"copy config\.example\.toml"):
        load(tmp_path / "config.toml", environment={})


def test_a_broken_file_is_refused_with_the_line(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[bot\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"line 1, column 5.*第 1 行第 5 列"):
        load(path, environment={})


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[database]\nurl = "sqlite:///a.db"\n', encoding="utf-8")
    assert load(path, environment={"CRMBOT_DATABASE_URL": "sqlite:///b.db"}).database.url == "sqlite:///b.db"


def test_a_secret_may_be_in_a_file_of_its_own(tmp_path: Path) -> None:
    path, secret = tmp_path / "config.toml", tmp_path / "url"
    path.write_text("", encoding="utf-8")
    secret.write_text("sqlite:///c.db\n", encoding="utf-8")
    assert load(path, environment={"CRMBOT_DATABASE_URL_FILE": str(secret)}).database.url == "sqlite:///c.db"


def test_the_token_of_an_api_client_may_be_in_the_environment(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[[api.tokens]]\nname = "reporting"\n', encoding="utf-8")
    config = load(path, environment={"CRMBOT_API_TOKEN_REPORTING": "0123456789abcdef"})
    assert config.api.tokens[0].token.get_secret_value() == "0123456789abcdef"


def test_a_token_that_is_nowhere_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[[api.tokens]]\nname = "reporting"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"api\.tokens 第 1 项，token"):
        load(path, environment={})


def test_a_secret_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("", encoding="utf-8")
    with pytest.raises(ConfigError, match="CRMBOT_DATABASE_URL_FILE"):
        load(path, environment={"CRMBOT_DATABASE_URL_FILE": str(tmp_path / "nothing")})


def test_slack_is_off_until_it_is_set_up() -> None:
    assert not parse({}).slack.on
    assert parse({"slack": {"bot_token": "xoxb-1", "signing_secret": "s"}}).slack.on
    assert parse({"slack": {"bot_token": "xoxb-1", "app_token": "xapp-1"}}).slack.on


@pytest.mark.parametrize(
    ("section", "mend"),
    [
        ({"bot_token": "xoxb-1"}, r"signing_secret \(Basic Information → App C.*or app_token \(Basic .* → "),
        ({"signing_secret": "hunter2"}, r"bot_token \(OAuth & Permissions"),
        ({"app_token": "xapp-hunter2"}, r"bot_token \(OAuth & Permissions"),
        ({"client_secret": "hunter2"}, r"bot_token \(OAuth & Permissions"),
        ({"client_id": "1.2", "signing_secret": "s"}, "client_secret.*encryption_key.*public_url"),
        ({"bot_token": "xoxb-1", "app_token": "xapp-1", "client_secret": "hunter2"}, "client_id.*encryption_key"),
        ({"bot_token": "xoxb-1", "app_token": "xapp-1", "encryption_key": "hunter2"}, "client_id.*public_url"),
        ({"bot_token": "xoxb-hunter2", "client_id": "1.2"}, "remove client_id, .*; for several remove bot_token"),
        ({"api_url": "slack.com"}, "begins with https://"),
        ({"history": "all"}, "'internal' or 'restricted'"),
    ],
)
def test_a_half_filled_section_of_slack_is_refused_with_the_mend(section: dict[str, str], mend: str) -> None:
    with pytest.raises(ConfigError, match=mend) as refusal:
        parse({"bot": {"language": "en"}, "slack": section})
    assert "hunter2" not in str(refusal.value)


def test_no_secret_of_slack_is_shown_when_the_configuration_is_printed() -> None:
    names = ("bot_token", "signing_secret", "app_token", "client_secret", "encryption_key")
    installed = {"client_id": "1.2", "public_url": "https://crm.example.com"}
    several = parse({"slack": {name: f"hunter2-{name}" for name in names[1:]} | installed})
    one = parse({"slack": {name: f"hunter2-{name}" for name in names[:3]}})
    assert "hunter2" not in repr(several)
    assert "hunter2" not in repr(one)
    assert set(names) == {key for section, key in SECRETS if section == "slack"}


def test_the_secrets_of_slack_may_be_in_the_environment_and_in_files(tmp_path: Path) -> None:
    path, secret = tmp_path / "config.toml", tmp_path / "secret"
    path.write_text("", encoding="utf-8")
    secret.write_text("s3cret\n", encoding="utf-8")
    environment = {"CRMBOT_SLACK_BOT_TOKEN": "xoxb-1", "CRMBOT_SLACK_SIGNING_SECRET_FILE": str(secret)}
    slack = load(path, environment).slack
    assert slack.on
    assert slack.signing_secret.get_secret_value() == "s3cret"


def test_tokens_that_other_programs_have_in_the_environment_do_not_switch_slack_on(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("", encoding="utf-8")
    environment = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s", "SLACK_CLIENT_ID": "1.2"}
    assert not load(path, environment).slack.on


def test_the_address_of_slack_may_be_given_without_the_slash_in_the_end() -> None:
    assert parse({"slack": {"api_url": "http://127.0.0.1:9/api"}}).slack.api_url == "http://127.0.0.1:9/api/"
