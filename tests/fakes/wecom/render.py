"""Messages, cards and menus as a person reads them, in plain text."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from tests.fakes.wecom.errors import Json

_LINK = re.compile(r"<a\s[^>]*href\s*=\s*[\"']?([^\"'>\s]+)[\"']?[^>]*>(.*?)</a>", re.DOTALL)
_UNSEEN = "\u200b\u200c"
_FONT = re.compile(r"</?font[^>]*>")
_THINK = re.compile(r"<think>.*?</think>", re.DOTALL)


def message(msgtype: str, body: Json) -> list[str]:
    """Line by line; `[image]` and the like for what is no text."""
    said = _READERS.get(msgtype, _unknown(msgtype))(body)
    return [line for line in (each.rstrip(_UNSEEN) for each in said) if line]


def menu(fields: Json | None) -> str:
    """The buttons under the chat, their lists in brackets; "" without a menu."""
    entries = (fields or {}).get("button", [])
    return " ".join(_entry(one) for one in entries)


def content(given: Json) -> str:
    """What an app sends to customers: its text and its attachments."""
    text = str((given.get("text") or {}).get("content", ""))
    attached = [f"[{one.get('msgtype', 'attachment')}]" for one in given.get("attachments") or ()]
    return " ".join(part for part in (text, *attached) if part)


def _entry(entry: Json) -> str:
    inner = entry.get("sub_button") or []
    return f"[{entry['name']}: {' / '.join(one['name'] for one in inner)}]" if inner else f"[{entry['name']}]"


def _unknown(msgtype: str) -> Callable[[Json], Iterator[str]]:
    def read(body: Json) -> Iterator[str]:
        yield f"[{msgtype} {body.get('title') or body.get('name') or ''}".rstrip() + "]"

    return read


def _text(body: Json) -> Iterator[str]:
    yield from _LINK.sub(r"\2 (\1)", str(body.get("content", ""))).splitlines()


def _markdown(body: Json) -> Iterator[str]:
    yield from _FONT.sub("", _THINK.sub("", str(body.get("content", "")))).splitlines()


def _textcard(body: Json) -> Iterator[str]:
    yield f"# {body['title']}"
    yield from str(body["description"]).splitlines()
    yield f"[{body.get('btntxt') or '详情'}] ({body['url']})"


def _news(body: Json) -> Iterator[str]:
    for article in body["articles"]:
        yield f"# {article['title']} ({article.get('url', '')})"
        yield str(article.get("description") or article.get("digest") or "")


def _stream(body: Json) -> Iterator[str]:
    yield from _markdown(body)
    yield "[image]" * len(body.get("msg_item") or ())


def _miniprogram(body: Json) -> Iterator[str]:
    yield f"# {body['title']}"
    for item in body.get("content_item") or ():
        yield f"{item['key']}: {item['value']}"


def _card(card: Json) -> Iterator[str]:
    title = card.get("main_title") or {}
    yield f"({_of(card, 'source', 'desc')})" if _of(card, "source", "desc") else ""
    yield f"# {title['title']}" if title.get("title") else ""
    yield str(title.get("desc", ""))
    yield f"{_of(card, 'emphasis_content', 'title')} {_of(card, 'emphasis_content', 'desc')}".strip()
    yield _of(card, "quote_area", "quote_text")
    yield from str(card.get("sub_title_text", "")).splitlines()
    for row in card.get("horizontal_content_list") or ():
        yield f"{row['keyname']}: {row.get('value', '')}"
    for row in card.get("vertical_content_list") or ():
        yield f"{row.get('title', '')} {row.get('desc', '')}".strip()
    for jump in card.get("jump_list") or ():
        yield f"→ {jump['title']} {jump.get('url', '')}".rstrip()
    yield from _controls(card)


def _controls(card: Json) -> Iterator[str]:
    """What can be picked and pressed."""
    selections = [*(card.get("select_list") or ())]
    selections += [card["button_selection"]] if card.get("button_selection") else []
    for one in selections:
        options = " / ".join(option["text"] for option in one.get("option_list", ()))
        yield f"{one.get('title') or one['question_key']}: [{options} ▾]"
    box: Any = card.get("checkbox") or {}
    if box:
        yield " ".join(f"[{'x' if one.get('is_checked') else ' '}] {one['text']}" for one in box["option_list"])
    replaced = card.get("replaced_button") or card.get("replace_text")
    buttons = [*(card.get("button_list") or ())] + ([card["submit_button"]] if card.get("submit_button") else [])
    yield f"({replaced})" if replaced and buttons else " ".join(f"[{one['text']}]" for one in buttons)
    actions = (card.get("action_menu") or {}).get("action_list", ())
    yield f"[⋯ {' / '.join(one['text'] for one in actions)}]" if actions else ""


def _of(card: Json, name: str, inner: str) -> str:
    return str((card.get(name) or {}).get(inner, ""))


_READERS: dict[str, Callable[[Json], Iterator[str]]] = {
    "text": _text,
    "markdown": _markdown,
    "textcard": _textcard,
    "news": _news,
    "mpnews": _news,
    "stream": _stream,
    "miniprogram_notice": _miniprogram,
    "template_card": _card,
}
