"""A sequence as people write it down, line by line, in either language:

    enter: lead & !lost                  进入：潜在 & !流失
    exit: reply, won                     退出：回复、成交
    at once: Hello {name|there}          立刻：您好{name|}
    3 workdays later 10:00, if no reply: 3个工作日后 10:00，没回复：
      did you have a look?                 方案您看了吗？
    day 7 remind: call them              第7天 提醒：打个电话

A line that begins with no such head goes on with the text of the step before it. One that nearly does is asked about,
unless it stands further to the right than that step.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.language import sequence_slips as slips
from bot.language import sequence_words as words
from bot.language.grammar import fold
from bot.language.sequence_words import Head
from crm_core.customers import stages
from crm_core.customers.tables import Stage
from crm_core.errors import Invalid
from crm_core.outreach.sequences.plans import Plan, Step

_BULLET = re.compile(
    r"\s*(?:[-*•·]\s*|\d{1,2}[.)、]\s*(?!\d)|第[一二三四五六七八九十]{1,3}步[:\s]*|step \d{1,2}[.:]?\s*)?"
)
_ENTRY = re.compile(
    r"(?:进入(?:条件)?|入组|加入(?:条件)?|触发|对象|人群|enters?|entry|starts?(?: when)?|for|who)\s*:\s*"
)
_EXIT = re.compile(
    r"(?:退出(?:条件)?|结束(?:条件)?|停止(?:条件)?|exits?|leaves?|stops?|ends?)(?:\s+(?:when|on|if|at))?\s*:\s*"
)
_BY_HAND = frozenset({"手动", "手工", "无", "人工", "by hand", "manual", "manually", "none", "nobody"})
_REPLY = re.compile(
    r"(?:客户)?(?:有)?(?:回复|回应|回信)(?:了|后|就退出)?|(?:on )?(?:a |any )?(?:reply|replies|replied|answers?)"
)
_NO_REPLY = re.compile(
    r"(?:客户)?(?:回复|回应)(?:也)?不(?:退出|停|停止|结束)|不因回复退出|not (?:on|when|if) (?:a )?repl(?:y|ies|ied)"
    r"|(?:keep|go)(?:s)? on(?: after| on)? (?:a )?repl(?:y|ies)"
)
#: What always ends a sequence for a customer, and may be said.
_ALWAYS = frozenset(
    {"退订", "合并", "opt-out", "opt out", "opted out", "unsubscribe", "merge", "merged", "流失", "lost"}
)
_BETWEEN = re.compile(r"[,，、;；/]|\s+(?:or|and)\s+|或者|或|和")


@dataclass
class _Draft:
    """What the lines read so far say. `margin`: the blanks before the last step."""

    entry: str = ""
    stop_on_reply: bool = True
    stages: list[Stage] = field(default_factory=list)
    steps: list[tuple[Head, list[str]]] = field(default_factory=list)
    margin: int = 0


def read(text: str) -> Plan:
    """The plan the lines describe; whether it can be is checked by the core.

    Raises `Invalid` (`sequence_line_unclear`, `sequence_line_doubtful`, `sequence_line_late`, `sequence_exit_unknown`).
    """
    draft = _Draft()
    for number, line in enumerate(_lines(text), start=1):
        _take(draft, line, number)
    steps = tuple(Step(head.kind, "\n".join(lines).strip(), head.wait, head.if_no_reply) for head, lines in draft.steps)
    return Plan(draft.entry, steps, draft.stop_on_reply, tuple(dict.fromkeys(draft.stages)))


def begins(line: str) -> bool:
    """Whether a line is one of those that say something of a sequence, or was meant to be."""
    folded = _bare(line)[0]
    return bool(_ENTRY.match(folded) or _EXIT.match(folded) or words.head(folded) or slips.is_slip(folded))


def exits(draft_words: str) -> tuple[bool, tuple[Stage, ...]]:
    """Whether a reply ends the sequence, and the stages that do. Raises `Invalid("sequence_exit_unknown")`."""
    on_reply, found = True, []
    for word in filter(None, (part.strip() for part in _BETWEEN.split(fold(draft_words)))):
        stage = stages.stage_of(word)
        if _NO_REPLY.fullmatch(word):
            on_reply = False
        elif stage is not None and stage is not Stage.LOST:
            found.append(stage)
        elif not _REPLY.fullmatch(word) and word not in _ALWAYS and stage is None:
            raise Invalid("sequence_exit_unknown", word=word[:40])
    return on_reply, tuple(found)


def exits_written(plan: Plan) -> list[str]:
    """When a customer leaves, as `exits` reads it back."""
    return ["reply" if plan.stop_on_reply else "not on reply", *(stage.value for stage in plan.stages)]


def _take(draft: _Draft, line: str, number: int) -> None:
    folded, bare = _bare(line)
    entry, exit_ = _ENTRY.match(folded), _EXIT.match(folded)
    head = words.head(folded)
    if entry is not None and not draft.steps:
        value = bare[entry.end() :].strip()
        draft.entry = "" if fold(value) in _BY_HAND else value
    elif exit_ is not None and not draft.steps:
        draft.stop_on_reply, found = exits(bare[exit_.end() :])
        draft.stages += found
    elif head is not None:
        draft.steps.append((head, [bare[head.end :].strip()]))
        draft.margin = _margin(line)
    elif draft.steps:
        draft.steps[-1][1].append(_text(draft, line, number))
    elif line.strip():
        raise Invalid("sequence_line_unclear", number=number, line=line.strip()[:40])


def _text(draft: _Draft, line: str, number: int) -> str:
    """A further line of a text. Raises `Invalid` when it was meant to be something else."""
    folded, _ = _bare(line)
    late = bool(_ENTRY.match(folded) or _EXIT.match(folded))
    if not late and not slips.is_slip(folded):
        return line.rstrip()
    if _margin(line) <= draft.margin:
        problem = "sequence_line_late" if late else "sequence_line_doubtful"
        raise Invalid(problem, number=number, line=line.strip()[:40])
    return line.strip()


def _margin(line: str) -> int:
    return len(line) - len(line.lstrip())


def _bare(line: str) -> tuple[str, str]:
    """Without a bullet: folded to small letters and half width, and as it was typed; places are the same."""
    folded = fold(line)
    bullet = _BULLET.match(folded)
    start = bullet.end() if bullet else 0
    return folded[start:], line[start:]


def _lines(text: str) -> Iterator[str]:
    """The lines; of a text in one line, what stands between semicolons, where something begins after them."""
    lines = re.sub(r"^(?:[^\S\n]*\n)+", "", text).rstrip().split("\n")
    if len(lines) > 1:
        yield from lines
        return
    collected = ""
    for part in re.split(r"(?<=[;；|])", lines[0]):
        if collected and begins(part):
            yield collected.strip().rstrip(" ;；|")
            collected = part
        else:
            collected += part
    yield collected.strip().rstrip(" ;；|")
