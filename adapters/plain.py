"""Text as every platform takes it, and the language the bot speaks in it."""

import re

from crm_core.chat import Card

#: Control characters, halves of a character, and marks that turn the direction of what follows.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """The text without what cannot be seen, and without empty lines around it."""
    return _UNSEEN.sub("", text).strip()


def one_line(text: str) -> str:
    return " ".join(plain(text).split())


def clipped(text: str, most: int) -> str:
    """At most so many characters; an ellipsis says that there were more."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def language_of(card: Card) -> str:
    """The language the bot speaks on this card: that of its own words, before those of customers."""
    own = "".join((*(button.label for button in card.buttons), *(field.label for field in card.fields), card.footer))
    said = own if any(map(str.isalpha, own)) else card.title + card.text
    return "zh" if any("\u4e00" <= sign <= "\u9fff" for sign in said) else "en"
