"""Problems of `crm_core/tags`."""

from bot.language.phrase import Phrase

PROBLEMS: dict[str, Phrase] = {}
