"""Words to fall back on are put where a text names the customer."""

import pytest

from bot.language import fallbacks
from crm_core.outreach import templates


@pytest.mark.parametrize(
    ("text", "filled", "for_all"),
    [
        ("{name}您好，新品到了", "{name|}您好，新品到了", "您好，新品到了"),
        ("您好{name}，新品到了", "您好{name|}，新品到了", "您好，新品到了"),
        ("{称呼}好，新品到了", "{称呼|您}好，新品到了", "您好，新品到了"),
        ("{ name }，新品到了", "{name|尊敬的客户}，新品到了", "尊敬的客户，新品到了"),
        ("Hello {name}, news", "Hello {name|there}, news", "Hello there, news"),
        ("Dear {Name}, news", "Dear {Name|friend}, news", "Dear friend, news"),
        ("Hi {name|you} from {owner}", "Hi {name|you} from {owner}", "Hi you from Alice"),
    ],
)
def test_each_name_gets_a_word_that_reads_well(text: str, filled: str, for_all: str) -> None:
    assert fallbacks.filled_in(text) == filled
    template = templates.parse(filled)
    assert "name" not in template.needed
    assert template.fill_for_all("Alice") == for_all
