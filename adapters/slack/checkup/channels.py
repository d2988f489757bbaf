"""Whether the bot is in any channel, for the doctor."""

from typing import Any

import aiohttp

from adapters.slack import calls
from adapters.slack.calls import Refused
from adapters.slack.checkup.advice import advice_on
from crm_core.checkup import Check, Words, bad, good, skipped, unsure

_TITLE = Words(zh="所在频道", en="Channels")
_NAMED = 5


async def examine(session: aiohttp.ClientSession, api_url: str, token: str) -> Check:
    """How many channels the bot is in, with the names of some."""
    asked = {"types": "public_channel,private_channel", "exclude_archived": "true", "limit": "200"}
    try:
        answer = await calls.call(session, api_url, "users.conversations", token, **asked)
    except Refused as error:
        if error.reason == "missing_scope":
            return skipped(_TITLE, Words(zh="权限齐全后再查", en="once the scopes are there"))
        advice = advice_on(error.reason)
        return bad(_TITLE, Words(zh=f"Slack 的回答：{error.reason}", en=f"the answer was: {error.reason}"), advice.mend)
    more = bool((answer.document.get("response_metadata") or {}).get("next_cursor"))
    return _counted(answer.document.get("channels") or [], more=more)


def _counted(rooms: list[Any], *, more: bool) -> Check:
    if not rooms and not more:
        mend = Words(
            zh="在要记录的频道里发送 /invite @crm。私聊随时可用。",
            en="In each channel to keep, send: /invite @crm. Direct chat works in any case.",
        )
        return unsure(_TITLE, Words(zh="还不在任何频道里", en="in none yet"), mend)
    named = ", ".join(f"#{room.get('name', room.get('id'))}" for room in rooms[:_NAMED] if isinstance(room, dict))
    count = f"{len(rooms)}{'+' if more else ''}"
    rest = " …" if more or len(rooms) > _NAMED else ""
    return good(_TITLE, Words(zh=f"{count} 个：{named}{rest}", en=f"{count}: {named}{rest}"))
