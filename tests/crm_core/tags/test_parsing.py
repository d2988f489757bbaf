"""The text of a segment is read in both languages, or refused with the place and the mend."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crm_core.errors import Invalid
from crm_core.tags.expression import And, Compare, Expression, Not, Or, Word
from crm_core.tags.parsing import parse

VIP, LOST, NEW = Word("VIP"), Word("流失"), Word("新客")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("VIP", VIP),
        ("  VIP  ", VIP),
        ("key account", Word("key account")),
        ('"VIP"', VIP),
        ("“A & B”", Word("A & B")),
        ("「非洲客户」", Word("非洲客户")),
        ("VIP & !流失", And((VIP, Not(LOST)))),
        ("VIP&!流失", And((VIP, Not(LOST)))),
        ("VIP&&!流失", And((VIP, Not(LOST)))),
        ("VIP ＆ ！流失", And((VIP, Not(LOST)))),
        ("VIP and not 流失", And((VIP, Not(LOST)))),
        ("VIP AND NOT 流失", And((VIP, Not(LOST)))),
        ("VIP 且 非 流失", And((VIP, Not(LOST)))),
        ("VIP且非流失", And((VIP, Not(LOST)))),
        ("VIP并且不是 流失", And((VIP, Not(LOST)))),
        ("VIP | 流失", Or((VIP, LOST))),
        ("VIP || 流失", Or((VIP, LOST))),
        ("VIP ｜ 流失", Or((VIP, LOST))),
        ("VIP 或 流失", Or((VIP, LOST))),
        ("VIP或者流失", Or((VIP, LOST))),
        ("VIP or 流失", Or((VIP, LOST))),
        ("VIP | 流失 & 新客", Or((VIP, And((LOST, NEW))))),
        ("VIP & 流失 | 新客", Or((And((VIP, LOST)), NEW))),
        ("VIP或流失且新客", Or((VIP, And((LOST, NEW))))),
        ("(VIP | 流失) & 新客", And((Or((VIP, LOST)), NEW))),
        ("（VIP｜流失）＆新客", And((Or((VIP, LOST)), NEW))),
        ("!VIP & 流失", And((Not(VIP), LOST))),
        ("!(VIP & 流失)", Not(And((VIP, LOST)))),
        ("!!VIP", Not(Not(VIP))),
        ("VIP & 流失 & 新客", And((VIP, LOST, NEW))),
        ("((VIP))", VIP),
        ("tier:A", Compare("tier", ":", "A")),
        ("Tier = a", Compare("tier", ":", "A")),
        ("等级：A级", Compare("tier", ":", "A")),
        ("tier!=A", Not(Compare("tier", ":", "A"))),
        ("tier≠A", Not(Compare("tier", ":", "A"))),
        ("stage:won", Compare("stage", ":", "won")),
        ("阶段:成交", Compare("stage", ":", "won")),
        ("stage:churned", Compare("stage", ":", "lost")),
        ("类型:公司", Compare("kind", ":", "company")),
        ("退订:是", Compare("opted_out", ":", "yes")),
        ("owner:Alice", Compare("owner", ":", "Alice")),
        ("owner:Alice Wang & VIP", And((Compare("owner", ":", "Alice Wang"), VIP))),
        ('company:"Acme & Sons"', Compare("company", ":", "Acme & Sons")),
        ("来源:展会", Compare("source", ":", "展会")),
        ("最近联系<30天", Compare("last_contact", "<", "30d")),
        ("last contact < 30 days", Compare("last_contact", "<", "30d")),
        ("last_contact>30d", Compare("last_contact", ">", "30d")),
        ("last_contact:never", Compare("last_contact", ":", "never")),
        ("最近联系＞＝两周", Compare("last_contact", ">=", "14d")),
        ("last_contact>半年", Compare("last_contact", ">", "182d")),
        ("created<12h", Compare("created", "<", "12h")),
        ("创建<三个月", Compare("created", "<", "90d")),
        ("created≥2026-1-5", Compare("created", ">=", "2026-01-05")),
        ("birthday<30d", Compare("birthday", "<", "30d")),
        ("生日<=一个月", Compare("birthday", "<=", "30d")),
        ("预算>=10万", Compare("预算", ">=", "10万")),
        (
            "VIP & !流失 | (tier:A & 最近联系<30天)",
            Or((And((VIP, Not(LOST))), And((Compare("tier", ":", "A"), Compare("last_contact", "<", "30d"))))),
        ),
    ],
)
def test_an_expression_is_read(text: str, tree: Expression) -> None:
    assert parse(text) == tree
    assert parse(str(tree)) == tree


def test_a_name_that_exists_is_not_taken_apart() -> None:
    known = {"非洲客户", "或许成交"}
    assert parse("非洲客户且VIP", known.__contains__) == And((Word("非洲客户"), VIP))
    assert parse("或许成交", known.__contains__) == Word("或许成交")
    assert parse("非非洲客户", known.__contains__) == Not(Word("非洲客户"))
    assert parse("非洲客户") == Not(Word("洲客户"))


@pytest.mark.parametrize(
    ("text", "problem", "at"),
    [
        ("VIP &", "segment_syntax_operand", 6),
        ("& VIP", "segment_syntax_operand", 1),
        ("VIP & | 流失", "segment_syntax_operand", 7),
        ("!", "segment_syntax_operand", 2),
        ("VIP 且", "segment_syntax_operand", 6),
        ("()", "segment_syntax_operand", 2),
        ('""', "segment_syntax_operand", 3),
        (":A", "segment_syntax_operand", 1),
        ("(VIP", "segment_syntax_bracket", 1),
        ("VIP & (流失 | (新客)", "segment_syntax_bracket", 7),
        ("VIP)", "segment_syntax_bracket", 4),
        ('VIP & "流失', "segment_syntax_quote", 7),
        ("「VIP", "segment_syntax_quote", 1),
        ("tier:", "segment_syntax_value", 6),
        ("tier: & VIP", "segment_syntax_value", 7),
        ("last_contact<", "segment_syntax_value", 14),
        ("VIP !流失", "segment_syntax", 5),
        ("VIP (流失)", "segment_syntax", 5),
        ("(VIP) 流失", "segment_syntax", 7),
        ('VIP "流失"', "segment_syntax", 5),
        ("(VIP 流失:A B", "segment_syntax_bracket", 1),
        ("tier:A stage:won", "segment_syntax", 6),
        ("tier:A:B", "segment_syntax", 6),
    ],
)
def test_what_is_no_expression_is_refused_with_its_place(text: str, problem: str, at: int) -> None:
    with pytest.raises(Invalid) as refused:
        parse(text)
    assert (refused.value.problem, refused.value.details["at"]) == (problem, at)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "segment_empty"),
        (" \u200b\u3000", "segment_empty"),
        ("x" * 1001, "segment_too_long"),
        ("x" * 100_000, "segment_too_long"),
        ("(" * 200 + "VIP" + ")" * 200, "segment_too_complex"),
        ("!" * 900 + "VIP", "segment_too_complex"),
        ("tier:Z", "tier_unknown"),
        ("stage:nowhere", "stage_unknown"),
        ("kind:dog", "kind_unknown"),
        ("opted_out:perhaps", "yes_no_unknown"),
        ("tier>A", "segment_operator_invalid"),
        ("owner<Alice", "segment_operator_invalid"),
        ("birthday<2026-01-01", "segment_value_invalid"),
        ("birthday<12h", "segment_value_invalid"),
        ("birthday:30d", "segment_value_invalid"),
        ("last_contact:30d", "segment_value_invalid"),
        ("created:never", "segment_value_invalid"),
        ("last_contact<半小时", "date_invalid"),
        ("last_contact<yesterday", "date_invalid"),
        ("created>2026-02-31", "date_invalid"),
    ],
)
def test_what_makes_no_sense_is_refused(text: str, problem: str) -> None:
    with pytest.raises(Invalid, match=f"^{problem}$"):
        parse(text)


@example("“0 非”")
@given(st.text(alphabet="&|!()且或非 \"'“”「」:<>=≤VIP流失天30dtierA＆｜！（）", max_size=40))
@settings(max_examples=500, deadline=None)
def test_any_text_is_read_back_the_same_or_refused(text: str) -> None:
    try:
        tree = parse(text)
    except Invalid:
        return
    assert parse(str(tree)) == tree
