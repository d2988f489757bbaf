"""A `Card` as the JSON document that stands on the board, and as plain text for a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast
from unicodedata import category, east_asian_width

from crm_core.chat import Button, ButtonStyle, Card, Field, Quote
from crm_core.enclosure import Enclosure, weight


def to_document(card: Card, files: Sequence[Enclosure] = ()) -> dict[str, Any]:
    """The card as JSON, with the files beside it; empty parts are left out."""
    parts: dict[str, Any] = {
        "title": card.title,
        "text": card.text,
        "fields": [{"label": field.label, "value": field.value} for field in card.fields],
        "quotes": [{"who": quote.who, "when": quote.when, "text": quote.text} for quote in card.quotes],
        "items": list(card.items),
        "buttons": [
            {"label": button.label, "command": button.command, "style": button.style.value} for button in card.buttons
        ],
        "footer": card.footer,
        "files": [{"digest": file.digest, "name": file.name, "mime": file.mime, "size": file.size} for file in files],
    }
    return {name: part for name, part in parts.items() if part}


def from_document(document: Mapping[str, Any]) -> Card:
    """The card `to_document` wrote."""
    return Card(
        title=str(document.get("title", "")),
        text=str(document.get("text", "")),
        fields=tuple(Field(part["label"], part["value"]) for part in document.get("fields", ())),
        quotes=tuple(Quote(part["who"], part["when"], part["text"]) for part in document.get("quotes", ())),
        items=tuple(cast("Sequence[str]", document.get("items", ()))),
        buttons=tuple(
            Button(part["label"], part["command"], ButtonStyle(part.get("style", "plain")))
            for part in document.get("buttons", ())
        ),
        footer=str(document.get("footer", "")),
    )


def files_in(document: Mapping[str, Any]) -> tuple[Enclosure, ...]:
    """The files beside the card."""
    return tuple(
        Enclosure(part["digest"], part["name"], part["mime"], part["size"]) for part in document.get("files", ())
    )


def to_text(card: Card, files: Sequence[Enclosure] = ()) -> str:
    """The card for a terminal: no control characters, columns aligned for Chinese, no newline at the end.

    A button is shown with what to type instead of pressing it; a file by its name.
    """
    named = [f"📎 {file.name} ({weight(file.size)})" for file in files]
    blocks = (_head(card), _fields(card), _quotes(card), list(card.items), named, _buttons(card), [card.footer])
    lines = "\n\n".join("\n".join(block) for block in blocks if any(block))
    return "".join(char for char in lines if char in "\n\t" or not category(char).startswith("C") or char == "\u200d")


def _head(card: Card) -> list[str]:
    return [part for part in (card.title, card.text) if part]


def _fields(card: Card) -> list[str]:
    width = max((_width(field.label) for field in card.fields), default=0)
    return [f"{field.label}{' ' * (width - _width(field.label))}  {field.value}" for field in card.fields]


def _quotes(card: Card) -> list[str]:
    return [f"│ {quote.who} · {quote.when}\n│ {quote.text}" for quote in card.quotes]


def _buttons(card: Card) -> list[str]:
    return ["   ".join(_button(card.buttons))] if card.buttons else []


def _button(buttons: Sequence[Button]) -> Iterator[str]:
    return (f"[{button.label}] {button.command}" for button in buttons)


def _width(text: str) -> int:
    """Terminal columns of this text."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
