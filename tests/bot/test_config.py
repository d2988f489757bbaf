"""The configuration: complete in its example, strict in what it takes, silent about secrets."""

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from bot.config import Config, ConfigError, CustomField, Token, load, parse

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"


def test_the_example_is_a_valid_configuration() -> None:
    assert load(EXAMPLE, environment={}).bot.timezone == "Asia/Shanghai"


def test_the_example_shows_every_setting_with_its_default() -> None:
    shown = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    for section, model in (("bot", Config().bot), ("database", Config().database), ("console", Config().console),
                           ("outreach", Config().outreach)):  # fmt: skip
        assert set(shown[section]) == set(type(model).model_fields), section
        for name, value in shown[section].items():
            default = getattr(model, name)
            assert value == (list(default) if isinstance(default, tuple) else default), name


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
    with pytest.raises(ConfigError, match="IANA name such as Asia/Shanghai"):
        parse({"bot": {"timezone": "Mars/Phobos"}})


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
    with pytest.raises(ConfigError, match="line 1"):
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
    with pytest.raises(ConfigError, match=r"api\.tokens\.0\.token"):
        load(path, environment={})


def test_a_secret_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("", encoding="utf-8")
    with pytest.raises(ConfigError, match="CRMBOT_DATABASE_URL_FILE"):
        load(path, environment={"CRMBOT_DATABASE_URL_FILE": str(tmp_path / "nothing")})
