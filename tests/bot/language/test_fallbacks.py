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
        ("尊敬的{name}，您好", "尊敬的{name|客户}，您好", "尊敬的客户，您好"),
        ("亲爱的{name}：\n新品到了", "亲爱的{name|客户}：\n新品到了", "亲爱的客户：\n新品到了"),
        ("{name} 您好，新品到了", "{name|} 您好，新品到了", " 您好，新品到了"),
        ("亲爱的朋友{name}：新品到了", "亲爱的朋友{name|}：新品到了", "亲爱的朋友：新品到了"),
        ("尊敬的{name}您好", "尊敬的{name|客户}您好", "尊敬的客户您好"),
        ("您好，{name}！新品到了", "您好，{name|尊敬的客户}！新品到了", "您好，尊敬的客户！新品到了"),
        ("您好，{name}新品到了", "您好，{name|}新品到了", "您好，新品到了"),
        ("感谢{name}总是支持我们", "感谢{name|您}总是支持我们", "感谢您总是支持我们"),
        ("Hello {name}, news", "Hello {name|there}, news", "Hello there, news"),
        ("{name}, our sale is on", "{name|Hello}, our sale is on", "Hello, our sale is on"),
        ("Dear {Name}, news", "Dear {Name|friend}, news", "Dear friend, news"),
        ("Hi {name|you} from {owner}", "Hi {name|you} from {owner}", "Hi you from Alice"),
    ],
)
def test_each_name_gets_a_word_that_reads_well(text: str, filled: str, for_all: str) -> None:
    assert fallbacks.filled_in(text) == filled
    template = templates.parse(filled)
    assert "name" not in template.needed
    assert template.fill_for_all("Alice") == for_all


@pytest.mark.parametrize(
    "text",
    [
        "{name}总，您好",
        "{name}博士您好",
        "尊敬的{name} 先生：",
        "{name|您}好，{姓名}女士",
        "Dear Mr. {name}, news",
        "Dear Dr {name}",
    ],
)
def test_a_name_with_a_title_has_no_other_word_in_its_place(text: str) -> None:
    assert fallbacks.filled_in(text) == ""
