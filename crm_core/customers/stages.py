"""The words people use for stages, tiers, kinds, yes and no: one table for reading and for writing."""

from collections.abc import Mapping
from typing import TypeVar

from crm_core.customers.names import matching_form
from crm_core.customers.tables import CustomerKind, Stage, Tier
from crm_core.errors import Invalid

_Word = TypeVar("_Word", Stage, CustomerKind, bool)
_Words = tuple[tuple[str, ...], tuple[str, ...]]

#: Each stage's words, Chinese and English; the first of each is the one shown.
STAGES: Mapping[Stage, _Words] = {
    Stage.LEAD: (("潜在", "潜在客户", "潜客", "线索"), ("lead", "prospect")),
    Stage.INTERESTED: (("意向", "意向客户", "有意向"), ("interested", "qualified")),
    Stage.WON: (("成交", "成交客户", "已成交"), ("won", "closed won")),
    Stage.LOYAL: (("忠诚", "忠诚客户"), ("loyal",)),
    Stage.LOST: (("流失", "流失客户", "已流失"), ("lost", "churned", "closed lost")),
}

KINDS: Mapping[CustomerKind, _Words] = {
    CustomerKind.PERSON: (("个人", "联系人"), ("person", "contact", "individual")),
    CustomerKind.COMPANY: (("公司", "企业", "单位"), ("company", "organisation", "organization", "business")),
}

YES_NO: Mapping[bool, _Words] = {
    True: (("是", "有", "对", "已"), ("yes", "y", "true", "1", "on")),
    False: (("否", "无", "没有", "不", "不是", "未"), ("no", "n", "false", "0", "off")),
}


def _by_word(table: Mapping[_Word, _Words]) -> dict[str, _Word]:
    return {text: word for word, languages in table.items() for texts in languages for text in texts}


_STAGE_OF, _KIND_OF, _YES_NO_OF = _by_word(STAGES), _by_word(KINDS), _by_word(YES_NO)
_NO_SPACES = {text.replace(" ", ""): stage for text, stage in _STAGE_OF.items()}


def stage_of(text: str) -> Stage | None:
    """The stage this is a word for, in either language or script; else None."""
    return _NO_SPACES.get(matching_form(text))


def parse_stage(text: str) -> Stage:
    """Raises `Invalid("stage_unknown")`."""
    stage = stage_of(text)
    if stage is None:
        raise Invalid("stage_unknown", text=text[:40])
    return stage


def parse_tier(text: str) -> Tier:
    """`A`, `a级`, `A类`, `tier b`. Raises `Invalid("tier_unknown")`."""
    letter = matching_form(text).removeprefix("tier").rstrip("级类").upper()
    if letter not in set(Tier):
        raise Invalid("tier_unknown", text=text[:40])
    return Tier(letter)


def parse_kind(text: str) -> CustomerKind:
    """Raises `Invalid("kind_unknown")`."""
    kind = _KIND_OF.get(matching_form(text))
    if kind is None:
        raise Invalid("kind_unknown", text=text[:40])
    return kind


def is_company(text: str) -> bool:
    """Whether this is a word for a company; False for what is no kind at all."""
    return _KIND_OF.get(matching_form(text)) is CustomerKind.COMPANY


def parse_yes_no(text: str) -> bool:
    """Raises `Invalid("yes_no_unknown")`."""
    answer = _YES_NO_OF.get(matching_form(text))
    if answer is None:
        raise Invalid("yes_no_unknown", text=text[:40])
    return answer


def stage_word(stage: Stage, language: str) -> str:
    """The word for people, in "zh" or "en"."""
    return STAGES[stage][language != "zh"][0]


def kind_word(kind: CustomerKind, language: str) -> str:
    """The word for people, in "zh" or "en"."""
    return KINDS[kind][language != "zh"][0]


def yes_no_word(answer: bool, language: str) -> str:
    """The word for people, in "zh" or "en"."""
    return YES_NO[answer][language != "zh"][0]
