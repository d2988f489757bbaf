"""The documents say what the program does."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.cli import PARTS
from tests.docs.commands_page import PAGE, page

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")


def test_the_page_of_the_commands_is_the_commands() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.docs.commands_page"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    links = _LINK.findall(document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_both_readmes_show_the_same_commands() -> None:
    english, chinese = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md"))
    assert _shell(english) == _shell(chinese)
    assert {"make demo", "make test"} <= set(_shell(english))
    assert english.count("\n## ") == chinese.count("\n## ")


def test_both_readmes_lead_to_the_same_pages() -> None:
    english, chinese = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md"))
    pages = {link.replace(".zh-CN.md", ".md") for link in _LINK.findall(chinese)}
    assert {link for link in _LINK.findall(english) if link.endswith(".md")} <= pages | {"README.md", "README.zh-CN.md"}
    other = [link for link in pages if link != "README.md" and (ROOT / link.replace(".md", ".zh-CN.md")).exists()]
    assert [link for link in other if link.endswith(".md") and link in _LINK.findall(chinese)] == []


@pytest.mark.parametrize("chinese", [False, True])
def test_every_setting_is_explained_in_a_page_of_each_language(chinese: bool) -> None:
    pages = [path for path in DOCUMENTS if path.name.endswith(".zh-CN.md") == chinese]
    text = "\n".join(path.read_text(encoding="utf-8") for path in pages)
    settings = tomllib.loads((ROOT / "config.example.toml").read_text(encoding="utf-8"))
    missing = [name for name in _settings(settings) if not re.search(rf"`[^`\n]*\b{name}\b|\b{name} *=", text)]
    assert missing == []


def _settings(document: dict[str, Any]) -> Iterator[str]:
    """The names of all settings, those of `[[fields]]` too."""
    for name, value in document.items():
        parts = value if isinstance(value, list) else [value]
        inside = [part for part in parts if isinstance(part, dict)]
        if not inside:
            yield name
        for part in inside:
            yield from _settings(part)


def _shell(text: str) -> list[str]:
    """The lines to type, without what is said about them."""
    blocks = re.findall(r"^```\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    return [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]


def test_every_subcommand_is_in_the_architecture() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert [part for part in PARTS if not re.search(rf"\b{part}\b", text)] == []


def test_every_folder_of_the_program_is_in_the_tree_of_the_architecture() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    folders = {path.parent.name for part in ("bot", "crm_core") for path in (ROOT / part).glob("*/__init__.py")}
    assert [folder for folder in sorted(folders) if f"  {folder}/" not in text] == []
