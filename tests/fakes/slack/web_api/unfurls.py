"""chat.unfurl: what an app shows for links of its own domains."""

from typing import Any

from tests.fakes.slack import talk
from tests.fakes.slack.block_kit.surfaces import message_blocks
from tests.fakes.slack.errors import Json, SlackError
from tests.fakes.slack.kept import Unfurl
from tests.fakes.slack.web_api.call import Call


def unfurl(call: Call) -> Json:
    """By `channel` and `ts`, or by `unfurl_id` and `source`; each link once announced by link_shared."""
    given = call.args.parsed("unfurls", "invalid_unfurls_format")
    if not isinstance(given, dict):
        raise SlackError("missing_unfurls")
    announced = _announced(call)
    unknown = [url for url in given if url not in announced.urls]
    if unknown:
        raise SlackError("cannot_unfurl_url")
    attachments = [_attachment(call, number + 1, url, given[url]) for number, url in enumerate(given)]
    if announced.channel == "COMPOSER":
        announced.shown |= {attachment["from_url"]: attachment for attachment in attachments}
    else:
        _attach(call, announced, attachments)
    return {}


def _announced(call: Call) -> Unfurl:
    if call.args.has("unfurl_id"):
        found = call.state.unfurls.get(call.args.text("unfurl_id"))
        if not call.args.has("source"):
            raise SlackError("missing_source")
    else:
        channel, ts = call.args.required("channel"), call.args.required("ts")
        found = next((one for one in call.state.unfurls.values() if (one.channel, one.ts) == (channel, ts)), None)
    if found is None or found.app_id != call.install.app.id:
        raise SlackError("cannot_find_message")
    return found


def _attach(call: Call, announced: Unfurl, attachments: list[Json]) -> None:
    channel = call.state.channels.get(announced.channel)
    if channel is None:
        raise SlackError("cannot_find_channel")
    message = talk.find(channel, announced.ts, "cannot_find_message")
    urls = {attachment["from_url"] for attachment in attachments}
    kept = [one for one in message.body.get("attachments", []) if one.get("from_url") not in urls]
    talk.edit(call.state, channel, message, {"attachments": [*kept, *attachments]}, by=None)


def _attachment(call: Call, number: int, url: str, given: Any) -> Json:
    if not isinstance(given, dict):
        raise SlackError("invalid_unfurls_format")
    attachment: Json = {**given, "id": number, "from_url": url, "is_app_unfurl": True}
    attachment |= {"app_id": call.install.app.id, "bot_id": call.install.bot_id, "fallback": "[no preview available]"}
    if "blocks" in given:
        attachment["blocks"] = message_blocks(given["blocks"], call.state.ids, pointer="/unfurls/blocks")
    return attachment
