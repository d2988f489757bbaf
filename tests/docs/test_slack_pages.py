"""The pages about Slack say what the program does, in both languages."""

import re
from pathlib import Path

import pytest

from adapters import skew
from adapters.slack import scopes
from adapters.slack.checkup import address, channels, secrets, workspace
from bot import checkup
from bot.config import Slack
from crm_core.checkup import Words

DOCS = Path(__file__).parents[2] / "docs"
_NO_TITLES = {"_LATER", "_SEEN", "_MAKE", "_WECOM", "_FAR", "_LOST"}
PAGES = {"en": DOCS / "slack.md", "zh": DOCS / "slack.zh-CN.md"}


def _text(language: str) -> str:
    return PAGES[language].read_text(encoding="utf-8")


@pytest.mark.parametrize("language", PAGES)
def test_every_setting_but_the_address_of_slack_is_on_the_page(language: str) -> None:
    assert [name for name in Slack.model_fields if name not in _text(language)] == ["api_url"]


@pytest.mark.parametrize("language", PAGES)
def test_every_scope_is_on_the_page_with_its_use(language: str) -> None:
    rows = [f"| `{scope.name}` | {getattr(scope, language)} |" for scope in scopes.SCOPES]
    assert [row for row in rows if row not in _text(language)] == []


@pytest.mark.parametrize("language", PAGES)
def test_every_check_of_the_doctor_is_on_the_page(language: str) -> None:
    """Titles are those constants in one word that are no whole sentences."""
    modules = (checkup, workspace, skew, secrets, channels, address)
    named = [
        getattr(value, language)
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, Words) and re.fullmatch(r"_[A-Z]+", name) and name not in _NO_TITLES
    ]
    assert [title for title in named if not re.search(r"[.。]$", title) and title not in _text(language)] == []


def test_both_pages_show_the_same_commands() -> None:
    shown = [re.findall(r"^ *(?:\.venv/bin/crmbot|make) .*$", _text(language), re.MULTILINE) for language in PAGES]
    assert shown[0] == shown[1]
    assert len(shown[0]) >= 5
