"""The pages about WeCom say what the program does, in both languages."""

import re
from pathlib import Path

import pytest

from adapters import skew
from adapters.wecom.checkup import address, app, archive, customers, robot
from adapters.wecom.checkup.advice import _ADVICE
from bot.wecom.sections import WeCom, WeComArchive, WeComRobot
from crm_core.checkup import Words

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {"en": DOCS / "wecom.md", "zh": DOCS / "wecom.zh-CN.md"}
_NO_TITLES = {"_LATER", "_OFF", "_WHERE", "_SAME", "_NO_ACCOUNT", "_UNHEARD", "_FAR", "_LOST"}
#: Told where they happen, and too rare for the page.
_RARE = {43009, 43012, 45009, 60011, 301053}


def _text(language: str) -> str:
    return PAGES[language].read_text(encoding="utf-8")


@pytest.mark.parametrize("language", PAGES)
def test_every_setting_is_on_the_page(language: str) -> None:
    names = [*WeCom.model_fields, *WeComRobot.model_fields, *WeComArchive.model_fields]
    assert [name for name in names if name not in _text(language)] == []


@pytest.mark.parametrize("language", PAGES)
def test_every_check_of_the_doctor_is_on_the_page(language: str) -> None:
    titles = [
        getattr(value, language)
        for module in (robot, app, skew, address, customers, archive)
        for name, value in vars(module).items()
        if isinstance(value, Words) and re.fullmatch(r"_[A-Z]+", name) and name not in _NO_TITLES
    ]
    assert len(titles) >= 10
    assert [title for title in titles if f"\n| {title} |" not in _text(language)] == []


@pytest.mark.parametrize("language", PAGES)
def test_every_common_code_is_on_the_page(language: str) -> None:
    codes = {*_ADVICE, 60020} - _RARE
    assert [code for code in sorted(codes) if str(code) not in _text(language)] == []


def test_both_pages_show_the_same_commands_and_settings() -> None:
    shown = [re.findall(r"^ *(?:\.venv/bin/crmbot|make) .*$", _text(language), re.MULTILINE) for language in PAGES]
    assert shown[0] == shown[1]
    assert len(shown[0]) >= 3
    blocks = [re.findall(r"```toml\n(.*?)```", _text(language), re.DOTALL) for language in PAGES]
    assert blocks[0] == blocks[1]
