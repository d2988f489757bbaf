"""Problems of `crm_core/outreach`."""

from bot.language.phrase import Phrase

PROBLEMS: dict[str, Phrase] = {}
