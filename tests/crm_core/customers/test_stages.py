"""One table of words for reading and for writing, in both languages."""

import pytest

from crm_core.customers import stages
from crm_core.customers.names import matching_form
from crm_core.customers.tables import CustomerKind, Stage, Tier
from crm_core.errors import Invalid


def test_every_word_is_read_and_the_shown_one_reads_back() -> None:
    for stage, languages in stages.STAGES.items():
        for word in (word for words in languages for word in words):
            assert stages.stage_of(word.upper()) is stages.parse_stage(f" {word} ") is stage
        assert stages.parse_stage(stages.stage_word(stage, "zh")) is stage
        assert stages.parse_stage(stages.stage_word(stage, "en")) is stage
    for kind in CustomerKind:
        assert stages.parse_kind(stages.kind_word(kind, "zh")) is stages.parse_kind(kind) is kind
    for answer in (True, False):
        assert stages.parse_yes_no(stages.yes_no_word(answer, "zh")) is answer
        assert stages.parse_yes_no(stages.yes_no_word(answer, "en")) is answer


def test_the_words_are_in_the_form_they_are_compared_in() -> None:
    for table in (stages.STAGES, stages.KINDS, stages.YES_NO):
        for word in (word for languages in table.values() for words in languages for word in words):
            assert matching_form(word) == word.replace(" ", "")


@pytest.mark.parametrize(
    ("word", "stage"),
    [
        ("潛在", Stage.LEAD),
        ("Lead", Stage.LEAD),
        ("意向客戶", Stage.INTERESTED),
        ("Closed Won", Stage.WON),
        ("流 失", Stage.LOST),
    ],
)
def test_script_case_and_spaces_do_not_matter(word: str, stage: Stage) -> None:
    assert stages.parse_stage(word) is stage


@pytest.mark.parametrize("word", ["A", "a", "Ａ", "A级", "a类", "Tier A", "tier a"])
def test_a_tier_is_a_letter(word: str) -> None:
    assert stages.parse_tier(word) is Tier.A


@pytest.mark.parametrize("word", ["", "D", "AA", "级", "1"])
def test_other_letters_are_no_tier(word: str) -> None:
    with pytest.raises(Invalid, match="tier_unknown"):
        stages.parse_tier(word)
