"""What is wrong with a document, in the language of whoever wrote it."""

from datetime import date, datetime
from typing import Annotated, Any

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from bot.language import flaws
from bot.language.phrases import flaws as phrases


@pytest.mark.parametrize(
    ("kind", "written", "said"),
    [
        (datetime, [], "这里要写带时区的时间，如 2026-11-18T09:00:00+08:00"),
        (int, "9" * 5000, "这个数字太大"),
        (Annotated[str, Field(max_length=9)], "\ud800", "文字里有无效的字符"),
        (date, "soon", phrases.OTHER.zh),
    ],
)
def test_every_kind_of_flaw_is_said_in_chinese(kind: Any, written: object, said: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        TypeAdapter(kind).validate_python(written)
    found = refusal.value.errors()[0]
    assert flaws.problem(found, "zh") == said
    assert flaws.problem(found, "en").isascii()
