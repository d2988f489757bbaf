"""A broadcast in one line."""

import pytest

from bot.language.broadcast_text import in_short
from crm_core.enclosure import Enclosure


@pytest.mark.parametrize(
    ("text", "names", "language", "line"),
    [
        ("新品到了", (), "zh", "新品到了"),
        ("新品到了", ("目录.pdf", "海报.png"), "zh", "新品到了（附件：目录.pdf、海报.png）"),
        ("", ("目录.pdf", "海报.png"), "zh", "目录.pdf、海报.png"),
        ("New things", ("list.pdf",), "en", "New things (with list.pdf)"),
        ("", ("list.pdf", "poster.png"), "en", "list.pdf, poster.png"),
        ("", ("a" * 30 + ".pdf",), "en", "a" * 19 + "…"),
    ],
)
def test_words_and_names_of_files_stand_beside_each_other(
    text: str, names: tuple[str, ...], language: str, line: str
) -> None:
    files = [Enclosure(str(number), name, "", 1) for number, name in enumerate(names)]
    assert in_short(text, files, language, longest=20) == line
