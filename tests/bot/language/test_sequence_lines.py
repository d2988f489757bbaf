"""Sequences as people write them down."""

from datetime import time

import pytest

from bot.language import sequence_lines, sequence_words
from crm_core.customers.tables import Stage
from crm_core.errors import Invalid
from crm_core.outreach.sequences.plans import Plan, Step, StepKind, Unit, Wait

CHINESE = """进入：潜在 & !流失
退出：回复、成交
立刻：您好{name|}，
很高兴认识您
3个工作日后 10:00，没回复：上次的方案您看了吗？
第7天 提醒：打个电话"""

ENGLISH = """Enter: lead & !lost
Exit: reply, won
1. At once: Hello {name|there},
nice to meet you
2. 3 workdays later 10:00, if no reply: Did you have a look?
3. Day 7 remind: Call them"""


def plan(entry: str, *texts: str) -> Plan:
    first, second, third = texts
    return Plan(
        entry,
        (
            Step(StepKind.MESSAGE, first),
            Step(StepKind.MESSAGE, second, Wait(3, Unit.WORKDAYS, time(10)), if_no_reply=True),
            Step(StepKind.NUDGE, third, Wait(7, Unit.DAY_NUMBER)),
        ),
        stages=(Stage.WON,),
    )


def test_both_languages_say_the_same() -> None:
    chinese = plan("潜在 & !流失", "您好{name|}，\n很高兴认识您", "上次的方案您看了吗？", "打个电话")
    english = plan("lead & !lost", "Hello {name|there},\nnice to meet you", "Did you have a look?", "Call them")
    assert sequence_lines.read(CHINESE) == chinese
    assert sequence_lines.read(ENGLISH) == english


def test_one_line_with_semicolons_says_the_same() -> None:
    found = sequence_lines.read("enter: lead; exit: not on reply; at once: Hello; it's me; in 2 days remind: call")
    assert [step.text for step in found.steps] == ["Hello; it's me", "call"]
    assert (found.entry, found.stop_on_reply) == ("lead", False)


@pytest.mark.parametrize(
    ("head", "wait", "kind", "if_no_reply"),
    [
        ("三天后", Wait(3, Unit.DAYS), StepKind.MESSAGE, False),
        ("再过两周 下午3点半", Wait(14, Unit.DAYS, time(15, 30)), StepKind.MESSAGE, False),
        ("2小时后", Wait(2, Unit.HOURS), StepKind.MESSAGE, False),
        ("如果客户还没有回复，5个工作日后", Wait(5, Unit.WORKDAYS), StepKind.MESSAGE, True),
        ("次日 9点 提醒负责人", Wait(1, Unit.DAYS, time(9)), StepKind.NUDGE, False),
        ("当天18:00", Wait(0, Unit.DAYS, time(18)), StepKind.MESSAGE, False),
        ("下个工作日", Wait(1, Unit.WORKDAYS), StepKind.MESSAGE, False),
        ("提醒", Wait(), StepKind.NUDGE, False),
        ("after three working days", Wait(3, Unit.WORKDAYS), StepKind.MESSAGE, False),
        ("2 hours later", Wait(2, Unit.HOURS), StepKind.MESSAGE, False),
        ("a week later at 3pm", Wait(7, Unit.DAYS, time(15)), StepKind.MESSAGE, False),
        ("next day, 9:30 am, unless they reply, send", Wait(1, Unit.DAYS, time(9, 30)), StepKind.MESSAGE, True),
        ("If no reply after 2 business days, remind the owner", Wait(2, Unit.WORKDAYS), StepKind.NUDGE, True),
        ("now", Wait(), StepKind.MESSAGE, False),
    ],
)
def test_heads_are_read_in_many_forms(head: str, wait: Wait, kind: StepKind, if_no_reply: bool) -> None:
    [step] = sequence_lines.read(f"{head}: text").steps
    assert step == Step(kind, "text", wait, if_no_reply)
    if kind is StepKind.MESSAGE and not if_no_reply and "send" not in head:
        assert sequence_words.wait_of(head.lower()) == wait


@pytest.mark.parametrize("line", ["3 wokdays later: text", "第三百个 天: x", "hello", "5个世纪后：x"])
def test_a_line_that_says_nothing_is_named(line: str) -> None:
    with pytest.raises(Invalid) as refused:
        sequence_lines.read(line)
    assert refused.value.problem == "sequence_line_unclear"


@pytest.mark.parametrize(
    "line",
    [
        "3 wokdays later: text",
        "3 workdays latter: text",
        "threee days later, if no reply: text",
        "3 workdays later Did you have a look?",
        "day 7 Call them",
        "imediately: text",
        "nxt day: text",
        "next Monday 10:00: text",
        "3天候，没回复：内容",
        "3个工作曰后：内容",
        "三个工作日后 您看了吗",
        "第七天 打个电话",
        "下周一 10:00：内容",
        "明天：内容",
    ],
)
@pytest.mark.parametrize("before", ["at once: Hello\n", "at once: Hello; ", "  at once: Hello\n  "])
def test_what_looks_like_a_step_and_is_none_does_not_end_up_in_the_text_before(before: str, line: str) -> None:
    with pytest.raises(Invalid) as refused:
        sequence_lines.read(f"{before}{line}")
    assert (refused.value.problem, refused.value.details["line"]) == ("sequence_line_doubtful", line[:40])


@pytest.mark.parametrize("line", ["exit: won", "退出：成交", "enter: lead"])
def test_who_enters_and_leaves_does_not_end_up_in_a_text(line: str) -> None:
    with pytest.raises(Invalid) as refused:
        sequence_lines.read(f"at once: Hello\n{line}")
    assert refused.value.problem == "sequence_line_late"


@pytest.mark.parametrize("line", ["3 days later we meet", "exit: by the garden", "3天后见：老地方"])
def test_further_to_the_right_it_is_a_line_of_the_text(line: str) -> None:
    [step] = sequence_lines.read(f"at once: Hello\n  {line}").steps
    assert step.text == f"Hello\n{line}"


@pytest.mark.parametrize(
    "line",
    [
        "立即购买：https://example.com",
        "地址：人民路3号",
        "Price: 300",
        "3 good reasons",
        "We open on Friday",
        "- 付款后联系我",
        "10:30 开始",
    ],
)
def test_a_line_of_a_text_is_a_line_of_a_text(line: str) -> None:
    [step] = sequence_lines.read(f"at once: Hello\n{line}").steps
    assert step.text == f"Hello\n{line}"


def test_an_exit_nobody_knows_is_named() -> None:
    with pytest.raises(Invalid) as refused:
        sequence_lines.read("exit: sunshine\nat once: Hello")
    assert refused.value.problem == "sequence_exit_unknown"


@pytest.mark.parametrize("unit", Unit)
@pytest.mark.parametrize("count", [0, 1, 7, 10_000])
@pytest.mark.parametrize("at", [None, time(8, 5), time(23, 59)])
def test_a_wait_that_is_written_is_read_back(unit: Unit, count: int, at: time | None) -> None:
    if unit is Unit.DAY_NUMBER:
        count = min(max(count, 1), 366)
    wait = Wait(count, unit, at)
    assert sequence_words.wait_of(sequence_words.written(wait)) == wait


@pytest.mark.parametrize("stop_on_reply", [True, False])
def test_exits_that_are_written_are_read_back(stop_on_reply: bool) -> None:
    stages = tuple(stage for stage in Stage if stage is not Stage.LOST)
    written = sequence_lines.exits_written(Plan("", (), stop_on_reply, stages))
    assert sequence_lines.exits(",".join(written)) == (stop_on_reply, stages)
