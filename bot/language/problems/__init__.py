"""The sentence for people behind every problem the core can raise, each with its mend.

One file per noun of the core; a test holds that no problem is without its sentence.
"""

from collections.abc import Mapping

from bot.language.phrase import Phrase
from bot.language.phrases import broadcast, sequence
from bot.language.problems import (
    backup,
    conversations,
    customers,
    files,
    outreach,
    people,
    relations,
    sequences,
    tags,
    times,
    transfer,
)
from crm_core.errors import CrmError

PROBLEMS: dict[str, Phrase] = {
    **people.PROBLEMS,
    **customers.PROBLEMS,
    **conversations.PROBLEMS,
    **tags.PROBLEMS,
    **files.PROBLEMS,
    **outreach.PROBLEMS,
    **sequences.PROBLEMS,
    **times.PROBLEMS,
    **transfer.PROBLEMS,
    **relations.PROBLEMS,
    **backup.PROBLEMS,
}


#: Problems that name a state or a right, and its words.
_WORDS = {
    "broadcast_state": broadcast.STATES,
    "sequence_state": sequence.STATES,
    "right_missing": people.RIGHTS,
}


def sentence(error: CrmError, language: str, own: Mapping[str, Phrase] | None = None) -> str:
    """What to tell the person who asked. `own`: sentences of a place that has other mends than the chat."""
    words = _WORDS.get(error.problem, {})
    said = {name: words[value].say(language) if value in words else value for name, value in error.details.items()}
    phrase = (own or {}).get(error.problem) or PROBLEMS[error.problem]
    return phrase.say(language, **said)
