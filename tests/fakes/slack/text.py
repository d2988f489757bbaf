"""How Slack rewrites text: what a person types, and what an app sends."""

import re
from collections.abc import Callable

MENTION = re.compile(r"<@([UW][A-Z0-9_]+)(?:\|[^>]*)?>")
_CONTROL = re.compile(r"<(?:[@#][A-Z0-9_]+(?:\|[^<>]*)?|![^<>]+|(?:https?://|mailto:|tel:)[^<>|\s]+(?:\|[^<>]*)?)>")
_URL = re.compile(r"https?://[^\s<>|]*[^\s<>|.,;:!?'\")\]}]")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt);)")
EMOJI = {
    "✅": ":white_check_mark:",
    "👍": ":+1:",
    "🎉": ":tada:",
    "🔔": ":bell:",
    "⏰": ":alarm_clock:",
    "📌": ":pushpin:",
    "📝": ":memo:",
    "👋": ":wave:",
    "🙂": ":slightly_smiling_face:",
    "😀": ":grinning:",
    "🔍": ":mag:",
    "❌": ":x:",
    "⚠️": ":warning:",
}
Escape = Callable[[str], str]
TRUNCATED_AT = 40_000


def from_typed(text: str) -> str:
    """What a person typed: everything escaped but the mentions and links that the composer made."""
    return _emoji(_rewrite(text, lambda plain: _brackets(plain.replace("&", "&amp;"))))


def from_app(text: str, *, links: bool = True) -> str:
    """What an app sent: stray signs escaped, bare links wrapped unless `links` is off, cut at 40,000 characters."""
    return _emoji(_rewrite(text[:TRUNCATED_AT], lambda plain: _brackets(_ENTITY.sub("&amp;", plain)), links=links))


def mentioned(text: str) -> list[str]:
    """The users a text names, in order."""
    return MENTION.findall(text)


def urls(text: str) -> list[str]:
    """The links a text carries, as they were typed."""
    found = re.findall(r"<(https?://[^<>|]+)(?:\|[^<>]*)?>", text)
    return [url.replace("&amp;", "&") for url in dict.fromkeys(found)]


def rich_text(text: str, block_id: str) -> list[dict[str, object]]:
    """The one rich_text block the clients of people send along with a text."""
    elements: list[dict[str, object]] = []
    position = 0
    for control in _CONTROL.finditer(text):
        _plain(elements, text[position : control.start()])
        elements.append(_element(control.group()[1:-1]))
        position = control.end()
    _plain(elements, text[position:])
    section = {"type": "rich_text_section", "elements": elements}
    return [{"type": "rich_text", "block_id": block_id, "elements": [section]}]


def unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _plain(elements: list[dict[str, object]], text: str) -> None:
    if text:
        elements.append({"type": "text", "text": unescape(text)})


def _element(control: str) -> dict[str, object]:
    body, _, label = control.partition("|")
    if body.startswith("@"):
        return {"type": "user", "user_id": body[1:]}
    if body.startswith("#"):
        return {"type": "channel", "channel_id": body[1:]}
    if body.startswith("!"):
        return {"type": "broadcast", "range": body[1:]}
    return {"type": "link", "url": unescape(body), **({"text": unescape(label)} if label else {})}


def _rewrite(text: str, escape: Escape, *, links: bool = True) -> str:
    parts: list[str] = []
    position = 0
    for control in _CONTROL.finditer(text):
        parts += [_wrapped(escape(text[position : control.start()]), links=links), _ampersands(control.group())]
        position = control.end()
    parts.append(_wrapped(escape(text[position:]), links=links))
    return "".join(parts)


def _wrapped(text: str, *, links: bool) -> str:
    return _URL.sub(lambda url: f"<{url.group()}>", text) if links else text


def _ampersands(control: str) -> str:
    return _ENTITY.sub("&amp;", control)


def _brackets(text: str) -> str:
    return text.replace("<", "&lt;").replace(">", "&gt;")


def _emoji(text: str) -> str:
    for sign, name in EMOJI.items():
        text = text.replace(sign, name)
    return text
