"""Problems of `crm_core/customers`."""

from bot.language.phrase import Phrase

PROBLEMS: dict[str, Phrase] = {}
