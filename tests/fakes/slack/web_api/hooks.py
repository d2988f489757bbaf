"""response_url: five answers within half an hour to whoever acted; past memberships, past posting rights."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tests.fakes.slack import talk, text
from tests.fakes.slack.block_kit.surfaces import message_blocks
from tests.fakes.slack.channels import Channel
from tests.fakes.slack.errors import Json, SlackError
from tests.fakes.slack.kept import ResponseUrl
from tests.fakes.slack.messages import Ephemeral, Message
from tests.fakes.slack.people import User
from tests.fakes.slack.state import State
from tests.fakes.slack.talk import Draft
from tests.fakes.slack.web_api import trouble

USES = 5
SECONDS = 30 * 60


def new_response_url(
    state: State, *, app_id: str, team: str, channel: str, user: str, original: Message | Ephemeral | None = None
) -> str:
    """An address for an app to answer an interaction of `user` in `channel`. `original`: the message acted on."""
    key = state.ids.secret("", 32)
    state.response_urls[key] = ResponseUrl(app_id, team, channel, user, state.clock.now() + SECONDS, original)
    return f"{state.address}/hooks/actions/{team}/{key}"


def hook_routes(state: State) -> list[Route]:
    async def endpoint(request: Request) -> Response:
        body = await request.body()
        key = request.path_params["key"]
        fault = state.faults.take("hooks")
        return await trouble.through(state, "hooks", request, fault, lambda: _answered(state, key, body))

    return [Route("/hooks/actions/{team}/{key}", endpoint, methods=["POST"])]


def _answered(state: State, key: str, body: bytes) -> Response:
    with state.lock:
        try:
            url = _usable(state, key)
            given = _parsed(body)
            state.journal.write("response", app=url.app_id, channel=url.channel, user=url.user, body=given)
            _apply(state, url, given)
            url.uses += 1
        except SlackError as error:
            status = 404 if error.name in {"used_url", "expired_url", "no_such_url"} else 400
            state.journal.write("response refused", error=error.name, **error.fields)
            return PlainTextResponse(error.name, status_code=status)
    return PlainTextResponse("ok")


def _usable(state: State, key: str) -> ResponseUrl:
    url = state.response_urls.get(key)
    if url is None:
        raise SlackError("no_such_url")
    if url.uses >= USES:
        raise SlackError("used_url")
    if state.clock.now() > url.until:
        raise SlackError("expired_url")
    return url


def _parsed(body: bytes) -> Json:
    try:
        given: Any = json.loads(body)
    except ValueError:
        raise SlackError("invalid_payload") from None
    if not isinstance(given, dict):
        raise SlackError("invalid_payload")
    return given


def _apply(state: State, url: ResponseUrl, given: Json) -> None:
    channel = state.channels.get(url.channel)
    if channel is None:
        raise SlackError("channel_not_found")
    if given.get("delete_original"):
        _delete(state, channel, url)
        return
    content = _content(state, given)
    if given.get("replace_original") and url.original is not None:
        _replace(state, channel, url.original, content)
    elif given.get("response_type") == "in_channel":
        _post(state, channel, url, given, content)
    else:
        _whisper(state, channel, url, content)


def _content(state: State, given: Json) -> Json:
    content: Json = {}
    if given.get("text"):
        content["text"] = text.from_app(str(given["text"]))
    if given.get("blocks") is not None:
        content["blocks"] = message_blocks(given["blocks"], state.ids)
    if given.get("attachments") is not None:
        content["attachments"] = given["attachments"]
    if not any(content.values()):
        raise SlackError("no_text")
    if content.get("blocks") and not content.get("text"):
        state.journal.write("violation", what="blocks without top-level text", method="response_url")
    return content


def _delete(state: State, channel: Channel, url: ResponseUrl) -> None:
    original = url.original
    if isinstance(original, Ephemeral) and original in state.ephemerals:
        state.ephemerals.remove(original)
    elif isinstance(original, Message) and original.ts in channel.messages:
        talk.delete(state, channel, original)
    else:
        raise SlackError("message_not_found")


def _replace(state: State, channel: Channel, original: Message | Ephemeral, content: Json) -> None:
    """The whole content, in the kind of message that it was."""
    fresh: Json = {"text": "", "blocks": None, "attachments": None, **content}
    if isinstance(original, Message):
        if original.ts not in channel.messages:
            raise SlackError("message_not_found")
        talk.edit(state, channel, original, fresh, by=None)
        return
    original.body |= fresh
    original.body = {name: value for name, value in original.body.items() if value is not None}


def _post(state: State, channel: Channel, url: ResponseUrl, given: Json, content: Json) -> None:
    bot = _bot(state, url)
    extra = {name: value for name, value in content.items() if name != "text"}
    extra |= {"subtype": "bot_message", "bot_id": bot.bot_id, "app_id": bot.app_id, "username": bot.name, "user": None}
    draft = Draft(str(content.get("text", "")), str(given.get("thread_ts") or ""), extra=extra)
    talk.post(state, bot, channel, draft)


def _whisper(state: State, channel: Channel, url: ResponseUrl, content: Json) -> None:
    bot = _bot(state, url)
    body: Json = {**content, "bot_id": bot.bot_id, "app_id": bot.app_id, "user": bot.id, "is_ephemeral": True}
    ts = channel.stamps.next(state.clock.now())
    state.ephemerals.append(Ephemeral(ts, channel.id, url.user, body))


def _bot(state: State, url: ResponseUrl) -> User:
    install = next(one for one in state.installs if one.app.id == url.app_id and one.team_id == url.team)
    return state.bot_of(install)
