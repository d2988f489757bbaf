"""Problems of `crm_core/conversations`."""

from bot.language.phrase import Phrase

PROBLEMS: dict[str, Phrase] = {}
