"""What a message is made of, read from a call: text, blocks, attachments, metadata."""

import json

from tests.fakes.slack import text
from tests.fakes.slack.block_kit.surfaces import message_blocks
from tests.fakes.slack.errors import Json, SlackError
from tests.fakes.slack.web_api.call import Call

ATTACHMENTS = 100
MARKDOWN = 12_000
METADATA = 8_000
"""Characters of metadata. The documentation names an error but no size: assumed."""


def read(call: Call) -> Json:
    """The given ones of text, blocks and attachments as they shall stand; Slack's errors for what is wrong."""
    content: Json = {}
    if call.args.has("markdown_text"):
        return _markdown(call)
    if call.args.has("text"):
        content["text"] = _text(call)
    blocks = call.args.parsed("blocks", "invalid_blocks_format")
    if blocks is not None:
        content["blocks"] = message_blocks(blocks, call.state.ids)
    attachments = call.args.parsed("attachments", "invalid_attachments")
    if attachments is not None:
        content["attachments"] = _attachments(call, attachments)
    return content


def require_some(call: Call, content: Json) -> None:
    """no_text for nothing to show; blocks that say nothing to a screen reader are noted down."""
    if not any(content.get(name) for name in ("text", "blocks", "attachments")):
        raise SlackError("no_text")
    if content.get("blocks") and not content.get("text"):
        call.state.journal.write("violation", what="blocks without top-level text", method=call.method)


def metadata(call: Call) -> Json | None:
    """The metadata given, {} for an empty object; Slack's errors for a wrong shape, and for too much of it."""
    given = call.args.parsed("metadata", "invalid_metadata_format")
    if given is None:
        return None
    if not isinstance(given, dict):
        raise SlackError("invalid_metadata_format")
    sound = isinstance(given.get("event_type"), str) and isinstance(given.get("event_payload"), dict)
    if given and not (sound and given["event_type"] and _flat(given["event_payload"])):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(given, ensure_ascii=False)) > METADATA:
        raise SlackError("metadata_too_large")
    return given


def signature(call: Call) -> Json:
    """Who posted, as it stands in an app's messages. Another name or picture needs a scope of its own."""
    if any(call.args.has(name) for name in ("username", "icon_url", "icon_emoji")):
        call.require_scope("chat:write.customize")
    bot = call.bot
    return {
        "bot_id": bot.bot_id,
        "app_id": bot.app_id,
        "bot_profile": {
            "id": bot.bot_id,
            "app_id": bot.app_id,
            "user_id": bot.id,
            "name": bot.name,
            "icons": {"image_36": "https://avatars.example/36.png"},
            "deleted": False,
            "updated": bot.updated,
            "team_id": bot.team_id,
        },
    }


def _text(call: Call) -> str:
    verbatim = call.args.text("parse") == "none" and not call.args.flag("unfurl_links", default=True)
    return text.from_app(call.args.text("text"), links=not verbatim)


def _markdown(call: Call) -> Json:
    if call.args.has("text") or call.args.has("blocks"):
        raise SlackError("markdown_text_conflict")
    words = call.args.text("markdown_text")
    if len(words) > MARKDOWN:
        raise SlackError("msg_too_long")
    block = {"type": "markdown", "text": words, "block_id": call.state.ids.hex(5)}
    return {"text": text.from_app(words), "blocks": [block]}


def _attachments(call: Call, attachments: object) -> list[Json]:
    if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
        raise SlackError("invalid_attachments")
    if len(attachments) > ATTACHMENTS:
        raise SlackError("too_many_attachments")
    shown = []
    for number, one in enumerate(attachments):
        attachment: Json = {"id": number + 1, "fallback": "[no preview available]", **one}
        if "blocks" in one:
            pointer = f"/attachments/{number}/blocks"
            attachment["blocks"] = message_blocks(one["blocks"], call.state.ids, pointer=pointer)
        shown.append(attachment)
    return shown


def _flat(payload: Json) -> bool:
    """Strings, numbers, flags, objects of those and lists of objects."""
    return all(_value(value) for value in payload.values())


def _value(value: object) -> bool:
    if isinstance(value, dict):
        return _flat(value)
    if isinstance(value, list):
        return all(isinstance(entry, dict | str | int | float | bool) for entry in value)
    return isinstance(value, str | int | float | bool)
